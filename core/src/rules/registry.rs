//! The list of all rules, in the order of their names.

use super::{Rule, cluster, k3s, signups, stages};

/// Every rule, sorted by name.
pub static RULES: &[&Rule] = &[
    &cluster::api_host_missing::RULE,
    &cluster::api_unreachable::RULE,
    &cluster::autoscale_bounds::RULE,
    &cluster::autoscaled_pool_holds_state::RULE,
    &cluster::cluster_no_server::RULE,
    &stages::CONFLICTING_KEYS,
    &stages::DUPLICATE_KEY,
    &cluster::duplicate_node_name::RULE,
    &cluster::etcd_even_servers::RULE,
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
    &cluster::node_name_invalid::RULE,
    &stages::NOT_COMPILED,
    &signups::passlist_uppercase::RULE,
    &stages::SECRET_TRAILING_NEWLINE,
    &stages::SECRET_UNRESOLVED,
    &k3s::sqlite_with_several_servers::RULE,
    &stages::SUPPRESSION_UNKNOWN_RULE,
    &stages::SUPPRESSION_UNUSED,
    &stages::SYNTAX,
    &cluster::taint_invalid::RULE,
    &stages::UNKNOWN_KEY,
    &cluster::workload_nowhere::RULE,
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
