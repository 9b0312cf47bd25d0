//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::{dissect, host_flaw, is_loopback};
use crate::rules::{Reads, Report, declare_rule};
use validator::ValidateUrl;

declare_rule! {
    /// The control server is not a valid URL.
    ///
    /// ## Why
    ///
    /// Machines register there, so it must be a complete URL that all of them reach: with a scheme, and not on loopback. With
    /// anything else `tailscale up` fails, and no machine joins.
    ///
    /// Source: tailscale/tailscale `cmd/tailscale/cli/up.go`, `--login-server`; headscale docs, "Getting started".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], controlServerUrl: headscale.acme.dev}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], controlServerUrl: "https://headscale.acme.dev"}
    /// ```
    "tailscale-control-url-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(url) = config
        .tailscale
        .get()
        .and_then(|tailscale| tailscale.control_server_url.spanned())
    else {
        return;
    };
    let written = dissect(&url.value);
    let why = if !matches!(written.scheme, Some("https" | "http")) {
        "missing `https://`".to_owned()
    } else if url.value.matches("://").count() > 1 {
        "contains `://` twice".to_owned()
    } else if is_loopback(written.host) {
        "loopback, where each machine reaches only itself".to_owned()
    } else {
        match host_flaw(written.host) {
            None if url.value.validate_url() => return,
            None => "not a URL".to_owned(),
            Some(flaw) => format!("host {}", flaw.clause()),
        }
    };
    let finding = report
        .found(url.span, format!("invalid control server `{}`: {why}", url.value))
        .help("use a URL such as `https://headscale.acme.dev`");
    report.push(finding.note("`tailscale up` fails, and no machine joins the tailnet"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_urls() {
        check(
            r#"
tailscale: {controlServerUrl: "headscale.acme.dev", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
#                             ^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: invalid control server `headscale.acme.dev`: missing `https://`
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "http://localhost:8080", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
#                             ^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: invalid control server `http://localhost:8080`: loopback, where each machine reaches only itself
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://head scale.dev", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
#                             ^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: invalid control server `https://head scale.dev`: host contains a space
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://headscale.acme.dev:84430", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: invalid control server `https://headscale.acme.dev:84430`: not a URL
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://10.0.0.9:8443", admins: [ada@acme.dev], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
"#,
        );
    }

    #[test]
    fn two_schemes() {
        check(
            r#"
tailscale: {authKey: {env: K}, admins: [ada@], controlServerUrl: "https://https://headscale.acme.dev"}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
#                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: invalid control server `https://https://headscale.acme.dev`: contains `://` twice
"#,
        );
    }
}
