//! See [`RULE`].

use super::without;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Network policies do not see the source of connections from pods on other machines.
    ///
    /// ## Why
    ///
    /// A machine that forwards tailnet traffic to its pods replaces the source with its own address by default. A NetworkPolicy
    /// that admits pods by label does not match traffic from other machines then. The tailnet's own rules are not affected.
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
    "tailscale-snat-network-policy", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let open = without(config, plan, "--snat-subnet-routes");
    let Some((_, at)) = open.filter(|(tailnet, _)| tailnet.carries_pods) else {
        return;
    };
    let finding = report
        .found(
            at,
            "source addresses of pods on other machines are hidden by SNAT",
        )
        .help("add `--snat-subnet-routes=false` to `extraArgs` if a NetworkPolicy admits pods by label")
        .note("Tailscale masquerades traffic to advertised subnets, and the pod range is one of them");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_with_pods_over_the_tailnet() {
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
#                                        ^^^^^^^^^ info[tailscale-snat-network-policy]: source addresses of pods on other machines are hidden by SNAT
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
#           ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
"#,
        );
    }
}
