//! `claims/hujson.rs`, for any text.
#![no_main]

#[path = "../claims/hujson.rs"]
mod claim;

libfuzzer_sys::fuzz_target!(|text: &str| claim::hold(text));
