//! See [`RULE`].

use super::without;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The machines take the tailnet's DNS, and with them the cluster.
    ///
    /// ## Why
    ///
    /// A machine that joins a tailnet hands its `/etc/resolv.conf` to MagicDNS. CoreDNS forwards what it does not know to that file, so
    /// every look-up of every pod goes through the tailnet's resolvers, and fails while they cannot be reached. Machines of a
    /// cluster rarely need MagicDNS themselves.
    ///
    /// Source: Tailscale docs, "Why is resolv.conf being overwritten?"; k3s-io/k3s#4088.
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
    /// tailscale: {admins: [ada@acme.dev], extraArgs: [--accept-dns=false]}
    /// ```
    "tailscale-accept-dns", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some((_, at)) = without(config, plan, "--accept-dns") else {
        return;
    };
    let finding = report
        .found(
            at,
            "the machines take the tailnet's DNS, and the cluster's look-ups go through it",
        )
        .help("add `--accept-dns=false` to `extraArgs`, or `--accept-dns=true` where it is meant")
        .note("CoreDNS forwards to the machine's resolv.conf, which Tailscale writes");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn absent_or_said_either_way() {
        check(
            r#"
tailscale: {extraArgs: [--ssh], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"]}
^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
tailscale: {extraArgs: [--accept-dns=true], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
"#,
        );
        check("domain_passlist: [acme.dev]\n");
    }
}
