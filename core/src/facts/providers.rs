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
    fn every_default_runs_gitpod() {
        for provider in Provider::ALL {
            let facts = facts(provider);
            for name in [facts.worker, facts.server].into_iter().flatten() {
                assert!(!is_arm(provider, name), "{name}");
            }
        }
    }
}
