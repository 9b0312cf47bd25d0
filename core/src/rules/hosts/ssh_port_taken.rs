//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::gitpod::{PROXY_EXTRA_PORTS, REGISTRY_FACADE_PORT};
use crate::facts::k3s::{API_PORT, ETCD_PORTS, KUBELET_PORT, LOCAL_PORTS, NODE_PORTS};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::k3s::node_ports::{node_ports, sets_node_ports};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// sshd's port is another program's on the machines.
    ///
    /// ## Why
    ///
    /// Two programs cannot listen at one port. k3s and Gitpod have theirs on every machine; whichever starts first keeps it, so
    /// either nobody gets into the machine or the cluster does not come up. The port 0 is none.
    ///
    /// Source: k3s docs, "Requirements", "Networking"; gitpod-io/gitpod `install/installer/pkg/components/proxy/service.go`,
    /// `pkg/common/constants.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {port: 443}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {port: 2244}
    /// ```
    "ssh-port-taken", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

/// systemd-resolved listens at it on loopback (systemd docs, systemd-resolved.service(8)).
const RESOLVER_PORT: u16 = 53;
/// The default.
const GOOD: &str = "2244";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(port) = config.ssh.get().and_then(|ssh| ssh.port.spanned()) else {
        return;
    };
    let number = port.value;
    let gitpods = plan.gitpod.is_some()
        && (matches!(number, 80 | 443 | REGISTRY_FACADE_PORT) || PROXY_EXTRA_PORTS.contains(&number));
    let message = match number {
        0 => "0 is no port".to_owned(),
        _ if gitpods => format!("{number} is a port of Gitpod's on every machine"),
        API_PORT => format!("{number} is the Kubernetes API's port"),
        KUBELET_PORT => format!("{number} is the kubelet's port"),
        _ if (ETCD_PORTS.0..=ETCD_PORTS.1).contains(&number) => format!("{number} is a port of etcd's"),
        _ if LOCAL_PORTS.contains(&number) => format!("{number} is a port that k3s uses on every machine"),
        _ if default_node_ports(config, number) => {
            format!("{number} is among the ports that Kubernetes gives to services")
        }
        RESOLVER_PORT => format!("{number} is the port of the machines' own resolver"),
        _ => return,
    };
    let finding = report
        .found(port.span, message)
        .help(format!("write `{GOOD}`, or leave `port` out"))
        .note("whichever starts first keeps the port: either nobody gets into the machine, or the cluster does not come up")
        .fix(Fix::risky(format!("write `{GOOD}`"), port.span, GOOD));
    report.push(finding);
}

/// Whether a service of the type NodePort may get the port. A range of the user's own is held against this port where it stands.
fn default_node_ports(config: &Config, port: u16) -> bool {
    let range = node_ports(NODE_PORTS).filter(|_| !sets_node_ports(config));
    range.is_some_and(|range| range.contains(&port))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn ports_of_others() {
        check(
            r"
ssh: {port: 443, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^ error[ssh-port-taken]: 443 is a port of Gitpod's on every machine
",
        );
        check(
            r"
platform: none
ssh: {port: 6443, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^ error[ssh-port-taken]: 6443 is the Kubernetes API's port
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r"
ssh: {port: 0, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^ error[ssh-port-taken]: 0 is no port
",
        );
        check(
            r"
ssh: {port: 31750, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: 31750 is a port of Gitpod's on every machine
",
        );
        check(
            r"
ssh: {port: 10256, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: 10256 is a port that k3s uses on every machine
",
        );
        check(
            r"
ssh: {port: 30022, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: 30022 is among the ports that Kubernetes gives to services
",
        );
        check(
            r"
k3s: {serverConfig: {service-node-port-range: 31000-32000}}
ssh: {port: 30022, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
        check(
            r"
ssh: {port: 53, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^ error[ssh-port-taken]: 53 is the port of the machines' own resolver
",
        );
        check(
            r"
platform: none
ssh: {port: 443, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r"
ssh: {port: 2222, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
    }

    #[test]
    fn the_default_is_written() {
        check_fix(
            "ssh-port-taken",
            r#"ssh: {port: 10250}
"#,
            r#"ssh: {port: 2244}
"#,
        );
    }
}
