//! Values that are handed through to a file of another program.

use super::values::Names;
use crate::model::{Raw, Spanned};
use crate::text::Text;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

/// A value as YAML and JSON have it. Its texts may be secrets or known only to Terraform.
#[derive(Debug, Clone, PartialEq)]
pub enum Passed {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Text),
    /// Values in order.
    List(Vec<Passed>),
    /// Named values, in the order they are written.
    Map(Vec<(String, Passed)>),
}

impl Passed {
    /// What is written at a path of keys. References in it become secrets that are named for their own paths.
    pub(super) fn new(path: &str, written: &Spanned<Raw>, names: &mut Names) -> Passed {
        match &written.value {
            Raw::Null => Passed::Null,
            Raw::Bool(on) => Passed::Bool(*on),
            Raw::Int(whole) => Passed::Number((*whole).into()),
            Raw::Float(number) => Number::from_f64(*number).map_or(Passed::Null, Passed::Number),
            Raw::Text(text) => Passed::Text(Text::lit(text)),
            Raw::Reference(source) => Passed::Text(names.secret(path, &written.with(source.clone()))),
            Raw::List(items) => {
                let items = items.iter().enumerate();
                let mut of = |(i, item)| Passed::new(&format!("{path}.{i}"), item, names);
                Passed::List(items.map(&mut of).collect())
            }
            Raw::Map(entries) => {
                let of = |(key, value): &(Spanned<String>, _)| {
                    let value = Passed::new(&format!("{path}.{}", key.value), value, names);
                    (key.value.clone(), value)
                };
                Passed::Map(entries.iter().map(of).collect())
            }
        }
    }

    /// The text, where it is one and known.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Passed::Text(text) => text.as_lit(),
            _ => None,
        }
    }

    /// The value under a key, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Passed> {
        match self {
            Passed::Map(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Its texts that are known: the items of a list, or the only value.
    pub fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        let items = match self {
            Passed::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        items.iter().filter_map(Passed::as_str)
    }

    /// The number, which may be written as a text.
    pub fn number(&self) -> Option<u64> {
        match self {
            Passed::Number(number) => number.as_u64(),
            _ => self.as_str()?.parse().ok(),
        }
    }
}

// As people see it in the plan.
impl Serialize for Passed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Passed::Null => serializer.serialize_unit(),
            Passed::Bool(on) => serializer.serialize_bool(*on),
            Passed::Number(number) => number.serialize(serializer),
            Passed::Text(text) => text.serialize(serializer),
            Passed::List(items) => items.serialize(serializer),
            Passed::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
