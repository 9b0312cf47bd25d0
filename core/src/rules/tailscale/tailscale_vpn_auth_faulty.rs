//! See [`RULE`].

use super::carries_pods;
use crate::diagnostic::{Applicability, Severity};
use crate::facts::k3s::{VPN_CERTIFICATE_FAULT, VPN_NODE_ADDRESS_FAULT};
use crate::facts::releases::K3S;
use crate::model::Config;
use crate::plan::{Install, Plan};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// This k3s release has a fault that breaks clusters whose pods go over the tailnet.
    ///
    /// ## Why
    ///
    /// From v1.32.11, v1.33.7, v1.34.3 and v1.35.0 on, nodes register with an address outside of the tailnet, so machines that share no
    /// other network do not reach each other. v1.32.12, v1.33.8, v1.34.4 and v1.35.1 repair that; until v1.33.11, v1.34.7 and v1.35.4 the
    /// kubelet's certificate lacks the address, and `kubectl logs` and `kubectl exec` fail, which is a warning.
    ///
    /// Source: k3s-io/k3s#13457, #13560, #13659, #13920.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.35.0+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.35.9+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    "tailscale-vpn-auth-faulty", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Install::Version(version), Some(tailscale), true) =
        (&plan.k3s.install, config.tailscale.spanned(), carries_pods(plan))
    else {
        return;
    };
    let written = config.k3s.get().and_then(|k3s| k3s.version.span());
    let at = written.unwrap_or(tailscale.key);
    let finding = if version.fixed_at(&VPN_NODE_ADDRESS_FAULT).is_some() {
        report
            .found(
                at,
                format!("k3s {version} registers nodes outside of the tailnet"),
            )
            .note("machines that share no other network do not reach each other's kubelets and pods")
    } else if version.fixed_at(&VPN_CERTIFICATE_FAULT).is_some() {
        let mut finding = report
            .found(
                at,
                format!("k3s {version} issues kubelet certificates without the tailnet's address"),
            )
            .note("`kubectl logs` and `kubectl exec` fail");
        finding.severity = Severity::Warning;
        finding
    } else {
        return;
    };
    let Some(patch) = K3S.line(version.minor).map(|line| line.version) else {
        return;
    };
    let fix = written.and_then(|_| edit::write(report, at, patch, Applicability::Unsafe));
    report.push(edit::attach(finding.help(format!("use `{patch}`")), fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn each_window_of_releases() {
        check(
            r#"
k3s: {version: v1.35.0+k3s1}
#              ^^^^^^^^^^^^ error[tailscale-vpn-auth-faulty]: k3s v1.35.0+k3s1 registers nodes outside of the tailnet
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
k3s: {version: v1.34.4+k3s1}
#              ^^^^^^^^^^^^ warning[tailscale-vpn-auth-faulty]: k3s v1.34.4+k3s1 issues kubelet certificates without the tailnet's address
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
k3s: {version: v1.35.4+k3s1}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
k3s: {version: v1.35.0+k3s1}
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
"#,
        );
    }
}
