//! The cluster's secrets: names are ours, keys and types are what their readers' contracts want.

use super::data::{Data, map};
use super::document::{Document, DocumentKind};
use super::kubernetes::metadata;
use super::yaml;
use crate::plan::Plan;
use crate::text::Text;
use std::collections::BTreeSet;

/// A secret of the cluster.
pub(super) struct Secret {
    namespace: &'static str,
    name: String,
    kind: &'static str,
    labels: &'static [(&'static str, &'static str)],
    data: Vec<(String, Text)>,
}

/// Any data.
pub(super) const OPAQUE: &str = "Opaque";
/// Docker's configuration.
pub(super) const DOCKER: &str = "kubernetes.io/dockerconfigjson";
/// A certificate and its key.
pub(super) const TLS: &str = "kubernetes.io/tls";

/// The proxy in a secret of a pod's own, since its URL may hold a password: each variable with its key.
const PROXY: [(&str, &str); 2] = [("HTTPS_PROXY", "httpsProxy"), ("NO_PROXY", "noProxy")];

/// Variables that take the proxy from a secret with [`proxy_data`], each with its key; none without a proxy.
pub(super) fn proxy_variables(plan: &Plan) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let proxied = plan.proxy.is_some();
    PROXY.into_iter().filter(move |_| proxied)
}

/// The proxy by those keys.
pub(super) fn proxy_data(plan: &Plan) -> impl Iterator<Item = (&'static str, Text)> {
    let values = plan
        .proxy
        .iter()
        .flat_map(|proxy| [&proxy.https, &proxy.no_proxy]);
    PROXY
        .into_iter()
        .zip(values)
        .map(|((_, key), value)| (key, value.clone()))
}

impl Secret {
    /// A secret without labels.
    pub fn new<K: Into<String>>(
        namespace: &'static str,
        name: impl Into<String>,
        kind: &'static str,
        data: impl IntoIterator<Item = (K, Text)>,
    ) -> Secret {
        let data = data.into_iter().map(|(key, value)| (key.into(), value));
        Secret {
            namespace,
            name: name.into(),
            kind,
            labels: &[],
            data: data.collect(),
        }
    }

    /// The same with labels.
    pub fn labelled(self, labels: &'static [(&'static str, &'static str)]) -> Secret {
        Secret { labels, ..self }
    }
}

/// One file for each namespace that has secrets.
pub(super) fn documents(secrets: &[Secret], namespaces: &BTreeSet<&'static str>) -> Vec<Document> {
    let file = |namespace: &&'static str| {
        let objects: Vec<Data> = secrets
            .iter()
            .filter(|s| s.namespace == *namespace)
            .map(object)
            .collect();
        let written = yaml::write(&objects, yaml::Style::default());
        Document::new(
            DocumentKind::Secrets,
            format!("secrets/{namespace}.yaml"),
            written,
        )
    };
    namespaces.iter().map(file).collect()
}

/// The namespaces that have secrets, in order.
pub(super) fn namespaces(secrets: &[Secret]) -> BTreeSet<&'static str> {
    secrets.iter().map(|secret| secret.namespace).collect()
}

/// Values go into `data` as base64, so that any byte fits, and late values too.
fn object(secret: &Secret) -> Data {
    let mut meta = metadata(&secret.name, Some(secret.namespace));
    if !secret.labels.is_empty() {
        meta.insert(
            "labels",
            map(secret
                .labels
                .iter()
                .map(|(key, value)| (*key, Data::from(*value)))),
        );
    }
    let data = secret
        .data
        .iter()
        .map(|(key, value)| (key.clone(), Data::from(encoded(value))));
    map([
        ("apiVersion", Data::from("v1")),
        ("kind", Data::from("Secret")),
        ("metadata", meta),
        ("type", Data::from(secret.kind)),
        ("data", map(data)),
    ])
}

/// Even what is known is a hole, so that a tree with late values looks the same.
fn encoded(value: &Text) -> Text {
    value.clone().base64()
}
