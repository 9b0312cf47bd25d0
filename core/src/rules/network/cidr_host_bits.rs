//! See [`RULE`].

use super::ranges;
use crate::diagnostic::{Applicability, Fix};
use crate::model::{Config, Spanned};
use crate::plan::parse_cidr;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// A range has host bits set.
    ///
    /// ## Why
    ///
    /// Some programs read `10.2.1.5/24` as `10.2.1.0/24`, people read it as one address, and others reject it: Tailscale's client
    /// drops a filter with it, and cloud firewalls reject the rule.
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
    "cidr-host-bits", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    for range in ranges::networks(config) {
        check_range(range, Applicability::Safe, report);
    }
    // An address in a firewall may be meant as that single address.
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
        .found(range.span, format!("range `{written}` has host bits set"))
        .help(format!(
            "use `{net}` for the whole range, or `{alone}` for one address"
        ));
    let Some(text) = scalar(report, range.span, &net.to_string()) else {
        report.push(finding);
        return;
    };
    let fix = Fix::safe(format!("use `{net}`"), range.span, text);
    report.push(finding.fix(Fix { applicability, ..fix }));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn host_bits() {
        check(
            r"
cluster:
  network: {nodes: 10.2.1.5/24, pods: 10.42.0.0/16}
#                  ^^^^^^^^^^^ warning[cidr-host-bits]: range `10.2.1.5/24` has host bits set
  firewall: {api: [203.0.113.7/24, 203.0.113.7/32]}
#                  ^^^^^^^^^^^^^^ warning[cidr-host-bits]: range `203.0.113.7/24` has host bits set
",
        );
    }

    #[test]
    fn the_fix_clears_host_bits() {
        check_fix(
            "cidr-host-bits",
            "cluster: {network: {nodes: \"10.2.1.5/24\"}}\ningress: {allow: ['2001:db8::5/64']}\n",
            "cluster: {network: {nodes: \"10.2.1.0/24\"}}\ningress: {allow: ['2001:db8::/64']}\n",
        );
    }
}
