//! See [`RULE`].

use super::passthrough::{Passed, managed, passed};
use crate::diagnostic::{Diagnostic, Fix};
use crate::facts::k3s::{self, Key, Version};
use crate::model::{Config};
use crate::words::nearest;
use crate::plan::Plan;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A key that is handed through means nothing to k3s: misspelt, removed, too new, or of the other role.
    ///
    /// ## Why
    ///
    /// k3s logs "Unknown flag found in config.yaml, skipping" and starts without it. A misspelt key quietly gives a cluster with the
    /// defaults, and some of them cannot be changed later.
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
    for passed in passed(config) {
        if k3s::BY_HAND.contains(&passed.name()) || passed.managed().is_some() {
            continue;
        }
        let found = match passed.known() {
            None => Some(unknown(&passed, report)),
            Some(key) if !key.roles.iter().any(|role| role == passed.role) => {
                Some(other_role(&passed, report))
            }
            Some(key) => dashes(&passed, report).or_else(|| too_new(&passed, key, version.as_ref(), report)),
        };
        if let Some(finding) = found {
            report.push(
                finding.note(
                    "k3s skips a key that it does not know with a line in its log, and starts without it",
                ),
            );
        }
    }
}

fn unknown(passed: &Passed<'_>, report: &Report<'_>) -> Diagnostic {
    let name = passed.name();
    if let Some(gone) = k3s::removed().iter().find(|removed| removed.key == name) {
        let finding = report.found(passed.key.span, format!("k3s no longer has the key `{name}`"));
        return finding.help(format!(
            "write `{}`",
            managed(&gone.replacement).unwrap_or(&gone.replacement)
        ));
    }
    let finding = report.found(passed.key.span, format!("k3s has no key `{name}`"));
    let folded = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let same = k3s::keys().iter().find(|key| folded(&key.key) == folded(name));
    let ours = k3s::keys()
        .iter()
        .filter(|key| key.roles.iter().any(|role| role == passed.role));
    let Some(near) = same
        .map(|key| key.key.as_str())
        .or_else(|| nearest(name, ours.map(|key| key.key.as_str())))
    else {
        return finding.help(format!("`k3s {} --help` lists the keys", passed.role));
    };
    let title = format!("write `{near}`");
    let finding = finding.help(format!("did you mean `{near}`?"));
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
    let message = format!("`{}` is a key of {there}, not of {here}", passed.name());
    let finding = report.found(passed.key.span, message);
    finding.help(format!("move it to `k3s.{section}`"))
}

/// A flag of the command line, as examples show it.
fn dashes(passed: &Passed<'_>, report: &Report<'_>) -> Option<Diagnostic> {
    let bare = passed.key.value.trim_start_matches('-');
    if bare == passed.key.value {
        return None;
    }
    let message = format!(
        "`{}` is a flag: as a key it has no dashes in front",
        passed.key.value
    );
    let finding = report
        .found(passed.key.span, message)
        .help(format!("write `{bare}`"));
    Some(match scalar(report, passed.key.span, bare) {
        Some(text) => finding.fix(Fix::safe(format!("write `{bare}`"), passed.key.span, text)),
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
    let since = key.since();
    if since.is_empty() || version.has(&since) {
        return None;
    }
    let message = format!("k3s {version} does not know the key `{}` yet", key.key);
    let first: Vec<String> = since
        .iter()
        .map(|(minor, patch)| format!("v1.{minor}.{patch}"))
        .collect();
    let help = format!(
        "it came with {}: raise `k3s.version`, or leave the key out",
        first.join(", ")
    );
    Some(report.found(passed.key.span, message).help(help))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn misspelt_removed_and_unheard_of() {
        check(
            r#"
k3s:
  serverConfig:
    flanel-backend: host-gw
#   ^^^^^^^^^^^^^^ error[k3s-unknown-key]: K3s has no key `flanel-backend`
    no-deploy: [traefik]
#   ^^^^^^^^^ error[k3s-unknown-key]: K3s no longer has the key `no-deploy`
    kubeApiserverArg: [a=b]
#   ^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: K3s has no key `kubeApiserverArg`
    "--write-kubeconfig-mode": "0600"
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: `--write-kubeconfig-mode` is a flag: as a key it has no dashes in front
    storage-class: x
#   ^^^^^^^^^^^^^ error[k3s-unknown-key]: K3s has no key `storage-class`
    debug: true
"#,
        );
    }

    #[test]
    fn each_role_has_its_own() {
        check(
            r"
k3s:
  serverConfig: {disable-apiserver-lb: true}
#                ^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: `disable-apiserver-lb` is a key of agents, not of servers
  agentConfig: {flannel-backend: host-gw, kubelet-arg+: [a=b]}
#               ^^^^^^^^^^^^^^^ error[k3s-unknown-key]: `flannel-backend` is a key of servers, not of agents
",
        );
    }

    #[test]
    fn the_version_decides() {
        check(
            r"
k3s:
  version: v1.26.12+k3s1
  serverConfig: {embedded-registry: true}
#                ^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: K3s v1.26.12+k3s1 does not know the key `embedded-registry` yet
",
        );
        check("k3s: {version: v1.26.13+k3s1, serverConfig: {embedded-registry: true}}\n");
    }

    #[test]
    fn the_right_spelling_is_written() {
        check_fix(
            "k3s-unknown-key",
            "k3s: {serverConfig: {flanel-backend: host-gw, \"--debug\": true, kube_apiserver_arg: [a=b]}}\n",
            "k3s: {serverConfig: {flannel-backend: host-gw, \"debug\": true, kube-apiserver-arg: [a=b]}}\n",
        );
    }
}
