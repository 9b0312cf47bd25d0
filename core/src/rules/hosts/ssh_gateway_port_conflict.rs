//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::gitpod::SSH_GATEWAY_PORT;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// sshd of the machines and Gitpod's workspace gateway want the same port.
    ///
    /// ## Why
    ///
    /// The gateway answers on port 22 of every machine. With sshd there too, whichever starts first keeps the port: either nobody gets
    /// into a workspace, or nobody gets into the machine.
    ///
    /// Source: gitpod-io/gitpod#7729, #10645, `install/installer/pkg/components/proxy/service.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {port: 22, workspaceGateway: {}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {port: 2244, workspaceGateway: {}}
    /// ```
    "ssh-gateway-port-conflict", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(ssh) = config.ssh.get() else { return };
    let open = plan
        .gitpod
        .as_ref()
        .is_some_and(|gitpod| gitpod.ssh_gateway.is_some());
    let port = ssh
        .port
        .spanned()
        .filter(|port| open && port.value == SSH_GATEWAY_PORT);
    let (Some(port), Some(gateway)) = (port, ssh.workspace_gateway.spanned()) else {
        return;
    };
    let finding = report
        .found(
            port.span,
            "sshd cannot have port 22: the workspace gateway answers there",
        )
        .and(gateway.key, "the gateway")
        .help("write `2244`, or leave `port` out")
        .note("whichever starts first keeps the port, so either workspaces or machines cannot be reached")
        .fix(Fix::risky("write `2244`", port.span, "2244"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_with_the_gateway_open() {
        check(
            r"
ssh:
  port: 22
#       ^^ error[ssh-gateway-port-conflict]: Sshd cannot have port 22: the workspace gateway answers there
  workspaceGateway: {}
  authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]
",
        );
        check(
            r"
ssh: {port: 22, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
        check(
            r"
ssh: {workspaceGateway: {}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
    }

    #[test]
    fn the_other_port_is_written() {
        check_fix(
            "ssh-gateway-port-conflict",
            "ssh: {port: 22, workspaceGateway: {}}\n",
            "ssh: {port: 2244, workspaceGateway: {}}\n",
        );
    }
}
