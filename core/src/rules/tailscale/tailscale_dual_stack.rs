//! See [`RULE`].

use super::carries_pods;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Pods have IPv6 addresses, and the tailnet carries them.
    ///
    /// ## Why
    ///
    /// k3s's integration is made for IPv4: with both families the routes of one of them went missing, and IPv6 pods keep their own address
    /// towards other machines where IPv4 pods take the machine's, so the tailnet's rules meet another source.
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
    "tailscale-dual-stack", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
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
        .found(at, format!("the tailnet carries pods, and `{pods}` is IPv6"))
        .help("use ranges of IPv4 only, or `use: access`")
        .note("k3s advertises routes of IPv6 unreliably, and IPv6 pods are not masked as their machine");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_the_tailnet_carries_pods() {
        check(
            r#"
cluster: {network: {pods: fd00:42::/56}}
#                         ^^^^^^^^^^^^ error[cidr-family-mismatch]: `fd00:42::/56` is a range of IPv6, and that of machines one of IPv4
#                         ^^^^^^^^^^^^ warning[tailscale-dual-stack]: The tailnet carries pods, and `fd00:42::/56` is IPv6
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {network: {pods: fd00:42::/56}}
#                         ^^^^^^^^^^^^ error[cidr-family-mismatch]: `fd00:42::/56` is a range of IPv6, and that of machines one of IPv4
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
#                   ^^^^ warning[tailscale-dual-stack]: The tailnet carries pods, and `fd00:42::/56` is IPv6
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
