//! Kubernetes objects: built-in kinds by their own types, custom resources by our schemas. And the shape of user-data.

use super::schemas;
use crate::facts::k3s;
use serde_json::Value;

/// Whether an object would be taken as it is.
pub(super) fn check(object: &Value) -> Result<(), String> {
    let word = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("");
    let name = object
        .pointer("/metadata/name")
        .and_then(Value::as_str)
        .unwrap_or("");
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if name.is_empty()
        || name.len() > 253
        || !name.bytes().all(valid)
        || name.starts_with(['-', '.'])
        || name.ends_with(['-', '.'])
    {
        return Err(format!("`{name}` is no name for a {}", word("kind")));
    }
    match (word("apiVersion"), word("kind")) {
        ("helm.cattle.io/v1", _) => schemas::check(&schemas::HELM_CHART, object),
        ("cert-manager.io/v1", _) => schemas::check(&schemas::CERT_MANAGER, object),
        ("upgrade.cattle.io/v1", _) => schemas::check(&schemas::UPGRADE_PLAN, object),
        (version, kind) => built_in(version, kind, object),
    }
}

#[cfg(feature = "kubernetes")]
use super::kubernetes::built_in;

/// Without the types there is nothing to hold them against.
#[cfg(not(feature = "kubernetes"))]
fn built_in(_: &str, _: &str, _: &Value) -> Result<(), String> {
    Ok(())
}

/// User-data: what cloud-init's own schema does not see. Every `config.yaml` in it holds keys that k3s knows for that role.
pub(super) fn check_cloud_config(data: &Value) -> Result<(), String> {
    let files = data
        .get("write_files")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let mut paths = std::collections::BTreeSet::new();
    let server = files
        .iter()
        .any(|file| text(file, "content").contains("role=server\n"));
    for file in files {
        let path = text(file, "path");
        if !path.starts_with('/') {
            return Err(format!("the path `{path}` of a file is not absolute"));
        }
        if !paths.insert(path) {
            return Err(format!("the file `{path}` is written twice"));
        }
        if path.starts_with("/etc/rancher/k3s/config.yaml") {
            check_config(text(file, "content"), if server { "server" } else { "agent" })?;
        }
    }
    Ok(())
}

fn text<'a>(file: &'a Value, key: &str) -> &'a str {
    file.get(key).and_then(Value::as_str).unwrap_or("")
}

/// k3s skips a key that it does not know with a warning in its log, so a slip would silently give another cluster.
fn check_config(content: &str, role: &str) -> Result<(), String> {
    let config: Value =
        serde_yaml::from_str(content).map_err(|error| format!("config.yaml is not YAML: {error}"))?;
    for name in config.as_object().into_iter().flat_map(|config| config.keys()) {
        // With `+` it adds to what other files say.
        match k3s::key(name.strip_suffix('+').unwrap_or(name)) {
            Some(key) if key.roles.iter().any(|r| r == role) => {}
            Some(_) => return Err(format!("config.yaml: k3s {role} does not know the key `{name}`")),
            None => return Err(format!("config.yaml: k3s does not know the key `{name}`")),
        }
    }
    Ok(())
}
