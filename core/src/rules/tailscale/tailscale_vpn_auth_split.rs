//! See [`RULE`].

use super::carries_pods;
use crate::facts::tailscale::VPN_AUTH_SEPARATORS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An argument or the control server's URL has a character that k3s cuts it at.
    ///
    /// ## Why
    ///
    /// With `use: pods` k3s joins the tailnet itself. It splits its `vpn-auth` at every `,` and `=`, takes what follows `extraArgs=` to the end,
    /// and cuts that at white space; it knows no quotes. What is cut arrives in part or as something else, and no machine joins.
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
    "tailscale-vpn-auth-split", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

/// Where the arguments begin, so that they cannot hold it.
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
                format!("there is {} in this URL, and k3s cuts it there", named(at)),
            )
            .help("use a URL without parameters, or write `use: access`")
            .note("k3s splits what it joins the tailnet with at every `,` and `=`");
        report.push(finding);
    }
    for arg in tailscale.extra_args.items() {
        let quoted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        let why = match arg.value.chars().find(|c| quoted(*c)) {
            Some(at) => format!(
                "there is {} in this argument, and k3s takes arguments apart at white space, without quotes",
                named(at)
            ),
            None if arg.value.contains(ARGUMENTS) => {
                format!("`{ARGUMENTS}` in this argument begins the arguments anew")
            }
            None => continue,
        };
        let finding = report
            .found(arg.span, why)
            .help("write each argument as an item of its own, or write `use: access`")
            .note("what is cut arrives as something else, and `tailscale up` fails");
        report.push(finding);
    }
}

fn named(c: char) -> String {
    match c {
        c if c.is_whitespace() => "white space".to_owned(),
        c => format!("a `{c}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn commas_and_equal_signs_are_fine_in_arguments() {
        check(
            r#"
tailscale: {extraArgs: ["--hostname=a b", --accept-dns=false, "--advertise-tags=tag:a,tag:b"], admins: ["autogroup:admin"]}
#           ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
#                       ^^^^^^^^^^^^^^^^ error[tailscale-vpn-auth-split]: There is white space in this argument, and k3s takes arguments apart at white space, without quotes
"#,
        );
        check(
            r#"
tailscale: {controlServerUrl: "https://h.acme.dev/?a=b", admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-vpn-auth-split]: There is a `=` in this URL, and k3s cuts it there
"#,
        );
        check(
            r#"
tailscale: {use: access, extraArgs: ["--hostname=a b"], admins: ["autogroup:admin"]}
#                        ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
"#,
        );
    }
}
