//! See [`RULE`].

use super::variables::{assigned, read};
use crate::model::{Config, Spanned};
use crate::rules::contents::{MOST_FAULTS, place_in};
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeSet;

declare_rule! {
    /// A script reads a variable that nothing sets, and sets one of nearly that name.
    ///
    /// ## Why
    ///
    /// The shell reads nothing, or ends the script where `set -u` is on.
    ///
    /// Source: POSIX, "Shell Command Language", "Parameter Expansion".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ['disk=/dev/sdb; mkfs.ext4 "$dsik"']}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ['disk=/dev/sdb; mkfs.ext4 "$disk"']}
    /// ```
    "script-variable-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// A letter more or less of a shorter name is another variable.
const SHORTEST: usize = 4;

fn check(config: &Config, report: &mut Report<'_>) {
    for (_, content) in config.files() {
        if content.value.starts_with("#!")
            && content
                .value
                .lines()
                .next()
                .is_some_and(|line| line.ends_with("sh"))
        {
            script(&content, &assigned(content.value), report);
        }
    }
    // All items of a list are one script.
    let hooks = || config.hooks().map(|item| item.with(item.value.0.as_str()));
    let set: BTreeSet<&str> = crate::sorted::set(hooks().flat_map(|hook| assigned(hook.value)));
    for hook in hooks() {
        script(&hook, &set, report);
    }
}

fn script(text: &Spanned<&str>, set: &BTreeSet<&str>, report: &mut Report<'_>) {
    let mut unset = read(text.value);
    unset.retain(|(_, name)| name.len() >= SHORTEST && !set.contains(name));
    // Names that are counted are alike.
    let digits = |name: &str| name.bytes().filter(u8::is_ascii_digit).count();
    for (at, name) in unset.into_iter().take(MOST_FAULTS) {
        let near = |known: &&&str| {
            known.len() >= SHORTEST
                && digits(known) == digits(name)
                && strsim::damerau_levenshtein(name, known) == 1
        };
        let Some(near) = set.iter().find(near) else {
            continue;
        };
        let finding = report.found(
            place_in(report, text, at, name),
            format!("variable `{name}` is never set"),
        );
        report.push(
            finding
                .help(format!("did you mean `{near}`?"))
                .note("the shell reads nothing there"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn variables_that_are_not_set() {
        check(
            r##"
cloudInit:
  files:
    - path: /usr/local/bin/disks
      content: |
        #!/bin/bash
        for folder in / /srv; do
          percent=$(df --output=pcent "$folder" | tail -n 1)
          echo "$folder is $pecent full in $HOSTNAME"
#                           ^^^^^^ warning[script-variable-misspelt]: variable `pecent` is never set
        done
    - {path: /etc/motd, content: "folder=1 $foldr"}
  beforeK3s:
    - TOKEN=$(curl -fsS http://169.254.169.254/token)
    - 'curl -H "token: $TOKNE" http://169.254.169.254/ "$PATH" "$disk"'
#                       ^^^^^ warning[script-variable-misspelt]: variable `TOKNE` is never set
"##,
        );
    }
}
