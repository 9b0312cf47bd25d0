//! See [`RULE`].

use super::shell::place;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command deletes what the machine consists of.
    ///
    /// ## Why
    ///
    /// A blank behind a slash makes two operands of a path: `rm -rf / var/tmp/x`. Hooks run as root on every machine, also on those that
    /// an autoscaler makes.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [rm -rf / var/tmp/cache]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [rm -rf /var/tmp/cache]}
    /// ```
    "hook-deletes-root", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Folders that no machine runs without.
const NEEDED: [&str; 12] = [
    "/", "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/root", "/sbin", "/usr", "/var", "/var/lib",
];

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        for command in hook.commands() {
            let mut operands = command.words.iter().skip(1).filter(|word| !word.starts_with('-'));
            let whole = |word: &&&str| {
                let path = word.trim_matches(['"', '\'']).trim_end_matches('*');
                let bare = path.trim_end_matches('/');
                path.starts_with('/') && NEEDED.contains(&if bare.is_empty() { "/" } else { bare })
            };
            let deep = command.words.iter().any(|word| is_recursive(word));
            let Some(folder) = operands.find(whole).filter(|_| deep && command.runs(&["rm"])) else {
                continue;
            };
            let finding = report.found(
                place(report, hook, command),
                format!("`{}` deletes `{folder}`", command.words.join(" ")),
            );
            report.push(finding.help("name the folder that is meant, without a blank in its path"));
        }
    }
}

fn is_recursive(word: &str) -> bool {
    let short = word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R']);
    short || word == "--recursive"
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn whole_folders() {
        check(
            r"
cloudInit:
  beforeK3s:
    - rm -rf / var/lib/x
#     ^^ error[hook-deletes-root]: `rm -rf / var/lib/x` deletes `/`
    - rm -r --force /etc/*
#     ^^ error[hook-deletes-root]: `rm -r --force /etc/*` deletes `/etc/*`
    - rm -rf /var/lib/x
    - rm -f /etc
",
        );
    }
}
