//! Names by which a value is known to be a secret.

use super::arguments::is_variable;
use super::shape::folded;

/// Keys whose values are secrets, and that say nothing of it in longer names.
const EXACT: &[&str] = &["auth", "key", "cert", "authorization"];

/// True for keys whose values are secrets by their name, in sections that are handed through untyped and in lines that
/// could not be read.
pub fn names_a_secret(key: &str) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "secret",
        "token",
        "credential",
        "privatekey",
        "accesskey",
        "authkey",
        "joinkey",
        "apikey",
        "vpnauth",
        "datastoreendpoint",
        "material",
        "hostkey",
        "dockerconfig",
        "identitytoken",
        "cacert",
        "customca",
        "serviceaccount",
    ];
    // Where a secret is, what one is called, how long it lasts, and settings of k3s that are about secrets.
    const PLACES: &[&str] = &["file", "dir", "path", "name", "ref", "seconds", "ttl"];
    const SETTINGS: &[&str] = &[
        "secretsencryption",
        "secretsencryptionprovider",
        "etcds3configsecret",
        "imagecredentialproviderconfig",
    ];
    let key = key.trim().trim_matches(['"', '\'']);
    if is_variable(key) {
        return true;
    }
    let key = folded(key);
    if PLACES.iter().any(|end| key.ends_with(end)) || SETTINGS.contains(&key.as_str()) {
        return false;
    }
    WORDS.iter().any(|word| key.contains(word)) || EXACT.contains(&key.as_str())
}

/// Whether the value under such a name is a secret. What is one by its key alone may be a label or an argument of something else here.
pub(super) fn names_a_variable(name: &str) -> bool {
    names_a_secret(name) && !EXACT.contains(&&*folded(name)) && folded(name) != "serviceaccount"
}
