//! See [`RULE`].

use super::shell::place;
use super::units::units;
use crate::model::{Config, ExtraFile};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// A command is a file that nobody may execute.
    ///
    /// ## Why
    ///
    /// A file of `cloudInit.files` has the mode `0644` unless `mode` says otherwise. The shell answers `Permission denied`, and the script
    /// ends there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /usr/local/bin/disks, content: "#!/bin/sh"}]
    ///   beforeK3s: [/usr/local/bin/disks]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /usr/local/bin/disks, mode: "0755", content: "#!/bin/sh"}]
    ///   beforeK3s: [/usr/local/bin/disks]
    /// ```
    "extra-file-not-executable", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// The bits of a mode by which anybody may execute a file.
const EXECUTE: u32 = 0o111;

/// What follows where a command runs it.
const OF_SHELL: &str = "the shell answers `Permission denied`, and the script ends there";

/// What follows where a unit starts it.
const OF_UNITS: &str = "systemd cannot execute it, and the unit fails with 203/EXEC";

fn check(config: &Config, report: &mut Report<'_>) {
    let mut files = config
        .extra_files()
        .filter(|file| !is_executable(file))
        .peekable();
    if files.peek().is_none() {
        return;
    }
    let mut started: BTreeMap<&str, Span> = BTreeMap::new();
    for unit in units(config) {
        for (at, program) in unit.programs() {
            started
                .entry(program)
                .or_insert_with(|| unit.place(report, at, program));
        }
    }
    let mut called: BTreeMap<&str, Span> = BTreeMap::new();
    for hook in report.hooks() {
        for command in hook.commands() {
            if let Some(program) = command.words.first() {
                called
                    .entry(*program)
                    .or_insert_with(|| place(report, hook, command));
            }
        }
    }
    let modes: Vec<&str> = config
        .hooks()
        .map(|item| item.value.0.as_str())
        .filter(|script| script.contains("chmod"))
        .collect();
    for file in files {
        let Some(path) = file.path.spanned() else {
            continue;
        };
        let at = file.mode.span().unwrap_or(path.span);
        let of = |programs: &BTreeMap<&str, Span>, note| Some((*programs.get(path.value.as_str())?, note));
        let call = of(&called, OF_SHELL).or_else(|| of(&started, OF_UNITS));
        // A command that gives it the permission names it too.
        let is_given = modes.iter().any(|script| script.contains(path.value.as_str()));
        if let Some((call, note)) = call.filter(|_| !is_given) {
            let finding = report
                .found(at, format!("`{}` cannot be executed", path.value))
                .and(call, "executed here")
                .help("set `mode: \"0755\"`");
            report.push(finding.note(note));
        }
    }
}

/// Whether the file may be executed, or its mode is unknown.
fn is_executable(file: &ExtraFile) -> bool {
    match file.mode.get() {
        Some(mode) => u32::from_str_radix(mode, 8).is_ok_and(|bits| bits & EXECUTE != 0),
        None => file.mode.is_written(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn called_but_not_executable() {
        check(
            r##"
cloudInit:
  files:
    - {path: /usr/local/bin/disks, content: "#!/bin/sh"}
#            ^^^^^^^^^^^^^^^^^^^^ error[extra-file-not-executable]: `/usr/local/bin/disks` cannot be executed
    - {path: /usr/local/bin/nics, mode: "0600", content: "#!/bin/sh"}
#                                       ^^^^^^ error[extra-file-not-executable]: `/usr/local/bin/nics` cannot be executed
    - {path: /usr/local/bin/read, content: "#!/bin/sh"}
    - {path: /usr/local/bin/fine, mode: "0755", content: "#!/bin/sh"}
    - {path: /usr/local/bin/fan, mode: "0644", content: "#!/bin/sh"}
#                                      ^^^^^^ error[extra-file-not-executable]: `/usr/local/bin/fan` cannot be executed
    - {path: /etc/systemd/system/fan.service, content: "[Service]\nExecStart=-/usr/local/bin/fan --quiet"}
  beforeK3s: [/usr/local/bin/disks, /usr/local/bin/nics -v, sh /usr/local/bin/read, /usr/local/bin/fine]
"##,
        );
    }
}
