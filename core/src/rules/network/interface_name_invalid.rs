//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// No network interface can have that name.
    ///
    /// ## Why
    ///
    /// The machines wait for the interface, for its address in the node network. The kernel takes names of at most 15 bytes without `/`,
    /// `:` and blanks, so one that is none of these never comes, and every machine ends with `failed at: address`.
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

/// `IFNAMSIZ`, without the zero at the end.
const LONGEST: usize = 15;

fn check(config: &Config, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(interface) = network.and_then(|network| network.interface.spanned()) else {
        return;
    };
    let name = interface.value.as_str();
    let why = if name.is_empty() || matches!(name, "." | "..") {
        "is no name".to_owned()
    } else if let Some(c) = name
        .chars()
        .find(|c| matches!(c, '/' | ':') || c.is_whitespace() || c.is_control())
    {
        match c.is_whitespace() || c.is_control() {
            true => "has a blank in it".to_owned(),
            false => format!("has a `{c}`"),
        }
    } else if name.len() > LONGEST {
        format!("has {} bytes; {LONGEST} are the most", name.len())
    } else {
        return;
    };
    let finding = report
        .found(interface.span, format!("no interface is called `{name}`: it {why}"))
        .help("write the name that `ip link` shows on the machines, or leave it out: then the one with an address in the node network is taken");
    report.push(finding.note("machines wait for it in vain"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_the_kernel_refuses() {
        check(
            r#"
cluster: {network: {interface: "eth0:1"}}
#                              ^^^^^^^^ error[interface-name-invalid]: No interface is called `eth0:1`: it has a `:`
"#,
        );
        check(
            r#"
cluster: {network: {interface: "wlan0; ls"}}
#                              ^^^^^^^^^^^ error[interface-name-invalid]: No interface is called `wlan0; ls`: it has a blank in it
"#,
        );
        check(
            r#"
cluster: {network: {interface: "br/0"}}
#                              ^^^^^^ error[interface-name-invalid]: No interface is called `br/0`: it has a `/`
"#,
        );
        check(
            r#"
cluster: {network: {interface: ""}}
#                              ^^ error[interface-name-invalid]: No interface is called ``: it is no name
"#,
        );
        check(
            r#"
cluster: {network: {interface: "enp0s31f6-private"}}
#                              ^^^^^^^^^^^^^^^^^^^ error[interface-name-invalid]: No interface is called `enp0s31f6-private`: it has 17 bytes; 15 are the most
"#,
        );
        for name in ["eth0", "enp7s0.100", "wlx00c0ca123456", "tailscale0", "auto"] {
            check(&format!("cluster: {{network: {{interface: {name}}}}}"));
        }
    }
}
