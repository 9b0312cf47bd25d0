//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::timezones::{instead_of, is_known, names};
use crate::model::{Config};
use crate::words::nearest;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The machines' system has no such time zone.
    ///
    /// ## Why
    ///
    /// cloud-init looks for a file of that name in `/usr/share/zoneinfo` and ends with an error where there is none; the machine
    /// stays in UTC. Names have a place and capital letters; offsets and abbreviations of summer time are none. Ubuntu has had the old
    /// names, such as `US/Pacific`, in a package of their own since 23.10, which is not installed.
    ///
    /// Source: cloud-init `cloudinit/distros/__init__.py`, `_find_tz_file`; the package `tzdata` of Debian and Ubuntu.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {timezone: Europe/Berlim}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {timezone: Europe/Berlin}
    /// ```
    "timezone-unknown", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cloud_init = config.cloud_init.get();
    let Some(zone) = cloud_init.and_then(|cloud_init| cloud_init.timezone.spanned()) else {
        return;
    };
    if is_known(plan.os, &zone.value) {
        return;
    }
    let message = format!("`{}` is no time zone of {}", zone.value, plan.os.as_str());
    let finding = report
        .found(zone.span, message)
        .note("cloud-init ends with an error, and the machine stays in UTC");
    let (instead, how) = match instead_of(&zone.value) {
        Some(instead) => (Some(instead), Applicability::Safe),
        None => (nearest(&zone.value, names()), Applicability::Unsafe),
    };
    report.push(match instead {
        Some(instead) => {
            let fix = edit::write(report, zone.span, instead, how);
            edit::attach(finding.help(format!("write `{instead}`")), fix)
        }
        None => finding.help(
            "write a place, such as `Europe/Berlin`, or `UTC`: `timedatectl list-timezones` has all of them",
        ),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn what_is_no_file_there() {
        check(
            r"
cloudInit: {timezone: europe/berlin}
#                     ^^^^^^^^^^^^^ error[timezone-unknown]: `europe/berlin` is no time zone of ubuntu-22.04
",
        );
        check(
            r"
cloudInit: {timezone: UTC+02:00}
#                     ^^^^^^^^^ error[timezone-unknown]: `UTC+02:00` is no time zone of ubuntu-22.04
",
        );
        for fine in [
            "UTC",
            "Etc/UTC",
            "Europe/Berlin",
            "America/Argentina/Buenos_Aires",
            "US/Pacific",
        ] {
            check(&format!("cloudInit: {{timezone: {fine}}}\n"));
        }
    }

    #[test]
    fn old_names_are_missing_where_they_have_a_package_of_their_own() {
        check_fix(
            "timezone-unknown",
            "cluster: {os: ubuntu-24.04}\ncloudInit: {timezone: US/Pacific}\n",
            "cluster: {os: ubuntu-24.04}\ncloudInit: {timezone: America/Los_Angeles}\n",
        );
    }
}
