//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Pods of different machines reach each other by another way than the cluster was built with.
    ///
    /// ## Why
    ///
    /// Machines with the old and with the new overlay do not reach each other's pods. Existing machines keep the old one until their
    /// `config.yaml` is changed, while new ones start with the new one.
    ///
    /// A tree of gkc whose overlay is `tailscale` used k3s's own integration (`vpn-auth`), which later trees do not.
    ///
    /// Source: k3s docs, "Flannel Options", "Migrating".
    ///
    /// ## Example
    ///
    /// With a tree that was built with flannel's `vxlan`:
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: wireguard-native}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: vxlan}}
    /// ```
    "overlay-changed", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let (before, now) = (&built.one_way.overlay, OneWay::of(plan).overlay);
    if before.is_empty() || *before == now {
        return;
    }
    let k3s = config.k3s.get();
    let written = k3s.and_then(|k3s| {
        let mut keys = k3s.server_config.entries();
        keys.find(|(key, _)| key.value == "flannel-backend")
            .map(|(_, value)| value.span)
    });
    let tailnet = config
        .tailscale
        .get()
        .and_then(|tailscale| tailscale.carries.span());
    let at = written.or(tailnet).unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("pod network changed from {before} to {now}"))
            .help("change `config.yaml` of all servers, then of all agents, and restart k3s on each")
            .note("until then, pods on new machines do not reach those on existing ones"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn an_overlay_is_changed_on_all_machines_at_once() {
        check_after(
            r"
k3s: {serverConfig: {flannel-backend: host-gw}}
#                                     ^^^^^^^ warning[overlay-changed]: pod network changed from vxlan to host-gw
",
            "k3s: {serverConfig: {flannel-backend: vxlan}}\n",
        );
    }

    #[test]
    fn the_tailnet_is_another_overlay() {
        check_after(
            r#"
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
#                ^^^^ warning[overlay-changed]: pod network changed from vxlan to vxlan over the tailnet
"#,
            "tailscale: {use: access, admins: [\"autogroup:admin\"], extraArgs: [--accept-dns=false]}\n",
        );
    }
}
