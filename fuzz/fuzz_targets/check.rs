//! Any text is checked without a panic, twice alike, and safe fixes leave something that can be checked again.
#![no_main]

use gkc_core::diagnostic::{Applicability, apply};
use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let checked = gkc_core::check(&file, &NoInputs);
    assert_eq!(checked.diagnostics, gkc_core::check(&file, &NoInputs).diagnostics);
    let safe = checked.diagnostics.iter().filter_map(|d| d.fixes.iter().find(|f| f.applicability == Applicability::Safe));
    let (fixed, applied) = apply(file.id(), text, safe);
    if applied > 0 {
        gkc_core::check(&SourceFile::new(FileId::CONFIG, "fuzz", fixed), &NoInputs);
    }
});
