//! See [`RULE`].
use crate::facts::coder::NAMESPACE;
use crate::facts::go::is_quantity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A setting of workspaces is not one that Kubernetes accepts.
    ///
    /// ## Why
    ///
    /// Amounts are Kubernetes quantities, such as `500m` or `2Gi`. A namespace is a label of DNS, and workspaces have one of their own: whoever uses a
    /// terminal beside the server could read its secrets.
    ///
    /// Source: Kubernetes docs, "Resource Management for Pods and Containers", "Object Names and IDs".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {homeSize: 10 GB}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {homeSize: 10Gi}}
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
    let workspaces = config.coder.get().and_then(|coder| coder.workspaces.get());
    let Some(workspaces) = workspaces else { return };
    let amounts = [workspaces.requests.get(), workspaces.limits.get()]
        .into_iter()
        .flatten();
    let amounts = amounts.flat_map(|amounts| [&amounts.cpu, &amounts.memory]);
    for field in amounts.chain([&workspaces.home_size]) {
        if let Some(amount) = field.spanned().filter(|amount| !is_quantity(&amount.value)) {
            let finding = report.found(amount.span, format!("invalid quantity `{}`", amount.value));
            report.push(finding.help("use a number with a unit, such as `500m` or `2Gi`"));
        }
    }
    let Some(name) = workspaces.namespace.spanned() else {
        return;
    };
    let text = name.value.as_str();
    let valid = !text.is_empty()
        && text.len() <= LABEL
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
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
    fn what_kubernetes_refuses() {
        check(
            r"
platform: coder
coder: {workspaces: {namespace: coder, homeSize: 10 GB, limits: {cpu: two}}}
#                               ^^^^^ error[coder-workspaces-invalid]: namespace `coder` is not for workspaces
#                                                ^^^^^ error[coder-workspaces-invalid]: invalid quantity `10 GB`
#                                                                     ^^^ error[coder-workspaces-invalid]: invalid quantity `two`
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
