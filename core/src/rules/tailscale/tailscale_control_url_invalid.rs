//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, flaw, is_loopback};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The control server is no URL.
    ///
    /// ## Why
    ///
    /// Machines register there, so it is a whole URL that all of them reach: with a scheme, and no address of the machine itself. With anything
    /// else `tailscale up` ends with an error, and no machine joins.
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
    "tailscale-control-url-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
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
        "it does not begin with `https://`".to_owned()
    } else if is_loopback(written.host) {
        "each machine reaches itself there".to_owned()
    } else {
        match flaw(written.host) {
            None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => return,
            Some(flaw) => format!("its host {}", flaw.clause()),
        }
    };
    let finding = report
        .found(url.span, format!("`{}` is no control server: {why}", url.value))
        .help("write a URL, such as `https://headscale.acme.dev`");
    report.push(finding.note("`tailscale up` ends with an error, and no machine joins"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_whole_url_that_machines_reach() {
        check(
            r#"
tailscale: {controlServerUrl: "headscale.acme.dev", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: `headscale.acme.dev` is no control server: it does not begin with `https://`
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "http://localhost:8080", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: `http://localhost:8080` is no control server: each machine reaches itself there
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://head scale.dev", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-control-url-invalid]: `https://head scale.dev` is no control server: its host has a blank in it
#                             ^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-vpn-auth-split]: There is white space in this URL, and k3s cuts it there
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://10.0.0.9:8443", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
