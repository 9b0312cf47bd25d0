//! See [`RULE`].

use crate::diagnostic::{Applicability, Severity};
use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The k3s version is older than the one that the cluster was built with.
    ///
    /// ## Why
    ///
    /// An older Kubernetes may not read what a newer one stored, so a minor release cannot be taken back: only a snapshot from before the
    /// upgrade can, on a new cluster. An older patch usually starts, without the fixes of the newer one.
    ///
    /// Source: Kubernetes docs, "Version Skew Policy"; k3s docs, "Roll-Back".
    ///
    /// ## Example
    ///
    /// With a tree that was built with `v1.36.5+k3s1`:
    ///
    /// ```yaml
    /// k3s: {version: v1.35.9+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-downgrade", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let Some((before, now)) = super::versions(plan, built) else {
        return;
    };
    if (now.minor, now.patch, now.k3s) >= (before.minor, before.patch, before.k3s) {
        return;
    }
    let at = super::version_span(config, report);
    let mut finding = report.found(
        at,
        format!("k3s {now} is older than {before}, which the cluster was built with"),
    );
    finding = match now.minor < before.minor {
        true => finding
            .help(format!(
                "use `{before}`, or restore a snapshot from before the upgrade"
            ))
            .note("Kubernetes does not support downgrades by a minor release"),
        false => finding
            .help(format!("use `{before}` or a newer patch"))
            .note("the fixes of the newer patch are lost"),
    };
    if now.minor == before.minor {
        finding.severity = Severity::Warning;
    }
    let fix = edit::write(report, at, &before.to_string(), Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn a_minor_release_cannot_be_taken_back_and_a_patch_should_not() {
        check_after(
            r"
k3s: {version: v1.35.9+k3s1}
#              ^^^^^^^^^^^^ error[k3s-downgrade]: k3s v1.35.9+k3s1 is older than v1.36.5+k3s1, which the cluster was built with
",
            "k3s: {version: v1.36.5+k3s1}\n",
        );
        check_after(
            r"
k3s: {version: v1.36.4+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-downgrade]: k3s v1.36.4+k3s1 is older than v1.36.5+k3s1, which the cluster was built with
",
            "k3s: {version: v1.36.5+k3s1}\n",
        );
        check_after("k3s: {version: v1.36.5+k3s1}\n", "k3s: {version: v1.36.5+k3s1}\n");
    }
}
