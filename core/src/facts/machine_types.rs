//! Types of machines: which are ordered unless the configuration says, how large they are, which processor they have, and which are
//! no longer sold.
//!
//! Sources, read in November 2026:
//!
//! - Hetzner: the entries of its changelog (docs.hetzner.cloud) of 2024-06-06, "Old server types with shared Intel vCPUs are
//!   deprecated", and of 2025-10-16, "Server types deprecated", through the pull requests of Hetzner's own that follow them
//!   (hetznercloud/cli 1211, hetznercloud/terraform-provider-hcloud 1233). What each location sells: the tables of docs.hetzner.com,
//!   "Price adjustment", of June 2026, and hetzner.com's pages of plans of 2026-09-03, both from copies (the latter in
//!   robhunter/agentdeals, pull requests 1286 and 1323).
//! - Scaleway: scaleway/docs-content, "The right Instance for production purposes", "Instances datasheet" (validated 2026-09-30),
//!   "Historical Instances offering" and "COPARM1 equivalents".
//! - Azure: MicrosoftDocs/azure-compute-docs, "Retired Azure VM size series", "Previous generation Azure VM size series" and the pages
//!   of the series.
//! - Google: cloud.google.com, "Machine families"; none of the lines here is in its list of deprecations.
//!
//! Gitpod wants 4 vCPU and 16 GB on a node that runs workloads (its KOTS preflight); the control plane alone 2 and 4.

use super::providers::facts;
use crate::model::Provider;

/// The machine types that are ordered unless the configuration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// With at least 4 vCPU and 16 GB, for what runs workloads.
    pub worker: Option<&'static str>,
    /// For a dedicated server.
    pub server: Option<&'static str>,
}

/// The machine types for a provider's location, or for its usual one.
///
/// Hetzner's CX types are a quarter of the price, but hetzner.com called all of them "not available" in September 2026: a default must
/// be there to be ordered, so it is CPX. Scaleway's BASIC3-X is its latest line of shared CPUs; of PRO2 its Paris zones listed nothing
/// in September 2026. Microsoft counts the third version of Azure's D types among its previous generations, so it is the fifth.
pub fn defaults(provider: Provider, location: Option<&str>) -> Defaults {
    let (worker, server) = match provider {
        Provider::Hetzner if hetzner_market(location) == Market::America => ("cpx41", "cpx31"),
        Provider::Hetzner => ("cpx42", "cpx32"),
        Provider::Azure => ("Standard_D4s_v5", "Standard_D2s_v5"),
        Provider::Gcp => ("n2d-standard-4", "e2-standard-2"),
        Provider::Scaleway => ("BASIC3-X4C-16G", "BASIC3-X4C-8G"),
        Provider::RaspberryPi | Provider::Generic => {
            return Defaults {
                worker: None,
                server: None,
            };
        }
    };
    Defaults {
        worker: Some(worker),
        server: Some(server),
    }
}

/// Hetzner's locations by what is sold there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Market {
    /// CX, CAX, CCX and the second generation of CPX.
    Europe,
    /// CCX and the second generation of CPX.
    Singapore,
    /// CCX and the first generation of CPX.
    America,
    /// A location that is not known here.
    Unknown,
}

/// Hetzner's locations (docs.hetzner.com, "Locations").
pub const HETZNER_LOCATIONS: [&str; 6] = ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"];

/// What is sold at a location of Hetzner's.
fn hetzner_market(location: Option<&str>) -> Market {
    match location.or(facts(Provider::Hetzner).location) {
        Some("fsn1" | "nbg1" | "hel1") => Market::Europe,
        Some("sin") => Market::Singapore,
        Some("ash" | "hil") => Market::America,
        _ => Market::Unknown,
    }
}

/// Whether a machine type of the provider has an Arm processor.
///
/// Beside the sources above: GCP's T2A, C4A and N4A families; Azure's naming convention, where `p` after the number of CPUs stands for
/// Arm.
pub fn is_arm(provider: Provider, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    let begins = |families: &[&str]| families.iter().any(|family| name.starts_with(family));
    match provider {
        Provider::Hetzner => begins(&["cax"]),
        Provider::Gcp => begins(&["t2a-", "c4a-", "n4a-"]),
        Provider::Scaleway => begins(&["coparm", "amp2", "basic2-a", "standard2-a"]),
        Provider::Azure => {
            let size = name.strip_prefix("standard_").unwrap_or(&name);
            let features = size.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let features = features.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
            features.split('_').next().unwrap_or("").contains('p')
        }
        Provider::RaspberryPi => true,
        Provider::Generic => false,
    }
}

