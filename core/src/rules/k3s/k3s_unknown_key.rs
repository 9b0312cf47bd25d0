//! See [`RULE`].

use super::passthrough::{Passed, passed};
use crate::diagnostic::{Diagnostic, Fix};
use crate::facts::k3s::{BY_HAND, Version};
use crate::facts::k3s_keys::{KEYS, Key, REMOVED};
use crate::model::{Config, managed_key};
use crate::plan::Plan;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::{nearest, or};
use std::collections::BTreeSet;

declare_rule! {
    /// k3s does not know a passthrough key: misspelled, removed, too new, or for the other role.
    ///
    /// ## Why
    ///
    /// k3s logs "Unknown flag found in config.yaml, skipping" and starts without it. A misspelled key silently results in the
    /// default, and some defaults cannot be changed later.
    ///
    /// Source: k3s-io/k3s `pkg/configfilearg/parser.go`; the keys are those of `k3s server --help` and `k3s agent --help`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flanel-backend: host-gw}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: host-gw}}
    /// ```
    "k3s-unknown-key", Error, since "0.1.0", fix Safe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let version = plan.k3s.install.version();
    let written: Written<'_> = passed(config)
        .iter()
        .map(|passed| (passed.role, passed.key.value.as_str()))
        .collect();
    for passed in passed(config) {
        if BY_HAND.contains(&passed.name()) || passed.managed().is_some() {
            continue;
        }
        let found = match passed.known() {
            None => Some(unknown(&passed, &written, report)),
            Some(key) if !key.roles.contains(&passed.role) => Some(other_role(&passed, report)),
            Some(key) => {
                dashes(&passed, &written, report).or_else(|| too_new(&passed, key, version.as_ref(), report))
            }
        };
        if let Some(finding) = found {
            report.push(finding.note("k3s only logs unknown keys and starts without them"));
        }
    }
}

/// The keys that are written, each with the role that it is for: renaming one to another of them would make a duplicate.
type Written<'c> = BTreeSet<(&'c str, &'c str)>;

fn unknown(passed: &Passed<'_>, written: &Written<'_>, report: &Report<'_>) -> Diagnostic {
    let name = passed.name();
    if let Some(gone) = REMOVED.iter().find(|removed| removed.key == name) {
        let finding = report.found(passed.key.span, format!("key `{name}` was removed from k3s"));
        return finding.help(format!(
            "use `{}`",
            managed_key(gone.replacement).unwrap_or(gone.replacement)
        ));
    }
    let finding = report.found(passed.key.span, format!("unknown k3s key `{name}`"));
    let folded = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let same = KEYS
        .iter()
        .find(|key| folded(key.key) == folded(name) && key.roles.contains(&passed.role));
    let ours = KEYS.iter().filter(|key| key.roles.contains(&passed.role));
    let Some(near) = same
        .map(|key| key.key)
        .or_else(|| nearest(name, ours.map(|key| key.key)))
    else {
        return finding.help(format!("run `k3s {} --help` for the list of keys", passed.role));
    };
    let title = format!("use `{near}`");
    let finding = finding.help(format!("did you mean `{near}`?"));
    if written.contains(&(passed.role, near)) {
        return finding;
    }
    match (scalar(report, passed.key.span, near), same) {
        (Some(text), Some(_)) => finding.fix(Fix::safe(title, passed.key.span, text)),
        (Some(text), None) => finding.fix(Fix::risky(title, passed.key.span, text)),
        (None, _) => finding,
    }
}

fn other_role(passed: &Passed<'_>, report: &Report<'_>) -> Diagnostic {
    let (here, there, section) = match passed.role {
        "agent" => ("agents", "servers", "serverConfig"),
        _ => ("servers", "agents", "agentConfig"),
    };
    let message = format!("key `{}` is for {there}, not for {here}", passed.name());
    let finding = report.found(passed.key.span, message);
    finding.help(format!("move it to `k3s.{section}`"))
}

