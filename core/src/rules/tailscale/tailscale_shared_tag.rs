//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Servers and agents carry the same tag.
    ///
    /// ## Why
    ///
    /// Rules tell devices apart by their tags. With one tag for all, what agents may reach of servers they may reach of each other, and
    /// etcd and the API cannot be kept from agents: who gets hold of one machine gets at all of them.
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
    "tailscale-shared-tag", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check)
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
            format!("servers and agents carry `{tag}`, so no rule can tell them apart"),
        )
        .help("write `{server: tag:k3s-server, agent: tag:k3s-agent}`")
        .note("what servers need among themselves is then open to every agent");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_for_all_or_one_in_both_lists() {
        check(
            r#"
tailscale: {tags: tag:k3s, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                 ^^^^^^^ info[tailscale-shared-tag]: Servers and agents carry `tag:k3s`, so no rule can tell them apart
"#,
        );
        check(
            r#"
tailscale: {tags: {server: ["tag:a", "tag:b"], agent: "tag:b"}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[tailscale-shared-tag]: Servers and agents carry `tag:b`, so no rule can tell them apart
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