/// CPUs and memory of a machine type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineSize {
    /// CPUs, or threads of them.
    pub cpus: u32,
    /// Memory in GB, rounded down.
    pub memory: u32,
}

/// Hetzner's types: CX and CPX (shared), CCX (dedicated), each generation by itself.
const HETZNER: [(&str, u32, u32); 36] = [
    ("cx11", 1, 2),
    ("cx21", 2, 4),
    ("cx31", 2, 8),
    ("cx41", 4, 16),
    ("cx51", 8, 32),
    ("cx22", 2, 4),
    ("cx32", 4, 8),
    ("cx42", 8, 16),
    ("cx52", 16, 32),
    ("cx23", 2, 4),
    ("cx33", 4, 8),
    ("cx43", 8, 16),
    ("cx53", 16, 32),
    ("cpx11", 2, 2),
    ("cpx21", 3, 4),
    ("cpx31", 4, 8),
    ("cpx41", 8, 16),
    ("cpx51", 16, 32),
    ("cpx12", 1, 2),
    ("cpx22", 2, 4),
    ("cpx32", 4, 8),
    ("cpx42", 8, 16),
    ("cpx52", 12, 24),
    ("cpx62", 16, 32),
    ("ccx12", 2, 8),
    ("ccx22", 4, 16),
    ("ccx32", 8, 32),
    ("ccx42", 16, 64),
    ("ccx52", 32, 128),
    ("ccx62", 48, 192),
    ("ccx13", 2, 8),
    ("ccx23", 4, 16),
    ("ccx33", 8, 32),
    ("ccx43", 16, 64),
    ("ccx53", 32, 128),
    ("ccx63", 48, 192),
];

/// Scaleway's types of the lines whose names do not tell their sizes: DEV1, GP1, PLAY2, PRO2.
const SCALEWAY_TYPES: [(&str, u32, u32); 17] = [
    ("dev1-s", 2, 2),
    ("dev1-m", 3, 4),
    ("dev1-l", 4, 8),
    ("dev1-xl", 4, 12),
    ("gp1-xs", 4, 16),
    ("gp1-s", 8, 32),
    ("gp1-m", 16, 64),
    ("gp1-l", 32, 128),
    ("gp1-xl", 48, 256),
    ("play2-pico", 1, 2),
    ("play2-nano", 2, 4),
    ("play2-micro", 4, 8),
    ("pro2-xxs", 2, 8),
    ("pro2-xs", 4, 16),
    ("pro2-s", 8, 32),
    ("pro2-m", 16, 64),
    ("pro2-l", 32, 128),
];

/// Scaleway's lines whose names tell their sizes, as in `BASIC3-X4C-16G`.
const SCALEWAY_TELLING: [&str; 8] = [
    "basic2-a",
    "basic3-x",
    "standard2-a",
    "standard3-x",
    "compute3-x",
    "pop2-",
    "pop2-hc-",
    "pop2-hm-",
];

/// Azure's burstable types; the others say their CPUs in their names.
const AZURE_B: [(&str, u32, u32); 7] = [
    ("b1ls", 1, 0),
    ("b1s", 1, 1),
    ("b1ms", 1, 2),
    ("b2s", 2, 4),
    ("b2ms", 2, 8),
    ("b4ms", 4, 16),
    ("b8ms", 8, 32),
];

/// Google's shared-core types.
const GCP_SHARED: [(&str, u32, u32); 5] = [
    ("e2-micro", 2, 1),
    ("e2-small", 2, 2),
    ("e2-medium", 2, 4),
    ("f1-micro", 1, 0),
    ("g1-small", 1, 1),
];

