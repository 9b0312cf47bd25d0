//! The chart's values, read back: Helm takes any key in silence, and Kubernetes refuses variables that are no texts only once the server is
//! to start.

mod values;

use super::id::{Id, id, text};
use super::pod::{secret_refs, wanted_by_pod};
use super::reading::{Object, Reading};
use super::report;
use crate::diagnostic::Sink;
use crate::facts::coder::{CHART, NAMESPACE, SERVICE_ACCOUNT};
use crate::plan::platform::coder::Coder;
use crate::source::Span;
use serde_json::{Value, json};

/// The chart's object and its values.
fn chart<'r>(reading: &'r Reading<'_>) -> Option<(Object<'r>, Value)> {
    let is_it = |object: &Object<'_>| {
        text(object.data, "/kind") == "HelmChart" && text(object.data, "/metadata/name") == CHART.name
    };
    let object = reading.objects().find(is_it)?;
    let values = serde_yaml::from_str(text(object.data, "/spec/valuesContent")).ok()?;
    Some((object, values))
}

/// Holds the values against what the chart reads.
pub(super) fn verify(reading: &Reading<'_>, anchor: Span, sink: &mut Sink) {
    let Some((object, values)) = chart(reading) else {
        return;
    };
    for problem in values::problems(&values) {
        report(sink, anchor, object.path, &problem);
    }
}

/// What the chart makes and others name.
pub(super) fn made() -> impl Iterator<Item = Id> {
    [id("ServiceAccount", NAMESPACE, SERVICE_ACCOUNT)].into_iter()
}

/// What the values name in the server's namespace.
pub(super) fn wanted<'r>(coder: &Coder, reading: &'r Reading<'_>) -> Vec<(&'r str, Id)> {
    let Some((object, values)) = chart(reading) else {
        return Vec::new();
    };
    let server = &values["coder"];
    // As a pod would name them.
    let pod = json!({ "volumes": server["volumes"], "imagePullSecrets": server["image"]["pullSecrets"] });
    let mut wanted = wanted_by_pod(Some(&pod), NAMESPACE);
    // What the configuration mounts may be made by others; a rule looks at it.
    let patch = coder
        .values_patch
        .as_ref()
        .map(|patch| patch.written.value.to_json());
    let mounted = patch.as_ref().and_then(|patch| patch.pointer("/coder/volumes"));
    let mounted = wanted_by_pod(Some(&json!({ "volumes": mounted })), NAMESPACE);
    wanted.retain(|wanted| !mounted.contains(wanted));
    secret_refs(server.get("env"), &mut |name| {
        wanted.push(id("Secret", NAMESPACE, name));
    });
    let certs = server.pointer("/certs/secrets").and_then(Value::as_array);
    let certs = certs.into_iter().flatten();
    wanted.extend(certs.map(|cert| id("Secret", NAMESPACE, text(cert, "/name"))));
    wanted.into_iter().map(|wanted| (object.path, wanted)).collect()
}
