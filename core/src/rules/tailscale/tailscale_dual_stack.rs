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
    let carries = carries_pods(plan);
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(pods) = network.and_then(|network| network.pods.spanned()) else {
        return;
    };
    if !carries || plan.networks.pods.network().is_ipv4() {
        return;
    }
    let finding = report
        .found(
            pods.span,
            format!("the tailnet carries pods, and `{}` is IPv6", pods.value),
        )
        .help("use a range of IPv4, or `use: access`")
        .note("k3s advertises routes of IPv6 unreliably, and IPv6 pods are not masked as their machine");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_the_tailnet_carries_pods() {
        check(
            "tailscale-dual-stack",
            r"
cluster: {network: {pods: fd00:42::/56}}
#                         ^^^^^^^^^^^^ warning: The tailnet carries pods, and `fd00:42::/56` is IPv6
tailscale: {}
",
        );
        check(
            "tailscale-dual-stack",
            "cluster: {network: {pods: fd00:42::/56}}\ntailscale: {use: access}\n",
        );
        check("tailscale-dual-stack", "tailscale: {}\n");
    }
}
