//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Two domains of the passlist differ by a slip of the pen.
    ///
    /// ## Why
    ///
    /// Everybody with an address at a domain of the passlist may sign up. A domain that was misspelt is somebody else's, or free
    /// for whoever buys it. Hide this where both are yours.
    ///
    /// Source: RFC 1035; catalogue row 47.
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

/// Shorter names are near to one another by chance.
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
                format!("`{}` looks like a misspelt `{}`", entry.value, near.value),
            )
            .and(near.span, "the other")
            .help("leave the wrong one out");
        report.push(finding.note("people with an address at either may sign up"));
    }
}

/// One letter more, less, other, or two exchanged; one under the other is none, and neither are names with another number.
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
#                              ^^^^^^^^^^^ warning[passlist-lookalike]: `exmaple.com` looks like a misspelt `example.com`
#                                                     ^^^^^^^ warning[passlist-lookalike]: `acme.de` looks like a misspelt `acme.dev`
",
        );
        check(
            r#"
domain_passlist: [acme.dev, acme.com, eu.acme.dev, a.io, b.io]
"#,
        );
    }
}
