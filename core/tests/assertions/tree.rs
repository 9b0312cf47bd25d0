//! A built tree, read the way its consumers read it.

use crate::support::{Case, Given, text, tree};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gkc_core::emit::Artifact;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A tree with readers for each kind of artifact.
pub struct Tree {
    pub artifacts: Vec<Artifact>,
}

impl Tree {
    /// The tree of a golden case.
    pub fn of(case: &str) -> Tree {
        Tree::with_late(case, &[])
    }

    /// The tree of a golden case whose late values are known.
    pub fn with_late(case: &str, late: &[(&str, &str)]) -> Tree {
        let mut case = Case::load(case);
        let known = late
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        case.given.late = known.collect();
        Tree {
            artifacts: tree(&case),
        }
    }

    /// The tree of a configuration that takes its secrets from variables; the tokens are given.
    pub fn of_text(config: &str, vars: &[(&str, &str)]) -> Tree {
        let tokens = [
            ("K3S_TOKEN", "a-server-token-0123456789abcdef"),
            ("K3S_AGENT_TOKEN", "an-agent-token-0123456789abcdef"),
        ];
        let vars = tokens
            .iter()
            .chain(vars)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let given = Given {
            vars: vars.collect(),
            ..Given::default()
        };
        Tree {
            artifacts: tree(&Case::of(config, given)),
        }
    }

    pub fn has(&self, path: &str) -> bool {
        self.artifacts.iter().any(|a| a.plain_path() == path)
    }

    #[track_caller]
    pub fn text(&self, path: &str) -> &str {
        text(&self.artifacts, path)
    }

    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(self.text(path)).unwrap()
    }

    #[track_caller]
    pub fn installer(&self) -> Value {
        yaml(self.text("gitpod/installer-config.yaml"))
    }

    /// Every Kubernetes object of the manifests and of the secrets.
    pub fn objects(&self) -> Vec<Value> {
        self.artifacts
            .iter()
            .filter(|a| a.path.starts_with("k3s/manifests/") || a.path.starts_with("secrets/"))
            .filter(|a| !a.template)
            .flat_map(|a| documents(a.text()))
            .collect()
    }

    /// The objects of one kind, by name.
    pub fn of_kind(&self, kind: &str) -> BTreeMap<String, Value> {
        let objects = self.objects().into_iter().filter(|o| o["kind"] == kind);
        objects
            .map(|o| (o["metadata"]["name"].as_str().unwrap().to_owned(), o))
            .collect()
    }

    #[track_caller]
    pub fn object(&self, kind: &str, name: &str) -> Value {
        let found = self.of_kind(kind).remove(name);
        found.unwrap_or_else(|| panic!("no {kind} {name}"))
    }

    #[track_caller]
    pub fn secret(&self, name: &str) -> Secret {
        Secret::read(&self.object("Secret", name))
    }

    /// The user-data at a path below `cloud-init`.
    #[track_caller]
    pub fn machine(&self, name: &str) -> Machine {
        Machine::read(self.text(&format!("cloud-init/{name}.yaml")))
    }

    /// Every machine's user-data, by file name without its ending.
    pub fn machines(&self) -> BTreeMap<String, Machine> {
        let files = self
            .artifacts
            .iter()
            .filter_map(|a| Some((a, a.plain_path().strip_prefix("cloud-init/")?)));
        files
            .map(|(a, name)| (name.trim_end_matches(".yaml").to_owned(), Machine::read(a.text())))
            .collect()
    }

    pub fn module(&self) -> Value {
        self.json("terraform/main.tf.json")
    }

    /// An output of the Terraform module.
    #[track_caller]
    pub fn output(&self, name: &str) -> Value {
        let output = self.module()["output"][name].clone();
        assert!(output.is_object(), "no output {name}");
        output
    }

    pub fn lock(&self) -> Value {
        self.json("gkc.lock.json")
    }
}

/// A Kubernetes Secret with its data decoded.
pub struct Secret {
    pub kind: String,
    pub namespace: String,
    pub labels: Value,
    data: BTreeMap<String, String>,
}

