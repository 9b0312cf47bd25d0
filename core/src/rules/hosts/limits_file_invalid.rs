//! See [`RULE`].

use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, lines, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::{nearest, or, quoted};
use std::collections::BTreeMap;

declare_rule! {
    /// A line in `/etc/security/limits.d` sets nothing, or a soft limit above the hard one.
    ///
    /// ## Why
    ///
    /// A line has a domain, `soft`, `hard` or `-`, an item and a value. pam_limits passes over everything else with a line in the log, and
    /// cuts a soft limit to the hard one. These limits are for logins only: units have `LimitNOFILE=`.
    ///
    /// Source: limits.conf(5), pam_limits(8).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/security/limits.d/20-acme.conf, content: "* hard nofiles 131072"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/security/limits.d/20-acme.conf, content: "* hard nofile 131072"}]}
    /// ```
    "limits-file-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Items that can be limited (limits.conf(5)).
const ITEMS: [&str; 20] = [
    "as",
    "chroot",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "maxlogins",
    "maxsyslogins",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nonewprivs",
    "nproc",
    "priority",
    "rss",
    "rtprio",
    "sigpending",
    "stack",
];

/// Values without a limit.
const WITHOUT: [&str; 3] = ["-1", "infinity", "unlimited"];

fn check(config: &Config, report: &mut Report<'_>) {
    let files = config
        .files()
        .filter(|(path, _)| path.value.starts_with("/etc/security/limits"));
    for (_, content) in files {
        let mut hard: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        let mut soft = Vec::new();
        let mut found = Vec::new();
        for (at, line) in lines(content.value) {
            let line = line.split('#').next().unwrap_or(line);
            let words: Vec<&str> = line.split_whitespace().collect();
            let place = |word: &str| at + (word.as_ptr() as usize - line.as_ptr() as usize);
            let [domain, kind, item, value] = words[..] else {
                // A domain and `-` take all limits away.
                if let Some(first) = words.first().filter(|_| !matches!(words[..], [_, "-"])) {
                    found.push((
                        place(first),
                        line.trim(),
                        "expected a domain, `soft` or `hard`, an item and a value".to_owned(),
                        "write `* soft nofile 65536`".to_owned(),
                    ));
                }
                continue;
            };
            if !["soft", "hard", "-"].contains(&kind) {
                found.push((
                    place(kind),
                    kind,
                    format!("`{kind}` is not a kind of limit"),
                    "use `soft`, `hard` or `-` for both".to_owned(),
                ));
            } else if !ITEMS.contains(&item) {
                let help = match nearest(item, ITEMS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("use {}", or(&quoted(ITEMS))),
                };
                found.push((place(item), item, format!("unknown limit `{item}`"), help));
            } else if item != "chroot" && value.parse::<i64>().is_err() && !WITHOUT.contains(&value) {
                found.push((
                    place(value),
                    value,
                    format!("`{value}` is not a limit"),
                    "use a number or `unlimited`".to_owned(),
                ));
            } else if let Ok(number) = value.parse::<u64>() {
                match kind {
                    "soft" => soft.push((domain, item, value, place(value), number)),
                    _ => {
                        hard.insert((domain, item), number);
                    }
                }
            }
        }
        for (domain, item, value, at, number) in soft {
            if let Some(most) = hard.get(&(domain, item)).filter(|most| number > **most) {
                found.push((
                    at,
                    value,
                    format!("the soft limit of {number} exceeds the hard one, {most}"),
                    "raise the hard limit, or lower the soft one".to_owned(),
                ));
            }
        }
        for (at, part, message, help) in found.into_iter().take(MOST_FAULTS) {
            let finding = report.found(place_in(report, &content, at, part), message);
            report.push(finding.help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_set_nothing() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/security/limits.d/20-acme.conf
      content: |
        # open files
        *    soft nofile 262144 # more
#                        ^^^^^^ warning[limits-file-invalid]: the soft limit of 262144 exceeds the hard one, 131072
        *    hard nofile 131072
        root hard nofiles 65536
#                 ^^^^^^^ warning[limits-file-invalid]: unknown limit `nofiles`
        root -    memlock unlimited
        @adm sofft nproc 100
#            ^^^^^ warning[limits-file-invalid]: `sofft` is not a kind of limit
        ada  soft nproc many
#                       ^^^^ warning[limits-file-invalid]: `many` is not a limit
        ada  -
        nofile 65536
#       ^^^^^^^^^^^^ warning[limits-file-invalid]: expected a domain, `soft` or `hard`, an item and a value
"#,
        );
    }
}
