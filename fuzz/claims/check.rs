//! Any text is checked without a panic, twice alike.

use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let checked = gkc_core::check(&file, &NoInputs);
    assert_eq!(checked.diagnostics, gkc_core::check(&file, &NoInputs).diagnostics);
}
