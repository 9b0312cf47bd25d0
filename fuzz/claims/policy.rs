//! Any text is checked without a panic, with every finding inside it.

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::model::Tailnet;

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let checked = check_text(&file, Control::Tailscale, Some(&Tailnet::default()));
    let whole = file.span(0..text.len());
    for finding in &checked.found {
        assert!(whole.contains(finding.span), "{finding:?}");
        assert!(
            finding.labels.iter().all(|label| whole.contains(label.span)),
            "{finding:?}"
        );
        assert!(text.is_char_boundary(finding.span.start as usize), "{finding:?}");
    }
}
