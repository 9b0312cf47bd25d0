//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The bounds of an autoscaled pool leave nothing to choose.
    ///
    /// ## Why
    ///
    /// With a least number above the greatest the cluster autoscaler refuses its configuration, and no pool is scaled. With a greatest
    /// of 0 the pool never has a machine, and what should run on it waits for ever.
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
            let finding = report.found(max.span, "a pool of at most 0 machines never has one");
            report.push(finding.help("write `1` or more, or leave the pool out"));
            continue;
        }
        let Some(min) = bounds.min.spanned().filter(|min| min.value > max.value) else {
            continue;
        };
        let message = format!("at most {} machines, but at least {}", max.value, min.value);
        let finding = report.found(max.span, message).and(min.span, "the least number");
        report.push(
            finding
                .help(format!("write `{}` or more", min.value))
                .note("the cluster autoscaler refuses its configuration, and no pool is scaled"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn bounds_are_in_order_and_above_nothing() {
        check(
            r"
cluster:
  pools:
    - {name: a, autoscale: {min: 5, max: 3}}
#               ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `a` or takes them away
#               ^^^^^^^^^ warning[autoscaled-pool-holds-state]: The registry and the storage may come to lie on machines that an autoscaler takes away
#                                        ^ error[autoscale-bounds]: At most 3 machines, but at least 5
    - {name: b, autoscale: {min: 0, max: 0}}
#                                        ^ error[autoscale-bounds]: A pool of at most 0 machines never has one
    - {name: c, autoscale: {min: 0, max: 1}}
    - {name: d, autoscale: {min: 2, max: 2}}
",
        );
    }
}
