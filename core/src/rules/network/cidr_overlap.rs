//! See [`RULE`].

use super::ranges::{Used, addresses, is_without_machines, overlap, used};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::networks::{TAILNET, TAILNET_EXCEPT, is_private};
use crate::facts::providers::facts;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use ipnet::IpNet;
use std::net::IpAddr;

declare_rule! {
    /// Two address ranges overlap.
    ///
    /// ## Why
    ///
    /// Packets to an address in both ranges go to the wrong place: to a pod in place of a machine, or nowhere. k3s does not check,
    /// and the ranges cannot be changed once the cluster exists. In a tailnet `100.64.0.0/10` belongs to Tailscale, which drops
    /// such packets from elsewhere.
    ///
    /// The provider's metadata service, where machines get their user-data, must not be in one of them either.
    ///
    /// The network inside workspaces is behind NAT, so an overlap there only hides those few addresses from workspaces, which is a
    /// warning.
    ///
    /// Source: k3s-io/k3s#588, #3451, #4627; tailscale/tailscale#1381.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.42.0.0/20}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.0.0/20}}
    /// ```
    "cidr-overlap", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy, silences super::cidr_host_bits::RULE.rule
}

const NOTE: &str =
    "k3s does not check: packets to one range end up in the other, and the ranges cannot be changed later";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let mut all = used(config, plan, report);
    // A range without a machine in it is a wrong one, which `node-address-outside-network` says.
    all.retain(|range| !is_without_machines(range, config));
    for (i, range) in all.iter().enumerate() {
        let Some(span) = range.span else { continue };
        // A pair of written ranges is reported once, at the one that is written later: the other was there before it.
        let later = |other: Span| (span.start, span.end) > (other.start, other.end);
        let others = all
            .iter()
            .enumerate()
            .filter(|(j, other)| *j != i && other.span.is_none_or(later))
            .map(|(_, other)| other);
        let hit: Vec<&Used> = others.filter(|other| overlap(range.net, other.net)).collect();
        if !hit.is_empty() {
            let finding = shared(range, span, &hit, report);
            report.push(finding);
        }
        let tailscales = overlap(range.net, TAILNET) && !TAILNET_EXCEPT.contains(&range.net);
        let metadata = facts(plan.provider).metadata.iter();
        let within = metadata.copied().find(|address| range.net.contains(address));
        if let Some(address) = within.filter(|_| range.what != "workspaces" && is_private(range.net)) {
            let finding = metadatas(range, span, address, report);
            report.push(finding);
        }
        if config.tailscale.is_written() && tailscales && range.what != "workspaces" {
            let finding = tailnets(config, range, span, report);
            report.push(finding);
        }
    }
    check_addresses(config, &all, report);
}

fn shared(range: &Used, span: Span, hit: &[&Used], report: &Report<'_>) -> Diagnostic {
    let names: Vec<String> = hit
        .iter()
        .map(|other| format!("{} (`{}`)", other.what, other.net))
        .collect();
    let message = format!(
        "range `{}` of {} overlaps the range of {}",
        range.net,
        range.what,
        crate::words::and(&names)
    );
    let mut finding = report.found(span, message);
    if range.what == "workspaces" || hit.iter().all(|other| other.what == "workspaces") {
        finding.severity = Severity::Warning;
    }
    hit.iter()
        .fold(finding, |finding, other| finding.and(other.near, other.label()))
        .help(format!("use disjoint ranges, such as {}", apart(range.net)))
        .note(NOTE)
}

fn apart(net: IpNet) -> &'static str {
    match net {
        IpNet::V4(_) => "`10.2.0.0/16`, `10.42.0.0/16` and `10.43.0.0/16`",
        IpNet::V6(_) => "`fd00:2::/64`, `fd00:42::/56` and `fd00:43::/112`",
    }
}

fn tailnets(config: &Config, range: &Used, span: Span, report: &Report<'_>) -> Diagnostic {
    let message = format!(
        "range `{}` of {} overlaps the tailnet's range `{TAILNET}`",
        range.net, range.what
    );
    let finding = report.found(span, message);
    let finding = match config.tailscale.spanned() {
        Some(tailscale) => finding.and(tailscale.key, "tailnet enabled here"),
        None => finding,
    };
    finding
        .help("use a range inside `10.0.0.0/8`")
        .note("Tailscale drops packets from these addresses unless they come from the tailnet")
}

fn metadatas(range: &Used, span: Span, address: IpAddr, report: &Report<'_>) -> Diagnostic {
    let message = format!(
        "range `{}` of {} holds the address of the provider's metadata service, `{address}`",
        range.net, range.what
    );
    report
        .found(span, message)
        .help("use a range without it")
        .note("machines ask there for their user-data, and would reach a pod or a service instead")
}

