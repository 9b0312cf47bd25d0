//! See [`RULE`].

use crate::facts::tailscale::INTERFACE_MTU;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The tailnet cannot carry IPv6 pods.
    ///
    /// ## Why
    ///
    /// The tailnet's interface has an MTU of 1280 bytes, the least that IPv6 allows. flannel wraps the packets of pods in others, which
    /// leaves 1210 or 1200 bytes for its own interface, and Linux sets no IPv6 address there: flannel stops, and so does k3s.
    ///
    /// Source: RFC 8200, section 5; flannel-io/flannel `pkg/backend/vxlan`; tailscale/tailscale `net/tstun`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {pods: fd00:42::/56, services: fd00:43::/112, nodes: fd00:44::/64}}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    "tailscale-dual-stack", Error, since "0.1.0", fix None, always, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let six = plan.networks.pods.iter().find(|pods| pods.addr().is_ipv6());
    let (Some(network), Some(pods)) = (network, six.filter(|_| plan.is_over_tailnet())) else {
        return;
    };
    let ipv6 = network.ipv6.spanned();
    let written = ipv6.map_or(&network.pods, |ipv6| &ipv6.value.pods);
    let Some(at) = written.span().or(ipv6.map(|ipv6| ipv6.key)) else {
        return;
    };
    let finding = report
        .found(at, format!("the tailnet cannot carry the IPv6 pod range `{pods}`"))
        .help("use only IPv4 ranges, or set `use: access`")
        .note(format!(
            "the tailnet's MTU is {INTERFACE_MTU} bytes, the least that IPv6 allows, and flannel needs some of them: k3s does not start"
        ));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_with_pods_over_the_tailnet() {
        check(
            r#"
cluster: {network: {pods: fd00:42::/56}}
#                         ^^^^^^^^^^^^ error[cidr-family-mismatch]: IPv6 range `fd00:42::/56` conflicts with the IPv4 range of machines
#                         ^^^^^^^^^^^^ error[tailscale-dual-stack]: the tailnet cannot carry the IPv6 pod range `fd00:42::/56`
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {network: {pods: fd00:42::/56}}
#                         ^^^^^^^^^^^^ error[cidr-family-mismatch]: IPv6 range `fd00:42::/56` conflicts with the IPv4 range of machines
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64'}}}
#                   ^^^^ error[tailscale-dual-stack]: the tailnet cannot carry the IPv6 pod range `fd00:42::/56`
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
