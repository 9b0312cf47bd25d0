//! See [`RULE`].
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Home directories are on the disk of one machine.
    ///
    /// ## Why
    ///
    /// k3s's `local-path` makes a volume a directory on the node that its first pod ran on. The workspace can never move, and is lost with the node: on an
    /// autoscaled pool, whenever the autoscaler removes one.
    ///
    /// Source: rancher/local-path-provisioner issue #31; coder/coder `docs/admin/infrastructure/validated-architectures`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// cluster: {size: medium}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// cluster: {size: medium}
    /// coder: {workspaces: {storageClass: longhorn}}
    /// ```
    "coder-home-on-one-node", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Coder
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(coder) = plan.coder() else { return };
    // Its own storage may be the default class.
    let own = plan
        .k3s
        .disable
        .iter()
        .any(|component| component == "local-storage");
    if coder
        .workspaces
        .storage_class
        .as_deref()
        .is_some_and(|class| class != LOCAL)
        || own
    {
        return;
    }
    let sets: Vec<_> = plan.nodes.iter().filter(|set| set.runs_workspaces()).collect();
    let machines: u32 = sets.iter().map(|set| set.count.least()).sum();
    let autoscaled = sets.iter().any(|set| set.is_autoscaled());
    if machines < 3 && !autoscaled {
        return;
    }
    let workspaces = config.coder.get().and_then(|coder| coder.workspaces.get());
    let class = workspaces.and_then(|workspaces| workspaces.storage_class.span());
    let size = config.cluster.get().and_then(|cluster| cluster.size.span());
    let at = class.or(size).unwrap_or_else(|| report.anchor());
    let mut finding = report.found(at, "home directories are on the disk of one machine each");
    if autoscaled {
        finding = report.found(at, "home directories are on disks of autoscaled machines");
        finding.severity = Severity::Error;
    }
    report.push(
        finding
            .help("set `coder.workspaces.storageClass` to a class whose volumes can move, such as one of your provider's CSI driver")
            .note("a volume of `local-path` is a directory of its node, so the workspace cannot start anywhere else"),
    );
}

/// The class of k3s's own provisioner (k3s docs, "Volumes and Storage").
const LOCAL: &str = "local-path";

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn volumes_that_cannot_move() {
        check(
            r"
platform: coder
cluster: {size: medium}
#               ^^^^^^ warning[coder-home-on-one-node]: home directories are on the disk of one machine each
",
        );
        check(
            r"
platform: coder
cluster: {size: small}
",
        );
    }
}
