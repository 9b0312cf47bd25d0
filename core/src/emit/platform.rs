//! What the platform adds to a tree, as the rest of the emitters put it in place.

use super::data::Data;
use super::document::Document;
use super::gitpod;
use super::secrets::Secret;
use crate::plan::{Plan, Platform};

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

/// What the plan's platform adds.
pub(super) fn parts(plan: &Plan) -> Parts {
    match &plan.platform {
        Platform::Gitpod(gitpod) => gitpod::parts(plan, gitpod),
        Platform::None => Parts::default(),
    }
}

/// The part of a node's script that makes it fit for workspaces.
pub(super) fn workspace_script(plan: &Plan) -> Option<&'static str> {
    match &plan.platform {
        Platform::Gitpod(_) => Some(gitpod::host::SCRIPT),
        Platform::None => None,
    }
}

/// The kernel modules that workspaces need on a node.
pub(super) fn workspace_modules(plan: &Plan) -> &'static [&'static str] {
    match &plan.platform {
        Platform::Gitpod(_) => gitpod::host::modules(plan.os),
        Platform::None => &[],
    }
}

/// An output of the Terraform module with one document.
pub(super) struct Output {
    /// Its name.
    pub name: &'static str,
    /// The document.
    pub path: &'static str,
    /// What it is.
    pub description: &'static str,
}

/// The outputs of every platform: those of another are null, so that the module's call stays the same.
pub(super) const OUTPUTS: [Output; 1] = [gitpod::OUTPUT];
