//! See [`RULE`].

use super::shell::{Command, Dialect, place_of_word, read_as};
use crate::model::{Config, Spanned};
use crate::rules::contents::place_in;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;

declare_rule! {
    /// A script sets an option that its shell does not have, or names an interpreter that is not there.
    ///
    /// ## Why
    ///
    /// The shell refuses an unknown option and, with `set -e`, ends there. `set -eu pipefail` sets no option: the word becomes the first
    /// parameter. A script whose interpreter is not there is not started at all.
    ///
    /// Source: bash(1), "SHELL BUILTIN COMMANDS", `set` and `shopt`; dash(1); execve(2).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /usr/local/bin/disks
    ///       mode: "0755"
    ///       content: |
    ///         #!/bin/bash
    ///         set -euo pipefial
    ///         lsblk
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
    ///         #!/bin/bash
    ///         set -euo pipefail
    ///         lsblk
    /// ```
    "script-option-unknown", Error, since "0.1.0", fix None, suppressible, Reads::Model(check),
        silences super::script_syntax::RULE.rule, super::hook_bashism::RULE.rule
}

/// Options of `set -o` in bash; dash has some of them.
const OPTIONS: [&str; 28] = [
    "allexport",
    "braceexpand",
    "emacs",
    "errexit",
    "errtrace",
    "functrace",
    "hashall",
    "histexpand",
    "history",
    "ignoreeof",
    "interactive-comments",
    "keyword",
    "monitor",
    "noclobber",
    "noexec",
    "noglob",
    "nolog",
    "notify",
    "nounset",
    "onecmd",
    "physical",
    "pipefail",
    "posix",
    "privileged",
    "verbose",
    "vi",
    "xtrace",
    "stdin",
];

/// Options of bash's `shopt`.
const SHOPTS: [&str; 30] = [
    "autocd",
    "cdspell",
    "checkhash",
    "checkjobs",
    "checkwinsize",
    "cmdhist",
    "compat44",
    "direxpand",
    "dirspell",
    "dotglob",
    "execfail",
    "expand_aliases",
    "extdebug",
    "extglob",
    "extquote",
    "failglob",
    "force_fignore",
    "globasciiranges",
    "globskipdots",
    "globstar",
    "huponexit",
    "inherit_errexit",
    "lastpipe",
    "localvar_inherit",
    "nocaseglob",
    "nocasematch",
    "nullglob",
    "patsub_replacement",
    "sourcepath",
    "xpg_echo",
];

/// Interpreters that every machine has, by the paths that scripts name.
const INTERPRETERS: [&str; 9] = [
    "/bin/bash",
    "/bin/dash",
    "/bin/sh",
    "/usr/bin/bash",
    "/usr/bin/dash",
    "/usr/bin/env",
    "/usr/bin/perl",
    "/usr/bin/python3",
    "/usr/bin/sh",
];

fn check(config: &Config, report: &mut Report<'_>) {
    for (_, content) in config.files() {
        let Some(line) = content
            .value
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("#!"))
        else {
            continue;
        };
        let Some(program) = line.split_whitespace().next() else {
            continue;
        };
        if !INTERPRETERS.contains(&program) {
            let mut known = INTERPRETERS.into_iter();
            let near = known.find(|known| strsim::damerau_levenshtein(program, known) == 1);
            if let Some(near) = near.filter(|_| !is_written(config, program)) {
                let at = content.value.find(program).unwrap_or_default();
                let finding = report.found(
                    place_in(report, &content, at, program),
                    format!("no machine has the interpreter `{program}`"),
                );
                report.push(
                    finding
                        .help(format!("did you mean `{near}`?"))
                        .note("the script is not started"),
                );
            }
            continue;
        }
        let dialect = match line.rsplit(['/', ' ']).next() {
            Some("bash") => Dialect::Bash,
            Some("sh" | "dash") => Dialect::Posix,
            _ => continue,
        };
        for command in read_as(content.value, dialect).commands {
            option(&content, &command, report);
        }
    }
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        for command in hook.commands() {
            option(&text, command, report);
        }
    }
}

fn is_written(config: &Config, path: &str) -> bool {
    config.file_paths().any(|file| file.value == path)
}

fn option(text: &Spanned<&str>, command: &Command<'_>, report: &mut Report<'_>) {
    let (program, arguments) = match command.words.split_first() {
        Some((program @ (&"set" | &"shopt"), arguments)) => (*program, arguments),
        _ => return,
    };
    let mut words = arguments.iter().peekable();
    let Some(flags) = words
        .next()
        .filter(|flags| flags.starts_with(['-', '+']) && **flags != "--")
    else {
        return;
    };
    let known: &[&'static str] = if program == "shopt" { &SHOPTS } else { &OPTIONS };
    let takes = program == "shopt" || flags.ends_with('o');
    let Some(name) = words.next() else { return };
    if name.contains(['$', '"', '\'']) || name.starts_with(['-', '+']) {
        return;
    }
    let (message, help) = if !takes {
        // Parameters are set that way as well, but not by the name of an option.
        if !OPTIONS.contains(name) {
            return;
        }
        (
            format!("`{name}` is a parameter here, not an option"),
            format!("use `set {flags}o {name}`"),
        )
    } else if known.contains(name) {
        return;
    } else {
        match nearest(name, known.iter().copied()) {
            Some(near) => (
                format!("unknown option `{name}` of `{program}`"),
                format!("did you mean `{near}`?"),
            ),
            None => return,
        }
    };
    let finding = report.found(place_of_word(report, text, command, name), message);
    report.push(
        finding
            .help(help)
            .note("the script does not run as it is meant to"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn options_and_interpreters() {
        check(
            r"
cloudInit:
  files:
    - path: /usr/local/bin/a
      content: |
        #!/bin/bash
        set -euo pipefial
#                ^^^^^^^^ error[script-option-unknown]: unknown option `pipefial` of `set`
        shopt -s nullglobs
#                ^^^^^^^^^ error[script-option-unknown]: unknown option `nullglobs` of `shopt`
        shopt -s globstar
        set -- a b
        set -x
        set -e -- pipefail
    - path: /usr/local/bin/b
      content: |
        #!/bin/sh
        set -eu pipefail
#               ^^^^^^^^ error[script-option-unknown]: `pipefail` is a parameter here, not an option
    - path: /usr/local/bin/c
      content: |
        #!/bin/bsah
#         ^^^^^^^^^ error[script-option-unknown]: no machine has the interpreter `/bin/bsah`
        true
    - path: /usr/local/bin/d
      content: |
        #!/usr/bin/python3
        set -o pipefial
    - path: /usr/local/bin/e
      content: |
        #!/usr/sbin/nft -f
        flush chain inet acme input
  beforeK3s:
    - set -o noclober; true
#            ^^^^^^^^ error[script-option-unknown]: unknown option `noclober` of `set`
",
        );
    }
}
