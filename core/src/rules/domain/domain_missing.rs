//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::has_platform;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The domain is missing.
    ///
    /// ## Why
    ///
    /// Every URL, certificate and DNS record is made from it, and no platform can be installed without one. Only
    /// `platform: none`, the cluster alone, does not need it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: ""
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
    /// ```
    "domain-missing", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let empty = config.domain.spanned().filter(|d| d.value.trim().is_empty());
    // A misspelt key was reported with the correct name.
    let misspelt = report.is_meant("domain");
    let absent = config.domain.is_missing() && !report.is_damaged() && !misspelt;
    let span = match empty {
        Some(domain) => domain.span,
        None if absent => report.empty("domain").unwrap_or(report.anchor()),
        None => return,
    };
    if !has_platform(config) {
        return;
    }
    let platform = config.platform();
    let message = match empty {
        Some(_) => "empty domain".to_owned(),
        None => format!("missing `domain`, which {} requires", platform.title()),
    };
    let finding = report.found(span, message);
    report.push(
        finding
            .help(format!(
                "add `domain: {}.acme.dev` with your own name, or `platform: none` for a cluster without {}",
                platform.as_str(),
                platform.title()
            ))
            .note("every URL, certificate and DNS record is made from it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::source::{FileId, SourceFile};
    use crate::testing::{TestInputs, check};
    use crate::{Options, check_with};

    fn found(text: &str) -> Vec<(String, crate::source::Span)> {
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        let checked = check_with(&file, &TestInputs::default(), Options::default());
        let missing = checked.diagnostics.iter().filter(|d| d.rule == "domain-missing");
        missing.map(|d| (file.slice(d.span).to_owned(), d.span)).collect()
    }

    #[test]
    fn a_missing_domain_is_flagged_at_the_version() {
        let found = found("apiVersion: gitpod-k3s/v1\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "gitpod-k3s/v1");
    }

    #[test]
    fn an_empty_domain() {
        check(
            r"
domain: ' '
#       ^^^ error[domain-missing]: empty domain
",
        );
    }

    #[test]
    fn damaged_files_and_bare_clusters() {
        assert!(found("apiVersion: gitpod-k3s/v1\nplatform: none\n").is_empty());
        assert!(found("apiVersion: gitpod-k3s/v1\nplatform: kubernetes\n").is_empty());
        assert!(found("apiVersion: gitpod-k3s/v1\nDomain: gitpod.acme.dev\n").is_empty());
        assert!(found("apiVersion: gitpod-k3s/v1\ndomain: [gitpod\n").is_empty());
    }
}
