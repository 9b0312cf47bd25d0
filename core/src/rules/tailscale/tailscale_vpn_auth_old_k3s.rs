//! See [`RULE`].

use super::carries_pods;
use crate::diagnostic::Fix;
use crate::facts::k3s::{DEFAULT_VERSION, VPN_AUTH_SINCE, Version};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// This k3s version cannot join a tailnet.
    ///
    /// ## Why
    ///
    /// `vpn-auth` was added in v1.25.11, v1.26.6 and v1.27.3. An older k3s only logs the unknown key: pods on different machines
    /// then use the node network, which the tailnet policy does not cover.
    ///
    /// Source: k3s docs, "Distributed hybrid or multicloud cluster"; k3s-io/docs#142.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.26.3+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.26.6+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    "tailscale-vpn-auth-old-k3s", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let carries = carries_pods(plan);
    let written = config.k3s.get().and_then(|k3s| k3s.version.spanned());
    let (Some(written), Some(tailscale), true) = (written, config.tailscale.spanned(), carries) else {
        return;
    };
    let Some(version) = Version::parse(&written.value).filter(|version| !version.has(VPN_AUTH_SINCE)) else {
        return;
    };
    let near = match VPN_AUTH_SINCE.iter().find(|(minor, _)| *minor == version.minor) {
        Some((minor, patch)) => format!("v1.{minor}.{patch}+k3s1"),
        None => DEFAULT_VERSION.to_owned(),
    };
    let at = tailscale.value.carries.span().unwrap_or(tailscale.key);
    let finding = report
        .found(
            written.span,
            format!("k3s {version} does not support joining a tailnet"),
        )
        .and(at, "pods over the tailnet requested here")
        .help(format!("use `{near}` or later, or set `use: access`"))
        .note("k3s only logs the unknown key `vpn-auth`, and pods do not use the tailnet");
    match scalar(report, written.span, &near) {
        Some(text) => report.push(finding.fix(Fix::risky(format!("use `{near}`"), written.span, text))),
        None => report.push(finding),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn versions_without_vpn_auth() {
        check(
            r#"
k3s: {version: v1.26.3+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.26.3+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^ error[tailscale-vpn-auth-old-k3s]: k3s v1.26.3+k3s1 does not support joining a tailnet
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
k3s: {version: v1.26.6+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.26.6+k3s1 lacks the fix of CVE-2025-31133
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
k3s: {version: v1.26.3+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.26.3+k3s1 lacks the fix of CVE-2025-31133
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }

    #[test]
    fn the_fix_writes_the_first_of_its_minor() {
        check_fix(
            "tailscale-vpn-auth-old-k3s",
            "k3s: {version: v1.25.9+k3s1}\ntailscale: {}\n",
            "k3s: {version: v1.25.11+k3s1}\ntailscale: {}\n",
        );
    }
}
