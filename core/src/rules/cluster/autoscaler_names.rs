//! See [`RULE`].

use crate::model::{Bindable, Config, Spanned};
use crate::rules::masked::stands_in;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// What the cluster autoscaler is to work in cannot be called that.
    ///
    /// ## Why
    ///
    /// It asks the provider for its groups by these names and stops at its start where they are none: pools never grow, which shows when
    /// workspaces wait. A subscription of Azure's has an ID, a project of Google's one of 6 to 30 small letters, digits and hyphens.
    ///
    /// Source: learn.microsoft.com, "Get subscription and tenant IDs", "Naming rules and restrictions"; cloud.google.com, "Creating and managing
    /// projects".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   provider: gcp
    ///   size: large
    ///   autoscaler: {gcp: {project: Acme Production, zones: [europe-west1-b]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   provider: gcp
    ///   size: large
    ///   autoscaler: {gcp: {project: acme-production, zones: [europe-west1-b]}}
    /// ```
    "autoscaler-names", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let cluster = config.cluster.get();
    let Some(autoscaler) = cluster.and_then(|cluster| cluster.autoscaler.get()) else {
        return;
    };
    if let Some(azure) = autoscaler.azure.get() {
        let help = "write its ID, which `az account show` has as `id`";
        judge(
            azure.subscription.spanned(),
            is_guid,
            "subscription of Azure's",
            help,
            report,
        );
        let help = "write the group's name: letters, digits, `-`, `_`, `.` and parentheses";
        judge(
            azure.resource_group.spanned(),
            is_group,
            "resource group",
            help,
            report,
        );
    }
    if let Some(gcp) = autoscaler.gcp.get() {
        let help = "write the project's ID, which `gcloud projects list` has, not its name";
        judge(
            gcp.project.spanned(),
            is_project,
            "project of Google Cloud's",
            help,
            report,
        );
    }
}

fn judge(
    written: Option<&Spanned<Bindable>>,
    fits: fn(&str) -> bool,
    what: &str,
    help: &str,
    report: &mut Report<'_>,
) {
    let Some(written) = written else { return };
    // What only Terraform knows may be any of it.
    let known = written
        .value
        .as_known()
        .filter(|text| !text.contains(stands_in) && !text.is_empty());
    let Some(text) = known.filter(|text| !fits(text)) else {
        return;
    };
    let finding = report
        .found(written.span, format!("`{text}` is no {what}"))
        .help(help);
    report.push(finding.note("the autoscaler stops at its start, and pools never grow"));
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_group(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    text.chars().count() <= 90 && text.chars().all(inner) && !text.ends_with('.')
}

/// With a domain in front, for the projects of old.
fn is_project(text: &str) -> bool {
    let id = text.rsplit_once(':').map_or(text, |(_, id)| id);
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (6..=30).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && !id.ends_with('-')
        && id.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::{is_group, is_guid, is_project};
    use crate::testing::check;

    #[test]
    fn names_as_the_providers_have_them() {
        assert!(
            is_guid("6f2d8a51-c3e9-4b07-8d1e-0a9b7c6d5e4f")
                && !is_guid("acme")
                && !is_guid("6f2d8a51c3e94b078d1e0a9b7c6d5e4f")
        );
        assert!(is_group("rg-acme_(eu).1") && !is_group("acme eu") && !is_group("acme."));
        for project in ["acme-prod", "acme.dev:prod-1x", "a23456"] {
            assert!(is_project(project), "{project}");
        }
        for project in ["acme", "Acme-Prod", "1acme-prod", "acme-prod-", "acme prod"] {
            assert!(!is_project(project), "{project}");
        }
    }

    #[test]
    fn they_are_pointed_at() {
        check(
            r#"
cluster:
  provider: azure
  size: large
  autoscaler: {azure: {subscription: acme, resourceGroup: "${azurerm_resource_group.cluster.name}"}}
#                                    ^^^^ error[autoscaler-names]: `acme` is no subscription of Azure's
  firewall: {api: [203.0.113.0/24]}
"#,
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: Acme, zones: [europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
#                                                                 ^^^^ error[autoscaler-names]: `Acme` is no project of Google Cloud's
",
        );
    }
}
