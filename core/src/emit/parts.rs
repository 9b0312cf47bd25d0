//! What a platform adds to a tree, as the rest of the emitters put it in place.

use super::data::Data;
use super::document::{Document, DocumentKind};
use super::secrets::Secret;
use crate::facts::charts::Chart;

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
    /// The steps from an empty cluster to a login: each with its first line, and the lines after it up to an empty one.
    pub steps: Vec<(String, String)>,
    /// Its chart, if it has one.
    pub chart: Option<&'static Chart>,
    /// Images that its files do not name by that key.
    pub images: Vec<String>,
    /// What else has to be at home for machines without the world outside, in lines.
    pub mirrored: Vec<String>,
    /// How its data is backed up and restored: sections below headings of the third level.
    pub backups: String,
    /// How its secrets are rotated.
    pub rotations: Vec<Rotation>,
    /// What stays outside the cluster when that is taken down.
    pub remains: Vec<String>,
    /// Files to back up once they are there.
    pub kept: Vec<&'static str>,
}

/// How secrets are rotated.
pub(super) struct Rotation {
    /// What their names start with.
    pub secrets: &'static str,
    /// What to do once the tree is built with the new value, in sentences. What the cluster gets and what machines get are apart.
    pub then: String,
}

impl Rotation {
    /// How those are rotated whose names start so.
    pub fn new(secrets: &'static str, then: impl Into<String>) -> Rotation {
        Rotation {
            secrets,
            then: then.into(),
        }
    }
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
