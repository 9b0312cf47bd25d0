//! The published JSON Schema: what the types say, and what only the language does.

use super::platform::{self, Platform};
use super::shape::{GROUPS, Group, MAY_BE_EMPTY, NEEDS, SCHEMA, StructShape, struct_shape};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of the configuration language, as published in `schemas/`.
pub fn json_schema() -> Value {
    let mut schema = SCHEMA.clone();
    finish_struct(&mut schema, "Config");
    let names: Vec<String> = schema["$defs"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(n, _)| n.clone())
        .collect();
    for name in names {
        finish_struct(&mut schema["$defs"][&name], &name);
    }
    forbid_late(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert(
            "$id".into(),
            json!(format!(
                "{}/schemas/gitpod-k3s.v1.schema.json",
                env!("CARGO_PKG_REPOSITORY")
            )),
        );
        root.insert("title".into(), json!("gitpod-k3s.yaml"));
        root.insert(
            "patternProperties".into(),
            json!({ "^x-": { "description": "A place for anchors. Not read." } }),
        );
        add_constraint(root, one_passlist());
        for constraint in Platform::ALL.into_iter().filter_map(used_by) {
            add_constraint(root, constraint);
        }
    }
    schema
}

/// Adds what the types alone do not say: null equals absent, groups of alternatives, keys that need another.
fn finish_struct(definition: &mut Value, name: &str) {
    let StructShape { required, texts, .. } = struct_shape(definition);
    let Some(object) = definition.as_object_mut() else {
        return;
    };
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        for (key, property) in properties.iter_mut() {
            if !required.contains(key) {
                allow_null(property);
            }
            if texts.contains(key)
                && !MAY_BE_EMPTY.contains(&key.as_str())
                && let Some(property) = property.as_object_mut()
            {
                property.insert("minLength".into(), json!(1));
            }
        }
    }
    for group in GROUPS.iter().filter(|g| g.of == name) {
        for constraint in group_constraints(group) {
            add_constraint(object, constraint);
        }
    }
    for (_, key, other) in NEEDS.iter().filter(|(of, ..)| *of == name) {
        add_constraint(
            object,
            json!({ "anyOf": [{ "not": chosen(key) }, chosen(other)] }),
        );
    }
}

/// Strings that Terraform does not fill in hold no `${`, but for `$${`, the literal, and begin with no typographic quote. Those that may hold
/// it are marked with a comment.
fn forbid_late(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let marked = object.remove("$comment").is_some();
            let string = match object.get("type") {
                Some(Value::String(kind)) => kind == "string",
                Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
                _ => false,
            };
            if string && !marked && !object.contains_key("enum") && !object.contains_key("const") {
                object.insert(
                    "not".into(),
                    json!({ "type": "string", "pattern": "(^|[^$])\\$\\{(?![0-9]+\\})|^\\s*[“”„‘’«»]" }),
                );
                return;
            }
            object.values_mut().for_each(forbid_late);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_late),
        _ => {}
    }
}

fn allow_null(property: &mut Value) {
    let Some(object) = property.as_object_mut() else {
        return;
    };
    if let Some(Value::String(kind)) = object.get("type") {
        let kind = kind.clone();
        object.insert("type".into(), json!([kind, "null"]));
        if let Some(Value::Array(values)) = object.get_mut("enum") {
            values.push(Value::Null);
        }
        return;
    }
    if let Some(Value::Array(alternatives)) = object.get_mut("anyOf") {
        alternatives.push(json!({ "type": "null" }));
        return;
    }
    let description = object.remove("description");
    let inner = Value::Object(std::mem::take(object));
    if let Some(description) = description {
        object.insert("description".into(), description);
    }
    object.insert("anyOf".into(), json!([inner, { "type": "null" }]));
}

fn chosen(key: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "not": { "enum": [null, false] } } } })
}

fn group_constraints(group: &Group) -> Vec<Value> {
    let mut constraints = Vec::new();
    for (i, a) in group.members.iter().enumerate() {
        for b in group.members.iter().skip(i + 1) {
            constraints.push(json!({ "not": { "allOf": [chosen(a), chosen(b)] } }));
        }
    }
    let any = |but: Option<&str>| -> Value {
        group
            .members
            .iter()
            .filter(|m| Some(**m) != but)
            .map(|m| chosen(m))
            .collect::<Vec<_>>()
            .into()
    };
    if group.required {
        constraints.push(json!({ "anyOf": any(None) }));
    }
    if let Some(switch) = group.switch {
        let off = json!({ "required": [switch], "properties": { switch: { "const": false } } });
        constraints.push(json!({ "anyOf": [{ "not": off }, { "anyOf": any(Some(switch)) }] }));
    }
    constraints
}

/// `blockNewUsers.passlist` beside `domain_passlist` would be two lists for one thing.
fn one_passlist() -> Value {
    let short = json!({ "anyOf": [chosen("domain_passlist"), chosen("domainPasslist")] });
    let long = json!({
        "required": ["blockNewUsers"],
        "properties": { "blockNewUsers": { "type": "object", "allOf": [chosen("passlist")] } }
    });
    json!({ "not": { "allOf": [short, long] } })
}

/// With a platform, keys that it does not use are not written.
fn used_by(platform: Platform) -> Option<Value> {
    let mut properties = json!({});
    for key in platform::KEYS.iter().filter(|key| !key.users.contains(&platform)) {
        let mut at = &mut properties;
        if let Some((last, parents)) = key.path.split_last() {
            for (parent, below) in parents.iter().zip(&key.path[1..]) {
                at = match (*parent, *below) {
                    (platform::ITEMS, _) => at,
                    (_, platform::ITEMS) => &mut at[*parent]["items"]["properties"],
                    _ => &mut at[*parent]["properties"],
                };
            }
            at[*last] = json!({ "type": "null" });
        }
    }
    let set = match platform {
        // Null means it too.
        Platform::DEFAULT => json!({ "properties": { "platform": { "enum": [platform.as_str(), null] } } }),
        _ => {
            json!({ "required": ["platform"], "properties": { "platform": { "const": platform.as_str() } } })
        }
    };
    let any = properties.as_object().is_some_and(|object| !object.is_empty());
    any.then(|| json!({ "if": set, "then": { "properties": properties } }))
}

fn add_constraint(object: &mut Map<String, Value>, constraint: Value) {
    if let Some(list) = object.entry("allOf").or_insert_with(|| json!([])).as_array_mut() {
        list.push(constraint);
    }
}
