//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::{Built, Datastore, OneWay, Plan, Role};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Pods of different machines reach each other by another way than the cluster was built with.
    ///
    /// ## Why
    ///
    /// Machines with the old and with the new overlay do not reach each other's pods. Existing machines keep the old one until their
    /// `config.yaml` is changed, while new ones start with the new one.
    ///
    /// Onto a tailnet, or off it, machines change their addresses. etcd keeps those of its members, so a server that starts with another
    /// one stops: `this server is a not a member of the etcd cluster`. That is an error; every other change is a warning.
    ///
    /// A tree of gkc whose overlay is `tailscale` used k3s's own integration (`vpn-auth`), which later trees do not.
    ///
    /// Source: k3s docs, "Flannel Options", "Migrating"; k3s `pkg/etcd/etcd.go`, `Test` and `Reset`.
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
    "overlay-changed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check)
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
    let mut finding = report.found(at, format!("pod network changed from {before} to {now}"));
    let moves =
        plan.k3s.datastore == Datastore::Etcd && built.one_way.is_over_tailnet() != plan.is_over_tailnet();
    if moves {
        let data_dir = plan.k3s.data_dir(Role::Server);
        let others = match plan.server_count() {
            1 => String::new(),
            _ => format!("; then remove `{data_dir}/server/db` on the other servers and start k3s there"),
        };
        finding = finding
            .help(format!(
                "take a snapshot, stop k3s on all machines and change their `config.yaml`; on the first server run \
                 `k3s server --cluster-reset` and start k3s{others}; start the agents last"
            ))
            .note("the servers get other addresses, and etcd does not start at an address that it does not know");
    } else {
        finding.severity = Severity::Warning;
        finding = finding
            .help("change `config.yaml` of all servers, then of all agents, and restart k3s on each")
            .note("until then, pods on new machines do not reach those on existing ones");
    }
    report.push(finding);
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
#                ^^^^ error[overlay-changed]: pod network changed from vxlan to vxlan over the tailnet
"#,
            "tailscale: {use: access, admins: [\"autogroup:admin\"], extraArgs: [--accept-dns=false]}\n",
        );
    }
}
