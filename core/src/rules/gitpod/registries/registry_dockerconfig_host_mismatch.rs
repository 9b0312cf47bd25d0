//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::hostname::dissect;
use crate::rules::images::external;
use crate::rules::masked::stands_in;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The Docker config has no credentials for the registry.
    ///
    /// ## Why
    ///
    /// Gitpod looks the registry's host up in `auths`. Without an entry it pushes and pulls anonymously, and the first workspace
    /// does not start. A file that only refers to a local credential store contains no credentials either.
    ///
    /// Source: mrsimonemms/gitpod-self-hosted, which makes both from one value; Gitpod's documentation of 2021, "Docker registry".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, dockerConfig: '{"auths": {"other.acme.dev": {"auth": "dTpw"}}}'}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, dockerConfig: '{"auths": {"registry.acme.dev": {"auth": "dTpw"}}}'}
    /// ```
    "registry-dockerconfig-host-mismatch", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check), for Gitpod
}

const SECRET: &str = "registry.external.dockerConfig";

fn check(config: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let (Some(need), Some(value)) = (
        plan.secrets.iter().find(|need| need.name == SECRET),
        store.get(SECRET),
    ) else {
        return;
    };
    let written = dissect(&masked.text);
    let host = match written.port {
        Some(port) => format!("{}:{port}", written.host),
        None => written.host.to_owned(),
    };
    if host.is_empty() || host.contains(stands_in) {
        return;
    }
    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(value.expose());
    let Ok(parsed) = parsed else {
        let finding = report.found(need.span, format!("`{SECRET}` is not valid JSON"));
        report
            .push(finding.help("use a `config.json` as written by `docker login`, with an entry in `auths`"));
        return;
    };
    let auths = parsed.get("auths").and_then(|auths| auths.as_object());
    let hosts: Vec<&str> = auths.into_iter().flatten().map(|(key, _)| host_of(key)).collect();
    if hosts.iter().any(|known| known.eq_ignore_ascii_case(&host)) {
        return;
    }
    let message = format!("no credentials for `{host}` in `{SECRET}`");
    let finding = report
        .found(need.span, message)
        .and(url.span, "registry set here");
    let helpers = parsed.get("credsStore").is_some() || parsed.get("credHelpers").is_some();
    let finding = match helpers {
        true => finding
            .help("the file refers to a local credential store; use one with the credentials in `auths`"),
        false => finding.help(format!("add an entry `{host}` to its `auths`")),
    };
    report.push(finding.note("Gitpod pushes and pulls anonymously, and the first workspace does not start"));
}

/// The host of an entry: Docker writes some as URLs.
fn host_of(key: &str) -> &str {
    let key = key.split_once("://").map_or(key, |(_, rest)| rest);
    key.split('/').next().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn a_registry_without_credentials() {
        let inputs = TestInputs {
            files: vec![
                (
                    "ok.json",
                    r#"{"auths": {"https://registry.acme.dev:5000/v2": {}}}"#,
                ),
                (
                    "other.json",
                    r#"{"auths": {"acme.azurecr.io": {"auth": "c2VjcmV0"}}}"#,
                ),
                ("store.json", r#"{"credsStore": "desktop"}"#),
                ("bad.json", "{"),
            ],
            ..Default::default()
        };
        check_given(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    dockerConfig: {file: ok.json}
",
            &inputs,
        );
        check_given(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    dockerConfig: {file: missing.json}
#                 ^^^^^^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `registry.external.dockerConfig`: cannot read file `missing.json`: no such file
",
            &inputs,
        );
        check_given(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    dockerConfig: {file: other.json}
#                 ^^^^^^^^^^^^^^^^^^ error[registry-dockerconfig-auth-mismatch]: invalid entry `acme.azurecr.io` in `registry.external.dockerConfig`: `auth` has no `:` between user and password
#                 ^^^^^^^^^^^^^^^^^^ error[registry-dockerconfig-host-mismatch]: no credentials for `registry.acme.dev:5000` in `registry.external.dockerConfig`
",
            &inputs,
        );
        check_given(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    dockerConfig: {file: store.json}
#                 ^^^^^^^^^^^^^^^^^^ error[registry-dockerconfig-host-mismatch]: no credentials for `registry.acme.dev:5000` in `registry.external.dockerConfig`
",
            &inputs,
        );
        check_given(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    dockerConfig: {file: bad.json}
#                 ^^^^^^^^^^^^^^^^ error[registry-dockerconfig-host-mismatch]: `registry.external.dockerConfig` is not valid JSON
",
            &inputs,
        );
    }
}