fn check_addresses(config: &Config, all: &[Used], report: &mut Report<'_>) {
    let machines: Vec<&Used> = all.iter().filter(|range| range.what == "machines").collect();
    let cluster = config.cluster.get();
    let api = cluster.and_then(|cluster| cluster.api.get()?.host.spanned());
    let ingress = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    let written = api.into_iter().chain(ingress).filter_map(|host| {
        let ip: IpAddr = host.value.as_known()?.parse().ok()?;
        Some((host.span, ip, "use an address of the machines"))
    });
    let named = addresses(config)
        .into_iter()
        .map(|(address, ip)| (address.span, ip, "use another address for the machine"));
    for (span, ip, instead) in named.chain(written) {
        let taken = all
            .iter()
            .find(|range| matches!(range.what, "pods" | "services") && range.net.contains(&ip));
        let Some(range) = taken else { continue };
        // If the machines' range itself overlaps, that is the mistake.
        if machines
            .iter()
            .any(|machines| machines.net.contains(&ip) && overlap(machines.net, range.net))
        {
            continue;
        }
        let message = format!(
            "address `{ip}` is in the range of {} (`{}`)",
            range.what, range.net
        );
        let finding = report.found(span, message).and(range.near, range.label());
        report.push(
            finding
                .help(format!("{instead}, or another range for {}", range.what))
                .note(NOTE),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, findings};

    #[test]
    fn of_a_range_that_is_wrong_anyway_nothing_is_said() {
        check(
            r"
cluster:
  network: {nodes: 10.42.0.0/24, pods: 10.42.0.0/16}
#                  ^^^^^^^^^^^^ error[node-address-outside-network]: range `10.42.0.0/24` includes no machine
  nodes:
    - {name: a, role: server, address: 10.7.0.1}
",
        );
    }

    #[test]
    fn written_ranges_and_defaults() {
        check(
            r"
cluster:
  network: {nodes: 10.43.128.0/20, pods: 10.43.0.0/17, services: 10.43.0.0/16}
#                                                                ^^^^^^^^^^^^ error[cidr-overlap]: range `10.43.0.0/16` of services overlaps the range of machines (`10.43.128.0/20`) and pods (`10.43.0.0/17`)
",
        );
        check(
            r"
cluster:
  network: {nodes: 10.0.0.0/8}
#                  ^^^^^^^^^^ error[cidr-overlap]: range `10.0.0.0/8` of machines overlaps the range of pods (`10.42.0.0/16`), services (`10.43.0.0/16`) and workspaces (`10.0.5.0/30`)
",
        );
    }

    #[test]
    fn the_metadata_service_is_somebody_elses() {
        check(
            r"
cluster:
  provider: scaleway
  firewall: {api: [203.0.113.0/24], ssh: [203.0.113.0/24]}
  network:
    ipv6: {nodes: fd00:2::/64, pods: fd00:42::/56, services: fd00:43::/112}
#                                    ^^^^^^^^^^^^ error[cidr-overlap]: range `fd00:42::/56` of pods holds the address of the provider's metadata service, `fd00:42::42`
",
        );
        check(
            "cluster: {provider: scaleway, firewall: {api: [203.0.113.0/24], ssh: [203.0.113.0/24]}, network: {ipv6: {nodes: fd00:2::/64, services: fd00:43::/112}}}\n",
        );
    }

    #[test]
    fn a_default_is_flagged_at_the_nearest_key() {
        let text = "cluster:\n  network: {nodes: 10.42.0.0/24}\n";
        let (file, found) = findings(text, &TestInputs::default());
        let finding = found.iter().find(|d| d.rule == "cidr-overlap").unwrap();
        assert_eq!(file.slice(finding.labels[0].span), "network");
        assert_eq!(finding.labels[0].message, "default range of pods: `10.42.0.0/16`");
    }

    #[test]
    fn workspaces_are_a_warning() {
        check(
            r"
cluster: {network: {nodes: 10.0.0.0/16}}
#                          ^^^^^^^^^^^ warning[cidr-overlap]: range `10.0.0.0/16` of machines overlaps the range of workspaces (`10.0.5.0/30`)
",
        );
        check(
            r"
gitpod: {workspace: {cidr: 10.2.7.0/30}, repository: registry.acme.dev/gitpod}
#                          ^^^^^^^^^^^ warning[cidr-overlap]: range `10.2.7.0/30` of workspaces overlaps the range of machines (`10.2.0.0/16`)
",
        );
    }

    #[test]
    fn the_tailnets_range() {
        check(
            r#"
cluster: {network: {pods: 100.70.0.0/16, services: 100.115.92.0/24}}
#                         ^^^^^^^^^^^^^ error[cidr-overlap]: range `100.70.0.0/16` of pods overlaps the tailnet's range `100.64.0.0/10`
#                                                  ^^^^^^^^^^^^^^^ warning[service-range-size]: service range `100.115.92.0/24` is small
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check("cluster: {network: {pods: 100.70.0.0/16}}\n");
    }

    #[test]
    fn machine_addresses_among_pods() {
        check(
            r"
cluster:
  network: {nodes: 192.168.0.0/16}
  nodes: [{name: a, role: server, address: 10.42.0.7}, {name: b, role: agent, address: 192.168.0.2}]
#                                          ^^^^^^^^^ error[cidr-overlap]: address `10.42.0.7` is in the range of pods (`10.42.0.0/16`)
  api: {host: 10.43.0.1}
#             ^^^^^^^^^ error[cidr-overlap]: address `10.43.0.1` is in the range of services (`10.43.0.0/16`)
",
        );
        check(
            r"
cluster:
  network: {nodes: 10.42.0.0/20}
#                  ^^^^^^^^^^^^ error[cidr-overlap]: range `10.42.0.0/20` of machines overlaps the range of pods (`10.42.0.0/16`)
  nodes: [{name: a, role: server, address: 10.42.0.7}]
",
        );
    }

    #[test]
    fn dual_stack() {
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:42::/64', services: 'fd00:42:0:1::/112'}}}
#                                 ^^^^^^^^^^^^^^ error[cidr-overlap]: range `fd00:42::/64` of machines overlaps the range of pods (`fd00:42::/56`)
#                                                           ^^^^^^^^^^^^^^^^^^^ error[cidr-overlap]: range `fd00:42:0:1::/112` of services overlaps the range of pods (`fd00:42::/56`)
",
        );
    }

    #[test]
    fn unreadable_ranges() {
        check(
            r"
cluster: {network: {nodes: 10.2.0.0/16, pods: 10.2.0.0/99}}
#                                             ^^^^^^^^^^^ error[cidr-invalid]: invalid address range `10.2.0.0/99`
",
        );
    }
}
