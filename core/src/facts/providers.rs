//! Providers of machines: types that are large enough, limits of user-data, who can be reached how.
//!
//! Sources: the providers' price lists and API documents, read 2025; user-data limits as in reference/k3s-cloud-init.md,
//! section 6. Gitpod wants 4 vCPU and 16 GB on a node that runs workloads (its KOTS preflight); the control plane alone 2 and 4.

use crate::model::Provider;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that nearly every cloud's metadata service has.
const LINK_LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));
/// Azure's other one: the platform's own channel, which hands out certificates and extensions' settings
/// (learn.microsoft.com, "What is IP address 168.63.129.16").
const AZURE_WIRE_SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));
/// Scaleway's (scaleway.com docs, "Using Cloud-init", "IPv6 metadata").
const SCALEWAY: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 42, 42)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42)),
];
/// Google's over IPv6 (cloud.google.com, "About VM metadata").
const GCP_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254));
/// Amazon's over IPv6 (docs.aws.amazon.com, "Use the Instance Metadata Service").
const AWS_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254));

/// What is known of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// A machine type with at least 4 vCPU and 16 GB.
    pub worker: Option<&'static str>,
    /// A machine type for a dedicated server.
    pub server: Option<&'static str>,
    /// Where machines are made unless the configuration says.
    pub location: Option<&'static str>,
    /// The private network that machines are attached to unless the configuration says.
    pub node_network: &'static str,
    /// Whether that network comes up after the machine does, so that its address must be waited for.
    pub late_network: bool,
    /// Whether that network carries IPv6.
    pub ipv6: bool,
    /// Where machines ask for their user-data, which holds the token that they join with.
    pub metadata: &'static [IpAddr],
    /// The most user-data that is taken, in bytes before encoding.
    pub user_data_limit: Option<usize>,
    /// Where that limit is written down.
    pub limit_source: &'static str,
}

/// The facts of a provider.
pub const fn facts(provider: Provider) -> Facts {
    match provider {
        Provider::Hetzner => Facts {
            worker: Some("cx42"),
            server: Some("cpx31"),
            location: Some("nbg1"),
            node_network: "10.2.0.0/16",
            late_network: true,
            // docs.hetzner.com, "Networks", FAQ: "Networks only support IPv4".
            ipv6: false,
            metadata: &[LINK_LOCAL],
            user_data_limit: Some(32 * 1024),
            limit_source: "hcloud API: user_data has at most 32 KiB",
        },
        Provider::Azure => Facts {
            worker: Some("Standard_D4s_v3"),
            server: Some("Standard_D2s_v3"),
            location: Some("uksouth"),
            node_network: "10.2.0.0/16",
            late_network: true,
            ipv6: true,
            metadata: &[LINK_LOCAL, AZURE_WIRE_SERVER],
            user_data_limit: Some(65_535),
            limit_source: "learn.microsoft.com: customData has at most 65535 bytes",
        },
        Provider::Gcp => Facts {
            worker: Some("n2d-standard-4"),
            server: Some("e2-standard-2"),
            location: Some("europe-west1"),
            node_network: "10.2.0.0/16",
            late_network: true,
            ipv6: true,
            metadata: &[LINK_LOCAL, GCP_V6],
            user_data_limit: Some(256 * 1024),
            limit_source: "GCE metadata: a value has at most 256 KiB",
        },
        Provider::Scaleway => Facts {
            worker: Some("PRO2-XS"),
            server: Some("DEV1-L"),
            location: Some("nl-ams-1"),
            node_network: "192.168.0.0/22",
            late_network: true,
            ipv6: true,
            metadata: &[SCALEWAY[0], SCALEWAY[1], LINK_LOCAL],
            user_data_limit: None,
            limit_source: "",
        },
        Provider::RaspberryPi => Facts {
            worker: None,
            server: None,
            location: None,
            node_network: "192.168.0.0/16",
            late_network: false,
            ipv6: true,
            metadata: &[],
            user_data_limit: None,
            limit_source: "",
        },
        Provider::Generic => Facts {
            worker: None,
            server: None,
            location: None,
            node_network: "10.2.0.0/16",
            late_network: false,
            ipv6: true,
            metadata: &[LINK_LOCAL, AWS_V6],
            user_data_limit: None,
            limit_source: "",
        },
    }
}

