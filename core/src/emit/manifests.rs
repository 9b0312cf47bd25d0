//! Manifests for the cluster, and the script that applies them in an order that works.
//!
//! The stem of a file up to its first dot is the AddOn's name in k3s (pkg/deploy/controller.go), so the names have no further
//! dot and begin with `gkc-`.

use super::certificates::{self, needs_trust_manager};
use super::document::{Document, DocumentKind};
use super::kubernetes::{CERT_MANAGER_NAMESPACE, GITPOD, HTTPS_CERTIFICATES, helm_chart, metadata};
use super::node::{Node, entry, map, map_of, opt, seq};
use super::written::Written;
use super::{autoscaler, backup, node_lifecycle, yaml};
use crate::facts::autoscaler::CLUSTER_AUTOSCALER;
use crate::facts::charts::{CERT_MANAGER, Chart, TRUST_MANAGER};
use crate::facts::providers;
use crate::plan::{Certificate, Plan};
use crate::text::Text;
use ipnet::IpNet;
use std::collections::BTreeSet;

/// The manifests and `apply.sh`.
pub(crate) fn documents(plan: &Plan, namespaces: &BTreeSet<&'static str>) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut add = |stem: &str, objects: Vec<Node>| {
        let written = yaml::write(&objects, yaml::Style::default());
        let path = format!("k3s/manifests/{stem}.yaml");
        documents.push(Document::new(DocumentKind::Manifests, path, written));
    };
    if let (Some(gitpod), Some(domain)) = (&plan.gitpod, &plan.domain) {
        add("gkc-00-namespaces", namespace_objects());
        add(
            "gkc-10-cert-manager",
            vec![certificates::cert_manager(plan, gitpod)],
        );
        if needs_trust_manager(gitpod) {
            add(
                "gkc-11-trust-manager",
                vec![helm_chart(
                    plan,
                    &TRUST_MANAGER,
                    map([("app", certificates::trust_values())]),
                )],
            );
        }
        if let Some(webhook) = certificates::webhook(gitpod) {
            add(
                "gkc-12-dns01-webhook",
                vec![helm_chart(
                    plan,
                    &webhook.chart,
                    map([("groupName", Node::from(webhook.group))]),
                )],
            );
        }
        let issuers = certificates::issuers(gitpod);
        if !issuers.is_empty() {
            add("gkc-20-issuer", issuers);
            add(
                "gkc-21-certificate",
                vec![certificates::certificate(domain, gitpod)],
            );
        }
        add("gkc-30-network-policy", vec![workspace_policy(plan)]);
        if let Some(backup) = &gitpod.database_backup {
            add("gkc-40-database-backup", vec![backup::cron_job(backup)]);
        }
    }
    if let Some(found) = &plan.autoscaler {
        let mut objects = autoscaler::objects(plan, found);
        objects.extend(node_lifecycle::objects(plan, found));
        add("gkc-50-autoscaler", objects);
    }
    if plan.gitpod.is_some() || plan.autoscaler.is_some() || !namespaces.is_empty() {
        documents.push(Document::new(
            DocumentKind::ApplyScript,
            "k3s/apply.sh",
            apply_script(plan, namespaces),
        ));
    }
    documents
}

fn namespace_objects() -> Vec<Node> {
    let namespace = |name: &str, level: Option<&str>| {
        let mut meta = metadata(name, None);
        if let Some(level) = level {
            meta.insert(
                "labels",
                map([("pod-security.kubernetes.io/enforce", Node::from(level))]),
            );
        }
        map([
            ("apiVersion", Node::from("v1")),
            ("kind", Node::from("Namespace")),
            ("metadata", meta),
        ])
    };
    let gitpod = namespace(GITPOD, Some("privileged"));
    vec![
        namespace(CERT_MANAGER_NAMESPACE, None),
        gitpod.commented("ws-daemon mounts paths of the host and runs privileged."),
    ]
}

