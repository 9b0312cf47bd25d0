//! Names that anybody can register below.
//!
//! Source: the Public Suffix List (<https://publicsuffix.org/list/>, MPL-2.0) of the date in `public_suffixes.txt`, which
//! `.ci/public-suffixes` makes. A table that is searched in place, since crates either compile the list to two megabytes of
//! code or read it anew in each run.

const FILE: &str = include_str!("public_suffixes.txt");

/// Whether the list has a rule for names like this one; in small letters, without a dot at the end.
pub fn is_known(name: &str) -> bool {
    // Nearly every name has an ending that the list has by itself, and that is the shortest.
    let rules = rules();
    let dots = name.rmatch_indices('.').map(|(dot, _)| &name[dot + 1..]);
    dots.chain([name]).any(|ending| {
        let parent = ending.split_once('.').map(|(_, parent)| parent);
        has(rules, ending) || parent.is_some_and(|parent| has(rules, &format!("*.{parent}")))
    })
}

/// Whether the name is an ending that names are registered below.
pub fn is_suffix(name: &str) -> bool {
    suffix(name) == Some(name)
}

/// Whether the name is what somebody registered, with nothing in front of it. Below an ending that the list does not have, these are
/// names of two parts, as the list wants it.
pub fn is_registered(name: &str) -> bool {
    let suffix = suffix(name).or_else(|| name.rsplit('.').next());
    let label = suffix.and_then(|suffix| name.strip_suffix(suffix)?.strip_suffix('.'));
    label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
}

/// The longest ending that a rule speaks of. An exception (`!`) takes one part away from what its wildcard (`*`) gives.
fn suffix(name: &str) -> Option<&str> {
    let rules = rules();
    let dots = name.match_indices('.').map(|(dot, _)| &name[dot + 1..]);
    std::iter::once(name).chain(dots).find_map(|ending| {
        let parent = ending.split_once('.').map(|(_, parent)| parent);
        if has(rules, ending) {
            return Some(ending);
        }
        let parent = parent.filter(|parent| has(rules, &format!("*.{parent}")))?;
        match has(rules, &format!("!{ending}")) {
            true => Some(parent),
            false => Some(ending),
        }
    })
}

/// The list without its header.
fn rules() -> &'static str {
    FILE.split_once("\n\n").map_or(FILE, |(_, rules)| rules)
}

/// Whether the list has this line.
fn has(rules: &str, rule: &str) -> bool {
    let mut rest = rules;
    while !rest.is_empty() {
        let mut middle = rest.len() / 2;
        while !rest.is_char_boundary(middle) {
            middle -= 1;
        }
        let start = rest[..middle].rfind('\n').map_or(0, |end| end + 1);
        let end = rest[middle..].find('\n').map_or(rest.len(), |end| middle + end);
        match rule.cmp(&rest[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = &rest[..start],
            std::cmp::Ordering::Greater => rest = rest.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_found() {
        let (head, lines) = FILE.split_once("\n\n").expect("a head and rules");
        assert!(head.contains("MPL/2.0") && head.contains("VERSION: 20"), "{head}");
        assert!(lines.lines().is_sorted() && lines.lines().count() > 10_000);
        let has = |rule| has(rules(), rule);
        assert!(lines.lines().all(has));
        assert!(!has("") && !has("co") ^ is_known("co") && !has("zzz") && !has("!"));
    }

    #[test]
    fn names_are_told_as_the_list_says() {
        for known in [
            "dev",
            "acme.dev",
            "a.b.co.uk",
            "x.ck",
            "www.ck",
            "a.github.io",
            "münchen.de",
            "xn--p1ai",
            "рф",
        ] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["", "lan", "acme.lan", "corp", "a.internal", "dev."] {
            assert!(!is_known(unknown), "{unknown}");
        }
        for registered in [
            "acme.dev",
            "acme.co.uk",
            "a.b.ck",
            "www.ck",
            "city.kobe.jp",
            "a.github.io",
            "acme.lan",
        ] {
            assert!(is_registered(registered), "{registered}");
        }
        for not in [
            "",
            "dev",
            "co.uk",
            "a.acme.dev",
            "b.ck",
            "x.www.ck",
            "github.io",
            "a.acme.lan",
            "lan",
            ".dev",
        ] {
            assert!(!is_registered(not), "{not}");
        }
    }
}
