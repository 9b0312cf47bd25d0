//! The machine's own packet filter, beside whatever stands in front of it: a table of nftables that nobody else touches.
//!
//! Pods and everybody but root are kept from the metadata service, since user-data holds the token that a machine joins with.
//! DNS, DHCP and NTP stay open there: some clouds answer them at the same address. And the ports that the platform's proxy opens
//! for itself are closed from outside, where ServiceLB opens them on every node.

use crate::facts::providers;
use crate::plan::Plan;
use std::net::IpAddr;

/// Where the rules are put.
pub(super) const RULES: &str = "/etc/gkc/guard.nft";
/// The unit that loads them at each start.
pub(super) const UNIT: &str = "/etc/systemd/system/gkc-guard.service";

/// Whether there is anything to guard.
pub(super) fn is_needed(plan: &Plan) -> bool {
    plan.needs.closed_ports().next().is_some() || !providers::facts(plan.provider).metadata.is_empty()
}

/// The rules as `nft -f` reads them.
pub(super) fn rules(plan: &Plan) -> String {
    let metadata = providers::facts(plan.provider).metadata;
    let closed: Vec<String> = plan.needs.closed_ports().map(|port| port.to_string()).collect();
    let chains = [
        (!metadata.is_empty()).then(|| metadata_chains(metadata)),
        (!closed.is_empty()).then(|| proxy_chain(plan.needs.product, &closed.join(", "))),
    ];
    let chains: Vec<String> = chains.into_iter().flatten().collect();
    // Named twice, so that there is a table to delete at the first run too.
    format!(
        "# Made by gkc. Loading this again replaces it.\ntable inet gkc\ndelete table inet gkc\ntable inet gkc {{\n{}}}\n",
        chains.join("\n")
    )
}

fn metadata_chains(metadata: &[IpAddr]) -> String {
    let of = |v4: bool| {
        let addresses = metadata.iter().filter(|a| a.is_ipv4() == v4);
        addresses.map(IpAddr::to_string).collect::<Vec<_>>()
    };
    let matches = |who: &str| -> String {
        let family = |word: &str, addresses: Vec<String>| match addresses.is_empty() {
            true => String::new(),
            false => format!(
                "    {who}{word} daddr {{ {} }} jump metadata\n",
                addresses.join(", ")
            ),
        };
        family("ip", of(true)) + &family("ip6", of(false))
    };
    let chain = |name: &str, who: &str| {
        format!(
            "  chain {name} {{\n    type filter hook {name} priority filter - 5; policy accept;\n    ct state established,related accept\n{}  }}\n",
            matches(who)
        )
    };
    format!(
        "  # The metadata service is root's: user-data holds the token that this machine joins with.\n  chain metadata {{\n    meta l4proto {{ tcp, udp }} th dport 53 return\n    udp dport {{ 67, 123 }} return\n    reject\n  }}\n{}{}",
        chain("forward", ""),
        chain("output", "meta skuid != 0 ")
    )
}

fn proxy_chain(product: &str, ports: &str) -> String {
    format!(
        "  # {product}'s proxy has these beside 80 and 443, and ServiceLB opens all of them.\n  chain proxy {{\n    type filter hook prerouting priority raw - 5; policy accept;\n    iifname != \"lo\" fib daddr type local tcp dport {{ {ports} }} drop\n  }}\n"
    )
}

/// The unit: before k3s, after nobody, and without the ruleset of the distribution, whose start would flush k3s's rules.
pub(super) const UNIT_FILE: &str = "\
[Unit]
Description=Keep pods and users from the metadata service
Before=k3s.service k3s-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/gkc/guard.nft
ExecStop=/usr/sbin/nft delete table inet gkc

[Install]
WantedBy=multi-user.target
";
