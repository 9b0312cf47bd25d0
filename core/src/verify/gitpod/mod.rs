//! What Gitpod's Installer and its own objects name, and its config by the schema of its release.

mod config_patch_ignored;
mod config_patch_rejected;
mod installer;
mod keys;

pub use config_patch_ignored::RULE as CONFIG_PATCH_IGNORED;
pub use config_patch_rejected::RULE as CONFIG_PATCH_REJECTED;

use self::keys::escaped;
use super::id::{Id, id, text};
use super::reading::{Object, Reading};
use crate::diagnostic::Sink;
use crate::emit::DocumentKind;
use crate::emit::gitpod::{NAMESPACE, ca_namespace};
use crate::facts::gitpod::{INCLUSTER_DATABASE, INCLUSTER_DATABASE_ROOT};
use crate::model::Platform;
use crate::plan::Plan;
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use serde_json::Value;

/// The config of the Installer.
fn config<'r>(reading: &'r Reading<'_>) -> Option<Object<'r>> {
    reading.of(DocumentKind::PlatformConfig(Platform::Gitpod)).next()
}

/// Holds the Installer's config against its schema.
pub(super) fn verify(gitpod: &Gitpod, reading: &Reading<'_>, anchor: Span, sink: &mut Sink) {
    if let Some(config) = config(reading) {
        installer::verify(gitpod, config, anchor, sink);
    }
}

/// What the Installer makes: the secrets of the database in the cluster.
pub(super) fn made() -> impl Iterator<Item = Id> {
    [INCLUSTER_DATABASE, INCLUSTER_DATABASE_ROOT]
        .into_iter()
        .map(|name| id("Secret", NAMESPACE, name))
}

/// What the Installer's config names, with the path of the file.
pub(super) fn wanted<'r>(plan: &Plan, gitpod: &Gitpod, reading: &'r Reading<'_>) -> Vec<(&'r str, Id)> {
    let Some(config) = config(reading) else {
        return Vec::new();
    };
    let mut wanted = Vec::new();
    references(config.data, "", &mut |path, name| {
        // Names of the user's own are a rule's business.
        let users = path.starts_with("/imagePullSecrets")
            || gitpod
                .config_patch
                .as_ref()
                .is_some_and(|patch| installer::place(&patch.written, config.data, path).is_some());
        let of = match path {
            // trust-manager reads it there.
            "/customCACert" => ca_namespace(plan, gitpod),
            _ => NAMESPACE,
        };
        if !users {
            wanted.push((config.path, id("Secret", of, name)));
        }
    });
    wanted
}

/// Every `{kind: secret, name}` below a value, with its JSON pointer.
fn references(value: &Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            if text(value, "/kind") == "secret" {
                found(path, text(value, "/name"));
            }
            for (key, value) in map {
                references(value, &format!("{path}/{}", escaped(key)), found);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                references(item, &format!("{path}/{i}"), found);
            }
        }
        _ => {}
    }
}
