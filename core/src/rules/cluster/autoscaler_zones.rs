//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster autoscaler's zones are none, the same twice, or of another region.
    ///
    /// ## Why
    ///
    /// A pool has a managed instance group in each zone, and the autoscaler is told each with its share of the pool's bounds. Without a
    /// zone it has no group. A zone that is named twice is one group with two pairs of bounds, of which one is forgotten. In another
    /// region there is none of the pool's groups, and the autoscaler stops at its start with "failed to fetch MIGs".
    ///
    /// Source: kubernetes/autoscaler `cluster-autoscaler/cloudprovider/gce/gce_manager.go`, fetchExplicitMigs; a zone is its region with
    /// a letter (cloud.google.com, "Regions and zones").
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   provider: gcp
    ///   location: europe-west1
    ///   size: large
    ///   autoscaler:
    ///     gcp: {project: acme-prod, zones: [europe-west1-b, us-central1-a]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   provider: gcp
    ///   location: europe-west1
    ///   size: large
    ///   autoscaler:
    ///     gcp: {project: acme-prod, zones: [europe-west1-b, europe-west1-c]}
    /// ```
    "autoscaler-zones", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cluster = config.cluster.get();
    let Some((cluster, gcp)) =
        cluster.and_then(|cluster| Some((cluster, cluster.autoscaler.get()?.gcp.get()?)))
    else {
        return;
    };
    let Some(zones) = gcp.zones.spanned() else { return };
    if zones.value.is_empty() {
        let finding = report.found(zones.span, "the autoscaler has no zone");
        report.push(finding.help("name the zones that the pools' instance groups are in"));
    }
    let known: Vec<_> = gcp.zones.items().collect();
    for (place, zone) in known.iter().enumerate() {
        if let Some(first) = known[..place].iter().find(|first| first.value == zone.value) {
            let message = format!("`{}` is here twice", zone.value);
            let finding = report.found(zone.span, message).and(first.span, "first here");
            report.push(finding.help("leave one out"));
            continue;
        }
        let Some(region) = &plan.location else { continue };
        let letter = zone
            .value
            .strip_prefix(region.as_str())
            .and_then(|rest| rest.strip_prefix('-'));
        if letter.is_some_and(|letter| letter.len() == 1) {
            continue;
        }
        let message = format!("`{}` is no zone of `{region}`", zone.value);
        let mut finding = report.found(zone.span, message);
        finding = match cluster.location.span() {
            Some(place) => finding.and(place, "the location"),
            None => finding.note(format!(
                "`{region}` is the location unless `cluster.location` says"
            )),
        };
        report.push(finding.help(format!("zones have a letter after the region: `{region}-b`")));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn of_another_region() {
        check(
            r"
cluster:
  provider: gcp
  location: europe-west1
  size: large
  autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b, europe-west10-a, europe-west1]}}
#                                                                ^^^^^^^^^^^^^^^ error[autoscaler-zones]: `europe-west10-a` is no zone of `europe-west1`
#                                                                                 ^^^^^^^^^^^^ error[autoscaler-zones]: `europe-west1` is no zone of `europe-west1`
  firewall: {api: [203.0.113.0/24]}
",
        );
    }

    #[test]
    fn none_and_twice() {
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: []}}, firewall: {api: [203.0.113.0/24]}}
#                                                                                   ^^ error[autoscaler-zones]: The autoscaler has no zone
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b, europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
#                                                                                                    ^^^^^^^^^^^^^^ error[autoscaler-zones]: `europe-west1-b` is here twice
",
        );
    }
}
