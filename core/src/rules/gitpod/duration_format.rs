//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::go::duration;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A duration is not in Go's syntax.
    ///
    /// ## Why
    ///
    /// Gitpod reads durations with Go, as numbers with the units `h`, `m`, `s` and smaller, such as `1h30m`. There are no days,
    /// spaces or bare numbers; the Installer exits on those.
    ///
    /// Source: Go `time.ParseDuration`; gitpod-io/gitpod `components/common-go/util/duration.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {workspace: {maxLifetime: 2d}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {workspace: {maxLifetime: 48h}}
    /// ```
    "duration-format", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(workspace) = config.gitpod.get().and_then(|gitpod| gitpod.workspace.get()) else {
        return;
    };
    for field in [
        &workspace.max_lifetime,
        &workspace.timeout,
        &workspace.timeout_extended,
        &workspace.timeout_after_close,
    ] {
        if let Some(written) = field.spanned() {
            check_one(written, report);
        }
    }
}

/// What is shorter, in seconds, stops a workspace before anybody uses it.
const SHORTEST: f64 = 60.0;

fn check_one(written: &Spanned<String>, report: &mut Report<'_>) {
    let text = written.value.as_str();
    let message = match duration(text) {
        Some(seconds) if seconds > 0.0 && seconds < SHORTEST => {
            let mut finding = report.found(written.span, format!("duration `{text}` is less than a minute"));
            finding.severity = Severity::Warning;
            report.push(finding.help("use a number with a unit of minutes or hours, such as `30m`"));
            return;
        }
        Some(seconds) if seconds >= 0.0 => return,
        Some(_) => format!("negative duration `{text}`"),
        None => format!("invalid duration `{text}`"),
    };
    let finding = report
        .found(written.span, message)
        .note("the Installer exits on it");
    let Some(near) = meant(text) else {
        report.push(finding.help("use a number with a unit, such as `36h`, `90m` or `1h30m`"));
        return;
    };
    report.push(edit::respelt(report, finding, written.span, &near));
}

/// The same duration in Go's units, if the text has a unit.
fn meant(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace(' ', "");
    let end = lower.find(|c: char| !c.is_ascii_digit())?;
    // A capital alone may be months, as in dates.
    if &lower[end..] == "m" && text.contains('M') {
        return None;
    }
    let number: u64 = lower[..end]
        .parse()
        .ok()
        .filter(|number| (1..=10_000).contains(number))?;
    Some(match &lower[end..] {
        "w" | "week" | "weeks" => format!("{}h", number * 168),
        "d" | "day" | "days" => format!("{}h", number * 24),
        "h" | "hour" | "hours" | "hr" | "hrs" => format!("{number}h"),
        "m" | "min" | "mins" | "minute" | "minutes" => format!("{number}m"),
        "s" | "sec" | "secs" | "second" | "seconds" => format!("{number}s"),
        rest if duration(&format!("{number}{rest}")).is_some() => format!("{number}{rest}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn days_spaces_and_bare_numbers() {
        check(
            r#"
gitpod: {workspace: {maxLifetime: 2d, timeout: "30"}, repository: registry.acme.dev/gitpod}
#                                 ^^ error[duration-format]: invalid duration `2d`
#                                              ^^^^ error[duration-format]: invalid duration `30`
"#,
        );
        check(
            r"
gitpod: {workspace: {maxLifetime: 1h30m, timeout: -5m}, repository: registry.acme.dev/gitpod}
#                                                 ^^^ error[duration-format]: negative duration `-5m`
",
        );
    }

    #[test]
    fn every_timeout_is_a_duration() {
        check(
            r"
gitpod: {workspace: {timeoutExtended: 1d, timeoutAfterClose: 5min}, repository: registry.acme.dev/gitpod}
#                                     ^^ error[duration-format]: invalid duration `1d`
#                                                            ^^^^ error[duration-format]: invalid duration `5min`
",
        );
    }

    #[test]
    fn the_fix_uses_gos_units() {
        check_fix(
            "duration-format",
            "gitpod: {workspace: {maxLifetime: 2d, timeout: \"90 minutes\"}}\n",
            "gitpod: {workspace: {maxLifetime: 48h, timeout: \"90m\"}}\n",
        );
        check_fix(
            "duration-format",
            "gitpod: {workspace: {maxLifetime: 1H 30M}}\n",
            "gitpod: {workspace: {maxLifetime: 1h30m}}\n",
        );
        let (_, found) = findings("gitpod: {workspace: {maxLifetime: 1M}}\n", &TestInputs::default());
        let months = found.iter().find(|found| found.rule == "duration-format");
        assert!(months.is_some_and(|found| found.fixes.is_empty()));
    }
}
