//! See [`RULE`].

use super::carries_pods;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Routes in `extraArgs` are lost.
    ///
    /// ## Why
    ///
    /// With `use: pods` flannel sets the machine's advertised routes to its part of the pod range on startup (`tailscale set
    /// --advertise-routes`), which replaces everything passed to `tailscale up`.
    ///
    /// Source: k3s-io/k3s#9677, #11803; `pkg/agent/flannel/setup.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: ["--advertise-routes=192.168.1.0/24"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {use: access, admins: [ada@acme.dev], extraArgs: ["--advertise-routes=192.168.1.0/24"]}
    /// ```
    "tailscale-extra-routes-overwritten", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy, tagged Unused
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let carries = carries_pods(plan);
    let Some(tailscale) = config.tailscale.get().filter(|_| carries) else {
        return;
    };
    for arg in tailscale.extra_args.items() {
        if arg.value.trim().starts_with("--advertise-routes") {
            let finding = report
                .found(arg.span, "k3s replaces these routes with the pod range")
                .help("advertise them from another device, or set `use: access`")
                .note("flannel replaces the routes passed to `tailscale up` when it starts");
            report.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_with_pods_over_the_tailnet() {
        check(
            r#"
tailscale: {extraArgs: [--ssh, "--advertise-routes=192.168.1.0/24"], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: source addresses of pods on other machines are hidden by SNAT
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[tailscale-extra-routes-overwritten]: k3s replaces these routes with the pod range
"#,
        );
        check(
            r#"
tailscale: {use: access, extraArgs: ["--advertise-routes=192.168.1.0/24"], admins: ["autogroup:admin"]}
#                        ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
"#,
        );
    }
}
