//! See [`RULE`].

use super::ranges;
use crate::facts::networks::is_private;
use crate::model::Config;
use crate::plan::{Plan, parse_cidr};
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;
use std::net::IpAddr;

declare_rule! {
    /// A range of the cluster is public.
    ///
    /// ## Why
    ///
    /// Private ranges are `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `100.64.0.0/10` and `fc00::/7`. A range outside them
    /// works until a pod connects to its owner: the cluster cannot reach those addresses on the internet. `172.168.0.0/16` is the
    /// usual typo.
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
    "cidr-not-private", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    for range in ranges::used(config, plan, report) {
        // In dual stack, IPv6 ranges may be public ranges that the cluster owns.
        let Some(span) = range.span.filter(|_| !range.second && !is_private(range.net)) else {
            continue;
        };
        let message = match own_to_each_machine(range.net) {
            Some(whose) => format!("invalid network range `{}`: {whose}", range.net),
            None => format!("range `{}` is public, not private", range.net),
        };
        let help = match meant(range.net) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a range inside `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`".to_owned(),
        };
        let finding = report.found(span, message).help(help);
        let note = match own_to_each_machine(range.net) {
            Some(_) => "packets to such an address never leave the machine",
            None => "the cluster cannot reach the owner of these addresses",
        };
        report.push(finding.note(note));
    }
}

/// Ranges that are local to each machine (RFC 1122, section 3.2.1.3; RFC 3927).
fn own_to_each_machine(net: IpNet) -> Option<&'static str> {
    match net.addr() {
        IpAddr::V4(address) if address.is_loopback() => Some("loopback addresses"),
        IpAddr::V4(address) if address.is_link_local() => Some("link-local addresses"),
        _ => None,
    }
}

/// `172.168` is a typo of `172.16` or `192.168`.
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
    fn public_ranges() {
        check(
            r"
cluster:
  network: {nodes: 172.168.0.0/16, pods: 10.0.0.0/7, services: 100.70.0.0/16}
#                  ^^^^^^^^^^^^^^ warning[cidr-not-private]: range `172.168.0.0/16` is public, not private
#                                        ^^^^^^^^^^ warning[cidr-not-private]: range `10.0.0.0/7` is public, not private
#                                        ^^^^^^^^^^ warning[cidr-overlap]: range `10.0.0.0/7` of pods overlaps the range of workspaces (`10.0.5.0/30`)
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {network: {nodes: 169.254.0.0/16, pods: 127.0.0.0/9}}
#                          ^^^^^^^^^^^^^^ warning[cidr-not-private]: invalid network range `169.254.0.0/16`: link-local addresses
#                                                ^^^^^^^^^^^ warning[cidr-not-private]: invalid network range `127.0.0.0/9`: loopback addresses
",
        );
    }
}
