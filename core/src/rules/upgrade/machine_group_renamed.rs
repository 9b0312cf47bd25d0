//! See [`RULE`].

use crate::model::{Config, Provider};
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The cluster autoscaler knows the machines of a pool under another name than the cluster was built with.
    ///
    /// ## Why
    ///
    /// A pool's group is named after the cluster and the pool. On Hetzner that is the value of the label `hcloud/node-group`: the autoscaler
    /// no longer manages servers with the old value, and creates new ones up to the pool's minimum. On Azure and Google Cloud it exits
    /// because no group has the new name.
    ///
    /// Earlier trees of gkc named the groups on Hetzner after the pool alone. The autoscaler looks for the label in the whole project, so two
    /// clusters with a pool of the same name deleted each other's servers, running workspaces included.
    ///
    /// Before you run `k3s/apply.sh` of the new tree, stop the autoscaler, and give this cluster's servers the new label:
    ///
    /// ```sh
    /// old=workspaces new=acme-workspaces
    /// kubectl -n kube-system scale deployment cluster-autoscaler --replicas=0
    /// for id in $(kubectl get nodes -o jsonpath='{.items[*].spec.providerID}'); do
    ///   id=${id#hcloud://}
    ///   group=$(hcloud server describe "$id" -o format='{{index .Labels "hcloud/node-group"}}')
    ///   [ "$group" != "$old" ] || hcloud server add-label --overwrite "$id" hcloud/node-group="$new"
    /// done
    /// ```
    ///
    /// `apply.sh` starts the autoscaler again. On Azure and Google Cloud, create the new groups first.
    ///
    /// Source: kubernetes/autoscaler, `cloudprovider/hetzner/hetzner_servers_cache.go` and `hetzner_cloud_provider.go`.
    ///
    /// ## Example
    ///
    /// With a tree whose cluster was `acme`:
    ///
    /// ```yaml
    /// cluster:
    ///   name: acme-eu
    ///   provider: hetzner
    ///   size: large
    ///   autoscaler: {hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   name: acme
    ///   provider: hetzner
    ///   size: large
    ///   autoscaler: {hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}}
    /// ```
    "machine-group-renamed", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let now = OneWay::of(plan).machine_groups;
    let renamed: Vec<String> = now
        .iter()
        .filter_map(|(pool, now)| {
            let before = before(built, pool)?;
            (before != now).then(|| format!("`{before}` is now `{now}`"))
        })
        .collect();
    if renamed.is_empty() {
        return;
    }
    let help = match plan.provider {
        Provider::Hetzner => {
            "stop the autoscaler and relabel its servers before you apply the new tree: `gkc explain machine-group-renamed` has the commands"
        }
        _ => {
            "create the groups under their new names before you apply the new tree, or keep the cluster's name"
        }
    };
    let finding = report
        .found(
            place(config, built, plan, report),
            "machine groups of the autoscaler are renamed",
        )
        .help(help);
    report.push(finding.note(renamed.join(", ")));
}

/// The group that a pool had. Earlier trees do not say, and named it after the pool on Hetzner.
fn before<'b>(built: &'b Built, pool: &'b String) -> Option<&'b String> {
    let groups = &built.one_way.machine_groups;
    let resolved = &built.resolved;
    let unnamed = groups.is_empty() && resolved.provider == Provider::Hetzner.as_str();
    let earlier = unnamed && resolved.machine_types.contains_key(pool);
    groups.get(pool).or(earlier.then_some(pool))
}

fn place(config: &Config, built: &Built, plan: &Plan, report: &Report<'_>) -> Span {
    let cluster = config.cluster.get();
    let name = cluster.and_then(|cluster| cluster.name.span());
    let name = name.filter(|_| built.resolved.name != plan.name);
    let autoscaler = cluster.and_then(|cluster| cluster.autoscaler.span());
    name.or(autoscaler).unwrap_or_else(|| report.anchor())
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn a_group_has_the_name_of_its_cluster() {
        check_after(
            r"
cluster:
  name: acme-eu
#       ^^^^^^^ warning[machine-group-renamed]: machine groups of the autoscaler are renamed
  provider: hetzner
#           ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler: {hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}}
#              ^^^^^^^ info[autoscaler-root-password]: Hetzner mails a root password for each machine that the autoscaler creates
",
            "cluster:\n  name: acme\n  provider: hetzner\n  size: large\n  autoscaler: {hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}}\n",
        );
    }
}
