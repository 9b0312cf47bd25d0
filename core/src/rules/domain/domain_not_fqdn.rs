//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::dns::LONGEST_DOMAIN;
use crate::facts::mail::is_placeholder;
use crate::model::Config;
use crate::rules::hostname::{Flaw, flaw};
use crate::rules::public::bare_domain;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain is no fully qualified host name.
    ///
    /// ## Why
    ///
    /// Gitpod answers at the name itself, at names below it and at one name below `ws.` for each port of each workspace. All of
    /// them have to be valid in DNS, in certificates and in the Installer's own check, which takes ASCII letters, digits, hyphens
    /// and dots, no address, and a last part of letters and digits. Names with other letters are written in their
    /// punycode form, `xn--…`.
    ///
    /// Source: the expression `fqdn` of go-playground/validator; RFC 1035; gitpod-io/gitpod
    /// `components/gitpod-protocol/src/util/generate-workspace-id.ts` for the length of workspace hosts.
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
    /// domain: gitpod.acme.dev
    /// ```
    "domain-not-fqdn", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let name = bare_domain(&domain.value);
    if domain.value.trim().is_empty() || is_placeholder(name) {
        return;
    }
    let found = match flaw(name) {
        Some(Flaw::Unicode) => {
            let found = report.found(domain.span, format!("`{name}` {}", Flaw::Unicode.clause()));
            match idna::domain_to_ascii(name)
                .ok()
                .filter(|ascii| flaw(ascii).is_none())
            {
                Some(ascii) => {
                    // The two are one name in DNS. What stands around the name is another rule's.
                    let fix = edit::write(report, domain.span, &ascii, Applicability::Safe)
                        .filter(|_| name == domain.value);
                    edit::attach(found.help(format!("write its punycode form, `{ascii}`")), fix)
                }
                None => found.help(help(&Flaw::Unicode, name)),
            }
        }
        Some(flaw) => {
            let help = help(&flaw, name);
            report
                .found(domain.span, format!("`{name}` {}", flaw.clause()))
                .help(help)
        }
        None if name.len() > LONGEST_DOMAIN => {
            let message = format!(
                "the domain has {} characters; workspaces need hosts below it, which leaves {LONGEST_DOMAIN}",
                name.len()
            );
            report.found(domain.span, message).help("take a shorter name")
        }
        None => return,
    };
    report.push(
        found.note("the Installer and the DNS refuse such a name, for Gitpod itself or for its workspaces"),
    );
}

fn help(flaw: &Flaw, name: &str) -> String {
    match flaw {
        Flaw::Wildcard => {
            let bare = name.trim_start_matches(['*', '.']);
            format!(
                "write `{bare}`; the wildcards `*.{bare}` and `*.ws.{bare}` are added where they are needed"
            )
        }
        Flaw::Address => "give the address a name in DNS and write that, such as `gitpod.acme.dev`".into(),
        Flaw::Unicode => "write the punycode form of the name, whose parts begin with `xn--`".into(),
        Flaw::Tld(tld) if tld.starts_with("xn--") => {
            "take a name under another top-level domain: the Installer knows none in punycode".into()
        }
        Flaw::SingleLabel => format!("write all of the name, such as `{name}.acme.dev`"),
        _ => "write a name such as `gitpod.acme.dev`".into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn what_is_no_name_is_pointed_at() {
        check(
            r"
domain: gitpod
#       ^^^^^^ error[domain-not-fqdn]: `gitpod` is a single word, not a fully qualified name
",
        );
        check(
            r"
domain: 192.0.2.1
#       ^^^^^^^^^ error[domain-not-fqdn]: `192.0.2.1` is an IP address, not a name
",
        );
        check(
            r"
domain: '2001:db8::1'
#       ^^^^^^^^^^^^^ error[domain-not-fqdn]: `2001:db8::1` is an IP address, not a name
",
        );
        check(
            r"
domain: '*.acme.dev'
#       ^^^^^^^^^^^^ error[domain-not-fqdn]: `*.acme.dev` has a wildcard
",
        );
        check(
            r"
domain: gitpod.münchen.de
#       ^^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: `gitpod.münchen.de` has letters that DNS does not know
",
        );
        check(
            r"
domain: git_pod.acme.dev
#       ^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: `git_pod.acme.dev` has a `_`, which no host name may have
",
        );
        check(
            r"
domain: acme.xn--p1ai
#       ^^^^^^^^^^^^^ error[domain-not-fqdn]: `acme.xn--p1ai` ends in `xn--p1ai`, which the Gitpod Installer takes for no domain
",
        );
        check(
            r"
domain: a b.dev
#       ^^^^^^^ error[domain-not-fqdn]: `a b.dev` has a blank in it
",
        );
        check(
            r"
domain: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.dev
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[domain-not-fqdn]: The domain has 203 characters; workspaces need hosts below it, which leaves 202
",
        );
        check(
            r"
domain: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.de
",
        );
    }

    #[test]
    fn what_another_rule_explains_is_said_once() {
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
                .map(|d| d.rule)
                .filter(|r| r.starts_with("domain-"))
                .collect();
            assert_eq!(about.len(), 1, "{text}: {about:?}");
        }
    }

    #[test]
    fn other_letters_are_written_in_punycode() {
        check_fix(
            "domain-not-fqdn",
            "domain: gitpod.münchen.de\n",
            "domain: gitpod.xn--mnchen-3ya.de\n",
        );
    }

    #[test]
    fn punycode_labels_are_names() {
        check("domain: gitpod.xn--mnchen-3ya.de\n");
    }
}
