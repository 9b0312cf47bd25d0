//! Public keys in the format of `authorized_keys`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ssh_key::PublicKey;

/// The options that a key can have (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). With another one sshd refuses the key.
const OPTIONS: [&str; 22] = [
    "agent-forwarding",
    "cert-authority",
    "command",
    "environment",
    "expiry-time",
    "from",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-touch-required",
    "no-user-rc",
    "no-x11-forwarding",
    "permitlisten",
    "permitopen",
    "port-forwarding",
    "principals",
    "pty",
    "restrict",
    "tunnel",
    "user-rc",
    "verify-required",
    "x11-forwarding",
];

/// The key of a line, after its options.
pub(super) fn public_key(line: &str) -> Option<PublicKey> {
    let line = line.trim();
    let behind = || PublicKey::from_openssh(without_options(line)?).ok();
    PublicKey::from_openssh(line).ok().or_else(behind)
}

/// What follows the options of a line, in which quotes may contain spaces and commas.
fn without_options(line: &str) -> Option<&str> {
    let mut quoted = false;
    let mut start = 0;
    for (at, c) in line.char_indices() {
        quoted ^= c == '"';
        if quoted || !matches!(c, ' ' | ',') {
            continue;
        }
        let option = line.get(start..at)?;
        let name = option.split('=').next().unwrap_or("").to_ascii_lowercase();
        if !OPTIONS.contains(&name.as_str()) {
            return None;
        }
        if c == ' ' {
            return line.get(at..).map(str::trim_start);
        }
        start = at + 1;
    }
    None
}

/// The curves of ECDSA keys, each with the length of an uncompressed point (RFC 5656, sections 3.1 and 10.1).
const CURVES: [(&str, usize); 3] = [("nistp256", 65), ("nistp384", 97), ("nistp521", 133)];
/// How an uncompressed point begins (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// Whether a line has a key of ECDSA, on a security key or not. [`public_key`] reads none: the library's support would add curves to the program.
pub(super) fn is_ecdsa(line: &str) -> bool {
    let named = |line: &&str| line.starts_with("ecdsa-sha2-") || line.starts_with("sk-ecdsa-sha2-");
    let line = line.trim();
    let Some(key) = Some(line)
        .filter(named)
        .or_else(|| without_options(line))
        .filter(named)
    else {
        return false;
    };
    let mut words = key.split_whitespace();
    let algorithm = words.next().unwrap_or("");
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
