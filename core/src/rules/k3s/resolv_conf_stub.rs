//! See [`RULE`].

use super::passthrough::named;
use crate::model::{Config, Os};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Pods are given the name server of the machine's loopback.
    ///
    /// ## Why
    ///
    /// On Ubuntu `/etc/resolv.conf` names `127.0.0.53`, systemd-resolved. To CoreDNS, which forwards to it, that is its own pod: it meets
    /// its own questions again and stops with `Loop … detected`. Left to itself k3s passes such a file over and takes
    /// `/run/systemd/resolve/resolv.conf`; told by this key, it does not look.
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

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let linked = matches!(plan.os, Os::Ubuntu2004 | Os::Ubuntu2204 | Os::Ubuntu2404);
    let files = config.cloud_init.get().into_iter();
    let mut files = files.flat_map(|cloud_init| cloud_init.files.items());
    let replaced = files.any(|file| file.value.path.text() == Some(LINK));
    for passed in named(config, "resolv-conf") {
        let stub = passed
            .text()
            .filter(|path| *path == STUB || *path == LINK && linked && !replaced);
        let Some(path) = stub else { continue };
        let finding = report
            .found(
                passed.value.span,
                format!("`{path}` names `127.0.0.53`, which is the pod itself to CoreDNS"),
            )
            .help("leave the key out: k3s then finds a file that pods can use");
        report
            .push(finding.note("CoreDNS stops with `Loop … detected`, and no name is found in the cluster"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_stub_and_the_link_to_it() {
        check(
            "resolv-conf-stub",
            r#"
k3s:
  serverConfig: {resolv-conf: /etc/resolv.conf}
#                             ^^^^^^^^^^^^^^^^ error: `/etc/resolv.conf` names `127.0.0.53`
  agentConfig: {resolv-conf: /run/systemd/resolve/resolv.conf}
"#,
        );
        check(
            "resolv-conf-stub",
            r#"
cluster: {os: debian-12}
k3s:
  serverConfig: {resolv-conf: /etc/resolv.conf}
  agentConfig: {resolv-conf: /run/systemd/resolve/stub-resolv.conf}
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `/run/systemd/resolve/stub-resolv.conf` names `127.0.0.53`
"#,
        );
        check(
            "resolv-conf-stub",
            r#"
k3s: {serverConfig: {resolv-conf: /etc/resolv.conf}}
cloudInit: {files: [{path: /etc/resolv.conf, content: "nameserver 10.2.0.53"}]}
"#,
        );
    }
}
