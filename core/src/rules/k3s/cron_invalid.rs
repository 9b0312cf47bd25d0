//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::cron;
use crate::facts::timezones::{instead, is_zone};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A schedule is not a valid cron expression.
    ///
    /// ## Why
    ///
    /// k3s logs the error and never takes a snapshot; Kubernetes rejects the database backup job. Neither shows before the day a
    /// backup is needed.
    ///
    /// Source: robfig/cron v3, `ParseStandard`, which k3s (`pkg/etcd/snapshot.go`) and Kubernetes (`pkg/apis/batch/validation`) use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {snapshots: {schedule: "0 */6 * *"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {snapshots: {schedule: "0 */6 * * *"}}
    /// ```
    "cron-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let snapshots = config.k3s.get().and_then(|k3s| k3s.snapshots.get());
    let backup = config.database.get().and_then(|database| database.backup.get());
    // k3s takes a zone in front, as the parser does; Kubernetes refuses it (`validateCronJobSpec`).
    let schedules = [
        snapshots.map(|s| (&s.schedule, true)),
        backup.map(|b| (&b.schedule, false)),
    ];
    for (schedule, may_have_zone) in schedules.into_iter().flatten() {
        let Some(schedule) = schedule.spanned() else {
            continue;
        };
        let forms: &[&str] = if may_have_zone { &["TZ=", "CRON_TZ="] } else { &[] };
        let (zone, text) = cron::zone_and_fields(&schedule.value, forms);
        if let Some(zone) = zone.filter(|zone| !is_zone(zone)) {
            let finding = report.found(schedule.span, format!("unknown time zone `{zone}`"));
            report.push(
                finding
                    .help(instead(zone))
                    .note("no backup is made, and nothing reports it"),
            );
            continue;
        }
        let Some(mistake) = cron::mistake(text) else {
            if let Some((step, field)) = cron::idle_step(text) {
                let message = format!("step `{step}` is longer than the whole field, the {field}");
                let mut finding = report.found(schedule.span, message);
                finding.severity = Severity::Warning;
                report.push(finding.help("use a shorter step, or one value: only the field's first is left"));
            }
            continue;
        };
        let finding = report.found(
            schedule.span,
            format!("invalid cron expression `{}`: {mistake}", schedule.value),
        );
        report.push(
            finding
                .help("use minute, hour, day of month, month and day of week: `0 3 * * *` is every day at three")
                .note("no backup is made, and nothing reports it"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn both_schedules() {
        check(
            r#"
k3s: {snapshots: {schedule: "0 */6 * *"}}
#                           ^^^^^^^^^^^ error[cron-invalid]: invalid cron expression `0 */6 * *`: expected 5 fields, found 4
database:
  backup:
    schedule: 0 25 * * *
#             ^^^^^^^^^^ error[cron-invalid]: invalid cron expression `0 25 * * *`: invalid hour `25`, expected 0-23
    s3: {endpoint: s3.acme.dev, region: r, bucket: bkt, accessKeyId: {env: A}, secretAccessKey: {env: B}}
"#,
        );
        check("k3s: {snapshots: {schedule: \"@every 6h\"}}\n");
    }

    #[test]
    fn times_that_do_not_come() {
        check(
            r#"
k3s: {snapshots: {schedule: "0 3 30,31 feb *"}}
#                           ^^^^^^^^^^^^^^^^^ error[cron-invalid]: invalid cron expression `0 3 30,31 feb *`: day `30,31` does not exist in month `feb`
"#,
        );
        check(
            r#"
k3s: {snapshots: {schedule: "*/90 * * * *"}}
#                           ^^^^^^^^^^^^^^ warning[cron-invalid]: step `*/90` is longer than the whole field, the minute
"#,
        );
        // 29 February comes, and Friday comes whatever the day.
        check("k3s: {snapshots: {schedule: \"0 3 29 2 *\"}}\n");
        check("k3s: {snapshots: {schedule: \"0 3 31 2 fri\"}}\n");
        check("k3s: {snapshots: {schedule: \"CRON_TZ=Europe/Berlin 0 3 * * *\"}}\n");
    }
}
