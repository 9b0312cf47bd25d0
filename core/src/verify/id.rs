//! What objects of Kubernetes are called.

use serde_json::Value;

/// An object by kind, namespace (empty for the cluster's own) and name.
pub(super) type Id = (String, String, String);

/// The text that a JSON pointer leads to; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

pub(super) fn id(kind: &str, namespace: &str, name: &str) -> Id {
    (kind.to_owned(), namespace.to_owned(), name.to_owned())
}
