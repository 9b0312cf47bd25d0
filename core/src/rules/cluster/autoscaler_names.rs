//! See [`RULE`].

use crate::model::{Bindable, Config, Spanned};
use crate::rules::masked::stands_in;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A name in the cluster autoscaler's configuration is not valid at its provider.
    ///
    /// ## Why
    ///
    /// The autoscaler looks its machine groups up by these names and exits on startup if they are invalid, so pools never grow; it
    /// shows only once workspaces stay `Pending`. An Azure subscription is given by its ID, a Google Cloud project by an ID of 6 to
    /// 30 lower-case letters, digits and hyphens.
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
        let help = "use the `id` that `az account show` prints";
        judge(
            azure.subscription.spanned(),
            is_guid,
            "Azure subscription ID",
            help,
            report,
        );
        let help = "use the group's name, of letters, digits, `-`, `_`, `.` and parentheses";
        judge(
            azure.resource_group.spanned(),
            is_group,
            "resource group name",
            help,
            report,
        );
    }
    if let Some(hetzner) = autoscaler.hetzner.get() {
        let help = "use the name or the ID of the network, from `hcloud network list`";
        judge(
            hetzner.network.spanned(),
            is_no_range,
            "network name",
            help,
            report,
        );
    }
    if let Some(gcp) = autoscaler.gcp.get() {
        let help = "use the project ID from `gcloud projects list`, not the project's name";
        judge(
            gcp.project.spanned(),
            is_project,
            "Google Cloud project ID",
            help,
            report,
        );
    }
}

/// A name or an ID, where ranges of addresses have a key of their own.
fn is_no_range(text: &str) -> bool {
    text.parse::<ipnet::IpNet>().is_err() && text.parse::<std::net::IpAddr>().is_err()
}

fn judge(
    written: Option<&Spanned<Bindable>>,
    fits: fn(&str) -> bool,
    what: &str,
    help: &str,
    report: &mut Report<'_>,
) {
    let Some(written) = written else { return };
    // The value of a Terraform expression may be any part of it.
    let known = written
        .value
        .as_known()
        .filter(|text| !text.contains(stands_in) && !text.is_empty());
    let Some(text) = known.filter(|text| !fits(text)) else {
        return;
    };
    let finding = report
        .found(written.span, format!("invalid {what} `{text}`"))
        .help(help);
    report.push(finding.note("the autoscaler exits on startup, and pools never grow"));
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn is_group(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    text.chars().count() <= 90 && text.chars().all(inner) && !text.ends_with('.')
}

/// Old projects have a domain in front.
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
    fn valid_names() {
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
    fn invalid_names() {
        check(
            r#"
cluster:
  provider: azure
#           ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler: {azure: {subscription: acme, resourceGroup: "${azurerm_resource_group.cluster.name}"}}
#                                    ^^^^ error[autoscaler-names]: invalid Azure subscription ID `acme`
  firewall: {api: [203.0.113.0/24]}
"#,
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: Acme, zones: [europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                                 ^^^^ error[autoscaler-names]: invalid Google Cloud project ID `Acme`
",
        );
    }
}