/// Whether a machine type of the provider has an Arm processor.
///
/// Sources: Hetzner's CAX line; GCP's T2A, C4A and N4A families; Azure's naming convention, where `p` after the number of CPUs stands
/// for Arm; Scaleway's COPARM and AMP2 lines.
pub fn is_arm(provider: Provider, machine_type: &str) -> bool {
    let name = machine_type.to_ascii_lowercase();
    let begins = |families: &[&str]| families.iter().any(|family| name.starts_with(family));
    match provider {
        Provider::Hetzner => begins(&["cax"]),
        Provider::Gcp => begins(&["t2a-", "c4a-", "n4a-"]),
        Provider::Scaleway => begins(&["coparm", "amp2"]),
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

/// Whether the provider has a firewall in front of the machines that lets in what the Terraform module's rules name and nothing
/// else. Elsewhere it is the user's own, if there is one.
pub const fn firewall_is_ours(provider: Provider) -> bool {
    match provider {
        Provider::Hetzner | Provider::Azure | Provider::Gcp | Provider::Scaleway => true,
        Provider::Generic | Provider::RaspberryPi => false,
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

/// Hetzner's types: CX and CPX (shared), CCX (dedicated).
const HETZNER: [(&str, u32, u32); 30] = [
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

/// Scaleway's types: DEV1, GP1, PLAY2, PRO2.
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

/// CPUs and memory of a machine type, of the common lines only.
///
/// Sources: the providers' own lists, read 2025: docs.hetzner.com, "Server types"; scaleway.com, "Instances datasheet"; learn.microsoft.com,
/// "Sizes for virtual machines" (D, E and F of the third to fifth version); cloud.google.com, "Machine families".
pub fn size_of(provider: Provider, machine_type: &str) -> Option<MachineSize> {
    let name = machine_type.to_ascii_lowercase();
    let among = |list: &[(&str, u32, u32)], name: &str| {
        let found = list.iter().find(|(known, ..)| *known == name);
        found.map(|&(_, cpus, memory)| MachineSize { cpus, memory })
    };
    match provider {
        Provider::Hetzner => among(&HETZNER, &name),
        Provider::Scaleway => among(&SCALEWAY_TYPES, &name),
        Provider::Gcp => among(&GCP_SHARED, &name).or_else(|| gcp_size(&name)),
        Provider::Azure => {
            let size = name.strip_prefix("standard_")?;
            among(&AZURE_B, size).or_else(|| azure_size(size))
        }
        Provider::RaspberryPi | Provider::Generic => None,
    }
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

/// What to order instead of a type that is no longer sold; empty where there is no successor. None for all others.
///
/// Sources: docs.hetzner.com changelog (2023-06 for CCX, 2024-06 for CX); Scaleway's end of START1 and VC1; learn.microsoft.com,
/// "Av1-series retirement" (2024-08).
pub fn retired(provider: Provider, machine_type: &str) -> Option<&'static str> {
    let name = machine_type.to_ascii_lowercase();
    match provider {
        Provider::Hetzner => Some(match name.as_str() {
            "cx11" | "cx21" => "cx22",
            "cx31" => "cx32",
            "cx41" => "cx42",
            "cx51" => "cx52",
            "ccx12" => "ccx13",
            "ccx22" => "ccx23",
            "ccx32" => "ccx33",
            "ccx42" => "ccx43",
            "ccx52" => "ccx53",
            "ccx62" => "ccx63",
            _ => return None,
        }),
        Provider::Scaleway => (name.starts_with("start1-") || name.starts_with("vc1")).then_some(""),
        Provider::Azure => {
            let size = name.strip_prefix("standard_a").or(name.strip_prefix("basic_a"))?;
            size.bytes().all(|b| b.is_ascii_digit()).then_some("")
        }
        _ => None,
    }
}

/// Whether the provider has groups of machines that grow and shrink by themselves: scale sets, managed instance groups.
pub const fn scales_groups(provider: Provider) -> bool {
    matches!(provider, Provider::Azure | Provider::Gcp)
}

/// What user-data should stay under everywhere: EC2's limit of 16 KiB with room for what people add.
pub const USER_DATA_TARGET: usize = 12 * 1024;

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
        ] {
            assert!(is_arm(provider, name), "{name}");
        }
        for (provider, name) in [
            (Provider::Hetzner, "cx42"),
            (Provider::Gcp, "n2d-standard-4"),
            (Provider::Azure, "Standard_D4s_v3"),
            (Provider::Azure, "Standard_NP10s"),
            (Provider::Scaleway, "PRO2-XS"),
        ] {
            assert!(!is_arm(provider, name), "{name}");
        }
    }

    #[test]
    fn sizes_are_read_from_names() {
        for (provider, name, cpus, memory) in [
            (Provider::Hetzner, "CX42", 8, 16),
            (Provider::Azure, "Standard_D4s_v3", 4, 16),
            (Provider::Azure, "Standard_D8ls_v5", 8, 16),
            (Provider::Azure, "Standard_F4s_v2", 4, 8),
            (Provider::Azure, "Standard_B2ms", 2, 8),
            (Provider::Gcp, "n2d-standard-16", 16, 64),
            (Provider::Gcp, "n1-standard-4", 4, 15),
            (Provider::Gcp, "e2-medium", 2, 4),
            (Provider::Scaleway, "DEV1-XL", 4, 12),
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
        ] {
            assert_eq!(size_of(provider, name), None, "{name}");
        }
    }

    #[test]
    fn every_default_runs_gitpod() {
        for provider in Provider::ALL {
            let facts = facts(provider);
            for name in [facts.worker, facts.server].into_iter().flatten() {
                assert!(!is_arm(provider, name), "{name}");
                assert!(
                    size_of(provider, name).is_some() && retired(provider, name).is_none(),
                    "{name}"
                );
            }
        }
    }
}
