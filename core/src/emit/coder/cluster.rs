//! Namespaces, what the server may do in that of workspaces, and k3s's Traefik.

use crate::emit::data::{Data, Kind, map, seq};
use crate::emit::kubernetes::{CERT_MANAGER_NAMESPACE, metadata, namespace, object};
use crate::emit::yaml;
use crate::facts::coder::{NAMESPACE, SERVICE_ACCOUNT};
use crate::model::TemplateKind;
use crate::plan::platform::coder::Coder;

/// What the server may do in the namespace of workspaces, by the name of its role.
const ROLE: &str = "coder-workspaces";

pub(super) fn namespaces(coder: &Coder) -> Vec<Data> {
    let workspaces = &coder.workspaces;
    let of_workspaces = match workspaces.template {
        TemplateKind::Envbox => namespace(&workspaces.namespace, Some("privileged"))
            .commented("The outer container of envbox is privileged."),
        TemplateKind::Kubernetes | TemplateKind::None => namespace(&workspaces.namespace, Some("restricted")),
    };
    vec![
        namespace(CERT_MANAGER_NAMESPACE, None),
        namespace(NAMESPACE, Some("restricted")),
        of_workspaces,
    ]
}

/// Role and binding, which the chart would write too, but in some releases although it is told not to, and in others not although it is
/// told to (coder/coder #20562); and the quota.
pub(super) fn workspaces(coder: &Coder) -> Vec<Data> {
    const VERBS: [&str; 8] = [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];
    const RBAC: &str = "rbac.authorization.k8s.io";
    let version = format!("{RBAC}/v1");
    let of = &coder.workspaces.namespace;
    let rule = |group: &str, resources: &[&str]| {
        map([
            ("apiGroups", seq([group])),
            ("resources", seq(resources.iter().copied())),
            ("verbs", seq(VERBS)),
        ])
    };
    let rules = seq([
        rule("", &["pods", "persistentvolumeclaims"]),
        rule("apps", &["deployments"]),
    ]);
    let role = map([
        ("apiGroup", Data::from(RBAC)),
        ("kind", Data::from("Role")),
        ("name", Data::from(ROLE)),
    ]);
    let subject = map([
        ("kind", Data::from("ServiceAccount")),
        ("name", Data::from(SERVICE_ACCOUNT)),
        ("namespace", Data::from(NAMESPACE)),
    ]);
    let most = coder.workspaces.max_pods.to_string();
    let hard = [
        ("persistentvolumeclaims", most.as_str()),
        ("pods", most.as_str()),
        ("services.loadbalancers", "0"),
        ("services.nodeports", "0"),
    ];
    let hard = map([("hard", map(hard.map(|(key, value)| (key, Data::from(value)))))]);
    vec![
        object(&version, "Role", metadata(ROLE, Some(of)), [("rules", rules)]),
        object(
            &version,
            "RoleBinding",
            metadata(ROLE, Some(of)),
            [("roleRef", role), ("subjects", seq([subject]))],
        ),
        object("v1", "ResourceQuota", metadata(ROLE, Some(of)), [("spec", hard)]),
    ]
}

/// HTTP is redirected, and requests may take longer than a minute: uploads, and connections that are upgraded (traefik/traefik#10531). By
/// arguments, since the keys of Traefik's chart differ between releases of k3s.
pub(super) fn traefik() -> Data {
    let arguments = [
        "--entryPoints.web.http.redirections.entryPoint.to=:443",
        "--entryPoints.web.http.redirections.entryPoint.scheme=https",
        "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=0",
    ];
    let values = map([("additionalArguments", seq(arguments))]);
    let spec = Data::new(Kind::Map(vec![(
        "valuesContent".to_owned(),
        yaml::write_one(&values).text.into(),
    )]));
    object(
        "helm.cattle.io/v1",
        "HelmChartConfig",
        metadata("traefik", Some("kube-system")),
        [("spec", spec)],
    )
}
