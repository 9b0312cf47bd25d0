//! Sections that are handed through to another program's file, with the place of every part.

use super::field::Spanned;
use super::secrets::SecretSource;
use crate::source::Span;
use crate::syntax::scalar::{as_bool, as_float, as_int, is_null};
use crate::syntax::{Kind, NodeId, Scalar, Tree};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::EnumAccessDeserializer;
use serde::de::{self, Deserializer, EnumAccess, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A value of a section that is handed through to an upstream file, with the place of every part.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Everything else that is a scalar.
    Text(String),
    /// A list.
    List(Vec<Spanned<Raw>>),
    /// A mapping in the order it is written.
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
    /// A text that is elsewhere: a mapping whose one key says where, as for a secret.
    Reference(SecretSource),
}

impl Raw {
    /// A node of a tree, with what is in it. References are mappings here.
    pub fn of(tree: &Tree<'_>, id: NodeId) -> Spanned<Raw> {
        // Calls itself at most as deep as the syntax allows.
        let value = match tree.kind(tree.resolve(id)) {
            Kind::Null | Kind::Broken | Kind::Alias(_) => Raw::Null,
            Kind::Scalar(text) => scalar(text),
            Kind::Seq(items) => Raw::List(items.iter().map(|item| Raw::of(tree, *item)).collect()),
            Kind::Map(_) => {
                let entries = tree.entries(id);
                let entries = entries.iter().filter_map(|entry| {
                    let key = tree.key_text(entry.key)?.to_owned();
                    Some((at(key, tree.span(entry.key)), Raw::of(tree, entry.value)))
                });
                Raw::Map(entries.collect())
            }
        };
        at(value, tree.span(id))
    }

    /// What a mapping has under a key.
    pub fn get(&self, key: &str) -> Option<&Spanned<Raw>> {
        let Raw::Map(entries) = self else { return None };
        let entry = entries.iter().find(|(name, _)| name.value == key);
        entry.map(|(_, value)| value)
    }

    /// The text that a mapping has under a key.
    pub fn text(&self, key: &str) -> Option<Spanned<&str>> {
        let value = self.get(key)?;
        match &value.value {
            Raw::Text(text) => Some(value.with(text.as_str())),
            _ => None,
        }
    }

    /// The items of the list that a mapping has under a key.
    pub fn items(&self, key: &str) -> &[Spanned<Raw>] {
        match self.get(key).map(|list| &list.value) {
            Some(Raw::List(items)) => items,
            _ => &[],
        }
    }

    /// The same data as JSON; where it is a reference, an empty text.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Raw::Null => serde_json::Value::Null,
            Raw::Bool(b) => (*b).into(),
            Raw::Int(i) => (*i).into(),
            Raw::Float(f) => (*f).into(),
            Raw::Text(text) => text.as_str().into(),
            Raw::Reference(_) => "".into(),
            Raw::List(items) => items.iter().map(|i| i.value.to_json()).collect(),
            Raw::Map(entries) => entries
                .iter()
                .map(|(k, v)| (k.value.clone(), v.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

fn at<T>(value: T, span: Span) -> Spanned<T> {
    Spanned {
        value,
        span,
        key: span,
    }
}

/// What YAML's core schema reads.
fn scalar(scalar: &Scalar<'_>) -> Raw {
    let int = as_int(scalar).and_then(|int| i64::try_from(int).ok());
    match (is_null(scalar), as_bool(scalar), int, as_float(scalar)) {
        (true, ..) => Raw::Null,
        (_, Some(bool), ..) => Raw::Bool(bool),
        (_, _, Some(int), _) => Raw::Int(int),
        (.., Some(float)) => Raw::Float(float),
        _ => Raw::Text(scalar.text.clone().into_owned()),
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }

    // The decoder offers a reference as the form of a secret.
    fn visit_enum<A: EnumAccess<'de>>(self, form: A) -> Result<Raw, A::Error> {
        SecretSource::deserialize(EnumAccessDeserializer::new(form)).map(Raw::Reference)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

impl JsonSchema for Raw {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}
