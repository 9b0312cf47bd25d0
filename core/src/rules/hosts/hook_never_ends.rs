//! See [`RULE`].

use super::shell::{Command, place, place_of, read};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command waits for ever.
    ///
    /// ## Why
    ///
    /// The script is part of cloud-init's last stage, and of the machine's start. `cloud-init status --wait` waits for that stage
    /// to end, `systemctl is-system-running --wait` for the start to end: both for ever. `tail -f` and the like never end at all, nor does
    /// `while true` without a `break`. With `&` behind it a command is not waited for.
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

fn check(config: &Config, report: &mut Report<'_>) {
    for item in config.hooks() {
        let script = read(&item.value.0);
        let endless = script
            .commands
            .iter()
            .find(|command| !command.in_background && never_ends(command));
        let finding = if let Some(command) = endless {
            report
                .found(
                    place(report, item, command),
                    format!("`{}` never ends here", command.words.join(" ")),
                )
                .help("leave it out")
        } else if let Some(at) = script.endless.first() {
            let word = item.value.0[*at..].split_whitespace().next().unwrap_or_default();
            report
                .found(place_of(report, item, *at, word), "nothing ends this loop")
                .help("count its turns, and `break` or `exit 1` after the last")
        } else {
            continue;
        };
        report.push(finding.note(
            "the machine waits at it for ever: this runs within cloud-init and within the machine's start",
        ));
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
    fn what_waits_for_itself() {
        check(
            r"
cloudInit:
  beforeK3s: [cloud-init status --wait, cloud-init status]
#             ^^^^^^^^^^ error[hook-never-ends]: `cloud-init status --wait` never ends here
  afterK3s: [journalctl -f -u k3s, sleep infinity &]
#            ^^^^^^^^^^ error[hook-never-ends]: `journalctl -f -u k3s` never ends here
",
        );
        check(
            r"
cloudInit:
  afterK3s:
    - |
      until kubectl get nodes; do sleep 5; done
      while true; do
#     ^^^^^ error[hook-never-ends]: Nothing ends this loop
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
