//! `claims/doctor.rs`, for any text.
#![no_main]

#[path = "../claims/doctor.rs"]
mod claim;

libfuzzer_sys::fuzz_target!(|text: &str| claim::hold(text));
