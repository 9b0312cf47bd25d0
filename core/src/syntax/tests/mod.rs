//! Support for tests that show places in YAML by carets below them.

use crate::diagnostic::Sink;
use crate::source::SourceFile;
use crate::syntax::{Tree, parse};

/// Parses a text that must have no mistake.
pub(crate) fn parse_clean(file: &SourceFile) -> Tree<'_> {
    let mut sink = Sink::new();
    let tree = parse(file, &mut sink);
    assert!(sink.found().is_empty(), "{:#?}", sink.finish());
    tree
}
