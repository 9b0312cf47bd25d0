//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::diagnostic::{Fix, Severity};
use crate::model::{Config, NodeRole};
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// An even number of servers adds no fault tolerance to etcd.
    ///
    /// ## Why
    ///
    /// etcd needs a majority of its members. Two servers stop when either fails, so they are worse than one; four survive the loss
    /// of one, as three do. Each further member slows writes down.
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

/// etcd docs, "Frequently Asked Questions", "What is maximum cluster size?".
const MOST: u32 = 7;

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let count = plan.server_count();
    if plan.k3s.datastore != Datastore::Etcd || count == 0 {
        return;
    }
    if count % 2 == 1 {
        let written = cluster.servers.get().and_then(|servers| servers.count.spanned());
        if let Some(written) = written.filter(|_| count > MOST) {
            let mut finding = report
                .found(
                    written.span,
                    format!("{count} servers: etcd is made for {MOST} members at most"),
                )
                .help("use 3 or 5, and agents for the rest")
                .note("each write waits for a majority, so more members make the API slower, not safer");
            finding.severity = Severity::Warning;
            report.push(finding);
        }
        return;
    }
    let (fewer, more) = (count - 1, count + 1);
    let lost = fewer - (count / 2);
    let note = match lost {
        0 => "etcd needs a majority of its members, so two servers stop when either of them fails".to_owned(),
        _ => {
            format!("etcd needs a majority of its members: {count} survive the loss of {lost}, as {fewer} do")
        }
    };
    let message = format!("{count} servers tolerate no more failures than {fewer}");
    if let Some(written) = cluster.servers.get().and_then(|servers| servers.count.spanned()) {
        let finding = report.found(written.span, message).note(note);
        let fix = Fix::risky(format!("set it to `{more}`"), written.span, more.to_string());
        report.push(finding.help(format!("set it to `{more}` or `{fewer}`")).fix(fix));
        return;
    }
    let servers = cluster.nodes.items().filter_map(|node| {
        let role = node.value.role.spanned();
        role.filter(|role| role.value == NodeRole::Server)
            .map(|role| role.span)
    });
    let mut servers: Vec<Span> = servers.collect();
    let Some(last) = servers.pop() else { return };
    let finding = report.found(last, message).with_label("last server").note(note);
    let finding = servers
        .into_iter()
        .fold(finding, |finding, span| finding.and(span, "another server"));
    report.push(finding.help("make this one an agent, or add a server"));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn two_and_four() {
        check(
            r"
cluster: {servers: {count: 2}}
#                          ^ error[etcd-even-servers]: 2 servers tolerate no more failures than 1
",
        );
        check(
            r"
cluster: {servers: {count: 4}}
#                          ^ error[etcd-even-servers]: 4 servers tolerate no more failures than 3
",
        );
    }

    #[test]
    fn named_servers_are_counted() {
        check(
            r"
cluster:
  nodes:
# ^^^^^ info[api-on-one-server]: machines register at `10.2.0.1`, the address of `a` alone
    - {name: a, role: server, address: 10.2.0.1}
#                     ^^^^^^ warning[manager-runs-workspaces]: this server runs workspaces next to the control plane
    - {name: b, role: server, address: 10.2.0.2}
#                     ^^^^^^ error[etcd-even-servers]: 2 servers tolerate no more failures than 1
    - {name: c, role: agent, address: 10.2.0.3}
",
        );
    }

    #[test]
    fn odd_numbers_and_other_datastores_are_fine() {
        check("cluster: {servers: {count: 3}}\n");
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {servers: {count: 0}}
#                          ^ error[cluster-no-server]: a cluster requires at least one server
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
    fn the_fix_adds_one() {
        check_fix(
            "etcd-even-servers",
            "cluster: {servers: {count: 2}}\n",
            "cluster: {servers: {count: 3}}\n",
        );
    }
}
