//! The keys of the Installer's config, with the releases that have them: it parses strictly, so a key of another release is an error.

mod fields;
mod moved;

pub use moved::MOVED;

use super::Release;
use crate::facts::go;
use fields::CONFIG;
use serde_json::Value;

/// The keys of the whole config.
pub static KEYS: &[Field] = CONFIG;

/// Whether a release has the key at that path.
pub fn has(release: Release, path: &[&str]) -> bool {
    first_lacking(release, path).is_none()
}

/// The key of that name in a mapping of a release.
pub fn find<'f>(fields: &'f [Field], name: &str, release: Release) -> Option<&'f Field> {
    fields
        .iter()
        .find(|field| field.name == name && field.is_of(release))
}

/// The first key on a path that the release lacks.
pub fn first_lacking(release: Release, path: &[&str]) -> Option<&'static Field> {
    let mut fields = KEYS;
    for step in path {
        match find(fields, step, release) {
            None => return fields.iter().find(|field| field.name == *step),
            Some(field) => {
                fields = match field.kind {
                    Kind::Object(fields) => fields,
                    _ => &[],
                }
            }
        }
    }
    None
}

/// A key, and the releases that have it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the mapping that holds it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the mapping that holds it makes no sense without it, and the Installer sets no default.
    pub is_required: bool,
    /// The first release with it; absent where the mapping never lacked it.
    since: Option<Release>,
    /// The last month with it; absent while there is no end.
    last: Option<Release>,
    /// The first release and the last month that parse it and never read it, as far as they were looked at.
    ignored: Option<(Release, Release)>,
}

/// What a key holds. The Installer is written in Go, and these are its types as YAML shows them.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A mapping with these keys.
    Object(&'static [Field]),
    /// A mapping whose keys the user chooses.
    Map(&'static Kind),
    /// A list.
    List(&'static Kind),
    /// `{kind: secret, name: …}`.
    Reference,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A mapping of texts.
    TextMap,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An absolute path.
    Path,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A duration of Go's.
    Duration,
    /// A quantity of Kubernetes'.
    Quantity,
    /// Quantities by the names of resources.
    Quantities,
    /// What Kubernetes' own types describe, or nothing does.
    Any,
}

impl Field {
    /// Whether a release has the key.
    pub fn is_of(&self, release: Release) -> bool {
        self.since.is_none_or(|since| release >= since) && self.last.is_none_or(|last| month(release) <= last)
    }

    /// For a release that parses the key and never reads it, the releases that do so, in words.
    pub fn unread(&self, release: Release) -> Option<String> {
        let (first, last) = self.ignored?;
        if release < first || month(release) > last {
            return None;
        }
        Some(match (first, last) {
            (Release::Main, _) => "does not read it".into(),
            (first, Release::Main) => format!("has not read it since release {first} at the latest"),
            (first, last) => format!("did not read it from release {first} to {last}"),
        })
    }

    /// The nearest release that has the key, in words, for a release that does not.
    pub fn when(&self, release: Release) -> String {
        match (self.since, self.last) {
            (Some(since), _) if release < since => format!("release {since} is the first with it"),
            (_, Some(last)) => format!("release {last} was the last with it"),
            _ => String::new(),
        }
    }

    const fn since(self, year: u16, month: u8, patch: u16) -> Field {
        Field {
            since: Some(Release::Dated { year, month, patch }),
            ..self
        }
    }

    const fn last(self, year: u16, month: u8) -> Field {
        Field {
            last: Some(Release::month(year, month)),
            ..self
        }
    }

    /// Patches of the last month ignore it too.
    const fn ignored(self, first: Release, last: Release) -> Field {
        Field {
            ignored: Some((first, last)),
            ..self
        }
    }

    const fn required(self) -> Field {
        Field {
            is_required: true,
            ..self
        }
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        is_required: false,
        since: None,
        last: None,
        ignored: None,
    }
}

/// Patches of a month have what the month has.
fn month(release: Release) -> Release {
    match release {
        Release::Main => Release::Main,
        Release::Dated { year, month, .. } => Release::month(year, month),
    }
}

impl Kind {
    /// What a value that is no mapping with known keys must be, in words, if it is not. `null` stands for a default everywhere.
    pub fn wants(&self, value: &Value) -> Option<String> {
        let fits = match self {
            _ if value.is_null() => true,
            Kind::Object(_) | Kind::Map(_) => value.is_object(),
            Kind::List(_) => value.is_array(),
            Kind::Reference => is_reference(value),
            Kind::Text => value.is_string(),
            Kind::Texts => value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
            Kind::TextMap => value
                .as_object()
                .is_some_and(|map| map.values().all(Value::is_string)),
            Kind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Kind::Path => value.as_str().is_some_and(|path| path.starts_with('/')),
            Kind::Flag => value.is_boolean(),
            Kind::Whole => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            // Go takes a number for nanoseconds.
            Kind::Duration => {
                value.is_number() || value.as_str().is_some_and(|text| go::duration(text).is_some())
            }
            Kind::Quantity => is_quantity(value),
            Kind::Quantities => value.as_object().is_some_and(|map| map.values().all(is_quantity)),
            Kind::Any => true,
        };
        (!fits).then(|| self.words())
    }

    fn words(&self) -> String {
        match self {
            Kind::Object(_) | Kind::Map(_) | Kind::Any => "a mapping".into(),
            Kind::List(_) => "a list".into(),
            Kind::Reference => "a reference, `{kind: secret, name: NAME}`".into(),
            Kind::Text => "a string".into(),
            Kind::Texts => "a list of strings".into(),
            Kind::TextMap => "a mapping of strings".into(),
            Kind::OneOf(words) => format!("one of `{}`", words.join("`, `")),
            Kind::Path => "an absolute path".into(),
            Kind::Flag => "`true` or `false`".into(),
            Kind::Whole => "a whole number".into(),
            Kind::Number => "a number".into(),
            Kind::Duration => "a duration, such as `36h`".into(),
            Kind::Quantity => "a quantity, such as `2Gi`".into(),
            Kind::Quantities => "quantities by resource, such as `{cpu: 1, memory: 2Gi}`".into(),
        }
    }
}

fn is_quantity(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

fn is_reference(value: &Value) -> bool {
    let Some(map) = value.as_object().filter(|map| map.len() == 2) else {
        return false;
    };
    map.get("kind").is_some_and(|kind| kind == "secret")
        && map
            .get("name")
            .and_then(Value::as_str)
            .is_some_and(|name| !name.is_empty())
}
