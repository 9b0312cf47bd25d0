//! See [`RULE`].

use super::is_everybody;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// SSH to the machines is open to the whole Internet, though a tailnet reaches them.
    ///
    /// ## Why
    ///
    /// With a tailnet nobody needs the public port: admins come in through the tailnet, where the policy knows them by name. What
    /// is open is tried, all day.
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
        let message = format!("`{}` opens SSH to the whole Internet", range.value);
        let finding = report
            .found(range.span, message)
            .and(tailscale.key, "the tailnet reaches the machines")
            .help("leave it out, or write your own range, such as `203.0.113.0/24`");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_there_is_a_tailnet() {
        check(
            r#"
cluster: {firewall: {ssh: [0.0.0.0/0, 203.0.113.0/24]}}
#                          ^^^^^^^^^ warning[firewall-ssh-public]: `0.0.0.0/0` opens SSH to the whole Internet
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check("cluster: {firewall: {ssh: [0.0.0.0/0]}}\n");
    }
}
