//! See [`RULE`].

use super::ranges;
use crate::facts::networks::is_private;
use crate::model::Config;
use crate::plan::{Plan, parse_cidr};
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;
use std::net::IpAddr;

declare_rule! {
    /// A range of the cluster belongs to others on the Internet.
    ///
    /// ## Why
    ///
    /// Private are `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `100.64.0.0/10` and `fc00::/7`. A range outside of them works, until a
    /// pod wants to talk to whoever owns it: those addresses cannot be reached from the cluster. `172.168.0.0/16` is the usual slip.
    ///
    /// Source: RFC 1918, RFC 6598, RFC 4193.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 172.168.0.0/16}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 172.16.0.0/16}}
    /// ```
    "cidr-not-private", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    for range in ranges::used(config, plan, report) {
        // Those of IPv6 beside IPv4 may well be the cluster's own of the Internet.
        let Some(span) = range.span.filter(|_| !range.second && !is_private(range.net)) else {
            continue;
        };
        let message = match own_to_each_machine(range.net) {
            Some(whose) => format!("`{}` is no range of a network: {whose}", range.net),
            None => format!(
                "`{}` is not private: it belongs to others on the Internet",
                range.net
            ),
        };
        let help = match meant(range.net) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "choose a range inside `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`".to_owned(),
        };
        let finding = report.found(span, message).help(help);
        let note = match own_to_each_machine(range.net) {
            Some(_) => "nothing leaves a machine for such an address",
            None => "whoever owns these addresses cannot be reached from the cluster",
        };
        report.push(finding.note(note));
    }
}

/// Ranges that mean something else on each machine (RFC 1122, section 3.2.1.3; RFC 3927).
fn own_to_each_machine(net: IpNet) -> Option<&'static str> {
    match net.addr() {
        IpAddr::V4(address) if address.is_loopback() => Some("each machine reaches itself there"),
        IpAddr::V4(address) if address.is_link_local() => {
            Some("each link has it, and metadata services are in it")
        }
        _ => None,
    }
}

/// `172.168` is `172.16` with a finger too many, or `192.168` with the wrong beginning.
fn meant(net: IpNet) -> Option<String> {
    let text = net.to_string();
    let rest = text.strip_prefix("172.168.")?;
    let near = format!("172.16.{rest}");
    parse_cidr(&near).filter(|near| is_private(*near)).map(|_| near)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_ranges_of_the_cluster_and_only_public_ones() {
        check(
            r"
cluster:
  network: {nodes: 172.168.0.0/16, pods: 10.0.0.0/7, services: 100.70.0.0/16}
#                  ^^^^^^^^^^^^^^ warning[cidr-not-private]: `172.168.0.0/16` is not private: it belongs to others on the Internet
#                                        ^^^^^^^^^^ warning[cidr-not-private]: `10.0.0.0/7` is not private: it belongs to others on the Internet
#                                        ^^^^^^^^^^ warning[cidr-overlap]: `10.0.0.0/7` of pods overlaps the range of workspaces (`10.0.5.0/30`)
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {network: {nodes: 169.254.0.0/16, pods: 127.0.0.0/9}}
#                          ^^^^^^^^^^^^^^ warning[cidr-not-private]: `169.254.0.0/16` is no range of a network: each link has it, and metadata services are in it
#                                                ^^^^^^^^^^^ warning[cidr-not-private]: `127.0.0.0/9` is no range of a network: each machine reaches itself there
",
        );
    }
}
