//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use std::collections::{BTreeSet, HashMap, HashSet};

declare_rule! {
    /// Two passlist domains differ by a typo.
    ///
    /// ## Why
    ///
    /// Anyone with an address in a listed domain may sign up. A misspelt domain belongs to someone else or is free to buy. Suppress
    /// this finding if you own both.
    ///
    /// Source: RFC 1035.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: [example.com, exmaple.com]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: [example.com, example.org]
    /// ```
    "passlist-lookalike", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

/// Shorter names are similar by chance.
const SHORTEST: usize = 5;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    let entries: Vec<_> = list.value.iter().filter_map(|entry| entry.spanned()).collect();
    // By what is left of a name with one letter less: two names that a slip makes of one another have one of these in common.
    let mut shortened: HashMap<String, Vec<usize>> = HashMap::new();
    let names: Vec<String> = entries.iter().map(|entry| bare(&entry.value)).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    for (i, (entry, lower)) in entries.iter().zip(&names).enumerate() {
        let is_new = seen.insert(lower);
        let mut near: Option<usize> = None;
        for part in one_letter_less(lower) {
            let others = shortened.entry(part).or_default();
            let is_near = |other: &&usize| {
                names
                    .get(**other)
                    .is_some_and(|other| lower != other && lower.len() > SHORTEST && is_slip(lower, other))
            };
            let first = others
                .iter()
                .take_while(|other| near.is_none_or(|near| **other < near))
                .find(is_near);
            near = first.copied().or(near);
            // A name that is there twice is found at its first place.
            if is_new {
                others.push(i);
            }
        }
        let Some(near) = near.and_then(|near| entries.get(near)) else {
            continue;
        };
        let finding = report
            .found(
                entry.span,
                format!("`{}` looks like a typo of `{}`", entry.value, near.value),
            )
            .and(near.span, "similar domain")
            .help("remove the wrong one");
        report.push(finding.note("anyone with an address in either domain may sign up"));
    }
}

/// A name without what other rules report: it is no typo of the name alone.
fn bare(entry: &str) -> String {
    let name = entry.trim().trim_start_matches('@').trim_end_matches('.');
    name.to_lowercase()
}

/// A name, and what is left of it without each of its letters.
fn one_letter_less(name: &str) -> BTreeSet<String> {
    let without = |(at, letter): (usize, char)| format!("{}{}", &name[..at], &name[at + letter.len_utf8()..]);
    let shorter = name.char_indices().map(without);
    crate::sorted::set(shorter.chain([name.to_owned()]))
}

/// One letter added, removed, changed or two swapped; but not a subdomain, nor names that differ in a number.
fn is_slip(one: &str, other: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    strsim::osa_distance(one, other) == 1 && (letters(one) != letters(other) || one.len() != other.len())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_letter() {
        check(
            r"
domain_passlist: [example.com, exmaple.com, acme.dev, acme.de, lab1.acme.org, lab2.acme.org]
#                              ^^^^^^^^^^^ warning[passlist-lookalike]: `exmaple.com` looks like a typo of `example.com`
#                                                     ^^^^^^^ warning[passlist-lookalike]: `acme.de` looks like a typo of `acme.dev`
",
        );
        check(
            r#"
domain_passlist: [acme.dev, acme.com, eu.acme.dev, a.io, b.io]
"#,
        );
        // One mistake is one finding.
        check(
            r#"
domain_passlist: ["@acme.dev", acme.dev]
#                 ^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `@acme.dev`: starts with `@`, which Gitpod adds itself
"#,
        );
    }
}
