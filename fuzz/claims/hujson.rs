//! Any text parses to a tree whose spans lie in it, inside each other and in order.

use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::tailnet::hujson::{Kind, Value, parse};

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let (document, found) = parse(&file);
    let whole = file.span(0..text.len());
    found
        .iter()
        .for_each(|finding| assert!(whole.contains(finding.span), "{finding:?}"));
    document
        .comments
        .iter()
        .for_each(|comment| assert!(whole.contains(*comment)));
    if let Some(root) = &document.root {
        within(root, whole, text);
    }
}

fn within(value: &Value, outer: Span, text: &str) {
    assert!(outer.contains(value.span));
    assert!(
        text.is_char_boundary(value.span.start as usize) && text.is_char_boundary(value.span.end as usize)
    );
    match &value.kind {
        Kind::Array(array) => array.items.iter().for_each(|item| within(item, value.span, text)),
        Kind::Object(object) => object.members.iter().for_each(|member| {
            assert!(value.span.contains(member.key_span));
            within(&member.value, value.span, text);
        }),
        _ => {}
    }
}
