//! HuJSON (JSON with comments and trailing commas) as a tree of spans.
//!
//! The tree points into the text and never replaces it: whoever changes a policy inserts or deletes bytes of the
//! original, so comments, order, byte-order mark and line ends stay as they were. The grammar is that of
//! tailscale/hujson (78b5b162), strictly; a mistake costs the value it stands in, not the report.

mod lex;
mod parse;
#[cfg(test)]
mod tests;

pub use parse::parse;

use crate::source::Span;

/// How deeply arrays and objects may nest. Policies nest five deep.
pub const MAX_DEPTH: usize = 64;

/// How many values one document may hold.
pub const MAX_VALUES: usize = 1_000_000;

/// After so many syntax errors the rest of the text is not read.
pub const MAX_ERRORS: usize = 50;

/// What a text holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Document {
    /// The one value, where there is one.
    pub root: Option<Value>,
    /// Every comment, in order, delimiters included, the newline after `//` excluded.
    pub comments: Vec<Span>,
}

/// A value and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// From its first to its last byte, quotes and brackets included.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, escapes resolved.
    String(String),
    /// An array.
    Array(Array),
    /// An object.
    Object(Object),
}

/// The parts of an array.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Array {
    /// Its values.
    pub items: Vec<Value>,
    /// The comma after the last value, where there is one.
    pub trailing_comma: Option<Span>,
}

/// The parts of an object.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object {
    /// Its members in order, duplicates included.
    pub members: Vec<Member>,
    /// The comma after the last member, where there is one.
    pub trailing_comma: Option<Span>,
}

/// A key with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// The key, escapes resolved.
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

impl Object {
    /// The first member of that name, as readers of HuJSON find it.
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.key == key)
    }
}

impl Value {
    /// What the value is, in words for messages.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Array(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

/// The span of a part of a string's content, given as byte range of `content`. Where the string was written with
/// escapes the parts cannot be told apart, and the whole string is meant.
pub fn part_of(span: Span, content: &str, part: std::ops::Range<usize>) -> Span {
    let plain = span.range().len() == content.len() + 2;
    if !plain || part.end > content.len() {
        return span;
    }
    let start = span.start as usize + 1;
    Span::new(span.file, start + part.start, start + part.end)
}
