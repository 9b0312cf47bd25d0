//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::tailscale::{UP_FLAGS, is_off};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;

declare_rule! {
    /// `tailscale up` has no such argument.
    ///
    /// ## Why
    ///
    /// `tailscale up` exits on an unknown flag or stray argument without joining the tailnet. The machine retries a few times and
    /// gives up before k3s is installed.
    ///
    /// Source: tailscale/tailscale `cmd/tailscale/cli/up.go`, newUpFlagSet.
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
    "tailscale-argument-unknown", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.get() else {
        return;
    };
    // The value of the preceding flag, if that has none.
    let mut is_value = false;
    for arg in tailscale.extra_args.items() {
        let text = arg.value.as_str();
        if std::mem::take(&mut is_value) {
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
            if let Some(value) = value.filter(|value| !takes_value && !is_switch(value)) {
                let finding = report
                    .found(
                        arg.span,
                        format!("expected `true` or `false` in `{text}`, found `{value}`"),
                    )
                    .help(format!("use `{flag}=true` or `{flag}=false`"));
                report.push(finding.note("the machine does not join the tailnet, and its setup fails"));
            }
            continue;
        }
        if let Some((flag, _)) = flag.split_once(char::is_whitespace) {
            let finding = report
                .found(arg.span, format!("`{flag}` and its value are one argument"))
                .help(format!("use `{flag}=VALUE`, or list the value separately"));
            report.push(finding.note("the machine does not join the tailnet, and its setup fails"));
            continue;
        }
        let is_secret = report.sensitive().contains(&arg.span);
        let finding = match name {
            // The value of a misspelt flag may be a key.
            None if is_secret => report.found(arg.span, "expected a flag"),
            Some(_) => report.found(arg.span, format!("unknown flag `{flag}` of `tailscale up`")),
            None => report.found(arg.span, format!("expected a flag, found `{text}`")),
        };
        let finding = finding.note("the machine does not join the tailnet, and its setup fails");
        let near = nearest(
            name.unwrap_or(flag).trim_start_matches('-'),
            UP_FLAGS.map(|(known, _)| known),
        );
        report.push(match near {
            Some(near) => {
                let value = value.map(|value| format!("={value}")).unwrap_or_default();
                let better = format!("--{near}{value}");
                let finding = finding.help(format!("did you mean `--{near}`?"));
                match is_secret {
                    // A fix would repeat it.
                    true => finding,
                    false => {
                        let fix = edit::write(report, arg.span, &better, Applicability::Unsafe);
                        edit::attach(finding, fix)
                    }
                }
            }
            None => finding.help("remove it; `tailscale up --help` lists the flags"),
        });
    }
}

/// Whether Go's `strconv.ParseBool` reads a value.
fn is_switch(value: &str) -> bool {
    is_off(value) || matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn unknown_flags() {
        check(
            r#"
tailscale:
  use: access
  extraArgs:
# ^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
    - --acept-dns=false
#     ^^^^^^^^^^^^^^^^^ error[tailscale-argument-unknown]: unknown flag `--acept-dns` of `tailscale up`
    - accept-routes
#     ^^^^^^^^^^^^^ error[tailscale-argument-unknown]: expected a flag, found `accept-routes`
    - --hostname x
#     ^^^^^^^^^^^^ error[tailscale-argument-unknown]: `--hostname` and its value are one argument
    - -shields-up
#     ^^^^^^^^^^^ error[tailscale-argument-managed]: `-shields-up` blocks all connections to the machines through the tailnet
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

    #[test]
    fn switches_are_on_or_off() {
        check(
            r#"
tailscale: {authKey: {env: K}, admins: [ada@acme.dev], extraArgs: ["--accept-dns=no", "--accept-routes=true", "--exit-node=a"]}
#                                                                  ^^^^^^^^^^^^^^^^^ error[tailscale-argument-unknown]: expected `true` or `false` in `--accept-dns=no`, found `no`
#                                                                                                             ^^^^^^^^^^^^^^^ warning[tailscale-argument-managed]: `--exit-node` sends all traffic of the machines through a device of the tailnet
"#,
        );
    }
}
