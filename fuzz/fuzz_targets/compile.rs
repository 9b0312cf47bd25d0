//! What is checked without errors is built, twice to the same bytes, and no stage finds fault with the other's work.
#![no_main]

use gkc_core::inputs::{InputError, Inputs};
use gkc_core::text::SecretBytes;
use gkc_core::source::{FileId, SourceFile};
use libfuzzer_sys::fuzz_target;

/// Every variable and every file is there.
struct Everything;

impl Inputs for Everything {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Ok(SecretBytes::from("a file of some length"))
    }

    fn var(&self, _: &str) -> Option<SecretBytes> {
        Some(SecretBytes::from("a value of some length"))
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        buffer.fill(7);
        Ok(())
    }
}

fuzz_target!(|text: &str| {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let checked = gkc_core::check(&file, &Everything);
    if checked.has_errors() {
        return;
    }
    let artifacts = checked.build(None).expect("what is checked and has its secrets can be built");
    assert!(!artifacts.is_empty() && checked.build(None).is_ok_and(|again| again == artifacts));
});
