//! Our own schemas of upstream objects, compiled with the crate: a check builds nothing before it can ask.

use serde_json::Value;

/// k3s's HelmChart.
#[jsonschema::validator(path = "schemas/upstream/helmchart.json", pattern_options = { engine = regex })]
struct HelmChart;

/// cert-manager's Issuer, ClusterIssuer and Certificate.
#[jsonschema::validator(path = "schemas/upstream/cert-manager.json", pattern_options = { engine = regex })]
struct CertManager;

/// system-upgrade-controller's Plan.
#[jsonschema::validator(path = "schemas/upstream/upgrade-plan.json", pattern_options = { engine = regex })]
struct UpgradePlan;

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
}
