//! What removes the nodes of machines that are gone, where the provider's controller has no chart that can start it in part.
//!
//! It asks the provider for the machine of each node that is not ready, by the identity that the machine gave its kubelet.

use super::autoscaler::{everywhere, from_secret, on_servers, root_without_powers, variables};
use super::data::{Data, entry, map, map_of, opt, seq};
use super::json;
use super::kubernetes::metadata;
use crate::facts::autoscaler::{Controller, GCP_CONTROLLER, NODE_LIFECYCLE, azure_controller};
use crate::origin::Origin;
use crate::plan::{Autoscaler, Plan};
use crate::text::Text;

/// The name of everything here.
pub(super) const NAME: &str = "gkc-node-lifecycle";
const NAMESPACE: &str = "kube-system";
const RBAC: &str = "rbac.authorization.k8s.io";
const RBAC_VERSION: &str = "rbac.authorization.k8s.io/v1";
/// Where the configuration is mounted.
const FOLDER: &str = "/etc/gkc";
const CONFIG: &str = "azure.json";

/// The controller of the autoscaler's provider; on Hetzner its chart does it, see [`super::autoscaler`].
pub(super) fn objects(plan: &Plan, autoscaler: &Autoscaler) -> Vec<Data> {
    match autoscaler {
        Autoscaler::Hetzner { .. } => Vec::new(),
        Autoscaler::Azure {
            subscription,
            resource_group,
        } => azure(plan, subscription, resource_group),
        Autoscaler::Gcp { .. } => gcp(plan),
    }
}

/// Azure's, with a configuration (cloud-provider-azure.sigs.k8s.io, "Cluster configurations").
fn azure(plan: &Plan, subscription: &Text, resource_group: &Text) -> Vec<Data> {
    let config = map_of([
        entry("cloud", "AzurePublicCloud"),
        entry("subscriptionId", subscription.clone()),
        entry("resourceGroup", resource_group.clone()),
        opt("location", plan.location.as_deref()),
        entry("vmType", "vmss"),
        entry("useManagedIdentityExtension", true),
        entry("useInstanceMetadata", true),
    ]);
    let config = map([
        ("apiVersion", Data::from("v1")),
        ("kind", Data::from("ConfigMap")),
        ("metadata", metadata(NAME, Some(NAMESPACE))),
        ("data", map([(CONFIG, Data::from(json::compact(&config)))])),
    ]);
    let mut objects = rights();
    objects.push(config);
    let controller = azure_controller(plan.kubernetes_minor());
    objects.push(deployment(plan, &controller, true));
    written(objects)
}

/// Google's: it learns the project and the zone from the metadata service.
fn gcp(plan: &Plan) -> Vec<Data> {
    let mut objects = rights();
    objects.extend(config_maps());
    objects.push(deployment(plan, &GCP_CONTROLLER, false));
    written(objects)
}

/// Google's looks for the ConfigMap `ingress-uid` as soon as it starts, by listing all of its namespace
/// (kubernetes/cloud-provider-gcp `providers/gce/gce_clusterid.go`).
fn config_maps() -> [Data; 2] {
    [
        map([
            ("apiVersion", Data::from(RBAC_VERSION)),
            ("kind", Data::from("Role")),
            ("metadata", metadata(NAME, Some(NAMESPACE))),
            ("rules", seq([rule(&[""], &["configmaps"], &["list", "watch"])])),
        ]),
        binding("Role", Some(NAMESPACE)),
    ]
}

fn written(objects: Vec<Data>) -> Vec<Data> {
    let origin = |object: Data| object.with_origin(Origin::Fact("autoscaler"));
    objects.into_iter().map(origin).collect()
}

