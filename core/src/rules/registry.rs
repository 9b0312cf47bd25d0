//! The list of all rules, in the order of their names.

use super::{Rule, database, domain, gitpod, registries, secret, signups, stages};

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &registries::allowlist_missing_dockerio::RULE,
    &stages::ARTIFACT_REJECTED,
    &registries::bucket_name_invalid::RULE,
    &gitpod::certificate_self_signed::RULE,
    &stages::CONFIG_PATCH_REJECTED,
    &stages::CONFLICTING_KEYS,
    &registries::dockerconfig_host_mismatch::RULE,
    &registries::dockerhub_unsupported::RULE,
    &stages::DUPLICATE_KEY,
    &registries::ecr_unsupported::RULE,
    &database::encryption_key_alphabet::RULE,
    &database::encryption_key_duplicate::RULE,
    &database::encryption_key_length::RULE,
    &database::encryption_key_public_default::RULE,
    &database::encryption_keys_primary::RULE,
    &domain::has_scheme_or_port::RULE,
    &database::host_has_scheme::RULE,
    &gitpod::images_not_public::RULE,
    &stages::INVALID_VALUE,
    &secret::known_example::RULE,
    &stages::LIMIT,
    &secret::literal::RULE,
    &domain::missing::RULE,
    &stages::MISSING_KEY,
    &secret::name_invalid::RULE,
    &gitpod::no_auth_provider_on_public::RULE,
    &gitpod::no_authorized_keys::RULE,
    &stages::NOT_COMPILED,
    &domain::not_fqdn::RULE,
    &domain::not_public::RULE,
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
    &domain::placeholder::RULE,
    &database::port_invalid::RULE,
    &secret::ref_unresolved::RULE,
    &registries::s3_endpoint_ignored::RULE,
    &registries::s3_endpoint_scheme::RULE,
    &stages::SECRET_TRAILING_NEWLINE,
    &stages::SECRET_UNRESOLVED,
    &signups::signups_open::RULE,
    &stages::SUPPRESSION_UNKNOWN_RULE,
    &stages::SUPPRESSION_UNUSED,
    &stages::SYNTAX,
    &database::tls_missing::RULE,
    &domain::trailing_dot::RULE,
    &stages::UNKNOWN_KEY,
    &domain::uppercase::RULE,
    &registries::url_scheme::RULE,
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
