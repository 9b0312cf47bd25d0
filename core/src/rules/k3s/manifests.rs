//! Manifests in the configuration's extra files.

use crate::facts::k3s::MANIFESTS;
use crate::model::{Config, Spanned};
use serde::Deserialize;
use serde_json::Value;

/// A file in k3s's folder of manifests.
pub(super) struct File<'a> {
    /// Its path.
    pub path: &'a Spanned<String>,
    /// Its content, as written.
    pub content: Spanned<&'a str>,
    /// Its objects, or the line with invalid YAML.
    pub objects: Result<Vec<Manifest>, usize>,
}

/// A document of a manifest.
pub(super) enum Manifest {
    /// Neither a mapping nor nothing.
    Scalar,
    /// A mapping, with what every object has.
    Object {
        /// Whether it has an `apiVersion`.
        api_version: bool,
        /// Its kind.
        kind: Option<String>,
        /// Its name.
        name: Option<String>,
        /// The text under each key of `data`.
        data: Vec<(String, String)>,
    },
}

/// Every file of the configuration in k3s's folder of manifests.
pub(super) fn manifests(config: &Config) -> Vec<File<'_>> {
    let ours = config
        .files()
        .filter(|(path, _)| path.value.starts_with(MANIFESTS));
    ours.map(|(path, content)| File {
        path,
        objects: objects(content.value),
        content,
    })
    .collect()
}

fn objects(text: &str) -> Result<Vec<Manifest>, usize> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        match Value::deserialize(document) {
            Err(error) => return Err(error.location().map_or(1, |at| at.line())),
            // Nothing between two lines of `---`.
            Ok(Value::Null) => {}
            Ok(Value::Object(object)) => {
                let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
                let data = object.get("data").and_then(Value::as_object);
                found.push(Manifest::Object {
                    api_version: object.get("apiVersion").is_some_and(Value::is_string),
                    kind: text(object.get("kind")),
                    name: text(object.get("metadata").and_then(|metadata| metadata.get("name"))),
                    data: data
                        .into_iter()
                        .flatten()
                        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                        .collect(),
                });
            }
            Ok(_) => found.push(Manifest::Scalar),
        }
    }
    Ok(found)
}
