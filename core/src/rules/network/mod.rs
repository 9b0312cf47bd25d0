//! Rules on address ranges and firewalls.

pub(super) mod ranges;

pub mod api_host_is_agent;
pub mod cidr_family_mismatch;
pub mod cidr_host_bits;
pub mod cidr_invalid;
pub mod cidr_not_private;
pub mod cidr_overlap;
pub mod cidr_too_small_for_nodes;
pub mod cluster_dns_outside_services;
pub mod duplicate_node_address;
pub mod firewall_api_public;
pub mod firewall_ssh_public;
pub mod gateway_invalid;
pub mod host_in_cluster_range;
pub mod host_invalid;
pub mod ingress_address_missing;
pub mod ingress_allow_without_machines;
pub mod interface_name_invalid;
pub mod interface_unused;
pub mod ipv6_not_in_network;
pub mod no_proxy_invalid;
pub mod node_address_outside_network;
pub mod proxy_url_invalid;
pub mod service_range_size;

use crate::plan::parse_cidr;

/// Whether a range is the whole internet.
fn is_everybody(range: &str) -> bool {
    parse_cidr(range).is_some_and(|net| net.prefix_len() == 0)
}
pub mod terraform_attribute_unlikely;
pub mod url_invalid;
