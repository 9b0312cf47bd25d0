//! The tree that every writer of structured text takes.

use crate::origin::Origin;
use crate::plan::Passed;
use crate::text::Text;

/// A value with where it comes from and what to say about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Data {
    /// The value.
    pub kind: Kind,
    /// Where it comes from; what lies within inherits it.
    pub origin: Option<Origin>,
    /// What a reader of the file should know, one or more lines; stands above the map entry, the item or the
    /// document. Formats without comments leave it out.
    pub comment: Option<String>,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, as it is written.
    Number(serde_json::Number),
    /// A string.
    Text(Text),
    /// Values in order.
    Seq(Vec<Data>),
    /// Named values in the order to write them: that of meaning. Keys must differ.
    Map(Vec<(String, Data)>),
}

impl Data {
    /// A value without origin and comment.
    pub fn new(kind: Kind) -> Data {
        Data {
            kind,
            origin: None,
            comment: None,
        }
    }

    /// The same, from `origin`.
    pub fn with_origin(mut self, origin: Origin) -> Data {
        self.origin = Some(origin);
        self
    }

    /// The same, with `comment` above it.
    pub fn commented(mut self, comment: impl Into<String>) -> Data {
        self.comment = Some(comment.into());
        self
    }

    /// Adds an entry at the end; does nothing where this is no map.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Data>) {
        if let Kind::Map(entries) = &mut self.kind {
            entries.push((key.into(), value.into()));
        }
    }

    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Data> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Data> {
        match &mut self.kind {
            Kind::Map(entries) => entries.iter_mut().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// A map of these entries.
pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Data)>) -> Data {
    Data::new(Kind::Map(
        entries.into_iter().map(|(k, v)| (k.into(), v)).collect(),
    ))
}

/// A map of those entries that there are; see [`entry`] and [`opt`].
pub fn map_of(entries: impl IntoIterator<Item = Option<(String, Data)>>) -> Data {
    Data::new(Kind::Map(entries.into_iter().flatten().collect()))
}

/// An entry for [`map_of`] that is always there.
pub fn entry(key: &str, value: impl Into<Data>) -> Option<(String, Data)> {
    Some((key.to_owned(), value.into()))
}

/// An entry for [`map_of`] that is there when its value is.
pub fn opt<T: Into<Data>>(key: &str, value: Option<T>) -> Option<(String, Data)> {
    value.map(|value| (key.to_owned(), value.into()))
}

/// A sequence of these values.
pub fn seq<T: Into<Data>>(items: impl IntoIterator<Item = T>) -> Data {
    Data::new(Kind::Seq(items.into_iter().map(Into::into).collect()))
}

/// Nothing.
pub fn null() -> Data {
    Data::new(Kind::Null)
}

impl From<&str> for Data {
    fn from(text: &str) -> Data {
        Data::new(Kind::Text(text.into()))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Data {
        Data::new(Kind::Text(text.into()))
    }
}

impl From<&String> for Data {
    fn from(text: &String) -> Data {
        Data::from(text.as_str())
    }
}

impl From<Text> for Data {
    fn from(text: Text) -> Data {
        Data::new(Kind::Text(text))
    }
}

impl From<&Passed> for Data {
    fn from(value: &Passed) -> Data {
        match value {
            Passed::Null => null(),
            Passed::Bool(on) => Data::from(*on),
            Passed::Number(number) => Data::from(number),
            Passed::Text(text) => Data::from(text.clone()),
            Passed::List(items) => seq(items),
            Passed::Map(entries) => map(entries
                .iter()
                .map(|(key, value)| (key.clone(), Data::from(value)))),
        }
    }
}

impl From<&serde_json::Value> for Data {
    fn from(value: &serde_json::Value) -> Data {
        match value {
            serde_json::Value::Null => null(),
            serde_json::Value::Bool(on) => Data::from(*on),
            serde_json::Value::Number(number) => Data::from(number),
            serde_json::Value::String(text) => Data::from(text),
            serde_json::Value::Array(items) => seq(items),
            serde_json::Value::Object(entries) => map(entries
                .iter()
                .map(|(key, value)| (key.clone(), Data::from(value)))),
        }
    }
}

impl From<&serde_json::Number> for Data {
    fn from(number: &serde_json::Number) -> Data {
        match number.as_i64() {
            Some(whole) => Data::from(whole),
            None => Data::new(Kind::Number(number.clone())),
        }
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Data {
        Data::new(Kind::Bool(value))
    }
}

impl From<i64> for Data {
    fn from(value: i64) -> Data {
        Data::new(Kind::Int(value))
    }
}

impl From<i32> for Data {
    fn from(value: i32) -> Data {
        Data::from(i64::from(value))
    }
}

impl From<u32> for Data {
    fn from(value: u32) -> Data {
        Data::from(i64::from(value))
    }
}

impl From<u16> for Data {
    fn from(value: u16) -> Data {
        Data::from(i64::from(value))
    }
}
