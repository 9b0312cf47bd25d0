//! Values of secrets that are publicly known.

use crate::facts::leaked::{ENCRYPTION_KEYS, is_known_password};
use crate::text::SecretBytes;

/// Whether a secret's value is publicly known.
pub(super) fn is_known(value: &SecretBytes) -> bool {
    let text = value.expose_text().map(str::trim);
    text.is_some_and(is_known_password) || is_known_key(value)
}

/// Whether it is a database encryption key that is publicly known.
pub(super) fn is_known_key(value: &SecretBytes) -> bool {
    value
        .expose_text()
        .is_some_and(|text| ENCRYPTION_KEYS.contains(&text.trim()))
}
