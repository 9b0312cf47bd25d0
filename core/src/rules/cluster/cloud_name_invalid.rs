//! See [`RULE`].

use super::names::mistake;
use super::written::{ByPlace, most};
use crate::facts::names::{GCP_ACCOUNT, NODE, NODE_ID, machine_suffix};
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A name that the cloud forms from the names of the cluster and its pools is not valid there.
    ///
    /// ## Why
    ///
    /// Machines are named `<cluster>-<pool>` and a number or random characters, and k3s adds an ID for the node. A node whose name has more
    /// than 63 characters never registers. On Google Cloud all names start with a letter, and the root in `examples/terraform` creates
    /// a service account `<cluster>-servers`, whose ID has at most 30 characters.
    ///
    /// Source: Kubernetes docs, "Labels and Selectors"; k3s docs, `--with-node-id`; the autoscaler's, Azure's and Google's names of machines;
    /// cloud.google.com, "Naming resources", "Create service accounts".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: gcp, name: acme-developer-platform}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: gcp, name: acme-platform}
    /// ```
    "cloud-name-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cluster = config.cluster.get().and_then(|cluster| cluster.name.spanned());
    if let Some(written) = cluster.filter(|_| plan.provider == Provider::Gcp) {
        let name = &written.value;
        let (suffix, most) = GCP_ACCOUNT;
        let account = name.len() + suffix.len();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            let finding = report
                .found(written.span, format!("cluster name `{name}` starts with a digit"))
                .help("start it with a letter")
                .note("Google Cloud accepts only names that start with a letter, and Terraform fails when it creates the network");
            report.push(finding);
        } else if account > most {
            let message = format!(
                "service account ID `{name}{suffix}` is too long: {account} characters, at most {most}"
            );
            let finding = report
                .found(written.span, message)
                .help(format!(
                    "shorten the cluster name to {} characters",
                    most - suffix.len()
                ))
                .note("the root in `examples/terraform/gcp` creates this account, and Terraform fails");
            report.push(finding);
        }
    }
    // What is too long by itself is too long in every name.
    if cluster.is_some_and(|name| mistake(&name.value, false).is_some()) {
        return;
    }
    let written = ByPlace::new(config);
    for set in plan.agents().filter(|set| !set.named) {
        let Some(suffix) = machine_suffix(plan.provider, set.is_autoscaled(), most([set])) else {
            return;
        };
        let group = plan.group_name(set);
        let longest = NODE - NODE_ID - suffix;
        let pool = written.of(set).and_then(|written| written.name);
        let Some(place) = pool.or(cluster).filter(|_| group.len() > longest) else {
            continue;
        };
        let nodes = group.len() + suffix + NODE_ID;
        let message = format!(
            "node names of pool `{}` are too long: {nodes} characters, at most {NODE}",
            set.name
        );
        let finding = report
            .found(place.span, message)
            .help(format!(
                "shorten `{group}`, the names of the cluster and the pool, to {longest} characters"
            ))
            .note("the kubelet does not register under a longer name, and the machines never join");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn node_names_that_are_too_long() {
        check(
            r"
domain: gitpod.acme.dev
cluster:
  provider: hetzner
  name: acme-developer-platform
  firewall: {api: [203.0.113.0/24]}
  pools: [{name: services-and-everything-else, count: 99, workloads: [meta, ide, services]}, {name: workspaces, count: 9, workloads: [regular, headless]}]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[cloud-name-invalid]: node names of pool `services-and-everything-else` are too long: 64 characters, at most 63
",
        );
    }

    #[test]
    fn names_that_google_refuses() {
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: gcp, name: 1acme, firewall: {api: [203.0.113.0/24]}}
#                              ^^^^^ warning[cloud-name-invalid]: cluster name `1acme` starts with a digit
",
        );
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: gcp, name: acme-developer-platform, firewall: {api: [203.0.113.0/24]}}
#                              ^^^^^^^^^^^^^^^^^^^^^^^ warning[cloud-name-invalid]: service account ID `acme-developer-platform-servers` is too long: 31 characters, at most 30
",
        );
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: azure, name: acme-developer-platform, firewall: {api: [203.0.113.0/24]}}
",
        );
    }
}
