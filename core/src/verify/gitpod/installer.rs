//! The Installer's config against the keys of the release that is aimed at, what `gitpod.configPatch` adds included.

use super::CONFIG_PATCH_REJECTED;
use crate::diagnostic::Sink;
use crate::facts::gitpod::Release;
use crate::facts::gitpod::config_keys::{Field, KEYS, Kind};
use crate::model::{Raw, Spanned};
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use crate::verify::reading::Object;
use crate::verify::report;
use crate::words::nearest;
use serde_json::{Map, Value};

/// What the Installer would not take.
struct Refused {
    /// A JSON pointer into the config.
    at: String,
    problem: String,
    help: Option<String>,
}

pub(super) fn verify(gitpod: &Gitpod, config: Object<'_>, anchor: Span, sink: &mut Sink) {
    for Refused { at, problem, help } in refused(config.data, gitpod.release) {
        let patch = gitpod.config_patch.as_ref();
        let place = patch.and_then(|patch| place(&patch.written, &at));
        match place {
            Some(place) => {
                let message = format!("the Installer rejects this patch: {problem}");
                let finding = CONFIG_PATCH_REJECTED.at(place, message);
                sink.push(
                    finding.help(help.unwrap_or_else(|| "remove it, or use another `gitpod.release`".into())),
                );
            }
            None => report(sink, anchor, config.path, &problem),
        }
    }
}

/// Where a patch writes what is at a JSON pointer: the key, or the value of an item.
fn place(patch: &Spanned<Raw>, pointer: &str) -> Option<Span> {
    let mut at = patch;
    let mut span = None;
    for step in pointer.split('/').skip(1) {
        match &at.value {
            Raw::Map(entries) => {
                let (key, value) = entries.iter().find(|(key, _)| key.value == step)?;
                (span, at) = (Some(key.span), value);
            }
            Raw::List(items) => {
                at = items.get(step.parse::<usize>().ok()?)?;
                span = Some(at.span);
            }
            _ => return None,
        }
    }
    span
}

/// Everything that the Installer of a release would not take in its config.
fn refused(config: &Value, release: Release) -> Vec<Refused> {
    let mut walk = Walk {
        release,
        found: Vec::new(),
    };
    walk.value(config, &Kind::Object(KEYS), "");
    walk.found
}

struct Walk {
    release: Release,
    found: Vec<Refused>,
}

impl Walk {
    fn refuse(&mut self, at: &str, problem: String, help: Option<String>) {
        self.found.push(Refused {
            at: at.to_owned(),
            problem,
            help,
        });
    }

    fn value(&mut self, value: &Value, kind: &Kind, at: &str) {
        if let Some(wanted) = kind.wants(value) {
            self.refuse(at, format!("`{}` must be {wanted}", dotted(at)), None);
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
            let below = format!("{at}/{key}");
            let mut named = fields.iter().filter(|field| field.name == key);
            match named.clone().find(|field| field.is_of(self.release)) {
                Some(field) => self.value(value, &field.kind, &below),
                None => {
                    let help = match named.next() {
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

fn dotted(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "config".into(),
        path => path.replace('/', "."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(config: &Value, release: &str) -> Vec<String> {
        let refused = refused(config, Release::parse(release).unwrap());
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
    fn words_come_and_go_too() {
        let fuse = json!({"workspace": {"runtime": {"fsShiftMethod": "fuse"}}});
        assert!(problems(&fuse, "2023.07").is_empty());
        assert_eq!(
            problems(&fuse, "2023.08"),
            ["`workspace.runtime.fsShiftMethod` must be one of `shiftfs`"]
        );
    }
}
