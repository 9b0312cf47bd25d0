//! Locations of providers whose lists change too often to be complete: what is none is told by its form, or by the one it is near to.
//!
//! They are as of 2026, from copies of what `az account list-locations` prints, from cloud.google.com, "Regions and zones", and from
//! scaleway.com, "Availability of products by zone".

use crate::facts::machine_types;
use crate::facts::providers::Provider;

/// Azure's regions.
const AZURE: [&str; 62] = [
    "australiacentral",
    "australiacentral2",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "brazilsoutheast",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "denmarkeast",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "francesouth",
    "germanynorth",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "jioindiacentral",
    "jioindiawest",
    "koreacentral",
    "koreasouth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "norwaywest",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southafricawest",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "swedensouth",
    "switzerlandnorth",
    "switzerlandwest",
    "taiwannorth",
    "uaecentral",
    "uaenorth",
    "uksouth",
    "ukwest",
    "usgovarizona",
    "usgovtexas",
    "usgovvirginia",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
];

/// Google Cloud's regions that anyone may use.
const GCP: [&str; 42] = [
    "africa-south1",
    "asia-east1",
    "asia-east2",
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "asia-south1",
    "asia-south2",
    "asia-southeast1",
    "asia-southeast2",
    "australia-southeast1",
    "australia-southeast2",
    "europe-central2",
    "europe-north1",
    "europe-north2",
    "europe-southwest1",
    "europe-west1",
    "europe-west2",
    "europe-west3",
    "europe-west4",
    "europe-west6",
    "europe-west8",
    "europe-west9",
    "europe-west10",
    "europe-west12",
    "me-central1",
    "me-central2",
    "me-west1",
    "northamerica-northeast1",
    "northamerica-northeast2",
    "northamerica-south1",
    "southamerica-east1",
    "southamerica-west1",
    "us-central1",
    "us-east1",
    "us-east4",
    "us-east5",
    "us-south1",
    "us-west1",
    "us-west2",
    "us-west3",
    "us-west4",
];

/// Google Cloud's regions without their numbers, and the highest number, of those too that only some customers may use.
const GCP_AREAS: [(&str, u32); 20] = [
    ("africa-south", 1),
    ("asia-east", 2),
    ("asia-northeast", 3),
    ("asia-south", 2),
    ("asia-southeast", 3),
    ("australia-southeast", 2),
    ("europe-central", 2),
    ("europe-north", 2),
    ("europe-southwest", 1),
    ("europe-west", 15),
    ("me-central", 2),
    ("me-west", 1),
    ("northamerica-northeast", 2),
    ("northamerica-south", 1),
    ("southamerica-east", 1),
    ("southamerica-west", 1),
    ("us-central", 2),
    ("us-east", 7),
    ("us-south", 1),
    ("us-west", 8),
];

/// Scaleway's regions.
const SCALEWAY: [&str; 4] = ["fr-par", "nl-ams", "pl-waw", "it-mil"];

/// The names of a provider's locations, where all of those that are known can be written down.
pub fn all(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Azure => &AZURE,
        Provider::Gcp => &GCP,
        other => machine_types::locations(other),
    }
}

/// Numbers that may follow those that there are.
const ROOM: u32 = 3;

/// How far a slip is from the name that is meant.
const SLIP: usize = 2;

fn near<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(written, name);
    let near = known.into_iter().min_by_key(distance)?;
    (distance(&near) <= SLIP).then_some(near)
}

/// Whether a name in the form of Azure's surely is no region, with the one that is meant.
pub fn no_azure_region(written: &str) -> Option<Option<&'static str>> {
    let bare = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    if AZURE.iter().any(|known| bare(known) == bare(written)) {
        return None;
    }
    let shortest = AZURE.iter().map(|known| known.len()).min().unwrap_or_default();
    let near = near(written, AZURE);
    (near.is_some() || written.len() < shortest).then_some(near)
}

/// The same of Google Cloud.
pub fn no_gcp_region(written: &str) -> Option<Option<String>> {
    let area = written.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = written.get(area.len()..)?.parse().ok()?;
    if let Some((_, most)) = GCP_AREAS.iter().find(|(known, _)| *known == area) {
        return (number == 0 || number > most + ROOM).then_some(None);
    }
    let meant = near(area, GCP_AREAS.map(|(known, _)| known))?;
    Some(Some(format!("{meant}{number}")))
}

/// The same of a zone of Scaleway.
pub fn no_scaleway_zone(region: &str, number: u32) -> Option<Option<String>> {
    match SCALEWAY.contains(&region) {
        true => (number == 0 || number > 3 + ROOM).then_some(None),
        false => near(region, SCALEWAY).map(|meant| Some(format!("{meant}-{number}"))),
    }
}

/// Regions of Google Cloud whose zones are not `a`, `b` and `c`, with the letters of theirs (cloud.google.com, "Regions and zones").
pub const GCP_ZONES: [(&str, &str); 3] = [
    ("europe-west1", "bcd"),
    ("us-central1", "abcf"),
    ("us-east1", "bcd"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_location() {
        assert_eq!(no_azure_region("weu"), Some(None));
        assert_eq!(no_azure_region("westeurop"), Some(Some("westeurope")));
        assert_eq!(no_gcp_region("europe-west33"), Some(None));
        assert_eq!(
            no_gcp_region("europe-wset3"),
            Some(Some("europe-west3".to_owned()))
        );
        assert_eq!(no_scaleway_zone("fr-pra", 1), Some(Some("fr-par-1".to_owned())));
        assert_eq!(no_scaleway_zone("fr-par", 9), Some(None));
        for name in ["westeurope", "eastus3", "atlantiscentral"] {
            assert_eq!(no_azure_region(name), None, "{name}");
        }
        for name in GCP.into_iter().chain(["us-east7", "antarctica-north1"]) {
            assert_eq!(no_gcp_region(name), None, "{name}");
        }
        assert_eq!(no_scaleway_zone("se-sto", 1), None);
    }
}
