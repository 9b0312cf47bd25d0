//! See [`RULE`].

use super::units::{Line, Unit, is_unit, program, units};
use crate::diagnostic::Severity;
use crate::facts::systemd::{
    BOOLEANS, BOUNDS, COUNTS, SECTIONS, SIZES, Takes, UNITS, WORDS, calendar_fault, escaped_path, is_size,
    is_span, keys_of, section_of, takes,
};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;
use std::collections::BTreeSet;
use std::net::IpAddr;

declare_rule! {
    /// systemd ignores a line of a unit.
    ///
    /// ## Why
    ///
    /// systemd passes over sections, keys and values that it does not know, with a line in the journal, and starts the unit without them. A
    /// command is run without a shell: `||`, `|` and `>` are arguments, and a path has to be absolute.
    ///
    /// Source: systemd.unit(5), systemd.service(5), systemd.timer(5), systemd.time(7); `systemd --dump-configuration-items`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/systemd/system/disks.service
    ///       content: |
    ///         [Service]
    ///         Type=one-shot
    ///         ExecStart=/usr/local/bin/disks
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/systemd/system/disks.service
    ///       content: |
    ///         [Service]
    ///         Type=oneshot
    ///         ExecStart=/usr/local/bin/disks
    /// ```
    "unit-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// What only a shell understands.
const OF_SHELLS: [&str; 9] = ["||", "&&", "|", ">", ">>", "<", "2>&1", "2>", "&"];

/// Sections that have had the same few keys for years; the others get more with each release.
const SETTLED: [&str; 6] = ["Timer", "Install", "Path", "Journal", "Resolve", "Time"];

fn check(config: &Config, report: &mut Report<'_>) {
    // Of a template's instances nobody knows the names.
    let written: BTreeSet<&str> = crate::sorted::set(
        units(config)
            .map(|unit| unit.name)
            .filter(|name| !name.contains('@')),
    );
    for unit in units(config) {
        for (at, section) in unit.sections() {
            if SECTIONS.contains(&section) || section.starts_with("X-") {
                continue;
            }
            let finding = report.found(
                unit.place(report, at, section),
                format!("unknown section `[{section}]`"),
            );
            let help = match nearest(section, SECTIONS).or_else(|| beginning(section)) {
                Some(near) => format!("did you mean `[{near}]`?"),
                None => format!("use one of {}", crate::words::and(&sections_of(unit.name))),
            };
            report.push(finding.help(help).note("systemd ignores what is in it"));
        }
        for line in unit.lines() {
            let takes = match takes(line.section, line.key) {
                Some(takes) => takes,
                None => {
                    unknown_key(&unit, &line, report);
                    continue;
                }
            };
            match takes {
                Takes::Units => names(&unit, &line, &written, report),
                _ if ["WantedBy", "RequiredBy", "Also"].contains(&line.key) => {
                    names(&unit, &line, &written, report);
                }
                Takes::Command => command(&unit, &line, report),
                _ if line.section == "Timer" && line.key == "Unit" => started(&unit, &line, &written, report),
                _ => value(&unit, &line, takes, report),
            }
        }
        refused(&unit, report);
    }
}

/// The unit that a timer starts, where it seems to be one of the files and is not.
fn started(unit: &Unit<'_>, line: &Line<'_>, written: &BTreeSet<&str>, report: &mut Report<'_>) {
    if written.contains(line.value) || UNITS.contains(&line.value) {
        return;
    }
    let known = written.iter().take(MOST_WRITTEN).copied();
    // A timer is near to its own name, too, and does not start itself.
    let Some(near) = nearest(line.value, known.filter(|known| *known != unit.name)) else {
        return;
    };
    let behind = line.at + line.key.len();
    let finding = report.found(
        unit.place(report, behind, line.value),
        format!("unknown unit `{}`", line.value),
    );
    report.push(
        finding
            .help(format!("did you mean `{near}`?"))
            .note("the timer starts nothing"),
    );
}

/// What makes systemd refuse the whole unit: lines that do not go together.
fn refused(unit: &Unit<'_>, report: &mut Report<'_>) {
    let lines = unit.lines();
    let of = |section: &'static str, key: &'static str| {
        lines
            .iter()
            .filter(move |line| line.section == section && line.key == key)
    };
    let mut found = |line: &Line<'_>, part: &str, message: String, help: String| {
        let from = if part == line.key {
            line.at
        } else {
            line.at + line.key.len()
        };
        let mut finding = report.found(unit.place(report, from, part), message);
        finding.severity = Severity::Error;
        report.push(finding.help(help).note("systemd refuses the unit"));
    };
    let kind = of("Service", "Type")
        .next_back()
        .map_or("simple", |line| line.value);
    // Those of an empty line are taken back. What a drop-in adds to has one already.
    let mut commands = usize::from(unit.is_drop_in);
    for line in of("Service", "ExecStart") {
        if line.value.is_empty() {
            commands = 0;
            continue;
        }
        commands += 1;
        if commands == 2 && kind != "oneshot" {
            let (why, help) = match unit.is_drop_in {
                true => (
                    format!("`{}` would have two `ExecStart` lines", unit.name),
                    "put an empty `ExecStart=` in front",
                ),
                false => (
                    "only `Type=oneshot` has several `ExecStart` lines".to_owned(),
                    "use one line, or `Type=oneshot`",
                ),
            };
            found(line, line.key, why, help.to_owned());
        }
    }
    let again = of("Service", "Restart").next_back();
    if let Some(line) =
        again.filter(|line| kind == "oneshot" && ["always", "on-success"].contains(&line.value))
    {
        found(
            line,
            line.value,
            format!("`Restart={}` excludes `Type=oneshot`", line.value),
            "use `Restart=on-failure`, or a timer".to_owned(),
        );
    }
    for section in ["Mount", "Automount"] {
        let stem = unit.name.rsplit_once('.').map_or("", |(stem, _)| stem);
        for line in of(section, "Where").filter(|line| line.value.starts_with('/')) {
            let wanted = escaped_path(line.value);
            if wanted != stem && !stem.contains('@') {
                found(
                    line,
                    line.value,
                    format!("the unit of `{}` is not called `{}`", line.value, unit.name),
                    format!(
                        "call the file `{wanted}.{}`, or change the path",
                        section.to_lowercase()
                    ),
                );
            }
        }
    }
}

