//! See [`RULE`].

use super::carries_pods;
use crate::diagnostic::Applicability;
use crate::facts::tailscale::UP_FLAGS;
use crate::model::{Config};
use crate::words::nearest;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// `tailscale up` takes no such argument.
    ///
    /// ## Why
    ///
    /// With an argument that it does not know, or one that is no flag, it ends without joining the tailnet. The machine tries a few times
    /// and gives up; with `use: pods` k3s never starts.
    ///
    /// Source: tailscale/tailscale `cmd/tailscale/cli/up.go`, newUpFlagSet; k3s-io/k3s `pkg/vpn/vpn.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: [--acept-dns=false]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], extraArgs: [--accept-dns=false]}
    /// ```
    "tailscale-argument-unknown", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.get() else {
        return;
    };
    // The value of the flag before, where that has none of its own.
    let mut is_value = false;
    for arg in tailscale.extra_args.items() {
        let text = arg.value.as_str();
        if std::mem::take(&mut is_value) || text.contains(char::is_whitespace) && carries_pods(plan) {
            continue;
        }
        let (flag, value) = match text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (text, None),
        };
        // Go's flags have one dash or two.
        let name = flag.strip_prefix("--").or(flag.strip_prefix('-'));
        let known = name.and_then(|name| UP_FLAGS.iter().find(|(known, _)| *known == name));
        if let Some((_, takes_value)) = known {
            is_value = *takes_value && value.is_none();
            continue;
        }
        let finding = match name {
            Some(_) => report.found(arg.span, format!("`tailscale up` has no flag `{flag}`")),
            None => report.found(
                arg.span,
                format!("`{text}` is no flag: it has no dashes in front"),
            ),
        };
        let finding = finding.note("the machine does not join the tailnet, and its start fails");
        let near = nearest(
            name.unwrap_or(flag).trim_start_matches('-'),
            UP_FLAGS.map(|(known, _)| known),
        );
        report.push(match near {
            Some(near) => {
                let value = value.map(|value| format!("={value}")).unwrap_or_default();
                let better = format!("--{near}{value}");
                let fix = edit::write(report, arg.span, &better, Applicability::Unsafe);
                edit::attach(finding.help(format!("did you mean `--{near}`?")), fix)
            }
            None => finding.help("leave it out: `tailscale up --help` shows what there is"),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn flags_that_there_are_not() {
        check(
            r#"
tailscale:
  use: access
  extraArgs:
# ^^^^^^^^^ info[tailscale-accept-dns]: The machines take the tailnet's DNS, and the cluster's look-ups go through it
    - --acept-dns=false
#     ^^^^^^^^^^^^^^^^^ error[tailscale-argument-unknown]: `tailscale up` has no flag `--acept-dns`
    - accept-routes
#     ^^^^^^^^^^^^^ error[tailscale-argument-unknown]: `accept-routes` is no flag: it has no dashes in front
    - --hostname x
#     ^^^^^^^^^^^^ error[tailscale-argument-unknown]: `tailscale up` has no flag `--hostname x`
    - -shields-up
#     ^^^^^^^^^^^ error[tailscale-argument-managed]: `-shields-up` lets nobody reach the machines through the tailnet
    - --operator
    - gitpod
    - --advertise-routes=10.9.0.0/16
  admins: ["autogroup:admin"]
"#,
        );
        check_fix(
            "tailscale-argument-unknown",
            "tailscale: {use: access, extraArgs: [--acept-dns=false]}\n",
            "tailscale: {use: access, extraArgs: [\"--accept-dns=false\"]}\n",
        );
    }
}
