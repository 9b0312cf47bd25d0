//! Stage 1: bytes to a span tree and errors.
//!
//! [`parse`] never fails. What can be read is in the [`Tree`], each node with the bytes it came from; what cannot is
//! reported to the [`Sink`] under one of four names (`syntax`, `duplicate-key`, `invisible-character`, `limit`) and left out. A mistake
//! costs the line it stands on: the values before and after it are there, and [`Tree::touches_damage`] tells later
//! stages where something may be missing only because it could not be read.
//!
//! Nothing is resolved by guess. A plain scalar stays text until somebody asks [`scalar`] for a type.
//!
//! | file | job |
//! |---|---|
//! | again | after an edit, only the parts that it touches |
//! | events | the parser crate, and nothing else knows it |
//! | build, extent, alias | events to nodes, within the budgets of [`limits`] |
//! | invisible | no-break spaces and the like at the ends of a scalar |
//! | recover, cut, rewind | blanks mistakes and reads on |
//! | mistake, lines | what a person would call the mistake |
//! | tree, comment, pointer, json, entry | what later stages read |
//! | check, damage | duplicates and merge keys; what was lost |

mod again;
mod alias;
mod build;
mod check;
mod comment;
mod cut;
mod damage;
mod entry;
mod events;
mod extent;
mod invisible;
#[cfg(any(test, feature = "internals"))]
mod json;
pub mod limits;
mod lines;
mod mistake;
#[cfg(any(test, feature = "internals"))]
pub mod pointer;
mod recover;
mod repair;
mod rewind;
pub mod scalar;
mod tree;

#[cfg(test)]
pub(crate) mod tests;

pub use again::Kept;
pub use comment::Parts;
pub use entry::entry_extent;
pub use events::Style;
pub use tree::{Anchor, Comment, Entry, Kind, NodeId, Scalar, SyntaxNode, Tag, Tree};

use crate::diagnostic::{Applicability, Fix, Sink};
use crate::source::SourceFile;
use std::ops::Range;

/// What the text is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// One document in gkc's language, which has no tags of its own.
    Config,
    /// Any YAML.
    Stream,
}

/// Reads one document. A second one is an error at its `---`.
pub fn parse<'s>(file: &'s SourceFile, sink: &mut Sink) -> Tree<'s> {
    recover::read(file, Mode::Config, true, sink)
}

/// The same without [`Tree::comments`], which cost a third of the time where many lines have one.
pub fn parse_values<'s>(file: &'s SourceFile, sink: &mut Sink) -> Tree<'s> {
    recover::read(file, Mode::Config, false, sink)
}

/// The fix that puts a text into quotes of which YAML has read something else; only its author knows whether that is what it should say.
pub fn quoted_whole(file: &SourceFile, at: Range<usize>) -> Fix {
    let quotes = mistake::quote::quote(file.text(), at);
    mistake::insert(file, "quote the value", Applicability::Unsafe, quotes)
}

/// Reads any number of documents of general YAML: tags of any name are allowed, and `<<` means nothing special to the
/// checks. See [`Tree::roots`].
pub fn parse_stream<'s>(file: &'s SourceFile, sink: &mut Sink) -> Tree<'s> {
    recover::read(file, Mode::Stream, true, sink)
}