/// The section whose name a longer one begins with.
fn beginning(section: &str) -> Option<&'static str> {
    SECTIONS.into_iter().find(|known| section.starts_with(known))
}

/// The sections that a unit may have, for the message.
fn sections_of(name: &str) -> Vec<String> {
    let (suffix, all) = match name.rsplit_once('.') {
        Some((_, suffix)) => (suffix, &["Unit", "Install"][..]),
        None => (name, &[][..]),
    };
    let own = SECTIONS
        .into_iter()
        .filter(|known| known.eq_ignore_ascii_case(suffix));
    all.iter()
        .copied()
        .chain(own)
        .map(|section| format!("`[{section}]`"))
        .collect()
}

fn unknown_key(unit: &Unit<'_>, line: &Line<'_>, report: &mut Report<'_>) {
    let Line { section, key, at, .. } = *line;
    if !SECTIONS.contains(&section) || key.starts_with("X-") {
        return;
    }
    let elsewhere = section_of(key);
    let near = nearest(key, keys_of(section));
    let help = match (elsewhere, near) {
        (Some(other), _) => format!("move it to `[{other}]`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) if SETTLED.contains(&section) => {
            let keys: Vec<&str> = keys_of(section).collect();
            format!("its keys are {}", crate::words::and(&keys))
        }
        (None, None) => return,
    };
    let finding = report.found(
        unit.place(report, at, key),
        format!("unknown key `{key}` in `[{section}]`"),
    );
    report.push(finding.help(help).note("systemd ignores the line"));
}

/// Of so many units a misspelt name is compared with each.
const MOST_WRITTEN: usize = 100;

/// Names of units that are neither among the files nor on every machine, and near to one that is.
fn names(unit: &Unit<'_>, line: &Line<'_>, written: &BTreeSet<&str>, report: &mut Report<'_>) {
    for name in line.value.split_whitespace() {
        if UNITS.contains(&name) || written.contains(name) {
            continue;
        }
        if !is_unit(name) {
            if let Some(fault) = without_suffix(name, written) {
                let finding = report.found(
                    unit.place(report, line.at + line.key.len(), name),
                    format!("`{name}` is not the name of a unit"),
                );
                report.push(finding.help(fault).note("systemd ignores the dependency"));
            }
            continue;
        }
        let mut known = UNITS.iter().chain(written.iter().take(MOST_WRITTEN));
        let Some(near) = known.find(|known| strsim::damerau_levenshtein(name, known) == 1) else {
            continue;
        };
        let finding = report.found(
            unit.place(report, line.at, name),
            format!("unknown unit `{name}`"),
        );
        report.push(finding.help(format!("did you mean `{near}`?")));
    }
}

