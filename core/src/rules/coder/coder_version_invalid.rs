//! See [`RULE`].
use crate::diagnostic::{Applicability, Severity};
use crate::facts::coder::{CODER, minor};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// `coder.version` is not a version of Coder.
    ///
    /// ## Why
    ///
    /// A version is the chart's: three numbers without a `v`. The image's tag is made from it.
    ///
    /// Source: coder/coder `helm/coder/Chart.yaml`, `docs/reference/releases.md`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {version: v2.34.10}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {version: 2.34.10}
    /// ```
    "coder-version-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(version) = config.coder.get().and_then(|coder| coder.version.spanned()) else {
        return;
    };
    let text = version.value.as_str();
    if is_version(text) {
        if !text.starts_with("2.") {
            let mut finding = report.found(
                version.span,
                format!("unknown major version of Coder in `{text}`"),
            );
            finding.severity = Severity::Warning;
            report.push(finding.help("use a version `2.x`: the chart's values are known for these"));
        }
        let oldest = CODER.lines.first().and_then(|line| minor(line.version));
        if minor(text) < oldest && text.starts_with("2.") {
            let mut finding = report.found(version.span, format!("Coder {text} is out of support"));
            finding.severity = Severity::Warning;
            let finding = finding.help(format!("use `{}`", CODER.lines[0].version));
            report.push(finding.note("security problems in it are no longer fixed"));
        }
        return;
    }
    let finding = report.found(version.span, format!("invalid version `{text}`"));
    let bare = text.strip_prefix('v').filter(|bare| is_version(bare));
    report.push(match bare {
        Some(bare) => {
            let fix = edit::write(report, version.span, bare, Applicability::Safe);
            edit::attach(finding.help(format!("use `{bare}`")), fix)
        }
        None => finding.help("use three numbers, such as `2.34.10`"),
    });
}

fn is_version(text: &str) -> bool {
    let numbers: Vec<&str> = text.split('.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3 && numbers.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn versions_of_other_forms() {
        check(
            r"
platform: coder
coder: {version: v2.34.10}
#                ^^^^^^^^ error[coder-version-invalid]: invalid version `v2.34.10`
",
        );
        check(
            r"
platform: coder
coder: {version: latest}
#                ^^^^^^ error[coder-version-invalid]: invalid version `latest`
",
        );
        check_fix(
            "coder-version-invalid",
            "platform: coder\ncoder: {version: v2.34.10}\n",
            "platform: coder\ncoder: {version: \"2.34.10\"}\n",
        );
    }
}
