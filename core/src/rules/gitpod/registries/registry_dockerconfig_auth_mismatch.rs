//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

declare_rule! {
    /// An entry of a Docker config has invalid credentials.
    ///
    /// ## Why
    ///
    /// `auth` is the base64 of `user:password`. Image pulls and pushes use it and ignore `username` and `password` next to it, so
    /// an entry with another `auth` logs in as someone else or not at all.
    ///
    /// Source: docker/cli `cli/config/configfile`; Kubernetes docs, "Pull an Image from a Private Registry".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, dockerConfig: '{"auths": {"registry.acme.dev": {"auth": "cGFzc3dvcmQ="}}}'}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, dockerConfig: '{"auths": {"registry.acme.dev": {"auth": "dTpw"}}}'}
    /// ```
    "registry-dockerconfig-auth-mismatch", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check), for Gitpod
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let config =
        |name: &str| name == "registry.external.dockerConfig" || name.ends_with("..dockerconfigjson");
    for need in plan.secrets.iter().filter(|need| config(&need.name)) {
        let value = store.get(&need.name);
        // Invalid JSON is reported by `registry-dockerconfig-host-mismatch`.
        let Some(Value::Object(root)) = value.and_then(|value| serde_json::from_slice(value.expose()).ok())
        else {
            continue;
        };
        let auths = root.get("auths").and_then(Value::as_object);
        for (host, entry) in auths.into_iter().flatten() {
            let Some(what) = flaw(entry) else { continue };
            let finding = report
                .found(
                    need.span,
                    format!("invalid entry `{host}` in `{}`: {what}", need.name),
                )
                .help("set `auth` to the output of `printf '%s' \"$user:$password\" | base64 -w0`");
            report.push(finding.note("image pulls and pushes use another login, or fail"));
        }
    }
}

/// What is wrong with an entry. Nothing of it is shown.
fn flaw(entry: &Value) -> Option<&'static str> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let auth = text("auth").filter(|auth| !auth.is_empty())?;
    let Some(decoded) = STANDARD.decode(auth).ok().map(Zeroizing::new) else {
        return Some("`auth` is not base64");
    };
    let Some(at) = decoded.iter().position(|b| *b == b':') else {
        return Some("`auth` has no `:` between user and password");
    };
    let (user, password) = (&decoded[..at], &decoded[at + 1..]);
    if password.ends_with(b"\n") {
        return Some("`auth` ends in a newline");
    }
    let differs = |key: &str, in_auth: &[u8]| {
        text(key).is_some_and(|other| !other.is_empty() && other.as_bytes() != in_auth)
    };
    (differs("username", user) || differs("password", password))
        .then_some("`username` or `password` differs from `auth`")
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn invalid_entries() {
        let flaw = |text: &str| flaw(&serde_json::from_str(text).unwrap());
        assert_eq!(
            flaw(r#"{"auth": "dTpw", "username": "u", "password": "p"}"#),
            None
        );
        assert_eq!(flaw(r#"{"username": "u", "password": "p"}"#), None);
        assert_eq!(flaw("{}"), None);
        assert_eq!(flaw(r#"{"auth": "u:p"}"#), Some("`auth` is not base64"));
        assert_eq!(flaw(r#"{"auth": "dTpwCg=="}"#), Some("`auth` ends in a newline"));
        assert!(flaw(r#"{"auth": "cGFzc3dvcmQ="}"#).is_some());
        assert!(flaw(r#"{"auth": "dTpw", "username": "other"}"#).is_some());
    }
}
