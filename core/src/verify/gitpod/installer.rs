//! The Installer's config against the schema of the release that is aimed at, what `gitpod.configPatch` adds included.

use super::CONFIG_PATCH_REJECTED;
use crate::diagnostic::Sink;
use crate::facts::gitpod::Release;
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use crate::verify::reading::Object;
use crate::verify::report;
use crate::words::nearest;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::sync::LazyLock;

/// The schema of the config, with the first and the last release that has a key. As data it says which keys a release has.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!(
        "../../../schemas/upstream/gitpod/installer-config.json"
    ))
    .unwrap_or(Value::Bool(false))
});

/// The same schema, compiled with the crate. It takes the keys of every release.
#[jsonschema::validator(path = "schemas/upstream/gitpod/installer-config.json", pattern_options = { engine = regex })]
struct Config;

/// What the Installer would not take.
struct Refused {
    /// A JSON pointer into the config.
    at: String,
    problem: String,
    help: Option<String>,
}

pub(super) fn verify(gitpod: &Gitpod, config: Object<'_>, anchor: Span, sink: &mut Sink) {
    for Refused { at, problem, help } in refused(config.data, gitpod.release) {
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

/// Everything that the Installer of a release would not take in its config.
fn refused(config: &Value, release: Release) -> Vec<Refused> {
    let mut refused = Vec::new();
    keys_of_others(&SCHEMA, config, "", release, &mut refused);
    for error in Config::iter_errors(config) {
        let at = error.instance_path().to_string();
        let (problem, help) = words(&error, release);
        refused.push(Refused { at, problem, help });
    }
    refused
}

fn dotted(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "config".into(),
        path => path.replace('/', "."),
    }
}

/// What is wrong, and what may be meant. The library's own words repeat values, and they may be secrets.
fn words(error: &ValidationError<'_>, release: Release) -> (String, Option<String>) {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let (parent, _) = error.schema_path().as_str().rsplit_once('/').unwrap_or_default();
            unknown(unexpected, SCHEMA.pointer(parent), release)
        }
        ValidationErrorKind::Required { property } => (format!("requires {property}"), None),
        ValidationErrorKind::Type { .. } => ("has the wrong type".into(), None),
        _ => ("has a value that the Installer does not accept".into(), None),
    }
}

/// Keys that the mapping of this schema does not have in a release.
fn unknown(keys: &[String], schema: Option<&Value>, release: Release) -> (String, Option<String>) {
    let names: Vec<String> = keys.iter().map(|name| format!("`{name}`")).collect();
    let properties = schema.and_then(|schema| schema["properties"].as_object());
    let known = properties
        .into_iter()
        .flatten()
        .filter(|(_, schema)| is_of(schema, release))
        .map(|(name, _)| name.as_str());
    let near = keys.first().and_then(|key| nearest(key, known));
    let problem = format!("does not accept {} in release {release}", names.join(", "));
    (problem, near.map(|near| format!("did you mean `{near}`?")))
}

/// Keys of `data` that only other releases have. Those stand below `properties` alone.
fn keys_of_others(schema: &Value, data: &Value, at: &str, release: Release, refused: &mut Vec<Refused>) {
    let (Some(properties), Some(data)) = (schema["properties"].as_object(), data.as_object()) else {
        return;
    };
    let mut others = Vec::new();
    for (key, value) in data {
        match properties.get(key) {
            Some(known) if is_of(known, release) => {
                keys_of_others(known, value, &format!("{at}/{key}"), release, refused);
            }
            Some(_) => others.push(key.clone()),
            None => {}
        }
    }
    if !others.is_empty() {
        let (problem, help) = unknown(&others, Some(schema), release);
        let at = at.to_owned();
        refused.push(Refused { at, problem, help });
    }
}

/// Whether a release has the key that this schema is of.
fn is_of(schema: &Value, release: Release) -> bool {
    let bound = |key: &str| schema.get(key).and_then(Value::as_str).and_then(Release::parse);
    bound("x-since").is_none_or(|since| release >= since)
        && bound("x-until").is_none_or(|until| month(release) <= until)
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
    fn a_key_of_no_release_is_refused() {
        let refused = refused(&json!({"nothing": 1}), Release::Main);
        assert!(
            refused
                .iter()
                .any(|refused| refused.problem.contains("`nothing`"))
        );
    }

    #[test]
    fn each_release_knows_its_own_keys() {
        let takes = |key: &str, release: &str| {
            let config = json!({"workspace": {"runtime": {key: "/run/k3s"}}});
            let release = Release::parse(release).unwrap();
            !refused(&config, release).iter().any(|refused| {
                refused.at == "/workspace/runtime" && refused.problem.contains(&format!("`{key}`"))
            })
        };
        for (release, has, lacks) in [
            ("2022.11.3", "containerdSocket", "containerdSocketDir"),
            ("2023.02.1", "containerdSocket", "containerdSocketDir"),
            ("2023.03", "containerdSocketDir", "containerdSocket"),
            ("main", "containerdSocketDir", "containerdSocket"),
        ] {
            assert!(takes(has, release), "{has} in {release}");
            assert!(!takes(lacks, release), "{lacks} in {release}");
        }
    }

    #[test]
    fn keys_of_some_releases_stand_below_properties_alone() {
        fn count(schema: &Value, by_properties: bool) -> usize {
            let own = usize::from(schema.get("x-since").or(schema.get("x-until")).is_some());
            let below: usize = match schema {
                Value::Object(map) if by_properties => map
                    .get("properties")
                    .and_then(Value::as_object)
                    .map_or(0, |p| p.values().map(|schema| count(schema, true)).sum()),
                Value::Object(map) => map.values().map(|schema| count(schema, false)).sum(),
                Value::Array(items) => items.iter().map(|schema| count(schema, false)).sum(),
                _ => 0,
            };
            own + below
        }
        assert_ne!(count(&SCHEMA, true), 0);
        assert_eq!(count(&SCHEMA, true), count(&SCHEMA, false));
    }
}
