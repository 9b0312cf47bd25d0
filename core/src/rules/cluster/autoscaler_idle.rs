//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Field, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster autoscaler has nothing to scale.
    ///
    /// ## Why
    ///
    /// It creates machines only at its own provider, and only for pools with `autoscale`. Otherwise gkc leaves it out of the
    /// manifests, so a pool that was meant to grow does not.
    ///
    /// Source: kubernetes/autoscaler `cluster-autoscaler/cloudprovider`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   pools: [{name: main, count: 3}]
    ///   autoscaler:
    ///     hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   pools: [{name: main, count: 3}]
    /// ```
    "autoscaler-idle", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), tagged Unused, silences super::autoscaler_root_password::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let Some(written) = cluster.autoscaler.get().filter(|_| plan.autoscaler.is_none()) else {
        return;
    };
    if matches!(cluster.provider, Field::Bad) {
        return;
    }
    let keys = [
        (
            Provider::Hetzner,
            written.hetzner.spanned().map(|found| found.key),
        ),
        (Provider::Azure, written.azure.spanned().map(|found| found.key)),
        (Provider::Gcp, written.gcp.spanned().map(|found| found.key)),
    ];
    // Two autoscalers at once are `conflicting-keys`.
    let mut keys = keys.into_iter().filter_map(|(of, key)| Some((of, key?)));
    let (Some((of, key)), None) = (keys.next(), keys.next()) else {
        return;
    };
    let finding = if of == plan.provider {
        // Otherwise one of its keys is missing, which has a finding of its own.
        if plan.nodes.iter().any(|set| set.is_autoscaled()) {
            return;
        }
        let finding = report.found(key, "the cluster autoscaler has no pool to scale");
        finding.help(
            "replace the `count` of a pool with `autoscale: {min: 1, max: 5}`, or remove the autoscaler",
        )
    } else {
        let message = format!(
            "the autoscaler is for `{}`, but the provider is `{}`",
            of.as_str(),
            plan.provider.as_str()
        );
        let finding = report.found(key, message);
        let finding = match cluster.provider.span() {
            Some(place) => finding.and(place, "provider set here"),
            None => finding,
        };
        finding.help(format!("remove it, or set `provider: {}`", of.as_str()))
    };
    report.push(finding.note("gkc leaves the autoscaler out of the manifests"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn without_a_pool_and_for_another_provider() {
        check(
            r"
cluster:
  provider: hetzner
  pools: [{name: main, count: 3}]
  autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}
#              ^^^^^^^ warning[autoscaler-idle]: the cluster autoscaler has no pool to scale
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster:
  provider: azure
#           ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}
#              ^^^^^^^ warning[autoscaler-idle]: the autoscaler is for `hetzner`, but the provider is `azure`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}}
#                   ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                                  ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                      ^^^^^^^ info[autoscaler-root-password]: Hetzner mails a root password for each machine that the autoscaler creates
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net}}, firewall: {api: [203.0.113.0/24]}}
#                                  ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                      ^^^^^^^ info[autoscaler-root-password]: Hetzner mails a root password for each machine that the autoscaler creates
#                                                      ^^^^^^^ error[missing-key]: missing key `firewall`
",
        );
        check(
            r"
cluster:
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b]}}
#              ^^^ warning[autoscaler-idle]: the autoscaler is for `gcp`, but the provider is `generic`
",
        );
    }
}
