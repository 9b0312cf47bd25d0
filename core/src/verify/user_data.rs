//! User-data: what cloud-init's own schema does not see.
//!
//! User-data is long, and machines share most of it, so it is read section by section: what stands before the list of files, each of
//! its items, and what follows. Each of these is a document of YAML by itself, and they are one together as long as every line of an
//! item keeps to the list's indentation.

use crate::facts::k3s;
use crate::plan::Role;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The user-data of one kind of machine.
pub(super) struct UserData<'a> {
    /// The document's path.
    pub path: &'a str,
    pub role: Role,
    /// What its sections say, in their order.
    pub parts: Vec<Rc<Files>>,
}

/// The files that a section of user-data puts on a machine.
pub(super) struct Files(Vec<File>);

struct File {
    path: String,
    /// What a file of k3s's configuration holds.
    config: Option<Result<Value, String>>,
}

/// Where k3s reads its configuration.
const CONFIG: &str = "/etc/rancher/k3s/config.yaml";

/// Reads a section.
pub(super) fn read(text: &str) -> Result<Files, String> {
    let value: Value = serde_yaml::from_str(text).map_err(|error| format!("invalid YAML: {error}"))?;
    let Value::Array(items) = value else {
        return match value.is_object() {
            true => Ok(Files(Vec::new())),
            false => Err("a section contains neither keys nor files".into()),
        };
    };
    let keeps_to_the_list = |line: &str| line.is_empty() || line.starts_with("  ");
    if !text.lines().all(keeps_to_the_list) {
        return Err("the content of a file breaks out of the list of files".into());
    }
    let field = |item: &Value, key| item.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    let file = |item: &Value| {
        let path = field(item, "path");
        let config = path.starts_with(CONFIG).then(|| {
            serde_yaml::from_str(&field(item, "content"))
                .map_err(|error| format!("invalid YAML in config.yaml: {error}"))
        });
        File { path, config }
    };
    Ok(Files(items.iter().map(file).collect()))
}

impl UserData<'_> {
    fn files(&self) -> impl Iterator<Item = &File> {
        self.parts.iter().flat_map(|part| &part.0)
    }

    /// Whether every file has a path of its own, and every `config.yaml` keys that k3s knows for that role.
    pub fn check(&self) -> Result<(), String> {
        let mut paths = BTreeSet::new();
        for file in self.files() {
            if !file.path.starts_with('/') {
                return Err(format!("file path `{}` is not absolute", file.path));
            }
            if !paths.insert(&file.path) {
                return Err(format!("duplicate file `{}`", file.path));
            }
            if let Some(config) = &file.config {
                check_config(config.as_ref().map_err(Clone::clone)?, self.role)?;
            }
        }
        Ok(())
    }

    /// The secret of the cluster that k3s takes the credentials of its snapshots from.
    pub fn snapshot_secret(&self) -> Option<&str> {
        let configs = self
            .files()
            .filter_map(|file| file.config.as_ref()?.as_ref().ok());
        configs
            .filter_map(|config| config.get("etcd-s3-config-secret")?.as_str())
            .next()
    }
}

/// k3s skips a key that it does not know with a warning in its log, so a slip would silently give another cluster.
fn check_config(config: &Value, role: Role) -> Result<(), String> {
    let role = role.as_str();
    for name in config.as_object().into_iter().flat_map(|config| config.keys()) {
        // With `+` it adds to what other files say.
        match k3s::key(name.strip_suffix('+').unwrap_or(name)) {
            Some(key) if key.roles.contains(&role) => {}
            Some(_) => return Err(format!("config.yaml: unknown key `{name}` for k3s {role}")),
            None => return Err(format!("config.yaml: unknown k3s key `{name}`")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_keys_or_items_that_keep_to_their_list() {
        assert!(read("#cloud-config\ntimezone: UTC\nwrite_files:\n").is_ok());
        assert!(read("  - path: /a\n    content: |\n      b\n\n      c\n").is_ok());
        assert!(read("- path: /a\n").is_err());
        assert!(read("just words\n").is_err());
    }
}
