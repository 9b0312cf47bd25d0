//! `claims/policy.rs`, for any text.
#![no_main]

#[path = "../claims/policy.rs"]
mod claim;

libfuzzer_sys::fuzz_target!(|text: &str| claim::hold(text));
