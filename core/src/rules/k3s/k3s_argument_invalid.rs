//! See [`RULE`].

use super::passthrough::{Passed, passed};
use crate::facts::k3s::{FLAGS_GONE, WHOLE_NUMBERS};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A Kubernetes component rejects an argument.
    ///
    /// ## Why
    ///
    /// k3s passes `kubelet-arg` and the like on as `--name=value` without checking them. A component exits on an unknown argument
    /// and k3s with it, again and again, so the machine never joins.
    ///
    /// Source: k3s-io/k3s `pkg/util/args.go`; Kubernetes CHANGELOG-1.23.md, -1.24.md, -1.25.md and -1.27.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kubelet-arg: ["max-pods 110"]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kubelet-arg: [max-pods=110]}}
    /// ```
    "k3s-argument-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// The minor version without PodSecurityPolicy (Kubernetes CHANGELOG-1.25.md).
const POLICIES_GONE: u32 = 25;

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let minor = plan
        .k3s
        .install
        .version()
        .map_or(u32::MAX, |version| version.minor);
    for passed in passed(config) {
        for (text, value) in passed.arguments() {
            let Some((why, help)) = mistake(&passed, text, minor) else {
                continue;
            };
            let finding = report.found(value.span, why).help(help);
            report.push(finding.note("the component exits on it, and k3s with it, on every start"));
        }
    }
}

/// What is wrong with an argument, and what to do.
fn mistake(passed: &Passed<'_>, text: &str, minor: u32) -> Option<(String, String)> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let name = name.strip_prefix("--").unwrap_or(name);
    if name.is_empty() || name.contains(char::is_whitespace) || name.starts_with('-') {
        return Some((
            format!("invalid argument `{text}`"),
            "use `name=value`, without leading dashes".to_owned(),
        ));
    }
    let gone = FLAGS_GONE
        .iter()
        .find(|(key, flag, since)| *key == passed.name() && *flag == name && minor >= *since);
    if let Some((_, flag, since)) = gone {
        return Some((
            format!("argument `--{flag}` was removed in Kubernetes v1.{since}"),
            "remove it".to_owned(),
        ));
    }
    if WHOLE_NUMBERS.contains(&name) && value.parse::<i32>().is_err() {
        return Some((
            format!("expected an integer in `{text}`"),
            format!("use a number, as in `{name}=50`"),
        ));
    }
    let policies = name == "enable-admission-plugins"
        && minor >= POLICIES_GONE
        && value.split(',').any(|plugin| plugin == "PodSecurityPolicy");
    policies.then(|| {
        (
            format!("`PodSecurityPolicy` was removed in Kubernetes v1.{POLICIES_GONE}"),
            "remove it, and use the namespace label `pod-security.kubernetes.io/enforce`".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_and_removed_arguments() {
        check(
            r#"
k3s:
  version: v1.27.3+k3s1
#          ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.27.3+k3s1 lacks the fix of CVE-2025-31133
  serverConfig:
    kube-apiserver-arg: ["enable-admission-plugins=NodeRestriction,PodSecurityPolicy", v=2]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: `PodSecurityPolicy` was removed in Kubernetes v1.25
  agentConfig:
    kube-proxy-arg: [v=debug]
#                    ^^^^^^^ error[k3s-argument-invalid]: expected an integer in `v=debug`
    kubelet-arg: ["max-pods 110", "=x", --container-runtime=remote, node-status-update-frequency=5s]
#                 ^^^^^^^^^^^^^^ error[k3s-argument-invalid]: invalid argument `max-pods 110`
#                                 ^^^^ error[k3s-argument-invalid]: invalid argument `=x`
#                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: argument `--container-runtime` was removed in Kubernetes v1.27
"#,
        );
        check(
            r"
k3s: {version: v1.23.17+k3s1, agentConfig: {kubelet-arg: network-plugin=cni}}
#              ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.23.17+k3s1 lacks the fix of CVE-2025-31133
",
        );
    }
}
