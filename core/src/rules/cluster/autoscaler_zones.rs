//! See [`RULE`].

use crate::facts::locations::GCP_ZONES;
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster autoscaler's zones are missing, duplicated or in another region.
    ///
    /// ## Why
    ///
    /// A pool has a managed instance group in each zone, and gkc passes every group to the autoscaler with its share of the pool's
    /// bounds. Without a zone there is no group. A duplicate zone gives one group two pairs of bounds, and one of them is ignored.
    /// A zone of another region has no groups of this cluster, and the autoscaler exits on startup with "failed to fetch MIGs".
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
        let finding = report.found(zones.span, "the autoscaler has no zones");
        report.push(finding.help("list the zones of the pools' instance groups"));
    }
    // A zone in place of the region is a mistake of its own.
    let written = cluster.location.get();
    let lost = report.is_damaged() && cluster.location.is_missing();
    let unclear = lost
        || written.is_some_and(|location| super::location_unknown::judge(Provider::Gcp, location).is_some());
    let known: Vec<_> = gcp.zones.items().collect();
    for (place, zone) in known.iter().enumerate() {
        if let Some(first) = known[..place].iter().find(|first| first.value == zone.value) {
            let message = format!("duplicate zone `{}`", zone.value);
            let finding = report
                .found(zone.span, message)
                .and(first.span, "first listed here");
            report.push(finding.help("remove one"));
            continue;
        }
        let Some(region) = plan.location.as_ref().filter(|_| !unclear) else {
            continue;
        };
        let letter = zone
            .value
            .strip_prefix(region.as_str())
            .and_then(|rest| rest.strip_prefix('-'));
        if letter.is_some_and(|letter| letter.len() == 1) {
            let letters = GCP_ZONES.iter().find(|(known, _)| *known == region.as_str());
            if let (Some(letter), Some((_, letters))) = (letter, letters)
                && !letters.contains(letter)
            {
                let all = letters.chars().map(|letter| format!("`{region}-{letter}`"));
                let all: Vec<String> = all.collect();
                let finding = report.found(
                    zone.span,
                    format!("region `{region}` has no zone `{}`", zone.value),
                );
                report.push(finding.help(format!("use {}", crate::words::or(&all))));
            }
            continue;
        }
        let message = format!("zone `{}` is not in region `{region}`", zone.value);
        let mut finding = report.found(zone.span, message);
        finding = match cluster.location.span() {
            Some(place) => finding.and(place, "location set here"),
            None => finding.note(format!(
                "`{region}` is the default; `cluster.location` sets another region"
            )),
        };
        report.push(finding.help(format!("use a zone of this region, such as `{region}-b`")));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn another_region() {
        check(
            r"
cluster:
  provider: gcp
#           ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
  location: europe-west1
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b, europe-west10-a, europe-west1]}}
#                                                                ^^^^^^^^^^^^^^^ error[autoscaler-zones]: zone `europe-west10-a` is not in region `europe-west1`
#                                                                                 ^^^^^^^^^^^^ error[autoscaler-zones]: zone `europe-west1` is not in region `europe-west1`
  firewall: {api: [203.0.113.0/24]}
",
        );
    }

    #[test]
    fn missing_and_duplicate() {
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: []}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                                                   ^^ error[autoscaler-zones]: the autoscaler has no zones
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b, europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                                                                    ^^^^^^^^^^^^^^ error[autoscaler-zones]: duplicate zone `europe-west1-b`
",
        );
    }
}
