//! Public keys in the format of `authorized_keys`.

use ssh_key::PublicKey;

/// The key of a line, after its options, in which quotes may contain spaces.
pub(super) fn public_key(line: &str) -> Option<PublicKey> {
    let line = line.trim();
    let mut quoted = false;
    let options = line.find(|c| {
        quoted ^= c == '"';
        c == ' ' && !quoted
    });
    let behind = || options.and_then(|end| PublicKey::from_openssh(line[end..].trim_start()).ok());
    PublicKey::from_openssh(line).ok().or_else(behind)
}
