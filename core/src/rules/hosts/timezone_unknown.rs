//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::timezones::{WHERE_TO_LOOK, instead_of, is_known, names};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;

declare_rule! {
    /// The operating system has no such time zone.
    ///
    /// ## Why
    ///
    /// cloud-init looks for a file of that name in `/usr/share/zoneinfo` and fails if there is none; the machine stays in UTC.
    /// Names are case-sensitive places; offsets and summer-time abbreviations do not exist. Since 23.10 Ubuntu ships old names such
    /// as `US/Pacific` in a separate package, which is not installed.
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
    let message = format!("unknown time zone `{}` on {}", zone.value, plan.os.label());
    let finding = report
        .found(zone.span, message)
        .note("cloud-init fails, and the machine stays in UTC");
    let (instead, how) = match instead_of(&zone.value) {
        Some(instead) => (Some(instead), Applicability::Safe),
        None => (nearest(&zone.value, names()), Applicability::Unsafe),
    };
    report.push(match instead {
        Some(instead) => {
            let fix = edit::write(report, zone.span, instead, how);
            edit::attach(finding.help(format!("use `{instead}`")), fix)
        }
        None => finding.help(WHERE_TO_LOOK),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn unknown_names() {
        check(
            r"
cloudInit: {timezone: europe/berlin}
#                     ^^^^^^^^^^^^^ error[timezone-unknown]: unknown time zone `europe/berlin` on Ubuntu 22.04
",
        );
        check(
            r"
cloudInit: {timezone: UTC+02:00}
#                     ^^^^^^^^^ error[timezone-unknown]: unknown time zone `UTC+02:00` on Ubuntu 22.04
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
    fn old_names_in_a_separate_package() {
        check_fix(
            "timezone-unknown",
            "cluster: {os: ubuntu-24.04}\ncloudInit: {timezone: US/Pacific}\n",
            "cluster: {os: ubuntu-24.04}\ncloudInit: {timezone: America/Los_Angeles}\n",
        );
    }
}
