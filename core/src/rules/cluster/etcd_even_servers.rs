//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::diagnostic::Fix;
use crate::model::{Config, NodeRole};
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The number of servers is even, which etcd gains nothing from.
    ///
    /// ## Why
    ///
    /// etcd needs more than half of its members to agree. Two servers stop when either of them does, so they are worse than one;
    /// four survive the loss of one, which three do as well. Every further member makes writes slower.
    ///
    /// Source: k3s docs, "High Availability Embedded etcd"; k3s-io/k3s#5969, #10902, #3723.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {servers: {count: 2}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// ```
    "etcd-even-servers", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    let count = plan.server_count();
    if plan.k3s.datastore != Datastore::Etcd || count == 0 || count % 2 == 1 {
        return;
    }
    let (fewer, more) = (count - 1, count + 1);
    let lost = fewer - (count / 2);
    let note = match lost {
        0 => "etcd stops when more than half of its members are gone: of two it takes one, so two servers fail sooner than one"
            .to_owned(),
        _ => format!("{count} members of etcd survive the loss of {lost}, and so do {fewer}"),
    };
    let message = format!("{count} servers keep etcd no safer than {fewer}: their number has to be odd");
    if let Some(written) = cluster.servers.get().and_then(|servers| servers.count.spanned()) {
        let finding = report.found(written.span, message).note(note);
        let fix = Fix::risky(format!("write `{more}`"), written.span, more.to_string());
        report.push(finding.help(format!("write `{more}` or `{fewer}`")).fix(fix));
        return;
    }
    let servers = cluster.nodes.items().filter_map(|node| {
        let role = node.value.role.spanned();
        role.filter(|role| role.value == NodeRole::Server)
            .map(|role| role.span)
    });
    let mut servers: Vec<Span> = servers.collect();
    let Some(last) = servers.pop() else { return };
    let finding = report
        .found(last, message)
        .with_label("the last of them")
        .note(note);
    let finding = servers
        .into_iter()
        .fold(finding, |finding, span| finding.and(span, "a server too"));
    report.push(finding.help("make this one an agent, or add a server"));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn two_and_four_are_even() {
        check(
            r"
cluster: {servers: {count: 2}}
#                          ^ error[etcd-even-servers]: 2 servers keep etcd no safer than 1: their number has to be odd
",
        );
        check(
            r"
cluster: {servers: {count: 4}}
#                          ^ error[etcd-even-servers]: 4 servers keep etcd no safer than 3: their number has to be odd
",
        );
    }

    #[test]
    fn named_servers_are_counted() {
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.1}
#                     ^^^^^^ warning[manager-runs-workspaces]: Workspaces run on this server too, beside the control plane
    - {name: b, role: server, address: 10.2.0.2}
#                     ^^^^^^ error[etcd-even-servers]: 2 servers keep etcd no safer than 1: their number has to be odd
    - {name: c, role: agent, address: 10.2.0.3}
",
        );
    }

    #[test]
    fn what_is_odd_or_not_etcd_is_fine() {
        check("cluster: {servers: {count: 3}}\n");
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
",
        );
        check(
            r"
cluster: {servers: {count: 0}}
#                          ^ error[cluster-no-server]: 0 servers are no cluster
",
        );
        check(
            r"
cluster: {servers: {count: 2}}
k3s: {datastore: {endpoint: {terraform: db.endpoint}}}
",
        );
    }

    #[test]
    fn one_more_is_written() {
        check_fix(
            "etcd-even-servers",
            "cluster: {servers: {count: 2}}\n",
            "cluster: {servers: {count: 3}}\n",
        );
    }
}
