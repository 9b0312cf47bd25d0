//! The entries of a mapping of the language, by what their keys are. Apart from the decoder's generic methods, which are compiled once for each
//! type.

use super::{Decoder, Result, keys};
use crate::diagnostic::MOST_ALIKE;
use crate::model::shape::Shape;
use crate::syntax::{Entry, Kind, scalar};

/// The entries of a mapping with known keys.
pub(super) struct Sorted {
    /// Those that are read.
    pub entries: Vec<Entry>,
    /// Those whose keys mean another, with that.
    pub meant: Vec<(Entry, &'static str)>,
    /// Keys of which nothing can be said: what they hold seems to be under an unknown key.
    pub lost: Vec<&'static str>,
}

impl<'a> Decoder<'a, '_> {
    /// Sorts the entries of a mapping of the type `name`, and reports what is wrong with its keys.
    pub(super) fn sorted(&self, name: &'static str, known: &'static [&'static str]) -> Result<Sorted> {
        let mut entries = Vec::with_capacity(known.len());
        // Keys that mean another, with that.
        let mut meant: Vec<(Entry, &'static str)> = Vec::new();
        let mut unclear: Vec<Entry> = Vec::new();
        let mut mapping = *self;
        // What is no mapping may be one of the secrets that belong into it.
        let is_other = match self.kind() {
            Kind::Seq(_) => true,
            // A key may only have been begun.
            Kind::Scalar(scalar) => {
                let is_begun = known.iter().any(|key| key.starts_with(&*scalar.text));
                scalar::as_bool(scalar).is_none() && !is_begun
            }
            _ => false,
        };
        if is_other && Shape::get().holds_secrets(name) {
            self.hide(self.id);
            mapping = self.secret();
        }
        let written = mapping.entries(|| keys::keys_of(name, known))?;
        if let Some(finding) = keys::of_another(self, known, &written) {
            return self.fail(finding);
        }
        for entry in written.iter() {
            match self.key_text(entry.key) {
                Ok(text) if known.contains(&text) => entries.push(*entry),
                // Where anchors are kept, as in Compose files.
                Ok(text) if name == "Config" && text.starts_with("x-") => {}
                Ok(text) => {
                    let mut unknown = self.cx.unknown_keys.borrow_mut();
                    unknown.push(self.cx.tree.span(entry.key));
                    if unknown.len() > MOST_ALIKE {
                        self.hide(entry.value);
                        unclear.push(*entry);
                        continue;
                    }
                    self.cx.strays.borrow_mut().push((text, self.span()));
                    match keys::unknown_key(self, name, known, *entry, text) {
                        Some(key) => meant.push((*entry, key)),
                        None => {
                            unclear.push(*entry);
                            self.note_misplaced(*entry, text);
                        }
                    }
                }
                Err(_) => {}
            }
        }
        let lost = keys::check_keys(self, name, known, &entries, &meant, &unclear);
        // Without its value, it is as if it were written elsewhere.
        entries.retain(|entry| {
            !self
                .cx
                .tree
                .key_text(entry.key)
                .is_some_and(|key| lost.contains(&key))
        });
        // What is read under the key that is meant is not missed by anything that follows.
        for (index, (entry, key)) in meant.iter().enumerate() {
            let again = meant
                .get(..index)
                .is_some_and(|before| before.iter().any(|(_, other)| other == key));
            // What is merged in gives way to what is written here.
            entries.retain(|other| {
                self.cx.tree.key_text(other.key) != Some(key)
                    || self.span().contains(self.cx.tree.span(other.key))
            });
            let has_key = entries
                .iter()
                .any(|other| self.cx.tree.key_text(other.key) == Some(key));
            if !has_key && !again {
                entries.push(*entry);
            }
        }
        Ok(Sorted { entries, meant, lost })
    }

    /// Notes an unknown key that is one elsewhere, with what is up to the next key of this mapping.
    fn note_misplaced(&self, entry: Entry, text: &str) {
        // Only a wrong indentation is looked up.
        if self.cx.tree.damaged().is_empty() || Shape::get().homes(text).is_empty() {
            return;
        }
        let start = self.cx.tree.span(entry.key).range().end;
        let keys = self.cx.tree.entries(self.id);
        let starts = keys
            .iter()
            .map(|other| self.cx.tree.span(other.key).range().start);
        let next = starts.filter(|other| *other >= start).min();
        let end = next.unwrap_or(self.cx.file.text().len());
        self.cx.notes.borrow_mut().misplaced.push(start..end);
    }
}
