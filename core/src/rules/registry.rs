//! The list of all rules, in the order of their names.

use super::Listed::{self, Lint, Stage};
use super::{
    artifacts, auth, certificate, cluster, coder, domain, gitpod, hosts, images, k3s, network, secret,
    storage, tailscale, upgrade, workspaces, yaml,
};
use crate::acl;
use crate::diagnostic::stages;
use crate::tailnet::findings;
use crate::verify::{CONFIG_PATCH_IGNORED, CONFIG_PATCH_REJECTED};
use std::sync::LazyLock;

/// Every rule, sorted by name.
pub static RULES: &[Listed] = &[
    Lint(&certificate::acme_email_invalid::RULE),
    Lint(&certificate::acme_staging_issuer::RULE),
    Lint(&gitpod::admin_link_invalid::RULE),
    Lint(&k3s::airgap_invalid::RULE),
    Lint(&cluster::api_host_missing::RULE),
    Lint(&cluster::api_on_one_server::RULE),
    Lint(&cluster::api_unreachable::RULE),
    Lint(&gitpod::arch_not_amd64::RULE),
    Stage(&stages::ARTIFACT_REJECTED),
    Lint(&hosts::authorized_key_invalid::RULE),
    Lint(&hosts::authorized_key_weak::RULE),
    Lint(&cluster::autoscale_bounds::RULE),
    Lint(&cluster::autoscale_without_actor::RULE),
    Lint(&cluster::autoscaled_pool_holds_state::RULE),
    Lint(&cluster::autoscaler_idle::RULE),
    Lint(&cluster::autoscaler_names::RULE),
    Lint(&cluster::autoscaler_zones::RULE),
    Lint(&k3s::bind_loopback_multi_node::RULE),
    Lint(&storage::bucket_name_invalid::RULE),
    Lint(&gitpod::registries::bucket_shared_with_registry::RULE),
    Lint(&certificate::ca_cert_invalid::RULE),
    Lint(&certificate::certificate_self_signed::RULE),
    Lint(&network::cidr_family_mismatch::RULE),
    Lint(&network::cidr_host_bits::RULE),
    Lint(&network::cidr_invalid::RULE),
    Lint(&network::cidr_not_private::RULE),
    Lint(&network::cidr_overlap::RULE),
    Lint(&network::cidr_too_small_for_nodes::RULE),
    Lint(&k3s::cloud_controller_disabled::RULE),
    Lint(&cluster::cloud_name_invalid::RULE),
    Lint(&network::cluster_dns_outside_services::RULE),
    Lint(&gitpod::cluster_domain_changed::RULE),
    Lint(&cluster::cluster_no_server::RULE),
    Lint(&upgrade::cluster_range_changed::RULE),
    Lint(&k3s::cni_missing::RULE),
    Lint(&coder::coder_database_moved::RULE),
    Lint(&coder::coder_db_invalid::RULE),
    Lint(&coder::coder_db_tls_off::RULE),
    Lint(&coder::coder_email_unverified::RULE),
    Lint(&coder::coder_env_managed::RULE),
    Lint(&coder::coder_env_secret::RULE),
    Lint(&coder::coder_env_unknown::RULE),
    Lint(&coder::coder_env_value_invalid::RULE),
    Lint(&coder::coder_envbox_privileged::RULE),
    Lint(&coder::coder_git_is_no_login::RULE),
    Lint(&coder::coder_git_provider_invalid::RULE),
    Lint(&coder::coder_github_access_unclear::RULE),
    Lint(&coder::coder_github_invalid::RULE),
    Lint(&coder::coder_home_on_one_node::RULE),
    Lint(&coder::coder_image_without_login::RULE),
    Lint(&coder::coder_license_missing::RULE),
    Lint(&coder::coder_login_issuer_changed::RULE),
    Lint(&coder::coder_oidc_invalid::RULE),
    Lint(&coder::coder_owner_invalid::RULE),
    Lint(&coder::coder_passlist_invalid::RULE),
    Lint(&coder::coder_passlist_unenforced::RULE),
    Lint(&coder::coder_password_login_locked::RULE),
    Lint(&coder::coder_pull_secret_unknown::RULE),
    Lint(&coder::coder_signups_open::RULE),
    Lint(&coder::coder_stun_invalid::RULE),
    Lint(&coder::coder_token_key_removed::RULE),
    Lint(&coder::coder_traefik_disabled::RULE),
    Lint(&coder::coder_values_patch_invalid::RULE),
    Lint(&coder::coder_version_invalid::RULE),
    Lint(&coder::coder_version_lowered::RULE),
    Lint(&coder::coder_workspaces_invalid::RULE),
    Stage(&CONFIG_PATCH_IGNORED),
    Stage(&CONFIG_PATCH_REJECTED),
    Stage(&stages::CONFLICTING_KEYS),
    Lint(&gitpod::container_runtime_docker::RULE),
    Lint(&k3s::coredns_custom_invalid::RULE),
    Lint(&k3s::coredns_disabled::RULE),
    Lint(&k3s::cron_invalid::RULE),
    Lint(&gitpod::custom_ca_untrusted::RULE),
    Lint(&upgrade::datastore_changed::RULE),
    Lint(&k3s::datastore_endpoint_invalid::RULE),
    Lint(&k3s::datastore_tls_disabled::RULE),
    Lint(&gitpod::database::db_cloudsql_instance_format::RULE),
    Lint(&gitpod::database::db_encryption_key_alphabet::RULE),
    Lint(&gitpod::database::db_encryption_key_duplicate::RULE),
    Lint(&gitpod::database::db_encryption_key_length::RULE),
    Lint(&gitpod::database::db_encryption_key_public_default::RULE),
    Lint(&gitpod::database::db_encryption_key_removed::RULE),
    Lint(&gitpod::database::db_encryption_keys_primary::RULE),
    Lint(&gitpod::database::db_host_has_scheme::RULE),
    Lint(&gitpod::database::db_incluster_production::RULE),
    Lint(&gitpod::database::db_password_shell_unsafe::RULE),
    Lint(&gitpod::database::db_port_invalid::RULE),
    Lint(&storage::db_read_only::RULE),
    Lint(&gitpod::database::db_tls_missing::RULE),
    Lint(&gitpod::database::db_username_azure::RULE),
    Lint(&certificate::dns01_invalid::RULE),
    Lint(&certificate::dns01_without_proxy::RULE),
    Lint(&domain::domain_apex_shared::RULE),
    Lint(&upgrade::domain_changed::RULE),
    Lint(&domain::domain_has_scheme_or_port::RULE),
    Lint(&domain::domain_missing::RULE),
    Lint(&domain::domain_not_fqdn::RULE),
    Lint(&domain::domain_not_public::RULE),
    Lint(&domain::domain_placeholder::RULE),
    Lint(&domain::domain_trailing_dot::RULE),
    Lint(&domain::domain_uppercase::RULE),
    Stage(&stages::DUPLICATE_ITEM),
    Stage(&stages::DUPLICATE_KEY),
    Lint(&network::duplicate_node_address::RULE),
    Lint(&cluster::duplicate_node_name::RULE),
    Lint(&gitpod::duration_format::RULE),
    Lint(&cluster::etcd_even_servers::RULE),
    Lint(&hosts::extra_file_mode::RULE),
    Lint(&hosts::extra_file_owner::RULE),
    Lint(&hosts::extra_file_path::RULE),
    Lint(&hosts::extra_file_unread::RULE),
    Lint(&network::firewall_api_public::RULE),
    Lint(&network::firewall_ssh_public::RULE),
    Lint(&k3s::flannel_external_ip_unset::RULE),
    Stage(&stages::FLOW_BLOCKED),
    Lint(&network::gateway_invalid::RULE),
    Lint(&storage::gcs_project_invalid::RULE),
    Lint(&storage::gcs_region_invalid::RULE),
    Lint(&auth::git_host_unlikely::RULE),
    Lint(&gitpod::gitpod_kind_unsupported::RULE),
    Lint(&hosts::hook_asks::RULE),
    Lint(&hosts::hook_bashism::RULE),
    Lint(&hosts::hook_command_misspelt::RULE),
    Lint(&hosts::hook_deletes_root::RULE),
    Lint(&hosts::hook_kubectl_on_agents::RULE),
    Lint(&hosts::hook_never_ends::RULE),
    Lint(&hosts::hook_pipes_download::RULE),
    Lint(&hosts::hook_reboots::RULE),
    Lint(&hosts::hook_syntax::RULE),
    Lint(&hosts::hook_too_early::RULE),
    Lint(&hosts::host_containerd_installed::RULE),
    Lint(&hosts::host_firewall_blocks_pods::RULE),
    Lint(&network::host_invalid::RULE),
    Lint(&images::image_invalid::RULE),
    Lint(&gitpod::images_not_public::RULE),
    Lint(&network::ingress_address_missing::RULE),
    Lint(&network::interface_name_invalid::RULE),
    Lint(&network::interface_unused::RULE),
    Stage(&stages::INVALID_VALUE),
    Stage(&stages::INVISIBLE_CHARACTER),
    Lint(&network::ipv6_not_in_network::RULE),
    Lint(&gitpod::ipv6_only::RULE),
    Lint(&upgrade::issuer_changed::RULE),
    Lint(&k3s::k3s_address_shared::RULE),
    Lint(&k3s::k3s_argument_invalid::RULE),
    Lint(&k3s::k3s_disable_unknown_component::RULE),
    Lint(&upgrade::k3s_downgrade::RULE),
    Lint(&k3s::k3s_key_managed::RULE),
    Lint(&upgrade::k3s_minor_skipped::RULE),
    Lint(&k3s::k3s_option_deprecated::RULE),
    Lint(&k3s::k3s_part_disabled::RULE),
    Lint(&k3s::k3s_token_full::RULE),
    Lint(&k3s::k3s_unknown_key::RULE),
    Lint(&k3s::k3s_value_invalid::RULE),
    Lint(&k3s::k3s_version_invalid::RULE),
    Lint(&k3s::k3s_version_too_old::RULE),
    Lint(&k3s::k3s_version_unpinned::RULE),
    Lint(&k3s::k3s_version_unsupported::RULE),
    Lint(&k3s::k3s_version_untested::RULE),
    Lint(&k3s::k3s_version_vulnerable::RULE),
    Lint(&k3s::kernel_defaults_unset::RULE),
    Lint(&k3s::kubeconfig_world_readable::RULE),
    Lint(&cluster::kubelet_cgroup_v1::RULE),
    Lint(&gitpod::label_conflict::RULE),
    Lint(&cluster::label_restricted_prefix::RULE),
    Lint(&cluster::label_value_invalid::RULE),
    Stage(&stages::LIMIT),
    Lint(&workspaces::limit_below_request::RULE),
    Lint(&cluster::location_unknown::RULE),
    Lint(&upgrade::machine_group_renamed::RULE),
    Lint(&cluster::machine_type_unknown_or_retired::RULE),
    Lint(&cluster::manager_runs_workspaces::RULE),
    Lint(&k3s::manifest_invalid::RULE),
    Lint(&k3s::max_pods_exceed_range::RULE),
    Stage(&stages::MISSING_KEY),
    Lint(&hosts::module_blocked::RULE),
    Lint(&gitpod::networkpolicy_disabled::RULE),
    Lint(&gitpod::no_auth_provider_on_public::RULE),
    Lint(&hosts::no_authorized_keys::RULE),
    Lint(&gitpod::no_default_storageclass::RULE),
    Lint(&network::no_proxy_invalid::RULE),
    Lint(&cluster::no_schedulable_node::RULE),
    Lint(&network::node_address_outside_network::RULE),
    Lint(&cluster::node_name_invalid::RULE),
    Lint(&cluster::node_too_small::RULE),
    Lint(&k3s::nodeport_range_overlap::RULE),
    Stage(&stages::NOT_COMPILED),
    Lint(&gitpod::oauth_duplicate_host::RULE),
    Lint(&gitpod::oauth_host_has_scheme::RULE),
    Lint(&gitpod::oauth_id_invalid::RULE),
    Lint(&auth::oauth_type_mismatch::RULE),
    Lint(&gitpod::os_cgroup_v1::RULE),
    Lint(&gitpod::os_without_shiftfs::RULE),
    Lint(&upgrade::overlay_changed::RULE),
    Lint(&hosts::package_name_invalid::RULE),
    Lint(&hosts::packet_filter_flushed::RULE),
    Lint(&gitpod::signups::passlist_alias::RULE),
    Lint(&gitpod::signups::passlist_duplicate::RULE),
    Lint(&gitpod::signups::passlist_empty_but_enabled::RULE),
    Lint(&gitpod::signups::passlist_ignored::RULE),
    Lint(&gitpod::signups::passlist_lookalike::RULE),
    Lint(&gitpod::signups::passlist_not_domain::RULE),
    Lint(&gitpod::signups::passlist_public_mail::RULE),
    Lint(&gitpod::signups::passlist_subdomain_not_implied::RULE),
    Lint(&gitpod::signups::passlist_trailing_dot::RULE),
    Lint(&gitpod::signups::passlist_uppercase::RULE),
    Lint(&gitpod::signups::passlist_wildcard::RULE),
    Lint(&hosts::path_misspelt::RULE),
    Lint(&yaml::placeholder_left::RULE),
    Lint(&gitpod::pod_security_policies_gone::RULE),
    Lint(&secret::private_key_in_config::RULE),
    Lint(&network::proxy_url_invalid::RULE),
    Lint(&workspaces::quantity_format::RULE),
    Lint(&k3s::registries_invalid::RULE),
    Lint(&gitpod::registries::registry_allowlist_missing_dockerio::RULE),
    Lint(&gitpod::registries::registry_allowlist_not_host::RULE),
    Lint(&gitpod::registries::registry_dockerconfig_auth_mismatch::RULE),
    Lint(&gitpod::registries::registry_dockerconfig_host_mismatch::RULE),
    Lint(&gitpod::registries::registry_dockerhub_unsupported::RULE),
    Lint(&gitpod::registries::registry_ecr_unsupported::RULE),
    Lint(&k3s::registry_endpoint_path::RULE),
    Lint(&gitpod::registries::registry_gar_unsupported::RULE),
    Lint(&images::registry_host_unlikely::RULE),
    Lint(&k3s::registry_login_unused::RULE),
    Lint(&gitpod::registry_node_port_excluded::RULE),
    Lint(&gitpod::registries::registry_s3_region_endpoint::RULE),
    Lint(&images::registry_short_lived_token::RULE),
    Lint(&k3s::registry_trust_lost::RULE),
    Lint(&images::registry_url_path::RULE),
    Lint(&images::registry_url_scheme::RULE),
    Lint(&images::registry_url_tag::RULE),
    Lint(&images::registry_url_uppercase::RULE),
    Lint(&gitpod::release_invalid::RULE),
    Lint(&gitpod::release_lacks_key::RULE),
    Lint(&upgrade::release_outdated::RULE),
    Lint(&gitpod::repository_invalid::RULE),
    Lint(&domain::reserved_subdomain_conflict::RULE),
    Lint(&k3s::resolv_conf_stub::RULE),
    Lint(&gitpod::registries::s3_endpoint_ignored::RULE),
    Lint(&storage::s3_endpoint_scheme::RULE),
    Lint(&storage::s3_endpoint_unlikely::RULE),
    Lint(&gitpod::registries::s3_region_local::RULE),
    Lint(&storage::s3_region_mismatch::RULE),
    Lint(&secret::secret_known_example::RULE),
    Lint(&secret::secret_literal::RULE),
    Lint(&secret::secret_name_invalid::RULE),
    Lint(&gitpod::secret_ref_unresolved::RULE),
    Lint(&secret::secret_reused::RULE),
    Stage(&stages::SECRET_TRAILING_NEWLINE),
    Stage(&stages::SECRET_UNRESOLVED),
    Lint(&secret::secret_wrong_kind::RULE),
    Lint(&upgrade::secrets_encryption_disabled::RULE),
    Lint(&k3s::secrets_encryption_off::RULE),
    Lint(&secret::service_account_not_json::RULE),
    Lint(&network::service_range_size::RULE),
    Lint(&k3s::servicelb_disabled_without_lb::RULE),
    Lint(&gitpod::shortname_invalid::RULE),
    Lint(&gitpod::signups::signups_open::RULE),
    Lint(&cluster::single_server_no_backup::RULE),
    Lint(&k3s::snapshots_pointless::RULE),
    Lint(&k3s::sqlite_with_several_servers::RULE),
    Lint(&gitpod::ssh_gateway_port_conflict::RULE),
    Lint(&gitpod::ssh_host_key_unparseable::RULE),
    Lint(&hosts::ssh_port_taken::RULE),
    Lint(&hosts::ssh_user_invalid::RULE),
    Lint(&gitpod::registries::storage_incluster_production::RULE),
    Stage(&stages::SUPPRESSION_UNKNOWN_RULE),
    Stage(&stages::SUPPRESSION_UNUSED),
    Stage(&stages::SYNTAX),
    Lint(&hosts::sysctl_conflict::RULE),
    Lint(&hosts::sysctl_invalid::RULE),
    Lint(&tailscale::tailscale_accept_dns::RULE),
    Lint(&tailscale::tailscale_admins_everyone::RULE),
    Lint(&tailscale::tailscale_argument_managed::RULE),
    Lint(&tailscale::tailscale_argument_unknown::RULE),
    Lint(&tailscale::tailscale_authkey_ephemeral::RULE),
    Lint(&tailscale::tailscale_authkey_literal::RULE),
    Stage(&findings::selectors::AUTOGROUP_INTERNET_SRC),
    Stage(&findings::selectors::AUTOGROUP_SELF_BAD_SRC),
    Stage(&findings::selectors::AUTOGROUP_SELF_SRC),
    Stage(&findings::access::BAD_ACTION),
    Stage(&findings::approvers::BAD_APPROVER),
    Stage(&findings::access::BAD_CAP_NAME),
    Stage(&findings::access::BAD_DST),
    Stage(&findings::definitions::BAD_GROUP_NAME),
    Stage(&findings::definitions::BAD_HOST_NAME),
    Stage(&findings::access::BAD_PORT),
    Stage(&findings::access::BAD_PROTO),
    Stage(&findings::approvers::BAD_ROUTE_PREFIX),
    Stage(&findings::selectors::BAD_SELECTOR),
    Stage(&findings::definitions::BAD_TAG_NAME),
    Stage(&findings::selectors::CIDR_HOST_BITS),
    Stage(&findings::control::CONTROL_UNSUPPORTED),
    Lint(&tailscale::tailscale_control_url_invalid::RULE),
    Stage(&findings::selectors::DANGER_ALL_DST),
    Stage(&findings::merge::DEFAULT_DENY),
    Stage(&findings::approvers::DEFAULT_ROUTE_APPROVER),
    Stage(&findings::selectors::DEFAULT_ROUTE_DST),
    Stage(&findings::selectors::DOMAIN_NOT_IN_TAILNET),
    Lint(&tailscale::tailscale_dual_stack::RULE),
    Lint(&tailscale::tailscale_etcd_ignored::RULE),
    Lint(&tailscale::tailscale_etcd_over_vpn::RULE),
    Stage(&acl::findings::EXPECT_FAILS),
    Stage(&acl::findings::EXPECT_VACUOUS),
    Stage(&acl::findings::EXPOSED),
    Stage(&findings::syntax::FIELD_CASE),
    Stage(&acl::findings::FLOW_DENIED),
    Stage(&findings::access::GRANT_APP_INTERNET),
    Stage(&findings::access::GRANT_EMPTY),
    Stage(&findings::definitions::GROUP_BAD_MEMBER),
    Stage(&findings::definitions::GROUP_NESTED),
    Stage(&findings::definitions::IPSET_BAD_MEMBER),
    Stage(&findings::definitions::IPSET_CYCLE),
    Lint(&tailscale::tailscale_key_expiry::RULE),
    Lint(&tailscale::tailscale_magicdns_api_host::RULE),
    Stage(&findings::merge::MERGE_CONFLICT),
    Stage(&findings::merge::MERGE_MARKERS),
    Lint(&tailscale::tailscale_no_admins::RULE),
    Stage(&findings::syntax::OLD_NAME),
    Stage(&findings::syntax::POLICY_SYNTAX),
    Stage(&findings::syntax::POLICY_UNREADABLE),
    Stage(&findings::access::PORTS_ON_PORTLESS_PROTO),
    Stage(&acl::findings::POSTURE_FAILS),
    Stage(&findings::access::RESERVED_CAP_NAME),
    Stage(&findings::access::RULE_WITHOUT_EFFECT),
    Lint(&tailscale::tailscale_shared_tag::RULE),
    Stage(&findings::ssh::SSH_ACCEPTENV_EMPTY),
    Stage(&findings::ssh::SSH_ACTION_INVALID),
    Stage(&findings::ssh::SSH_ACTION_MISSING),
    Lint(&gitpod::tailscale_ssh_and_gateway::RULE),
    Stage(&findings::ssh::SSH_CHECK_FROM_TAG),
    Stage(&findings::ssh::SSH_CHECKPERIOD_RANGE),
    Stage(&findings::ssh::SSH_CHECKPERIOD_SHORT),
    Stage(&findings::ssh::SSH_CHECKPERIOD_SYNTAX),
    Stage(&findings::ssh::SSH_CHECKPERIOD_UNUSED),
    Stage(&findings::ssh::SSH_DST_INVALID),
    Stage(&findings::ssh::SSH_ROLE_SOURCE),
    Stage(&findings::ssh::SSH_SRC_DST_COMBINATION),
    Stage(&findings::ssh::SSH_SRC_INVALID),
    Stage(&findings::claims::SSH_TESTS_FAILED),
    Stage(&findings::ssh::SSH_USER_INVALID),
    Stage(&findings::ssh::SSH_USER_LITERAL),
    Stage(&findings::ssh::SSH_USERS_MISSING),
    Stage(&findings::claims::SSHTESTS_BAD_DST),
    Stage(&findings::syntax::SURROUNDING_BLANK),
    Lint(&tailscale::tailscale_tag_invalid::RULE),
    Stage(&findings::claims::TEST_WITHOUT_DEVICE),
    Stage(&findings::claims::TESTS_FAILED),
    Stage(&findings::selectors::UNDEFINED_GROUP),
    Stage(&findings::selectors::UNDEFINED_HOST),
    Stage(&findings::selectors::UNDEFINED_IPSET),
    Stage(&findings::selectors::UNDEFINED_TAG),
    Stage(&findings::selectors::UNKNOWN_AUTOGROUP),
    Stage(&findings::syntax::UNKNOWN_FIELD),
    Stage(&findings::approvers::USER_APPROVER),
    Stage(&findings::access::VIA_NOT_TAG),
    Lint(&cluster::taint_invalid::RULE),
    Lint(&gitpod::timeout_exceeds_lifetime::RULE),
    Lint(&hosts::timezone_unknown::RULE),
    Lint(&certificate::tls_cert_expired::RULE),
    Lint(&certificate::tls_cert_san_mismatch::RULE),
    Lint(&certificate::tls_key_mismatch::RULE),
    Stage(&stages::UNKNOWN_KEY),
    Lint(&network::url_invalid::RULE),
    Lint(&artifacts::user_data_too_large::RULE),
    Lint(&cluster::workload_nowhere::RULE),
    Lint(&cluster::workload_unknown::RULE),
    Lint(&gitpod::workspace_cidr_too_small::RULE),
    Lint(&gitpod::workspaces_not_isolated::RULE),
    Stage(&stages::WRONG_TYPE),
    Lint(&yaml::yaml_ambiguous_scalar::RULE),
];

