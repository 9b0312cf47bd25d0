//! What a platform adds to a tree, as the rest of the emitters put it in place.

use super::data::Data;
use super::document::{Document, DocumentKind};
use super::secrets::Secret;

/// What a platform adds to a tree. A cluster without one adds nothing: that is the default.
#[derive(Default)]
pub(super) struct Parts {
    /// Its secrets.
    pub secrets: Vec<Secret>,
    /// Its manifests, each with the stem of its file.
    pub manifests: Vec<(&'static str, Vec<Data>)>,
    /// Lines of `apply.sh` in front of everything: what secrets need to be there.
    pub prepare: Vec<String>,
    /// Lines of `apply.sh` once the secrets are there.
    pub apply: Vec<String>,
    /// Further documents.
    pub documents: Vec<Document>,
    /// What the README of the tree says of it.
    pub guide: Guide,
    /// Files that its scripts make and that Git leaves out.
    pub ignored: &'static [&'static str],
}

/// What the README of a tree says of its platform, as Markdown without what surrounds it.
#[derive(Default)]
pub(super) struct Guide {
    /// The heading of the page and what is on the cluster `{name} {place}`.
    pub title: Option<(String, String)>,
    /// The step that installs it and what follows that step.
    pub install: Option<(String, String)>,
    /// Chapters of its own.
    pub chapters: String,
    /// Files to back up once they are there.
    pub kept: Vec<&'static str>,
}

/// An output of the Terraform module with one document.
pub(super) struct Output {
    /// Its name.
    pub name: &'static str,
    /// The document.
    pub kind: DocumentKind,
    /// What it is.
    pub description: &'static str,
}
