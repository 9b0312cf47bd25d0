//! The list of all rules, in the order of their names.

use super::{
    Rule, artifacts, cluster, database, domain, gitpod, hosts, k3s, network, registries, secret, signups,
    stages, tailscale, yaml,
};

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &cluster::api_host_missing::RULE,
    &cluster::api_unreachable::RULE,
    &hosts::arch_not_amd64::RULE,
    &stages::ARTIFACT_REJECTED,
    &cluster::autoscale_bounds::RULE,
    &cluster::autoscaled_pool_holds_state::RULE,
    &registries::bucket_name_invalid::RULE,
    &registries::bucket_shared_with_registry::RULE,
    &gitpod::certificate_self_signed::RULE,
    &network::cidr_host_bits::RULE,
    &network::cidr_invalid::RULE,
    &network::cidr_not_private::RULE,
    &network::cidr_overlap::RULE,
    &network::cluster_dns_outside_services::RULE,
    &cluster::cluster_no_server::RULE,
    &stages::CONFIG_PATCH_REJECTED,
    &stages::CONFLICTING_KEYS,
    &database::ca_not_pem::RULE,
    &database::cloudsql_instance_format::RULE,
    &database::encryption_key_alphabet::RULE,
    &database::encryption_key_duplicate::RULE,
    &database::encryption_key_length::RULE,
    &database::encryption_key_public_default::RULE,
    &database::encryption_keys_primary::RULE,
    &database::host_has_scheme::RULE,
    &database::incluster_production::RULE,
    &database::password_shell_unsafe::RULE,
    &database::port_invalid::RULE,
    &database::tls_missing::RULE,
    &domain::apex_shared::RULE,
    &domain::has_scheme_or_port::RULE,
    &domain::missing::RULE,
    &domain::not_fqdn::RULE,
    &domain::not_public::RULE,
    &domain::placeholder::RULE,
    &domain::trailing_dot::RULE,
    &domain::uppercase::RULE,
    &stages::DUPLICATE_KEY,
    &cluster::duplicate_node_name::RULE,
    &gitpod::duration_format::RULE,
    &cluster::etcd_even_servers::RULE,
    &network::firewall_api_public::RULE,
    &network::firewall_ssh_public::RULE,
    &gitpod::gitpod_kind_unsupported::RULE,
    &gitpod::images_not_public::RULE,
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
    &gitpod::no_auth_provider_on_public::RULE,
    &gitpod::no_authorized_keys::RULE,
    &k3s::no_default_storageclass::RULE,
    &cluster::no_schedulable_node::RULE,
    &network::node_address_outside_network::RULE,
    &cluster::node_name_invalid::RULE,
    &stages::NOT_COMPILED,
    &gitpod::oauth_duplicate_host::RULE,
    &gitpod::oauth_host_has_scheme::RULE,
    &hosts::os_cgroup_v1::RULE,
    &signups::passlist_alias::RULE,
    &signups::passlist_duplicate::RULE,
    &signups::passlist_empty_but_enabled::RULE,
    &signups::passlist_ignored::RULE,
    &signups::passlist_not_domain::RULE,
    &signups::passlist_public_mail::RULE,
    &signups::passlist_trailing_dot::RULE,
    &signups::passlist_uppercase::RULE,
    &signups::passlist_wildcard::RULE,
    &gitpod::quantity_format::RULE,
    &registries::allowlist_missing_dockerio::RULE,
    &registries::allowlist_not_host::RULE,
    &registries::dockerconfig_host_mismatch::RULE,
    &registries::dockerhub_unsupported::RULE,
    &registries::ecr_unsupported::RULE,
    &registries::gar_unsupported::RULE,
    &registries::s3_region_endpoint::RULE,
    &registries::short_lived_token::RULE,
    &registries::url_scheme::RULE,
    &registries::url_uppercase::RULE,
    &gitpod::release_invalid::RULE,
    &registries::s3_endpoint_ignored::RULE,
    &registries::s3_endpoint_scheme::RULE,
    &secret::known_example::RULE,
    &secret::literal::RULE,
    &secret::name_invalid::RULE,
    &secret::ref_unresolved::RULE,
    &stages::SECRET_TRAILING_NEWLINE,
    &stages::SECRET_UNRESOLVED,
    &signups::signups_open::RULE,
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
