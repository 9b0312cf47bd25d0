//! Words and objects of Kubernetes that several manifests are made of.

use super::data::{Data, entry, map, map_of, opt};
use super::yaml;
use crate::facts::charts::{CERT_MANAGER, Chart};
use crate::origin::Origin;
use crate::plan::Plan;
use crate::text::Text;

/// The namespace of cert-manager, where cluster issuers look for their secrets.
pub(crate) const CERT_MANAGER_NAMESPACE: &str = CERT_MANAGER.namespace;

/// The line of `apply.sh` for manifests, by the stems of their files.
pub(super) fn apply_line(stems: &[&str]) -> String {
    let files = stems
        .iter()
        .map(|stem| format!(" \"$here/k3s/manifests/{stem}.yaml\""));
    format!("apply{}", files.collect::<String>())
}

/// An object's `metadata`.
pub(crate) fn metadata(name: &str, namespace: Option<&str>) -> Data {
    map_of([entry("name", name), opt("namespace", namespace)])
}

/// A variable of a container.
pub(super) fn variable(name: &str, value: impl Into<Data>) -> Data {
    map([("name", Data::from(name)), ("value", value.into())])
}

/// The same with the value of a key of a secret.
pub(super) fn secret_variable(name: &str, secret: &str, key: &str) -> Data {
    let reference = map([("name", Data::from(secret)), ("key", Data::from(key))]);
    map([
        ("name", Data::from(name)),
        ("valueFrom", map([("secretKeyRef", reference)])),
    ])
}

/// An empty directory of a pod.
pub(super) fn scratch(name: &str) -> Data {
    map([("name", Data::from(name)), ("emptyDir", map::<&str>([]))])
}

/// A volume in a container.
pub(super) fn mount(name: &str, path: &str) -> Data {
    map([("name", Data::from(name)), ("mountPath", Data::from(path))])
}

/// A namespace, with the level of Pod Security Standards that is enforced in it.
pub(super) fn namespace(name: &str, level: Option<&str>) -> Data {
    let mut meta = metadata(name, None);
    if let Some(level) = level {
        let labels = [("pod-security.kubernetes.io/enforce", Data::from(level))];
        meta.insert("labels", map(labels));
    }
    object("v1", "Namespace", meta, [])
}

/// An object with its own parts after the metadata.
pub(super) fn object(
    version: &str,
    kind: &str,
    metadata: Data,
    parts: impl IntoIterator<Item = (&'static str, Data)>,
) -> Data {
    let head = [
        ("apiVersion", Data::from(version)),
        ("kind", Data::from(kind)),
        ("metadata", metadata),
    ];
    map(head.into_iter().chain(parts))
}

/// The ConfigMap with the CA of the mirror's certificate, beside the charts.
const MIRROR_CA: &str = "gkc-mirror-ca";

/// The same as an object.
pub(super) fn mirror_ca(ca: &Text) -> Data {
    let data = map([("ca.crt", Data::from(ca.clone()))]);
    object(
        "v1",
        "ConfigMap",
        metadata(MIRROR_CA, Some("kube-system")),
        [("data", data)],
    )
}

/// A chart for k3s's helm controller. The conservative subset of its fields, which every supported k3s knows; `abort`, since
/// the default would uninstall a chart whose upgrade fails, and with it what it holds.
pub(super) fn helm_chart(plan: &Plan, chart: &Chart, values: Data) -> Data {
    let version = plan.releases.of(chart.product);
    // Without the world outside, the chart is a file of the mirror's, which holds its version in its name.
    let mirrored = plan.k3s.airgap.as_ref();
    let file = mirrored.map(|mirror| format!("{}/charts/{}-{}.tgz", mirror.url, chart.name, version));
    let spec = map_of([
        opt("repo", file.is_none().then_some(chart.repo)),
        entry("chart", file.as_deref().unwrap_or(chart.name)),
        opt("version", file.is_none().then_some(version)),
        // The job that fetches it has no trust store but this (k3s-io/klipper-helm, `entry`).
        opt(
            "repoCAConfigMap",
            plan.k3s
                .mirror_ca()
                .map(|_| map([("name", Data::from(MIRROR_CA))])),
        ),
        entry("targetNamespace", chart.namespace),
        entry("failurePolicy", "abort"),
        entry("valuesContent", yaml::write_one(&values).text),
    ]);
    map([
        ("apiVersion", Data::from("helm.cattle.io/v1")),
        ("kind", Data::from("HelmChart")),
        ("metadata", metadata(chart.name, Some("kube-system"))),
        ("spec", spec),
    ])
    .with_origin(Origin::Fact("charts"))
}