/// Keeps workspaces from the metadata service, where join tokens are, and from the machines. Policies add up: what Gitpod's
/// own policy allows stays allowed.
fn workspace_policy(plan: &Plan) -> Node {
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
    let (four, six): (Vec<IpNet>, Vec<IpNet>) = kept.partition(|range| range.addr().is_ipv4());
    let words = |ranges: Vec<IpNet>| ranges.iter().map(IpNet::to_string).collect();
    let dns = |protocol: &str| map([("protocol", Node::from(protocol)), ("port", Node::from(53))]);
    let spec = map([
        (
            "podSelector",
            map([("matchLabels", map([("component", Node::from("workspace"))]))]),
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
        ("apiVersion", Node::from("networking.k8s.io/v1")),
        ("kind", Node::from("NetworkPolicy")),
        ("metadata", metadata("gkc-workspaces", Some(GITPOD))),
        ("spec", spec),
    ])
    .commented(
        "Keeps workspaces from the metadata service and the machines, as far as no other policy allows it.",
    )
}

/// `apply.sh`: the static part is a script of its own, which shellcheck sees too.
fn apply_script(plan: &Plan, namespaces: &BTreeSet<&'static str>) -> Written {
    let mut script = String::from("#!/bin/sh\nset -eu\n");
    script.push_str(include_str!("scripts/apply.sh"));
    script.push('\n');
    let mut line = |text: &str| {
        script.push_str(text);
        script.push('\n');
    };
    if plan.gitpod.is_some() {
        line("apply \"$here/k3s/manifests/gkc-00-namespaces.yaml\"");
    }
    for namespace in namespaces {
        line(&format!("apply \"$here/secrets/{namespace}.yaml\""));
    }
    if let Some(gitpod) = &plan.gitpod {
        let chart_done = |line: &mut dyn FnMut(&str), chart: &Chart, crd: &str| {
            let crd = format!("crd/{crd}");
            line(&format!(
                "wait_until '{}: its CRDs' kubectl get {crd}",
                chart.name
            ));
        };
        line("apply \"$here/k3s/manifests/gkc-10-cert-manager.yaml\"");
        chart_done(&mut line, &CERT_MANAGER, "certificates.cert-manager.io");
        let rollout = |name: &str| {
            format!("kubectl -n {CERT_MANAGER_NAMESPACE} rollout status deploy/{name} --timeout=10s")
        };
        line(&format!(
            "wait_until 'cert-manager: its webhook' {}",
            rollout("cert-manager-webhook")
        ));
        if needs_trust_manager(gitpod) {
            line("apply \"$here/k3s/manifests/gkc-11-trust-manager.yaml\"");
            chart_done(&mut line, &TRUST_MANAGER, "bundles.trust.cert-manager.io");
            line(&format!(
                "wait_until 'trust-manager' {}",
                rollout("trust-manager")
            ));
        }
        if let Some(webhook) = certificates::webhook(gitpod) {
            line("apply \"$here/k3s/manifests/gkc-12-dns01-webhook.yaml\"");
            let available = format!(
                "kubectl wait --for=condition=Available apiservice/v1alpha1.{} --timeout=10s",
                webhook.group
            );
            line(&format!("wait_until 'the DNS-01 webhook' {available}"));
        }
        if !matches!(gitpod.certificate, Certificate::Provided { .. }) {
            line(
                "apply \"$here/k3s/manifests/gkc-20-issuer.yaml\" \"$here/k3s/manifests/gkc-21-certificate.yaml\"",
            );
            let ready = format!(
                "kubectl -n {GITPOD} wait --for=condition=Ready certificate/{HTTPS_CERTIFICATES} --timeout=10s"
            );
            line(&format!("wait_until 'the certificate' {ready}"));
        }
        line("apply \"$here/k3s/manifests/gkc-30-network-policy.yaml\"");
        if gitpod.database_backup.is_some() {
            line("apply \"$here/k3s/manifests/gkc-40-database-backup.yaml\"");
        }
    }
    if plan.autoscaler.is_some() {
        line("apply \"$here/k3s/manifests/gkc-50-autoscaler.yaml\"");
    }
    if autoscaler::has_secret(plan) {
        // It reads that once.
        let Chart { namespace, name, .. } = CLUSTER_AUTOSCALER;
        line(&format!(
            "if kubectl -n {namespace} get deploy/{name} >/dev/null 2>&1; then"
        ));
        line(&format!("  kubectl -n {namespace} rollout restart deploy/{name}"));
        line("fi");
    }
    line("say 'done'");
    Written::of(Text::lit(script), None)
}
