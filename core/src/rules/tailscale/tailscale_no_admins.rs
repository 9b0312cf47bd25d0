//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The tailnet policy lets nobody reach the machines.
    ///
    /// ## Why
    ///
    /// gkc's policy lets machines reach each other and `admins` reach the API and SSH. Without admins nobody gets in through the
    /// tailnet. If `cluster.firewall` admits people in another way, this is an info.
    ///
    /// Source: Tailscale docs, "Policy file": what no rule allows is denied.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {use: access}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {use: access, groups: {"group:admins": [ada@acme.dev]}, admins: ["group:admins"]}
    /// ```
    "tailscale-no-admins", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.spanned() else {
        return;
    };
    let admins = &tailscale.value.admins;
    let empty = admins.spanned().filter(|list| list.value.is_empty());
    if empty.is_none() && !admins.is_missing() {
        return;
    }
    let at = empty.map_or(tailscale.key, |list| list.span);
    let firewall = config.cluster.get().and_then(|cluster| cluster.firewall.get());
    let other_way = firewall.is_some_and(|firewall| {
        firewall.api.items().next().is_some() || firewall.ssh.items().next().is_some()
    });
    // Headscale has no autogroups of roles.
    let help = match tailscale.value.control_server_url.is_missing() {
        true => {
            "add `admins`, such as `[\"group:admins\"]` with the group under `groups`, or `[autogroup:admin]`"
        }
        false => "add `admins`, such as `[\"group:admins\"]` with the group under `groups`",
    };
    let mut finding = report
        .found(at, "nobody can reach the machines through the tailnet")
        .help(help)
        .note("the policy allows only the machines themselves and `admins`, and denies everything else");
    if other_way {
        finding.severity = Severity::Info;
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn missing_and_empty() {
        check(
            r"
tailscale: {use: access, extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ warning[tailscale-no-admins]: nobody can reach the machines through the tailnet
",
        );
        check(
            r"
cluster: {firewall: {api: [203.0.113.0/24]}}
tailscale: {admins: [], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                   ^^ info[tailscale-no-admins]: nobody can reach the machines through the tailnet
",
        );
        check(
            r"
tailscale: {admins: [ada@acme.dev], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
",
        );
    }
}