/// The rule that is called so, or was.
pub fn find(name: &str) -> Option<&'static Listed> {
    let by_name = RULES.binary_search_by_key(&name, |listed| listed.rule().name);
    let today = by_name.ok().and_then(|i| RULES.get(i));
    today.or_else(|| {
        let mut former = FORMER.iter();
        former.find_map(|(former, listed)| (*former == name).then_some(*listed))
    })
}

/// The names that rules had, apart from the table: a file may have thousands of comments with names that no rule has.
static FORMER: LazyLock<Vec<(&str, &Listed)>> = LazyLock::new(|| {
    let names = |listed: &'static Listed| listed.rule().formerly.iter().map(move |name| (*name, listed));
    RULES.iter().flat_map(names).collect()
});

/// The name that a misspelt one may mean.
pub fn nearest(name: &str) -> Option<&'static str> {
    crate::words::nearest(name, RULES.iter().map(|listed| listed.rule().name))
}

/// The rules that look for something themselves.
pub(crate) fn lints() -> impl Iterator<Item = &'static super::Lint> {
    RULES.iter().filter_map(|listed| match listed {
        Lint(lint) => Some(*lint),
        Stage(_) => None,
    })
}

/// Rules that are gone with what they were about. Comments that suppress them are still right.
const RETIRED: [&str; 7] = [
    "etcd-address-changed",
    "tailscale-authkey-shape",
    "tailscale-extra-routes-overwritten",
    "tailscale-snat-network-policy",
    "tailscale-vpn-auth-faulty",
    "tailscale-vpn-auth-old-k3s",
    "tailscale-vpn-auth-split",
];

