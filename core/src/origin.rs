//! Where something in the output comes from.

use crate::source::Span;

/// Why a part of the output is what it is.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// The user wrote it, here.
    Config(Span),
    /// The default of this configuration key.
    Default(&'static str),
    /// The fact of this name: something that upstream demands.
    Fact(&'static str),
    /// Several of these together.
    All(Vec<Origin>),
}
