//! Documents read back: what readers that are not ours make of them.

use super::user_data::{self, Files, UserData};
use crate::emit::{Document, DocumentKind, Format, Section};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What was read of all documents, in their order.
#[derive(Default)]
pub(super) struct Reading<'a> {
    values: Vec<Read<'a>>,
    user_data: Vec<UserData<'a>>,
    /// Sections that several documents share, by their address.
    shared: BTreeMap<*const Section, Rc<Files>>,
}

/// One of the values that a document holds.
#[derive(Clone, Copy)]
pub(super) struct Object<'r> {
    /// The document's path.
    pub path: &'r str,
    pub data: &'r Value,
}

struct Read<'a> {
    path: &'a str,
    kind: DocumentKind,
    data: Value,
}

impl<'a> Reading<'a> {
    /// Reads a document, all of whose holes are filled in.
    ///
    /// # Errors
    /// What its reader would say.
    pub fn read(&mut self, document: &'a Document, sections: &[Arc<Section>]) -> Result<(), String> {
        if let DocumentKind::UserData(role) = document.kind {
            let mut parts = Vec::with_capacity(sections.len());
            for section in sections {
                let read = match self.shared.get(&Arc::as_ptr(section)) {
                    Some(read) => Rc::clone(read),
                    None => {
                        let read = Rc::new(user_data::read(text(section)?)?);
                        self.shared.insert(Arc::as_ptr(section), Rc::clone(&read));
                        read
                    }
                };
                parts.push(read);
            }
            self.user_data.push(UserData {
                path: &document.path,
                role,
                parts,
            });
            return Ok(());
        }
        let mut keep = |data| {
            self.values.push(Read {
                path: &document.path,
                kind: document.kind,
                data,
            });
        };
        let whole = || {
            sections
                .iter()
                .map(|section| text(section))
                .collect::<Result<String, String>>()
        };
        match document.kind.format() {
            Format::Json => {
                keep(serde_json::from_str(&whole()?).map_err(|error| format!("invalid JSON: {error}"))?)
            }
            Format::Yaml => {
                for part in serde_yaml::Deserializer::from_str(&whole()?) {
                    keep(Value::deserialize(part).map_err(|error| format!("invalid YAML: {error}"))?);
                }
            }
            Format::Text => {}
        }
        Ok(())
    }

    /// What Kubernetes is given.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        let is_object = |kind| {
            matches!(
                kind,
                DocumentKind::Manifests | DocumentKind::UpgradePlans | DocumentKind::Secrets
            )
        };
        let objects = self.values.iter().filter(move |read| is_object(read.kind));
        objects.map(|read| Object {
            path: read.path,
            data: &read.data,
        })
    }

    /// What documents of a kind hold.
    pub fn of(&self, kind: DocumentKind) -> impl Iterator<Item = Object<'_>> {
        let values = self.values.iter().filter(move |read| read.kind == kind);
        values.map(|read| Object {
            path: read.path,
            data: &read.data,
        })
    }

    /// What machines are given.
    pub fn user_data(&self) -> &[UserData<'a>] {
        &self.user_data
    }
}

fn text(section: &Section) -> Result<&str, String> {
    let bytes = section.bytes().ok_or("a value from Terraform is not filled in")?;
    std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())
}
