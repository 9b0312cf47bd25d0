//! See [`RULE`].

use super::ranges;
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::model::{Config, Spanned};
use crate::plan::parse_cidr;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule, edit};
use std::net::IpAddr;

declare_rule! {
    /// An address or a range is invalid.
    ///
    /// ## Why
    ///
    /// A range is an address and a prefix length: `10.2.0.0/16`. Numbers with leading zeros are rejected too, because some programs
    /// read them as octal.
    ///
    /// Source: RFC 4632; k3s docs, `--cluster-cidr` and `--service-cidr`, which k3s exits on.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/33}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/16}}
    /// ```
    "cidr-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let networks = ranges::networks(config).into_iter().map(|range| (range, false));
    let sources = ranges::sources(config).into_iter().map(|range| (range, true));
    for (range, source) in networks.chain(sources) {
        if parse_cidr(&range.value).is_none() {
            let finding = wrong_range(range, source, report);
            report.push(finding);
        }
    }
    let cluster = config.cluster.get();
    let dns = cluster.and_then(|cluster| cluster.network.get()?.dns.spanned());
    let nodes = cluster.into_iter().flat_map(|cluster| cluster.nodes.items());
    let addresses = nodes.filter_map(|node| node.value.address.spanned());
    for address in dns.into_iter().chain(addresses) {
        if address.value.parse::<IpAddr>().is_err() {
            let message = format!("invalid address `{}`", address.value);
            let finding = report.found(address.span, message);
            report.push(finding.help("use an address such as `10.2.0.11`, without a prefix length"));
        }
    }
}

/// `source` for a range that connections may come from, where one address is a range like any other.
fn wrong_range(range: &Spanned<String>, source: bool, report: &Report<'_>) -> Diagnostic {
    let text = range.value.trim();
    let finding = report.found(range.span, format!("invalid address range `{}`", range.value));
    let (near, certain) = match (text.parse::<IpAddr>(), without_zeros(text)) {
        (Ok(address), _) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            let message = format!("address range `{}` has no prefix length", range.value);
            let finding = report.found(range.span, message);
            if !source || is_first(address) {
                let such_as = match (source, address) {
                    (_, IpAddr::V6(_)) => 64,
                    (true, _) => 24,
                    (false, _) => 16,
                };
                return finding.help(format!(
                    "add the length of the network's prefix, such as `{text}/{such_as}`"
                ));
            }
            let one = format!("{text}/{bits}");
            let fix = edit::write(report, range.span, &one, Applicability::Safe);
            return edit::attach(finding.help(format!("use `{one}` for this address alone")), fix);
        }
        (_, Some(decimal)) => (decimal, false),
        _ if parse_cidr(text).is_some() => (text.to_owned(), true),
        _ => return finding.help("use an address and a prefix length, such as `10.2.0.0/16`"),
    };
    let title = format!("use `{near}`");
    let finding = finding.help(title.clone());
    match scalar(report, range.span, &near) {
        Some(new) if certain => finding.fix(Fix::safe(title, range.span, new)),
        Some(new) => finding.fix(Fix::risky(title, range.span, new)),
        None => finding,
    }
}

/// Whether an address ends in zeros like the first one of a network, so that all of the network may be meant.
fn is_first(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets().ends_with(&[0]),
        IpAddr::V6(address) => address.segments().ends_with(&[0]),
    }
}

/// The range in decimal, if leading zeros are its only mistake.
fn without_zeros(text: &str) -> Option<String> {
    let (address, prefix) = text.split_once('/')?;
    let plain = |number: &str| match number.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    let octets: Vec<String> = address.split('.').map(plain).collect();
    let better = format!("{}/{}", octets.join("."), plain(prefix));
    (octets.len() == 4 && better != text && parse_cidr(&better).is_some()).then_some(better)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn ranges_and_addresses_everywhere() {
        check(
            r#"
gitpod: {workspace: {cidr: "10.0.5.0"}, repository: registry.acme.dev/gitpod}
#                          ^^^^^^^^^^ error[cidr-invalid]: address range `10.0.5.0` has no prefix length
ingress: {allow: [everybody, "::/0"]}
#                 ^^^^^^^^^ error[cidr-invalid]: invalid address range `everybody`
cluster:
  network: {nodes: 10.2.0.0/33, pods: 10.042.0.0/16, services: 10.43.0/16, dns: 10.43.0.10/32}
#                  ^^^^^^^^^^^ error[cidr-invalid]: invalid address range `10.2.0.0/33`
#                                     ^^^^^^^^^^^^^ error[cidr-invalid]: invalid address range `10.042.0.0/16`
#                                                              ^^^^^^^^^^ error[cidr-invalid]: invalid address range `10.43.0/16`
#                                                                               ^^^^^^^^^^^^^ error[cidr-invalid]: invalid address `10.43.0.10/32`
  nodes: [{name: a, role: server, address: a.acme.dev}]
#                                          ^^^^^^^^^^ error[cidr-invalid]: invalid address `a.acme.dev`
  firewall: {ssh: [203.0.113.7], api: [203.0.113.0/24]}
#                  ^^^^^^^^^^^ error[cidr-invalid]: address range `203.0.113.7` has no prefix length
"#,
        );
    }

    #[test]
    fn a_single_address() {
        check_fix(
            "cidr-invalid",
            "cluster: {firewall: {ssh: [203.0.113.7, '2001:db8::1']}, network: {pods: 10.042.0.0/16}}\n",
            "cluster: {firewall: {ssh: [203.0.113.7/32, '2001:db8::1/128']}, network: {pods: 10.42.0.0/16}}\n",
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "cidr-invalid",
            &[
                ("cluster: {network: {pods: 10.42.0.0}}\n", "none"),
                ("cluster: {network: {pods: 10.42.0.7}}\n", "none"),
                ("cluster: {firewall: {ssh: [203.0.113.7]}}\n", "safe"),
                ("cluster: {firewall: {ssh: [203.0.113.0]}}\n", "none"),
                ("cluster: {firewall: {ssh: ['2001:db8::']}}\n", "none"),
            ],
        );
    }
}
