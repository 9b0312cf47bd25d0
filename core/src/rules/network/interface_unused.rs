//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Interface, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The configured network interface is not used.
    ///
    /// ## Why
    ///
    /// With `tailscale.use: pods`, k3s uses the tailnet's interface and address on every machine: nodes, etcd and the overlay are there.
    ///
    /// Source: k3s docs, "k3s server", `--node-ip` and `--flannel-iface`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {interface: enp7s0}}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {interface: enp7s0}}
    /// tailscale: {use: access, admins: [ada@acme.dev]}
    /// ```
    "interface-unused", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), tagged Unused
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let written = network.and_then(|network| network.interface.span());
    if let (Some(at), Interface::Named(name), true) =
        (written, &plan.networks.interface, plan.is_over_tailnet())
    {
        let finding = report
            .found(
                at,
                format!("`{name}` is not used: k3s uses the tailnet's interface"),
            )
            .help("remove it, or set `tailscale.use: access` if the machines share a private network");
        report
            .push(finding.note("with `use: pods`, nodes, etcd and the overlay use the tailnet's addresses"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn with_pods_over_the_tailnet() {
        check(
            r#"
cluster: {network: {interface: enp7s0}}
#                              ^^^^^^ warning[interface-unused]: `enp7s0` is not used: k3s uses the tailnet's interface
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
"#,
        );
        check(
            r#"
cluster: {network: {interface: enp7s0}}
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
"#,
        );
        check(
            r#"
cluster: {network: {interface: auto}}
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
"#,
        );
    }
}
