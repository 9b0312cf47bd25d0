//! See [`RULE`].

use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::{Document, DocumentKind, Emission, Filled, size};
use crate::facts::providers::{USER_DATA_TARGET, facts};
use crate::model::Provider;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The user-data of a machine exceeds its provider's limit.
    ///
    /// ## Why
    ///
    /// cloud-init gets its instructions from the provider, which limits their size: 32 KiB on Hetzner, 64 on Azure, 256 on Google
    /// Cloud. Above the limit no machine is created, and only the provider's API says so. gkc measures the file and reports an info
    /// above 12 KiB, which fits everywhere.
    ///
    /// Source: the limits that `core/src/facts/providers.rs` names with their documents.
    ///
    /// ## Example
    ///
    /// A script of many lines, here eight of them a dozen times over:
    ///
    /// ```yaml
    /// cloudInit:
    ///   beforeK3s:
    ///     - &part |
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///       echo 'a long script that is pasted here instead of being fetched from where it lives' >/dev/null
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    ///     - *part
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   beforeK3s:
    ///     - curl -fsSL https://acme.dev/setup.sh -o /root/setup.sh && sh /root/setup.sh
    /// ```
    "user-data-too-large", Error, since "0.1.0", fix None, always, Reads::Artifacts(check)
}

fn check(plan: &Plan, (emission, filled): (&Emission, &Filled), report: &mut Report<'_>) {
    let user_data = filled
        .with_sections(emission)
        .filter(|(document, _)| matches!(document.kind, DocumentKind::UserData(_)))
        .map(|(document, sections)| (document, size(sections)));
    let Some(judged) = judge(plan.provider, user_data) else {
        return;
    };
    let config = report.model.config.as_ref();
    let own = config
        .and_then(|config| config.cloud_init.spanned())
        .map(|own| own.key);
    let provider = config.and_then(|config| config.cluster.get()?.provider.span());
    let finding: Diagnostic = report.found(own.or(provider).unwrap_or(report.anchor()), judged.message);
    let mut finding = match provider.filter(|_| own.is_some()) {
        Some(provider) => finding.and(provider, "provider set here"),
        None => finding,
    };
    finding.severity = judged.severity;
    finding = finding
        .help("download large files in `cloudInit.beforeK3s` instead of embedding them in `cloudInit`");
    report.push(match judged.note {
        Some(note) => finding.note(note),
        None => finding,
    });
}

struct Judged {
    severity: Severity,
    message: String,
    note: Option<String>,
}

/// The finding about the largest user-data file.
fn judge<'d>(provider: Provider, user_data: impl Iterator<Item = (&'d Document, usize)>) -> Option<Judged> {
    let (largest, size) = user_data.max_by_key(|(_, size)| *size)?;
    let path = &largest.path;
    let facts = facts(provider);
    let name = provider.label();
    // Rendering a template changes its size by a few bytes.
    let about = if largest.is_template() { "about " } else { "" };
    match facts.user_data_limit.filter(|limit| size > *limit) {
        Some(limit) => Some(Judged {
            severity: Severity::Error,
            message: format!("`{path}` has {about}{size} bytes, above {name}'s limit of {limit}"),
            note: Some(format!("no machine is created: {}", facts.limit_source)),
        }),
        None if size > USER_DATA_TARGET => Some(Judged {
            severity: Severity::Info,
            message: match facts.user_data_limit {
                Some(limit) => format!("`{path}` has {about}{size} of the {limit} bytes that {name} allows"),
                None => format!(
                    "`{path}` has {about}{size} bytes, above the {USER_DATA_TARGET} that fit everywhere"
                ),
            },
            note: None,
        }),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::written::Written;
    use crate::plan::Role;

    fn said(provider: Provider, path: &str, late: bool, size: usize) -> Option<(Severity, String)> {
        let of = |path: &str| Document::new(DocumentKind::UserData(Role::Agent), path, Written::default());
        let mut largest = of(path);
        largest.holes.late.extend(late.then(|| "v".to_owned()));
        let sizes = [(&of("cloud-init/small.yaml"), 10), (&largest, size)];
        judge(provider, sizes.into_iter()).map(|judged| (judged.severity, judged.message))
    }

    #[test]
    fn over_the_limit_is_an_error() {
        let (severity, message) =
            said(Provider::Hetzner, "cloud-init/server-init.yaml", false, 32_769).unwrap();
        assert_eq!(severity, Severity::Error);
        assert_eq!(
            message,
            "`cloud-init/server-init.yaml` has 32769 bytes, above Hetzner Cloud's limit of 32768"
        );
    }

    #[test]
    fn over_the_target_is_an_info() {
        let (severity, message) = said(Provider::Hetzner, "cloud-init/pool-a.yaml", true, 32_768).unwrap();
        assert_eq!(severity, Severity::Info);
        assert_eq!(
            message,
            "`cloud-init/pool-a.yaml` has about 32768 of the 32768 bytes that Hetzner Cloud allows"
        );
        let (severity, _) = said(Provider::Generic, "cloud-init/pool-a.yaml", false, 100_000).unwrap();
        assert_eq!(severity, Severity::Info);
    }

    #[test]
    fn small_files_are_fine() {
        assert!(said(Provider::Hetzner, "cloud-init/a.yaml", false, USER_DATA_TARGET).is_none());
    }
}
