//! The Installer's config against the schema of the release that is aimed at, what `gitpod.configPatch` adds included.

use super::CONFIG_PATCH_REJECTED;
use crate::diagnostic::Sink;
use crate::facts::gitpod::Release;
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use crate::verify::reading::Object;
use crate::verify::report;
use crate::verify::schemas::compile_value;
use crate::words::nearest;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::sync::LazyLock;

/// The schema of the config, with the releases that each key is known in.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!(
        "../../../schemas/upstream/gitpod/installer-config.json"
    ))
    .unwrap_or(Value::Bool(false))
});

pub(super) fn verify(gitpod: &Gitpod, config: Object<'_>, anchor: Span, sink: &mut Sink) {
    let schema = for_release(&SCHEMA, gitpod.release);
    let validator = match compile_value(&schema) {
        Ok(validator) => validator,
        Err(error) => return report(sink, anchor, config.path, &error),
    };
    for error in validator.iter_errors(config.data) {
        let at = error.instance_path().to_string();
        let (problem, help) = words(&error, &schema, gitpod.release);
        let patched = gitpod
            .config_patch
            .as_ref()
            .is_some_and(|patch| patch.value.pointer(&at).is_some());
        match &gitpod.config_patch {
            Some(patch) if patched => {
                let message = format!("the Installer rejects this patch: `{}` {problem}", dotted(&at));
                let finding = CONFIG_PATCH_REJECTED.at(patch.span, message);
                sink.push(
                    finding.help(help.unwrap_or_else(|| "remove it, or use another `gitpod.release`".into())),
                );
            }
            _ => report(sink, anchor, config.path, &format!("`{}` {problem}", dotted(&at))),
        }
    }
}

fn dotted(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "config".into(),
        path => path.replace('/', "."),
    }
}

/// What is wrong, and what may be meant. The library's own words repeat values, and they may be secrets.
fn words(error: &ValidationError<'_>, schema: &Value, release: Release) -> (String, Option<String>) {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().map(|name| format!("`{name}`")).collect();
            let known = schema
                .pointer(&parent_of(error.schema_path().as_str()))
                .and_then(|s| s["properties"].as_object());
            let known = known.into_iter().flatten().map(|(name, _)| name.as_str());
            let help = unexpected
                .first()
                .and_then(|name| nearest(name, known))
                .map(|near| format!("did you mean `{near}`?"));
            (
                format!("does not accept {} in release {release}", names.join(", ")),
                help,
            )
        }
        ValidationErrorKind::Required { property } => (format!("requires {property}"), None),
        ValidationErrorKind::Type { .. } => ("has the wrong type".into(), None),
        _ => ("has a value that the Installer does not accept".into(), None),
    }
}

fn parent_of(path: &str) -> String {
    path.rsplit_once('/')
        .map_or(String::new(), |(parent, _)| parent.to_owned())
}

/// The schema without the keys that the release does not have.
fn for_release(schema: &Value, release: Release) -> Value {
    match schema {
        Value::Object(map) => {
            let known = |value: &Value| {
                let bound = |key: &str| value.get(key).and_then(Value::as_str).and_then(Release::parse);
                bound("x-since").is_none_or(|since| release >= since)
                    && bound("x-until").is_none_or(|until| month(release) <= until)
            };
            map.iter()
                .filter(|(_, value)| known(value))
                .map(|(key, value)| (key.clone(), for_release(value, release)))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| for_release(item, release)).collect(),
        other => other.clone(),
    }
}

/// A release's month: patches of the last month that has a key have it too.
fn month(release: Release) -> Release {
    match release {
        Release::Main => Release::Main,
        Release::Dated { year, month, .. } => Release::month(year, month),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_schema_compiles_and_refuses() {
        assert!(compile_value(&SCHEMA).is_ok_and(|schema| !schema.is_valid(&json!({"nothing": 1}))));
    }

    #[test]
    fn each_release_knows_its_own_keys() {
        let runtime = |release: &str| {
            let schema = for_release(&SCHEMA, Release::parse(release).unwrap());
            let keys = schema
                .pointer("/properties/workspace/properties/runtime/properties")
                .unwrap();
            keys.as_object()
                .unwrap()
                .keys()
                .filter(|k| k.starts_with("containerdSocket"))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(runtime("2022.11.3"), ["containerdSocket"]);
        assert_eq!(runtime("2023.02.1"), ["containerdSocket"]);
        assert_eq!(runtime("2023.03"), ["containerdSocketDir"]);
        assert_eq!(runtime("main"), ["containerdSocketDir"]);
    }
}
