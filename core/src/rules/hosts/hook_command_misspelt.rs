//! See [`RULE`].

use super::shell::place;
use crate::facts::hosts::COMMANDS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command has nearly the name of one that every machine has.
    ///
    /// ## Why
    ///
    /// A hook stops at its first command that fails, and the shell knows none of that name. Names that are written by the same hooks or
    /// files are not reported.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [sytemctl restart chrony]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [systemctl restart chrony]}
    /// ```
    "hook-command-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

const NOTE: &str = "the hook stops there, and with it the machine's setup";

/// Whether it is long enough for a slip, and what a program may be called.
fn is_plain(name: &str) -> bool {
    name.len() >= SHORTEST && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// A letter more or less of a shorter name is another program.
const SHORTEST: usize = 5;

fn check(config: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let all = hook.commands();
        for command in all {
            let Some(name) = command.words.first().copied() else {
                continue;
            };
            if !is_plain(name) || COMMANDS.contains(&name) || is_made(config, hook.text(), name) {
                continue;
            }
            let mut known = COMMANDS.iter();
            let Some(near) = known.find(|known| strsim::damerau_levenshtein(name, known) == 1) else {
                continue;
            };
            let finding = report.found(place(report, hook, command), format!("unknown command `{name}`"));
            report.push(finding.help(format!("did you mean `{near}`?")).note(NOTE));
        }
    }
}

/// Whether the hook or a file brings a program or function of that name.
fn is_made(config: &Config, hook: &str, name: &str) -> bool {
    let uses = hook.matches(name).count();
    let mut paths = config
        .files()
        .map(|(path, _)| path.value.rsplit('/').next().unwrap_or_default());
    let packages = config.packages();
    let mut packages = packages.map(|package| package.value.as_str());
    uses > 1 || paths.any(|file| file == name) || packages.any(|package| package.contains(name))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn near_to_what_every_machine_has() {
        check(
            r"
cloudInit:
  beforeK3s:
    - sytemctl restart chrony
#     ^^^^^^^^ warning[hook-command-misspelt]: unknown command `sytemctl`
    - modprbe br_netfilter
#     ^^^^^^^ warning[hook-command-misspelt]: unknown command `modprbe`
    - systemctl restart chrony
    - backup /srv
    - chowns() { chown root /srv; }; chowns
",
        );
    }
}
