//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::{Config, InstallationKind};
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Only part of Gitpod is requested, which requires a second cluster.
    ///
    /// ## Why
    ///
    /// `Meta` and `WebApp` run without workspaces, `Workspace` and `IDE` without the application. Each needs the other part in
    /// another cluster, with certificates and addresses exchanged by hand. gkc builds one cluster from one file.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go`, `InstallationKind`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {kind: Meta}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {kind: Full}
    /// ```
    "gitpod-kind-unsupported", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let gitpod = config.gitpod.get();
    let Some(kind) = gitpod.and_then(|gitpod| gitpod.kind.spanned()) else {
        return;
    };
    if kind.value == InstallationKind::Full {
        return;
    }
    let word = report.text(kind.span).trim_matches(['"', '\'']).to_owned();
    let finding = report
        .found(
            kind.span,
            format!("unsupported kind `{word}`: it requires a second cluster"),
        )
        .help("set it to `Full`, or remove the key");
    match scalar(report, kind.span, "Full") {
        Some(text) => report.push(finding.fix(Fix::risky("set it to `Full`", kind.span, text))),
        None => report.push(finding),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_full_is_supported() {
        check(
            r"
gitpod: {kind: Workspace, repository: registry.acme.dev/gitpod}
#              ^^^^^^^^^ error[gitpod-kind-unsupported]: unsupported kind `Workspace`: it requires a second cluster
",
        );
        check(
            r"
gitpod: {kind: Full, repository: registry.acme.dev/gitpod}
",
        );
        check_fix(
            "gitpod-kind-unsupported",
            "gitpod: {kind: 'IDE'}\n",
            "gitpod: {kind: 'Full'}\n",
        );
    }
}
