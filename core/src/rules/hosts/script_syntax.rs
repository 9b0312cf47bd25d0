//! See [`RULE`].

use super::hook_bashism::foreign;
use super::shell::{Command, Fault, place_in, place_of_word, read, report_open_brackets};
use crate::model::{Config, Spanned};
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

/// What only bash reads: a script with it may be right where the reader, which is one of POSIX, is lost.
const OF_BASH: [&str; 8] = ["[[", "((", "<(", ">(", "=(", "<<<", "function ", "&>"];

fn check(config: &Config, report: &mut Report<'_>) {
    for (_, content) in config.files() {
        let of_posix = match shell(content.value) {
            Some("sh" | "dash") => true,
            Some("bash") => false,
            _ => continue,
        };
        let script = read(content.value);
        report_open_brackets(&content, &script.commands, "the test fails there", report);
        match &script.fault {
            Some(_) if !of_posix && OF_BASH.iter().any(|word| content.value.contains(word)) => {}
            Some(fault) => syntax(&content, fault, report),
            None if of_posix => bashisms(&content, &script.commands, report),
            None => {}
        }
    }
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

fn syntax(content: &Spanned<&str>, fault: &Fault, report: &mut Report<'_>) {
    let finding = report
        .found(
            place_in(report, content, fault.at, &fault.token),
            format!("shell syntax error: `{}` {}", fault.token, fault.why),
        )
        .help("fix the syntax; `sh -n` reads a script without running it");
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
"#,
        );
    }
}
