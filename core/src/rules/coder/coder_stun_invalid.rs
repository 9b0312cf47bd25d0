//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::hostname::{dissect, host_flaw};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A STUN server is not `host:port`.
    ///
    /// ## Why
    ///
    /// Coder splits each at its last colon and exits where that fails. A wrong one leaves workspaces and users without their public addresses, so
    /// that all traffic goes through the server.
    ///
    /// Source: coder/coder `coderd/tailnet.go`, `tailnet/derpmap.go` (`net.SplitHostPort`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {stun: ["stun:stun.acme.dev"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {stun: ["stun.acme.dev:3478"]}
    /// ```
    "coder-stun-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(coder) = config.coder.get() else { return };
    let direct = coder.direct_connections.spanned();
    if let (Some(stun), Some(off)) = (coder.stun.spanned(), direct.filter(|direct| !direct.value))
        && !stun.value.is_empty()
    {
        let mut finding = report.found(stun.key, "`stun` has no effect without direct connections");
        finding.severity = Severity::Warning;
        let finding = finding.and(off.span, "direct connections turned off here");
        report.push(finding.help("remove `stun`, or set `directConnections: true`"));
    }
    for server in coder.stun.items() {
        let text = server.value.as_str();
        let bare = text.trim_start_matches("stun://").trim_start_matches("stun:");
        let written = dissect(bare);
        let host = host_flaw(written.host).is_none();
        let port = written.port.map(|_| written.wrong_port().is_none());
        let message = match (bare == text, host && written.path.is_empty(), port) {
            (true, true, Some(true)) => continue,
            (false, ..) => format!("expected `host:port`, found the URL `{text}`"),
            (_, true, None) => format!("STUN server `{text}` has no port"),
            (_, true, Some(false)) => format!("invalid port in `{text}`"),
            _ => format!("invalid STUN server `{text}`"),
        };
        let help = match (host, port) {
            (true, Some(true)) => format!("use `{bare}`"),
            (true, None) => format!("use `{bare}:3478`"),
            _ => "use `host:port`, such as `stun.acme.dev:3478`".to_owned(),
        };
        report.push(report.found(server.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn host_and_port() {
        check(
            r#"
platform: coder
coder: {stun: ["stun.acme.dev:3478", "stun:a.acme.dev:3478", b.acme.dev, "c.acme.dev:1:2", "d.acme.dev:99999"]}
#                                    ^^^^^^^^^^^^^^^^^^^^^^ error[coder-stun-invalid]: expected `host:port`, found the URL `stun:a.acme.dev:3478`
#                                                            ^^^^^^^^^^ error[coder-stun-invalid]: STUN server `b.acme.dev` has no port
#                                                                        ^^^^^^^^^^^^^^^^ error[coder-stun-invalid]: invalid STUN server `c.acme.dev:1:2`
#                                                                                          ^^^^^^^^^^^^^^^^^^ error[coder-stun-invalid]: invalid port in `d.acme.dev:99999`
"#,
        );
    }
}
