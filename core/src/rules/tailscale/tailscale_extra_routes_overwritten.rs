//! See [`RULE`].

use super::carries_pods;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Routes that `extraArgs` advertises are lost.
    ///
    /// ## Why
    ///
    /// With `use: pods` flannel sets what a machine advertises to its own part of the pod range as soon as it starts
    /// (`tailscale set --advertise-routes`), which replaces everything that `tailscale up` was given.
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
    "tailscale-extra-routes-overwritten", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let carries = carries_pods(plan);
    let Some(tailscale) = config.tailscale.get().filter(|_| carries) else {
        return;
    };
    for arg in tailscale.extra_args.items() {
        if arg.value.trim().starts_with("--advertise-routes") {
            let finding = report
                .found(
                    arg.span,
                    "these routes are lost: k3s advertises the pod range in their place",
                )
                .help("let another device advertise them, or write `use: access`")
                .note("flannel replaces what `tailscale up` was given when it starts");
            report.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_the_tailnet_carries_pods() {
        check(
            r#"
tailscale: {extraArgs: [--ssh, "--advertise-routes=192.168.1.0/24"], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[tailscale-extra-routes-overwritten]: These routes are lost: k3s advertises the pod range in their place
"#,
        );
        check(
            r#"
tailscale: {use: access, extraArgs: ["--advertise-routes=192.168.1.0/24"], admins: ["autogroup:admin"]}
#                        ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
"#,
        );
    }
}
