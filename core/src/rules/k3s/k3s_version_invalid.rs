//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::k3s::{DEFAULT_VERSION, Version};
use crate::model::Config;
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The k3s version is misspelled.
    ///
    /// ## Why
    ///
    /// A k3s release is named after the Kubernetes version and k3s's own number: `v1.36.5+k3s1`. The install script puts it into
    /// the download URL unchanged, so every machine gets a 404. Image tags use `-` in place of `+`, which is the usual mistake.
    ///
    /// Source: k3s-io/k3s `install.sh` and its releases.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5-k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(version) = config.k3s.get().and_then(|k3s| k3s.version.spanned()) else {
        return;
    };
    if Version::parse(&version.value).is_some() {
        return;
    }
    let finding = report
        .found(version.span, format!("invalid k3s version `{}`", version.value))
        .note("the install script downloads a release of that name, and every machine fails with a 404");
    if let "stable" | "latest" = version.value.as_str() {
        let help = format!(
            "use `{DEFAULT_VERSION}`, or `channel: {}` in place of `version`",
            version.value
        );
        report.push(finding.help(help));
        return;
    }
    let Some((near, sure)) = near_miss(&version.value) else {
        report.push(finding.help(format!("use a complete version, such as `{DEFAULT_VERSION}`")));
        return;
    };
    let finding = finding.help(format!("use `{near}`"));
    let Some(text) = scalar(report, version.span, &near) else {
        report.push(finding);
        return;
    };
    let title = format!("use `{near}`");
    let fix = match sure {
        true => Fix::safe(title, version.span, text),
        false => Fix::risky(title, version.span, text),
    };
    report.push(finding.fix(fix));
}

/// The version that was meant, and whether that is certain: a missing k3s number is a guess.
fn near_miss(written: &str) -> Option<(String, bool)> {
    let bare = written.trim().trim_start_matches(['v', 'V']).to_lowercase();
    let bare = bare
        .replace("-k3s", "+k3s")
        .replace("_k3s", "+k3s")
        .replace("+k3s.", "+k3s");
    let with_number = match bare.ends_with("+k3s") {
        true => format!("v{bare}1"),
        false => format!("v{bare}"),
    };
    let fits = |text: &String| Version::parse(text).is_some();
    if fits(&with_number) {
        return Some((with_number, !bare.ends_with("+k3s")));
    }
    let guess = format!("v{bare}+k3s1");
    fits(&guess).then_some((guess, false))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Applicability;
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn near_misses_and_others() {
        check(
            r"
k3s: {version: v1.36.5-k3s1}
#              ^^^^^^^^^^^^ error[k3s-version-invalid]: invalid k3s version `v1.36.5-k3s1`
",
        );
        check(
            r"
k3s: {version: stable}
#              ^^^^^^ error[k3s-version-invalid]: invalid k3s version `stable`
",
        );
        check(
            r#"
k3s: {version: "1.33"}
#              ^^^^^^ error[k3s-version-invalid]: invalid k3s version `1.33`
"#,
        );
        check(
            r"
k3s: {version: v1.36.5-rc1+k3s2}
#              ^^^^^^^^^^^^^^^^ warning[k3s-version-untested]: `v1.36.5-rc1+k3s2` is a pre-release
",
        );
    }

    #[test]
    fn the_fix_corrects_the_spelling() {
        for (before, after) in [
            ("v1.36.5-k3s1", "v1.36.5+k3s1"),
            ("1.36.5+k3s2", "v1.36.5+k3s2"),
            ("'V1.36.5-k3s1'", "'v1.36.5+k3s1'"),
            ("v1.36.5", "v1.36.5+k3s1"),
            ("v1.36.5+k3s", "v1.36.5+k3s1"),
        ] {
            let text = |version: &str| format!("k3s: {{version: {version}}}\n");
            check_fix("k3s-version-invalid", &text(before), &text(after));
        }
    }

    #[test]
    fn a_guessed_number_is_an_unsafe_fix() {
        let (_, found) = findings("k3s: {version: v1.36.5}\n", &TestInputs::default());
        let finding = found.iter().find(|d| d.rule == "k3s-version-invalid").unwrap();
        assert_eq!(finding.fixes[0].applicability, Applicability::Unsafe);
    }
}
