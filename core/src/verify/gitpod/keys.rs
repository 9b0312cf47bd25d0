//! A config of the Installer against the keys of a release: what it would not take, and what it makes nothing of.

use crate::facts::gitpod::Release;
use crate::facts::gitpod::config_keys::{Field, KEYS, Kind, MOVED, find};
use crate::facts::gitpod::services::is_aws;
use crate::words::nearest;
use serde_json::{Map, Value};

/// What the Installer would not take.
pub(super) struct Refused {
    /// A JSON pointer into the config.
    pub at: String,
    pub problem: String,
    pub help: Option<String>,
    /// Whether the value is wrong, and not the key.
    pub of_value: bool,
}

/// What the Installer takes and makes nothing of.
pub(super) struct Ignored {
    /// A JSON pointer into the config.
    pub at: String,
    pub why: String,
}

/// Everything in a config that the Installer of a release would not take, and everything that it never reads.
pub(super) fn read(config: &Value, release: Release) -> (Vec<Refused>, Vec<Ignored>) {
    let mut walk = Walk {
        release,
        refused: Vec::new(),
        ignored: Vec::new(),
    };
    walk.value(config, &Kind::Object(KEYS), "");
    walk.refused.extend(set_twice(config, release));
    (walk.refused, walk.ignored)
}

/// Deprecated keys beside those that replaced them.
fn set_twice(config: &Value, release: Release) -> impl Iterator<Item = Refused> {
    let moved = MOVED.iter().filter(move |moved| moved.is_of(release));
    moved.filter_map(|moved| {
        let pointer = |path: &[&str]| format!("/{}", path.join("/"));
        let (old, new) = (pointer(moved.old), pointer(moved.new));
        let set = |at: &str| config.pointer(at).is_some_and(is_set);
        (set(&old) && set(&new)).then(|| Refused {
            problem: format!("`{}` and `{}` are both set", dotted(&old), dotted(&new)),
            help: Some(format!("remove it, `{}` replaces it", dotted(&new))),
            of_value: false,
            at: old,
        })
    })
}

/// Whether Go sees more in a value than in none.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

struct Walk {
    release: Release,
    refused: Vec<Refused>,
    ignored: Vec<Ignored>,
}

impl Walk {
    fn refuse(&mut self, at: &str, problem: String, help: Option<String>) {
        self.refused.push(Refused {
            at: at.to_owned(),
            problem,
            help,
            of_value: false,
        });
    }

    fn value(&mut self, value: &Value, kind: &Kind, at: &str) {
        if let Some(wanted) = kind.wants(value) {
            self.refused.push(Refused {
                at: at.to_owned(),
                problem: format!("`{}` must be {wanted}", dotted(at)),
                help: None,
                of_value: true,
            });
            return;
        }
        match (kind, value) {
            (Kind::Object(fields), Value::Object(map)) => self.mapping(map, fields, at),
            (Kind::Map(kind), Value::Object(map)) => {
                for (key, value) in map {
                    self.value(value, kind, &format!("{at}/{key}"));
                }
            }
            (Kind::List(kind), Value::Array(items)) => {
                for (i, value) in items.iter().enumerate() {
                    self.value(value, kind, &format!("{at}/{i}"));
                }
            }
            _ => {}
        }
    }

    fn mapping(&mut self, map: &Map<String, Value>, fields: &[Field], at: &str) {
        for (key, value) in map {
            let below = format!("{at}/{}", escaped(key));
            match find(fields, key, self.release) {
                Some(field) => {
                    let why = field
                        .unread(self.release)
                        .filter(|_| is_worth_saying(field, value));
                    let before = self.ignored.len();
                    self.value(value, &field.kind, &below);
                    // With the mapping, everything in it.
                    if let Some(why) = why {
                        self.ignored.truncate(before);
                        self.ignored.push(Ignored { at: below, why });
                    }
                }
                None => {
                    let help = match fields.iter().find(|field| field.name == key) {
                        Some(other) => Some(other.when(self.release)),
                        None => self.meant(key, fields),
                    };
                    let problem = format!("release {} has no `{}`", self.release, dotted(&below));
                    self.refuse(&below, problem, help);
                }
            }
        }
        for field in fields {
            if field.is_required
                && field.is_of(self.release)
                && map.get(field.name).is_none_or(Value::is_null)
            {
                let problem = format!("`{}` needs `{}`", dotted(at), field.name);
                self.refuse(at, problem, Some(format!("add `{}`", field.name)));
            }
        }
    }

