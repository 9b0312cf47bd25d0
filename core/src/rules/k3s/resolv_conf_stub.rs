//! See [`RULE`].

use super::passthrough::named;
use crate::diagnostic::Severity;
use crate::model::{Config, Os};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// Pods get a name server on loopback.
    ///
    /// ## Why
    ///
    /// On Ubuntu `/etc/resolv.conf` points at `127.0.0.53`, systemd-resolved. CoreDNS forwards to it, reaches its own pod, detects
    /// the loop and exits with `Loop … detected`. By default k3s skips such a file and uses `/run/systemd/resolve/resolv.conf`, or
    /// 8.8.8.8, which does not know your names; with this key set, it does not check.
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
/// The address of systemd-resolved.
const STUB_SERVER: &str = "127.0.0.53";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let linked = matches!(plan.os, Os::Ubuntu2004 | Os::Ubuntu2204 | Os::Ubuntu2404);
    let own = config.files().find(|(path, _)| path.value == LINK);
    let local = own
        .as_ref()
        .and_then(|(_, content)| Some((content.span, loopback(content.value)?)));
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
                format!("`{path}` points at `{server}`, which for CoreDNS is its own pod"),
            )
            .help("remove the key: k3s then finds a file that pods can use");
        report
            .push(finding.note("CoreDNS exits with `Loop … detected`, and no name resolves in the cluster"));
    }
    if let Some((span, server)) = local.filter(|_| !told) {
        let mut finding = report
            .found(
                span,
                format!("name server `{server}` cannot be reached from pods"),
            )
            .help("use a name server's address in your network");
        finding.severity = Severity::Warning;
        report.push(finding.note(
            "k3s skips the file, and CoreDNS uses other servers or 8.8.8.8, which do not know your names",
        ));
    }
}

/// The first name server of a resolv.conf, if it is on loopback.
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
#                             ^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/etc/resolv.conf` points at `127.0.0.53`, which for CoreDNS is its own pod
  agentConfig: {resolv-conf: /run/systemd/resolve/resolv.conf}
",
        );
        check(
            r"
cluster: {os: debian-12}
#             ^^^^^^^^^ error[os-without-shiftfs]: Gitpod main requires shiftfs, which Debian 12 does not have
k3s:
  serverConfig: {resolv-conf: /etc/resolv.conf}
  agentConfig: {resolv-conf: /run/systemd/resolve/stub-resolv.conf}
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/run/systemd/resolve/stub-resolv.conf` points at `127.0.0.53`, which for CoreDNS is its own pod
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
#                                 ^^^^^^^^^^^^^^^^ error[resolv-conf-stub]: `/etc/resolv.conf` points at `127.0.0.1`, which for CoreDNS is its own pod
cloudInit: {files: [{path: /etc/resolv.conf, content: "nameserver 127.0.0.1"}]}
"#,
        );
        check(
            r#"
cloudInit: {files: [{path: /etc/resolv.conf, content: "search acme.dev\nnameserver ::1"}]}
#                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[resolv-conf-stub]: name server `::1` cannot be reached from pods
"#,
        );
    }
}