/// CPUs and memory of a machine type, of the common lines only; of Azure's D, E and F, the third to the fifth version.
pub fn size_of(provider: Provider, machine_type: &str) -> Option<MachineSize> {
    let name = machine_type.to_ascii_lowercase();
    let among = |list: &[(&str, u32, u32)], name: &str| {
        let found = list.iter().find(|(known, ..)| *known == name);
        found.map(|&(_, cpus, memory)| MachineSize { cpus, memory })
    };
    match provider {
        Provider::Hetzner => among(&HETZNER, &name),
        Provider::Scaleway => among(&SCALEWAY_TYPES, &name).or_else(|| scaleway_size(&name)),
        Provider::Gcp => among(&GCP_SHARED, &name).or_else(|| gcp_size(&name)),
        Provider::Azure => {
            let size = name.strip_prefix("standard_")?;
            among(&AZURE_B, size).or_else(|| azure_size(size))
        }
        Provider::RaspberryPi | Provider::Generic => None,
    }
}

/// `basic3-x4c-16g`: the CPUs and the memory after the line.
fn scaleway_size(name: &str) -> Option<MachineSize> {
    let size = |line: &&str| {
        let (cpus, memory) = name.strip_prefix(line)?.split_once('-')?;
        Some(MachineSize {
            cpus: cpus.strip_suffix('c')?.parse().ok()?,
            memory: memory.strip_suffix('g')?.parse().ok()?,
        })
    };
    SCALEWAY_TELLING.iter().find_map(size)
}

/// `n2d-standard-4`: the memory follows from the line and the kind.
fn gcp_size(name: &str) -> Option<MachineSize> {
    let mut parts = name.split('-');
    let (line, kind, cpus) = (parts.next()?, parts.next()?, parts.next()?);
    let cpus: u32 = cpus.parse().ok().filter(|cpus| (1..=416).contains(cpus))?;
    // Hundredths of a GB for each CPU.
    let each = match (line, kind) {
        ("n1", "standard") => 375,
        ("n1", "highmem") => 650,
        ("n1", "highcpu") => 90,
        ("e2" | "n2" | "n2d", "standard") => 400,
        ("e2" | "n2" | "n2d", "highmem") => 800,
        ("e2" | "n2" | "n2d", "highcpu") => 100,
        _ => return None,
    };
    parts.next().is_none().then_some(MachineSize {
        cpus,
        memory: cpus * each / 100,
    })
}

/// `d4s_v5`: a letter for the ratio, the CPUs, letters for features, the version.
fn azure_size(size: &str) -> Option<MachineSize> {
    let (type_, version) = size.split_once('_')?;
    let version: u32 = version.strip_prefix('v')?.parse().ok()?;
    let line = type_.get(..1)?;
    let digits = type_.get(1..)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let cpus: u32 = digits
        .get(..end)?
        .parse()
        .ok()
        .filter(|cpus| (1..=128).contains(cpus))?;
    // With `l` there is half the memory.
    let each = match (line, version, digits.get(end..)?.contains('l')) {
        ("d", 3..=5, false) => 4,
        ("d", 5, true) => 2,
        ("e", 3..=5, false) => 8,
        ("f", 2, false) => 2,
        _ => return None,
    };
    Some(MachineSize {
        cpus,
        memory: cpus * each,
    })
}

/// Hetzner's types that are sold nowhere, each with the type of its line's next generation that has the same memory.
const HETZNER_GONE: [(&str, &str); 15] = [
    ("cx11", "cx23"),
    ("cx21", "cx23"),
    ("cx31", "cx33"),
    ("cx41", "cx43"),
    ("cx51", "cx53"),
    ("cx22", "cx23"),
    ("cx32", "cx33"),
    ("cx42", "cx43"),
    ("cx52", "cx53"),
    ("ccx12", "ccx13"),
    ("ccx22", "ccx23"),
    ("ccx32", "ccx33"),
    ("ccx42", "ccx43"),
    ("ccx52", "ccx53"),
    ("ccx62", "ccx63"),
];

/// The first generation of CPX, which is sold in America alone since January 2026. The smallest gets what Hetzner's own provider for
/// Terraform took instead (its pull request 1233): `cpx12` has one CPU.
const HETZNER_AMERICAN: [(&str, &str); 5] = [
    ("cpx11", "cpx22"),
    ("cpx21", "cpx22"),
    ("cpx31", "cpx32"),
    ("cpx41", "cpx42"),
    ("cpx51", "cpx62"),
];

/// Scaleway's lines that have reached their end of life.
const SCALEWAY_GONE: [&str; 5] = ["start1-", "vc1", "x64-", "ent1-", "coparm1-"];

