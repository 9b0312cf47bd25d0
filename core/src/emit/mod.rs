//! Writers: a tree of plain data with late-bound and secret leaves to the bytes of each output format.
//!
//! [`node`] is the tree, [`text`] its strings; [`yaml`], [`json`], [`hujson`] and [`shell`] turn trees into
//! [`text::Text`], and [`render`] turns text into bytes or into a Terraform template. The other files each write the artifacts
//! of one consumer, from the [`Plan`] alone.

pub mod artifact;
mod autoscaler;
mod backup;
mod certificates;
mod cloud_init;
mod gitpod;
mod guard;
pub mod hcl;
pub mod hujson;
pub mod json;
mod k3s;
mod kubernetes;
pub mod lock;
mod machine;
pub mod node;
mod node_lifecycle;
mod readme;
pub mod render;
mod secrets;
pub mod shell;
mod standalone;
mod tailscale;
mod terraform;
pub mod text;
mod upgrade;
pub mod written;
pub mod yaml;
pub(crate) mod yaml_scalar;

pub use artifact::{Artifact, Consumer};
pub(crate) use certificates::ca_namespace;
pub(crate) use kubernetes::{CERT_MANAGER_NAMESPACE, GITPOD};
pub(crate) use tailscale::POLICY;

use crate::diagnostic::Sink;
use crate::plan::Plan;
use crate::source::{SourceFile, Span};
use artifact::{Document, PUBLIC, finish};
use std::collections::{BTreeMap, BTreeSet};
use text::{SecretId, Text};
use written::Written;

/// What is known of the configuration's file beside the plan.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Literal secrets in it.
    pub sensitive: &'a [Span],
    /// The place for findings about no place in particular.
    pub anchor: Span,
    /// The tailnet's own policy with what the cluster needs in it, where there is one.
    pub policy: Option<&'a str>,
}

/// What is made from the plan alone; the module, the README and the lock file tell of it.
fn documents(plan: &Plan, source: Source<'_>) -> Vec<Document> {
    let machines = machine::machines(plan);
    let secrets = secrets::secrets(plan, &machines);
    let namespaces = secrets::namespaces(&secrets);
    [
        cloud_init::documents(plan, &machines),
        standalone::documents(plan, &machines),
        kubernetes::documents(plan, &namespaces),
        vec![upgrade::document(plan)],
        secrets::documents(&secrets, &namespaces),
        gitpod::documents(plan),
        tailscale::documents(plan, source.policy),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The secrets that each consumer's artifacts hold.
pub(crate) fn secrets_held(plan: &Plan, source: Source<'_>) -> BTreeMap<Consumer, BTreeSet<SecretId>> {
    let mut held: BTreeMap<_, BTreeSet<SecretId>> = BTreeMap::new();
    for document in documents(plan, source) {
        let secrets = document.written.text.secrets();
        held.entry(document.consumer)
            .or_default()
            .extend(secrets.into_iter().cloned());
    }
    held
}

/// Every file of the tree, in the order of their paths.
pub(crate) fn artifacts(
    plan: &Plan,
    source: Source<'_>,
    values: &dyn render::Values,
    sink: &mut Sink,
) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    let mut add = |documents: Vec<Document>, artifacts: &mut Vec<Artifact>| {
        artifacts.extend(
            documents
                .into_iter()
                .filter_map(|document| finish(document, values, source.anchor, sink)),
        );
        artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    };
    add(documents(plan, source), &mut artifacts);
    // The module names the files as they came out, the last three list all of them.
    add(terraform::documents(plan, &artifacts), &mut artifacts);
    add(vec![git_ignore(&artifacts)], &mut artifacts);
    add(vec![readme::document(plan, &artifacts)], &mut artifacts);
    add(
        vec![lock::document(plan, source.file, source.sensitive, &artifacts)],
        &mut artifacts,
    );
    artifacts
}

/// Keeps what is secret out of Git, the seed that `render.sh` makes included.
fn git_ignore(artifacts: &[Artifact]) -> Document {
    let mut text = String::from("# Made by gkc: these hold secrets.\n");
    for artifact in artifacts.iter().filter(|artifact| artifact.sensitive) {
        text.push_str(&format!("/{}\n", artifact.path));
        if artifact.template {
            // What it renders to belongs beside it.
            text.push_str(&format!("/{}\n", artifact.plain_path()));
        }
    }
    text.push_str("/gitpod/render-seed\n");
    let written = Written::of(Text::lit(text), None);
    Document {
        path: ".gitignore".into(),
        written,
        mode: PUBLIC,
        consumer: Consumer::Index,
    }
}
