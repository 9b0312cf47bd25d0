//! See [`RULE`].

use super::carries_pods;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The tailnet carries IPv6 pods.
    ///
    /// ## Why
    ///
    /// k3s's Tailscale integration is made for IPv4. With both families the routes of one went missing, and IPv6 pods keep their
    /// own address towards other machines where IPv4 pods use the machine's, so the tailnet's rules see a different source.
    ///
    /// Source: k3s-io/k3s#11572; flannel-io/flannel `pkg/trafficmngr/iptables`.
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
    "tailscale-dual-stack", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let six = plan.networks.pods.iter().find(|pods| pods.addr().is_ipv6());
    let (Some(network), Some(pods)) = (network, six.filter(|_| carries_pods(plan))) else {
        return;
    };
    let ipv6 = network.ipv6.spanned();
    let written = ipv6.map_or(&network.pods, |ipv6| &ipv6.value.pods);
    let Some(at) = written.span().or(ipv6.map(|ipv6| ipv6.key)) else {
        return;
    };
    let finding = report
        .found(at, format!("IPv6 pod range `{pods}` over the tailnet"))
        .help("use only IPv4 ranges, or set `use: access`")
        .note("k3s advertises IPv6 routes unreliably, and IPv6 pods do not use their machine's address");
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
#                         ^^^^^^^^^^^^ warning[tailscale-dual-stack]: IPv6 pod range `fd00:42::/56` over the tailnet
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
#                   ^^^^ warning[tailscale-dual-stack]: IPv6 pod range `fd00:42::/56` over the tailnet
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
