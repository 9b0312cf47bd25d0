//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Hetzner mails a root password for each machine that the autoscaler creates.
    ///
    /// ## Why
    ///
    /// Hetzner Cloud generates a root password for a server that is created without an SSH key, and mails it to the project's owner. The
    /// autoscaler passes the key that `sshKey` names, and none without it, so the password of every
    /// machine that it adds is in a mailbox.
    ///
    /// Source: Hetzner Cloud API, "Create a Server" (`ssh_keys`, `root_password`); kubernetes/autoscaler
    /// `cluster-autoscaler/cloudprovider/hetzner` (`HCLOUD_SSH_KEY`); vitobotta/hetzner-k3s#295.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   size: large
    ///   autoscaler:
    ///     hetzner: {token: {env: HCLOUD_TOKEN}, network: gitpod, firewall: gitpod-agents}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   size: large
    ///   autoscaler:
    ///     hetzner: {token: {env: HCLOUD_TOKEN}, network: gitpod, firewall: gitpod-agents, sshKey: ops}
    /// ```
    "autoscaler-root-password", Info, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let autoscaler = config.cluster.get().and_then(|cluster| cluster.autoscaler.get());
    let Some(hetzner) = autoscaler.and_then(|autoscaler| autoscaler.hetzner.spanned()) else {
        return;
    };
    if hetzner.value.ssh_key.is_written() || report.is_damaged() {
        return;
    }
    let finding = report
        .found(
            hetzner.key,
            "Hetzner mails a root password for each machine that the autoscaler creates",
        )
        .help("set `sshKey` to the name or ID of an SSH key in the project");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_machine_without_a_key_gets_a_password() {
        check(
            r"
cluster:
  provider: hetzner
#           ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler:
    hetzner: {token: {env: HCLOUD_TOKEN}, network: gitpod, firewall: gitpod-agents}
#   ^^^^^^^ info[autoscaler-root-password]: Hetzner mails a root password for each machine that the autoscaler creates
",
        );
    }
}
