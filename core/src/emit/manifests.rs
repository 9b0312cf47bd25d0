//! Manifests for the cluster, and the script that applies them in an order that works.
//!
//! The stem of a file up to its first dot is the AddOn's name in k3s (pkg/deploy/controller.go), so the names have no further
//! dot and begin with `gkc-`.

use super::data::Data;
use super::document::{Document, DocumentKind};
use super::kubernetes::apply_line;
use super::parts::Parts;
use super::written::Written;
use super::{autoscaler, kubernetes, node_lifecycle, yaml};
use crate::facts::autoscaler::{CLUSTER_AUTOSCALER, HETZNER_CONTROLLER};
use crate::facts::charts::Chart;
use crate::plan::{Autoscaler, Plan};
use crate::text::Text;
use std::collections::BTreeSet;

/// The manifests and `apply.sh`.
pub(super) fn documents(plan: &Plan, parts: &Parts, namespaces: &BTreeSet<String>) -> Vec<Document> {
    let document = |stem: &str, objects: &[Data]| {
        let written = yaml::write(objects, yaml::Style::default());
        let path = format!("k3s/manifests/{stem}.yaml");
        Document::new(DocumentKind::Manifests, path, written)
    };
    let manifests = parts.manifests.iter();
    let mut documents: Vec<Document> = manifests.map(|(stem, objects)| document(stem, objects)).collect();
    if let Some(found) = &plan.autoscaler {
        let mut objects = autoscaler::objects(plan, found);
        objects.extend(node_lifecycle::objects(plan, found));
        documents.push(document("gkc-50-autoscaler", &objects));
    }
    if let Some(ca) = mirror_ca(plan, parts) {
        documents.push(document(MIRROR_CA, &[kubernetes::mirror_ca(ca)]));
    }
    if !documents.is_empty() || !namespaces.is_empty() {
        documents.push(Document::new(
            DocumentKind::ApplyScript,
            "k3s/apply.sh",
            apply_script(plan, parts, namespaces),
        ));
    }
    documents
}

/// The file with the CA of the mirror's certificate.
const MIRROR_CA: &str = "gkc-05-mirror-ca";

/// That CA, where there are charts to fetch.
fn mirror_ca<'p>(plan: &'p Plan, parts: &Parts) -> Option<&'p Text> {
    let ca = plan.k3s.mirror_ca()?;
    (plan.autoscaler.is_some() || !parts.manifests.is_empty()).then_some(ca)
}

/// `apply.sh`: the static part is a script of its own, which shellcheck sees too.
fn apply_script(plan: &Plan, parts: &Parts, namespaces: &BTreeSet<String>) -> Written {
    let mut script = String::from("#!/bin/sh\nset -eu\n");
    script.push_str(include_str!("scripts/apply.sh"));
    let makes_machines = plan.autoscaler.as_ref().is_some_and(Autoscaler::makes_machines);
    if makes_machines {
        script.push_str(include_str!("scripts/apply_hetzner.sh"));
    }
    script.push('\n');
    let secrets = namespaces
        .iter()
        .map(|namespace| format!("apply \"$here/secrets/{namespace}.yaml\""));
    let mut lines: Vec<String> = parts.prepare.clone();
    lines.extend(mirror_ca(plan, parts).map(|_| apply_line(&[MIRROR_CA])));
    lines.extend(secrets);
    lines.extend(parts.apply.iter().cloned());
    if makes_machines {
        lines.push("check_hetzner".to_owned());
    }
    if plan.autoscaler.is_some() {
        lines.push(apply_line(&["gkc-50-autoscaler"]));
    }
    if autoscaler::has_secret(plan) {
        // Both read it once.
        let Chart { namespace, name, .. } = CLUSTER_AUTOSCALER;
        let controller = match makes_machines {
            true => HETZNER_CONTROLLER.name,
            false => node_lifecycle::NAME,
        };
        lines.extend([
            format!("for name in {name} {controller}; do"),
            format!("  if kubectl -n {namespace} get \"deploy/$name\" >/dev/null 2>&1; then"),
            format!("    kubectl -n {namespace} rollout restart \"deploy/$name\""),
            "  fi".to_owned(),
            "done".to_owned(),
        ]);
    }
    lines.push("say 'done'".to_owned());
    for line in lines {
        script.push_str(&line);
        script.push('\n');
    }
    Written::of(Text::lit(script), None)
}
