//! Reads the model out of the span tree with serde, and reports every mistake on the way instead of the first.
//!
//! An error is recorded at its place the moment it occurs; [`Field`](super::Field) swallows it, so one run of the derived
//! `Deserialize` sees the whole file.

mod access;
mod called;
mod forms;
mod keys;
mod missing;
mod scalars;
mod sorted;

use self::access::{Chosen, Items, Pairs, Placed, SingleEntry};
use self::sorted::Sorted;
use super::bindable::{BINDABLE, VERBATIM};
use super::field::SPANNED;
use super::mask::{self, ByName};
use super::report;
use super::secrets::SECRET;
use super::value::{AUTH_KEY, BY_SHAPE};
use crate::diagnostic::stages::{DUPLICATE_ITEM, INVALID_VALUE, LIMIT, SYNTAX, UNKNOWN_KEY, WRONG_TYPE};
use crate::diagnostic::{Diagnostic, Sink};
use crate::facts::k3s::MAX_NODES;
use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Kind, NodeId, Tree, scalar};
use crate::tokens;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

/// A plain scalar that was taken as the string that was asked for, though another reader sees something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// Where it stands.
    pub span: Span,
    /// The text.
    pub text: String,
    /// What the other reader sees: "a number", "the boolean `false`".
    pub seen_as: String,
    /// Which reader that is: "YAML 1.1" or "a schema".
    pub reader: &'static str,
    /// The number that it is here, where it is one; else it is a string.
    pub number: Option<String>,
}

/// The most entries that are read of a list or of a mapping with keys of its own: nobody writes more by hand, and each may be a mistake that
/// is reported.
const MAX_ENTRIES: usize = 20_000;

/// Lists of machines.
const MACHINES: [&str; 2] = ["nodes", "pools"];

/// What decoding learns beside the value.
#[derive(Default)]
pub(crate) struct Notes {
    /// Literal secrets, masked wherever source is shown.
    pub sensitive: Vec<Span>,
    /// Strings that the names of their keys tell as secrets.
    pub hidden: ByName,
    /// Scalars that other readers take for something else.
    pub ambiguous: Vec<Ambiguous>,
    /// Keys of the language without a value.
    pub empty: Vec<Span>,
    /// Texts that a person should have replaced.
    pub placeholders: Vec<Span>,
    /// Keys of the top level that unknown ones seem to mean.
    pub meant: Vec<String>,
    /// Unknown keys that belong elsewhere, each up to the next key of its mapping: a wrong indentation in there is that of the key.
    pub misplaced: Vec<Range<usize>>,
    /// Whether something was lost by such an indentation.
    pub damaged: bool,
}

pub(super) struct Context<'a> {
    pub tree: &'a Tree<'a>,
    pub file: &'a SourceFile,
    pub sink: RefCell<Sink>,
    pub notes: RefCell<Notes>,
    /// Strings that the names of their keys tell as secrets, in order: no message repeats them.
    hidden: ByName,
    hidden_at: HashSet<Span>,
    unknown_keys: RefCell<Vec<Span>>,
    /// Unknown keys with the mappings that they are in: they may belong to a mapping inside.
    strays: RefCell<Vec<(&'a str, Span)>>,
}

/// Decodes the root of `tree`. The value is absent only where the document is no mapping.
pub(crate) fn decode<'a, T: Deserialize<'a>>(
    tree: &'a Tree<'a>,
    file: &'a SourceFile,
    sink: &mut Sink,
) -> (Option<T>, Notes) {
    let hidden = mask::by_name(tree);
    let cx = Context {
        tree,
        file,
        sink: RefCell::default(),
        notes: RefCell::default(),
        hidden_at: hidden.spans.iter().copied().collect(),
        hidden,
        unknown_keys: RefCell::default(),
        strays: RefCell::default(),
    };
    let value = match tree.root() {
        Some(id) if !matches!(tree.node(id).kind, Kind::Null) => {
            let key = tree.node(id).span;
            T::deserialize(Decoder {
                cx: &cx,
                id,
                key,
                secret: false,
                raw: false,
                named: false,
                lost: false,
            })
            .ok()
        }
        _ => {
            // What was lost may be all that there was.
            if tree.damaged().is_empty() {
                let empty = report::empty_document(file.span(0..0));
                cx.sink.borrow_mut().push(empty);
            }
            None
        }
    };
    sink.extend(cx.sink.into_inner().finish());
    sink.extend(UNKNOWN_KEY.further(&cx.unknown_keys.into_inner(), "unknown key"));
    let mut notes = cx.notes.into_inner();
    let misplaced = std::mem::take(&mut notes.misplaced);
    notes.damaged = sink.forget(|found| {
        let at = found.span.range().start;
        found.rule.name == SYNTAX.name && misplaced.iter().any(|key| key.contains(&at))
    });
    notes.hidden = cx.hidden;
    (value, notes)
}

