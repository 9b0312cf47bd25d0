//! What a cloud or its provider demands of a resource and no schema says: the first apply, or the first change, would fail or do harm.

use crate::root::Root;
use hcl_edit::structure::Body;

enum Demand {
    /// The resource must not be used.
    Never,
    /// The argument must be set.
    Set(&'static str),
    /// The argument must not be set.
    Unset(&'static str),
    /// The argument must contain this.
    Contains(&'static str, &'static str),
}

use Demand::{Contains, Never, Set, Unset};

const DEMANDS: [(&str, Demand, &str); 16] = [
    (
        "azurerm_availability_set",
        Set("platform_fault_domain_count"),
        "the default of 3 is refused where a location has 2, such as uksouth",
    ),
    (
        "azurerm_network_security_rule",
        Never,
        "rules of their own change one by one, and meet at the same priority: use blocks of the group",
    ),
    (
        "azurerm_mysql_server",
        Never,
        "the service was retired in September 2024, and azurerm 4 removed the resource",
    ),
    (
        "azurerm_mysql_flexible_server",
        Contains("name", "random_id."),
        "the name is unique among all customers'",
    ),
    (
        "azurerm_lb_rule",
        Set("idle_timeout_in_minutes"),
        "idle connections end after 4 minutes",
    ),
    (
        "azurerm_postgresql_flexible_server",
        Contains("name", "random_id."),
        "the name is unique among all customers'",
    ),
    (
        "google_compute_global_address",
        Set("address"),
        "Google would choose a range, and does not know those of pods and services",
    ),
    (
        "google_sql_database_instance",
        Contains("name", "random_id."),
        "the name of a deleted instance cannot be used again for a week",
    ),
    (
        "google_compute_instance_group",
        Set("network"),
        "a backend refuses an empty group without it",
    ),
    (
        "google_compute_instance_group",
        Unset("instances"),
        "a replaced machine has the same address, so the group would not get it back before a second apply",
    ),
    (
        "google_compute_router_nat",
        Contains("enable_dynamic_port_allocation", "true"),
        "64 connections of a machine to one address are soon used up",
    ),
    (
        "google_compute_router_nat",
        Set("max_ports_per_vm"),
        "dynamic allocation needs bounds",
    ),
    (
        "google_compute_firewall",
        Set("source_ranges"),
        "without sources a rule admits everybody",
    ),
    (
        "random_password",
        Set("min_lower"),
        "Azure refuses passwords without three kinds of characters",
    ),
    (
        "random_password",
        Set("min_upper"),
        "Azure refuses passwords without three kinds of characters",
    ),
    (
        "random_password",
        Set("min_numeric"),
        "Azure refuses passwords without three kinds of characters",
    ),
];

/// Resources that need another one.
const COMPANIONS: [(&str, &str, &str); 1] = [(
    "google_compute_instance_group",
    "google_compute_instance_group_membership",
    "a replaced machine gets back into its group in the same run only as a resource of its own",
)];

pub fn problems(root: &Root) -> Vec<String> {
    let mut problems = Vec::new();
    for (kind, companion, why) in COMPANIONS {
        let has = |wanted| root.resources().any(|(_, kind, _)| kind == wanted);
        if has(kind) && !has(companion) {
            problems.push(format!("{kind} needs {companion}: {why}"));
        }
    }
    for (address, kind, body) in root.resources() {
        for (_, demand, why) in DEMANDS.iter().filter(|(of, ..)| *of == kind) {
            if let Some(what) = missed(body, demand) {
                problems.push(format!("{address} {what}: {why}"));
            }
        }
    }
    problems
}

fn missed(body: &Body, demand: &Demand) -> Option<String> {
    match *demand {
        Never => Some("must not be used".to_owned()),
        Set(name) => (!body.has_attribute(name)).then(|| format!("needs `{name}`")),
        Unset(name) => body.has_attribute(name).then(|| format!("must not set `{name}`")),
        Contains(name, text) => {
            let value = body
                .get_attribute(name)
                .map(|attribute| attribute.value.to_string());
            (!value.is_some_and(|value| value.contains(text))).then(|| format!("needs `{text}` in `{name}`"))
        }
    }
}