/// What to order instead of a type that is no longer sold at the location; empty where there is no successor. None for all others.
///
/// Azure's A types ended in August 2024 (learn.microsoft.com, "Av1-series retirement"). Its types that are only announced for retirement
/// can still be ordered, most of them until 2028.
pub fn retired(provider: Provider, location: Option<&str>, machine_type: &str) -> Option<&'static str> {
    let name = machine_type.to_ascii_lowercase();
    match provider {
        Provider::Hetzner => hetzner_retired(hetzner_market(location), &name),
        Provider::Scaleway => SCALEWAY_GONE
            .iter()
            .any(|line| name.starts_with(line))
            .then_some(""),
        Provider::Azure => {
            let size = name.strip_prefix("standard_a").or(name.strip_prefix("basic_a"))?;
            size.bytes().all(|b| b.is_ascii_digit()).then_some("")
        }
        Provider::Gcp | Provider::RaspberryPi | Provider::Generic => None,
    }
}

/// Whether the provider sells a type, but not at this location. What is not known counts as sold.
pub fn sold_elsewhere(provider: Provider, location: Option<&str>, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    let begins = |lines: &[&str]| lines.iter().any(|line| name.starts_with(line));
    if provider != Provider::Hetzner || size_of(provider, &name).is_none() && !is_arm(provider, &name) {
        return false;
    }
    match hetzner_market(location) {
        Market::Europe | Market::Unknown => false,
        Market::Singapore => begins(&["cx", "cax"]),
        Market::America => begins(&["cx", "cax"]) || name.starts_with("cpx") && name.ends_with('2'),
    }
}

