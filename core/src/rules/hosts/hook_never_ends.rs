//! See [`RULE`].

use super::shell::{Command, place, place_of};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command in a hook never returns.
    ///
    /// ## Why
    ///
    /// The script is part of cloud-init's last stage and of the boot. `cloud-init status --wait` waits for that stage to end and
    /// `systemctl is-system-running --wait` for the boot to end, so both wait forever. `tail -f` and the like never end either, nor
    /// does `while true` without a `break`. A command with `&` runs in the background.
    ///
    /// Source: cloud-init docs, "cloud-init status"; systemd docs, systemctl(1), `is-system-running`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [cloud-init status --wait]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [apt-get install -y open-iscsi]}
    /// ```
    "hook-never-ends", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let script = &hook.script;
        let endless = script
            .commands
            .iter()
            .find(|command| !command.in_background && never_ends(command));
        let finding = if let Some(command) = endless {
            report
                .found(
                    place(report, hook, command),
                    format!("`{}` never returns in a hook", command.words.join(" ")),
                )
                .help("remove it")
        } else if let Some(at) = script.endless.first() {
            let word = hook.text()[*at..].split_whitespace().next().unwrap_or_default();
            report
                .found(place_of(report, hook.item, *at, word), "endless loop in a hook")
                .help("limit the number of iterations, then `break` or `exit 1`")
        } else {
            continue;
        };
        report.push(finding.note("hooks run within cloud-init and the boot, so the machine waits forever"));
    }
}

fn never_ends(command: &Command<'_>) -> bool {
    let waits = command.runs(&["cloud-init", "status"]) && command.has(&["--wait", "-w"]);
    let starts = command.runs(&["systemctl", "is-system-running"]) && command.has(&["--wait"]);
    let follows = command.runs(&["tail"]) && command.has(&["-f", "-F", "--follow"])
        || command.runs(&["journalctl"]) && command.has(&["-f", "--follow"]);
    waits || starts || follows || command.runs(&["sleep", "infinity"])
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn commands_that_never_return() {
        check(
            r"
cloudInit:
  beforeK3s: [cloud-init status --wait, cloud-init status]
#             ^^^^^^^^^^ error[hook-never-ends]: `cloud-init status --wait` never returns in a hook
  afterK3s: [journalctl -f -u k3s, sleep infinity &]
#            ^^^^^^^^^^ error[hook-never-ends]: `journalctl -f -u k3s` never returns in a hook
",
        );
        check(
            r"
cloudInit:
  afterK3s:
    - |
      until kubectl get nodes; do sleep 5; done
      while true; do
#     ^^^^^ error[hook-never-ends]: endless loop in a hook
        if ping -c 1 10.2.0.2; then continue; fi
        sleep 5
      done
    - while :; do if kubectl get nodes; then break; fi; sleep 5; done
    - (while true; do date; sleep 60; done) >/var/log/dates &
",
        );
        check(
            r#"
cloudInit: {afterK3s: [tail -n 5 /var/log/syslog]}
"#,
        );
    }
}
