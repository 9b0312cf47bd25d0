//! `claims/evaluate.rs`, for any text.
#![no_main]

#[path = "../claims/evaluate.rs"]
mod claim;

libfuzzer_sys::fuzz_target!(|text: &str| claim::hold(text));
