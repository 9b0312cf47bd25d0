//! Values of more than one shape: short or long, one or many, mappings whose keys the user chooses, and sections handed through.

use super::field::{Field, Spanned};
use super::secrets::SecretSource;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::EnumAccessDeserializer;
use serde::de::{self, Deserializer, EnumAccess, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Enum names under which the decoder picks a variant by the shape of what is written.
pub(super) const BY_SHAPE: &str = "$gkc::ByShape";
/// See [`BY_SHAPE`].
pub(super) const AUTH_KEY: &str = "$gkc::AuthKey";

/// A short form written as a scalar or list, or the long form written as a mapping.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename = "$gkc::ByShape")]
pub enum ShortOrMap<S, M> {
    /// The short form.
    #[serde(rename = "short")]
    Short(S),
    /// The long form.
    #[serde(rename = "map")]
    Map(M),
}

impl<S: JsonSchema, M: JsonSchema> JsonSchema for ShortOrMap<S, M> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", S::schema_name(), M::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (short, map) = (generator.subschema_for::<S>(), generator.subschema_for::<M>());
        json_schema!({ "anyOf": [short, map] })
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq)]
pub struct OneOrMany<T>(pub Vec<Field<T>>);

impl<T> OneOrMany<T> {
    /// The usable items.
    pub fn items(&self) -> impl Iterator<Item = &Spanned<T>> {
        self.0.iter().filter_map(Field::spanned)
    }
}

#[derive(Deserialize)]
#[serde(rename = "$gkc::ByShape")]
enum OneOrManyForm<T> {
    #[serde(rename = "scalar")]
    One(Spanned<T>),
    #[serde(rename = "list")]
    Many(Vec<Field<T>>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match OneOrManyForm::deserialize(deserializer)? {
            OneOrManyForm::One(one) => OneOrMany(vec![Field::Present(one)]),
            OneOrManyForm::Many(many) => OneOrMany(many),
        })
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A mapping whose keys the user chooses, in the order they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T>(pub Vec<(Spanned<String>, Field<T>)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<T> Entries<T> {
    /// The usable entries.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<String>, &Spanned<T>)> {
        self.0
            .iter()
            .filter_map(|(key, value)| value.spanned().map(|value| (key, value)))
    }
}

impl<T> Field<Entries<T>> {
    /// The usable entries; none where the mapping is absent.
    pub fn entries(&self) -> impl Iterator<Item = (&Spanned<String>, &Spanned<T>)> {
        self.get().into_iter().flat_map(Entries::iter)
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key()? {
            entries.push((key, map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Entries{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": { "anyOf": [value, { "type": "null" }] } })
    }
}

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
