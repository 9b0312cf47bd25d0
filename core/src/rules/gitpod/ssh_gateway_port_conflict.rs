//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::gitpod::SSH_GATEWAY_PORT;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::hosts::ssh_port_taken;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// sshd and Gitpod's workspace gateway use the same port.
    ///
    /// ## Why
    ///
    /// The gateway listens on port 22 of every machine. With sshd on the same port, whichever starts first keeps it: either
    /// workspaces or machines cannot be reached by SSH.
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
    "ssh-gateway-port-conflict", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), for Gitpod, silences ssh_port_taken::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(ssh) = config.ssh.get() else { return };
    let open = plan.gitpod().is_some_and(|gitpod| gitpod.ssh_gateway.is_some());
    let port = ssh
        .port
        .spanned()
        .filter(|port| open && port.value == SSH_GATEWAY_PORT);
    let (Some(port), Some(gateway)) = (port, ssh.workspace_gateway.spanned()) else {
        return;
    };
    let finding = report
        .found(port.span, "port 22 of sshd conflicts with the workspace gateway")
        .and(gateway.key, "gateway enabled here")
        .help("use `2244`, or remove `port`")
        .note("whichever starts first keeps the port, so either workspaces or machines cannot be reached")
        .fix(Fix::risky("use `2244`", port.span, "2244"));
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
#       ^^ error[ssh-gateway-port-conflict]: port 22 of sshd conflicts with the workspace gateway
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
    fn the_fix_writes_the_default() {
        check_fix(
            "ssh-gateway-port-conflict",
            "ssh: {port: 22, workspaceGateway: {}}\n",
            "ssh: {port: 2244, workspaceGateway: {}}\n",
        );
    }
}
