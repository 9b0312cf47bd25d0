//! See [`RULE`].

use crate::model::{Config, TailscaleUse};
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// The network interface has an invalid name.
    ///
    /// ## Why
    ///
    /// Each machine waits for the interface to get its address in the node network. Linux interface names have at most 15 bytes
    /// without `/`, `:` or spaces, so with any other name every machine fails with `failed at: address`.
    ///
    /// Source: Linux `net/core/dev.c`, `dev_valid_name`; `IFNAMSIZ`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {interface: "eth0:1"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {interface: eth0}}
    /// ```
    "interface-name-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// `IFNAMSIZ` without the terminating zero.
const LONGEST: usize = 15;

/// Interfaces that no machine has an address of the node network on.
///
/// Source: k3s-io/k3s `pkg/agent/flannel`; flannel `Documentation/backends.md`; docker docs, "Bridge network driver".
const OTHERS: [(&str, &str); 7] = [
    ("cni0", "the bridge of pods"),
    ("docker0", "Docker's bridge"),
    ("dummy0", "not connected to anything"),
    ("flannel-wg", "Flannel's own"),
    ("flannel.1", "Flannel's own"),
    ("kube-ipvs0", "kube-proxy's own"),
    ("lo", "the loopback interface"),
];

fn uses_tailnet_for_people(config: &Config) -> bool {
    let tailscale = config.tailscale.get();
    tailscale.is_some_and(|tailscale| tailscale.carries.get() == Some(&TailscaleUse::Access))
}

fn check(config: &Config, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(interface) = network.and_then(|network| network.interface.spanned()) else {
        return;
    };
    let name = interface.value.as_str();
    let why = if name.is_empty() || matches!(name, "." | "..") {
        "not a name".to_owned()
    } else if let Some(c) = name
        .chars()
        .find(|c| matches!(c, '/' | ':') || c.is_whitespace() || c.is_control())
    {
        match c.is_whitespace() || c.is_control() {
            true => "contains a space".to_owned(),
            false => format!("contains `{c}`"),
        }
    } else if name.parse::<IpAddr>().is_ok() {
        "an address".to_owned()
    } else if let Some((_, whose)) = OTHERS.iter().find(|(known, _)| *known == name) {
        (*whose).to_owned()
    } else if name == "tailscale0" && uses_tailnet_for_people(config) {
        "the tailnet's, which only people use with `use: access`".to_owned()
    } else if name.len() > LONGEST {
        format!("{} bytes are longer than {LONGEST}", name.len())
    } else {
        return;
    };
    let finding = report
        .found(interface.span, format!("invalid interface name `{name}`: {why}"))
        .help("use the name that `ip link` prints on the machines, or remove it to use the interface with an address in the node network");
    report.push(finding.note("machines wait for the interface and fail with `failed at: address`"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_the_kernel_rejects() {
        check(
            r#"
cluster: {network: {interface: "eth0:1"}}
#                              ^^^^^^^^ error[interface-name-invalid]: invalid interface name `eth0:1`: contains `:`
"#,
        );
        check(
            r#"
cluster: {network: {interface: "wlan0; ls"}}
#                              ^^^^^^^^^^^ error[interface-name-invalid]: invalid interface name `wlan0; ls`: contains a space
"#,
        );
        check(
            r#"
cluster: {network: {interface: "br/0"}}
#                              ^^^^^^ error[interface-name-invalid]: invalid interface name `br/0`: contains `/`
"#,
        );
        check(
            r#"
cluster: {network: {interface: ""}}
#                              ^^ error[missing-key]: `interface` is empty
"#,
        );
        check(
            r#"
cluster: {network: {interface: "enp0s31f6-private"}}
#                              ^^^^^^^^^^^^^^^^^^^ error[interface-name-invalid]: invalid interface name `enp0s31f6-private`: 17 bytes are longer than 15
"#,
        );
        check(
            r#"
cluster: {network: {interface: lo}}
#                              ^^ error[interface-name-invalid]: invalid interface name `lo`: the loopback interface
"#,
        );
        check(
            r"
tailscale: {use: access, authKey: {env: T}, admins: [ada@acme.dev]}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
cluster: {network: {interface: tailscale0}}
#                              ^^^^^^^^^^ error[interface-name-invalid]: invalid interface name `tailscale0`: the tailnet's, which only people use with `use: access`
",
        );
        for name in ["eth0", "enp7s0.100", "wlx00c0ca123456", "tailscale0", "auto"] {
            check(&format!("cluster: {{network: {{interface: {name}}}}}"));
        }
    }
}
