//! See [`RULE`].

use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, lines, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;

declare_rule! {
    /// logrotate passes over a file in `/etc/logrotate.d`, or over a line of it.
    ///
    /// ## Why
    ///
    /// logrotate skips a whole section for an unknown word, a value that is no number or a brace that is not closed, with a line in the
    /// journal. The log grows until the disk is full.
    ///
    /// Source: logrotate(8); logrotate `config.c`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/logrotate.d/audit
    ///       content: |
    ///         /var/log/k3s-audit.log {
    ///           weakly
    ///           rotate 6
    ///         }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/logrotate.d/audit
    ///       content: |
    ///         /var/log/k3s-audit.log {
    ///           weekly
    ///           rotate 6
    ///         }
    /// ```
    "logrotate-file-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Directives of logrotate 3.21 and 3.22 (`config.c`).
const DIRECTIVES: [&str; 73] = [
    "addextension",
    "allowhardlink",
    "compress",
    "compresscmd",
    "compressext",
    "compressoptions",
    "copy",
    "copytruncate",
    "create",
    "createolddir",
    "daily",
    "dateext",
    "dateformat",
    "datehourago",
    "dateyesterday",
    "delaycompress",
    "endscript",
    "errors",
    "extension",
    "firstaction",
    "hourly",
    "ifempty",
    "ignoreduplicates",
    "include",
    "lastaction",
    "mail",
    "mailfirst",
    "maillast",
    "maxage",
    "maxsize",
    "minage",
    "minsize",
    "missingok",
    "monthly",
    "noallowhardlink",
    "nocompress",
    "nocopy",
    "nocopytruncate",
    "nocreate",
    "nocreateolddir",
    "nodateext",
    "nodatehourago",
    "nodateyesterday",
    "nodelaycompress",
    "noifempty",
    "noignoreduplicates",
    "nomail",
    "nomissingok",
    "noolddir",
    "norenamecopy",
    "nosharedscripts",
    "noshred",
    "notifempty",
    "olddir",
    "postrotate",
    "preremove",
    "prerotate",
    "renamecopy",
    "rotate",
    "sharedscripts",
    "shred",
    "shredcycles",
    "size",
    "start",
    "su",
    "tabooext",
    "taboopat",
    "uncompresscmd",
    "weekly",
    "yearly",
    "prehour",
    "noprehour",
    "norotate",
];

/// Those whose value is a whole number.
const NUMBERS: [&str; 5] = ["maxage", "minage", "rotate", "shredcycles", "start"];

/// Those that are followed by lines of a shell.
const SCRIPTS: [&str; 5] = [
    "firstaction",
    "lastaction",
    "postrotate",
    "preremove",
    "prerotate",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let files = config
        .files()
        .filter(|(path, _)| path.value.starts_with("/etc/logrotate.d/"));
    for (_, content) in files {
        let mut found = Vec::new();
        let mut in_script = false;
        let mut opened: Option<(usize, &str)> = None;
        for (at, line) in lines(content.value) {
            let text = line.split('#').next().unwrap_or(line);
            let mut words = text.split_whitespace();
            let Some(word) = words.next() else { continue };
            let place = |part: &str| at + (part.as_ptr() as usize - line.as_ptr() as usize);
            if in_script {
                in_script = word != "endscript";
                continue;
            }
            let opens = text.contains('{');
            if opens || word.starts_with(['/', '"', '\'', '}']) || word.contains('*') {
                if opens {
                    opened = Some((place(text.trim()), text.trim()));
                }
                if text.contains('}') {
                    opened = None;
                }
                continue;
            }
            in_script = SCRIPTS.contains(&word);
            // `key=value` is read as well.
            let name = word.split('=').next().unwrap_or(word);
            if !DIRECTIVES.contains(&name) {
                if let Some(near) = nearest(name, DIRECTIVES) {
                    found.push((
                        place(word),
                        word,
                        format!("logrotate has no directive `{word}`"),
                        format!("did you mean `{near}`?"),
                    ));
                }
                continue;
            }
            if let Some(value) = words
                .next()
                .filter(|value| NUMBERS.contains(&name) && value.parse::<i64>().is_err())
            {
                found.push((
                    place(value),
                    value,
                    format!("`{name}` requires a whole number, found `{value}`"),
                    format!("write `{name} 7`"),
                ));
            }
        }
        if let Some((at, part)) = opened {
            found.push((
                at,
                part,
                "this section is not closed".to_owned(),
                "add `}` behind its last line".to_owned(),
            ));
        }
        for (at, part, message, help) in found.into_iter().take(MOST_FAULTS) {
            let finding = report.found(place_in(report, &content, at, part), message);
            report.push(
                finding
                    .help(help)
                    .note("logrotate skips the section, and the log grows"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn sections_that_logrotate_skips() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/logrotate.d/audit
      content: |
        # the audit log
        /var/log/k3s-audit.log {
          weakly
#         ^^^^^^ warning[logrotate-file-invalid]: logrotate has no directive `weakly`
          rotate six
#                ^^^ warning[logrotate-file-invalid]: `rotate` requires a whole number, found `six`
          size 100M
          su root adm
          postrotate
            systemctl kill -s HUP rsyslog
          endscript
        }
        /var/log/a.log
        /var/log/b.log {
#       ^^^^^^^^^^^^^^^^ warning[logrotate-file-invalid]: this section is not closed
          daily
    - path: /etc/logrotate.d/short
      content: "/var/log/c.log { daily\n rotate=7\n }\n"
"#,
        );
    }
}