/// An error that was recorded already, or the words of a visitor that still need a place.
#[derive(Debug)]
pub(super) struct Error(Option<String>);

impl Error {
    pub(super) const RECORDED: Error = Error(None);
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("already reported"))
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(Some(message.to_string()))
    }
}

type Result<T> = std::result::Result<T, Error>;

#[derive(Clone, Copy)]
pub(super) struct Decoder<'a, 'c> {
    pub cx: &'c Context<'a>,
    pub id: NodeId,
    /// The place of the key that holds this value; the value's own place in a list.
    pub key: Span,
    /// Whether the value is a secret: then no message may repeat it.
    secret: bool,
    /// Whether the section is handed through: there null is a value like any other.
    raw: bool,
    /// Whether it is the value of a key of the language: empty text means nothing there.
    named: bool,
    /// Whether the value stands under another key, so that nothing can be said of it.
    lost: bool,
}

impl<'a> Decoder<'a, '_> {
    fn kind(&self) -> &'a Kind<'a> {
        if self.lost {
            return &Kind::Broken;
        }
        let node = self.cx.tree.node(self.cx.tree.resolve(self.id));
        match &node.tag {
            // What it would make of the value is not known, and it was reported.
            Some(tag) if tag.core.is_none() => &Kind::Broken,
            _ => &node.kind,
        }
    }

    /// The place where the value is used; for an alias that is not where it is written.
    pub(super) fn span(&self) -> Span {
        self.cx.tree.node(self.id).span
    }

    fn child(&self, id: NodeId, key: Span) -> Self {
        Decoder {
            cx: self.cx,
            id,
            key,
            secret: self.secret,
            raw: self.raw,
            named: false,
            lost: false,
        }
    }

    fn secret(self) -> Self {
        Decoder { secret: true, ..self }
    }

    /// Records a finding; at an alias, with the place of the anchor.
    pub(super) fn fail<T>(&self, diagnostic: Diagnostic) -> Result<T> {
        Err(self.failed(diagnostic))
    }

    // Apart from the methods that are compiled for each type.
    #[inline(never)]
    fn failed(&self, diagnostic: Diagnostic) -> Error {
        self.record(diagnostic);
        Error::RECORDED
    }

    fn record(&self, mut diagnostic: Diagnostic) {
        let [used, target] = self.places(self.id);
        if target != used && diagnostic.span == used {
            diagnostic = diagnostic.and(target, "value defined here");
        }
        self.cx.sink.borrow_mut().push(diagnostic);
    }

    /// Gives the words of a visitor this node's place.
    fn seal<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| self.sealed(error))
    }

    #[inline(never)]
    fn sealed(&self, error: Error) -> Error {
        match error.0 {
            Some(message) => self.failed(INVALID_VALUE.at(self.span(), message)),
            None => error,
        }
    }

    /// What is written, for a message.
    fn found(&self) -> String {
        match self.kind() {
            Kind::Null => "nothing".to_owned(),
            Kind::Seq(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
            Kind::Scalar(_) if self.secret || self.is_hidden() => "a value".to_owned(),
            Kind::Scalar(scalar) if mask::swallows_a_secret(&scalar.text) => "a value".to_owned(),
            Kind::Scalar(scalar) => report::quoted(scalar),
            Kind::Alias(_) | Kind::Broken => "an invalid value".to_owned(),
        }
    }

    fn mismatch<T>(&self, wanted: &str) -> Result<T> {
        self.mismatch_with(wanted, None)
    }

    /// Reports a value of another type than `wanted`; `help` says what to write.
    fn mismatch_with<T>(&self, wanted: &str, help: Option<&str>) -> Result<T> {
        self.record_mismatch(wanted, help);
        Err(Error::RECORDED)
    }

    #[inline(never)]
    fn record_mismatch(&self, wanted: &str, help: Option<&str>) {
        if self.secret {
            self.hide(self.id);
        }
        if matches!(self.kind(), Kind::Broken | Kind::Alias(_)) {
            return;
        }
        // Where a part of it was lost, it may have been another type.
        if matches!(self.kind(), Kind::Seq(_) | Kind::Map(_)) && self.cx.tree.touches_damage(self.span()) {
            return;
        }
        if matches!(self.kind(), Kind::Scalar(scalar) if mask::swallows_a_secret(&scalar.text)) {
            self.hide(self.id);
        }
        let message = format!("expected {wanted}, found {}", self.found());
        let finding = WRONG_TYPE.at(self.span(), message);
        self.record(Diagnostic {
            help: help.map(str::to_owned),
            ..finding
        });
    }

    /// The entries of a mapping; `help` says what to write where there is none.
    fn entries(&self, help: impl Fn() -> String) -> Result<Cow<'a, [Entry]>> {
        match self.kind() {
            Kind::Map(_) => Ok(self.cx.tree.entries(self.id)),
            _ => self.mismatch_with("a mapping", Some(&help())),
        }
    }

    /// As many entries as are read of a list or a mapping; says so where it has more.
    fn bounded<'i, T>(&self, entries: &'i [T]) -> &'i [T] {
        let key = self.cx.file.slice(self.key);
        let most = match MACHINES.contains(&key) && !self.raw {
            true => MAX_NODES,
            false => MAX_ENTRIES,
        };
        let Some(read) = entries.get(..most).filter(|_| entries.len() > most) else {
            return entries;
        };
        let name = match self.key == self.span() {
            true => "a list".to_owned(),
            false => format!("`{}`", key.trim_matches(['"', '\''])),
        };
        let finding = LIMIT.at(self.key, format!("{name} has more than {most} entries"));
        self.record(match most {
            MAX_NODES => finding.note("Kubernetes supports clusters of at most 5000 nodes"),
            _ => finding.help("check that this is the right file"),
        });
        read
    }

    /// Reports values that a list has twice.
    fn doubles(&self, items: &[NodeId]) {
        // Commands and arguments may be given twice, and some lists have rules of their own.
        const OTHERS: [&str; 8] = [
            "beforeK3s",
            "afterK3s",
            "extraArgs",
            "taints",
            "zones",
            "passlist",
            "domain_passlist",
            "domainPasslist",
        ];
        if OTHERS.contains(&self.cx.file.slice(self.key).trim_matches(['"', '\''])) {
            return;
        }
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for item in items {
            let Kind::Scalar(scalar) = self.cx.tree.kind(*item) else {
                continue;
            };
            let span = self.cx.tree.span(*item);
            let first = *seen.entry(&scalar.text).or_insert(span);
            if first != span && !self.cx.hidden_at.contains(&span) {
                let finding = DUPLICATE_ITEM.at(span, format!("duplicate item `{}`", scalar.text));
                let finding = finding.and(first, "first listed here");
                self.cx
                    .sink
                    .borrow_mut()
                    .push(finding.help("remove it, or use the value that was meant"));
            }
        }
    }

    /// Marks every scalar below `id` as a secret: it stands where one belongs, in a form that was not understood.
    fn hide(&self, id: NodeId) {
        self.cx.notes.borrow_mut().sensitive.extend(self.places(id));
    }

    /// Where a value is used, and where an anchor has it: the same place for what is no alias.
    fn places(&self, id: NodeId) -> [Span; 2] {
        [id, self.cx.tree.resolve(id)].map(|id| self.cx.tree.node(id).span)
    }

    fn is_alias(&self) -> bool {
        self.cx.tree.resolve(self.id) != self.id
    }

    /// Whether the name of a key tells that the value is a secret, here or where an anchor has it.
    fn is_hidden(&self) -> bool {
        let places = self.places(self.id);
        places.iter().any(|place| self.cx.hidden_at.contains(place))
    }

    /// Whether the mapping has a key of that name.
    fn has_key(&self, name: &str) -> bool {
        self.cx.tree.get(self.cx.tree.resolve(self.id), name).is_some()
    }

    fn key_text(&self, id: NodeId) -> Result<&'a str> {
        let key = self.child(id, self.cx.tree.node(id).span);
        match key.kind() {
            Kind::Scalar(scalar) => Ok(&scalar.text),
            _ => key.mismatch("a string as key"),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty, $range:literal;)*) => { $(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
            let number: $type = self.whole_number($range)?;
            self.seal(visitor.$visit(number))
        }
    )* };
}

