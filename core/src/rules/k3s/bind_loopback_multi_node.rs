//! See [`RULE`].

use super::passthrough::of_servers;
use crate::diagnostic::stages::FLOW_BLOCKED;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::most;
use crate::rules::hostname::is_loopback;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The API listens only on loopback, but other machines must reach it.
    ///
    /// ## Why
    ///
    /// Agents and further servers join through the API. With a loopback address they connect to themselves: they never join, and
    /// k3s retries forever.
    ///
    /// Source: k3s docs, "k3s server", "Listeners".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {bind-address: 127.0.0.1}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {bind-address: 0.0.0.0}}
    /// ```
    "bind-loopback-multi-node", Error, since "0.1.0", fix None, always, Reads::Plan(check), silences FLOW_BLOCKED
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    if most(&plan.nodes) < 2 {
        return;
    }
    for passed in ["bind-address", "advertise-address"]
        .into_iter()
        .filter_map(|name| of_servers(config, name))
    {
        let Some(address) = passed.text().filter(|address| is_loopback(address)) else {
            continue;
        };
        push(
            passed.value.span,
            address,
            "remove the key: the API then listens on the machine's own address",
            report,
        );
    }
    let api = config
        .cluster
        .get()
        .and_then(|cluster| cluster.api.get()?.host.spanned());
    let Some(host) = api else { return };
    if let Some(text) = host.value.as_known().filter(|host| is_loopback(host)) {
        push(
            host.span,
            text,
            "use a name or address at which every machine reaches the servers",
            report,
        );
    }
}

fn push(span: Span, address: &str, help: &str, report: &mut Report<'_>) {
    let message = format!("other machines cannot reach the API at `{address}`");
    let finding = report.found(span, message).help(help);
    report.push(finding.note("agents and further servers never join"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_single_server_may_use_loopback() {
        check(
            r"
k3s: {serverConfig: {bind-address: 127.0.0.1}}
#                                  ^^^^^^^^^ error[bind-loopback-multi-node]: other machines cannot reach the API at `127.0.0.1`
",
        );
        check(
            r#"
k3s: {serverConfig: {advertise-address: "::1"}}
#                                       ^^^^^ error[bind-loopback-multi-node]: other machines cannot reach the API at `::1`
"#,
        );
        check(
            r"
cluster: {api: {host: localhost}}
#                     ^^^^^^^^^ error[bind-loopback-multi-node]: other machines cannot reach the API at `localhost`
",
        );
        check(
            r#"
cluster: {pools: [], api: {host: localhost}}
k3s: {serverConfig: {bind-address: 127.0.0.1}}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {bind-address: 10.2.0.1}}
"#,
        );
    }
}
