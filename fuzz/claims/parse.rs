//! Any text parses without a panic, and every span lies inside it on character boundaries.

use gkc_core::diagnostic::Sink;
use gkc_core::source::{FileId, SourceFile};

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let mut sink = Sink::new();
    let tree = gkc_core::syntax::parse(&file, &mut sink);
    let inside = |span: gkc_core::source::Span| assert!(text.get(span.range()).is_some(), "{span:?}");
    let mut pending: Vec<_> = tree.root().into_iter().collect();
    while let Some(id) = pending.pop() {
        inside(tree.span(id));
        pending.extend(tree.items(id));
        pending.extend(tree.entries(id).iter().map(|entry| entry.value));
    }
    for finding in sink.finish() {
        inside(finding.span);
        finding.labels.iter().for_each(|label| inside(label.span));
        finding
            .fixes
            .iter()
            .flat_map(|fix| &fix.edits)
            .for_each(|edit| inside(edit.span));
    }
}
