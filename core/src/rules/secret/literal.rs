//! See [`RULE`].

use super::known_example::is_known;
use crate::model::Config;
use crate::plan::{Plan, SecretSource};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use crate::source::Span;

declare_rule! {
    /// A secret stands in the configuration itself.
    ///
    /// ## Why
    ///
    /// The configuration is meant to be kept in Git, shown in reviews and copied between people; a secret in it is known to all
    /// who ever see a copy. Values from a variable or a file stay out of it. gkc hides such a value wherever it shows source, and
    /// so does this finding.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {token: 6f2d8a51c3e94b07}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {token: {env: K3S_TOKEN}}
    /// ```
    "secret-literal", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let mut said: Vec<Span> = Vec::new();
    for need in plan
        .secrets
        .iter()
        .filter(|need| need.source == SecretSource::Literal)
    {
        said.push(need.span);
        let value = store.get(&need.name);
        // Certificates are for everybody; what everybody knows is an error of its own.
        if value.is_none_or(|value| is_certificate(value.expose()) || is_known(value)) {
            continue;
        }
        let message = format!("the secret `{}` is written in plain text", need.name);
        let help = match need.name.rsplit('.').next() {
            _ if need.generate.is_some() => {
                "leave it out, or write `{env: NAME}`; `gkc secrets generate` fills the variable".to_owned()
            }
            Some(key) => {
                format!("write `{key}: {{env: NAME}}` or `{key}: {{file: path}}`, and change the secret")
            }
            None => "write `{env: NAME}` or `{file: path}`, and change the secret".to_owned(),
        };
        report.push(report.found(need.span, message).help(help).note(NOTE));
    }
    // What is handed through, or not used by this platform, is in no plan.
    let rest: Vec<Span> = report
        .sensitive()
        .iter()
        .copied()
        .filter(|span| !span.is_empty() && !said.contains(span))
        .collect();
    for span in rest {
        let finding = report.found(span, "a secret is written here in plain text");
        report.push(
            finding
                .help("give it through a key that takes `{env: NAME}`")
                .note(NOTE),
        );
    }
}

const NOTE: &str = "whoever sees a copy of this file, or of its history, knows it";

fn is_certificate(value: &[u8]) -> bool {
    value
        .trim_ascii_start()
        .starts_with(b"-----BEGIN CERTIFICATE-----")
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_given, findings};

    #[test]
    fn the_key_is_named_and_the_value_is_not() {
        let text = "k3s: {token: hunter2hunter2}\n";
        check(
            "secret-literal",
            &format!(
                "{text}#            ^^^^^^^^^^^^^^ warning: the secret `k3s.token` is written in plain text\n"
            ),
        );
        let (_, found) = findings(text, &TestInputs::default());
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    #[test]
    fn references_certificates_and_known_examples_are_not_its_business() {
        check_given(
            "secret-literal",
            "k3s: {token: changeme, agentToken: {env: T}}\ncertificate: {customCa: \"-----BEGIN CERTIFICATE-----\\nx\"}\n",
            &TestInputs {
                vars: vec![("T", "x")],
                ..Default::default()
            },
        );
    }

    #[test]
    fn sections_that_are_handed_through_are_looked_at_too() {
        check(
            "secret-literal",
            "k3s:\n  serverConfig:\n    agent-token: hunter2hunter2\n#                ^^^^^^^^^^^^^^ warning: a secret is written here in plain text\n",
        );
    }
}
