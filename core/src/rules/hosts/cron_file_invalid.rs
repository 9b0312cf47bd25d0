//! See [`RULE`].

use crate::facts::cron;
use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, lines, place_in};
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
    let files = config.files().filter(|(path, _)| path.value.starts_with(FOLDER));
    for (_, content) in files {
        let faults = lines(content.value).filter_map(|(at, line)| fault(line).map(|fault| (at, line, fault)));
        for (at, line, fault) in faults.take(MOST_FAULTS) {
            let place = at + line.find(fault.part).unwrap_or_default();
            let span = place_in(report, &content, place, fault.part);
            let finding = report.found(span, fault.message).help(fault.help);
            report.push(finding.note(fault.note));
        }
    }
}

/// What is wrong with a line, and which part of it.
struct Fault<'l> {
    part: &'l str,
    message: String,
    help: String,
    note: &'static str,
}

fn fault(line: &str) -> Option<Fault<'_>> {
    const RUNS_NOTHING: &str = "cron runs nothing";
    let words: Vec<&str> = line.split_whitespace().collect();
    let first = words.first()?;
    let sets = first.contains('=') || words.get(1).is_some_and(|word| word.starts_with('='));
    if first.starts_with('#') || sets {
        return None;
    }
    let times = if first.starts_with('@') { 1 } else { TIMES };
    let (Some(time), rest) = (words.get(..times), words.get(times..).unwrap_or_default()) else {
        return Some(Fault {
            part: line.trim(),
            message: "expected five fields of time, a user and a command".to_owned(),
            help: "write `0 4 * * * root COMMAND`".to_owned(),
            note: RUNS_NOTHING,
        });
    };
    let expression = time.join(" ");
    // Sunday is 7 as well, which Kubernetes does not have.
    let judged = match time {
        [start @ .., day] if times == TIMES && day.split([',', '-']).any(|day| day == "7") => {
            [start, &["*"]].concat().join(" ")
        }
        _ => expression.clone(),
    };
    if *first != "@reboot"
        && let Some(why) = cron::mistake(&judged)
    {
        return Some(Fault {
            part: written(line, time.len()),
            message: format!("invalid time `{expression}`: {why}"),
            help: "write minute, hour, day, month and weekday".to_owned(),
            note: "cron ignores the file",
        });
    }
    match rest {
        [user, ..] if user.contains(['/', '=', '$', '"', '\'']) => Some(Fault {
            part: user,
            message: format!("expected a user, found `{user}`"),
            help: format!("write `{expression} root {user} …`"),
            note: RUNS_NOTHING,
        }),
        [user] => Some(Fault {
            part: user,
            message: format!("`{user}` is the user, and there is no command"),
            help: format!("write `{expression} root {user}`"),
            note: RUNS_NOTHING,
        }),
        _ => percent(line),
    }
}

/// A `%` in a command, behind which cron hands the rest to its standard input.
fn percent(line: &str) -> Option<Fault<'_>> {
    let at = line.match_indices('%').map(|(at, _)| at);
    let mut bare = at.filter(|at| !line[..*at].ends_with('\\'));
    let at = bare.next()?;
    Some(Fault {
        part: line.get(at..=at)?,
        message: "`%` is a new line in a crontab".to_owned(),
        help: "use `\\%`".to_owned(),
        note: "cron runs the command up to there, and gives it the rest as input",
    })
}

/// The first words of a line as they are written.
fn written(line: &str, words: usize) -> &str {
    let line = line.trim_start();
    let mut end = 0;
    for _ in 0..words {
        let rest = line.get(end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start().len();
        let word = rest.trim_start().find(char::is_whitespace);
        end += blanks + word.unwrap_or(rest.len() - blanks);
    }
    line.get(..end).unwrap_or(line)
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
        30 3 * * 5-7 root prune
        @daily root prune
        @reboot root prune
        0 4 * * * root prune > /var/log/prune-$(date +%F).log
#                                                     ^ warning[cron-file-invalid]: `%` is a new line in a crontab
        0 4 * * * root prune > /var/log/prune-$(date +\%F).log
        0 4 * * * prune
#                 ^^^^^ warning[cron-file-invalid]: `prune` is the user, and there is no command
"#,
        );
    }
}
