//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Tailscale SSH takes over port 22 of the workspace gateway.
    ///
    /// ## Why
    ///
    /// Tailscale SSH answers every connection to port 22 of a machine's tailnet address. From within the tailnet the workspace
    /// gateway cannot be reached at that address, only under the installation's public name.
    ///
    /// Source: tailscale/tailscale `ssh/tailssh`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {workspaceGateway: {}}
    /// tailscale: {admins: [ada@acme.dev], ssh: {enabled: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {workspaceGateway: {}}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    "tailscale-ssh-and-gateway", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod, spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let open = plan.gitpod().is_some_and(|gitpod| gitpod.ssh_gateway.is_some());
    let both = open && plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.ssh.is_some());
    let ssh = config
        .tailscale
        .get()
        .and_then(|tailscale| tailscale.ssh.spanned());
    let gateway = config.ssh.get().and_then(|ssh| ssh.workspace_gateway.spanned());
    let (Some(ssh), Some(gateway), true) = (ssh, gateway, both) else {
        return;
    };
    let finding = report
        .found(ssh.key, "Tailscale SSH conflicts with the workspace gateway on port 22")
        .and(gateway.key, "gateway enabled here")
        .help("connect to workspaces by the installation's public name, or disable Tailscale SSH: sshd uses another port")
        .note("Tailscale answers port 22 of the machines' tailnet addresses itself");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn both_enabled() {
        check(
            r#"
ssh: {workspaceGateway: {}}
tailscale: {ssh: {enabled: true}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#           ^^^ info[tailscale-ssh-and-gateway]: Tailscale SSH conflicts with the workspace gateway on port 22
"#,
        );
        check(
            r#"
tailscale: {ssh: {enabled: true}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
ssh: {workspaceGateway: {}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
