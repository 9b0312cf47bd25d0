//! What Coder adds to a tree.

mod cluster;
mod database;
mod door;
mod env;
mod guide;
mod isolation;
mod secrets;
mod template;
mod values;

use super::certificates::{self, Order};
use super::data::{Data, map, seq};
use super::kubernetes::{apply_line, helm_chart};
use super::parts::Parts;
use crate::facts::coder::{CHART, NAMESPACE};
use crate::plan::Plan;
use crate::plan::platform::coder::{Coder, Database};

/// The secret with its TLS certificate.
const TLS: &str = "coder-tls";
/// The secret with the CA of a self-signed certificate.
const OWN_CA: &str = "coder-ca";

/// Everything that it adds; nothing without a domain, which is an error of the configuration.
pub(super) fn parts(plan: &Plan, coder: &Coder) -> Parts {
    let Some(domain) = &plan.domain else {
        return Parts::default();
    };
    let order = order(plan, coder);
    Parts {
        secrets: secrets::secrets(plan, coder, &order),
        manifests: manifests(plan, coder, domain, &order),
        prepare: vec![apply_line(&["gkc-00-namespaces"])],
        apply: apply(coder, &order),
        documents: template::documents(plan, coder),
        guide: guide::guide(plan, coder, domain, &order),
        ignored: &[],
    }
}

/// The certificate that it serves with.
fn order<'p>(plan: &'p Plan, coder: &'p Coder) -> Order<'p> {
    Order {
        certificate: &coder.certificate,
        prefix: "coder",
        namespace: NAMESPACE,
        secret: TLS,
        labels: &[("app.kubernetes.io/part-of", "coder")],
        names: &plan.needs.names,
        own_ca: OWN_CA,
        bundles: false,
    }
}

/// The manifests, each with the stem of its file.
fn manifests(plan: &Plan, coder: &Coder, domain: &str, order: &Order<'_>) -> Vec<(&'static str, Vec<Data>)> {
    let mut manifests = vec![("gkc-00-namespaces", cluster::namespaces(coder))];
    manifests.extend(certificates::manifests(plan, order));
    manifests.push(("gkc-25-traefik", vec![cluster::traefik()]));
    manifests.push(("gkc-30-network-policy", isolation::policies(plan, coder)));
    if let Database::InCluster { .. } = coder.database {
        manifests.push(("gkc-31-database", database::objects(plan)));
    }
    if let Some(backup) = &coder.database_backup {
        manifests.push(("gkc-40-database-backup", vec![database::backup(plan, backup)]));
    }
    manifests.push(("gkc-41-workspaces", cluster::workspaces(coder)));
    let mut server = Vec::new();
    if let Some(mirror) = plan.k3s.airgap.as_ref() {
        server.push(template::providers(mirror));
    }
    server.push(helm_chart(plan, &CHART, values::values(plan, coder, domain)));
    manifests.push(("gkc-50-coder", server));
    manifests.push(("gkc-51-owner", vec![door::owner(plan, coder)]));
    manifests.push(("gkc-60-ingress", vec![door::ingress(domain)]));
    manifests
}

/// What comes after the secrets. The door is the last: whoever comes first to a server without users owns it.
fn apply(coder: &Coder, order: &Order<'_>) -> Vec<String> {
    let mut lines = certificates::apply(order);
    lines.push(apply_line(&["gkc-25-traefik", "gkc-30-network-policy"]));
    if let Database::InCluster { .. } = coder.database {
        lines.push(apply_line(&["gkc-31-database"]));
        lines.push(format!(
            "wait_until 'PostgreSQL' kubectl -n {NAMESPACE} rollout status statefulset/{} --timeout=10s",
            database::NAME
        ));
    }
    if coder.database_backup.is_some() {
        lines.push(apply_line(&["gkc-40-database-backup"]));
    }
    lines.push(apply_line(&["gkc-41-workspaces"]));
    lines.extend(door::apply());
    lines
}

/// What every container may do in a namespace that takes only restricted pods (Kubernetes docs, "Pod Security Standards").
fn restricted() -> Data {
    map([
        ("allowPrivilegeEscalation", Data::from(false)),
        ("capabilities", map([("drop", seq(["ALL"]))])),
    ])
}

/// The same of a pod, which runs as that user and group.
fn restricted_pod(user: u32) -> Data {
    map([
        ("runAsNonRoot", Data::from(true)),
        ("runAsUser", Data::from(user)),
        ("runAsGroup", Data::from(user)),
        ("fsGroup", Data::from(user)),
        ("fsGroupChangePolicy", Data::from("OnRootMismatch")),
        ("seccompProfile", map([("type", Data::from("RuntimeDefault"))])),
    ])
}

/// Where its pods run.
fn node_selector() -> Data {
    map([(crate::facts::coder::CONTROL_LABEL, Data::from("true"))])
}
