//! See [`RULE`].

use super::shell::{Command, commands, place};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command is bash's, and hooks run in `sh`.
    ///
    /// ## Why
    ///
    /// `sh` is dash on Debian and Ubuntu. It knows neither `[[` nor `source`, and `set -o pipefail` ends the script. On one's own machine
    /// the line works, since a terminal runs bash. A script for bash is one that bash is given.
    ///
    /// Source: Ubuntu wiki, "DashAsBinSh"; dash(1), "Builtins".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["[[ -e /dev/sdb ]] && mkfs.ext4 /dev/sdb"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["[ ! -e /dev/sdb ] || mkfs.ext4 /dev/sdb"]}
    /// ```
    "hook-bashism", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Words of bash's that dash takes for a program that is not there, each with what to write instead.
const FOREIGN: [(&str, &str); 9] = [
    ("[[", "write `[ … ]`, with `=` instead of `==`"),
    ("source", "write `.` and the file's path"),
    ("declare", "assign the variable alone"),
    ("typeset", "assign the variable alone"),
    ("let", "write `name=$((…))`"),
    ("function", "write `name() { …; }`"),
    ("pushd", "write `cd`, in parentheses where it is to end"),
    ("popd", "write `cd`, in parentheses where it is to end"),
    ("shopt", "leave it out"),
];

fn check(config: &Config, report: &mut Report<'_>) {
    for item in config.hooks() {
        let all = commands(&item.value.0);
        let found = all
            .iter()
            .find_map(|command| foreign(command).map(|found| (command, found)));
        let Some((command, (what, help))) = found else {
            continue;
        };
        let finding = report
            .found(
                place(report, item, command),
                format!("`{what}` is bash's, and this runs in `sh`"),
            )
            .help(format!("{help}; or give the script to `bash -c`"));
        report.push(finding.note("`sh` is dash on Debian and Ubuntu: the script ends there"));
    }
}

fn foreign<'c>(command: &Command<'c>) -> Option<(&'c str, &'static str)> {
    let first = command.words.first()?;
    if let Some((_, help)) = FOREIGN.iter().find(|(word, _)| word == first) {
        return Some((first, help));
    }
    if *first == "set" && command.has(&["pipefail"]) {
        return Some(("pipefail", "leave it out, or look at what each command returns"));
    }
    (matches!(*first, "[" | "test") && command.has(&["=="])).then_some(("==", "write `=`"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn words_that_dash_does_not_know() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - if [[ -f /x ]]; then echo x; fi
#        ^^ error[hook-bashism]: `[[` is bash's, and this runs in `sh`
    - set -euo pipefail
#     ^^^ error[hook-bashism]: `pipefail` is bash's, and this runs in `sh`
    - |
      . /etc/os-release
      test "$ID" == debian
#     ^^^^ error[hook-bashism]: `==` is bash's, and this runs in `sh`
    - bash -c '[[ -f /x ]] && source /x'
    - echo "[[ x ]]"
"#,
        );
    }
}
