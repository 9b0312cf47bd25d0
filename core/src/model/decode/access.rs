//! What serde walks while it decodes: items, pairs, keys, places and chosen variants.

use super::{Decoder, Error, Result};
use crate::diagnostic::stages::WRONG_TYPE;
use crate::model::field::SPANNED;
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

pub(super) struct Items<'a, 'c> {
    pub(super) decoder: Decoder<'a, 'c>,
    pub(super) items: std::slice::Iter<'a, NodeId>,
}

impl<'a> SeqAccess<'a> for Items<'a, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(id) = self.items.next() else {
            return Ok(None);
        };
        let item = self.decoder.child(*id, self.decoder.cx.tree.node(*id).span);
        if matches!(item.kind(), Kind::Null) && !item.raw {
            let finding = WRONG_TYPE.at(item.span(), "empty list item");
            let _ = item.fail::<()>(finding.help("add a value, or remove the item"));
        }
        seed.deserialize(item).map(Some)
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

impl<'a> MapAccess<'a> for Pairs<'a, '_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(entry @ Entry { key, .. }) = self.entries.next().copied() else {
            let Some(name) = self.lost.next() else {
                return Ok(None);
            };
            let name: StrDeserializer<'_, Error> = (*name).into_deserializer();
            return seed.deserialize(name).map(Some);
        };
        let span = self.decoder.cx.tree.node(key).span;
        self.value = Some((entry, span));
        if let Some((_, name)) = self.meant.iter().find(|(other, _)| *other == entry) {
            let name: StrDeserializer<'_, Error> = (*name).into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        seed.deserialize(KeyDecoder(self.decoder.child(key, span)))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value> {
        let Some((entry, key)) = self.value.take() else {
            return seed.deserialize(Decoder {
                lost: true,
                ..self.decoder
            });
        };
        let value = Decoder {
            named: self.named,
            ..self.decoder.child(entry.value, key)
        };
        let before = value.cx.sink.borrow().found().len();
        let result = seed.deserialize(value);
        // A value that does not fit says that something else was meant after all.
        if self.meant.iter().any(|(other, _)| *other == entry) {
            value.cx.sink.borrow_mut().drop_misfits(before, value.span());
        }
        result
    }
}

/// A key: text whatever it looks like, with its place where that is asked for.
#[derive(Clone, Copy)]
pub(super) struct KeyDecoder<'a, 'c>(pub(super) Decoder<'a, 'c>);

impl<'a> Deserializer<'a> for KeyDecoder<'a, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let text = self.0.key_text(self.0.id)?;
        BorrowedStrDeserializer::new(text).deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        if name != SPANNED {
            return self.deserialize_any(visitor);
        }
        self.0.key_text(self.0.id)?;
        let span = self.0.span();
        visitor.visit_seq(Placed::new(span, span, self))
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
