//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

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
    "passlist-lookalike", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Shorter names are similar by chance.
const SHORTEST: usize = 5;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    let entries: Vec<_> = list.value.iter().filter_map(|entry| entry.spanned()).collect();
    for (i, entry) in entries.iter().enumerate() {
        let lower = entry.value.to_lowercase();
        let near = entries.iter().take(i).find(|other| {
            let other = other.value.to_lowercase();
            lower != other && lower.len() > SHORTEST && is_slip(&lower, &other)
        });
        let Some(near) = near else { continue };
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
    }
}
