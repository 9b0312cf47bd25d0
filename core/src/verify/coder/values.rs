//! Values of the chart against the table of its keys.

use crate::facts::coder::values::{Key, Kind, VALUES};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is wrong with the values.
pub(super) fn problems(values: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    keys(values, VALUES, "", &mut problems);
    env(values, &mut problems);
    problems
}

fn keys(value: &Value, table: &[Key], path: &str, problems: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}/{name}");
        let Some(key) = table.iter().find(|key| key.name == name) else {
            problems.push(format!("the chart does not read `{path}`"));
            continue;
        };
        if !key.kind.takes(value) {
            problems.push(format!("`{path}` is not {}", key.kind.words()));
        }
        if let Kind::Object(table) = key.kind {
            keys(value, table, &path, problems);
        }
    }
}

/// Each variable once, with a text or a reference: of two, an upgrade fails (coder/coder #21087).
fn env(values: &Value, problems: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let env = values.pointer("/coder/env").and_then(Value::as_array);
    for variable in env.into_iter().flatten() {
        let name = variable["name"].as_str().unwrap_or("");
        if !seen.insert(name) {
            problems.push(format!("duplicate variable `{name}`"));
        }
        if variable["value"].is_string() == variable["valueFrom"].is_object() {
            problems.push(format!("variable `{name}` has no text"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::problems;
    use serde_json::json;

    #[test]
    fn what_helm_takes_in_silence_is_found() {
        let env =
            json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}, {"name": "B", "value": true}]);
        let found =
            problems(&json!({"coder": {"replicas": 3, "image": {"tag": 2}, "env": env}, "coders": {}}));
        assert_eq!(
            found,
            [
                "the chart does not read `/coder/replicas`",
                "`/coder/image/tag` is not a text",
                "the chart does not read `/coders`",
                "duplicate variable `A`",
                "variable `B` has no text",
            ]
        );
        let fine = json!({"coder": {"replicaCount": 1, "resources": {"limits": {"cpu": "2"}}, "env": [{"name": "A", "value": "1"}]}});
        assert!(problems(&fine).is_empty());
    }
}
