//! Secrets that everybody knows.

use super::platforms;

/// Passwords that people write to fill a form.
const PASSWORDS: [&str; 16] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "password123",
    "passw0rd",
    "secret",
    "supersecret",
    "admin",
    "root",
    "redacted",
    "example",
    "test",
    "123456",
    "12345678",
    "mysecret",
];

/// Whether a password is one that everybody knows, whatever its case: of forms, or of a platform's documents.
pub fn is_known_password(text: &str) -> bool {
    let mut known = PASSWORDS.into_iter().chain(platforms::published_passwords());
    known.any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether a key that data is encrypted with stands in a platform's documents.
pub fn is_known_key(text: &str) -> bool {
    platforms::published_keys().any(|known| known == text)
}
