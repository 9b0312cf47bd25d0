//! See [`RULE`].

use super::is_everybody;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// SSH is open to the whole internet although a tailnet reaches the machines.
    ///
    /// ## Why
    ///
    /// With a tailnet nobody needs the public port: admins connect through the tailnet, where the policy identifies them. An open
    /// SSH port is under constant attack.
    ///
    /// Source: Tailscale docs, "Protect your SSH servers using Tailscale".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {firewall: {ssh: [0.0.0.0/0]}}
    /// tailscale: {admins: ["group:admins"], groups: {"group:admins": [ada@acme.dev]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: ["group:admins"], groups: {"group:admins": [ada@acme.dev]}}
    /// ```
    "firewall-ssh-public", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.spanned() else {
        return;
    };
    let firewall = config.cluster.get().and_then(|cluster| cluster.firewall.get());
    let sources = firewall.into_iter().flat_map(|firewall| firewall.ssh.items());
    for range in sources.filter(|range| is_everybody(&range.value)) {
        let message = format!("`{}` opens SSH to the whole internet", range.value);
        let finding = report
            .found(range.span, message)
            .and(tailscale.key, "tailnet enabled here")
            .help("remove it, or use your own range, such as `203.0.113.0/24`");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_with_a_tailnet() {
        check(
            r#"
cluster: {firewall: {ssh: [0.0.0.0/0, 203.0.113.0/24]}}
#                          ^^^^^^^^^ warning[firewall-ssh-public]: `0.0.0.0/0` opens SSH to the whole internet
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check("cluster: {firewall: {ssh: [0.0.0.0/0]}}\n");
    }
}
