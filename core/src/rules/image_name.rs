//! Names of images, as distribution/reference reads them.

use super::hostname::{dissect, host_flaw};

/// The longest tag (distribution/reference).
const TAG: usize = 128;
/// The digits of a SHA-256 digest.
const DIGEST: usize = 64;

/// The name alone, and the tag and the digest behind it.
pub(in crate::rules) fn parts(text: &str) -> (&str, Option<&str>, Option<&str>) {
    let (named, digest) = match text.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (text, None),
    };
    // A port is in front of the last slash.
    let last = named.rfind('/').map_or(0, |slash| slash + 1);
    match named[last..].split_once(':') {
        Some((name, tag)) => (&named[..last + name.len()], Some(tag), digest),
        None => (named, None, digest),
    }
}

/// What is wrong with an image, for the end of a message.
pub(in crate::rules) fn mistake(text: &str, has_tag: bool) -> Option<String> {
    if text.contains("://") {
        return Some("contains a scheme".to_owned());
    }
    if text.contains(char::is_whitespace) {
        return Some("contains a space".to_owned());
    }
    let (name, tag, digest) = parts(text);
    if !has_tag && let Some(tag) = tag.or(digest) {
        return Some(format!("contains the tag `{tag}`, which gkc adds"));
    }
    let of_tag = tag.and_then(wrong_tag);
    let of_digest = || {
        let wrong = digest.is_some_and(|digest| !is_digest(digest));
        wrong.then(|| format!("digest without `sha256:` and its {DIGEST} digits"))
    };
    of_tag.or_else(of_digest).or_else(|| wrong_name(name))
}

fn wrong_tag(tag: &str) -> Option<String> {
    if tag.contains(':') {
        return Some("contains two tags".to_owned());
    }
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let fits = (1..=TAG).contains(&tag.len()) && !tag.starts_with(['.', '-']) && tag.chars().all(inner);
    (!fits).then(|| format!("invalid tag `{tag}`"))
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:");
    digits
        .is_some_and(|digits| digits.len() == DIGEST && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn wrong_name(name: &str) -> Option<String> {
    let (host, path) = match name.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
        _ => (None, name),
    };
    if let Some(flaw) = host.and_then(|host| host_flaw(dissect(host).host)) {
        return Some(flaw.clause());
    }
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("contains upper-case letters".to_owned());
    }
    let wrong = path.split('/').find(|part| !is_part(part))?;
    Some(match wrong {
        "" => "contains an empty part".to_owned(),
        part => format!("invalid part `{part}`"),
    })
}

/// Lower-case letters and digits, with separators between them.
pub(in crate::rules) fn is_part(part: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(edge)
        && part.ends_with(edge)
        && part.chars().all(|c| edge(c) || matches!(c, '-' | '_' | '.'))
}
