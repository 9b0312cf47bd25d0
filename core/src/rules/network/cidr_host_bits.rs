//! See [`RULE`].

use super::ranges;
use crate::diagnostic::{Applicability, Fix};
use crate::model::{Config, Spanned};
use crate::plan::parse_cidr;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// A range begins with an address in the middle of it.
    ///
    /// ## Why
    ///
    /// `10.2.1.5/24` is read as `10.2.1.0/24` by some, as one address by people, and refused by others: Tailscale's client drops a
    /// filter with it, cloud firewalls reject the rule. gkc writes the range, so what is meant should stand there.
    ///
    /// Source: tailscale/tailscale `wgengine/filter/tailcfg.go` ("contains non-network bits set"); RFC 4632.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.1.5/24}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.1.0/24}}
    /// ```
    "cidr-host-bits", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for range in ranges::networks(config) {
        check_range(range, Applicability::Safe, report);
    }
    // Who writes an address into a firewall may have meant that address alone.
    for range in ranges::sources(config) {
        check_range(range, Applicability::Unsafe, report);
    }
}

fn check_range(range: &Spanned<String>, applicability: Applicability, report: &mut Report<'_>) {
    let (Some(net), Ok(written)) = (parse_cidr(&range.value), range.value.parse::<IpNet>()) else {
        return;
    };
    if written == net {
        return;
    }
    let alone = IpNet::from(written.addr());
    let finding = report
        .found(range.span, format!("`{written}` begins in the middle of `{net}`"))
        .help(format!(
            "write `{net}` for all of it, or `{alone}` for one address"
        ));
    let Some(text) = scalar(report, range.span, &net.to_string()) else {
        report.push(finding);
        return;
    };
    let fix = Fix::safe(format!("write `{net}`"), range.span, text);
    report.push(finding.fix(Fix { applicability, ..fix }));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_what_is_not_the_first_address() {
        check(
            r"
cluster:
  network: {nodes: 10.2.1.5/24, pods: 10.42.0.0/16}
#                  ^^^^^^^^^^^ warning[cidr-host-bits]: `10.2.1.5/24` begins in the middle of `10.2.1.0/24`
  firewall: {api: [203.0.113.7/24, 203.0.113.7/32]}
#                  ^^^^^^^^^^^^^^ warning[cidr-host-bits]: `203.0.113.7/24` begins in the middle of `203.0.113.0/24`
",
        );
    }

    #[test]
    fn the_first_address_is_written() {
        check_fix(
            "cidr-host-bits",
            "cluster: {network: {nodes: \"10.2.1.5/24\"}}\ningress: {allow: ['2001:db8::5/64']}\n",
            "cluster: {network: {nodes: \"10.2.1.0/24\"}}\ningress: {allow: ['2001:db8::/64']}\n",
        );
    }
}
