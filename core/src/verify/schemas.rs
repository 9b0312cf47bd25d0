//! Our own schemas of upstream files, compiled once.

use jsonschema::{Draft, Validator};
use serde_json::Value;
use std::sync::LazyLock;

/// A schema, or why it cannot be used; a test sees that all can.
pub(super) type Schema = LazyLock<Result<Validator, String>>;

/// k3s's HelmChart.
pub(super) static HELM_CHART: Schema =
    LazyLock::new(|| compile(include_str!("../../schemas/upstream/helmchart.json")));
/// cert-manager's Issuer, ClusterIssuer and Certificate.
pub(super) static CERT_MANAGER: Schema =
    LazyLock::new(|| compile(include_str!("../../schemas/upstream/cert-manager.json")));
/// system-upgrade-controller's Plan.
pub(super) static UPGRADE_PLAN: Schema =
    LazyLock::new(|| compile(include_str!("../../schemas/upstream/upgrade-plan.json")));

fn compile(text: &str) -> Result<Validator, String> {
    let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    compile_value(&schema)
}

/// Compiles a schema. Ours use no word that is newer than draft 7, whose own schema, which the library compiles first, is a fraction of
/// that of later drafts.
pub(super) fn compile_value(schema: &Value) -> Result<Validator, String> {
    let options = jsonschema::options().with_draft(Draft::Draft7);
    options.build(schema).map_err(|error| error.to_string())
}

/// Whether `data` is valid; else where the first mistake is. Messages of the library repeat values, so they are not used.
pub(super) fn check(schema: &Schema, data: &Value) -> Result<(), String> {
    let validator = LazyLock::force(schema).as_ref().map_err(Clone::clone)?;
    match validator.iter_errors(data).next() {
        None => Ok(()),
        Some(error) => Err(format!("`{}` does not match its schema", error.instance_path())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_schema_compiles_and_refuses() {
        for schema in [&HELM_CHART, &CERT_MANAGER, &UPGRADE_PLAN] {
            assert!(check(schema, &json!({"kind": "Nothing"})).is_err());
            assert!(LazyLock::force(schema).is_ok());
        }
    }

    #[test]
    fn no_schema_has_a_word_that_draft_7_lacks() {
        const NEWER: [&str; 8] = [
            "prefixItems",
            "unevaluatedProperties",
            "unevaluatedItems",
            "dependentRequired",
            "dependentSchemas",
            "minContains",
            "maxContains",
            "$dynamicRef",
        ];
        for text in [
            include_str!("../../schemas/upstream/helmchart.json"),
            include_str!("../../schemas/upstream/cert-manager.json"),
            include_str!("../../schemas/upstream/upgrade-plan.json"),
            include_str!("../../schemas/upstream/gitpod/installer-config.json"),
        ] {
            assert!(NEWER.iter().all(|word| !text.contains(&format!("\"{word}\""))));
        }
    }
}
