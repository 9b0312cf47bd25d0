//! See [`RULE`].

use super::passthrough::named;
use crate::diagnostic::Severity;
use crate::model::{Config, Os};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// Pods are given the name server of the machine's loopback.
    ///
    /// ## Why
    ///
    /// On Ubuntu `/etc/resolv.conf` names `127.0.0.53`, systemd-resolved. To CoreDNS, which forwards to it, that is its own pod: it meets
    /// its own questions again and stops with `Loop … detected`. Left to itself k3s passes such a file over and takes
    /// `/run/systemd/resolve/resolv.conf`, and for want of that asks 8.8.8.8, which knows no name of yours; told by this key, it does not
    /// look.
    ///
    /// Source: k3s-io/k3s `pkg/agent/config/config.go`; k3s#4087; CoreDNS docs, "loop"; systemd docs, systemd-resolved.service(8).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {resolv-conf: /etc/resolv.conf}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {resolv-conf: /run/systemd/resolve/resolv.conf}}
    /// ```
    "resolv-conf-stub", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// A link to [`STUB`] on Ubuntu.
const LINK: &str = "/etc/resolv.conf";
const STUB: &str = "/run/systemd/resolve/stub-resolv.conf";
/// Where systemd-resolved answers.
const STUB_SERVER: &str = "127.0.0.53";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let linked = matches!(plan.os, Os::Ubuntu2004 | Os::Ubuntu2204 | Os::Ubuntu2404);
    let own = config.files().find(|(path, _)| path.value == LINK);
    let local = own.and_then(|(_, content)| Some((content.span, loopback(&content.value.0)?)));
    let mut told = false;
    for passed in named(config, "resolv-conf") {
        told = true;
        let Some(path) = passed.text() else { continue };
        let server = match path {
            STUB => Some(STUB_SERVER),
            LINK if own.is_none() => linked.then_some(STUB_SERVER),
            LINK => local.map(|(_, server)| server),
            _ => None,
        };
        let Some(server) = server else { continue };
        let finding = report
            .found(
                passed.value.span,
                format!("`{path}` names `{server}`, which is the pod itself to CoreDNS"),
            )
            .help("leave the key out: k3s then finds a file that pods can use");
        report
            .push(finding.note("CoreDNS stops with `Loop … detected`, and no name is found in the cluster"));
    }
    if let Some((span, server)) = local.filter(|_| !told) {
        let mut finding = report
            .found(
                span,
                format!("pods cannot ask `{server}`, and k3s passes the file over"),
            )
            .help("name a server by its address in your network");
        finding.severity = Severity::Warning;
        report.push(
            finding.note("CoreDNS asks other servers, 8.8.8.8 for want of any, which know no name of yours"),
        );
    }
}

/// The first name server of a resolv.conf that is the machine itself.
fn loopback(resolv_conf: &str) -> Option<&str> {
    let mut servers = resolv_conf.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next())?
    });
    servers.find(|server| server.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_stub_and_the_link_to_it() {
        check(
            r"
k3s:
  serverConfig: {resolv-conf: /etc/resolv.conf}
#                             ^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/etc/resolv.conf` names `127.0.0.53`, which is the pod itself to CoreDNS
  agentConfig: {resolv-conf: /run/systemd/resolve/resolv.conf}
",
        );
        check(
            r"
cluster: {os: debian-12}
k3s:
  serverConfig: {resolv-conf: /etc/resolv.conf}
  agentConfig: {resolv-conf: /run/systemd/resolve/stub-resolv.conf}
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/run/systemd/resolve/stub-resolv.conf` names `127.0.0.53`, which is the pod itself to CoreDNS
",
        );
        check(
            r#"
k3s: {serverConfig: {resolv-conf: /etc/resolv.conf}}
cloudInit: {files: [{path: /etc/resolv.conf, content: "nameserver 10.2.0.53"}]}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {resolv-conf: /etc/resolv.conf}}
#                                 ^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/etc/resolv.conf` names `127.0.0.1`, which is the pod itself to CoreDNS
cloudInit: {files: [{path: /etc/resolv.conf, content: "nameserver 127.0.0.1"}]}
"#,
        );
        check(
            r#"
cloudInit: {files: [{path: /etc/resolv.conf, content: "search acme.dev\nnameserver ::1"}]}
#                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[resolv-conf-stub]: Pods cannot ask `::1`, and k3s passes the file over
"#,
        );
    }
}
