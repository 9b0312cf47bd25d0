//! See [`RULE`].

use super::ranges;
use crate::diagnostic::{Diagnostic, Fix};
use crate::model::{Config, Spanned};
use crate::plan::parse_cidr;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
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
    for range in ranges::written(config) {
        if parse_cidr(&range.value).is_none() {
            let finding = wrong_range(range, report);
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

fn wrong_range(range: &Spanned<String>, report: &Report<'_>) -> Diagnostic {
    let text = range.value.trim();
    let finding = report.found(range.span, format!("invalid address range `{}`", range.value));
    let (near, certain) = match (text.parse::<IpAddr>(), without_zeros(text)) {
        (Ok(address), _) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            (format!("{text}/{bits}"), true)
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
    use crate::testing::{check, check_fix};

    #[test]
    fn ranges_and_addresses_everywhere() {
        check(
            r#"
gitpod: {workspace: {cidr: "10.0.5.0"}, repository: registry.acme.dev/gitpod}
#                          ^^^^^^^^^^ error[cidr-invalid]: invalid address range `10.0.5.0`
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
#                  ^^^^^^^^^^^ error[cidr-invalid]: invalid address range `203.0.113.7`
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
}
