//! Names of images, as containerd and Docker read them (distribution/reference, its grammar).

use super::hostname::{dissect, host_flaw};

/// The longest tag (distribution/reference).
const TAG: usize = 128;

/// The digits of a SHA-256 digest.
const DIGEST: usize = 64;

/// The name alone, and the tag and the digest behind it.
pub(super) fn parts(text: &str) -> (&str, Option<&str>, Option<&str>) {
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
pub(super) fn mistake(text: &str, has_tag: bool) -> Option<String> {
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
pub(super) fn is_part(part: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(edge)
        && part.ends_with(edge)
        && part.chars().all(|c| edge(c) || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn names_of_images() {
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for good in [
            "codercom/enterprise-base:ubuntu",
            "localhost:5000/x",
            "ubuntu",
            "registry.acme.dev:5000/a/b_c/d--e:v1.2-x",
            &format!("ghcr.io/acme/dev:1@sha256:{digest}"),
        ] {
            assert_eq!(mistake(good, true), None, "{good}");
        }
        for (bad, why) in [
            ("docker://x.dev/y", "contains a scheme"),
            ("x.dev/a b", "contains a space"),
            ("x.dev/y:1:latest", "contains two tags"),
            ("x.dev/y:", "invalid tag ``"),
            ("x.dev/y:-1", "invalid tag `-1`"),
            (
                "x.dev/y@sha256:9f86d081",
                "digest without `sha256:` and its 64 digits",
            ),
            ("x.dev/Y:1", "contains upper-case letters"),
            ("x.dev//y", "contains an empty part"),
            ("x.dev/-y", "invalid part `-y`"),
            ("x_y.dev/y", "contains `_`"),
        ] {
            assert_eq!(mistake(bad, true).as_deref(), Some(why), "{bad}");
        }
        assert_eq!(mistake("x.dev/y", false), None);
        assert_eq!(mistake("x.dev:5000/y", false), None);
    }
}
