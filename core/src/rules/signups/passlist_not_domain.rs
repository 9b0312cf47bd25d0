//! See [`RULE`].

use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::{Config, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule, edit};
use validator::ValidateEmail;

declare_rule! {
    /// An entry of the passlist is no mail domain.
    ///
    /// ## Why
    ///
    /// An entry is what stands after the `@` of a mail address, and nothing else: no `@`, no address, no URL. Gitpod adds the
    /// `@` itself and compares the end of the address. Where new users are blocked the Installer refuses an entry that does
    /// not look like a domain, domains in punycode such as `acme.xn--p1ai` among them.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/validation.go` (`block_new_users_passlist`),
    /// `components/server/src/user/user-service.ts:69-76`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: ["@acme.dev"]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-not-domain", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        if let Some(finding) = judge(entry, report) {
            let note = "Gitpod compares the end of a mail address with `@` and the entry; the Installer refuses what is no domain";
            report.push(finding.note(note));
        }
    }
}

fn judge(entry: &Spanned<String>, report: &Report<'_>) -> Option<Diagnostic> {
    let text = entry.value.as_str();
    let say = |clause: &str| report.found(entry.span, format!("`{text}` {clause}"));
    let rewrite = |finding: Diagnostic, to: &str, how: Applicability| {
        let fix = edit::write(report, entry.span, to, how);
        let finding = finding.help(format!("write `{to}`"));
        Some(edit::attach(finding, fix))
    };
    let bare = text.trim();
    if bare.is_empty() {
        return Some(
            report
                .found(entry.span, "this entry is empty")
                .help("leave it out"),
        );
    }
    // Several in one string, as KOTS took them.
    if bare.contains([',', ';', ' ']) {
        let parts: Vec<&str> = bare
            .split([',', ';', ' '])
            .filter(|part| !part.is_empty())
            .collect();
        let help = format!("write each as an entry of its own: `[{}]`", parts.join(", "));
        return Some(say("is more than one domain").help(help));
    }
    if let Some(domain) = bare.strip_prefix('@').filter(|domain| flaw(domain).is_none()) {
        return rewrite(
            say("begins with `@`, which Gitpod adds itself"),
            domain,
            Applicability::Safe,
        );
    }
    let written = dissect(bare);
    if !written.is_bare() && flaw(written.host).is_none() {
        return rewrite(say("is a URL, not a domain"), written.host, Applicability::Unsafe);
    }
    if bare.validate_email() {
        let domain = bare.rsplit('@').next().unwrap_or(bare);
        let help = format!(
            "write `{domain}` to let everybody of that domain in; single people are invited by an admin"
        );
        return Some(say("is a mail address, not a domain").help(help));
    }
    match flaw(bare) {
        None if bare != text => rewrite(say("has blanks around it"), bare, Applicability::Safe),
        // A wildcard has a rule of its own.
        None | Some(Flaw::Wildcard) => None,
        Some(Flaw::Unicode) => {
            Some(say("has letters that DNS does not know").help("write the punycode form, `xn--…`"))
        }
        Some(flaw) => Some(say(&flaw.clause()).help("write a mail domain such as `acme.dev`")),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn what_is_no_domain_is_pointed_at() {
        check(
            r#"
domain_passlist:
  - "@acme.dev"
#   ^^^^^^^^^^^ error[passlist-not-domain]: `@acme.dev` begins with `@`, which Gitpod adds itself
  - ada@acme.dev
#   ^^^^^^^^^^^^ error[passlist-not-domain]: `ada@acme.dev` is a mail address, not a domain
  - https://acme.dev/
#   ^^^^^^^^^^^^^^^^^ error[passlist-not-domain]: `https://acme.dev/` is a URL, not a domain
  - acme.dev, acme.com
#   ^^^^^^^^^^^^^^^^^^ error[passlist-not-domain]: `acme.dev, acme.com` is more than one domain
  - ""
#   ^^ error[passlist-not-domain]: This entry is empty
  - acme
#   ^^^^ error[passlist-not-domain]: `acme` is a single word, not a fully qualified name
  - acme.xn--p1ai
#   ^^^^^^^^^^^^^ error[passlist-not-domain]: `acme.xn--p1ai` ends in `xn--p1ai`, which the Gitpod Installer takes for no domain
  - münchen.de
#   ^^^^^^^^^^ error[passlist-not-domain]: `münchen.de` has letters that DNS does not know
  - 192.0.2.1
#   ^^^^^^^^^ error[passlist-not-domain]: `192.0.2.1` is an IP address, not a name
"#,
        );
    }

    #[test]
    fn domains_and_what_other_rules_explain_are_left_alone() {
        check(
            r"
domain_passlist: [acme.dev, ACME.dev, '*.acme.dev', acme.dev., xn--mnchen-3ya.de]
#                           ^^^^^^^^ error[passlist-uppercase]: `ACME.dev` has capital letters, so it matches nobody's mail address
#                                     ^^^^^^^^^^^^ error[passlist-wildcard]: `*.acme.dev` has a `*`, which is no wildcard to Gitpod
#                                                   ^^^^^^^^^ warning[passlist-lookalike]: `acme.dev.` looks like a misspelt `acme.dev`
#                                                   ^^^^^^^^^ error[passlist-trailing-dot]: `acme.dev.` ends in a dot, so it matches nobody's mail address
",
        );
    }

    #[test]
    fn the_at_sign_is_taken_off_within_the_quotes() {
        check_fix(
            "passlist-not-domain",
            "domain_passlist: ['@acme.dev']\n",
            "domain_passlist: ['acme.dev']\n",
        );
        check_fix(
            "passlist-not-domain",
            "domain_passlist: [\"https://acme.dev\"]\n",
            "domain_passlist: [\"acme.dev\"]\n",
        );
    }
}
