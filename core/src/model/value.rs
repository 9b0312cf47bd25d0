//! Values of more than one shape: short or long, one or many, and mappings whose keys the user chooses.

use super::field::{Field, Spanned};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
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
