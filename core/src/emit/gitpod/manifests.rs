//! Gitpod's manifests, and the lines that apply them in an order that works.

use super::{NAMESPACE, backup};
use crate::emit::certificates::{self, Order};
use crate::emit::data::{Data, entry, map, map_of, opt, seq};
use crate::emit::kubernetes::{CERT_MANAGER_NAMESPACE, apply_line, metadata};
use crate::facts::providers;
use crate::facts::tailscale::TAILNET_RANGES;
use crate::plan::platform::gitpod::Gitpod;
use crate::plan::{Plan, parse_cidr};
use ipnet::IpNet;

/// The manifests, each with the stem of its file.
pub(super) fn manifests(plan: &Plan, gitpod: &Gitpod, order: &Order<'_>) -> Vec<(&'static str, Vec<Data>)> {
    let mut manifests = vec![("gkc-00-namespaces", namespace_objects())];
    manifests.extend(certificates::manifests(plan, order));
    manifests.push(("gkc-30-network-policy", vec![workspace_policy(plan)]));
    if let Some(backup) = &gitpod.database_backup {
        manifests.push(("gkc-40-database-backup", vec![backup::cron_job(plan, backup)]));
    }
    manifests
}

/// What secrets need to be there.
pub(super) fn prepare() -> Vec<String> {
    vec![apply_line(&["gkc-00-namespaces"])]
}

/// What comes after the secrets.
pub(super) fn apply(gitpod: &Gitpod, order: &Order<'_>) -> Vec<String> {
    let mut lines = certificates::apply(order);
    lines.push(apply_line(&["gkc-30-network-policy"]));
    if gitpod.database_backup.is_some() {
        lines.push(apply_line(&["gkc-40-database-backup"]));
    }
    lines
}

fn namespace_objects() -> Vec<Data> {
    let namespace = |name: &str, level: Option<&str>| {
        let mut meta = metadata(name, None);
        if let Some(level) = level {
            meta.insert(
                "labels",
                map([("pod-security.kubernetes.io/enforce", Data::from(level))]),
            );
        }
        map([
            ("apiVersion", Data::from("v1")),
            ("kind", Data::from("Namespace")),
            ("metadata", meta),
        ])
    };
    let gitpod = namespace(NAMESPACE, Some("privileged"));
    vec![
        namespace(CERT_MANAGER_NAMESPACE, None),
        gitpod.commented("ws-daemon is privileged and mounts host paths."),
    ]
}

/// Keeps workspaces from the metadata service, where join tokens are, from the machines and from the tailnet. Policies add up: what Gitpod's
/// own policy allows stays allowed.
fn workspace_policy(plan: &Plan) -> Data {
    let block = |cidr: &str, except: Vec<String>| {
        let block = map_of([
            entry("cidr", cidr),
            opt("except", (!except.is_empty()).then(|| seq(except))),
        ]);
        map([("ipBlock", block)])
    };
    let kept = providers::facts(plan.provider).metadata.iter();
    let kept = kept.map(|address| IpNet::from(*address));
    let kept = kept.chain(plan.networks.nodes.iter().copied());
    // What leaves a machine for the tailnet has the machine's address there, whoever sent it.
    let tailnet = plan.tailnet.iter().flat_map(|_| TAILNET_RANGES);
    let kept = kept.chain(tailnet.filter_map(parse_cidr));
    let (four, six): (Vec<IpNet>, Vec<IpNet>) = kept.partition(|range| range.addr().is_ipv4());
    let words = |ranges: Vec<IpNet>| ranges.iter().map(IpNet::to_string).collect();
    let dns = |protocol: &str| map([("protocol", Data::from(protocol)), ("port", Data::from(53))]);
    let spec = map([
        (
            "podSelector",
            map([("matchLabels", map([("component", Data::from("workspace"))]))]),
        ),
        ("policyTypes", seq(["Egress"])),
        (
            "egress",
            seq([
                map([(
                    "to",
                    seq([block("0.0.0.0/0", words(four)), block("::/0", words(six))]),
                )]),
                map([
                    ("to", seq([map([("namespaceSelector", map::<&str>([]))])])),
                    ("ports", seq([dns("UDP"), dns("TCP")])),
                ]),
            ]),
        ),
    ]);
    map([
        ("apiVersion", Data::from("networking.k8s.io/v1")),
        ("kind", Data::from("NetworkPolicy")),
        ("metadata", metadata("gkc-workspaces", Some(NAMESPACE))),
        ("spec", spec),
    ])
    .commented(format!(
        "Blocks workspaces from the metadata service{} the machines, unless another policy allows it.",
        if plan.tailnet.is_some() {
            ", the tailnet and"
        } else {
            " and"
        }
    ))
}
