//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::k3s::{API_PORT, ETCD_PORTS, KUBELET_PORT, LOCAL_PORTS, NODE_PORTS};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::k3s::node_ports::{node_ports, sets_node_ports};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// sshd's port is already used on the machines.
    ///
    /// ## Why
    ///
    /// k3s and the platform listen on ports of every machine. Whichever program starts first keeps the port: either SSH to the machine
    /// fails, or the cluster does not come up. Port 0 is not valid.
    ///
    /// Source: k3s docs, "Requirements", "Networking".
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
    "ssh-port-taken", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), spoils policy
}

/// systemd-resolved listens on it on loopback (systemd docs, systemd-resolved.service(8)).
const RESOLVER_PORT: u16 = 53;
/// The default.
const GOOD: &str = "2244";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(port) = config.ssh.get().and_then(|ssh| ssh.port.spanned()) else {
        return;
    };
    let number = port.value;
    let platforms = plan.needs.ports.iter().find(|port| port.port == number);
    let conflict = |whose: &str| format!("port {number} of sshd conflicts with {whose}");
    let message = match (number, platforms) {
        (0, _) => "port 0 is out of range (1-65535)".to_owned(),
        (_, Some(port)) => conflict(port.whose),
        (API_PORT, _) => conflict("the Kubernetes API"),
        (KUBELET_PORT, _) => conflict("the kubelet"),
        _ if (ETCD_PORTS.0..=ETCD_PORTS.1).contains(&number) => conflict("etcd"),
        _ if LOCAL_PORTS.contains(&number) => conflict("k3s"),
        _ if default_node_ports(config, number) => conflict("the NodePort range"),
        (RESOLVER_PORT, _) => conflict("systemd-resolved"),
        _ => return,
    };
    let finding = report
        .found(port.span, message)
        .help(format!("use `{GOOD}`, or remove `port`"))
        .note("whichever starts first keeps the port: either SSH to the machine fails, or the cluster does not come up")
        .fix(Fix::risky(format!("use `{GOOD}`"), port.span, GOOD));
    report.push(finding);
}

/// Whether a NodePort service may get the port. `nodeport-range-overlap` checks a custom range.
fn default_node_ports(config: &Config, port: u16) -> bool {
    let range = node_ports(NODE_PORTS).filter(|_| !sets_node_ports(config));
    range.is_some_and(|range| range.contains(&port))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn ports_in_use() {
        check(
            r"
ssh: {port: 443, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^ error[ssh-port-taken]: port 443 of sshd conflicts with Gitpod
",
        );
        check(
            r"
platform: none
ssh: {port: 6443, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^ error[ssh-port-taken]: port 6443 of sshd conflicts with the Kubernetes API
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r"
ssh: {port: 0, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^ error[ssh-port-taken]: port 0 is out of range (1-65535)
",
        );
        check(
            r"
ssh: {port: 31750, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: port 31750 of sshd conflicts with Gitpod
",
        );
        check(
            r"
ssh: {port: 10256, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: port 10256 of sshd conflicts with k3s
",
        );
        check(
            r"
ssh: {port: 30022, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^ error[ssh-port-taken]: port 30022 of sshd conflicts with the NodePort range
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
#           ^^ error[ssh-port-taken]: port 53 of sshd conflicts with systemd-resolved
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
    fn ports_of_other_releases() {
        for (port, carets) in [(20000, "^^^^^"), (8080, "^^^^")] {
            check(&format!(
                "
gitpod: {{release: \"2022.11.2\", repository: registry.acme.dev/gitpod}}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.2 lets workspaces connect to the machines and the Kubernetes API
ssh: {{port: {port}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}}
#           {carets} error[ssh-port-taken]: port {port} of sshd conflicts with Gitpod
"
            ));
            check(&format!(
                "ssh: {{port: {port}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}}\n"
            ));
        }
    }

    #[test]
    fn the_fix_writes_the_default() {
        check_fix(
            "ssh-port-taken",
            r#"ssh: {port: 10250}
"#,
            r#"ssh: {port: 2244}
"#,
        );
    }
}
