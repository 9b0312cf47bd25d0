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
//! A node that runs a platform's workloads wants 4 vCPU and 16 GB; the control plane alone 2 and 4.

mod azure;
mod gcp;
mod hetzner;
mod scaleway;

pub use hetzner::LOCATIONS as HETZNER_LOCATIONS;

use crate::facts::providers::Provider;
use crate::words::nearest;

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
        Provider::Hetzner => hetzner::defaults(location),
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

/// Whether a machine type of the provider has an Arm processor.
///
/// Beside the sources above: GCP's T2A, C4A and N4A families.
pub fn is_arm(provider: Provider, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    let begins = |families: &[&str]| families.iter().any(|family| name.starts_with(family));
    match provider {
        Provider::Hetzner => begins(&["cax"]),
        Provider::Gcp => begins(&["t2a-", "c4a-", "n4a-"]),
        Provider::Scaleway => begins(&["coparm", "amp2", "basic2-a", "standard2-a"]),
        Provider::Azure => azure::is_arm(&name),
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

/// The size that a list has for a name.
fn among(list: &[(&str, u32, u32)], name: &str) -> Option<MachineSize> {
    let found = list.iter().find(|(known, ..)| *known == name);
    found.map(|&(_, cpus, memory)| MachineSize { cpus, memory })
}

/// CPUs and memory of a machine type, of the common lines only.
pub fn size_of(provider: Provider, machine_type: &str) -> Option<MachineSize> {
    let name = machine_type.to_ascii_lowercase();
    match provider {
        Provider::Hetzner => hetzner::size(&name),
        Provider::Scaleway => scaleway::size(&name),
        Provider::Gcp => gcp::size(&name),
        Provider::Azure => azure::size(&name),
        Provider::RaspberryPi | Provider::Generic => None,
    }
}

/// What to order instead of a type that is no longer sold at the location; empty where there is no successor. None for all others.
pub fn retired(provider: Provider, location: Option<&str>, machine_type: &str) -> Option<&'static str> {
    let name = machine_type.to_ascii_lowercase();
    match provider {
        Provider::Hetzner => hetzner::retired(location, &name),
        Provider::Scaleway => scaleway::is_gone(&name).then_some(""),
        Provider::Azure => azure::is_gone(&name).then_some(""),
        Provider::Gcp | Provider::RaspberryPi | Provider::Generic => None,
    }
}

/// Whether the provider sells a type, but not at this location. What is not known counts as sold.
pub fn sold_elsewhere(provider: Provider, location: Option<&str>, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    let known = size_of(provider, &name).is_some() || is_arm(provider, &name);
    provider == Provider::Hetzner && known && hetzner::sold_elsewhere(location, &name)
}

/// The machine types that a provider sells at a location, where the facts list them: Hetzner's.
pub fn sold(provider: Provider, location: Option<&str>) -> Vec<String> {
    let all = hetzner::names().filter(|_| provider == Provider::Hetzner);
    let sold = all.filter(|name| {
        retired(provider, location, name).is_none() && !sold_elsewhere(provider, location, name)
    });
    sold.map(str::to_owned).collect()
}

/// The machine types that are known by their names: not all of them, but for Hetzner.
pub fn named(provider: Provider, location: Option<&str>) -> Vec<String> {
    let Defaults { worker, server } = defaults(provider, location);
    let usual = worker.into_iter().chain(server).map(str::to_owned);
    let more = match provider {
        Provider::Hetzner => return sold(provider, location),
        Provider::Gcp => gcp::names(),
        Provider::Azure => azure::names(),
        Provider::Scaleway => scaleway::names(),
        Provider::RaspberryPi | Provider::Generic => Vec::new(),
    };
    let mut named: Vec<String> = Vec::new();
    for name in usual.chain(more) {
        if retired(provider, location, &name).is_none() && !named.contains(&name) {
            named.push(name);
        }
    }
    named
}

/// The locations of a provider, where the facts list them: Hetzner's.
pub fn locations(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Hetzner => &HETZNER_LOCATIONS,
        _ => &[],
    }
}

/// Whether a type may be one of the provider's: of Hetzner, whether it is one; of the others, whose types are too many to list, whether
/// it has the form of their names.
pub fn is_plausible(provider: Provider, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    match provider {
        Provider::Hetzner => hetzner::names().any(|known| known == name),
        Provider::Azure => azure::is_plausible(&name),
        Provider::Gcp => gcp::is_plausible(&name),
        Provider::Scaleway => scaleway::is_plausible(&name),
        Provider::RaspberryPi | Provider::Generic => true,
    }
}

/// The type that a name of none probably means.
pub fn meant(provider: Provider, location: Option<&str>, name: &str) -> Option<String> {
    match provider {
        Provider::Hetzner => {
            let sold = hetzner::names()
                .filter(|known| retired(provider, location, known).is_none())
                .filter(|known| !sold_elsewhere(provider, location, known));
            nearest(name, sold).map(str::to_owned)
        }
        Provider::Azure => {
            let whole = format!("Standard_{name}");
            size_of(provider, &whole).map(|_| whole)
        }
        Provider::Gcp => gcp::nearest_size(&name.to_ascii_lowercase()),
        Provider::Scaleway => scaleway::meant(&name.to_ascii_lowercase()),
        Provider::RaspberryPi | Provider::Generic => None,
    }
}

/// A type as the provider writes it, where its names are told apart by case: Hetzner's and Google's are in lower case, Scaleway's in upper
/// case. Azure takes both.
pub fn spelt(provider: Provider, machine_type: &str) -> String {
    match provider {
        Provider::Hetzner | Provider::Gcp => machine_type.to_ascii_lowercase(),
        Provider::Scaleway => machine_type.to_ascii_uppercase(),
        Provider::Azure => underscored(machine_type),
        Provider::RaspberryPi | Provider::Generic => machine_type.to_owned(),
    }
}

/// An Azure type with the underscore before its version, as in `Standard_D4s_v5`.
fn underscored(machine_type: &str) -> String {
    let version = machine_type.rfind(['v', 'V']).filter(|at| {
        let digits = machine_type.get(at + 1..).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    });
    match version.and_then(|at| machine_type.split_at_checked(at)) {
        Some((before, version))
            if before.starts_with("Standard_") && before.ends_with(|c: char| c.is_ascii_alphanumeric()) =>
        {
            format!("{before}_{version}")
        }
        _ => machine_type.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_types_are_types_of_known_sizes() {
        for provider in [
            Provider::Hetzner,
            Provider::Gcp,
            Provider::Azure,
            Provider::Scaleway,
        ] {
            let named = named(provider, None);
            assert!(named.len() > 5, "{provider:?}");
            for name in named {
                assert_eq!(spelt(provider, &name), name);
                assert!(is_plausible(provider, &name), "{name}");
                assert!(
                    size_of(provider, &name).is_some() || is_arm(provider, &name),
                    "{name}"
                );
            }
        }
    }

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
    fn only_types_that_are_known_are_sold_elsewhere() {
        for (name, elsewhere) in [("CX43", true), ("CAX21", true), ("cx999", false), ("cxx", false)] {
            assert_eq!(
                sold_elsewhere(Provider::Hetzner, Some("ash"), name),
                elsewhere,
                "{name}"
            );
        }
        assert!(!sold_elsewhere(Provider::Gcp, Some("ash"), "cx43"));
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
