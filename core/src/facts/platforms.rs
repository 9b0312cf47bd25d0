//! What is asked of the facts of all platforms at once, whichever of them runs.

use super::coder::env::{Kind, VARIABLES};
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

/// The variables of a server that can be set below a key of the configuration, by the path to it, and whether they are secrets.
pub fn variables(path: &str) -> (impl Iterator<Item = &'static str> + use<>, bool) {
    let are_secret = path == "coder.secretEnv";
    let is_there = are_secret || path == "coder.env";
    let fits = VARIABLES.iter().filter(move |variable| {
        is_there && variable.gone.is_none() && (variable.kind == Kind::Secret) == are_secret
    });
    (fits.map(|variable| variable.name), are_secret)
}
