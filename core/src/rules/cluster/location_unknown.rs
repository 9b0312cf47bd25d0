//! See [`RULE`].

use super::written::machine_types;
use crate::diagnostic::Applicability;
use crate::facts::locations::{no_azure_region, no_gcp_region, no_scaleway_zone};
use crate::facts::machine_types::{HETZNER_LOCATIONS, size_of};
use crate::model::{Cluster, Config, Provider};
use crate::rules::yaml::yaml_ambiguous_scalar;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;

declare_rule! {
    /// The provider has no such location.
    ///
    /// ## Why
    ///
    /// Terraform requests the machines there and fails, after it has created everything before them. Each provider names locations
    /// differently: Hetzner has six names, Azure uses lower-case letters without spaces, Google Cloud a region (`europe-west1`,
    /// with zones such as `europe-west1-b`), Scaleway a zone (`nl-ams-1`, in the region `nl-ams`).
    ///
    /// Source: docs.hetzner.com, "Locations"; learn.microsoft.com, "List of Azure regions"; cloud.google.com, "Regions and zones";
    /// scaleway.com/docs, "Products availability guide".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: gcp, location: europe-west1-b}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: gcp, location: europe-west1}
    /// ```
    "location-unknown", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), silences yaml_ambiguous_scalar::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get() else {
        return;
    };
    let (Some(provider), Some(location)) = (cluster.provider.spanned(), cluster.location.spanned()) else {
        return;
    };
    // Where the machine types are of another provider too, that one is meant.
    if meant_provider(cluster, provider.value).is_some() {
        return;
    }
    let written = location.value.as_str();
    let Some((message, instead)) = judge(provider.value, written) else {
        return;
    };
    let finding = report
        .found(location.span, message)
        .and(provider.span, "provider set here")
        .note("Terraform fails when it creates the machines");
    report.push(match instead {
        Some(instead) => {
            let fix = edit::write(report, location.span, &instead, Applicability::Unsafe);
            edit::attach(finding.help(format!("use `{instead}`")), fix)
        }
        None => finding.help(match provider.value {
            Provider::Hetzner => format!("use one of `{}`", HETZNER_LOCATIONS.join("`, `")),
            Provider::Azure => "use a name from `az account list-locations`, such as `uksouth`".to_owned(),
            Provider::Gcp => "use a region, such as `europe-west1`".to_owned(),
            _ => "use a zone, such as `nl-ams-1`".to_owned(),
        }),
    });
}

/// What is wrong with a location, and what was probably meant.
pub(super) fn judge(provider: Provider, written: &str) -> Option<(String, Option<String>)> {
    let unknown = |of: &str| format!("unknown {of} `{written}`");
    match provider {
        Provider::Hetzner => (!HETZNER_LOCATIONS.contains(&written)).then(|| {
            let near = nearest(written, HETZNER_LOCATIONS).map(str::to_owned);
            (unknown("Hetzner location"), near)
        }),
        Provider::Azure => {
            let name: String = written.to_ascii_lowercase().split_whitespace().collect();
            let plain = |name: &str| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            };
            match plain(written) {
                false => Some((unknown("Azure region"), plain(&name).then_some(name))),
                true => {
                    no_azure_region(written).map(|meant| (unknown("Azure region"), meant.map(str::to_owned)))
                }
            }
        }
        Provider::Gcp => {
            let zone = written
                .rsplit_once('-')
                .filter(|(region, letter)| letter.len() == 1 && is_gcp_region(region));
            match zone {
                Some((region, _)) => Some((
                    format!("expected a region, found the zone `{written}`"),
                    Some(region.to_owned()),
                )),
                None if !is_gcp_region(written) => Some((unknown("Google Cloud region"), None)),
                None => no_gcp_region(written).map(|meant| (unknown("Google Cloud region"), meant)),
            }
        }
        Provider::Scaleway => {
            let zone = written.rsplit_once('-').and_then(|(region, number)| {
                let number: u32 = number.parse().ok()?;
                is_scaleway_region(region).then_some((region, number))
            });
            match is_scaleway_region(written) {
                true => Some((
                    format!("expected a zone, found the region `{written}`"),
                    Some(format!("{written}-1")),
                )),
                false => match zone {
                    None => Some((unknown("Scaleway zone"), None)),
                    Some((region, number)) => {
                        no_scaleway_zone(region, number).map(|meant| (unknown("Scaleway zone"), meant))
                    }
                },
            }
        }
        Provider::Generic | Provider::RaspberryPi => None,
    }
}

