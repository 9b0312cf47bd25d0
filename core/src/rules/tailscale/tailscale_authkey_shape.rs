//! See [`RULE`].

use super::carries_pods;
use crate::facts::tailscale::VPN_AUTH_SEPARATORS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// k3s cannot pass on the Tailscale auth key, because of a character in it.
    ///
    /// ## Why
    ///
    /// With `use: pods` k3s joins the tailnet itself. It splits `vpn-auth` at every `,` and `=` and knows no quotes, so a key with
    /// one of them is truncated and no machine joins. An auth key has neither; an OAuth client secret with `?ephemeral=…` has one.
    ///
    /// Source: k3s-io/k3s `pkg/vpn/vpn.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {authKey: "abc,def"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {authKey: {env: TS_AUTHKEY}}
    /// ```
    "tailscale-authkey-shape", Error, since "0.1.0", fix None, always, Reads::Secrets(check), spoils policy
}

const NAMES: [&str; 3] = [
    "tailscale.authKey",
    "tailscale.authKey.server",
    "tailscale.authKey.agent",
];

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    if !carries_pods(plan) {
        return;
    }
    for need in plan
        .secrets
        .iter()
        .filter(|need| NAMES.contains(&need.name.as_str()))
    {
        let Some(value) = store.get(&need.name) else {
            continue;
        };
        // Only the character may be shown, not the key.
        let message = match value.expose_text() {
            None => "auth key is not text".to_owned(),
            Some(text) => match text
                .chars()
                .find(|c| VPN_AUTH_SEPARATORS.contains(c) || c.is_whitespace())
            {
                Some(c) if c.is_whitespace() => "auth key contains white space".to_owned(),
                Some(c) => format!("auth key contains `{c}`, where k3s truncates it"),
                None => continue,
            },
        };
        let finding = report
            .found(need.span, message)
            .help("use an auth key without parameters, or set `use: access`")
            .note("k3s splits `vpn-auth` at every `,` and `=`, so no machine joins the tailnet");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_given};

    #[test]
    fn a_known_value_is_not_shown() {
        check(
            r#"
tailscale: {authKey: {server: "a=b", agent: fine}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^ warning[secret-literal]: secret `tailscale.authKey.server` in plain text
#                             ^^^^^ error[tailscale-authkey-shape]: auth key contains `=`, where k3s truncates it
#                                           ^^^^ warning[secret-literal]: secret `tailscale.authKey.agent` in plain text
"#,
        );
        let inputs = TestInputs {
            vars: vec![("TS_AUTHKEY", "tskey-client-x?ephemeral=true")],
            ..TestInputs::default()
        };
        check_given(
            r#"
tailscale: {authKey: {env: TS_AUTHKEY}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                    ^^^^^^^^^^^^^^^^^ warning[tailscale-authkey-ephemeral]: servers join as ephemeral devices, which are deleted when they go offline
#                    ^^^^^^^^^^^^^^^^^ error[tailscale-authkey-shape]: auth key contains `=`, where k3s truncates it
"#,
            &inputs,
        );
        check_given(
            r#"
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ warning[tailscale-authkey-ephemeral]: servers join as ephemeral devices, which are deleted when they go offline
"#,
            &inputs,
        );
        check(
            r#"
tailscale: {authKey: {env: TS_AUTHKEY}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
