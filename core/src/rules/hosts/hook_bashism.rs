//! See [`RULE`].

use super::shell::{Command, place};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command uses bash syntax, but hooks run in `sh`.
    ///
    /// ## Why
    ///
    /// On Debian and Ubuntu `sh` is dash, which supports neither `[[` nor `source`, and exits on `set -o pipefail`. The line works
    /// in a terminal because that runs bash. Pass bash scripts to `bash`.
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

/// bash keywords and builtins that dash does not have, each with its replacement.
const FOREIGN: [(&str, &str); 9] = [
    ("[[", "use `[ … ]`, with `=` in place of `==`"),
    ("source", "use `.` and the file's path"),
    ("declare", "only assign the variable"),
    ("typeset", "only assign the variable"),
    ("let", "use `name=$((…))`"),
    ("function", "use `name() { …; }`"),
    ("pushd", "use `cd`, in a subshell if needed"),
    ("popd", "use `cd`, in a subshell if needed"),
    ("shopt", "remove it"),
];

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let all = hook.commands();
        let found = all
            .iter()
            .find_map(|command| foreign(command).map(|found| (command, found)));
        let Some((command, (what, help))) = found else {
            continue;
        };
        let finding = report
            .found(
                place(report, hook, command),
                format!("`{what}` requires bash, but hooks run in `sh`"),
            )
            .help(format!("{help}, or run the script with `bash -c`"));
        report.push(finding.note("on Debian and Ubuntu `sh` is dash, and the script fails there"));
    }
}

/// What of a command only bash has, and what to use instead.
pub(super) fn foreign<'c>(command: &Command<'c>) -> Option<(&'c str, &'static str)> {
    let first = command.words.first()?;
    if let Some((_, help)) = FOREIGN.iter().find(|(word, _)| word == first) {
        return Some((first, help));
    }
    if *first == "set" && command.has(&["pipefail"]) {
        return Some(("pipefail", "remove it, or check each command's exit status"));
    }
    (matches!(*first, "[" | "test") && command.has(&["=="])).then_some(("==", "use `=`"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn words_of_bash() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - if [[ -f /x ]]; then echo x; fi
#        ^^ error[hook-bashism]: `[[` requires bash, but hooks run in `sh`
    - set -euo pipefail
#     ^^^ error[hook-bashism]: `pipefail` requires bash, but hooks run in `sh`
    - |
      . /etc/os-release
      test "$ID" == debian
#     ^^^^ error[hook-bashism]: `==` requires bash, but hooks run in `sh`
    - bash -c '[[ -f /x ]] && source /x'
    - echo "[[ x ]]"
"#,
        );
    }
}