impl Secret {
    #[track_caller]
    fn read(object: &Value) -> Secret {
        let data = object["data"].as_object().unwrap();
        let decoded = data.iter().map(|(key, value)| {
            let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
            (key.clone(), String::from_utf8(bytes).unwrap())
        });
        Secret {
            kind: object["type"].as_str().unwrap().to_owned(),
            namespace: object["metadata"]["namespace"].as_str().unwrap().to_owned(),
            labels: object["metadata"]["labels"].clone(),
            data: decoded.collect(),
        }
    }

    /// Its keys in alphabetical order.
    pub fn keys(&self) -> Vec<&str> {
        self.data.keys().map(String::as_str).collect()
    }

    #[track_caller]
    pub fn get(&self, key: &str) -> &str {
        self.data.get(key).unwrap_or_else(|| panic!("no key {key}"))
    }

    #[track_caller]
    pub fn json(&self, key: &str) -> Value {
        serde_json::from_str(self.get(key)).unwrap()
    }

    #[track_caller]
    pub fn yaml(&self, key: &str) -> Value {
        yaml(self.get(key))
    }
}

/// A machine's user-data.
pub struct Machine {
    pub text: String,
    pub data: Value,
}

pub const SHARED_CONFIG: &str = "/etc/rancher/k3s/config.yaml";
pub const NODE_CONFIG: &str = "/etc/rancher/k3s/config.yaml.d/10-node.yaml";
pub const SCRIPT: &str = "/usr/local/sbin/gkc-node";

impl Machine {
    #[track_caller]
    fn read(text: &str) -> Machine {
        Machine {
            text: text.to_owned(),
            data: yaml(text),
        }
    }

    /// The entries of `write_files`.
    pub fn files(&self) -> &[Value] {
        self.data["write_files"].as_array().unwrap()
    }

    #[track_caller]
    pub fn entry(&self, path: &str) -> &Value {
        let found = self.files().iter().find(|file| file["path"] == path);
        found.unwrap_or_else(|| panic!("no {path}"))
    }

    #[track_caller]
    pub fn content(&self, path: &str) -> &str {
        self.entry(path)["content"].as_str().unwrap()
    }

    pub fn script(&self) -> &str {
        self.content(SCRIPT)
    }

    /// The script without comments.
    pub fn commands(&self) -> Vec<&str> {
        let lines = self.script().lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect()
    }

    /// k3s's static configuration: the shared file, then the machine's own; the last value of a key wins (K 1).
    pub fn k3s(&self) -> Value {
        let mut config = yaml(self.content(SHARED_CONFIG));
        let own: Value = yaml(self.content(NODE_CONFIG));
        let config_map = config.as_object_mut().unwrap();
        for (key, value) in own.as_object().into_iter().flatten() {
            config_map.insert(key.clone(), value.clone());
        }
        config
    }

    pub fn is_server(&self) -> bool {
        self.commands().contains(&"role=server")
    }

    /// The labels of its node, as `key=value`.
    pub fn labels(&self) -> Vec<String> {
        strings(&self.k3s()["node-label"])
    }

    /// The taints of its node.
    pub fn taints(&self) -> Vec<String> {
        strings(&self.k3s()["node-taint"])
    }
}

/// The strings of a list; none where there is no list.
pub fn strings(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// One YAML document.
#[track_caller]
pub fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// All documents of a YAML file.
#[track_caller]
pub fn documents(text: &str) -> Vec<Value> {
    let parts = serde_yaml::Deserializer::from_str(text);
    parts.map(|part| Value::deserialize(part).unwrap()).collect()
}

/// The keys of a mapping, as they stand.
pub fn keys(value: &Value) -> Vec<&str> {
    let map = value.as_object().into_iter().flatten();
    map.map(|(key, _)| key.as_str()).collect()
}

/// Asserts that each of the needles occurs, each after the one before it.
#[track_caller]
pub fn assert_order(text: &str, needles: &[&str]) {
    let mut rest = text;
    for needle in needles {
        let Some(at) = rest.find(needle) else {
            panic!("no `{needle}` after what comes before it, in:\n{text}");
        };
        rest = &rest[at + needle.len()..];
    }
}
