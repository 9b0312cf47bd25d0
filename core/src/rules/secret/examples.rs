//! Values of secrets that are publicly known.

use crate::facts::leaked::{is_known_key, is_known_password};
use crate::text::SecretBytes;

/// Whether a secret's value is publicly known.
pub(super) fn is_known(value: &SecretBytes) -> bool {
    let text = value.expose_text().map(str::trim);
    text.is_some_and(|text| is_known_password(text) || is_known_key(text))
}