/// What to write for a name without the suffix of a unit.
fn without_suffix(name: &str, written: &BTreeSet<&str>) -> Option<String> {
    if name.contains(['%', '$', '\\', '"']) {
        return None;
    }
    let mut known = UNITS.iter().chain(written.iter().take(MOST_WRITTEN));
    let known = known.find(|known| known.rsplit_once('.').is_some_and(|(stem, _)| stem == name));
    Some(match known {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("use the whole name, such as `{name}.service`"),
    })
}

fn command(unit: &Unit<'_>, line: &Line<'_>, report: &mut Report<'_>) {
    let mut found = |part: &str, message: String, help: &str, note: &str| {
        let mut finding = report.found(unit.place(report, line.at, part), message);
        finding.severity = Severity::Error;
        report.push(finding.help(help).note(note));
    };
    let Some(program) = program(line.value) else {
        return;
    };
    if program.contains('/') && !program.starts_with(['/', '%', '$']) {
        found(
            program,
            format!("`{program}` is a relative path"),
            "write the whole path",
            "systemd refuses the unit",
        );
        return;
    }
    // In quotes they are arguments of a shell.
    if line.value.contains(['"', '\'']) {
        return;
    }
    let operator = line
        .value
        .split_whitespace()
        .find(|word| OF_SHELLS.contains(word));
    if let Some(operator) = operator {
        let spaced = format!(" {operator} ");
        let from = line
            .value
            .find(&spaced)
            .map_or(line.value.len() - operator.len(), |at| at + 1);
        let rest = line.value.get(from..).unwrap_or(operator);
        found(
            rest,
            format!("`{operator}` is an argument here: systemd runs no shell"),
            "use `/bin/sh -c '…'`, or a `-` in front of the program to ignore its failure",
            "the program gets it as it is written",
        );
    }
}

fn value(unit: &Unit<'_>, line: &Line<'_>, takes: Takes, report: &mut Report<'_>) {
    let Line { key, value, at, .. } = *line;
    // An empty value takes back what others set, and `%` and `$` are replaced.
    if value.is_empty() || value.contains(['%', '$']) {
        return;
    }
    let words = WORDS
        .iter()
        .find(|(section, known, _)| line.section == *section && *known == key);
    let bound = BOUNDS.iter().find(|(known, ..)| *known == key);
    let fault = match (words, takes) {
        (Some((.., words)), _) if !words.contains(&value) => {
            let help = match nearest(value, words.iter().copied()).or_else(|| without_dash(value, words)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "use {}",
                    crate::words::or(&crate::words::quoted(words.iter().copied()))
                ),
            };
            Some((format!("invalid value `{value}` for `{key}`"), help))
        }
        (_, Takes::Boolean) if !BOOLEANS.contains(&value.to_lowercase().as_str()) => Some((
            format!("`{key}` requires a boolean, found `{value}`"),
            "use `yes` or `no`".to_owned(),
        )),
        (_, Takes::Span) if key == "OnCalendar" => calendar_fault(value).map(|why| {
            (
                format!("`{value}` {why}"),
                "write `*-*-* 04:30:00`; `systemd-analyze calendar` shows when it is due".to_owned(),
            )
        }),
        (_, Takes::Seconds | Takes::Span) if !is_span(value) => Some((
            format!("`{value}` is not a time"),
            "write `90`, `15min` or `1h 30min`".to_owned(),
        )),
        (_, Takes::Limit) | (None, Takes::Other)
            if value == "unlimited" && (key.starts_with("Limit") || key == "TasksMax") =>
        {
            Some((
                format!("invalid value `{value}` for `{key}`"),
                "use `infinity`".to_owned(),
            ))
        }
        _ if COUNTS.contains(&key) && !value.split(':').all(is_count) => Some((
            format!("`{value}` is not a number"),
            "use a number, `infinity`, or both limits as in `65536:1048576`".to_owned(),
        )),
        _ if SIZES.contains(&key) && !is_size(value) => Some((
            format!("`{value}` is not a size"),
            "use a number with `K`, `M`, `G` or `T`, as in `64M`".to_owned(),
        )),
        _ if ["DNS", "FallbackDNS"].contains(&key) && line.section == "Resolve" => {
            let wrong = value.split_whitespace().find(|server| !is_server(server));
            wrong.map(|wrong| {
                let help = match wrong.contains(',') {
                    true => "separate addresses with spaces",
                    false => "use addresses: a name would need a resolver",
                };
                (
                    format!("`{wrong}` is not the address of a resolver"),
                    help.to_owned(),
                )
            })
        }
        _ => bound.and_then(|(_, least, most)| {
            let fits = value
                .parse()
                .is_ok_and(|number: i64| (*least..=*most).contains(&number));
            (!fits && !value.contains(char::is_alphabetic)).then(|| {
                (
                    format!("`{key}` requires a number from {least} to {most}, found `{value}`"),
                    "use a number in that range".to_owned(),
                )
            })
        }),
    };
    if let Some((message, help)) = fault {
        let behind = at + key.len();
        let finding = report.found(unit.place(report, behind, value), message);
        report.push(finding.help(help).note("systemd ignores the line"));
    }
}

