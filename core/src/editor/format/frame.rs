//! Where something is written.

use crate::model::SchemaPlace;

/// Where a block is written.
pub(super) struct Frame {
    /// Its indentation.
    pub indent: usize,
    /// What the model says about it.
    pub place: SchemaPlace,
    /// Whether it is an item of a sequence.
    pub item: bool,
}

/// What a value is written behind.
pub(super) struct Head {
    /// Its text: the key with its colon, or the dash.
    pub text: String,
    /// The line that it is on.
    pub line: usize,
    /// The column that the block had.
    pub column: usize,
    /// The indentation that the block gets.
    pub indent: usize,
    /// Whether it is a dash.
    pub item: bool,
}
