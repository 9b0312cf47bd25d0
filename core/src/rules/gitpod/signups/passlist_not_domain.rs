//! See [`RULE`].

use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::{Config, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw, is_mail_address};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A passlist entry is not a mail domain.
    ///
    /// ## Why
    ///
    /// An entry is the part after the `@` of a mail address: no `@`, no full address, no URL. Gitpod adds the `@` and compares the
    /// end of the address. If new users are blocked, the Installer rejects entries that are not domains, including punycode
    /// top-level domains such as `acme.xn--p1ai`.
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
    "passlist-not-domain", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        if let Some(finding) = judge(entry, report) {
            let note = "Gitpod compares the end of a mail address with `@` plus the entry, and the Installer rejects invalid domains";
            report.push(finding.note(note));
        }
    }
}

fn judge(entry: &Spanned<String>, report: &Report<'_>) -> Option<Diagnostic> {
    let text = entry.value.as_str();
    let say = |clause: &str| report.found(entry.span, format!("invalid mail domain `{text}`: {clause}"));
    let rewrite = |finding: Diagnostic, to: &str, how: Applicability| {
        let fix = edit::write(report, entry.span, to, how);
        let finding = finding.help(format!("use `{to}`"));
        Some(edit::attach(finding, fix))
    };
    let bare = text.trim();
    if bare.is_empty() {
        return Some(report.found(entry.span, "empty passlist entry").help("remove it"));
    }
    // Several in one string, as KOTS accepted them.
    if bare.contains([',', ';', ' ']) {
        let parts: Vec<&str> = bare
            .split([',', ';', ' '])
            .filter(|part| !part.is_empty())
            .collect();
        let help = format!("list each domain separately: `[{}]`", parts.join(", "));
        return Some(say("more than one domain").help(help));
    }
    if let Some(domain) = bare.strip_prefix('@').filter(|domain| flaw(domain).is_none()) {
        return rewrite(
            say("starts with `@`, which Gitpod adds itself"),
            domain,
            Applicability::Safe,
        );
    }
    let written = dissect(bare);
    if !written.is_bare() && flaw(written.host).is_none() {
        return rewrite(say("a URL, not a domain"), written.host, Applicability::Unsafe);
    }
    if is_mail_address(bare) {
        let domain = bare.rsplit('@').next().unwrap_or(bare);
        let help = format!("use `{domain}` to admit the whole domain, or let an admin invite single people");
        return Some(say("a mail address, not a domain").help(help));
    }
    match flaw(bare) {
        None if bare != text => rewrite(say("surrounded by spaces"), bare, Applicability::Safe),
        // `passlist-wildcard` covers wildcards.
        None | Some(Flaw::Wildcard) => None,
        Some(Flaw::Unicode) => {
            Some(say("contains letters outside ASCII").help("use its punycode form, `xn--…`"))
        }
        Some(flaw) => Some(say(&flaw.clause()).help("use a mail domain such as `acme.dev`")),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn invalid_domains() {
        check(
            r#"
domain_passlist:
  - "@acme.dev"
#   ^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `@acme.dev`: starts with `@`, which Gitpod adds itself
  - ada@acme.dev
#   ^^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `ada@acme.dev`: a mail address, not a domain
  - https://acme.dev/
#   ^^^^^^^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `https://acme.dev/`: a URL, not a domain
  - acme.dev, acme.com
#   ^^^^^^^^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `acme.dev, acme.com`: more than one domain
  - ""
#   ^^ error[passlist-not-domain]: empty passlist entry
  - acme
#   ^^^^ error[passlist-not-domain]: invalid mail domain `acme`: not fully qualified
  - acme.xn--p1ai
#   ^^^^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `acme.xn--p1ai`: the installer rejects the top-level domain `xn--p1ai`
  - münchen.de
#   ^^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `münchen.de`: contains letters outside ASCII
  - 192.0.2.1
#   ^^^^^^^^^ error[passlist-not-domain]: invalid mail domain `192.0.2.1`: an IP address, not a name
"#,
        );
    }

    #[test]
    fn valid_domains_and_other_rules() {
        check(
            r"
domain_passlist: [acme.dev, ACME.dev, '*.acme.dev', acme.dev., xn--mnchen-3ya.de]
#                           ^^^^^^^^ error[passlist-uppercase]: mail domain `ACME.dev` has upper-case letters, so it matches no address
#                                     ^^^^^^^^^^^^ error[passlist-wildcard]: mail domain `*.acme.dev` has a `*`, which Gitpod takes literally
#                                                   ^^^^^^^^^ error[passlist-trailing-dot]: mail domain `acme.dev.` ends in a dot, so it matches no address
",
        );
    }

    #[test]
    fn the_fix_removes_the_at_sign() {
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
