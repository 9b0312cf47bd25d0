//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::coder::NAMESPACE;
use crate::facts::go::is_quantity;
use crate::facts::machine_types::size_of;
use crate::facts::providers::STORAGE_CLASSES;
use crate::model::{Config, License, Provider};
use crate::rules::cluster::written::machine_types;
use crate::rules::hostname::{is_label, is_object_name};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A setting of workspaces is not one that Kubernetes accepts.
    ///
    /// ## Why
    ///
    /// A namespace is a label of DNS, and workspaces have one of their own: whoever uses a terminal beside the server could read its secrets.
    /// Names of storage classes are lower-case.
    ///
    /// Source: Kubernetes docs, "Object Names and IDs".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {namespace: My_Workspaces}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {namespace: my-workspaces}}
    /// ```
    "coder-workspaces-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

/// Namespaces that others own.
const TAKEN: [&str; 6] = [
    NAMESPACE,
    "cert-manager",
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "system-upgrade",
];
/// The longest label of DNS (RFC 1035).
const LABEL: usize = 63;

fn check(config: &Config, report: &mut Report<'_>) {
    let coder = config.coder.get();
    let licensed = coder.is_some_and(|coder| coder.license.get() == Some(&License::Premium));
    let builders = coder.and_then(|coder| coder.provisioner_daemons.spanned());
    if let Some(builders) = builders.filter(|builders| builders.value == 0 && !licensed) {
        let finding = report.found(builders.span, "nothing builds workspaces");
        report.push(
            finding
                .help("use 1 or more, or remove it")
                .note("provisioners outside the server require `license: premium`"),
        );
    }
    let workspaces = coder.and_then(|coder| coder.workspaces.get());
    let Some(workspaces) = workspaces else { return };
    if let Some(class) = workspaces
        .storage_class
        .spanned()
        // An amount is in the place of the size, where it is said.
        .filter(|class| !is_object_name(&class.value) && !is_quantity(&class.value))
    {
        let finding = report.found(
            class.span,
            format!("invalid name of a storage class `{}`", class.value),
        );
        report.push(finding.help("use lower-case letters, digits, `-` and `.`"));
    }
    if let Some(class) = workspaces.storage_class.spanned()
        && let Some(cluster) = config.cluster.get()
        && let Some(provider) = cluster.provider.get()
        && let Some((_, whose)) = STORAGE_CLASSES.iter().find(|(known, _)| *known == class.value)
        && *whose != Some(*provider)
        // Machines that are none of these may have any driver, and machines of another provider are another mistake.
        && !matches!(provider, Provider::Generic | Provider::RaspberryPi)
        && machine_types(cluster).all(|name| size_of(*provider, &name.value).is_some())
    {
        let mut finding = report.found(
            class.span,
            format!("storage class `{}` belongs to another provider", class.value),
        );
        finding.severity = Severity::Warning;
        report.push(
            finding
                .help("use a class that this cluster has, or remove it for the default one")
                .note("the driver of that class does not run here, and home directories stay Pending"),
        );
    }
    let mut parts = config.k3s.get().into_iter().flat_map(|k3s| k3s.disable.items());
    let disabled = parts.find(|part| part.value == "local-storage");
    let local = workspaces
        .storage_class
        .spanned()
        .filter(|class| class.value == "local-path");
    if let (Some(class), Some(part)) = (local, disabled) {
        let finding = report
            .found(class.span, "storage class `local-path` is disabled")
            .and(part.span, "disabled here");
        report.push(
            finding
                .help("use the class of another driver, or do not disable `local-storage`")
                .note("home directories stay Pending"),
        );
    }
    let Some(name) = workspaces.namespace.spanned() else {
        return;
    };
    let text = name.value.as_str();
    let valid = is_label(text, LABEL);
    if TAKEN.contains(&text) {
        let finding = report.found(name.span, format!("namespace `{text}` is not for workspaces"));
        report.push(finding.help("use a namespace of its own, such as `coder-workspaces`"));
    } else if !valid {
        let finding = report.found(name.span, format!("invalid namespace `{text}`"));
        report.push(finding.help("use lower-case letters, digits and hyphens"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn classes_of_other_providers() {
        let with = |provider: &str, class: &str| {
            format!(
                "platform: coder\ncoder: {{workspaces: {{storageClass: {class}}}}}\ncluster: {{provider: {provider}}}\n"
            )
        };
        for (provider, class, is_right) in [
            ("scaleway", "hcloud-volumes", false),
            ("azure", "gp3", false),
            ("hetzner", "hcloud-volumes", true),
            ("hetzner", "longhorn", true),
            ("generic", "gp3", true),
        ] {
            let (_, found) =
                crate::testing::findings(&with(provider, class), &crate::testing::TestInputs::default());
            let is_found = found
                .iter()
                .any(|found| found.message.ends_with("belongs to another provider"));
            assert_eq!(is_found, !is_right, "{provider} {class}");
        }
    }

    #[test]
    fn what_kubernetes_refuses() {
        check(
            r"
platform: coder
coder: {workspaces: {namespace: coder, storageClass: Standard_RWO, maxPods: 40}}
#                               ^^^^^ error[coder-workspaces-invalid]: namespace `coder` is not for workspaces
#                                                    ^^^^^^^^^^^^ error[coder-workspaces-invalid]: invalid name of a storage class `Standard_RWO`
",
        );
        check(
            r"
platform: coder
coder: {workspaces: {namespace: My_Spaces}}
#                               ^^^^^^^^^ error[coder-workspaces-invalid]: invalid namespace `My_Spaces`
",
        );
    }
}
