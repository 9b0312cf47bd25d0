//! What clouds make of the names of the cluster and its pools, and how long that may be.

use super::providers::Provider;

/// The most characters of a node's name, of which the kubelet makes a label's value (Kubernetes docs, "Labels and Selectors").
pub const NODE: usize = 63;

/// What k3s adds to a host name: `-` and four bytes in hexadecimal (`with-node-id`; k3s `pkg/agent/config`, `ensureNodeID`).
pub const NODE_ID: usize = 9;

/// The most that a provider adds to `<cluster>-<pool>` for the host name of a machine. `count` is how many machines the pool has.
pub fn machine_suffix(provider: Provider, is_autoscaled: bool, count: u32) -> Option<usize> {
    match provider {
        // `-` and a positive 64-bit number in hexadecimal (autoscaler `cloudprovider/hetzner`), or a number of the root.
        Provider::Hetzner if is_autoscaled => Some(17),
        Provider::Hetzner => Some(1 + count.to_string().len()),
        // Six digits in base 36 (learn.microsoft.com, "Naming rules and restrictions": scale sets).
        Provider::Azure => Some(6),
        // `-` and four characters (google 7.45.0, `google_compute_instance_group_manager`, `base_instance_name`).
        Provider::Gcp => Some(5),
        Provider::Generic | Provider::Scaleway | Provider::RaspberryPi => None,
    }
}

/// Google's service accounts: `<cluster>` with this behind it, in `examples/terraform/gcp`, and the most characters of an account's ID
/// (google 7.45.0, `google_service_account`: 6 to 30).
pub const GCP_ACCOUNT: (&str, usize) = ("-servers", 30);
