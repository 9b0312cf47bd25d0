//! See [`RULE`].

use super::passthrough::{flag, flag_of, named};
use crate::facts::k3s::{MAX_PODS, NODE_MASKS};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A node allows more pods than it has addresses.
    ///
    /// ## Why
    ///
    /// Each node has its own part of the pod range, a /24 by default: 253 addresses besides the node's own. The kubelet accepts a
    /// larger `max-pods`, and the pods beyond stay `ContainerCreating` with "no IP addresses available in range set".
    ///
    /// Source: containernetworking/plugins `plugins/ipam/host-local/backend/allocator`; Kubernetes docs, "kube-controller-manager",
    /// `--node-cidr-mask-size`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kubelet-arg: [max-pods=500]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   serverConfig: {kube-controller-manager-arg: [node-cidr-mask-size=22]}
    ///   agentConfig: {kubelet-arg: [max-pods=500]}
    /// ```
    "max-pods-exceed-range", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Addresses that no pod gets: the first, the last and the node's own.
const KEPT: u64 = 3;

fn check(config: &Config, report: &mut Report<'_>) {
    let written = ["node-cidr-mask-size", "node-cidr-mask-size-ipv4"]
        .into_iter()
        .find_map(|name| flag(config, "kube-controller-manager-arg", name));
    let mask = match written {
        Some((text, _)) => text.parse().ok(),
        None => Some(NODE_MASKS.0),
    };
    let Some(bits) = mask.and_then(|mask: u8| 32u8.checked_sub(mask)) else {
        return;
    };
    let room = (1u64 << bits).saturating_sub(KEPT);
    let mut told = Vec::new();
    for arguments in named(config, "kubelet-arg") {
        let Some((text, value)) = flag_of(arguments.value, "max-pods") else {
            continue;
        };
        told.push(arguments.role);
        if let Some(most) = text.parse().ok().filter(|most| *most > room) {
            let help = format!("set `max-pods={room}` or less");
            push(report, value.span, room, most, &help);
        }
    }
    let everywhere = ["server", "agent"].iter().all(|role| told.contains(role));
    if let Some((_, mask)) = written.filter(|_| MAX_PODS > room && !everywhere) {
        let help = format!("set `kubelet-arg: [max-pods={room}]` for servers and agents");
        push(report, mask.span, room, MAX_PODS, &help);
    }
}

/// Reports that there is `room` for fewer than `most` pods.
fn push(report: &mut Report<'_>, at: Span, room: u64, most: u64, help: &str) {
    let message = format!("nodes allow {most} pods but have addresses for {room}");
    let finding = report
        .found(at, message)
        .help(format!("{help}, or enlarge each node's part of the range"));
    report.push(finding.note("further pods stay `ContainerCreating` without an address"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn more_pods_than_addresses() {
        check(
            r#"
k3s:
  serverConfig: {kubelet-arg: ["v=2", "max-pods=254"]}
#                                     ^^^^^^^^^^^^^^ warning[max-pods-exceed-range]: nodes allow 254 pods but have addresses for 253
  agentConfig: {kubelet-arg: max-pods=253}
"#,
        );
        check(
            r#"
k3s:
  serverConfig: {kube-controller-manager-arg: [node-cidr-mask-size=22]}
  agentConfig: {kubelet-arg: [max-pods=500]}
"#,
        );
        check(
            r"
k3s:
  serverConfig: {kube-controller-manager-arg: [node-cidr-mask-size=26], kubelet-arg: [max-pods=61]}
#                                              ^^^^^^^^^^^^^^^^^^^^^^ warning[max-pods-exceed-range]: nodes allow 110 pods but have addresses for 61
",
        );
        check(
            r#"
k3s:
  serverConfig: {kube-controller-manager-arg: [node-cidr-mask-size=26], kubelet-arg: [max-pods=61]}
  agentConfig: {kubelet-arg: [max-pods=61]}
"#,
        );
    }
}
