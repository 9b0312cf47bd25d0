//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config, Platform};
use crate::plan::Plan;
use crate::rules::domain::domain_not_public;
use crate::rules::hostname::{Flaw, flaw};
use crate::rules::public::bare_domain;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain is not a fully qualified host name.
    ///
    /// ## Why
    ///
    /// Platforms answer at the domain and at names below it, such as one for each port of each workspace. All of them must be valid
    /// in DNS, in certificates and in the installer's own check, which accepts ASCII letters, digits, hyphens and dots, no IP
    /// address, and a last label of letters and digits. Write names with other letters in punycode, `xn--…`. A Cyrillic or Greek
    /// letter often only looks like a Latin one, and makes another name.
    ///
    /// Source: the expression `fqdn` of go-playground/validator; RFC 1035.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: 192.0.2.1
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
    /// ```
    "domain-not-fqdn", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), silences domain_not_public::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let name = bare_domain(&domain.value);
    if domain.value.trim().is_empty() {
        return;
    }
    let found = match flaw(name) {
        Some(Flaw::Unicode) => {
            let found = report.found(
                domain.span,
                format!("invalid domain `{name}`: {}", Flaw::Unicode.clause()),
            );
            match idna::domain_to_ascii(name)
                .ok()
                .filter(|ascii| flaw(ascii).is_none())
            {
                Some(ascii) => {
                    // A letter may have been pasted that only looks like another one: then the name is another one, too.
                    // `domain-has-scheme-or-port` covers what surrounds it.
                    let fix = edit::write(report, domain.span, &ascii, Applicability::Unsafe)
                        .filter(|_| name == domain.value);
                    let help = match name.chars().find(|c| looks_latin(*c)) {
                        Some(c) => format!(
                            "type `{c}` (U+{:04X}) again if it should be an ASCII letter; else use its punycode form, `{ascii}`",
                            u32::from(c)
                        ),
                        None => format!("use its punycode form, `{ascii}`"),
                    };
                    edit::attach(found.help(help), fix)
                }
                None => found.help(help(&Flaw::Unicode, name, config.platform())),
            }
        }
        Some(flaw) => {
            let help = help(&flaw, name, config.platform());
            report
                .found(domain.span, format!("invalid domain `{name}`: {}", flaw.clause()))
                .help(help)
        }
        None => match plan.needs.longest_domain {
            Some(longest) if name.len() > longest => {
                let message = format!(
                    "domain of {} characters is too long: at most {longest} leave room for workspace hosts",
                    name.len()
                );
                report.found(domain.span, message).help("use a shorter name")
            }
            _ => return,
        },
    };
    report.push(found.note("the installer or DNS rejects such a name, or one below it"));
}

/// Whether a letter is of an alphabet that shares shapes with the Latin one: Greek, Cyrillic, Armenian.
fn looks_latin(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}')
}

fn help(flaw: &Flaw, name: &str, platform: Platform) -> String {
    match flaw {
        Flaw::Wildcard => {
            let bare = name.trim_start_matches(['*', '.']);
            format!("use `{bare}`; gkc adds the wildcards below it itself")
        }
        Flaw::Address => format!(
            "create a DNS name for the address and use that, such as `{}.acme.dev`",
            platform.as_str()
        ),
        Flaw::Unicode => "use the punycode form of the name, with labels that start with `xn--`".into(),
        Flaw::Tld(tld) if tld.starts_with("xn--") => {
            "use another top-level domain: the Installer accepts none in punycode".into()
        }
        Flaw::SingleLabel => format!("use the full name, such as `{name}.acme.dev`"),
        _ => format!("use a name such as `{}.acme.dev`", platform.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_applicability, check_fix, findings};

    #[test]
    fn invalid_names() {
        check(
            r"
domain: gitpod
#       ^^^^^^ error[domain-not-fqdn]: invalid domain `gitpod`: not fully qualified
",
        );
        check(
            r"
domain: 192.0.2.1
#       ^^^^^^^^^ error[domain-not-fqdn]: invalid domain `192.0.2.1`: an IP address, not a name
",
        );
        check(
            r"
domain: '2001:db8::1'
#       ^^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `2001:db8::1`: an IP address, not a name
",
        );
        check(
            r"
domain: '*.acme.dev'
#       ^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `*.acme.dev`: contains a wildcard
",
        );
        check(
            r"
domain: gitpod.münchen.de
#       ^^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `gitpod.münchen.de`: contains letters outside ASCII
",
        );
        check(
            r"
domain: git_pod.acme.dev
#       ^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `git_pod.acme.dev`: contains `_`
",
        );
        check(
            r"
domain: acme.xn--p1ai
#       ^^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `acme.xn--p1ai`: the installer rejects the top-level domain `xn--p1ai`
",
        );
        check(
            r"
domain: a b.dev
#       ^^^^^^^ error[domain-not-fqdn]: invalid domain `a b.dev`: contains a space
",
        );
        check(
            r"
domain: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.dev
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: domain of 203 characters is too long: at most 202 leave room for workspace hosts
",
        );
        check(
            r"
domain: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.de
",
        );
    }

    #[test]
    fn what_another_rule_explains_is_reported_once() {
        for text in [
            "https://gitpod.acme.dev/",
            "gitpod.acme.dev.",
            "Gitpod.acme.dev",
            "gitpod.<domain>",
            "''",
        ] {
            let (_, found) = findings(&format!("domain: {text}\n"), &TestInputs::default());
            let about: Vec<_> = found
                .iter()
                .map(|d| d.rule.name)
                .filter(|r| r.starts_with("domain-"))
                .collect();
            assert_eq!(about.len(), 1, "{text}: {about:?}");
        }
    }

    #[test]
    fn the_fix_writes_punycode() {
        check_fix(
            "domain-not-fqdn",
            "domain: gitpod.münchen.de\n",
            "domain: gitpod.xn--mnchen-3ya.de\n",
        );
    }

    #[test]
    fn punycode_is_fine() {
        check("domain: gitpod.xn--mnchen-3ya.de\n");
    }

    #[test]
    fn a_letter_may_only_look_like_another_one() {
        let text = "domain: gitp\u{43e}d.acme.dev\n";
        check_applicability(
            "domain-not-fqdn",
            &[(text, "unsafe"), ("domain: gitpod.m\u{fc}nchen.de\n", "unsafe")],
        );
        let (_, found) = findings(text, &TestInputs::default());
        let help = found.iter().find_map(|found| found.help.clone());
        assert!(help.is_some_and(|help| help.contains("(U+043E)")));
    }
}
