//! Public keys in the format of `authorized_keys`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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

/// The curves of ECDSA keys, each with the length of an uncompressed point (RFC 5656, sections 3.1 and 10.1).
const CURVES: [(&str, usize); 3] = [("nistp256", 65), ("nistp384", 97), ("nistp521", 133)];
/// How an uncompressed point begins (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// Whether a line has a key of ECDSA, on a security key or not. [`public_key`] reads none: the library's support would add curves to the program.
pub(super) fn is_ecdsa(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let named = |word: &str| word.starts_with("ecdsa-sha2-") || word.starts_with("sk-ecdsa-sha2-");
    let Some(algorithm) = words.find(|word| named(word)) else {
        return false;
    };
    let blob = words
        .next()
        .and_then(|blob| STANDARD.decode(blob).ok())
        .unwrap_or_default();
    let mut rest = blob.as_slice();
    let (of, curve, point) = (string(&mut rest), string(&mut rest), string(&mut rest));
    let length = CURVES
        .iter()
        .find(|(name, _)| curve == Some(name.as_bytes()))
        .map(|(_, length)| *length);
    of == Some(algorithm.as_bytes())
        && length.is_some_and(|length| {
            point.is_some_and(|point| point.len() == length && point.first() == Some(&UNCOMPRESSED))
        })
}

/// The next string of a key (RFC 4251, section 5): its length in four bytes, then its bytes.
fn string<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (text, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some(text)
}
