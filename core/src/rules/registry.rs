//! The list of all rules, in the order of their names.

use super::{Rule, database, domain, gitpod, registries, secret, signups, stages};

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &registries::bucket_name_invalid::RULE,
    &registries::bucket_shared_with_registry::RULE,
    &gitpod::certificate_self_signed::RULE,
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
    &gitpod::images_not_public::RULE,
    &stages::INVALID_VALUE,
    &stages::LIMIT,
    &stages::MISSING_KEY,
    &gitpod::no_auth_provider_on_public::RULE,
    &gitpod::no_authorized_keys::RULE,
    &stages::NOT_COMPILED,
    &gitpod::oauth_duplicate_host::RULE,
    &gitpod::oauth_host_has_scheme::RULE,
    &signups::passlist_alias::RULE,
    &signups::passlist_duplicate::RULE,
    &signups::passlist_empty_but_enabled::RULE,
    &signups::passlist_ignored::RULE,
    &signups::passlist_not_domain::RULE,
    &signups::passlist_public_mail::RULE,
    &signups::passlist_trailing_dot::RULE,
    &signups::passlist_uppercase::RULE,
    &signups::passlist_wildcard::RULE,
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
    &registries::s3_endpoint_ignored::RULE,
    &registries::s3_endpoint_scheme::RULE,
    &secret::known_example::RULE,
    &secret::literal::RULE,
    &secret::name_invalid::RULE,
    &secret::ref_unresolved::RULE,
    &stages::SECRET_TRAILING_NEWLINE,
    &stages::SECRET_UNRESOLVED,
    &signups::signups_open::RULE,
    &stages::SUPPRESSION_UNKNOWN_RULE,
    &stages::SUPPRESSION_UNUSED,
    &stages::SYNTAX,
    &stages::UNKNOWN_KEY,
    &stages::WRONG_TYPE,
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