/// Whether a rule had that name, and is gone.
pub fn is_retired(name: &str) -> bool {
    RETIRED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_unique_and_kebab_case() {
        for pair in RULES.windows(2) {
            let (first, second) = (pair[0].rule(), pair[1].rule());
            assert!(
                first.name < second.name,
                "{} comes before {}",
                second.name,
                first.name
            );
        }
        for rule in RULES.iter().map(Listed::rule) {
            let kebab = |name: &str| {
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            assert!(kebab(rule.name), "{}", rule.name);
            for former in rule.formerly {
                let taken = RULES.iter().any(|listed| listed.rule().name == *former);
                assert!(!taken, "{former} is a rule and a former name of {}", rule.name);
            }
        }
    }

    #[test]
    fn every_page_says_what_and_why() {
        for rule in RULES.iter().map(Listed::rule) {
            assert!(
                rule.summary().ends_with('.'),
                "{}: the first paragraph is one sentence",
                rule.name
            );
            assert!(rule.docs.contains(" ## Why\n"), "{}: no `Why`", rule.name);
        }
    }

    #[test]
    fn what_is_silenced_does_not_silence_back() {
        for rule in RULES.iter().map(Listed::rule) {
            for general in rule.silences {
                assert!(find(general.name).is_some(), "{}", general.name);
                assert!(
                    !general.silences.contains(&rule),
                    "{} and {}",
                    rule.name,
                    general.name
                );
            }
        }
    }
}
