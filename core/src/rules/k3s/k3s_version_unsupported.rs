//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::k3s::{DEFAULT_VERSION, OLDEST_MINOR};
use crate::facts::releases::{K3S, K3S_FIXES};
use crate::model::Config;
use crate::plan::{Install, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The minor release of Kubernetes is no longer supported.
    ///
    /// ## Why
    ///
    /// A release that is out of support gets no fixes, for vulnerabilities neither. Only upgrades by one minor release at a time are supported,
    /// so each release that passes makes the way longer: an info in the first year, a warning from then on and where it lacks the fix of a
    /// known vulnerability. Not reported before the last day of support, and never without a date.
    ///
    /// Source: <https://kubernetes.io/releases/>.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.34.12+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-unsupported", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), silences super::k3s_version_vulnerable::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Install::Version(version), Some(today)) = (&plan.k3s.install, report.today()) else {
        return;
    };
    // Of its own choice, gkc has nothing to say to the configuration.
    if version.to_string() == DEFAULT_VERSION {
        return;
    }
    if !version.at_least(OLDEST_MINOR, 0) {
        return;
    }
    let minor = version.minor;
    let Some(first) = K3S.lines.first() else {
        return;
    };
    // Those before the first ended before it, and nobody needs the day.
    let line = K3S.made_for(minor);
    let (ended, years) = match line {
        Some(line) => match line.ends.filter(|ends| *ends < today) {
            Some(ends) => (format!(" on {ends}"), today.months_since(ends) / 12),
            None => return,
        },
        None if first.kubernetes.is_some_and(|(oldest, _)| minor < oldest) => (String::new(), 1),
        None => return,
    };
    let at = config
        .k3s
        .get()
        .and_then(|k3s| k3s.version.span())
        .unwrap_or_else(|| report.anchor());
    let mut finding = report
        .found(at, format!("support of Kubernetes 1.{minor} ended{ended}"))
        .help(format!(
            "use `{DEFAULT_VERSION}`; a running cluster moves by one minor release at a time"
        ));
    let lacking = K3S_FIXES.iter().find(|fixed| fixed.is_in(version));
    finding = match lacking {
        Some(fixed) => finding.note(format!(
            "k3s {version} lacks the fix of {} too: {}",
            fixed.id, fixed.what
        )),
        None => finding.note("it gets no fixes for vulnerabilities"),
    };
    if years == 0 && lacking.is_none() {
        finding.severity = Severity::Info;
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::date::Date;
    use crate::testing::{TestInputs, check, check_given};

    fn on(year: u16, month: u8, day: u8) -> TestInputs {
        TestInputs {
            today: Date::new(year, month, day),
            ..TestInputs::default()
        }
    }

    #[test]
    fn on_the_day_after_the_last() {
        check_given("k3s: {version: v1.34.12+k3s1}\n", &on(2026, 10, 27));
        check_given(
            r"
k3s: {version: v1.34.12+k3s1}
#              ^^^^^^^^^^^^^ info[k3s-version-unsupported]: support of Kubernetes 1.34 ended on 2026-10-27
",
            &on(2026, 10, 28),
        );
        check_given(
            r"
k3s: {version: v1.34.1+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-unsupported]: support of Kubernetes 1.34 ended on 2026-10-27
",
            &on(2026, 10, 28),
        );
        check_given(
            r"
k3s: {version: v1.34.12+k3s1}
#              ^^^^^^^^^^^^^ warning[k3s-version-unsupported]: support of Kubernetes 1.34 ended on 2026-10-27
",
            &on(2027, 10, 27),
        );
        check_given(
            r"
k3s: {version: v1.27.3+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-unsupported]: support of Kubernetes 1.27 ended
#              ^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.27.3+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
            &on(2026, 10, 28),
        );
        check("k3s: {version: v1.34.12+k3s1}\n");
    }
}
