//! The cluster's secrets: names are ours, keys and types are what their readers' contracts want.

use super::data::{Data, entry, map, map_of};
use super::document::{Document, DocumentKind};
use super::json;
use super::kubernetes::metadata;
use super::yaml;
use crate::plan::Plan;
use crate::plan::platform::UserSecret;
use crate::text::Text;
use std::collections::BTreeSet;

/// A secret of the cluster.
pub(super) struct Secret {
    namespace: String,
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
        namespace: impl Into<String>,
        name: impl Into<String>,
        kind: &'static str,
        data: impl IntoIterator<Item = (K, Text)>,
    ) -> Secret {
        let data = data.into_iter().map(|(key, value)| (key.into(), value));
        Secret {
            namespace: namespace.into(),
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
pub(super) fn documents(secrets: &[Secret], namespaces: &BTreeSet<String>) -> Vec<Document> {
    let file = |namespace: &String| {
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
pub(super) fn namespaces(secrets: &[Secret]) -> BTreeSet<String> {
    crate::sorted::set(secrets.iter().map(|secret| secret.namespace.clone()))
}

/// Values go into `data` as base64, so that any byte fits, and late values too.
fn object(secret: &Secret) -> Data {
    let mut meta = metadata(&secret.name, Some(&secret.namespace));
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

/// A secret of the user's own; its type follows from its keys.
pub(super) fn user_secret(namespace: &str, user: &UserSecret) -> Secret {
    let has = |key: &str| user.data.iter().any(|(k, _)| k == key);
    let kind = match () {
        () if has(".dockerconfigjson") => DOCKER,
        () if has("tls.crt") && has("tls.key") => TLS,
        () => OPAQUE,
    };
    Secret::new(namespace, user.name.as_str(), kind, user.data.iter().cloned())
}

/// Docker's configuration for one registry. The key of `auths` may be late, which a JSON writer's keys cannot be.
pub(super) fn docker_config(url: &Text, username: &Text, password: &Text) -> Text {
    let login = Text::join([username, password], ":");
    let auth = map_of([
        entry("username", username.clone()),
        entry("password", password.clone()),
        entry("auth", login.base64()),
    ]);
    let mut text = Text::lit("{\"auths\":{");
    text.append(&url.clone().json());
    text.push_str(":");
    text.append(&json::compact(&auth));
    text.push_str("}}");
    text
}
