//! See [`RULE`].

use super::shell::place_of_word;
use super::units::{is_unit, units};
use crate::facts::systemd::{UNITS, UNITS_OF_PACKAGES, VERBS};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;

declare_rule! {
    /// A hook names a unit or a command of `systemctl` that looks misspelt.
    ///
    /// ## Why
    ///
    /// `systemctl` fails for a unit that is not there, and the hook with it: the machine does not become a node.
    ///
    /// Source: systemctl(1); the units of Debian's packages.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {packages: [chrony], beforeK3s: [systemctl enable --now chronyy]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {packages: [chrony], beforeK3s: [systemctl enable --now chrony]}
    /// ```
    "hook-unit-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Commands of `systemctl` that name no unit.
const WITHOUT_UNIT: [&str; 6] = [
    "daemon-reload",
    "daemon-reexec",
    "get-default",
    "is-system-running",
    "poweroff",
    "reboot",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let written: Vec<&str> = units(config).map(|unit| unit.name).collect();
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        for command in hook.commands() {
            if command.words.first() != Some(&"systemctl") {
                continue;
            }
            let mut words = command
                .words
                .iter()
                .skip(1)
                .filter(|word| !word.starts_with(['-', '>', '2']));
            let Some(verb) = words.next() else { continue };
            let at = |word: &str| place_of_word(report, &text, command, word);
            if !VERBS.contains(verb) {
                if let Some(near) = nearest(verb, VERBS) {
                    let finding = report.found(at(verb), format!("unknown command `{verb}` of `systemctl`"));
                    let finding = finding.help(format!("did you mean `{near}`?"));
                    report.push(finding.note("the hook stops there, and with it the machine's setup"));
                }
                continue;
            }
            if WITHOUT_UNIT.contains(verb) {
                continue;
            }
            let faults: Vec<_> = words
                .filter_map(|unit| Some((at(unit), *unit, fault(unit, &written)?)))
                .collect();
            for (at, unit, help) in faults {
                let finding = report.found(at, format!("unknown unit `{unit}`")).help(help);
                report.push(finding.note("`systemctl` fails, and the machine's setup stops there"));
            }
        }
    }
}

/// What was meant by a unit that seems not to be there.
fn fault(unit: &str, written: &[&str]) -> Option<String> {
    if let Some((first, second)) = unit.split_once(',')
        && is_unit(first)
    {
        return Some(format!("separate units with blanks: `{first} {second}`"));
    }
    let whole = |name: &str| match is_unit(name) {
        true => name.to_owned(),
        false => format!("{name}.service"),
    };
    let asked = whole(unit);
    let known = || UNITS.iter().chain(&UNITS_OF_PACKAGES).chain(written);
    // A timer starts a service of its name.
    let service = asked.strip_suffix(".service");
    let starts = |known: &str| {
        let timer = known.strip_suffix(".timer");
        timer.is_some_and(|timer| service == Some(timer))
    };
    let is_there = |known: &str| whole(known) == asked || starts(known);
    if unit.contains(['@', '*', '$', '/']) || known().any(|known| is_there(known)) {
        return None;
    }
    // A unit of that name, but of another kind.
    let stem = |name: &str| {
        name.rsplit_once('.')
            .map_or(name.to_owned(), |(stem, _)| stem.to_owned())
    };
    let same = known().find(|known| stem(&whole(known)) == stem(&asked));
    let near = || known().find(|known| strsim::damerau_levenshtein(&whole(known), &asked) == 1);
    same.or_else(near).map(|near| format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn units_that_are_not_there() {
        check(
            r"
cloudInit:
  files:
    - {path: /etc/systemd/system/nvme-health.timer, content: '[Timer]'}
  beforeK3s:
    - systemctl enable --now chronyy
#                            ^^^^^^^ warning[hook-unit-misspelt]: unknown unit `chronyy`
    - systemctl enabel --now fail2ban
#               ^^^^^^ warning[hook-unit-misspelt]: unknown command `enabel` of `systemctl`
    - systemctl enable --now nvme-healt.timer
#                            ^^^^^^^^^^^^^^^^ warning[hook-unit-misspelt]: unknown unit `nvme-healt.timer`
    - systemctl enable open-iscsi.timer
#                      ^^^^^^^^^^^^^^^^ warning[hook-unit-misspelt]: unknown unit `open-iscsi.timer`
    - systemctl enable --now fan.service,watchdog.service
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[hook-unit-misspelt]: unknown unit `fan.service,watchdog.service`
    - systemctl daemon-reload && systemctl restart systemd-timesyncd nvme-health.timer
    - systemctl enable --now our-agent wg-quick@wg0 || true
    - systemctl is-active --quiet ufw
    - systemctl restart sshd logrotate
",
        );
    }
}
