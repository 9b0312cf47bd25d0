//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The bounds of an autoscaled pool allow no size.
    ///
    /// ## Why
    ///
    /// If `min` is greater than `max`, the cluster autoscaler rejects its configuration and scales no pool. With `max: 0` the pool
    /// never has a machine, and its pods stay `Pending`.
    ///
    /// Source: kubernetes/autoscaler `cluster-autoscaler/config/dynamic/node_group_spec.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   pools: [{name: workspaces, autoscale: {min: 5, max: 3}, workloads: [regular, headless]}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   pools: [{name: workspaces, autoscale: {min: 3, max: 5}, workloads: [regular, headless]}]
    /// ```
    "autoscale-bounds", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let pools = config
        .cluster
        .get()
        .into_iter()
        .flat_map(|cluster| cluster.pools.items());
    for bounds in pools.filter_map(|pool| pool.value.autoscale.get()) {
        let Some(max) = bounds.max.spanned() else { continue };
        if max.value == 0 {
            let finding = report.found(max.span, "a pool with `max: 0` never has a machine");
            report.push(finding.help("set `max` to 1 or more, or remove the pool"));
            continue;
        }
        let Some(min) = bounds.min.spanned().filter(|min| min.value > max.value) else {
            continue;
        };
        let message = format!("`max: {}` is less than `min: {}`", max.value, min.value);
        let finding = report.found(max.span, message).and(min.span, "`min` is set here");
        report.push(
            finding
                .help(format!("set `max` to {} or more", min.value))
                .note("the cluster autoscaler rejects its configuration, and no pool is scaled"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn bounds_out_of_order_and_zero() {
        check(
            r"
cluster:
  pools:
    - {name: a, autoscale: {min: 5, max: 3}}
#               ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `a`
#               ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
#                                        ^ error[autoscale-bounds]: `max: 3` is less than `min: 5`
    - {name: b, autoscale: {min: 0, max: 0}}
#                                        ^ error[autoscale-bounds]: a pool with `max: 0` never has a machine
    - {name: c, autoscale: {min: 0, max: 1}}
    - {name: d, autoscale: {min: 2, max: 2}}
",
        );
    }
}
