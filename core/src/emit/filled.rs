//! Documents with their holes filled in: each section once, however many documents share it.

use super::document::{Artifact, Document, Emission, Holes};
use super::hcl::{self, Piece, TemplateForm};
use super::render::{NOT_TEXT, RenderError, Section, render_section};
use super::written::Written;
use crate::text::{Text, Values};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A document's sections with their holes filled in.
pub type Sections = Vec<Arc<Section>>;

/// An emission with its holes filled in by one set of values.
#[derive(Default)]
pub struct Filled {
    /// The sections of each document, in the order of the documents, or why they cannot be written.
    documents: Vec<Result<Sections, RenderError>>,
}

impl Filled {
    /// Fills in all holes of those documents that are `wanted`, and takes the others from `before`.
    pub fn new(
        emission: &Emission,
        values: &dyn Values,
        before: Option<&Filled>,
        wanted: impl Fn(&Document) -> bool,
    ) -> Filled {
        let mut made: BTreeMap<(*const Written, bool), Arc<Section>> = BTreeMap::new();
        let mut fill = |document: &Document| {
            // What Terraform does to a text with holes, it does to all of it.
            let has_hole = document.sections.iter().any(|section| section.text.has_hole());
            let mut sections = Vec::with_capacity(document.sections.len());
            for section in &document.sections {
                let key = (Arc::as_ptr(section), has_hole);
                if let Some(known) = made.get(&key) {
                    sections.push(Arc::clone(known));
                    continue;
                }
                let filled = Arc::new(render_section(&section.text, has_hole, values)?);
                made.insert(key, Arc::clone(&filled));
                sections.push(filled);
            }
            Ok(sections)
        };
        let documents = emission.documents().iter().enumerate();
        let documents = documents.map(|(i, document)| {
            match before
                .and_then(|before| before.documents.get(i))
                .filter(|_| !wanted(document))
            {
                Some(known) => known.clone(),
                None => fill(document),
            }
        });
        Filled {
            documents: documents.collect(),
        }
    }

    /// The documents that could be filled in, with their sections.
    pub fn with_sections<'a>(
        &'a self,
        emission: &'a Emission,
    ) -> impl Iterator<Item = (&'a Document, &'a [Arc<Section>])> {
        let documents = emission.documents().iter().zip(&self.documents);
        documents.filter_map(|(document, sections)| Some((document, sections.as_ref().ok()?.as_slice())))
    }

    /// The documents that cannot be written, and why.
    pub fn failures<'a>(
        &'a self,
        emission: &'a Emission,
    ) -> impl Iterator<Item = (&'a Document, &'a RenderError)> {
        let documents = emission.documents().iter().zip(&self.documents);
        documents.filter_map(|(document, sections)| Some((document, sections.as_ref().err()?)))
    }

    /// The files that the documents become.
    ///
    /// # Errors
    /// The first document that cannot be written.
    pub fn artifacts(&self, emission: &Emission) -> Result<Vec<Artifact>, RenderError> {
        let documents = emission.documents().iter().zip(&self.documents);
        documents
            .map(|(document, sections)| {
                let sections = sections.as_ref().map_err(Clone::clone)?;
                Ok(artifact(document, bytes(sections)?))
            })
            .collect()
    }
}

/// How many bytes the sections have; a hole that is still open counts as what its expression is.
pub fn size(sections: &[Arc<Section>]) -> usize {
    let pieces = sections.iter().flat_map(|section| &section.pieces);
    pieces
        .map(|piece| match piece {
            Piece::Known(bytes) => bytes.len(),
            Piece::Expr(expression) => expression.len(),
        })
        .sum()
}

/// The bytes of a file: of a template where holes are left.
fn bytes(sections: &[Arc<Section>]) -> Result<Vec<u8>, RenderError> {
    let pieces = || sections.iter().flat_map(|section| &section.pieces);
    if pieces().all(|piece| matches!(piece, Piece::Known(_))) {
        let mut bytes = Vec::with_capacity(size(sections));
        for piece in pieces() {
            if let Piece::Known(more) = piece {
                bytes.extend_from_slice(more);
            }
        }
        return Ok(bytes);
    }
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces() {
        match (joined.last_mut(), piece) {
            (Some(Piece::Known(last)), Piece::Known(more)) => last.extend_from_slice(more),
            (_, piece) => joined.push(piece.clone()),
        }
    }
    Ok(hcl::template(&joined, TemplateForm::File)
        .ok_or(NOT_TEXT)?
        .into_bytes())
}

#[cfg(any(test, feature = "internals"))]
/// A text by itself, with its holes filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The whole text.
    pub bytes: Vec<u8>,
    /// Whether it is a template for `templatefile`.
    pub template: bool,
    /// The variables that the template needs.
    pub late: BTreeSet<String>,
    /// Whether it holds a secret, bound or late, or another value that Terraform must keep to itself.
    pub sensitive: bool,
}

#[cfg(any(test, feature = "internals"))]
/// Fills in the holes of one text.
///
/// # Errors
/// A secret that is missing, and a value that cannot stand where it is put.
pub fn render(text: &Text, values: &dyn Values) -> Result<Rendered, RenderError> {
    let Holes { late, sensitive } = Holes::of(text, values);
    Ok(Rendered {
        bytes: bytes(&[Arc::new(render_section(text, false, values)?)])?,
        template: !late.is_empty(),
        late,
        sensitive,
    })
}

/// The file that a document becomes.
pub(super) fn artifact(document: &Document, bytes: Vec<u8>) -> Artifact {
    let origins = document.sections.iter().flat_map(|section| &section.line_origins);
    Artifact {
        path: document.file_path(),
        kind: document.kind,
        bytes,
        mode: document.mode(),
        sensitive: document.holes.sensitive,
        template: document.is_template(),
        late: document.holes.late.clone(),
        line_origins: origins
            .map(|origin| origin.as_ref().or(document.origin.as_ref()).cloned())
            .collect(),
    }
}
