//! Kubernetes objects: built-in kinds by their own types, custom resources by our schemas.

use super::schemas;
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
        return Err(format!("invalid name `{name}` for a {}", word("kind")));
    }
    let version = word("apiVersion");
    schemas::check(version, object).unwrap_or_else(|| built_in(version, word("kind"), object))
}

#[cfg(feature = "kubernetes")]
use super::kubernetes::built_in;

/// Without the types there is nothing to hold them against.
#[cfg(not(feature = "kubernetes"))]
fn built_in(_: &str, _: &str, _: &Value) -> Result<(), String> {
    Ok(())
}
