//! Values that may be written in more than one form: secrets, late-bound strings, one or many.

use super::field::{Field, Spanned};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Enum names under which the decoder picks a variant by the shape of what is written.
pub(super) const SECRET: &str = "$gkc::Secret";
/// See [`SECRET`].
pub(super) const BY_SHAPE: &str = "$gkc::ByShape";
/// See [`SECRET`].
pub(super) const AUTH_KEY: &str = "$gkc::AuthKey";
/// Newtype names under which the decoder hands out text that may hold `${`.
pub(super) const BINDABLE: &str = "$gkc::Bindable";
/// See [`BINDABLE`].
pub(super) const VERBATIM: &str = "$gkc::Verbatim";

/// A secret value as it stands in the configuration: where it comes from, or the value itself.
///
/// It has no `Debug`: a literal must not reach a log.
#[derive(Deserialize, Clone, PartialEq)]
#[serde(rename = "$gkc::Secret", rename_all = "camelCase")]
pub enum SecretSource {
    /// Plain text in the configuration.
    Literal(String),
    /// A variable: the environment first, then the secrets file beside the configuration.
    Env(Spanned<String>),
    /// The bytes of a file, relative to the configuration.
    File(Spanned<String>),
    /// Known only to Terraform.
    Terraform(Spanned<String>),
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Literal(_) => f.write_str("Literal(..)"),
            SecretSource::Env(name) => write!(f, "Env({})", name.value),
            SecretSource::File(path) => write!(f, "File({})", path.value),
            SecretSource::Terraform(expression) => write!(f, "Terraform({})", expression.value),
        }
    }
}

impl JsonSchema for SecretSource {
    fn schema_name() -> Cow<'static, str> {
        "SecretSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let form = |key: &str, text: &str| {
            let value = match key {
                "terraform" => {
                    json_schema!({ "type": "string", "minLength": 1, "$comment": "an expression" })
                }
                _ => json_schema!({ "type": "string", "minLength": 1 }),
            };
            json_schema!({
                "type": "object", "description": text, "required": [key], "additionalProperties": false,
                "properties": { key: value }
            })
        };
        json_schema!({
            "description": "A secret value: where it comes from, or the value itself (which is warned about).",
            "anyOf": [
                form("env", "The variable of that name: the environment first, then the secrets file beside the configuration."),
                form("file", "The bytes of a file, relative to the configuration."),
                form("terraform", "An expression that only Terraform knows the value of."),
                { "type": "string", "description": "The value itself. Prefer one of the other forms." }
            ]
        })
    }
}

/// A string that may be known only to Terraform, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bindable {
    /// The pieces in order; neighbouring literals are merged.
    pub parts: Vec<BindablePart>,
}

/// A piece of a [`Bindable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindablePart {
    /// Text as it is.
    Text(String),
    /// A Terraform expression.
    Late(String),
}

impl Bindable {
    /// A string that is known now.
    pub fn known(text: impl Into<String>) -> Bindable {
        Bindable {
            parts: vec![BindablePart::Text(text.into())],
        }
    }

    /// The text, where all of it is known now.
    pub fn as_known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [BindablePart::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The Terraform expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            BindablePart::Late(expression) => Some(expression.as_str()),
            BindablePart::Text(_) => None,
        })
    }

    /// For messages: the text with `${…}` where it is not known.
    pub fn shown(&self) -> String {
        let show = |part: &BindablePart| match part {
            BindablePart::Text(text) => text.clone(),
            BindablePart::Late(expression) => format!("${{{expression}}}"),
        };
        self.parts.iter().map(show).collect()
    }

    /// Reads `${expression}` and `$${`, the literal `${`.
    ///
    /// # Errors
    /// Says which `${` is not closed, or holds nothing.
    pub fn parse(text: &str) -> Result<Bindable, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, after) = (&rest[..at], &rest[at + 2..]);
            if let Some(before) = before.strip_suffix('$') {
                literal.push_str(before);
                literal.push_str("${");
                rest = after;
                continue;
            }
            literal.push_str(before);
            let end = closing_brace(after).ok_or("`${` is not closed by a `}`")?;
            let expression = after[..end].trim();
            if expression.is_empty() {
                return Err("`${}` holds no expression".to_owned());
            }
            if !literal.is_empty() {
                parts.push(BindablePart::Text(std::mem::take(&mut literal)));
            }
            parts.push(BindablePart::Late(expression.to_owned()));
            rest = &after[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(BindablePart::Text(literal));
        }
        Ok(Bindable { parts })
    }
}

/// The offset of the `}` that closes an expression, skipping nested braces and quoted strings.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quoted = false;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 0 => return Some(i),
            '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

struct BindableVisitor;

impl<'de> Visitor<'de> for BindableVisitor {
    type Value = Bindable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bindable, E> {
        Bindable::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bindable, A::Error> {
        let mut found = None;
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if key == "terraform" {
                found = Some(value);
            }
        }
        let expression =
            found.ok_or_else(|| de::Error::custom("expected a string or `{terraform: expression}`"))?;
        Ok(Bindable {
            parts: vec![BindablePart::Late(expression.trim().to_owned())],
        })
    }
}

impl<'de> Deserialize<'de> for Bindable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(BINDABLE, BindableVisitor)
    }
}

impl JsonSchema for Bindable {
    fn schema_name() -> Cow<'static, str> {
        "Bindable".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A string; `${expression}` in it is filled in by Terraform, `$${` is a literal `${`.",
            "anyOf": [
                { "type": "string", "$comment": "may hold `${`" },
                {
                    "type": "object", "required": ["terraform"], "additionalProperties": false,
                    "properties": { "terraform": { "type": "string", "minLength": 1, "$comment": "an expression" } }
                }
            ]
        })
    }
}

/// Text that is handed through untouched, `${` and all: scripts and file contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim(pub String);

struct VerbatimVisitor;

impl Visitor<'_> for VerbatimVisitor {
    type Value = Verbatim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Verbatim, E> {
        Ok(Verbatim(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(VERBATIM, VerbatimVisitor)
    }
}

impl JsonSchema for Verbatim {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Verbatim".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "$comment": "handed through as it is" })
    }
}

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
}

impl Raw {
    /// The same data as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Raw::Null => serde_json::Value::Null,
            Raw::Bool(b) => (*b).into(),
            Raw::Int(i) => (*i).into(),
            Raw::Float(f) => (*f).into(),
            Raw::Text(text) => text.as_str().into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_escapes_are_told_apart() {
        let parse = |text| Bindable::parse(text).map(|b| b.parts);
        let (text, late) = (
            |t: &str| BindablePart::Text(t.into()),
            |t: &str| BindablePart::Late(t.into()),
        );
        assert_eq!(parse("plain"), Ok(vec![text("plain")]));
        assert_eq!(parse("${a.b}.x"), Ok(vec![late("a.b"), text(".x")]));
        assert_eq!(parse("$${a} and ${b}"), Ok(vec![text("${a} and "), late("b")]));
        assert_eq!(
            parse("${f({k = \"}\"})}!"),
            Ok(vec![late("f({k = \"}\"})"), text("!")])
        );
        assert!(parse("${open").is_err());
        assert!(parse("${ }").is_err());
    }
}
