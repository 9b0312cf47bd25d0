//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::gitpod::runs_workspaces;
use crate::model::{Config, Os};
use crate::plan::Plan;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The operating system boots with cgroup v1, which this Gitpod release does not support.
    ///
    /// ## Why
    ///
    /// Since March 2023 ws-daemon exits with "only cgroup v2 is supported". Ubuntu 20.04 boots with cgroup v1, so no workspace
    /// starts there. Older releases work on it.
    ///
    /// Source: gitpod-io/gitpod 0eed48b048, `components/ws-daemon/pkg/daemon/daemon.go:142`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {os: ubuntu-20.04}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {os: ubuntu-22.04}
    /// ```
    "os-cgroup-v1", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), for Gitpod, silences crate::rules::cluster::kubelet_cgroup_v1::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(gitpod), Some(cluster)) = (plan.gitpod(), config.cluster.get()) else {
        return;
    };
    let Some(os) = cluster
        .os
        .spanned()
        .filter(|os| !runs_workspaces(os.value, gitpod.release))
    else {
        return;
    };
    let written = config.gitpod.get().map(|gitpod| &gitpod.release);
    if written.is_some_and(|release| release.is_written() && release.text().and_then(parse).is_none()) {
        return;
    }
    let better = Os::Ubuntu2204.as_str();
    let message = format!(
        "Gitpod {} requires cgroup v2, which `{}` does not use",
        gitpod.release,
        os.value.as_str()
    );
    let finding = report.found(os.span, message);
    let finding = match written.and_then(|release| release.spanned()) {
        Some(release) => finding.and(release.span, "release set here"),
        None => finding,
    };
    let finding = finding
        .help(format!("use `{better}`"))
        .note("ws-daemon exits with `only cgroup v2 is supported`, and no workspace starts");
    match scalar(report, os.span, better) {
        Some(text) => report.push(finding.fix(Fix::risky(format!("use `{better}`"), os.span, text))),
        None => report.push(finding),
    }
}

fn parse(text: &str) -> Option<crate::facts::gitpod::Release> {
    crate::facts::gitpod::Release::parse(text)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn new_releases_require_cgroup_v2() {
        check(
            r"
cluster: {os: ubuntu-20.04}
#             ^^^^^^^^^^^^ error[os-cgroup-v1]: Gitpod main requires cgroup v2, which `ubuntu-20.04` does not use
",
        );
        check(
            r#"
gitpod: {release: "2023.03", repository: registry.acme.dev/gitpod}
cluster: {os: ubuntu-20.04}
#             ^^^^^^^^^^^^ error[os-cgroup-v1]: Gitpod 2023.03 requires cgroup v2, which `ubuntu-20.04` does not use
"#,
        );
    }

    #[test]
    fn old_releases_and_bare_clusters() {
        check(
            r#"
gitpod: {release: "2023.02.1", repository: registry.acme.dev/gitpod}
k3s: {version: v1.34.12+k3s1}
cluster: {os: ubuntu-20.04}
"#,
        );
        check(
            "platform: none\nk3s: {version: v1.34.12+k3s1}\ncluster: {os: ubuntu-20.04, api: {host: a.b}}\n",
        );
        check("cluster: {os: ubuntu-22.04}\n");
    }

    #[test]
    fn the_fix_writes_the_next_release() {
        check_fix(
            "os-cgroup-v1",
            "cluster: {os: ubuntu-20.04}\n",
            "cluster: {os: ubuntu-22.04}\n",
        );
    }
}
