//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An argument of `tailscale up` takes the place of what gkc writes, or shuts the machine off.
    ///
    /// ## Why
    ///
    /// The last flag of a name wins, so a second key or server makes the machines join with what nothing else here knows of. With
    /// `--shields-up` a machine takes no connections from the tailnet: the other nodes do not reach its kubelet and its pods.
    ///
    /// Source: tailscale/tailscale `cmd/tailscale/cli/up.go`; k3s-io/k3s `pkg/vpn/vpn.go`; Tailscale docs, "Block incoming connections".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {extraArgs: ["--login-server=https://headscale.acme.dev"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {controlServerUrl: "https://headscale.acme.dev"}
    /// ```
    "tailscale-argument-managed", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Flags that gkc writes, with the key that decides them.
const MANAGED: [(&str, &str); 3] = [
    ("auth-key", "tailscale.authKey"),
    ("authkey", "tailscale.authKey"),
    ("login-server", "tailscale.controlServerUrl"),
];
const SHIELDS: &str = "shields-up";

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.get() else {
        return;
    };
    for arg in tailscale.extra_args.items() {
        let text = arg.value.as_str();
        let (flag, value) = text.split_once('=').unwrap_or((text, "true"));
        let name = flag.trim_start_matches('-');
        if let Some((_, key)) = MANAGED.iter().find(|(managed, _)| *managed == name) {
            let finding = report
                .found(arg.span, format!("`{flag}` is written by gkc"))
                .help(format!("write `{key}`"));
            report.push(finding.note("of two the last wins, and the rest of the tree is made for the other"));
        } else if name == SHIELDS && value != "false" {
            let finding = report
                .found(
                    arg.span,
                    format!("`{flag}` lets nobody reach the machines through the tailnet"),
                )
                .help("leave it out: the policy says who may");
            report
                .push(finding.note("not even the other nodes do, so `kubectl logs` and pods elsewhere hang"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn flags_of_ours_and_shields() {
        check(
            r#"
tailscale:
  extraArgs:
# ^^^^^^^^^ info[tailscale-snat-network-policy]: Pods see the address of their machine in place of a pod's on another machine
    - --authkey=file:/root/key
#     ^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-argument-managed]: `--authkey` is written by gkc
    - -login-server=https://headscale.acme.dev
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-argument-managed]: `-login-server` is written by gkc
    - --shields-up
#     ^^^^^^^^^^^^ error[tailscale-argument-managed]: `--shields-up` lets nobody reach the machines through the tailnet
    - --shields-up=false
    - --accept-dns=false
  admins: ["autogroup:admin"]
"#,
        );
    }
}
