//! See [`RULE`].

use super::shell::place_of_word;
use crate::facts::sysctls::{BOUNDS, PORT_RANGE, general, names};
use crate::model::Config;
use crate::rules::contents::MOST_FAULTS;
use crate::rules::sysctl::{line_in, settings};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A setting of the kernel looks misspelt, or has a value that the kernel refuses.
    ///
    /// ## Why
    ///
    /// systemd-sysctl passes over such a line at boot, with a line in the journal, and the kernel keeps its default.
    ///
    /// Source: `sysctl -a` of Linux 6.18; Linux `Documentation/admin-guide/sysctl`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/90-inotify.conf, content: fs.inotify.max_user_watchs = 524288}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/90-inotify.conf, content: fs.inotify.max_user_watches = 524288}]}
    /// ```
    "sysctl-unknown", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// How many letters a slip changes.
const MOST_SLIPS: usize = 2;

fn check(config: &Config, report: &mut Report<'_>) {
    in_hooks(report);
    let mut found = 0;
    for setting in settings(config) {
        // Others are comments, patterns, or said to be no settings.
        if setting.line.starts_with(['#', ';'])
            || setting.key.contains(['*', ' '])
            || setting.value.contains('=')
        {
            continue;
        }
        let name = general(&setting.key);
        let (part, message, help) = if !names().any(|known| known == name) {
            // Names are long and alike: more letters than that are another setting.
            let mut known = names();
            let Some(near) = known.find(|known| strsim::damerau_levenshtein(&name, known) <= MOST_SLIPS)
            else {
                continue;
            };
            let written = setting.line.split('=').next().unwrap_or(setting.line);
            (
                written.trim().trim_start_matches('-'),
                format!("unknown setting `{}`", setting.key),
                format!("did you mean `{near}`?"),
            )
        } else if let Some(wrong) = wrong(&name, setting.value) {
            (
                setting.value,
                format!("`{}` {wrong}, found `{}`", setting.key, setting.value),
                "use a value in that range".to_owned(),
            )
        } else {
            continue;
        };
        let line = line_in(setting.at, setting.line, report);
        let finding = report.found(part_of(line, part, report), message);
        report.push(finding.help(help).note("the kernel keeps its own value"));
        found += 1;
        if found == MOST_FAULTS {
            break;
        }
    }
}

/// The place of a part of a line, whose key comes first and whose value last.
fn part_of(line: Span, part: &str, report: &Report<'_>) -> Span {
    let text = report.text(line);
    let found = match text.starts_with(part) {
        true => Some(0),
        false => text.rfind(part),
    };
    match found.filter(|_| !part.is_empty()) {
        Some(at) => {
            let start = line.start as usize + at;
            Span::new(line.file, start, start + part.len())
        }
        None => line,
    }
}

/// Settings that hooks set with `sysctl -w`.
fn in_hooks(report: &mut Report<'_>) {
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        for command in hook.commands().iter().filter(|command| command.runs(&["sysctl"])) {
            let words = || command.words.iter().skip(1);
            // Of a list of names, or of what is read, nothing is set.
            let sets = words().any(|word| word.starts_with("-w") || *word == "--write" || word.contains('='));
            if let Some(sign) = words().find(|word| **word == "=").filter(|_| sets) {
                let finding = report.found(
                    place_of_word(report, &text, command, sign),
                    "`=` is an argument of its own here",
                );
                report.push(
                    finding
                        .help("write `sysctl -w NAME=VALUE` without blanks")
                        .note("sysctl sets nothing and fails, and the hook stops there"),
                );
                continue;
            }
            for word in words().filter(|word| !word.starts_with('-')) {
                let Some((key, value)) = word.trim_matches(['"', '\'']).split_once('=') else {
                    continue;
                };
                let name = general(&key.replace('/', "."));
                let (message, help) = if !names().any(|known| known == name) {
                    let mut known = names();
                    let Some(near) =
                        known.find(|known| strsim::damerau_levenshtein(&name, known) <= MOST_SLIPS)
                    else {
                        continue;
                    };
                    (
                        format!("unknown setting `{key}`"),
                        format!("did you mean `{near}`?"),
                    )
                } else if let Some(wrong) = wrong(&name, value).filter(|_| !value.contains(['$', '`'])) {
                    (
                        format!("`{key}` {wrong}, found `{value}`"),
                        "use a value in that range".to_owned(),
                    )
                } else {
                    continue;
                };
                let finding = report.found(place_of_word(report, &text, command, word), message);
                report.push(finding.help(help).note("sysctl fails, and the hook stops there"));
            }
        }
    }
}

/// What a value should have been.
fn wrong(name: &str, value: &str) -> Option<String> {
    if name == PORT_RANGE {
        let ports: Vec<u16> = value
            .split_whitespace()
            .filter_map(|port| port.parse().ok())
            .collect();
        let fits = matches!(ports.as_slice(), [first, last] if first < last);
        return (!fits).then(|| "requires two ports, the lower one first".to_owned());
    }
    let (_, least, most) = BOUNDS.iter().find(|(known, ..)| *known == name)?;
    let fits = value
        .parse::<u64>()
        .is_ok_and(|number| (*least..=*most).contains(&number));
    (!fits).then(|| format!("requires a number from {least} to {most}"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn settings_that_the_kernel_does_not_take() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/sysctl.d/90-a.conf
      content: |
        fs.inotify.max_user_watchs = 524288
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[sysctl-unknown]: unknown setting `fs.inotify.max_user_watchs`
        net.ipv4.conf.eth0.rp_filtr = 2
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[sysctl-unknown]: unknown setting `net.ipv4.conf.eth0.rp_filtr`
        vm.swappiness = 1000
#                       ^^^^ warning[sysctl-unknown]: `vm.swappiness` requires a number from 0 to 200, found `1000`
        net.ipv4.ip_local_port_range = 60999 32768
#                                      ^^^^^^^^^^^ warning[sysctl-unknown]: `net.ipv4.ip_local_port_range` requires two ports, the lower one first, found `60999 32768`
        net/ipv4/ip_forward = 1
        acme.own_setting = 1
        -net.ipv6.conf.*.accept_ra = 2
        fs.inotify.max_user_watches = 1M
#                                     ^^ warning[sysctl-unknown]: `fs.inotify.max_user_watches` requires a number from 0 to 2147483647, found `1M`
  beforeK3s:
    - sysctl -w vm.swappiness = 1
#                             ^ warning[sysctl-unknown]: `=` is an argument of its own here
    - sysctl -w vm.max_map_counts=262144
#               ^^^^^^^^^^^^^^^^^^^^^^^^ warning[sysctl-unknown]: unknown setting `vm.max_map_counts`
    - sysctl -w "vm.max_map_count=$COUNT" net.core.somaxconn=4096
    - sysctl --system
    - sysctl vm.swappiness
"#,
        );
    }
}