/// The provider whose machine types these are, where they are not those of `of`.
pub(super) fn owner(of: Provider, name: &str) -> Option<Provider> {
    let has = |provider: &Provider| *provider != of && size_of(*provider, name).is_some();
    Provider::ALL.into_iter().find(has)
}

/// The provider that everything but `provider` itself is of: all machine types, and the location where there is only one type.
pub(super) fn meant_provider(cluster: &Cluster, of: Provider) -> Option<Provider> {
    let types: Vec<&str> = machine_types(cluster)
        .map(|machine| machine.value.as_str())
        .collect();
    let other = owner(of, types.first()?)?;
    let is_of_other = |name: &&str| size_of(of, name).is_none() && owner(of, name) == Some(other);
    let location = cluster.location.text();
    let is_elsewhere =
        location.is_some_and(|location| judge(of, location).is_some() && judge(other, location).is_none());
    (types.iter().all(is_of_other) && (is_elsewhere || types.len() > 1)).then_some(other)
}

/// `europe-west1`, `northamerica-northeast2`.
fn is_gcp_region(text: &str) -> bool {
    let small = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase());
    text.split_once('-').is_some_and(|(area, place)| {
        let name = place.trim_end_matches(|c: char| c.is_ascii_digit());
        small(area) && small(name) && name.len() < place.len()
    })
}

/// `nl-ams`.
fn is_scaleway_region(text: &str) -> bool {
    let small = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_lowercase());
    text.split_once('-')
        .is_some_and(|(country, city)| small(country, 2) && small(city, 3))
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::model::Provider;
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_each_provider() {
        for (provider, written, instead) in [
            (Provider::Hetzner, "nbg2", Some("nbg1")),
            (Provider::Hetzner, "eu-central-1", None),
            (Provider::Azure, "UK South", Some("uksouth")),
            (Provider::Azure, "uk-south", None),
            (Provider::Gcp, "europe-west1-b", Some("europe-west1")),
            (Provider::Gcp, "eu-west-1", None),
            (Provider::Scaleway, "nl-ams", Some("nl-ams-1")),
            (Provider::Scaleway, "ams1", None),
        ] {
            let found = judge(provider, written).map(|(_, instead)| instead);
            assert_eq!(found, Some(instead.map(str::to_owned)), "{written}");
        }
        for (provider, written) in [
            (Provider::Hetzner, "hel1"),
            (Provider::Azure, "westeurope"),
            (Provider::Azure, "northcentralus2"),
            (Provider::Gcp, "northamerica-northeast2"),
            (Provider::Gcp, "me-central1"),
            (Provider::Scaleway, "fr-par-2"),
            (Provider::Generic, "the cellar"),
        ] {
            assert_eq!(judge(provider, written), None, "{written}");
        }
    }

    #[test]
    fn it_is_flagged_and_fixed() {
        check(
            r"
cluster: {provider: hetzner, location: mars, firewall: {api: [203.0.113.0/24]}}
#                                      ^^^^ warning[location-unknown]: unknown Hetzner location `mars`
",
        );
        check_fix(
            "location-unknown",
            "cluster: {provider: azure, location: UK South}\n",
            "cluster: {provider: azure, location: uksouth}\n",
        );
    }

    #[test]
    fn names_of_no_region() {
        check(
            r"
cluster: {provider: gcp, location: europe-west33}
#                   ^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                                  ^^^^^^^^^^^^^ warning[location-unknown]: unknown Google Cloud region `europe-west33`
",
        );
        check(
            r"
cluster: {provider: azure, location: weu}
#                   ^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
#                                    ^^^ warning[location-unknown]: unknown Azure region `weu`
",
        );
    }
}
