//! Safe fixes of any text come to an end, after which there is none left; and so does its canonical layout.

use gkc_core::diagnostic::{Applicability, apply};
use gkc_core::editor::format;
use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::{Options, analyse};

/// A fix may uncover what another mends. More often than this, they undo each other.
const ROUNDS: usize = 20;

/// Panics where it does not.
pub fn hold(text: &str) {
    let mut text = text.to_owned();
    for round in 0.. {
        let file = SourceFile::new(FileId::CONFIG, "fuzz", &text);
        let found = analyse(&file, &NoInputs, Options::default()).diagnostics;
        let safe = found
            .iter()
            .filter_map(|d| d.fixes.iter().find(|f| f.applicability == Applicability::Safe));
        let (fixed, applied) = apply(file.id(), &text, safe);
        if applied == 0 {
            break;
        }
        assert!(round < ROUNDS && fixed != text, "{text:?}");
        text = fixed;
    }
    if let Ok(formatted) = format(&SourceFile::new(FileId::CONFIG, "fuzz", &text)) {
        let again = format(&SourceFile::new(FileId::CONFIG, "fuzz", &formatted));
        assert_eq!(again.ok().as_ref(), Some(&formatted));
    }
}
