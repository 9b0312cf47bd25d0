//! See [`RULE`].

use super::carries_pods;
use crate::facts::tailscale::VPN_AUTH_SEPARATORS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s cannot pass on an argument or the control server's URL, because of a character in it.
    ///
    /// ## Why
    ///
    /// With `use: pods` k3s joins the tailnet itself. It splits `vpn-auth` at every `,` and `=`, takes everything after
    /// `extraArgs=`, splits that at white space and knows no quotes. The rest is truncated or misread, and no machine joins.
    ///
    /// Source: k3s-io/k3s `pkg/vpn/vpn.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: ["--hostname=my machine"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: ["--hostname=my-machine"]}
    /// ```
    "tailscale-vpn-auth-split", Error, since "0.1.0", fix None, always, Reads::Plan(check), spoils policy
}

/// Marks the start of the arguments, so they cannot contain it.
const ARGUMENTS: &str = ",extraArgs=";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let carries = carries_pods(plan);
    let Some(tailscale) = config.tailscale.get().filter(|_| carries) else {
        return;
    };
    let cut = |c: char| VPN_AUTH_SEPARATORS.contains(&c) || c.is_whitespace();
    if let Some(url) = tailscale.control_server_url.spanned()
        && let Some(at) = url.value.chars().find(|c| cut(*c))
    {
        let finding = report
            .found(
                url.span,
                format!("URL contains {}, where k3s truncates it", named(at)),
            )
            .help("use a URL without parameters, or set `use: access`")
            .note("k3s splits `vpn-auth` at every `,` and `=`, so no machine joins the tailnet");
        report.push(finding);
    }
    for arg in tailscale.extra_args.items() {
        let quoted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        let why = match arg.value.chars().find(|c| quoted(*c)) {
            Some(at) => format!("argument contains {}, where k3s splits it", named(at)),
            None if arg.value.contains(ARGUMENTS) => {
                format!("argument contains `{ARGUMENTS}`, where k3s restarts the arguments")
            }
            None => continue,
        };
        let finding = report
            .found(arg.span, why)
            .help("list each argument separately, or set `use: access`")
            .note("k3s splits arguments at white space and knows no quotes, so `tailscale up` fails");
        report.push(finding);
    }
}

fn named(c: char) -> String {
    match c {
        c if c.is_whitespace() => "white space".to_owned(),
        c => format!("`{c}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn characters_in_arguments_and_urls() {
        check(
            r#"
tailscale: {extraArgs: ["--hostname=a b", --accept-dns=false, "--advertise-tags=tag:a,tag:b"], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: source addresses of pods on other machines are hidden by SNAT
#                       ^^^^^^^^^^^^^^^^ error[tailscale-vpn-auth-split]: argument contains white space, where k3s splits it
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://h.acme.dev/?a=b", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-vpn-auth-split]: URL contains `=`, where k3s truncates it
"#,
        );
        check(
            r#"
tailscale: {use: access, extraArgs: ["--hostname=a b"], admins: ["autogroup:admin"]}
#                        ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
"#,
        );
    }
}