/// What it may do. Azure's also watches services and endpoint slices, whatever part of it runs.
fn rights() -> Vec<Data> {
    vec![
        map([
            ("apiVersion", Data::from("v1")),
            ("kind", Data::from("ServiceAccount")),
            ("metadata", metadata(NAME, Some(NAMESPACE))),
        ]),
        map([
            ("apiVersion", Data::from(RBAC_VERSION)),
            ("kind", Data::from("ClusterRole")),
            ("metadata", metadata(NAME, None)),
            (
                "rules",
                seq([
                    rule(
                        &[""],
                        &["nodes"],
                        &["get", "list", "watch", "patch", "update", "delete"],
                    ),
                    rule(&[""], &["nodes/status"], &["patch"]),
                    rule(
                        &["", "events.k8s.io"],
                        &["events"],
                        &["create", "patch", "update"],
                    ),
                    rule(&[""], &["services"], &["list", "watch"]),
                    rule(&["discovery.k8s.io"], &["endpointslices"], &["list", "watch"]),
                ]),
            ),
        ]),
        binding("ClusterRole", None),
    ]
}

fn rule(groups: &[&str], resources: &[&str], verbs: &[&str]) -> Data {
    map([
        ("apiGroups", seq(groups.iter().copied())),
        ("resources", seq(resources.iter().copied())),
        ("verbs", seq(verbs.iter().copied())),
    ])
}

/// Gives it the role of that kind, everywhere or in one namespace.
fn binding(role: &str, namespace: Option<&str>) -> Data {
    let subject = map([
        ("kind", Data::from("ServiceAccount")),
        ("name", Data::from(NAME)),
        ("namespace", Data::from(NAMESPACE)),
    ]);
    let named = map([
        ("apiGroup", Data::from(RBAC)),
        ("kind", Data::from(role)),
        ("name", Data::from(NAME)),
    ]);
    map([
        ("apiVersion", Data::from(RBAC_VERSION)),
        ("kind", Data::from(format!("{role}Binding"))),
        ("metadata", metadata(NAME, namespace)),
        ("roleRef", named),
        ("subjects", seq([subject])),
    ])
}

fn deployment(plan: &Plan, controller: &Controller, configured: bool) -> Data {
    let mut command = vec![
        controller.program.to_owned(),
        format!("--cloud-provider={}", controller.provider),
        format!("--controllers={NODE_LIFECYCLE}"),
        "--allocate-node-cidrs=false".into(),
        "--configure-cloud-routes=false".into(),
        // One of it runs, and k3s's own controller has the port.
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
    ];
    if configured {
        command.push(format!("--cloud-config={FOLDER}/{CONFIG}"));
    }
    let env: Vec<Data> = variables(plan, &[])
        .map(|(name, key)| map([("name", Data::from(name)), ("valueFrom", from_secret(key))]))
        .collect();
    let mount = map([
        ("name", Data::from("config")),
        ("mountPath", Data::from(FOLDER)),
        ("readOnly", Data::from(true)),
    ]);
    let volume = map([
        ("name", Data::from("config")),
        ("configMap", map([("name", Data::from(NAME))])),
    ]);
    let container = map_of([
        entry("name", NAME),
        entry(
            "image",
            format!("{}:{}", controller.image, plan.releases.of(controller.product)),
        ),
        entry("command", seq(command)),
        opt("env", (!env.is_empty()).then(|| seq(env))),
        entry("securityContext", root_without_powers()),
        opt("volumeMounts", configured.then(|| seq([mount]))),
    ]);
    let labels = || map([("app.kubernetes.io/name", Data::from(NAME))]);
    let pod = map_of([
        entry("serviceAccountName", NAME),
        entry("priorityClassName", "system-cluster-critical"),
        // The metadata service answers machines, not pods.
        entry("hostNetwork", true),
        entry("dnsPolicy", "Default"),
        entry("nodeSelector", on_servers()),
        entry("tolerations", everywhere()),
        entry("containers", seq([container])),
        opt("volumes", configured.then(|| seq([volume]))),
    ]);
    let template = map([("metadata", map([("labels", labels())])), ("spec", pod)]);
    let spec = map([
        ("replicas", Data::from(1)),
        ("strategy", map([("type", Data::from("Recreate"))])),
        ("selector", map([("matchLabels", labels())])),
        ("template", template),
    ]);
    map([
        ("apiVersion", Data::from("apps/v1")),
        ("kind", Data::from("Deployment")),
        ("metadata", metadata(NAME, Some(NAMESPACE))),
        ("spec", spec),
    ])
}