/// A successor is named only where it is sold.
fn hetzner_retired(market: Market, name: &str) -> Option<&'static str> {
    let among = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(gone, _)| *gone == name);
        found.map(|&(_, instead)| instead)
    };
    if let Some(instead) = among(&HETZNER_GONE) {
        let sold = market == Market::Europe || instead.starts_with("ccx");
        return Some(if sold { instead } else { "" });
    }
    match market {
        Market::Europe | Market::Singapore => among(&HETZNER_AMERICAN),
        Market::America | Market::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arm_shows_in_the_name() {
        for (provider, name) in [
            (Provider::Hetzner, "cax21"),
            (Provider::Gcp, "t2a-standard-4"),
            (Provider::Gcp, "c4a-standard-4"),
            (Provider::Azure, "Standard_D4ps_v5"),
            (Provider::Azure, "Standard_E8pds_v5"),
            (Provider::Scaleway, "COPARM1-4C-16G"),
            (Provider::Scaleway, "AMP2-C4"),
            (Provider::Scaleway, "BASIC2-A4C-16G"),
            (Provider::Scaleway, "STANDARD2-A4C-16G"),
        ] {
            assert!(is_arm(provider, name), "{name}");
        }
        for (provider, name) in [
            (Provider::Hetzner, "cx43"),
            (Provider::Gcp, "n2d-standard-4"),
            (Provider::Azure, "Standard_D4s_v3"),
            (Provider::Azure, "Standard_NP10s"),
            (Provider::Scaleway, "PRO2-XS"),
            (Provider::Scaleway, "BASIC3-X4C-16G"),
        ] {
            assert!(!is_arm(provider, name), "{name}");
        }
    }

    #[test]
    fn hetzner_s_locations_sell_different_types() {
        let elsewhere = |location, name| sold_elsewhere(Provider::Hetzner, Some(location), name);
        for name in ["cx43", "CAX21"] {
            assert!(elsewhere("ash", name) && elsewhere("sin", name) && !elsewhere("fsn1", name));
        }
        assert!(elsewhere("hil", "cpx32") && !elsewhere("sin", "cpx32"));
        for name in ["cpx31", "ccx23", "cx999", "anything"] {
            assert!(!elsewhere("ash", name), "{name}");
        }
        assert!(!elsewhere("mars1", "cx43") && !sold_elsewhere(Provider::Hetzner, None, "cx43"));
    }

    #[test]
    fn sizes_are_read_from_names() {
        for (provider, name, cpus, memory) in [
            (Provider::Hetzner, "CX42", 8, 16),
            (Provider::Hetzner, "cpx52", 12, 24),
            (Provider::Azure, "Standard_D4s_v3", 4, 16),
            (Provider::Azure, "Standard_D8ls_v5", 8, 16),
            (Provider::Azure, "Standard_F4s_v2", 4, 8),
            (Provider::Azure, "Standard_B2ms", 2, 8),
            (Provider::Gcp, "n2d-standard-16", 16, 64),
            (Provider::Gcp, "n1-standard-4", 4, 15),
            (Provider::Gcp, "e2-medium", 2, 4),
            (Provider::Scaleway, "DEV1-XL", 4, 12),
            (Provider::Scaleway, "BASIC3-X4C-16G", 4, 16),
            (Provider::Scaleway, "POP2-8C-32G", 8, 32),
            (Provider::Scaleway, "POP2-HC-8C-16G", 8, 16),
        ] {
            assert_eq!(
                size_of(provider, name),
                Some(MachineSize { cpus, memory }),
                "{name}"
            );
        }
        for (provider, name) in [
            (Provider::Azure, "Standard_D2_v2"),
            (Provider::Azure, "Standard_"),
            (Provider::Gcp, "n2-custom-4-8192"),
            (Provider::Gcp, "n2-standard-4-x"),
            (Provider::Hetzner, "n2-standard-4"),
            (Provider::Scaleway, "BASIC3-X4C-16G-WIN"),
            (Provider::Scaleway, "POP2-HN-3"),
        ] {
            assert_eq!(size_of(provider, name), None, "{name}");
        }
    }

    #[test]
    fn every_default_runs_gitpod_and_is_sold() {
        let locations = [None, Some("hel1"), Some("ash"), Some("sin"), Some("elsewhere")];
        for (provider, location) in Provider::ALL
            .into_iter()
            .flat_map(|provider| locations.map(|location| (provider, location)))
        {
            let Defaults { worker, server } = defaults(provider, location);
            for (name, least) in [(worker, (4, 16)), (server, (2, 4))] {
                let Some(name) = name else { continue };
                let size = size_of(provider, name).unwrap();
                assert!(size.cpus >= least.0 && size.memory >= least.1, "{name}");
                assert!(
                    !is_arm(provider, name) && retired(provider, location, name).is_none(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn hetzner_sells_by_location() {
        for (location, name, instead) in [
            (None, "CX42", Some("cx43")),
            (None, "cpx31", Some("cpx32")),
            (Some("fsn1"), "cpx51", Some("cpx62")),
            (Some("sin"), "cpx31", Some("cpx32")),
            (Some("sin"), "cx42", Some("")),
            (Some("ash"), "cpx31", None),
            (Some("ash"), "cx42", Some("")),
            (Some("ash"), "ccx22", Some("ccx23")),
            (Some("elsewhere"), "cpx31", None),
            (None, "cx43", None),
            (None, "cax31", None),
        ] {
            assert_eq!(
                retired(Provider::Hetzner, location, name),
                instead,
                "{name} in {location:?}"
            );
        }
    }

    #[test]
    fn every_successor_is_sold_and_has_the_memory() {
        for (gone, instead) in HETZNER_GONE.into_iter().chain(HETZNER_AMERICAN) {
            let (old, new) = (
                size_of(Provider::Hetzner, gone),
                size_of(Provider::Hetzner, instead),
            );
            assert!(old.unwrap().memory <= new.unwrap().memory, "{gone}");
            assert_eq!(retired(Provider::Hetzner, None, instead), None, "{instead}");
        }
    }

    #[test]
    fn only_what_has_ended_is_retired() {
        for (provider, name) in [
            (Provider::Scaleway, "ENT1-S"),
            (Provider::Scaleway, "COPARM1-2C-8G"),
            (Provider::Scaleway, "VC1M"),
            (Provider::Azure, "Standard_A2"),
            (Provider::Azure, "Basic_A1"),
        ] {
            assert_eq!(retired(provider, None, name), Some(""), "{name}");
        }
        for (provider, name) in [
            (Provider::Scaleway, "DEV1-L"),
            (Provider::Scaleway, "PRO2-XS"),
            (Provider::Azure, "Standard_A2_v2"),
            (Provider::Azure, "Standard_D4s_v3"),
            (Provider::Azure, "Standard_B2ms"),
            (Provider::Gcp, "n1-standard-4"),
        ] {
            assert_eq!(retired(provider, None, name), None, "{name}");
        }
    }
}
