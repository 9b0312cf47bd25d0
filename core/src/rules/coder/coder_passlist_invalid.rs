//! See [`RULE`].
use crate::diagnostic::Severity;
use crate::facts::mail::is_public;
use crate::model::Config;
use crate::rules::hostname::{Flaw, flaw};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An entry of the list is not a mail domain.
    ///
    /// ## Why
    ///
    /// Coder compares the whole part after the `@` with each entry, whatever its case. It knows neither wildcards nor subdomains, and separates
    /// entries by commas.
    ///
    /// Source: coder/coder `coderd/userauth.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: ['*.acme.dev']
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    "coder-passlist-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        let text = entry.value.as_str();
        let bare = text.strip_prefix('@').unwrap_or(text);
        let clause = match flaw(bare) {
            // The rule of the installers that this part of the check is from.
            None | Some(Flaw::Tld(_)) if !bare.ends_with('.') => {
                if is_public(bare) {
                    let mut finding = report.found(
                        entry.span,
                        format!("public mail provider `{bare}`: anyone can sign up"),
                    );
                    finding.severity = Severity::Warning;
                    report.push(
                        finding.help("remove it, and let admins create the users without a company address"),
                    );
                }
                continue;
            }
            None | Some(Flaw::Tld(_)) => "ends in a dot".to_owned(),
            Some(flaw) => flaw.clause(),
        };
        let finding = report.found(entry.span, format!("invalid mail domain `{text}`: {clause}"));
        report.push(finding.help("use a mail domain such as `acme.dev`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn entries_that_match_nobody() {
        check(
            r"
platform: coder
domain_passlist: ['*.acme.dev', ada@acme.dev, 'a.dev, b.dev', acme.dev., '@acme.dev', ACME.dev]
#                 ^^^^^^^^^^^^ error[coder-passlist-invalid]: invalid mail domain `*.acme.dev`: contains a wildcard
#                               ^^^^^^^^^^^^ error[coder-passlist-invalid]: invalid mail domain `ada@acme.dev`: contains `@`
#                                             ^^^^^^^^^^^^^^ error[coder-passlist-invalid]: invalid mail domain `a.dev, b.dev`: contains `,`
#                                                             ^^^^^^^^^ error[coder-passlist-invalid]: invalid mail domain `acme.dev.`: ends in a dot
coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
",
        );
    }
}
