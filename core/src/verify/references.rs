//! What artifacts name exists in the tree, or is made by something that is named here.
//!
//! No outside judge sees this: every secret, namespace, issuer and chart is looked up.

use super::id::{Id, id, text};
use super::pod::{secret_refs, wanted_by_pod};
use super::reading::Reading;
use super::{platform, report};
use crate::diagnostic::Sink;
use crate::plan::Plan;
use crate::source::Span;
use serde_json::Value;
use std::collections::BTreeSet;

/// Namespaces that every cluster has, and the one that the manifests of system-upgrade-controller make.
const MADE_ELSEWHERE: [&str; 2] = ["kube-system", crate::facts::k3s::UPGRADE_NAMESPACE];

pub(super) fn verify(plan: &Plan, reading: &Reading<'_>, anchor: Span, sink: &mut Sink) {
    let made = made(plan, reading);
    let mut seen = BTreeSet::new();
    let mut wanted: Vec<(&str, Id)> = Vec::new();
    for object in reading.objects() {
        let id = id_of(object.data);
        if seen.contains(&id) {
            report(sink, anchor, object.path, &format!("duplicate {} {}", id.0, id.2));
        }
        seen.insert(id);
        let by_object = wanted_by(object.data).into_iter();
        wanted.extend(by_object.map(|wanted| (object.path, wanted)));
    }
    wanted.extend(platform::wanted(plan, reading));
    for user_data in reading.user_data() {
        let secret = user_data.snapshot_secret();
        wanted.extend(secret.map(|name| (user_data.path, id("Secret", "kube-system", name))));
    }
    for (path, wanted) in wanted.iter().filter(|(_, wanted)| !made.contains(wanted)) {
        report(sink, anchor, path, &unknown(wanted));
    }
}

fn unknown((kind, namespace, name): &Id) -> String {
    match namespace.as_str() {
        "" => format!("unknown {kind} `{name}`"),
        _ => format!("unknown {kind} `{name}` in namespace `{namespace}`"),
    }
}

fn id_of(object: &Value) -> Id {
    id(
        text(object, "/kind"),
        text(object, "/metadata/namespace"),
        text(object, "/metadata/name"),
    )
}

/// Where an issuer looks for its secrets: a cluster issuer in cert-manager's namespace.
fn secrets_of_issuer(object: &Value) -> &str {
    match text(object, "/kind") {
        "ClusterIssuer" => crate::emit::CERT_MANAGER_NAMESPACE,
        _ => text(object, "/metadata/namespace"),
    }
}

/// Everything that the objects are, and what their controllers make.
fn made(plan: &Plan, reading: &Reading<'_>) -> BTreeSet<Id> {
    let mut made: BTreeSet<Id> = crate::sorted::set(
        MADE_ELSEWHERE
            .iter()
            .map(|namespace| id("Namespace", "", namespace)),
    );
    made.extend(platform::made(plan));
    for object in reading.objects().map(|object| object.data) {
        made.insert(id_of(object));
        match text(object, "/kind") {
            // cert-manager writes the certificate's secret.
            "Certificate" => {
                made.insert(id(
                    "Secret",
                    text(object, "/metadata/namespace"),
                    text(object, "/spec/secretName"),
                ));
            }
            // And the ACME account's.
            "ClusterIssuer" | "Issuer" => {
                let account = text(object, "/spec/acme/privateKeySecretRef/name");
                made.insert(id("Secret", secrets_of_issuer(object), account));
            }
            _ => {}
        }
    }
    made
}

/// What an object names.
fn wanted_by(object: &Value) -> Vec<Id> {
    let mut wanted = Vec::new();
    let namespace = text(object, "/metadata/namespace");
    if !namespace.is_empty() {
        wanted.push(id("Namespace", "", namespace));
    }
    match text(object, "/kind") {
        "HelmChart" => {
            wanted.push(id("Namespace", "", text(object, "/spec/targetNamespace")));
            if object.pointer("/spec/repoCAConfigMap").is_some() {
                let name = text(object, "/spec/repoCAConfigMap/name");
                wanted.push(id("ConfigMap", namespace, name));
            }
        }
        "Certificate" => {
            let kind = text(object, "/spec/issuerRef/kind");
            let of = if kind == "ClusterIssuer" { "" } else { namespace };
            wanted.push(id(kind, of, text(object, "/spec/issuerRef/name")));
        }
        "CronJob" => wanted.extend(wanted_by_pod(
            object.pointer("/spec/jobTemplate/spec/template/spec"),
            namespace,
        )),
        "Ingress" => {
            let tls = object.pointer("/spec/tls").and_then(Value::as_array);
            let secrets = tls.into_iter().flatten().map(|tls| text(tls, "/secretName"));
            wanted.extend(secrets.map(|name| id("Secret", namespace, name)));
        }
        "Deployment" | "Job" | "StatefulSet" => {
            wanted.extend(wanted_by_pod(object.pointer("/spec/template/spec"), namespace))
        }
        "ClusterRoleBinding" | "RoleBinding" => {
            let role = text(object, "/roleRef/kind");
            let of = if role == "Role" { namespace } else { "" };
            wanted.push(id(role, of, text(object, "/roleRef/name")));
            let subjects = object.get("subjects").and_then(Value::as_array);
            let subjects = subjects.into_iter().flatten();
            wanted.extend(subjects.map(id_of_subject));
        }
        "ClusterIssuer" | "Issuer" => {
            let ca = text(object, "/spec/ca/secretName");
            if !ca.is_empty() {
                wanted.push(id("Secret", secrets_of_issuer(object), ca));
            }
            secret_refs(object.pointer("/spec/acme/solvers"), &mut |name| {
                wanted.push(id("Secret", secrets_of_issuer(object), name));
            });
        }
        _ => {}
    }
    wanted
}

fn id_of_subject(subject: &Value) -> Id {
    id(
        text(subject, "/kind"),
        text(subject, "/namespace"),
        text(subject, "/name"),
    )
}
