//! Any text is diagnosed without a panic, twice alike, with places that are in it.

use gkc_core::doctor::diagnose;
use gkc_core::source::{FileId, SourceFile};

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = || [SourceFile::new(FileId::CONFIG, "fuzz", text)];
    let Ok(first) = diagnose(&file()) else {
        assert!(diagnose(&file()).is_err());
        return;
    };
    for found in &first.found {
        let labels = found.labels.iter().map(|label| label.span);
        for span in labels.chain([found.span]) {
            assert!(text.get(span.range()).is_some(), "{span:?}");
        }
    }
    for span in &first.sensitive {
        assert!(text.get(span.range()).is_some(), "{span:?}");
    }
    assert!(diagnose(&file()).is_ok_and(|second| second.found == first.found));
}