    fn meant(&self, key: &str, fields: &[Field]) -> Option<String> {
        let known = fields.iter().filter(|field| field.is_of(self.release));
        let near = nearest(key, known.map(|field| field.name))?;
        Some(format!("did you mean `{near}`?"))
    }
}

/// A required key cannot be left out, and what it says may be what happens.
fn is_worth_saying(field: &Field, value: &Value) -> bool {
    !(value.is_null() || field.is_required && value.as_str().is_some_and(is_aws))
}

/// A key as a step of a JSON pointer (RFC 6901, section 3).
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key that a step of a JSON pointer means.
pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

pub(super) fn dotted(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "config".into(),
        path => unescaped(&path.replace('/', ".")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(config: &Value, release: &str) -> Vec<String> {
        let refused = read(config, Release::parse(release).unwrap()).0;
        refused.into_iter().map(|refused| refused.problem).collect()
    }

    #[test]
    fn a_key_of_no_release_is_refused_however_deep() {
        for (config, problem) in [
            (json!({"nothing": 1}), "release main has no `nothing`"),
            (
                json!({"experimental": {"workspace": {"classes": {"big": {"name": "Big", "colour": "red"}}}}}),
                "release main has no `experimental.workspace.classes.big.colour`",
            ),
            (
                json!({"experimental": {"webapp": {"workspaceClasses": [{"powerups": "many"}]}}}),
                "`experimental.webapp.workspaceClasses.0.powerups` must be a whole number",
            ),
            (
                json!({"objectStorage": {"s3": {"endpoint": "s3.amazonaws.com", "credentials": {"kind": "secret", "name": "s3"}}}}),
                "`objectStorage.s3` needs `bucket`",
            ),
        ] {
            assert_eq!(problems(&config, "main"), [problem]);
        }
    }

    #[test]
    fn each_release_knows_its_own_keys() {
        for (release, has, lacks) in [
            ("2022.11.3", "containerdSocket", "containerdSocketDir"),
            ("2023.02.1", "containerdSocket", "containerdSocketDir"),
            ("2023.03", "containerdSocketDir", "containerdSocket"),
            ("main", "containerdSocketDir", "containerdSocket"),
        ] {
            let config = |key: &str| json!({"workspace": {"runtime": {key: "/run/k3s"}}});
            assert!(problems(&config(has), release).is_empty(), "{has} in {release}");
            assert_eq!(problems(&config(lacks), release).len(), 1, "{lacks} in {release}");
        }
    }

    #[test]
    fn a_key_that_moved_is_set_in_one_place_only() {
        let config = json!({
            "experimental": {"webapp": {"proxy": {"serviceType": "NodePort"}, "server": {"workspaceDefaults": {"workspaceImage": "a"}}}},
            "components": {"proxy": {"service": {"serviceType": "ClusterIP"}}},
            "workspace": {"workspaceImage": ""},
        });
        let twice =
            "`experimental.webapp.proxy.serviceType` and `components.proxy.service.serviceType` are both set";
        for (release, problem) in [
            ("2022.07", Some(twice)),
            ("main", Some(twice)),
            ("2022.06.1", None),
        ] {
            let problems = problems(&config, release);
            assert_eq!(
                problems.iter().any(|found| found == twice),
                problem.is_some(),
                "{release}"
            );
            assert!(
                !problems
                    .iter()
                    .any(|found| found.contains("workspaceImage` are both")),
                "{release}"
            );
        }
    }

    #[test]
    fn what_is_ignored_is_said_once_and_not_where_amazon_is_meant() {
        let of = |config: &Value| -> Vec<String> {
            let (_, found) = read(config, Release::Main);
            found.into_iter().map(|found| found.at).collect()
        };
        let iam = json!({"experimental": {"webapp": {"iam": {"oidsClientsConfigSecret": "clients"}}}});
        assert_eq!(of(&iam), ["/experimental/webapp/iam"]);
        let s3 = |endpoint: &str| json!({"objectStorage": {"s3": {"endpoint": endpoint}}});
        assert_eq!(of(&s3("minio.acme.dev")), ["/objectStorage/s3/endpoint"]);
        assert!(of(&s3("s3.eu-west-1.amazonaws.com")).is_empty());
        assert!(of(&json!({"objectStorage": {"maximumBackupCount": null}})).is_empty());
    }

    #[test]
    fn words_come_and_go_too() {
        let fuse = json!({"workspace": {"runtime": {"fsShiftMethod": "fuse"}}});
        assert!(problems(&fuse, "2023.07").is_empty());
        assert_eq!(
            problems(&fuse, "2023.08"),
            ["`workspace.runtime.fsShiftMethod` must be one of `shiftfs`"]
        );
    }
}
