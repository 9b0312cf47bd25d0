//! Built-in objects, decoded into Kubernetes' own types and back: what does not come back was not known.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, ResourceQuota, Secret, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Whether an object of a built-in kind decodes strictly.
pub(super) fn built_in(version: &str, kind: &str, object: &Value) -> Result<(), String> {
    match (version, kind) {
        ("apps/v1", "Deployment") => round_trip::<Deployment>(object),
        ("apps/v1", "StatefulSet") => round_trip::<StatefulSet>(object),
        ("batch/v1", "CronJob") => round_trip::<CronJob>(object),
        ("batch/v1", "Job") => round_trip::<Job>(object),
        ("v1", "ConfigMap") => round_trip::<ConfigMap>(object),
        ("v1", "Namespace") => round_trip::<Namespace>(object),
        ("v1", "ResourceQuota") => round_trip::<ResourceQuota>(object),
        ("v1", "Secret") => round_trip::<Secret>(object),
        ("v1", "Service") => round_trip::<Service>(object),
        ("v1", "ServiceAccount") => round_trip::<ServiceAccount>(object),
        ("networking.k8s.io/v1", "Ingress") => round_trip::<Ingress>(object),
        ("networking.k8s.io/v1", "NetworkPolicy") => round_trip::<NetworkPolicy>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRole") => round_trip::<ClusterRole>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => round_trip::<ClusterRoleBinding>(object),
        ("rbac.authorization.k8s.io/v1", "Role") => round_trip::<Role>(object),
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => round_trip::<RoleBinding>(object),
        _ => Err(format!("unknown kind {version} {kind}")),
    }
}

fn round_trip<T: DeserializeOwned + Serialize>(object: &Value) -> Result<(), String> {
    // The error may quote a value, and the value may be a secret.
    let typed: T =
        serde_json::from_value(object.clone()).map_err(|_| "a value has the wrong type".to_owned())?;
    let back = serde_json::to_value(typed).map_err(|_| "it cannot be serialized".to_owned())?;
    lost(object, &back, String::new()).map_or(Ok(()), |path| Err(format!("unknown field `{path}`")))
}

/// The path of the first field that did not come back. Empty collections may be left out.
fn lost(before: &Value, after: &Value, path: String) -> Option<String> {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => a.iter().find_map(|(key, value)| match b.get(key) {
            Some(other) => lost(value, other, format!("{path}/{key}")),
            None if is_empty(value) => None,
            None => Some(format!("{path}/{key}")),
        }),
        (Value::Array(a), Value::Array(b)) => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(i, (x, y))| lost(x, y, format!("{path}/{i}"))),
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unknown_field_and_a_wrong_type_are_found() {
        let secret = |extra: Value| {
            let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "dg=="}});
            object
                .as_object_mut()
                .unwrap()
                .extend(extra.as_object().unwrap().clone());
            built_in("v1", "Secret", &object)
        };
        assert_eq!(secret(json!({})), Ok(()));
        assert_eq!(
            secret(json!({"dta": {"a": "b"}})),
            Err("unknown field `/dta`".into())
        );
        assert!(secret(json!({"data": {"k": 5}})).is_err());
        assert!(secret(json!({"data": {"k": "not base64!"}})).is_err());
    }
}