/// A command line flag, as in examples.
fn dashes(passed: &Passed<'_>, written: &Written<'_>, report: &Report<'_>) -> Option<Diagnostic> {
    let bare = passed.key.value.trim_start_matches('-');
    if bare == passed.key.value {
        return None;
    }
    let message = format!("invalid key `{}`: keys have no leading dashes", passed.key.value);
    let finding = report
        .found(passed.key.span, message)
        .help(format!("use `{bare}`"));
    let free = !written.contains(&(passed.role, bare));
    Some(match scalar(report, passed.key.span, bare).filter(|_| free) {
        Some(text) => finding.fix(Fix::safe(format!("use `{bare}`"), passed.key.span, text)),
        None => finding,
    })
}

fn too_new(
    passed: &Passed<'_>,
    key: &Key,
    version: Option<&Version>,
    report: &Report<'_>,
) -> Option<Diagnostic> {
    let version = version?;
    let since = key.since;
    if since.is_empty() || version.has(since) {
        return None;
    }
    let message = format!("key `{}` is not supported by k3s {version}", key.key);
    let first: Vec<String> = since
        .iter()
        .map(|(minor, patch)| format!("v1.{minor}.{patch}"))
        .collect();
    let help = format!(
        "raise `k3s.version` to at least {}, or remove the key",
        or(&first)
    );
    Some(report.found(passed.key.span, message).help(help))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn misspelled_removed_and_unknown() {
        check(
            r#"
k3s:
  serverConfig:
    flanel-backend: host-gw
#   ^^^^^^^^^^^^^^ error[k3s-unknown-key]: unknown k3s key `flanel-backend`
    no-deploy: [traefik]
#   ^^^^^^^^^ error[k3s-unknown-key]: key `no-deploy` was removed from k3s
    kubeApiserverArg: [a=b]
#   ^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: unknown k3s key `kubeApiserverArg`
    "--write-kubeconfig-mode": "0600"
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: invalid key `--write-kubeconfig-mode`: keys have no leading dashes
    storage-class: x
#   ^^^^^^^^^^^^^ error[k3s-unknown-key]: unknown k3s key `storage-class`
    debug: true
"#,
        );
    }

    #[test]
    fn keys_of_the_other_role() {
        check(
            r"
k3s:
  serverConfig: {disable-apiserver-lb: true}
#                ^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: key `disable-apiserver-lb` is for agents, not for servers
  agentConfig: {flannel-backend: host-gw, kubelet-arg+: [v=2]}
#               ^^^^^^^^^^^^^^^ error[k3s-unknown-key]: key `flannel-backend` is for servers, not for agents
",
        );
    }

    #[test]
    fn keys_of_newer_versions() {
        check(
            r"
k3s:
  version: v1.26.12+k3s1
#          ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.26.12+k3s1 lacks the fix of CVE-2025-31133
#          ^^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.26.12+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
  serverConfig: {embedded-registry: true}
#                ^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: key `embedded-registry` is not supported by k3s v1.26.12+k3s1
",
        );
        check(
            r"
k3s: {version: v1.26.13+k3s1, serverConfig: {embedded-registry: true}}
#              ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.26.13+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.26.13+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
        );
    }

    #[test]
    fn the_fix_writes_the_right_spelling() {
        check_fix(
            "k3s-unknown-key",
            "k3s: {serverConfig: {flanel-backend: host-gw, \"--debug\": true, kube_apiserver_arg: [a=b]}}\n",
            "k3s: {serverConfig: {flannel-backend: host-gw, \"debug\": true, kube-apiserver-arg: [a=b]}}\n",
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "k3s-unknown-key",
            &[
                ("k3s: {serverConfig: {flannelBackend: host-gw}}\n", "safe"),
                (
                    "k3s: {serverConfig: {flannelBackend: host-gw, flannel-backend: vxlan}}\n",
                    "none",
                ),
                ("k3s: {serverConfig: {\"--debug\": true, debug: false}}\n", "none"),
                ("k3s: {serverConfig: {flanel-backend: host-gw}}\n", "unsafe"),
            ],
        );
    }
}
