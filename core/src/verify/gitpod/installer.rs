//! The Installer's config against the schema of the release that is aimed at, what `gitpod.configPatch` adds included.

use super::CONFIG_PATCH_REJECTED;
use crate::diagnostic::Sink;
use crate::facts::gitpod::Release;
use crate::facts::gitpod::config_keys::CONFIG_KEYS;
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use crate::verify::reading::Object;
use crate::verify::report;
use crate::words::nearest;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The schema of the config, with the keys of every release: as data for what findings say, and compiled with the crate to ask.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!(
        "../../../schemas/upstream/gitpod/installer-config.json"
    ))
    .unwrap_or(Value::Bool(false))
});

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
    let mut refused = keys_of_others(config, release);
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
            unknown(unexpected, &error.instance_path().to_string(), release)
        }
        ValidationErrorKind::Required { property } => (format!("requires {property}"), None),
        ValidationErrorKind::Type { .. } => ("has the wrong type".into(), None),
        _ => ("has a value that the Installer does not accept".into(), None),
    }
}

/// Keys that the mapping at a place of the config does not have in a release.
fn unknown(keys: &[String], at: &str, release: Release) -> (String, Option<String>) {
    let names: Vec<String> = keys.iter().map(|name| format!("`{name}`")).collect();
    let schema = SCHEMA.pointer(&at.replace('/', "/properties/"));
    let properties = schema.and_then(|schema| schema["properties"].as_object());
    let is_known = |name: &&str| {
        let mut others = CONFIG_KEYS.iter().filter(|key| !key.is_of(release));
        !others.any(|key| key.path.rsplit_once('/') == Some((at, name)))
    };
    let known = properties.into_iter().flatten().map(|(name, _)| name.as_str());
    let near = keys.first().and_then(|key| nearest(key, known.filter(is_known)));
    let problem = format!("does not accept {} in release {release}", names.join(", "));
    (problem, near.map(|near| format!("did you mean `{near}`?")))
}

/// Keys that only other releases have, by the mappings that hold them.
fn keys_of_others(config: &Value, release: Release) -> Vec<Refused> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for key in CONFIG_KEYS.iter().filter(|key| !key.is_of(release)) {
        if config.pointer(key.path).is_some()
            && let Some((parent, name)) = key.path.rsplit_once('/')
        {
            found.entry(parent).or_default().push(name.to_owned());
        }
    }
    let refuse = |(parent, names): (&str, Vec<String>)| {
        let (problem, help) = unknown(&names, parent, release);
        let at = parent.to_owned();
        Refused { at, problem, help }
    };
    found.into_iter().map(refuse).collect()
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
    fn keys_that_came_or_went_are_in_the_schema() {
        for key in &CONFIG_KEYS {
            let path = key.path.replace('/', "/properties/");
            assert!(SCHEMA.pointer(&path).is_some(), "{}", key.path);
        }
    }
}
