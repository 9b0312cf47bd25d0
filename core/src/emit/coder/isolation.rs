//! Who may connect to the server, its database and workspaces, and what workspaces may connect to (coder/coder docs/admin/networking).

use crate::emit::data::{Data, entry, map, map_of, opt, seq};
use crate::emit::isolation::{egress, pods, port};
use crate::emit::kubernetes::{metadata, object};
use crate::facts::coder::{METRICS_PORT, NAMESPACE, POSTGRES_PORT, SERVER_PORT};
use crate::plan::Plan;
use crate::plan::platform::coder::{Coder, Database};

/// The labels of the server's pods, by the chart (helm/libcoder/templates/_helpers.tpl).
const SERVER: &[(&str, &str)] = &[("app.kubernetes.io/name", "coder")];

/// Every policy.
pub(super) fn policies(plan: &Plan, coder: &Coder) -> Vec<Data> {
    let mut policies = vec![server(coder)];
    if let Database::InCluster { .. } = coder.database {
        policies.push(database());
    }
    policies.push(workspaces(plan, coder));
    policies
}

fn policy(name: &str, namespace: &str, selector: Data, types: &[&str], rules: Vec<(&str, Data)>) -> Data {
    let mut spec = map([
        ("podSelector", selector),
        ("policyTypes", seq(types.iter().copied())),
    ]);
    for (key, rules) in rules {
        spec.insert(key, rules);
    }
    object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        metadata(name, Some(namespace)),
        [("spec", spec)],
    )
}

fn of_pods(labels: &[(&str, &str)]) -> Data {
    map([("podSelector", pods(labels))])
}

/// The pods of a namespace: all of them, or those with these labels.
fn of_namespace(name: &str, labels: Option<&[(&str, &str)]>) -> Data {
    let selector = pods(&[("kubernetes.io/metadata.name", name)]);
    map_of([
        entry("namespaceSelector", selector),
        opt("podSelector", labels.map(pods)),
    ])
}

/// k3s's Traefik.
fn traefik() -> Data {
    of_namespace("kube-system", Some(&[("app.kubernetes.io/name", "traefik")]))
}

/// The server: Traefik, agents, and its other replicas, which relay for each other.
fn server(coder: &Coder) -> Data {
    let clients = [
        traefik(),
        of_namespace(&coder.workspaces.namespace, None),
        of_pods(SERVER),
    ];
    let mut rules = vec![map([
        ("from", seq(clients)),
        ("ports", seq([port("TCP", SERVER_PORT)])),
    ])];
    if coder.metrics {
        let anywhere = map([("namespaceSelector", map::<&str>([]))]);
        rules.push(map([
            ("from", seq([anywhere])),
            ("ports", seq([port("TCP", METRICS_PORT)])),
        ]));
    }
    let rules = vec![("ingress", seq(rules))];
    policy("gkc-server", NAMESPACE, pods(SERVER), &["Ingress"], rules)
}

/// The database: the server, and our own jobs.
fn database() -> Data {
    let clients = [of_pods(SERVER), of_pods(super::database::CLIENT)];
    let rule = map([
        ("from", seq(clients)),
        ("ports", seq([port("TCP", POSTGRES_PORT)])),
    ]);
    let selector = pods(&[("app.kubernetes.io/name", super::database::NAME)]);
    let rules = vec![("ingress", seq([rule]))];
    policy("gkc-database", NAMESPACE, selector, &["Ingress"], rules)
}

/// Workspaces: nobody connects to them, since their agents call the server.
fn workspaces(plan: &Plan, coder: &Coder) -> Data {
    let server = of_namespace(NAMESPACE, Some(SERVER));
    let own = vec![
        map([("to", seq([server])), ("ports", seq([port("TCP", SERVER_PORT)]))]),
        // The platform's public name may lead to the machines, and from there to Traefik.
        map([("to", seq([traefik()]))]),
    ];
    let rules = vec![("egress", egress(plan, own))];
    policy(
        "gkc-workspaces",
        &coder.workspaces.namespace,
        map::<&str>([]),
        &["Ingress", "Egress"],
        rules,
    )
    .commented("Nothing connects to workspaces: their agents call the server.")
}
