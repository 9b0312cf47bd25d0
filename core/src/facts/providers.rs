//! Providers of machines: their networks, their limits of user-data, who can be reached how. Their machine types are in
//! [`machine_types`](super::machine_types).
//!
//! Sources: the providers' API documents, read 2025.

use schemars::JsonSchema;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who provides the machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Provider {
    Generic,
    Hetzner,
    Azure,
    Gcp,
    Scaleway,
    RaspberryPi,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Provider; 6] = [
        Provider::Generic,
        Provider::Hetzner,
        Provider::Azure,
        Provider::Gcp,
        Provider::Scaleway,
        Provider::RaspberryPi,
    ];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::Generic => "generic",
            Provider::Hetzner => "hetzner",
            Provider::Azure => "azure",
            Provider::Gcp => "gcp",
            Provider::Scaleway => "scaleway",
            Provider::RaspberryPi => "raspberry-pi",
        }
    }

    /// The name as its maker writes it, for messages.
    pub fn label(self) -> &'static str {
        match self {
            Provider::Generic => "the generic provider",
            Provider::Hetzner => "Hetzner Cloud",
            Provider::Azure => "Azure",
            Provider::Gcp => "Google Cloud",
            Provider::Scaleway => "Scaleway",
            Provider::RaspberryPi => "Raspberry Pi",
        }
    }
}

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

/// Hetzner's resolvers (docs.hetzner.com, "Recursive name servers"). Its private networks hand out addresses and routes only.
const HETZNER_RESOLVERS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(185, 12, 64, 1)),
    IpAddr::V4(Ipv4Addr::new(185, 12, 64, 2)),
];

/// The pods' IPv6 range nearly everywhere.
const PODS_IPV6: &str = "fd00:42::/56";

/// What is known of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where machines are made unless the configuration says.
    pub location: Option<&'static str>,
    /// The private network that machines are attached to unless the configuration says.
    pub node_network: &'static str,
    /// Whether that network comes up after the machine does, so that its address must be waited for.
    pub late_network: bool,
    /// Who answers machines' questions for names, where nothing but a public address brings that along.
    pub resolvers: &'static [IpAddr],
    /// Whether that network carries IPv6.
    pub ipv6: bool,
    /// The pods' IPv6 range unless the configuration says.
    pub pods_ipv6: &'static str,
    /// Whether machines reach each other in it without a router in between, as flannel's `host-gw` needs (docs.hetzner.com, "Networks",
    /// FAQ; learn.microsoft.com, "Virtual networks FAQ", layer 2; cloud.google.com, "VPC networks", "Routes"; scaleway.com docs,
    /// "Private Networks").
    pub one_link: bool,
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
            location: Some("nbg1"),
            node_network: "10.2.0.0/16",
            late_network: true,
            resolvers: &HETZNER_RESOLVERS,
            // docs.hetzner.com, "Networks", FAQ: "Networks only support IPv4".
            ipv6: false,
            pods_ipv6: PODS_IPV6,
            one_link: false,
            metadata: &[LINK_LOCAL],
            user_data_limit: Some(32 * 1024),
            limit_source: "hcloud API: user_data has at most 32 KiB",
        },
        Provider::Azure => Facts {
            location: Some("uksouth"),
            node_network: "10.2.0.0/16",
            late_network: true,
            resolvers: &[],
            ipv6: true,
            pods_ipv6: PODS_IPV6,
            one_link: false,
            metadata: &[LINK_LOCAL, AZURE_WIRE_SERVER],
            user_data_limit: Some(65_535),
            limit_source: "learn.microsoft.com: customData has at most 65535 bytes",
        },
        Provider::Gcp => Facts {
            location: Some("europe-west1"),
            node_network: "10.2.0.0/16",
            late_network: true,
            resolvers: &[],
            ipv6: true,
            pods_ipv6: PODS_IPV6,
            one_link: false,
            metadata: &[LINK_LOCAL, GCP_V6],
            user_data_limit: Some(256 * 1024),
            limit_source: "GCE metadata: a value has at most 256 KiB",
        },
        Provider::Scaleway => Facts {
            location: Some("nl-ams-1"),
            node_network: "192.168.0.0/22",
            late_network: true,
            resolvers: &[],
            ipv6: true,
            // The metadata service is in the range that others have.
            pods_ipv6: "fd00:52::/56",
            one_link: true,
            metadata: &[SCALEWAY[0], SCALEWAY[1], LINK_LOCAL],
            user_data_limit: None,
            limit_source: "",
        },
        Provider::RaspberryPi => Facts {
            location: None,
            node_network: "192.168.0.0/16",
            late_network: false,
            resolvers: &[],
            ipv6: true,
            pods_ipv6: PODS_IPV6,
            one_link: true,
            metadata: &[],
            user_data_limit: None,
            limit_source: "",
        },
        Provider::Generic => Facts {
            location: None,
            node_network: "10.2.0.0/16",
            late_network: false,
            resolvers: &[],
            ipv6: true,
            pods_ipv6: PODS_IPV6,
            one_link: true,
            metadata: &[LINK_LOCAL, AWS_V6],
            user_data_limit: None,
            limit_source: "",
        },
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

/// Storage classes that belong to the driver of one provider; of some there is none here.
///
/// Source: the manifests and charts of hcloud-csi-driver, azuredisk-csi-driver, gcp-compute-persistent-disk-csi-driver, scaleway-csi,
/// aws-ebs-csi-driver, csi-digitalocean and linode-blockstorage-csi-driver, and of the providers' own Kubernetes.
pub const STORAGE_CLASSES: [(&str, Option<Provider>); 15] = [
    ("azurefile-csi", Some(Provider::Azure)),
    ("do-block-storage", None),
    ("ebs-sc", None),
    ("gp2", None),
    ("gp3", None),
    ("hcloud-volumes", Some(Provider::Hetzner)),
    ("linode-block-storage", None),
    ("linode-block-storage-retain", None),
    ("managed-csi", Some(Provider::Azure)),
    ("managed-csi-premium", Some(Provider::Azure)),
    ("managed-premium", Some(Provider::Azure)),
    ("premium-rwo", Some(Provider::Gcp)),
    ("scw-bssd", Some(Provider::Scaleway)),
    ("scw-bssd-retain", Some(Provider::Scaleway)),
    ("standard-rwo", Some(Provider::Gcp)),
];
