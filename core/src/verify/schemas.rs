//! Our own schemas of upstream objects, compiled with the crate: a check builds nothing before it can ask.
//!
//! What a text must look like is a format, a function below: a pattern would link a whole engine of regular expressions.

use crate::facts::k3s::Version;
use serde_json::Value;

/// k3s's HelmChart.
#[jsonschema::validator(
    path = "schemas/upstream/helmchart.json",
    validate_formats = true,
    formats = {
        "chart-archive" => crate::verify::schemas::is_chart_archive,
        "chart-version" => crate::verify::schemas::is_chart_version,
        "https-address" => crate::verify::schemas::is_https_address
    }
)]
struct HelmChart;

/// cert-manager's Issuer, ClusterIssuer and Certificate.
#[jsonschema::validator(
    path = "schemas/upstream/cert-manager.json",
    validate_formats = true,
    formats = {
        "hours" => crate::verify::schemas::is_hours,
        "https-address" => crate::verify::schemas::is_https_address,
        "object-name" => crate::verify::schemas::is_object_name
    }
)]
struct CertManager;

/// system-upgrade-controller's Plan.
#[jsonschema::validator(
    path = "schemas/upstream/upgrade-plan.json",
    validate_formats = true,
    formats = {
        "https-address" => crate::verify::schemas::is_https_address,
        "k3s-release" => crate::verify::schemas::is_k3s_release
    }
)]
struct UpgradePlan;

/// The address of a chart's archive, which k3s fetches without a repository.
fn is_chart_archive(text: &str) -> bool {
    let https = text.starts_with("https://") || text.starts_with("http://");
    https && text.ends_with(".tgz") && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_https_address(text: &str) -> bool {
    text.starts_with("https://")
}

/// The version of a chart, by which we mean one release and no range of them.
fn is_chart_version(text: &str) -> bool {
    let parts: Vec<&str> = text.strip_prefix('v').unwrap_or(text).split('.').collect();
    parts.len() == 3 && parts.into_iter().all(is_number)
}

/// A duration of Go's in whole hours.
fn is_hours(text: &str) -> bool {
    text.strip_suffix('h').is_some_and(is_number)
}

/// The name of an object, as Kubernetes takes it: a DNS name.
fn is_object_name(text: &str) -> bool {
    let within = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let ends = text.starts_with(['-', '.']) || text.ends_with(['-', '.']);
    (1..=MAX_OBJECT_NAME).contains(&text.len()) && !ends && text.bytes().all(within)
}

/// The longest DNS name, in bytes.
const MAX_OBJECT_NAME: usize = 253;

fn is_k3s_release(text: &str) -> bool {
    Version::parse(text).is_some()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a custom resource is as its schema wants it, else where its first mistake is; `None` where we have no schema of its API.
pub(super) fn check(api_version: &str, object: &Value) -> Option<Result<(), String>> {
    let first = match api_version {
        "helm.cattle.io/v1" => HelmChart::validate(object),
        "cert-manager.io/v1" => CertManager::validate(object),
        "upgrade.cattle.io/v1" => UpgradePlan::validate(object),
        _ => return None,
    };
    // Messages of the library repeat values, so they are not used.
    Some(first.map_err(|error| format!("`{}` does not match its schema", error.instance_path())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_schema_takes_its_object_and_refuses_others() {
        let objects = [
            json!({"apiVersion": "helm.cattle.io/v1", "kind": "HelmChart",
                "metadata": {"name": "a", "namespace": "kube-system"},
                "spec": {"chart": "a", "repo": "https://charts.example.com", "version": "1.2.3",
                    "targetNamespace": "a", "failurePolicy": "abort"}}),
            json!({"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": {"name": "a"},
                "spec": {"selfSigned": {}}}),
            json!({"apiVersion": "upgrade.cattle.io/v1", "kind": "Plan",
                "metadata": {"name": "a", "namespace": "system-upgrade"},
                "spec": {"serviceAccountName": "a", "version": "v1.36.5+k3s1",
                    "nodeSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]},
                    "upgrade": {"image": "rancher/k3s-upgrade"}}}),
        ];
        for mut object in objects {
            let api = object["apiVersion"].as_str().unwrap().to_owned();
            assert_eq!(check(&api, &object), Some(Ok(())), "{object}");
            object["kind"] = "Nothing".into();
            assert!(
                check(&api, &object).is_some_and(|checked| checked.is_err()),
                "{object}"
            );
        }
    }

    #[test]
    fn texts_have_the_form_that_their_reader_wants() {
        type Form = fn(&str) -> bool;
        let forms: [(Form, &[&str], &[&str]); 5] = [
            (
                is_chart_archive,
                &["https://a.example/b-1.tgz"],
                &["ftp://a/b.tgz", "https://a/b.zip", "https://a/ b.tgz"],
            ),
            (
                is_chart_version,
                &["v1.2.3", "1.20.0"],
                &["1.2", "1.2.3.4", "1.2.x", "^1.2.3", "1..3", ""],
            ),
            (is_hours, &["2160h"], &["h", "90d", "2160", "1.5h"]),
            (is_object_name, &["a", "a-b.c1"], &["", "A", "-a", "a.", "a_b"]),
            (
                is_k3s_release,
                &["v1.36.5+k3s1", "v1.30.0-rc1+k3s1"],
                &["1.36.5", "v1.36", "latest"],
            ),
        ];
        for (form, good, bad) in forms {
            for text in good {
                assert!(form(text), "{text}");
            }
            for text in bad {
                assert!(!form(text), "{text}");
            }
        }
    }
}
