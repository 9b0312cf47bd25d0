//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::tailscale::{flag, is_off};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An argument of `tailscale up` overrides gkc's or cuts the machine off.
    ///
    /// ## Why
    ///
    /// The last flag of a name wins, so a second key or server makes the machines join a tailnet that the rest of the output does
    /// not know. With `--shields-up` a machine accepts no connections from the tailnet, so the other nodes cannot reach its kubelet
    /// and pods.
    ///
    /// Source: tailscale/tailscale `cmd/tailscale/cli/up.go`; Tailscale docs, "Block incoming connections".
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
    "tailscale-argument-managed", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), spoils policy
}

/// Flags that gkc manages, with the key that sets each.
const MANAGED: [(&str, &str); 4] = [
    ("advertise-tags", "tailscale.tags"),
    ("auth-key", "tailscale.authKey"),
    ("authkey", "tailscale.authKey"),
    ("login-server", "tailscale.controlServerUrl"),
];
const SHIELDS: &str = "shields-up";
const EXIT: &str = "exit-node";

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.get() else {
        return;
    };
    let ssh = tailscale.ssh.get().and_then(|ssh| ssh.enabled.get());
    let wants_ssh = ssh == Some(&true);
    for arg in tailscale.extra_args.items() {
        let text = arg.value.as_str();
        let (name, value) = flag(text);
        let written = text.split('=').next().unwrap_or(text);
        if let Some((_, key)) = MANAGED.iter().find(|(managed, _)| *managed == name) {
            let finding = report
                .found(arg.span, format!("`{written}` is managed by gkc"))
                .help(format!("use `{key}`"));
            report.push(
                finding.note("the last flag wins, and the rest of the output is built for gkc's own value"),
            );
        } else if name == "hostname" {
            let finding = report
                .found(
                    arg.span,
                    format!("`{written}` gives all machines one name in the tailnet"),
                )
                .help("remove it: each machine has its own name");
            report.push(finding.note(
                "Tailscale appends a number to all but the first, so that no name says which machine it is",
            ));
        } else if name == EXIT && !value.is_empty() {
            let mut finding = report
                .found(
                    arg.span,
                    format!("`{written}` sends all traffic of the machines through a device of the tailnet"),
                )
                .help("remove it");
            finding.severity = Severity::Warning;
            report.push(finding.note(
                "answers to connections from the Internet leave by another address, and the node network is cut off",
            ));
        } else if name == "ssh" && is_off(value) && wants_ssh {
            let finding = report.found(
                arg.span,
                format!("`{text}` conflicts with `tailscale.ssh.enabled: true`"),
            );
            report.push(
                finding
                    .help("remove it, or set `enabled: false`")
                    .note("the last flag wins: the machines do not accept Tailscale SSH"),
            );
        } else if name == SHIELDS && !is_off(value) {
            let finding = report
                .found(
                    arg.span,
                    format!("`{written}` blocks all connections to the machines through the tailnet"),
                )
                .help("remove it: the policy controls access");
            report.push(finding.note(
                "the other nodes are blocked too, so `kubectl logs` and connections between pods hang",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn managed_flags_and_shields() {
        check(
            r#"
tailscale:
  extraArgs:
    - --authkey=file:/root/key
#     ^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-argument-managed]: `--authkey` is managed by gkc
    - -login-server=https://headscale.acme.dev
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[tailscale-argument-managed]: `-login-server` is managed by gkc
    - --shields-up
#     ^^^^^^^^^^^^ error[tailscale-argument-managed]: `--shields-up` blocks all connections to the machines through the tailnet
    - --shields-up=false
    - --accept-dns=false
  admins: ["autogroup:admin"]
"#,
        );
    }
}
