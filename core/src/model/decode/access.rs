//! What serde walks while it decodes: items, pairs, keys, places and chosen variants.

use super::{Decoder, Error, Result};
use crate::diagnostic::stages::WRONG_TYPE;
use crate::model::field::SPANNED;
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

pub(super) struct Items<'a, 'c> {
    pub(super) decoder: Decoder<'a, 'c>,
    pub(super) items: std::slice::Iter<'a, NodeId>,
}

impl<'a, 'c> Items<'a, 'c> {
    // What does not depend on the type that is read stays out of the generic methods, which are compiled for each.
    fn step(&mut self) -> Option<Decoder<'a, 'c>> {
        let id = *self.items.next()?;
        let item = self.decoder.child(id, self.decoder.cx.tree.node(id).span);
        if matches!(item.kind(), Kind::Null) && !item.raw {
            let finding = WRONG_TYPE.at(item.span(), "empty list item");
            item.record(finding.help("add a value, or remove the item"));
        }
        Some(item)
    }
}

impl<'a> SeqAccess<'a> for Items<'a, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let item = self.step();
        item.map(|item| seed.deserialize(item)).transpose()
    }
}

pub(super) struct Pairs<'a, 'c, 'e> {
    pub(super) decoder: Decoder<'a, 'c>,
    pub(super) entries: std::slice::Iter<'e, Entry>,
    /// Entries whose keys mean another, with that.
    pub(super) meant: &'e [(Entry, &'static str)],
    /// Keys of which nothing can be said: what they hold seems to be under an unknown key.
    pub(super) lost: std::slice::Iter<'e, &'static str>,
    /// Whether the keys are those of the language.
    pub(super) named: bool,
    pub(super) value: Option<(Entry, Span)>,
}

impl<'a, 'c> Pairs<'a, 'c, '_> {
    fn step(&mut self) -> Result<Option<Key<'a>>> {
        let Some(entry @ Entry { key, .. }) = self.entries.next().copied() else {
            let span = self.decoder.key;
            return Ok(self.lost.next().map(|text| Key { text, span }));
        };
        let span = self.decoder.cx.tree.node(key).span;
        self.value = Some((entry, span));
        let text = match self.meaning(entry) {
            Some(name) => name,
            None => self.decoder.key_text(key)?,
        };
        Ok(Some(Key { text, span }))
    }

    fn meaning(&self, entry: Entry) -> Option<&'static str> {
        let (_, name) = self.meant.iter().find(|(other, _)| *other == entry)?;
        Some(name)
    }

    fn of_key(&self) -> Decoder<'a, 'c> {
        match self.value {
            Some((entry, key)) => Decoder {
                named: self.named,
                ..self.decoder.child(entry.value, key)
            },
            None => Decoder {
                lost: true,
                ..self.decoder
            },
        }
    }

    /// A value that does not fit says that something else was meant after all; `before` are the findings before it was read.
    fn look_back(&mut self, before: usize) {
        let Some((entry, _)) = self.value.take() else {
            return;
        };
        if self.meaning(entry).is_some() {
            let cx = self.decoder.cx;
            cx.sink
                .borrow_mut()
                .drop_misfits(before, cx.tree.span(entry.value));
        }
    }
}

impl<'a> MapAccess<'a> for Pairs<'a, '_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let key = self.step()?;
        key.map(|key| seed.deserialize(key)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value> {
        let before = self.decoder.cx.sink.borrow().found().len();
        let result = seed.deserialize(self.of_key());
        self.look_back(before);
        result
    }
}

/// A key: text whatever it looks like, with its place where that is asked for.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    text: &'a str,
    span: Span,
}

impl<'a> Deserializer<'a> for Key<'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        match name {
            SPANNED => visitor.visit_seq(Placed::new(self.span, self.span, self)),
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>> bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple map struct enum identifier ignored_any
    }
}

/// A value or a key after its place: its file, where it starts and ends, and the same of the key that holds it.
pub(super) struct Placed<D> {
    place: [u32; 5],
    next: usize,
    value: D,
}

impl<D> Placed<D> {
    pub(super) fn new(span: Span, key: Span, value: D) -> Self {
        Placed {
            place: [span.file.0, span.start, span.end, key.start, key.end],
            next: 0,
            value,
        }
    }
}

impl<'a, D: Deserializer<'a, Error = Error> + Copy> SeqAccess<'a> for Placed<D> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.next += 1;
        match self.place.get(self.next - 1) {
            Some(part) => seed.deserialize((*part).into_deserializer()).map(Some),
            None => seed.deserialize(self.value).map(Some),
        }
    }
}

pub(super) struct SingleEntry<'a, 'c> {
    pub(super) key: Option<&'static str>,
    pub(super) value: Decoder<'a, 'c>,
}

impl<'a> MapAccess<'a> for SingleEntry<'a, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(key) = self.key.take() else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, Error> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(Unchecked(self.value))
    }
}

/// Text of an expression: whatever is in it is Terraform's business.
pub(super) struct Unchecked<'a, 'c>(pub(super) Decoder<'a, 'c>);

impl<'a> Deserializer<'a> for Unchecked<'a, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let text = self.0.string()?;
        visitor.visit_borrowed_str(text)
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>> bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

pub(super) struct Chosen<'a, 'c> {
    pub(super) variant: &'static str,
    pub(super) value: Decoder<'a, 'c>,
}

impl<'a, 'c> EnumAccess<'a> for Chosen<'a, 'c> {
    type Error = Error;
    type Variant = Chosen<'a, 'c>;

    fn variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<(S::Value, Chosen<'a, 'c>)> {
        let name: StrDeserializer<'_, Error> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'a> VariantAccess<'a> for Chosen<'a, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.value)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.value.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'a>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.value.deserialize_struct("", fields, visitor)
    }
}
