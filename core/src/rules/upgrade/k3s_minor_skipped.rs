//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::releases::K3S;
use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The k3s version skips a minor release of Kubernetes.
    ///
    /// ## Why
    ///
    /// Kubernetes supports upgrades by one minor release at a time. The API server of a later one may not read what an earlier one stored,
    /// and machines that are upgraded one after another run releases that do not work together in the meantime.
    ///
    /// Source: Kubernetes docs, "Version Skew Policy"; k3s docs, "Upgrades".
    ///
    /// ## Example
    ///
    /// With a tree that was built with `v1.35.9+k3s1`:
    ///
    /// ```yaml
    /// k3s: {version: v1.37.1+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.35.9+k3s1}
    /// ```
    "k3s-minor-skipped", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let Some((before, now)) = super::versions(plan, built) else {
        return;
    };
    if now.minor <= before.minor + 1 {
        return;
    }
    let Some(next) = K3S.made_for(before.minor + 1).map(|line| line.version) else {
        return;
    };
    let at = super::version_span(config, report);
    let finding = report
        .found(
            at,
            format!(
                "upgrade from k3s {before} to {now} skips Kubernetes 1.{}",
                before.minor + 1
            ),
        )
        .help(format!(
            "use `{next}` first, and the next minor release when all machines run it"
        ))
        .note("Kubernetes supports upgrades by one minor release at a time");
    let fix = edit::write(report, at, next, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn one_minor_release_at_a_time() {
        check_after(
            r"
k3s: {version: v1.36.5+k3s1}
#              ^^^^^^^^^^^^ error[k3s-minor-skipped]: upgrade from k3s v1.34.4+k3s1 to v1.36.5+k3s1 skips Kubernetes 1.35
",
            "k3s: {version: v1.34.4+k3s1}\n",
        );
        for next in ["v1.34.12+k3s1", "v1.35.9+k3s1"] {
            check_after(
                &format!("k3s: {{version: {next}}}\n"),
                "k3s: {version: v1.34.4+k3s1}\n",
            );
        }
    }
}