impl<'a> Deserializer<'a> for Decoder<'a, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let this = Decoder { raw: true, ..self };
        match self.kind() {
            Kind::Null => self.seal(visitor.visit_unit()),
            Kind::Seq(_) => this.deserialize_seq(visitor),
            Kind::Map(_) if self.is_reference() => {
                let (variant, value) = self.secret_form()?;
                let result = visitor.visit_enum(Chosen { variant, value });
                self.seal(result)
            }
            Kind::Map(_) => this.deserialize_map(visitor),
            Kind::Alias(_) | Kind::Broken => Err(Error::RECORDED),
            Kind::Scalar(scalar) => {
                if let Some(value) = scalar::as_bool(scalar) {
                    return self.seal(visitor.visit_bool(value));
                }
                // Whether the name of a key tells it is known of all values.
                if self.key == self.span() && mask::argument_names_a_secret(&scalar.text) {
                    self.hide(self.id);
                }
                if let Some(value) = scalar::as_int(scalar).and_then(|i| i64::try_from(i).ok()) {
                    self.seal(visitor.visit_i64(value))
                } else if let Some(value) = scalar::as_float(scalar) {
                    self.seal(visitor.visit_f64(value))
                } else {
                    self.note_placeholder(&scalar.text);
                    let text = self.holdable(&scalar.text, scalars::is_control)?;
                    self.seal(visitor.visit_borrowed_str(text))
                }
            }
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let value = self.boolean()?;
        self.seal(visitor.visit_bool(value))
    }

    whole_numbers! {
        deserialize_u8 visit_u8 u8, "from 0 to 255";
        deserialize_u16 visit_u16 u16, "from 0 to 65535";
        deserialize_u32 visit_u32 u32, "of at least 0";
        deserialize_u64 visit_u64 u64, "of at least 0";
        deserialize_i64 visit_i64 i64, "of at most 64 bits";
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.fixed_string()? {
            Cow::Borrowed(text) => self.seal(visitor.visit_borrowed_str(text)),
            Cow::Owned(text) => self.seal(visitor.visit_string(text)),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        match self.kind() {
            Kind::Null => {
                if self.named {
                    self.cx.notes.borrow_mut().empty.push(self.key);
                }
                self.seal(visitor.visit_none())
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match (name, self.kind()) {
            (VERBATIM, _) => {
                let text = self.command()?;
                self.seal(visitor.visit_borrowed_str(text))
            }
            (BINDABLE, Kind::Map(_)) => {
                let value = self.terraform_form()?;
                self.seal(visitor.visit_map(SingleEntry {
                    key: Some("terraform"),
                    value,
                }))
            }
            (BINDABLE, _) => {
                let text = self.filled()?;
                if text.contains("${") && tokens::is_token(text) {
                    self.hide(self.id);
                    return self.fail(report::secret_as_name(self.span(), "terraform"));
                }
                self.seal(visitor.visit_borrowed_str(text))
            }
            _ => {
                let result = visitor.visit_newtype_struct(self);
                self.seal(result)
            }
        }
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let Kind::Seq(items) = self.kind() else {
            let help = "start each item with `- `, or put the list in brackets";
            return self.mismatch_with("a list", Some(help));
        };
        let items = self.bounded(items);
        if !self.secret {
            self.doubles(items);
        }
        let result = visitor.visit_seq(Items {
            decoder: self,
            items: items.iter(),
        });
        self.seal(result)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        if name != SPANNED {
            return self.deserialize_seq(visitor);
        }
        if matches!(self.kind(), Kind::Null) && !self.raw {
            return self.mismatch("a value");
        }
        visitor.visit_seq(Placed::new(self.span(), self.key, self))
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value> {
        let entries = self.entries(|| "use `key: value` entries, one per line".to_owned())?;
        let result = visitor.visit_map(Pairs {
            decoder: self,
            entries: self.bounded(&entries).iter(),
            meant: &[],
            lost: [].iter(),
            named: false,
            value: None,
        });
        self.seal(result)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let Sorted { entries, meant, lost } = self.sorted(name, known)?;
        let result = visitor.visit_map(Pairs {
            decoder: self,
            entries: entries.iter(),
            meant: &meant,
            lost: lost.iter(),
            named: true,
            value: None,
        });
        self.seal(result)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let (variant, value) = match name {
            SECRET => self.secret_form()?,
            BY_SHAPE => (self.shape_form(variants)?, self),
            AUTH_KEY => (self.auth_key_form(), self),
            _ => (self.word_of(name, variants)?, self),
        };
        let result = visitor.visit_enum(Chosen { variant, value });
        self.seal(result)
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>> i8 i16 i32 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple identifier ignored_any
    }
}
