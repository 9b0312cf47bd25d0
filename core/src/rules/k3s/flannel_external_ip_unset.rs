//! See [`RULE`].

use super::passthrough::{named, turned_on};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Flannel uses external addresses that are not set.
    ///
    /// ## Why
    ///
    /// With `flannel-external-ip` the machines send pod traffic to each other's external addresses, which k3s only knows from
    /// `node-external-ip`. gkc does not set it, because it does not know the addresses; a command in `cloudInit.beforeK3s` may, in
    /// its own file under `/etc/rancher/k3s/config.yaml.d`. Such traffic is also encrypted only with the backend
    /// `wireguard-native`.
    ///
    /// Source: k3s docs, "Distributed hybrid or multicloud cluster".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-external-ip: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: wireguard-native, flannel-external-ip: true}}
    /// cloudInit: {beforeK3s: ["echo node-external-ip: $(curl -fsS https://ip.acme.dev) >/etc/rancher/k3s/config.yaml.d/40-external.yaml"]}
    /// ```
    "flannel-external-ip-unset", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

const ADDRESS: &str = "node-external-ip";

fn check(config: &Config, report: &mut Report<'_>) {
    let hooks = config
        .cloud_init
        .get()
        .into_iter()
        .flat_map(|cloud_init| cloud_init.before_k3s.items());
    let given = named(config, ADDRESS).next().is_some()
        || hooks.into_iter().any(|hook| hook.value.0.contains(ADDRESS));
    let Some(on) = turned_on(config, "flannel-external-ip").filter(|_| !given) else {
        return;
    };
    let finding = report
        .found(
            on.value.span,
            format!("missing `{ADDRESS}`, which this key requires on every machine"),
        )
        .help("remove the key; use `tailscale: {use: pods}` to connect machines in several networks")
        .note("pods cannot reach pods on other machines");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_may_come_from_a_hook() {
        check(
            r"
k3s: {serverConfig: {flannel-external-ip: true}}
#                                         ^^^^ warning[flannel-external-ip-unset]: missing `node-external-ip`, which this key requires on every machine
",
        );
        check(
            r#"
k3s: {serverConfig: {flannel-external-ip: true}}
#                                         ^^^^ error[flow-blocked]: machines do not reach machines on 8472/udp
cloudInit: {beforeK3s: ['echo "node-external-ip: 1.2.3.4" >/etc/rancher/k3s/config.yaml.d/40.yaml']}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {flannel-external-ip: false}}
"#,
        );
    }
}
