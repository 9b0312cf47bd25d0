//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster autoscaler would have nothing to do.
    ///
    /// ## Why
    ///
    /// It makes machines at its own provider, and for pools with `autoscale` only. Elsewhere it is left out, so a pool that was
    /// meant to grow does not.
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
    "autoscaler-idle", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    let Some(written) = cluster.autoscaler.get().filter(|_| plan.autoscaler.is_none()) else {
        return;
    };
    let keys = [
        (
            Provider::Hetzner,
            written.hetzner.spanned().map(|found| found.key),
        ),
        (Provider::Azure, written.azure.spanned().map(|found| found.key)),
        (Provider::Gcp, written.gcp.spanned().map(|found| found.key)),
    ];
    // Which of two is meant is asked elsewhere.
    let mut keys = keys.into_iter().filter_map(|(of, key)| Some((of, key?)));
    let (Some((of, key)), None) = (keys.next(), keys.next()) else {
        return;
    };
    let finding = if of == plan.provider {
        // Otherwise a key of it is missing, which is said where it is.
        if plan.nodes.iter().any(|set| set.is_autoscaled()) {
            return;
        }
        let finding = report.found(key, "the autoscaler has no pool: none has `autoscale`");
        finding
            .help("give a pool `autoscale: {min: 1, max: 5}` instead of `count`, or leave the autoscaler out")
    } else {
        let message = format!(
            "the autoscaler is one for `{}`, and the machines are at `{}`",
            of.as_str(),
            plan.provider.as_str()
        );
        let finding = report.found(key, message);
        let finding = match cluster.provider.span() {
            Some(place) => finding.and(place, "the provider"),
            None => finding,
        };
        finding.help(format!("leave it out, or write `provider: {}`", of.as_str()))
    };
    report.push(finding.note("it is left out of the manifests"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn without_a_pool_and_elsewhere() {
        check(
            r"
cluster:
  provider: hetzner
  pools: [{name: main, count: 3}]
  autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}
#              ^^^^^^^ warning[autoscaler-idle]: The autoscaler has no pool: none has `autoscale`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster:
  provider: azure
  size: large
  autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}
#              ^^^^^^^ warning[autoscaler-idle]: The autoscaler is one for `hetzner`, and the machines are at `azure`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}}
#                   ^^^^^^^ error[api-unreachable]: Nobody can reach the Kubernetes API or the machines
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net}}, firewall: {api: [203.0.113.0/24]}}
#                                                      ^^^^^^^ error[missing-key]: Missing key `firewall`
",
        );
        check(
            r"
cluster:
  size: large
  autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b]}}
#              ^^^ warning[autoscaler-idle]: The autoscaler is one for `gcp`, and the machines are at `generic`
",
        );
    }
}
