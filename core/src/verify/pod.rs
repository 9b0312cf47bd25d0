//! What pods name.

use super::id::{Id, id, text};
use serde_json::Value;

/// Secrets, maps and the account that a pod names.
pub(super) fn wanted_by_pod(pod: Option<&Value>, namespace: &str) -> Vec<Id> {
    let mut wanted = Vec::new();
    secret_refs(pod, &mut |name| wanted.push(id("Secret", namespace, name)));
    let Some(pod) = pod else { return wanted };
    let mut named = vec![("ServiceAccount", text(pod, "/serviceAccountName"))];
    let volumes = pod.get("volumes").and_then(Value::as_array);
    let pulls = pod.get("imagePullSecrets").and_then(Value::as_array);
    let pulls = pulls.into_iter().flatten();
    named.extend(pulls.map(|secret| ("Secret", text(secret, "/name"))));
    for volume in volumes.into_iter().flatten() {
        named.push(("ConfigMap", text(volume, "/configMap/name")));
        named.push(("Secret", text(volume, "/secret/secretName")));
    }
    let named = named.into_iter().filter(|(_, name)| !name.is_empty());
    wanted.extend(named.map(|(kind, name)| id(kind, namespace, name)));
    wanted
}

/// Every `…SecretRef: {name, key}` below a value.
pub(super) fn secret_refs(value: Option<&Value>, found: &mut dyn FnMut(&str)) {
    match value {
        Some(Value::Object(map)) => {
            for (key, value) in map {
                if ["SecretRef", "SecretKeyRef", "secretKeyRef"]
                    .iter()
                    .any(|end| key.ends_with(end))
                {
                    found(text(value, "/name"));
                }
                secret_refs(Some(value), found);
            }
        }
        Some(Value::Array(items)) => items.iter().for_each(|item| secret_refs(Some(item), found)),
        _ => {}
    }
}
