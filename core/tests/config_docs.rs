//! `docs/config.md` is made from the model's own documentation.
//!
//! `UPDATE=1 cargo test -p gkc-core --test config_docs` rewrites it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::model;
use serde_json::Value;
use std::fmt::Write;
use support::golden;

const HEAD: &str = "# Configuration reference

Generated from the doc comments in `core/src/model/`. After editing them, run `UPDATE=1 cargo test -p gkc-core --test config_docs`.

The configuration is one YAML 1.2 file, usually `gitpod-k3s.yaml`. Keys are camelCase, except `domain_passlist`. A null value is the same as an absent key.

**Secrets** are `{env: NAME}` (from the environment, otherwise from the secrets file next to the configuration: for `a/gitpod-k3s.yaml` it is
`a/gitpod-k3s.secrets.env` with lines `NAME=value`, where the value is bare or a JSON string), `{file: path}` (relative to the configuration),
`{terraform: expression}` (known only to Terraform), or the value itself, which causes a warning.

**Strings marked late** may contain `${expression}`, which Terraform fills in; `$${` is a literal `${`. `{terraform: expression}` also works.
";

#[test]
fn the_page_is_fresh() {
    let schema = model::json_schema();
    let mut page = HEAD.to_owned();
    section(&schema, &schema, "", &mut page);
    let file = golden("../docs/config.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        stored == page,
        "docs/config.md is stale: run `UPDATE=1 cargo test -p gkc-core --test config_docs`"
    );
}

/// A table of a mapping's keys, then a section for each key that is a mapping itself.
fn section(root: &Value, schema: &Value, path: &str, page: &mut String) {
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    let title = if path.is_empty() {
        "Top level".to_owned()
    } else {
        format!("`{path}`")
    };
    writeln!(page, "\n## {title}\n\n| key | value | |\n|---|---|---|").unwrap();
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|r| r.iter().any(|n| n == name))
    };
    let mut below = Vec::new();
    for (name, property) in properties {
        let (kind, mapping) = kind_of(root, property);
        let text = property["description"].as_str().unwrap_or("").replace('\n', " ");
        let needed = if required(name) { " **Required.**" } else { "" };
        writeln!(page, "| `{name}` | {kind} | {text}{needed} |").unwrap();
        let ending = if kind.starts_with("list") {
            "[]"
        } else if kind.starts_with("mapping of") {
            ".*"
        } else {
            ""
        };
        if let Some(mapping) = mapping {
            let prefix = if path.is_empty() {
                String::new()
            } else {
                format!("{path}.")
            };
            below.push((format!("{prefix}{name}{ending}"), mapping));
        }
    }
    for (path, mapping) in below {
        section(root, mapping, &path, page);
    }
}

/// What a value is, in words, and the mapping that it is or holds.
fn kind_of<'a>(root: &'a Value, property: &'a Value) -> (String, Option<&'a Value>) {
    if let Some(name) = property["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
        return match name {
            "SecretSource" => ("secret".into(), None),
            "Bindable" => ("string, late".into(), None),
            _ => kind_of(root, &root["$defs"][name]),
        };
    }
    let words: Vec<String> = words_of(property);
    if !words.is_empty() {
        return (words.join(", "), None);
    }
    if let Some(alternatives) = property["anyOf"].as_array() {
        let kinds: Vec<_> = alternatives
            .iter()
            .filter(|a| a["type"] != "null")
            .map(|a| kind_of(root, a))
            .collect();
        let mapping = kinds.iter().find_map(|(_, mapping)| *mapping);
        let mut names: Vec<String> = kinds.into_iter().map(|(kind, _)| kind).collect();
        names.dedup();
        return (names.join(" or "), mapping);
    }
    let kind = match &property["type"] {
        Value::Array(kinds) => kinds.iter().find_map(|k| k.as_str().filter(|k| *k != "null")),
        kind => kind.as_str(),
    };
    match kind {
        Some("array") => {
            let (kind, mapping) = kind_of(root, &property["items"]);
            (format!("list of {}", plural(&kind)), mapping)
        }
        Some("object") if property.get("properties").is_some() => ("mapping".into(), Some(property)),
        Some("object") if property["additionalProperties"].is_object() => {
            let (kind, mapping) = kind_of(root, &property["additionalProperties"]);
            (format!("mapping of {}", plural(&kind)), mapping)
        }
        Some("integer") => ("integer".into(), None),
        Some(kind) => (kind.to_owned(), None),
        None => ("anything".into(), None),
    }
}

fn plural(kind: &str) -> String {
    let many = ["mapping", "secret", "list of strings", "mapping of secrets"];
    if kind == "string" || many.contains(&kind) && !kind.ends_with('s') {
        format!("{kind}s")
    } else {
        kind.to_owned()
    }
}

/// The words of an enumeration.
fn words_of(property: &Value) -> Vec<String> {
    let quoted = |value: &Value| value.as_str().map(|word| format!("`{word}`"));
    if let Some(words) = property["enum"].as_array() {
        return words.iter().filter_map(quoted).collect();
    }
    let one_of = property["oneOf"].as_array().into_iter().flatten();
    let mut words = Vec::new();
    for alternative in one_of {
        words.extend(quoted(&alternative["const"]));
        words.extend(
            alternative["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(quoted),
        );
    }
    words
}
