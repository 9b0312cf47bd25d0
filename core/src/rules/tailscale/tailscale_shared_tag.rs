//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Servers and agents have the same tag.
    ///
    /// ## Why
    ///
    /// Policy rules tell devices apart by tag. With a shared tag agents may reach whatever servers may, including etcd and the API:
    /// an attacker on one machine reaches all of them.
    ///
    /// Source: Tailscale docs, "Tags"; k3s docs, "Networking requirements".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], tags: tag:k3s}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], tags: {server: tag:k3s-server, agent: tag:k3s-agent}}
    /// ```
    "tailscale-shared-tag", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(written), Some(tailnet)) = (config.tailscale.spanned(), &plan.tailnet) else {
        return;
    };
    let both = tailnet
        .server_tags
        .iter()
        .find(|tag| tailnet.agent_tags.contains(tag));
    let (Some(tag), Some(at)) = (both, written.value.tags.span()) else {
        return;
    };
    if plan.agents().next().is_none() {
        return;
    }
    let finding = report
        .found(
            at,
            format!("servers and agents share the tag `{tag}`"),
        )
        .help("use `{server: tag:k3s-server, agent: tag:k3s-agent}`")
        .note("policy rules cannot tell them apart, so every agent may reach etcd and whatever else servers use");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_tag_for_all_or_in_both_lists() {
        check(
            r#"
tailscale: {tags: tag:k3s, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                 ^^^^^^^ info[tailscale-shared-tag]: servers and agents share the tag `tag:k3s`
"#,
        );
        check(
            r#"
tailscale: {tags: {server: ["tag:a", "tag:b"], agent: "tag:b"}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[tailscale-shared-tag]: servers and agents share the tag `tag:b`
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
