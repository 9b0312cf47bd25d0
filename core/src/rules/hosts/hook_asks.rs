//! See [`RULE`].

use super::shell::{Command, place};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command may prompt for confirmation.
    ///
    /// ## Why
    ///
    /// `apt-get` prompts before it installs more than the packages named. Without a terminal it takes the missing answer as a no
    /// and fails, the script fails with it, and the machine never becomes a node. List permanent packages in `cloudInit.packages`
    /// instead. `read -p` fails there as well.
    ///
    /// Source: apt-get(8), `--yes`; the scripts run with `set -eu`, docs/artifacts.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [apt-get install open-iscsi]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [apt-get install -y open-iscsi]}
    /// ```
    "hook-asks", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let Some(command) = hook.commands().iter().find(|command| asks(command)) else {
            continue;
        };
        let finding = report
            .found(
                place(report, hook, command),
                match command.runs(&["read"]) {
                    true => "`read` waits for an answer".to_owned(),
                    false => format!("`{}` may prompt for confirmation", command.words.join(" ")),
                },
            )
            .help(match command.runs(&["read"]) {
                true => "remove it: nobody can answer",
                false => "add `-y`, or list the packages in `cloudInit.packages`",
            });
        report
            .push(finding.note("without a terminal the prompt fails, and the machine never becomes a node"));
    }
}

fn asks(command: &Command<'_>) -> bool {
    const ACTIONS: [&str; 8] = [
        "install",
        "upgrade",
        "full-upgrade",
        "dist-upgrade",
        "remove",
        "purge",
        "autoremove",
        "build-dep",
    ];
    let apt = command.runs(&["apt-get"]) || command.runs(&["apt"]);
    let yes = |word: &&str| {
        let short =
            word.starts_with('-') && !word.starts_with("--") && (word.contains('y') || word.contains("qq"));
        short
            || matches!(
                *word,
                "--yes" | "--assume-yes" | "--assume-no" | "--dry-run" | "-s"
            )
    };
    // `read -p` shows a prompt; a plain `read` may read a pipe or a file.
    let from_file = command.words.iter().any(|word| word.contains('<'));
    let prompts = command.runs(&["read"]) && command.words.iter().any(|word| word.starts_with("-p"));
    prompts && !from_file || apt && command.has(&ACTIONS) && !command.words.iter().any(yes)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn apt_without_yes() {
        check(
            r"
cloudInit:
  beforeK3s: [apt-get install open-iscsi, apt-get -y install x, apt-get update, DEBIAN_FRONTEND=noninteractive apt-get install -qqy x]
#             ^^^^^^^ warning[hook-asks]: `apt-get install open-iscsi` may prompt for confirmation
",
        );
    }

    #[test]
    fn a_prompt_of_the_shell() {
        check(
            r#"
cloudInit:
  beforeK3s: ["read -p 'continue? ' x", "while read line; do echo $line; done < /etc/hosts"]
#              ^^^^ warning[hook-asks]: `read` waits for an answer
"#,
        );
    }
}
