//! The list of all rules, in the order of their names.

use super::{Rule, artifacts, cluster, gitpod, hosts, k3s, network, signups, stages, tailscale, yaml};

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &cluster::api_host_missing::RULE,
    &cluster::api_unreachable::RULE,
    &hosts::arch_not_amd64::RULE,
    &cluster::autoscale_bounds::RULE,
    &cluster::autoscaled_pool_holds_state::RULE,
    &network::cidr_host_bits::RULE,
    &network::cidr_invalid::RULE,
    &network::cidr_not_private::RULE,
    &network::cidr_overlap::RULE,
    &network::cluster_dns_outside_services::RULE,
    &cluster::cluster_no_server::RULE,
    &stages::CONFLICTING_KEYS,
    &stages::DUPLICATE_KEY,
    &cluster::duplicate_node_name::RULE,
    &gitpod::duration_format::RULE,
    &cluster::etcd_even_servers::RULE,
    &network::firewall_api_public::RULE,
    &network::firewall_ssh_public::RULE,
    &gitpod::gitpod_kind_unsupported::RULE,
    &network::ingress_address_missing::RULE,
    &stages::INVALID_VALUE,
    &k3s::k3s_disable_unknown_component::RULE,
    &k3s::k3s_key_managed::RULE,
    &k3s::k3s_unknown_key::RULE,
    &k3s::k3s_value_invalid::RULE,
    &k3s::k3s_version_invalid::RULE,
    &k3s::k3s_version_unpinned::RULE,
    &cluster::label_restricted_prefix::RULE,
    &cluster::label_value_invalid::RULE,
    &stages::LIMIT,
    &stages::MISSING_KEY,
    &cluster::no_schedulable_node::RULE,
    &network::node_address_outside_network::RULE,
    &cluster::node_name_invalid::RULE,
    &stages::NOT_COMPILED,
    &hosts::os_cgroup_v1::RULE,
    &signups::passlist_uppercase::RULE,
    &gitpod::quantity_format::RULE,
    &gitpod::release_invalid::RULE,
    &stages::SECRET_TRAILING_NEWLINE,
    &stages::SECRET_UNRESOLVED,
    &k3s::sqlite_with_several_servers::RULE,
    &hosts::ssh_gateway_port_conflict::RULE,
    &stages::SUPPRESSION_UNKNOWN_RULE,
    &stages::SUPPRESSION_UNUSED,
    &stages::SYNTAX,
    &tailscale::tailscale_authkey_literal::RULE,
    &tailscale::tailscale_authkey_shape::RULE,
    &tailscale::tailscale_etcd_over_vpn::RULE,
    &tailscale::tailscale_no_admins::RULE,
    &tailscale::tailscale_tag_invalid::RULE,
    &tailscale::tailscale_vpn_auth_old_k3s::RULE,
    &cluster::taint_invalid::RULE,
    &stages::UNKNOWN_KEY,
    &artifacts::user_data_too_large::RULE,
    &cluster::workload_nowhere::RULE,
    &stages::WRONG_TYPE,
    &yaml::yaml_ambiguous_scalar::RULE,
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES
        .binary_search_by_key(&name, |rule| rule.name)
        .ok()
        .and_then(|i| RULES.get(i).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_unique_and_kebab_case() {
        for pair in RULES.windows(2) {
            assert!(
                pair[0].name < pair[1].name,
                "{} comes before {}",
                pair[1].name,
                pair[0].name
            );
        }
        for rule in RULES {
            let kebab = rule
                .name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(kebab, "{}", rule.name);
        }
    }

    #[test]
    fn every_page_says_what_and_why() {
        for rule in RULES {
            assert!(
                rule.summary().ends_with('.'),
                "{}: the first paragraph is one sentence",
                rule.name
            );
            assert!(rule.docs.contains(" ## Why\n"), "{}: no `Why`", rule.name);
        }
    }
}