fn is_count(text: &str) -> bool {
    text == "infinity" || text.parse::<u64>().is_ok()
}

/// A resolver of systemd-resolved: an address, with a port, an interface and a name for its certificate (resolved.conf(5)).
fn is_server(text: &str) -> bool {
    let address = text.split(['#', '%']).next().unwrap_or(text);
    let bare = address.trim_start_matches('[');
    bare.parse::<IpAddr>().is_ok()
        || bare.rsplit_once(':').is_some_and(|(host, port)| {
            host.trim_end_matches(']').parse::<IpAddr>().is_ok() && port.parse::<u16>().is_ok()
        })
}

/// The word that a value is without its dashes.
fn without_dash(value: &str, words: &[&'static str]) -> Option<&'static str> {
    let plain = |word: &str| word.replace(['-', '_'], "").to_lowercase();
    words.iter().copied().find(|word| plain(word) == plain(value))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_systemd_ignores() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/systemd/system/disks.service
      content: |
        [Unit]
        Description=Disks
        After=network-online.target k3s_agent.service
#                                   ^^^^^^^^^^^^^^^^^ warning[unit-invalid]: unknown unit `k3s_agent.service`
        RemainAfterExit=yes
#       ^^^^^^^^^^^^^^^ warning[unit-invalid]: unknown key `RemainAfterExit` in `[Unit]`
        [Service]
        Type=one-shot
#            ^^^^^^^^ warning[unit-invalid]: invalid value `one-shot` for `Type`
        ExecStrat=/usr/local/bin/disks
#       ^^^^^^^^^ warning[unit-invalid]: unknown key `ExecStrat` in `[Service]`
        ExecStart=/usr/local/bin/disks \
          --all
        ExecStartPost=./note
#                     ^^^^^^ error[unit-invalid]: `./note` is a relative path
        ExecStop=-/usr/bin/umount /srv || true
#                                      ^^^^^^^ error[unit-invalid]: `||` is an argument here: systemd runs no shell
        ExecReload=/bin/sh -c 'kill -HUP $MAINPID || true'
        TimeoutStartSec=14dayz
#                       ^^^^^^ warning[unit-invalid]: `14dayz` is not a time
        LimitNOFILE=1048576
        TasksMax=unlimited
#                ^^^^^^^^^ warning[unit-invalid]: invalid value `unlimited` for `TasksMax`
        Restart=on-failure
        NoNewPrivileges=sure
#                       ^^^^ warning[unit-invalid]: `NoNewPrivileges` requires a boolean, found `sure`
        [Installation]
#        ^^^^^^^^^^^^ warning[unit-invalid]: unknown section `[Installation]`
        WantedBy=multi-user.target
    - path: /etc/systemd/system/disks.timer
      content: |
        [Timer]
        OnCalendar=30 4 * * *
#                  ^^^^^^^^^^ warning[unit-invalid]: `30 4 * * *` is of cron
        OnBootTime=10min
#       ^^^^^^^^^^ warning[unit-invalid]: unknown key `OnBootTime` in `[Timer]`
        OnUnitActiveSec=1h
        Unit=disks.service
        [Install]
        WantedBy=timer.target
#                ^^^^^^^^^^^^ warning[unit-invalid]: unknown unit `timer.target`
    - path: /etc/systemd/system/k3s.service.d/10-limits.conf
      content: |
        [Service]
        LimitNOFILES=1048576
#       ^^^^^^^^^^^^ warning[unit-invalid]: unknown key `LimitNOFILES` in `[Service]`
        Environment=A=b
        Restart \
          always
    - {path: /etc/systemd/journald.conf, content: "[Journal]\nStorage=auto"}
    - path: /etc/systemd/journald.conf.d/size.conf
      content: |
        [Journal]
        SystemMaxUsage=2G
#       ^^^^^^^^^^^^^^ warning[unit-invalid]: unknown key `SystemMaxUsage` in `[Journal]`
        MaxRetentionSec=14dayz
#                       ^^^^^^ warning[unit-invalid]: `14dayz` is not a time
    - path: /etc/systemd/resolved.conf
      content: |
        [Resolved]
#        ^^^^^^^^ warning[unit-invalid]: unknown section `[Resolved]`
        DNS=10.0.0.53
"#,
        );
    }

    #[test]
    fn values_and_lines_that_do_not_go_together() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/systemd/system/prune.service
      content: |
        [Unit]
        After=network-online prune.timer
#             ^^^^^^^^^^^^^^ warning[unit-invalid]: `network-online` is not the name of a unit
        Wants=%i.service
        [Service]
        Type=oneshot
        ExecStart=/bin/true
        ExecStart=/bin/true
        Restart=always
#               ^^^^^^ error[unit-invalid]: `Restart=always` excludes `Type=oneshot`
        Nice=25
#            ^^ warning[unit-invalid]: `Nice` requires a number from -20 to 19, found `25`
        LimitNOFILE=65536:1M
#                   ^^^^^^^^ warning[unit-invalid]: `65536:1M` is not a number
        LimitNPROC=infinity
        LimitMEMLOCK=64M
    - path: /etc/systemd/system/prune.timer
      content: |
        [Timer]
        OnCalendar=daily
        Unit=purne.service
#            ^^^^^^^^^^^^^ warning[unit-invalid]: unknown unit `purne.service`
        [Install]
        WantedBy=timers
#                ^^^^^^ warning[unit-invalid]: `timers` is not the name of a unit
    - path: /etc/systemd/system/other.timer
      content: |
        [Timer]
        OnCalendar=daily
        Unit=of-a-package.service
    - path: /etc/systemd/system/twice.service
      content: |
        [Service]
        ExecStart=/bin/true
        ExecStart=/bin/false
#       ^^^^^^^^^ error[unit-invalid]: only `Type=oneshot` has several `ExecStart` lines
    - path: /etc/systemd/system/k3s.service.d/a.conf
      content: |
        [Service]
        ExecStart=/usr/local/bin/k3s server
#       ^^^^^^^^^ error[unit-invalid]: `k3s.service` would have two `ExecStart` lines
    - path: /etc/systemd/system/k3s.service.d/b.conf
      content: |
        [Service]
        ExecStart=
        ExecStart=/usr/local/bin/k3s server
    - path: /etc/systemd/system/mnt-ssd.mount
      content: |
        [Mount]
        What=/dev/sda1
        Where=/mnt/data
#             ^^^^^^^^^ error[unit-invalid]: the unit of `/mnt/data` is not called `mnt-ssd.mount`
    - path: /etc/systemd/system/srv-my\x2ddisk.mount
      content: |
        [Mount]
        What=/dev/sda1
        Where=/srv/my-disk
    - path: /etc/systemd/journald.conf.d/a.conf
      content: |
        [Journal]
        Storage=ram
#               ^^^ warning[unit-invalid]: invalid value `ram` for `Storage`
        SystemMaxUse=2GB
#                    ^^^ warning[unit-invalid]: `2GB` is not a size
        RuntimeMaxUse=64M
    - path: /etc/systemd/resolved.conf.d/a.conf
      content: |
        [Resolve]
        DNS=10.0.0.53 10.0.0.54:53 fd00::53%eth0#dns.acme.dev [fd00::54]:53
        FallbackDNS=10.0.0.53,10.0.0.54
#                   ^^^^^^^^^^^^^^^^^^^ warning[unit-invalid]: `10.0.0.53,10.0.0.54` is not the address of a resolver
        DNSOverTLS=opportunistic
    - path: /etc/systemd/timesyncd.conf
      content: |
        [Time]
        Servers=ntp.acme.dev
#       ^^^^^^^ warning[unit-invalid]: unknown key `Servers` in `[Time]`
"#,
        );
    }
}
