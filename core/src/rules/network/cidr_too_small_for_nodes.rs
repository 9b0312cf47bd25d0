//! See [`RULE`].

use super::ranges::{Used, used};
use crate::diagnostic::Severity;
use crate::facts::k3s::NODE_MASKS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::{machines, most};
use crate::rules::k3s::passthrough::flag;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// The machine range or the pod range is too small for all machines.
    ///
    /// ## Why
    ///
    /// Each machine needs an address, and the first and last of a range are not usable. Kubernetes also cuts a /24 (a /64 for IPv6)
    /// out of the pod range for each node: a /20 is enough for 16 machines, and the 17th gets no pods. If only the maximum of an
    /// autoscaled pool is too large, this is a warning. `node-cidr-mask-size` in the `kube-controller-manager-arg` of
    /// `k3s.serverConfig` makes the parts smaller.
    ///
    /// Source: k3s docs, "Requirements", "Large Clusters"; Kubernetes docs, "kube-controller-manager", `--node-cidr-mask-size`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/24}, servers: {count: 1}, pools: [{name: main, count: 3}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/16}, servers: {count: 1}, pools: [{name: main, count: 3}]}
    /// ```
    "cidr-too-small-for-nodes", Error, since "0.1.0", fix None, always, Reads::Plan(check), spoils policy, silences super::node_address_outside_network::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    for range in &ranges {
        match range.what {
            "pods" => check_pods(config, plan, range, report),
            "machines" => check_machines(config, plan, range, report),
            _ => {}
        }
    }
}

/// The maximum number of machines, if it exceeds `room`; a warning if only autoscaling exceeds it.
fn too_many(plan: &Plan, room: u64) -> Option<(u64, Severity)> {
    let least: u64 = plan.nodes.iter().map(|set| u64::from(set.count.least())).sum();
    let most = u64::from(most(&plan.nodes));
    (most > room).then_some(match least > room {
        true => (least, Severity::Error),
        false => (most, Severity::Warning),
    })
}

fn check_machines(config: &Config, plan: &Plan, range: &Used, report: &mut Report<'_>) {
    // In a tailnet, machines may be in any network.
    let IpNet::V4(net) = range.net else { return };
    if plan.is_over_tailnet() {
        return;
    }
    let room = match net.prefix_len() {
        31 | 32 => 1u64 << (32 - net.prefix_len()),
        len => (1u64 << (32 - len)) - 2,
    };
    let Some((count, severity)) = too_many(plan, room) else {
        return;
    };
    let at = range.span.unwrap_or_else(|| machines(config, report));
    let mut finding = report
        .found(
            at,
            format!("range `{net}` is too small: room for {room} of {count} machines"),
        )
        .help("use a larger range for `nodes`: a /24 has addresses for 254 machines")
        .note("providers reserve a few addresses of each range");
    finding.severity = severity;
    report.push(finding);
}

fn check_pods(config: &Config, plan: &Plan, pods: &Used, report: &mut Report<'_>) {
    let (mask, mask_flag) = match pods.net {
        IpNet::V4(_) => (NODE_MASKS.0, "node-cidr-mask-size-ipv4"),
        IpNet::V6(_) => (NODE_MASKS.1, "node-cidr-mask-size-ipv6"),
    };
    let is_dual = plan.networks.pods.len() > 1;
    // With two families, `k3s-argument-invalid` refuses it.
    let of_both = (!is_dual).then_some("node-cidr-mask-size");
    let written = of_both
        .into_iter()
        .chain([mask_flag])
        .find_map(|name| flag(config, "kube-controller-manager-arg", name));
    let mask = match written {
        Some((text, _)) => match text.parse() {
            Ok(mask) => mask,
            Err(_) => return,
        },
        None => mask,
    };
    let room = match mask.checked_sub(pods.net.prefix_len()) {
        Some(bits) => 1u64.checked_shl(bits.into()).unwrap_or(u64::MAX),
        None => 0,
    };
    let Some((count, severity)) = too_many(plan, room) else {
        return;
    };
    let at = pods.span.unwrap_or_else(|| machines(config, report));
    let message = format!(
        "pod range `{}` is too small: room for {room} of {count} machines at a /{mask} each",
        pods.net
    );
    let mut finding = report
        .found(at, message)
        .help(format!(
            "use a larger range for `pods`: a /{} is enough for 256 machines",
            mask.saturating_sub(8)
        ))
        .note(
            "a machine without its part of the range stays `NotReady`, and the range cannot be changed later",
        );
    finding.severity = severity;
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn each_machine_has_an_address() {
        check(
            r"
cluster: {network: {nodes: 10.2.0.0/30}, pools: [{name: a, count: 3}]}
#                          ^^^^^^^^^^^ error[cidr-too-small-for-nodes]: range `10.2.0.0/30` is too small: room for 2 of 4 machines
",
        );
        check(
            r"
cluster: {network: {nodes: 10.2.0.0/29}, pools: [{name: a, autoscale: {min: 1, max: 9}}]}
#                          ^^^^^^^^^^^ warning[cidr-too-small-for-nodes]: range `10.2.0.0/29` is too small: room for 6 of 10 machines
#                                                          ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `a`
#                                                          ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
",
        );
    }

    #[test]
    fn each_machine_needs_its_part() {
        check(
            r"
cluster: {network: {pods: 10.42.0.0/24}, pools: [{name: a, count: 3}]}
#                         ^^^^^^^^^^^^ error[cidr-too-small-for-nodes]: pod range `10.42.0.0/24` is too small: room for 1 of 4 machines at a /24 each
",
        );
        check(
            r"
cluster: {network: {pods: 10.42.0.0/20}, servers: {count: 3}, pools: [{name: a, autoscale: {min: 1, max: 40}}]}
#                         ^^^^^^^^^^^^ warning[cidr-too-small-for-nodes]: pod range `10.42.0.0/20` is too small: room for 16 of 43 machines at a /24 each
#                                                                               ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `a`
#                                                                               ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
",
        );
        check(
            r"
cluster: {network: {pods: 10.42.0.0/25}}
#                         ^^^^^^^^^^^^ error[cidr-too-small-for-nodes]: pod range `10.42.0.0/25` is too small: room for 0 of 2 machines at a /24 each
",
        );
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64', pods: 'fd00:42::/63'}}, pools: [{name: a, count: 3}]}
#                                                      ^^^^^^^^^^^^^^ error[cidr-too-small-for-nodes]: pod range `fd00:42::/63` is too small: room for 2 of 4 machines at a /64 each
",
        );
        check(
            r#"
cluster: {network: {pods: 10.42.0.0/23}}
"#,
        );
        check(
            r"
cluster: {network: {pods: 10.42.0.0/24}, pools: [{name: a, count: 3}]}
k3s: {serverConfig: {kube-controller-manager-arg: [node-cidr-mask-size=26]}}
#                                                  ^^^^^^^^^^^^^^^^^^^^^^ warning[max-pods-exceed-range]: nodes allow 110 pods but have addresses for 61
",
        );
    }
}
