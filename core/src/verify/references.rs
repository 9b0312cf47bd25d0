//! What artifacts name exists in the tree, or is made by something that is named here.
//!
//! No outside judge sees this: every secret, namespace, issuer and chart is looked up.

use super::reading::{Object, Reading};
use super::report;
use crate::diagnostic::Sink;
use crate::emit::DocumentKind;
use crate::facts::gitpod;
use crate::plan::Plan;
use crate::source::Span;
use serde_json::Value;
use std::collections::BTreeSet;

/// Namespaces that every cluster has, and the one that the manifests of system-upgrade-controller make.
const MADE_ELSEWHERE: [&str; 2] = ["kube-system", crate::facts::k3s::UPGRADE_NAMESPACE];

/// An object by kind, namespace (empty for the cluster's own) and name.
type Id = (String, String, String);

pub(super) fn verify(plan: &Plan, reading: &Reading<'_>, anchor: Span, sink: &mut Sink) {
    let made = made(reading);
    let mut seen = BTreeSet::new();
    for object in reading.objects() {
        let id = id_of(object.data);
        if seen.contains(&id) {
            report(sink, anchor, object.path, &format!("duplicate {} {}", id.0, id.2));
        }
        seen.insert(id);
        missing_of(&wanted_by(object.data), object, &made, anchor, sink);
    }
    for config in reading.of(DocumentKind::InstallerConfig) {
        missing_of(
            &wanted_by_installer(plan, config.data),
            config,
            &made,
            anchor,
            sink,
        );
    }
    for user_data in reading.user_data() {
        let secret = user_data
            .snapshot_secret()
            .map(|name| id("Secret", "kube-system", name));
        if let Some(secret) = secret.filter(|secret| !made.contains(secret)) {
            report(sink, anchor, user_data.path, &missing(&secret));
        }
    }
}

/// Reports what a document names and nothing makes.
fn missing_of(wanted: &[Id], by: Object<'_>, made: &BTreeSet<Id>, anchor: Span, sink: &mut Sink) {
    for wanted in wanted.iter().filter(|wanted| !made.contains(wanted)) {
        report(sink, anchor, by.path, &missing(wanted));
    }
}

fn missing((kind, namespace, name): &Id) -> String {
    match namespace.as_str() {
        "" => format!("unknown {kind} `{name}`"),
        _ => format!("unknown {kind} `{name}` in namespace `{namespace}`"),
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

fn id(kind: &str, namespace: &str, name: &str) -> Id {
    (kind.to_owned(), namespace.to_owned(), name.to_owned())
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
fn made(reading: &Reading<'_>) -> BTreeSet<Id> {
    let mut made: BTreeSet<Id> = MADE_ELSEWHERE
        .iter()
        .map(|namespace| id("Namespace", "", namespace))
        .collect();
    // The Installer makes those of the database in the cluster.
    for name in [gitpod::INCLUSTER_DATABASE, gitpod::INCLUSTER_DATABASE_ROOT] {
        made.insert(id("Secret", crate::emit::GITPOD, name));
    }
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
        "HelmChart" => wanted.push(id("Namespace", "", text(object, "/spec/targetNamespace"))),
        "Certificate" => {
            let kind = text(object, "/spec/issuerRef/kind");
            let of = if kind == "ClusterIssuer" { "" } else { namespace };
            wanted.push(id(kind, of, text(object, "/spec/issuerRef/name")));
        }
        "CronJob" => wanted.extend(wanted_by_pod(
            object.pointer("/spec/jobTemplate/spec/template/spec"),
            namespace,
        )),
        "Deployment" => wanted.extend(wanted_by_pod(object.pointer("/spec/template/spec"), namespace)),
        "ClusterRoleBinding" => {
            wanted.push(id(
                text(object, "/roleRef/kind"),
                "",
                text(object, "/roleRef/name"),
            ));
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

/// Secrets, maps and the account that a pod names.
fn wanted_by_pod(pod: Option<&Value>, namespace: &str) -> Vec<Id> {
    let mut wanted = Vec::new();
    secret_refs(pod, &mut |name| wanted.push(id("Secret", namespace, name)));
    let Some(pod) = pod else { return wanted };
    let mut named = vec![("ServiceAccount", text(pod, "/serviceAccountName"))];
    let volumes = pod.get("volumes").and_then(Value::as_array);
    for volume in volumes.into_iter().flatten() {
        named.push(("ConfigMap", text(volume, "/configMap/name")));
        named.push(("Secret", text(volume, "/secret/secretName")));
    }
    let named = named.into_iter().filter(|(_, name)| !name.is_empty());
    wanted.extend(named.map(|(kind, name)| id(kind, namespace, name)));
    wanted
}

/// Every `…SecretRef: {name, key}` below a value.
fn secret_refs(value: Option<&Value>, found: &mut dyn FnMut(&str)) {
    match value {
        Some(Value::Object(map)) => {
            for (key, value) in map {
                if ["SecretRef", "SecretKeyRef", "secretKeyRef"]
                    .iter()
                    .any(|end| key.ends_with(end))
                {
                    found(text(value, "/name"));
                }
                secret_refs(Some(value), found);
            }
        }
        Some(Value::Array(items)) => items.iter().for_each(|item| secret_refs(Some(item), found)),
        _ => {}
    }
}

/// What the Installer's config names.
fn wanted_by_installer(plan: &Plan, config: &Value) -> Vec<Id> {
    let mut wanted = Vec::new();
    installer_refs(config, "", &mut |path, name| {
        // Names of the user's own are a rule's business.
        let users = path.starts_with("/imagePullSecrets")
            || plan
                .gitpod
                .as_ref()
                .and_then(|g| g.config_patch.as_ref())
                .is_some_and(|p| p.value.pointer(path).is_some());
        let of = match (path, &plan.gitpod) {
            // trust-manager reads it there.
            ("/customCACert", Some(gitpod)) => crate::emit::ca_namespace(gitpod),
            _ => crate::emit::GITPOD,
        };
        if !users {
            wanted.push(id("Secret", of, name));
        }
    });
    wanted
}

/// Every `{kind: secret, name}` below a value, with its JSON pointer.
fn installer_refs(value: &Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            if text(value, "/kind") == "secret" {
                found(path, text(value, "/name"));
            }
            for (key, value) in map {
                installer_refs(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                installer_refs(item, &format!("{path}/{i}"), found);
            }
        }
        _ => {}
    }
}
