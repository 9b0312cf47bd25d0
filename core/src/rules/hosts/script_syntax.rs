//! See [`RULE`].

use super::hook_bashism::foreign;
use super::shell::{Command, Dialect, Fault, place_of_word, read_as, report_open_brackets};
use crate::model::{Config, Spanned};
use crate::rules::contents::place_in;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A script in a file has a syntax error, or requires another shell than its own.
    ///
    /// ## Why
    ///
    /// A file of `cloudInit.files` that starts with `#!/bin/sh` or `#!/bin/bash` is a script. It ends at the error, whenever it is run, on
    /// every machine. On Debian and Ubuntu `sh` is dash, which has no `[[`.
    ///
    /// Source: POSIX, "Shell Command Language", "Shell Grammar"; dash(1).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /usr/local/bin/disks
    ///       mode: "0755"
    ///       content: |
    ///         #!/bin/sh
    ///         if test -b /dev/sdb; then mkfs.ext4 /dev/sdb
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /usr/local/bin/disks
    ///       mode: "0755"
    ///       content: |
    ///         #!/bin/sh
    ///         if test -b /dev/sdb; then mkfs.ext4 /dev/sdb; fi
    /// ```
    "script-syntax", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (_, content) in config.files() {
        if let Some(line) = lost_interpreter(content.value) {
            let finding = report.found(
                place_in(report, &content, 0, line),
                format!("`{line}` names no interpreter: a script starts with `#!`"),
            );
            let finding = finding.help(format!("use `#!{}`", line.trim_start_matches(['#', '!', ' '])));
            report.push(finding.note("without it the kernel refuses the file, and systemd with it"));
            continue;
        }
        let dialect = match shell(content.value) {
            Some("sh" | "dash") => Dialect::Posix,
            Some("bash") => Dialect::Bash,
            _ => continue,
        };
        let script = read_as(content.value, dialect);
        report_open_brackets(&content, &script.commands, "the test fails there", report);
        match &script.fault {
            Some(fault) => syntax(&content, fault, dialect, report),
            None if dialect == Dialect::Posix => bashisms(&content, &script.commands, report),
            None => {}
        }
    }
}

/// A first line that looks like the one that names the interpreter, but is a comment or a command.
fn lost_interpreter(text: &str) -> Option<&str> {
    let line = text.lines().next()?.trim_end();
    let path = line.trim_start_matches(['#', '!', ' ']);
    let named = ["/bin/", "/usr/bin/", "/usr/local/bin/"];
    let marked = line.starts_with('#') || line.starts_with('!');
    (marked && !line.starts_with("#!") && named.iter().any(|folder| path.starts_with(folder))).then_some(line)
}

/// The name of the shell that a script is for.
fn shell(text: &str) -> Option<&str> {
    let mut words = text.lines().next()?.strip_prefix("#!")?.split_whitespace();
    let program = words.next()?;
    let program = if program.ends_with("/env") {
        words.next()?
    } else {
        program
    };
    program.rsplit('/').next()
}

/// Reports the first command that `sh` does not have.
fn bashisms(content: &Spanned<&str>, commands: &[Command<'_>], report: &mut Report<'_>) {
    let found = commands
        .iter()
        .find_map(|command| foreign(command).map(|found| (command, found)));
    if let Some((command, (what, help))) = found {
        let finding = report
            .found(
                place_of_word(report, content, command, what),
                format!("`{what}` requires bash, but the script is for `sh`"),
            )
            .help(format!("{help}, or start the script with `#!/bin/bash`"));
        report.push(finding.note("on Debian and Ubuntu `sh` is dash, and the script fails there"));
    }
}

fn syntax(content: &Spanned<&str>, fault: &Fault, dialect: Dialect, report: &mut Report<'_>) {
    let shell = match dialect {
        Dialect::Posix => "sh",
        Dialect::Bash => "bash",
    };
    let finding = report
        .found(
            place_in(report, content, fault.at, &fault.token),
            format!("shell syntax error: `{}` {}", fault.token, fault.why),
        )
        .help(format!(
            "fix the syntax; `{shell} -n` reads a script without running it"
        ));
    report.push(finding.note("the script ends there"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn scripts_of_both_shells() {
        check(
            r#"
cloudInit:
  files:
    - path: /usr/local/bin/a
      content: |
        #!/bin/sh
        if [ -e /dev/sdb ]; then
#       ^^ error[script-syntax]: shell syntax error: `if` is not closed with `fi`
          mkfs.ext4 /dev/sdb
    - path: /usr/local/bin/b
      content: |
        #!/bin/sh
        set -eu
        [[ -d /sys/class/net ]]
#       ^^ error[script-syntax]: `[[` requires bash, but the script is for `sh`
    - path: /usr/local/bin/c
      content: |
        #!/usr/bin/env bash
        nics=(a b)
        [[ -d /sys ]] && for nic in "${nics[@]}"; do :; done
    - {path: /etc/motd, content: "if only"}
    - path: /usr/local/bin/d
      content: |
        #!/bin/bash
        if [ -b "$dev"]; then mkfs.ext4 "$dev"; fi
#                ^^^^^^ error[script-syntax]: `$dev"]` has no space before `]`
    - path: /usr/local/bin/e
      content: |
        #!/bin/bash
        if (( $(nproc) > 4 ); then echo big; fi
#          ^^ error[script-syntax]: shell syntax error: `((` is not closed with `))`
    - path: /usr/local/bin/f
      content: |
        #!/bin/bash
        disks=(/dev/sd?)
        for disk in "${disks[@]}"; do
#       ^^^ error[script-syntax]: shell syntax error: `for` is not closed with `done`
          [[ -b $disk ]] && wipefs -a "$disk"
        end
    - path: /usr/local/bin/g
      content: |
        #/bin/sh
#       ^^^^^^^^ error[script-syntax]: `#/bin/sh` names no interpreter: a script starts with `#!`
        reboot
    - path: /usr/local/bin/h
      content: |
        #!/bin/sh
        for folder of /srv /var; do df "$folder"; done
#                  ^^ error[script-syntax]: shell syntax error: `of` found where `for` expects `in`
    - path: /usr/local/bin/j
      content: |
        #!/bin/sh
        if [ "$1" > 85 ]; then exit 1; fi
#                 ^ error[script-syntax]: `>` is a redirection here: use `-lt` or `-gt` to compare numbers
    - path: /usr/local/bin/i
      content: |
        #!/bin/bash
        [[-b /dev/sdb ]] && mkfs.ext4 /dev/sdb
#       ^^^^ error[script-syntax]: `[[-b` has no space after `[[`
"#,
        );
    }
}
