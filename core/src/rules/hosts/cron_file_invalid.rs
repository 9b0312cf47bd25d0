//! See [`RULE`].

use super::shell::place_in;
use crate::facts::cron;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// cron passes over a line in `/etc/cron.d`.
    ///
    /// ## Why
    ///
    /// A line in `/etc/cron.d` has five fields of time, the user, and the command. cron refuses the whole file for a wrong time, with a line in
    /// its log; without the user, the first word of the command is taken for one.
    ///
    /// Source: crontab(5) of Debian's cron.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/cron.d/prune, content: 0 4 * * * /usr/local/bin/prune}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/cron.d/prune, content: 0 4 * * * root /usr/local/bin/prune}]}
    /// ```
    "cron-file-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// The folder whose files have the field of a user.
const FOLDER: &str = "/etc/cron.d/";

/// Fields of time.
const TIMES: usize = 5;

fn check(config: &Config, report: &mut Report<'_>) {
    for (_, content) in config.files().filter(|(path, _)| path.value.starts_with(FOLDER)) {
        let mut at = 0;
        for line in content.value.split('\n') {
            line_of(&content, at, line, report);
            at += line.len() + 1;
        }
    }
}

fn line_of(content: &Spanned<&str>, at: usize, line: &str, report: &mut Report<'_>) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(first) = words.first() else { return };
    let sets = first.contains('=') || words.get(1).is_some_and(|word| word.starts_with('='));
    if first.starts_with('#') || sets {
        return;
    }
    let times = if first.starts_with('@') { 1 } else { TIMES };
    let place = |part: &str| place_in(report, content, at + line.find(part).unwrap_or_default(), part);
    let (Some(time), rest) = (words.get(..times), words.get(times..).unwrap_or_default()) else {
        let finding = report.found(
            place(line.trim()),
            "expected five fields of time, a user and a command",
        );
        report.push(finding.help("write `0 4 * * * root COMMAND`"));
        return;
    };
    let first_at = line.find(first).unwrap_or_default();
    let last = time.last().copied().unwrap_or_default();
    let end = rest
        .first()
        .and_then(|next| line.rfind(&format!(" {next}")))
        .unwrap_or(line.len());
    let written = line.get(first_at..end).unwrap_or(last).trim_end();
    let expression = time.join(" ");
    if *first != "@reboot"
        && let Some(why) = cron::mistake(&expression)
    {
        // Sunday is 7 as well, which Kubernetes does not have.
        if !(last == "7" && times == TIMES) {
            let finding = report.found(place(written), format!("invalid time `{expression}`: {why}"));
            report.push(
                finding
                    .help("write minute, hour, day, month and weekday")
                    .note("cron ignores the file"),
            );
        }
        return;
    }
    match rest {
        [] => {}
        [user, ..] if user.contains(['/', '=', '$', '"', '\'']) => {
            let finding = report.found(place(user), format!("expected a user, found `{user}`"));
            report.push(
                finding
                    .help(format!("write `{expression} root {user} …`"))
                    .note("cron runs nothing"),
            );
        }
        [user] => {
            let finding = report.found(
                place(user),
                format!("`{user}` is the user, and there is no command"),
            );
            report.push(
                finding
                    .help(format!("write `{expression} root {user}`"))
                    .note("cron runs nothing"),
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_cron_does_not_run() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/cron.d/prune
      content: |
        # every night
        PATH=/usr/local/bin:/usr/bin
        0 4 * * * /usr/local/bin/prune --all
#                 ^^^^^^^^^^^^^^^^^^^^ warning[cron-file-invalid]: expected a user, found `/usr/local/bin/prune`
        61 4 * * * root prune
#       ^^^^^^^^^^ warning[cron-file-invalid]: invalid time `61 4 * * *`: invalid minute `61`, expected 0-59
        */5 * * * * root prune
        30 3 * * 7 root prune
        @reboot root prune
        0 4 * * * prune
#                 ^^^^^ warning[cron-file-invalid]: `prune` is the user, and there is no command
"#,
        );
    }
}
