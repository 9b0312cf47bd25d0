//! What is asked of the facts of all platforms at once, whichever of them runs.

use super::releases::Product;
use super::{coder, gitpod};

/// Passwords of their documents and of their own defaults.
pub fn published_passwords() -> impl Iterator<Item = &'static str> {
    gitpod::leaked::PASSWORDS.into_iter()
}

/// Keys of their documents that data is encrypted with.
pub fn published_keys() -> impl Iterator<Item = &'static str> {
    gitpod::leaked::ENCRYPTION_KEYS.into_iter()
}

/// What they install by its release.
pub fn products() -> impl Iterator<Item = &'static Product> {
    gitpod::PRODUCTS.into_iter().chain(coder::PRODUCTS)
}
