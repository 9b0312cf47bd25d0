//! See [`RULE`].

use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};
use std::collections::BTreeMap;

declare_rule! {
    /// A mail domain is in the passlist more than once.
    ///
    /// ## Why
    ///
    /// The duplicate has no effect now, but if someone removes one entry to revoke access, the other still grants it.
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
    "passlist-duplicate", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check), for Gitpod, tagged Unused
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for (i, entry) in list.value.iter().enumerate() {
        let Some(entry) = entry.spanned() else { continue };
        let lower = entry.value.to_ascii_lowercase();
        let Some(first) = seen.get(&lower) else {
            seen.insert(lower, entry);
            continue;
        };
        // An upper-case entry has its own error; this one follows once that is fixed.
        if entry.value != lower {
            continue;
        }
        let finding = report
            .found(entry.span, format!("duplicate mail domain `{}`", entry.value))
            .and(first.span, "first listed here")
            .help("remove it");
        let before = i
            .checked_sub(1)
            .and_then(|i| list.value.get(i))
            .and_then(|f| f.span());
        let title = format!("remove the duplicate `{}`", entry.value);
        let fix = before.and_then(|before| edit::remove_item(report, title, before, entry.span));
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_second_in_any_case() {
        check(
            r"
domain_passlist: [Acme.dev, acme.com, acme.dev, ACME.COM]
#                 ^^^^^^^^ error[passlist-uppercase]: mail domain `Acme.dev` has upper-case letters, so it matches no address
#                                     ^^^^^^^^ warning[passlist-duplicate]: duplicate mail domain `acme.dev`
#                                               ^^^^^^^^ error[passlist-uppercase]: mail domain `ACME.COM` has upper-case letters, so it matches no address
",
        );
        check("domain_passlist: [acme.dev, acme.com, eu.acme.dev]\n");
    }

    #[test]
    fn the_fix_removes_the_entry() {
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
        fix(
            "domain_passlist:\r\n- acme.dev\r\n- acme.dev\r\n- acme.com\r\n",
            "domain_passlist:\r\n- acme.dev\r\n- acme.com\r\n",
        );
    }
}
