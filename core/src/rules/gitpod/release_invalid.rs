//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::gitpod::{FIRST, Release};
use crate::model::Config;
use crate::rules::edit::double_quoted;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The Gitpod release has an invalid name, or is too old.
    ///
    /// ## Why
    ///
    /// Releases are named by month, `2023.11` or `2023.11.3`, and `main` is the head. gkc's output depends on the release: key
    /// names, labels, files in secrets. The Installer of 2022.01 and 2022.02 sets no defaults. Many YAML readers turn an unquoted `2022.10` into the number 2022.1, so quote it.
    ///
    /// Source: gitpod-io/gitpod, tags; `install/installer/README.md`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: v2023.11}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: "2023.11"}
    /// ```
    "release-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod, silences super::pod_security_policies_gone::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(release) = config.platform_release() else {
        return;
    };
    if let Some(known) = Release::parse(&release.value) {
        if known < FIRST {
            let finding = report.found(
                release.span,
                format!("Gitpod release `{known}` is older than {FIRST}, the first that gkc knows"),
            );
            let finding = finding.help(format!("use `\"{FIRST}\"` or newer, or `main`"));
            report.push(
                finding.note(
                    "its Installer sets no defaults, so the config that gkc writes fails its validation",
                ),
            );
        }
        return;
    }
    let finding = report
        .found(
            release.span,
            format!("unknown Gitpod release `{}`", release.value),
        )
        .note("names of keys, labels and secrets differ between releases");
    let bare = release
        .value
        .trim()
        .trim_start_matches(['v', 'V'])
        .trim_start_matches("release-")
        .replace(['-', '/'], ".");
    let near = match bare.split_once('.') {
        // `2022.1` may be January, or October without its zero.
        Some((year, "1")) => {
            let help = format!(
                "use `\"{year}.01\"` or `\"{year}.10\"`, in quotes: an unquoted number loses its trailing zero"
            );
            report.push(finding.help(help));
            return;
        }
        Some((year, month)) if month.len() == 1 => format!("{year}.0{month}"),
        _ => bare,
    };
    if Release::parse(&near).is_none() {
        let help = "use `YYYY.MM` or `YYYY.MM.patch` in quotes, such as `\"2023.11\"`, or `main`";
        report.push(finding.help(help));
        return;
    }
    let text = if near == "main" {
        near.clone()
    } else {
        double_quoted(&near)
    };
    let finding = finding.help(format!("use `{text}`"));
    report.push(finding.fix(Fix::safe(format!("use `{text}`"), release.span, text)));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn months_patches_and_main() {
        check(
            r#"
gitpod: {release: "2022.1", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^ error[release-invalid]: unknown Gitpod release `2022.1`
"#,
        );
        check(
            r"
gitpod: {release: latest, repository: registry.acme.dev/gitpod}
#                 ^^^^^^ error[release-invalid]: unknown Gitpod release `latest`
",
        );
        check(
            r"
gitpod: {release: main, repository: registry.acme.dev/gitpod}
",
        );
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.2 lets workspaces connect to the machines and the Kubernetes API
"#,
        );
    }

    #[test]
    fn near_misses_are_fixed() {
        for (before, after) in [
            ("v2023.11", "2023.11"),
            ("'2022.7'", "2022.07"),
            ("release-2022.11.1", "2022.11.1"),
        ] {
            check_fix(
                "release-invalid",
                &format!("gitpod: {{release: {before}}}\n"),
                &format!("gitpod: {{release: \"{after}\"}}\n"),
            );
        }
    }

    #[test]
    fn releases_before_defaults() {
        check(
            r#"
gitpod: {release: "2022.01.1", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ error[release-invalid]: Gitpod release `2022.01.1` is older than 2022.03, the first that gkc knows
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.01.1 lets workspaces connect to the machines and the Kubernetes API
"#,
        );
    }
}
