//! Stage 4: the plan to documents with holes, each made once, and what is common to several of them once for all.
//!
//! [`data`] is the tree, [`crate::text`] its strings; [`yaml`], [`json`], [`hujson`] and [`shell`] turn trees into
//! [`Text`], and [`render`] turns text into bytes or into a Terraform template. The other files each write the artifacts
//! of one consumer, from the [`Plan`] alone.

mod autoscaler;
mod certificates;
mod cloud_init;
pub mod data;
mod document;
pub mod filled;
pub(crate) mod gitpod;
mod guard;
pub mod hcl;
pub mod hujson;
pub mod json;
mod k3s;
mod kubernetes;
pub mod lock;
mod machine;
mod manifests;
mod node_lifecycle;
mod node_script;
mod page;
mod parts;
mod platform;
mod readme;
pub mod render;
mod secrets;
pub mod shell;
mod standalone;
mod tailscale;
mod terraform;
mod upgrade;
pub mod written;
pub mod yaml;
pub(crate) mod yaml_scalar;

pub use document::{Artifact, Consumer, Document, DocumentKind, Emission, Format};
pub use filled::{Filled, Sections, size};
pub(crate) use kubernetes::CERT_MANAGER_NAMESPACE;
pub use render::Section;

use crate::plan::Plan;
use crate::text::{SecretId, Text, Values};
use parts::Parts;
use std::collections::{BTreeMap, BTreeSet};
use written::Written;

/// What is made from the plan alone; the module and the README tell of it. `policy` is the tailnet's own policy with what the
/// cluster needs in it, where there is one.
fn documents(plan: &Plan, parts: &mut Parts, policy: Option<&str>) -> Vec<Document> {
    let machines = machine::machines(plan);
    let user_data = cloud_init::documents(plan, &machines);
    let mut secrets = std::mem::take(&mut parts.secrets);
    secrets.extend(autoscaler::secret(plan, &machines, &user_data));
    secrets.extend(k3s::snapshot_secret(plan));
    let namespaces = secrets::namespaces(&secrets);
    [
        user_data,
        standalone::documents(plan, &machines),
        manifests::documents(plan, parts, &namespaces),
        vec![upgrade::document(plan)],
        secrets::documents(&secrets, &namespaces),
        std::mem::take(&mut parts.documents),
        tailscale::documents(plan, policy),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every document of the tree but its index. `values` says which late values are known after all.
pub(crate) fn emit(plan: &Plan, policy: Option<&str>, values: &dyn Values) -> Emission {
    let mut parts = platform::parts(plan);
    let mut emission = Emission::new(documents(plan, &mut parts, policy), values);
    // The module names all files that the plan gives, `.gitignore` and the README the module as well.
    emission.add(terraform::documents(plan, &emission), values);
    emission.add(vec![git_ignore(&emission, parts.ignored)], values);
    emission.add(vec![readme::document(plan, &parts.guide, &emission)], values);
    emission
}

impl Emission {
    /// The secrets that each consumer's documents hold.
    pub fn secrets_held(&self) -> BTreeMap<Consumer, BTreeSet<SecretId>> {
        let mut held: BTreeMap<_, BTreeSet<SecretId>> = BTreeMap::new();
        for document in self.documents() {
            let held = held.entry(document.kind.consumer()).or_default();
            for section in &document.sections {
                held.extend(section.text.secrets().into_iter().cloned());
            }
        }
        held
    }
}

/// Keeps what is secret out of Git, and `more`, which scripts of the tree make.
fn git_ignore(emission: &Emission, more: &[&str]) -> Document {
    let mut text = String::from("# Made by gkc: these hold secrets.\n");
    let documents = emission.documents().iter();
    for document in documents.filter(|document| document.holes.sensitive) {
        text.push_str(&format!("/{}\n", document.file_path()));
        if document.is_template() {
            // What it renders to belongs beside it.
            text.push_str(&format!("/{}\n", document.path));
        }
    }
    for path in more {
        text.push_str(&format!("/{path}\n"));
    }
    Document::new(
        DocumentKind::GitIgnore,
        ".gitignore",
        Written::of(Text::lit(text), None),
    )
}
