//! See [`RULE`].

use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};
use std::collections::BTreeMap;

declare_rule! {
    /// A mail domain stands in the passlist more than once.
    ///
    /// ## Why
    ///
    /// The second entry changes nothing, and whoever takes the first one out later believes that nobody of that domain can sign
    /// up any more.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev, acme.com, acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev, acme.com]
    /// ```
    "passlist-duplicate", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for (i, entry) in list.value.iter().enumerate() {
        let Some(entry) = entry.spanned() else { continue };
        let lower = entry.value.to_lowercase();
        let Some(first) = seen.get(&lower) else {
            seen.insert(lower, entry);
            continue;
        };
        // An entry with capitals is an error of its own, and this one only once that is cured.
        if entry.value != lower {
            continue;
        }
        let finding = report
            .found(
                entry.span,
                format!("`{}` is in the passlist already", entry.value),
            )
            .and(first.span, "it stands here first")
            .help("leave it out");
        let before = i
            .checked_sub(1)
            .and_then(|i| list.value.get(i))
            .and_then(|f| f.span());
        let title = format!("remove the second `{}`", entry.value);
        let fix = before.and_then(|before| edit::remove_item(report, title, before, entry.span));
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_second_is_pointed_at_whatever_the_case_of_the_first() {
        check(
            r"
domain_passlist: [Acme.dev, acme.com, acme.dev, ACME.COM]
#                 ^^^^^^^^ error[passlist-uppercase]: `Acme.dev` has capital letters, so it matches nobody's mail address
#                                     ^^^^^^^^ warning[passlist-duplicate]: `acme.dev` is in the passlist already
#                                               ^^^^^^^^ error[passlist-uppercase]: `ACME.COM` has capital letters, so it matches nobody's mail address
",
        );
        check("domain_passlist: [acme.dev, acme.com, eu.acme.dev]\n");
    }

    #[test]
    fn it_is_taken_out_with_its_comma_or_its_line() {
        let fix = |before, after| check_fix("passlist-duplicate", before, after);
        fix(
            "domain_passlist: [acme.dev, 'acme.dev', acme.com]\n",
            "domain_passlist: [acme.dev, acme.com]\n",
        );
        fix(
            "domain_passlist:\n  - acme.dev\n  - acme.com\n  - acme.dev\nblockNewUsers: true\n",
            "domain_passlist:\n  - acme.dev\n  - acme.com\nblockNewUsers: true\n",
        );
        fix(
            "domain_passlist:\n- acme.dev\n- acme.dev\n- acme.com\n",
            "domain_passlist:\n- acme.dev\n- acme.com\n",
        );
    }
}
