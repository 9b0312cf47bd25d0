//! What a key holds: its value with the place it was written at, or the fact that it is wrong or absent.

use crate::source::{FileId, Span};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The name under which the decoder recognises a request for a value with its place.
pub(super) const SPANNED: &str = "$gkc::Spanned";

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place of the value.
    pub span: Span,
    /// The place of its key; the value's own place for an item of a list.
    pub key: Span,
}

impl<T> Spanned<T> {
    /// Another value at the same place.
    pub fn with<U>(&self, value: U) -> Spanned<U> {
        Spanned {
            value,
            span: self.span,
            key: self.key,
        }
    }
}

/// One key of the configuration. A wrong value was reported when it was decoded, so later stages treat
/// [`Field::Bad`] as written but unknown, and say nothing that follows from it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Field<T> {
    /// Written, and of the right shape.
    Present(Spanned<T>),
    /// Written, but not usable.
    Bad,
    /// Absent, or an explicit null.
    #[default]
    Missing,
}

impl<T> Field<T> {
    /// The value, where there is one.
    pub fn get(&self) -> Option<&T> {
        self.spanned().map(|s| &s.value)
    }

    /// The value with its place, where there is one.
    pub fn spanned(&self) -> Option<&Spanned<T>> {
        match self {
            Field::Present(spanned) => Some(spanned),
            Field::Bad | Field::Missing => None,
        }
    }

    /// The place of the value, where there is one.
    pub fn span(&self) -> Option<Span> {
        self.spanned().map(|s| s.span)
    }

    /// True where the key is absent or null: the default holds.
    pub fn is_missing(&self) -> bool {
        matches!(self, Field::Missing)
    }

    /// True where something was written, right or wrong.
    pub fn is_written(&self) -> bool {
        !self.is_missing()
    }
}

impl<T: Copy> Field<T> {
    /// The value, or `default` where none can be used.
    pub fn copied_or(&self, default: T) -> T {
        self.get().copied().unwrap_or(default)
    }
}

impl Field<String> {
    /// The text, where there is one.
    pub fn text(&self) -> Option<&str> {
        self.get().map(String::as_str)
    }
}

impl<T> Field<Vec<Field<T>>> {
    /// The usable items of a list; none where the list is absent.
    pub fn items(&self) -> impl Iterator<Item = &Spanned<T>> {
        self.get().into_iter().flatten().filter_map(Field::spanned)
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    // serde ends here for an absent key, the decoder for an explicit null.
    fn visit_none<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Missing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field<T>, D::Error> {
        Ok(Spanned::<T>::deserialize(deserializer).map_or(Field::Bad, Field::Present))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(FieldVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        let (span, key) = place(&mut parts)?;
        match parts.next_element()? {
            Some(value) => Ok(Spanned { value, span, key }),
            None => Err(de::Error::custom("a value")),
        }
    }
}

/// The places of a value and of its key, which come before the value.
#[inline(never)]
fn place<'de, A: SeqAccess<'de>>(parts: &mut A) -> Result<(Span, Span), A::Error> {
    let mut place = [0u32; 5];
    for part in &mut place {
        *part = parts.next_element()?.unwrap_or(0);
    }
    let [file, start, end, key_start, key_end] = place;
    let at = |start, end| Span {
        file: FileId(file),
        start,
        end,
    };
    Ok((at(start, end), at(key_start, key_end)))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(SPANNED, 6, SpannedVisitor(PhantomData))
    }
}

// In the schema a field is what it holds; that null equals absent is added to every optional key at the end.
impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
