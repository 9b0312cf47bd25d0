//! See [`RULE`].

use super::shell::{Command, place};
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command reboots or stops the machine during its setup.
    ///
    /// ## Why
    ///
    /// cloud-init runs the script once per machine and not again after a reboot. In `beforeK3s`, k3s is then never installed. In
    /// `afterK3s` it is a warning: later commands never run, and the status file never reports the setup as done.
    ///
    /// Source: cloud-init docs, "Module frequency", `scripts_user`; docs/artifacts.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [apt-get install -y linux-image-generic, reboot]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [apt-get install -y open-iscsi]}
    /// ```
    "hook-reboots", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let Some(command) = hook.commands().iter().find(|command| stops(command)) else {
            continue;
        };
        let what = command.words.first().copied().unwrap_or_default();
        let mut finding = report.found(
            place(report, hook, command),
            format!("`{what}` interrupts the machine's setup"),
        );
        finding = match hook.is_early {
            true => finding
                .help("remove it, and put changes that require a reboot into the machine image")
                .note("cloud-init does not run the script again after a reboot, so k3s is never installed"),
            false => {
                finding.severity = Severity::Warning;
                finding
                    .help("remove it, or reboot later with `systemd-run --on-active=60 systemctl reboot`")
                    .note("later commands never run, and the machine never reports its setup as done")
            }
        };
        report.push(finding);
    }
}

fn stops(command: &Command<'_>) -> bool {
    const PROGRAMS: [&str; 4] = ["reboot", "shutdown", "poweroff", "halt"];
    let program = command
        .words
        .first()
        .map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    let by_systemd = command.runs(&["systemctl"]) && command.has(&["reboot", "poweroff", "halt", "kexec"]);
    PROGRAMS.contains(&program) || by_systemd || command.runs(&["init", "6"]) || command.runs(&["init", "0"])
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn before_and_after() {
        check(
            r"
cloudInit:
  beforeK3s: [reboot, echo reboot]
#             ^^^^^^ error[hook-reboots]: `reboot` interrupts the machine's setup
  afterK3s: [sleep 1; /sbin/shutdown -r now]
#                     ^^^^^^^^^^^^^^ warning[hook-reboots]: `/sbin/shutdown` interrupts the machine's setup
",
        );
        check(
            r#"
cloudInit: {afterK3s: [systemd-run --on-active=60 systemctl reboot]}
"#,
        );
    }
}
