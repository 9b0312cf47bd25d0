//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::mail::is_public;
use crate::facts::public_suffix;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The passlist admits a public mail provider, or an ending such as `co.uk`.
    ///
    /// ## Why
    ///
    /// Blocking new users has no effect if anyone can create an address in a listed domain within a minute.
    ///
    /// Source: the list of providers in `core/src/facts/mail.rs`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [gmail.com]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-public-mail", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        let domain = entry.value.trim().trim_start_matches('@').trim_end_matches('.');
        if public_suffix::is_suffix(&domain.to_ascii_lowercase()) && domain.contains('.') {
            let message = format!("anyone can register a domain below `{domain}`");
            let mut finding = report.found(entry.span, message);
            finding.severity = Severity::Warning;
            report.push(finding.help("use the domain that your company's mail addresses end in"));
            continue;
        }
        if !is_public(domain) {
            continue;
        }
        let message = format!("public mail provider `{domain}`: anyone can sign up");
        report.push(
            report
                .found(entry.span, message)
                .help("remove it, and invite people without a company address one by one"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn public_providers() {
        check(
            r#"
domain_passlist: [acme.dev, "Gmail.com", eu.gmail.com, proton.me]
#                           ^^^^^^^^^^^ error[passlist-public-mail]: public mail provider `Gmail.com`: anyone can sign up
#                           ^^^^^^^^^^^ error[passlist-uppercase]: mail domain `Gmail.com` has upper-case letters, so it matches no address
#                                                      ^^^^^^^^^ error[passlist-public-mail]: public mail provider `proton.me`: anyone can sign up
"#,
        );
        check("domain_passlist: [acme.dev, notgmail.com]\n");
        check(
            r"
domain_passlist: [co.uk, acme.co.uk]
#                 ^^^^^ warning[passlist-public-mail]: anyone can register a domain below `co.uk`
",
        );
    }
}
