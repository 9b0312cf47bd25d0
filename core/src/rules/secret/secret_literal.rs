//! See [`RULE`].

use crate::model::{Config, Raw, Spanned, is_public, managed_key};
use crate::plan::{Plan, SecretNeed, SecretSource};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use crate::source::Span;
use crate::text::SecretBytes;
use std::collections::BTreeSet;

declare_rule! {
    /// A secret is written in plain text.
    ///
    /// ## Why
    ///
    /// The configuration is kept in Git, shown in reviews and copied between people, so a secret in it is known to everyone who
    /// ever sees a copy. Use a variable or a file. gkc masks such values wherever it shows source, including in this finding.
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
    "secret-literal", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check), heard Last
}

fn check(config: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let literal = |need: &&SecretNeed| need.source == SecretSource::Literal;
    for need in plan.secrets.iter().filter(literal) {
        judge(need, store.get(&need.name), report);
    }
    untyped(config, report);
}

fn judge(need: &SecretNeed, value: Option<&SecretBytes>, report: &mut Report<'_>) {
    // Certificates are public, and so is a proxy without a login. Private keys are an error of their own, at their first line.
    let told = |value: &SecretBytes| {
        let private_key = value
            .expose_text()
            .is_some_and(|text| text.contains("PRIVATE KEY-----"));
        private_key || is_public(value.expose(), need.name.starts_with("proxy."))
    };
    if value.is_none_or(told) {
        return;
    }
    let help = match need.generate {
        None => elsewhere(&need.name),
        Some(_) => "remove it or use `{env: NAME}`; `gkc secrets generate` sets the variable".to_owned(),
    };
    push(&need.name, need.span, help, report);
}

/// What to write in its place.
fn elsewhere(path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    let key = match key.parse::<usize>() {
        Ok(_) => String::new(),
        Err(_) => format!("{key}: "),
    };
    format!("use `{key}{{env: NAME}}` or `{key}{{file: path}}`, and change the secret")
}

/// Secrets in sections that are handed through, which are told by names and shapes.
fn untyped(config: &Config, report: &mut Report<'_>) {
    let sensitive: BTreeSet<Span> = crate::sorted::set(report.sensitive().iter().copied());
    let mut found = Vec::new();
    if let Some((path, passthrough)) = config.platform_passthrough() {
        walk(path, passthrough, &sensitive, &mut found);
    }
    let k3s = config.k3s.get();
    let server = k3s.map(|k3s| ("k3s.serverConfig", &k3s.server_config));
    let agent = k3s.map(|k3s| ("k3s.agentConfig", &k3s.agent_config));
    for (path, section) in server.into_iter().chain(agent) {
        // What gkc sets itself has to go anyway.
        for (key, value) in section
            .entries()
            .filter(|(key, _)| managed_key(&key.value).is_none())
        {
            walk(&format!("{path}.{}", key.value), value, &sensitive, &mut found);
        }
    }
    for (path, span) in found {
        push(&path, span, elsewhere(&path), report);
    }
}

fn walk(path: &str, value: &Spanned<Raw>, sensitive: &BTreeSet<Span>, found: &mut Vec<(String, Span)>) {
    match &value.value {
        Raw::Map(entries) => {
            // A reference to an object is its kind and its name.
            if !entries.is_empty()
                && entries
                    .iter()
                    .all(|(key, _)| matches!(key.value.as_str(), "kind" | "name"))
            {
                return;
            }
            // Selectors and tolerations of Kubernetes have a `key` that is the name of a label.
            let selects = |key: &str| matches!(key, "operator" | "effect" | "tolerationSeconds");
            let selects = entries.iter().any(|(key, _)| selects(&key.value));
            let names = |key: &str| selects && key == "key" || key == "secretName";
            for (key, value) in entries.iter().filter(|(key, _)| !names(&key.value)) {
                walk(&format!("{path}.{}", key.value), value, sensitive, found);
            }
        }
        Raw::List(items) => {
            for (i, item) in items.iter().enumerate() {
                walk(&format!("{path}.{i}"), item, sensitive, found);
            }
        }
        // The path of a file that holds the secret is none.
        Raw::Text(text) if is_path(text) => {}
        _ if sensitive.contains(&value.span) => found.push((path.to_owned(), value.span)),
        _ => {}
    }
}

/// `/etc/kubelet/credentials.yaml`; base64 may start with a slash, too.
fn is_path(text: &str) -> bool {
    let folder = text.strip_prefix('/').and_then(|rest| rest.split_once('/'));
    folder.is_some_and(|(top, _)| !top.is_empty() && top.bytes().all(|b| b.is_ascii_lowercase()))
        && !text.contains(char::is_whitespace)
}

fn push(path: &str, span: Span, help: String, report: &mut Report<'_>) {
    let finding = report.found(span, format!("secret `{path}` in plain text"));
    report.push(finding.help(help).note(NOTE));
}

const NOTE: &str = "anyone who sees a copy of this file or its history knows the secret";

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_given, findings};

    #[test]
    fn the_key_is_named_without_the_value() {
        check(
            r"
k3s: {token: hunter2hunter2}
#            ^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.token` in plain text
",
        );
        let (_, found) = findings("k3s: {token: hunter2hunter2}\n", &TestInputs::default());
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    #[test]
    fn references_certificates_and_known_examples() {
        check_given(
            r#"
k3s: {token: changeme, agentToken: {env: T}}
#            ^^^^^^^^ error[secret-known-example]: `k3s.token` has a publicly known value
certificate: {customCa: "-----BEGIN CERTIFICATE-----\nx"}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
            &TestInputs {
                vars: vec![("T", "x")],
                ..Default::default()
            },
        );
    }

    #[test]
    fn passthrough_sections() {
        check(
            r"
k3s:
  serverConfig:
    agent-token: hunter2hunter2
#   ^^^^^^^^^^^ error[k3s-key-managed]: `agent-token` is managed by gkc
",
        );
    }

    #[test]
    fn references_to_objects_are_not_secrets() {
        check(
            r"
gitpod: {configPatch: {customCACert: {kind: secret, name: ca}}}
^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
",
        );
    }

    #[test]
    fn paths_and_settings_are_not_secrets() {
        check(
            r"
k3s:
  serverConfig:
    token-file: /etc/rancher/token
#   ^^^^^^^^^^ error[k3s-key-managed]: `token-file` is managed by gkc
    secrets-encryption: true
#   ^^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `secrets-encryption` is managed by gkc
    secrets-encryption-provider: secretbox
    etcd-s3-config-secret: s3-config
#   ^^^^^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `etcd-s3-config-secret` is managed by gkc
    image-credential-provider-config: /var/lib/rancher/credentials.yaml
",
        );
    }

    #[test]
    fn secrets_that_the_platform_does_not_use() {
        check(
            r"
platform: none
secrets: {tool: {apiKey: hunter2hunter2}}
^^^^^^^ error[conflicting-keys]: `platform: none` does not read `secrets`
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }

    #[test]
    fn a_typo_in_the_form_is_reported_once() {
        check(
            r"
k3s: {token: {evn: K3S_TOKEN}}
#             ^^^ error[unknown-key]: unknown key `evn`
ssh: {hostKey: hunter2hunter2, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#     ^^^^^^^ error[unknown-key]: unknown key `hostKey`
",
        );
    }
}
