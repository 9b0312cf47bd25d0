//! See [`RULE`].

use crate::model::{Config, Field, NodeRole};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::text::{Part, Text};

declare_rule! {
    /// The cluster has no address for machines to register at.
    ///
    /// ## Why
    ///
    /// Every machine except the first joins through one fixed address, which the API server's certificate includes. It defaults to
    /// `k3s.` plus the domain, or to the address of the first named server. With `platform: none` and no domain there may be
    /// neither.
    ///
    /// Source: k3s docs, "High Availability Embedded etcd", fixed registration address.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: none
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {api: {host: k3s.acme.dev}}
    /// ```
    "api-host-missing", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cluster = config.cluster.spanned();
    let api = cluster.and_then(|cluster| cluster.value.api.spanned());
    let host = api.map(|api| &api.value.host);
    let unknown = matches!(config.domain, Field::Bad)
        || matches!(config.platform, Field::Bad)
        || matches!(config.cluster, Field::Bad)
        || cluster.is_some_and(|cluster| matches!(cluster.value.api, Field::Bad));
    if unknown
        || report.is_damaged()
        || host.is_some_and(|host| matches!(host, Field::Bad))
        || !is_empty(&plan.api.host)
    {
        return;
    }
    // A machine whose role is wrong may be the server; a cluster without one has a finding of its own.
    let nodes = cluster
        .into_iter()
        .flat_map(|cluster| cluster.value.nodes.items());
    let roles: Vec<&Field<NodeRole>> = nodes.map(|node| &node.value.role).collect();
    let is_server = |role: &&Field<NodeRole>| role.get() == Some(&NodeRole::Server);
    let bad = roles.iter().any(|role| matches!(role, Field::Bad));
    if !roles.is_empty() && (bad || !roles.iter().any(is_server)) {
        return;
    }
    // Without a domain no platform can be built, which `domain-missing` reports.
    let written = host.and_then(Field::spanned);
    if written.is_none() && !plan.platform.is_none() {
        return;
    }
    let empty = report
        .all_empty("host")
        .find(|empty| api.is_some_and(|api| api.span.contains(*empty)));
    let at = written
        .map(|host| host.span)
        .or(empty)
        .or(api.map(|api| api.key))
        .or(cluster.map(|cluster| cluster.key))
        .or(config.platform.span())
        .unwrap_or(report.anchor());
    let finding = report
        .found(
            at,
            "missing `cluster.api.host`: machines have no address to register at",
        )
        .help("set `cluster.api.host` to a name or address that reaches the servers, such as `k3s.acme.dev`")
        .note(
            "every machine except the first joins through it, and the API server's certificate includes it",
        );
    report.push(finding);
}

fn is_empty(text: &Text) -> bool {
    let nothing = |part: &Part| matches!(part, Part::Lit(text) | Part::Bound(text) if text.is_empty());
    text.parts().iter().all(nothing)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_bare_cluster_without_any_address() {
        check(
            r"
platform: none
#         ^^^^ error[api-host-missing]: missing `cluster.api.host`: machines have no address to register at
",
        );
        check(
            r"
platform: none
cluster: {size: small}
^^^^^^^ error[api-host-missing]: missing `cluster.api.host`: machines have no address to register at
",
        );
        check(
            r#"
cluster: {api: {host: ""}}
#                     ^^ error[missing-key]: `host` is empty
"#,
        );
    }

    #[test]
    fn a_domain_a_host_or_a_named_server_is_enough() {
        check(
            r"
name: 1
^^^^ error[unknown-key]: unknown key `name`
",
        );
        check("platform: none\ncluster: {api: {host: k3s.acme.dev}}\n");
        check("platform: none\ncluster: {api: {host: \"${lb.ip}\"}}\n");
        check("platform: none\ncluster: {nodes: [{name: a, role: server, address: 10.2.0.1}]}\n");
    }
}
