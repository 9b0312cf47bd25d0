//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The machines use the tailnet's DNS, and so does the cluster.
    ///
    /// ## Why
    ///
    /// A machine that joins a tailnet hands its `/etc/resolv.conf` over to MagicDNS. CoreDNS forwards unknown names to the servers
    /// in that file, so every pod's lookups go through the tailnet's resolvers and fail when those are unreachable. Cluster
    /// machines rarely need MagicDNS themselves.
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
    "tailscale-accept-dns", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(written), Some(tailnet)) = (config.tailscale.spanned(), &plan.tailnet) else {
        return;
    };
    if tailnet.argument("accept-dns").is_some() {
        return;
    }
    let arguments = written.value.extra_args.spanned();
    let at = arguments.map_or(written.key, |arguments| arguments.key);
    let finding = report
        .found(
            at,
            "machines use the tailnet's DNS, so all lookups in the cluster go through it",
        )
        .help("add `--accept-dns=false` to `extraArgs`, or `--accept-dns=true` if this is intended")
        .note("CoreDNS forwards to the name servers in the machine's resolv.conf, which Tailscale replaces");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn missing_or_set_either_way() {
        check(
            r#"
tailscale: {extraArgs: [--ssh], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"]}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
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
"#,
        );
        check("domain_passlist: [acme.dev]\n");
    }
}
