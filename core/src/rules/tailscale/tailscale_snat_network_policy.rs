//! See [`RULE`].

use super::without;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Network policies do not see which pod of another machine connects.
    ///
    /// ## Why
    ///
    /// A machine that forwards the tailnet's packets to its pods puts its own address in place of the source by default. A NetworkPolicy that
    /// admits pods by their labels then does not match what comes from other machines. The tailnet's own rules are not concerned.
    ///
    /// Source: Tailscale docs, "Subnet routers", `--snat-subnet-routes`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: [--snat-subnet-routes=false]}
    /// ```
    "tailscale-snat-network-policy", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let open = without(config, plan, "--snat-subnet-routes");
    let Some((_, at)) = open.filter(|(tailnet, _)| tailnet.carries_pods) else {
        return;
    };
    let finding = report
        .found(
            at,
            "pods see the address of their machine in place of a pod's on another machine",
        )
        .help("add `--snat-subnet-routes=false` to `extraArgs` where a NetworkPolicy admits pods by label")
        .note("Tailscale masks what it forwards to subnets, and the pod range is one");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_the_tailnet_carries_pods() {
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
#                                        ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
"#,
        );
        check(
            r#"
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
"#,
        );
        check(
            r#"
tailscale: {extraArgs: [--snat-subnet-routes=true], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
"#,
        );
    }
}
