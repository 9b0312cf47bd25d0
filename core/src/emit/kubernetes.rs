//! Manifests for the cluster, and the script that applies them in an order that works.
//!
//! The stem of a file up to its first dot is the AddOn's name in k3s (pkg/deploy/controller.go), so the names have no further
//! dot and begin with `gkc-`.

use super::artifact::{Consumer, Document, PUBLIC, SCRIPT};
use super::node::{Node, entry, map, map_of, null, opt, seq};
use super::text::Text;
use super::written::Written;
use super::{secrets, yaml};
use crate::facts::charts::{CERT_MANAGER, Chart, DNS01_NAMESERVERS, TRUST_MANAGER};
use crate::facts::gitpod as gitpod_facts;
use crate::facts::providers;
use crate::origin::Origin;
use crate::plan::{Certificate, Dns01, Gitpod, Plan, RecordTarget};
use ipnet::IpNet;

/// The namespace that Gitpod is installed in.
pub(crate) const GITPOD: &str = "gitpod";
/// The namespace of cert-manager, where cluster issuers look for their secrets.
pub(crate) const CERT_MANAGER_NAMESPACE: &str = CERT_MANAGER.namespace;
/// The secret with Gitpod's TLS certificate.
pub(crate) const HTTPS_CERTIFICATES: &str = "https-certificates";
/// The secret with the CA of a self-signed certificate, under the name that KOTS gave it.
pub(crate) const OWN_CA: &str = "ca-issuer-ca";

/// An object's `metadata`.
pub(crate) fn metadata(name: &str, namespace: Option<&str>) -> Node {
    map_of([entry("name", name), opt("namespace", namespace)])
}

/// The manifests and `apply.sh`.
pub(crate) fn documents(plan: &Plan) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut add = |stem: &str, objects: Vec<Node>| {
        let written = yaml::write(&objects, yaml::Style::default());
        let path = format!("k3s/manifests/{stem}.yaml");
        documents.push(Document {
            path,
            written,
            mode: PUBLIC,
            consumer: Consumer::K3s,
        });
    };
    if let (Some(gitpod), Some(domain)) = (&plan.gitpod, &plan.domain) {
        add("gkc-00-namespaces", namespaces());
        add("gkc-10-cert-manager", vec![cert_manager(gitpod)]);
        if needs_trust_manager(gitpod) {
            add(
                "gkc-11-trust-manager",
                vec![helm_chart(&TRUST_MANAGER, map([("app", trust_values())]))],
            );
        }
        let issuers = issuers(gitpod);
        if !issuers.is_empty() {
            add("gkc-20-issuer", issuers);
            add("gkc-21-certificate", vec![certificate(domain, gitpod)]);
        }
        add("gkc-30-network-policy", vec![workspace_policy(plan)]);
    }
    if plan.gitpod.is_some() || !secrets::namespaces(plan).is_empty() {
        let script = Document {
            path: "k3s/apply.sh".into(),
            written: apply_script(plan),
            mode: SCRIPT,
            consumer: Consumer::K3s,
        };
        documents.push(script);
    }
    documents
}

/// Whether that release mounts a bundle that trust-manager makes.
pub(crate) fn needs_trust_manager(gitpod: &Gitpod) -> bool {
    gitpod.release >= gitpod_facts::TRUST_MANAGER
}

fn namespaces() -> Vec<Node> {
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

/// A chart for k3s's helm controller. The conservative subset of its fields, which every supported k3s knows; `abort`, since
/// the default would uninstall a chart whose upgrade fails, and with it what it holds.
fn helm_chart(chart: &Chart, values: Node) -> Node {
    let spec = map([
        ("repo", Node::from(chart.repo)),
        ("chart", Node::from(chart.name)),
        ("version", Node::from(chart.version)),
        ("targetNamespace", Node::from(chart.namespace)),
        ("failurePolicy", Node::from("abort")),
        ("valuesContent", Node::from(yaml::write_one(&values).text)),
    ]);
    map([
        ("apiVersion", Node::from("helm.cattle.io/v1")),
        ("kind", Node::from("HelmChart")),
        ("metadata", metadata(chart.name, Some("kube-system"))),
        ("spec", spec),
    ])
    .from_origin(Origin::Fact("charts"))
}

fn cert_manager(gitpod: &Gitpod) -> Node {
    let mut values = map([("crds", map([("enabled", Node::from(true))]))]);
    if matches!(gitpod.certificate, Certificate::Acme { .. }) {
        let args = [
            "--dns01-recursive-nameservers-only".to_owned(),
            format!("--dns01-recursive-nameservers={DNS01_NAMESERVERS}"),
        ];
        values.insert("extraArgs", seq(args));
    }
    helm_chart(&CERT_MANAGER, values)
}

fn trust_values() -> Node {
    map([("trust", map([("namespace", Node::from(TRUST_MANAGER.namespace))]))])
}

fn cert_manager_object(kind: &str, name: &str, namespace: Option<&str>, spec: Node) -> Node {
    map([
        ("apiVersion", Node::from("cert-manager.io/v1")),
        ("kind", Node::from(kind)),
        ("metadata", metadata(name, namespace)),
        ("spec", spec),
    ])
}

/// Where the CA of a self-signed certificate is kept: trust-manager and cluster issuers read secrets of cert-manager's
/// namespace only, older releases of Gitpod those of its own.
pub(crate) fn ca_namespace(gitpod: &Gitpod) -> &'static str {
    if needs_trust_manager(gitpod) {
        CERT_MANAGER_NAMESPACE
    } else {
        GITPOD
    }
}

/// The issuer of Gitpod's certificate: its kind and name.
fn issuer_of(gitpod: &Gitpod) -> (&'static str, &'static str) {
    match (&gitpod.certificate, needs_trust_manager(gitpod)) {
        (Certificate::SelfSigned, false) => ("Issuer", "gitpod-ca"),
        (Certificate::SelfSigned, true) => ("ClusterIssuer", "gitpod-ca"),
        _ => ("ClusterIssuer", "gitpod-acme"),
    }
}

fn issuers(gitpod: &Gitpod) -> Vec<Node> {
    match &gitpod.certificate {
        Certificate::Provided { .. } => Vec::new(),
        Certificate::SelfSigned => self_signed(gitpod),
        Certificate::Acme {
            email,
            production,
            dns01,
        } => vec![acme(email.as_deref(), *production, dns01)],
    }
}

/// A CA that signs itself, and an issuer that signs with it.
fn self_signed(gitpod: &Gitpod) -> Vec<Node> {
    let (kind, name) = issuer_of(gitpod);
    let namespace = ca_namespace(gitpod);
    let of = (kind == "Issuer").then_some(namespace);
    let root = "gitpod-self-signed";
    let ca = map([
        ("isCA", Node::from(true)),
        ("commonName", Node::from("gitpod-ca")),
        ("secretName", Node::from(OWN_CA)),
        ("duration", Node::from("87600h")),
        (
            "privateKey",
            map([("algorithm", Node::from("ECDSA")), ("size", Node::from(256))]),
        ),
        ("issuerRef", issuer_ref(kind, root)),
    ]);
    vec![
        cert_manager_object(kind, root, of, map([("selfSigned", map::<&str>([]))])),
        cert_manager_object("Certificate", OWN_CA, Some(namespace), ca),
        cert_manager_object(
            kind,
            name,
            of,
            map([("ca", map([("secretName", Node::from(OWN_CA))]))]),
        ),
    ]
}

fn issuer_ref(kind: &str, name: &str) -> Node {
    map([
        ("group", Node::from("cert-manager.io")),
        ("kind", Node::from(kind)),
        ("name", Node::from(name)),
    ])
}

fn acme(email: Option<&str>, production: bool, dns01: &Dns01) -> Node {
    let host = if production {
        "acme-v02"
    } else {
        "acme-staging-v02"
    };
    let account = map_of([
        opt("email", email),
        entry("server", format!("https://{host}.api.letsencrypt.org/directory")),
        entry(
            "privateKeySecretRef",
            map([("name", Node::from("gitpod-acme-account"))]),
        ),
        entry("solvers", seq([map([("dns01", solver(dns01))])])),
    ]);
    cert_manager_object("ClusterIssuer", issuer_of_acme(), None, map([("acme", account)]))
        .from_origin(Origin::Default("certificate.acme"))
}

const fn issuer_of_acme() -> &'static str {
    "gitpod-acme"
}

/// A DNS-01 solver as cert-manager's API has it (cert-manager.io/docs/configuration/acme/dns01).
fn solver(dns01: &Dns01) -> Node {
    let secret = |key: &str| map([("name", Node::from(secrets::DNS01)), ("key", Node::from(key))]);
    match dns01 {
        Dns01::Cloudflare { .. } => map([("cloudflare", map([("apiTokenSecretRef", secret("api-token"))]))]),
        Dns01::Route53 {
            region,
            hosted_zone_id,
            ..
        } => {
            let route53 = map_of([
                entry("region", region),
                entry("accessKeyIDSecretRef", secret("access-key-id")),
                entry("secretAccessKeySecretRef", secret("secret-access-key")),
                opt("hostedZoneID", hosted_zone_id.as_deref()),
            ]);
            map([("route53", route53)])
        }
        Dns01::CloudDns { project, .. } => {
            let cloud_dns = [
                ("project", Node::from(project)),
                ("serviceAccountSecretRef", secret("key.json")),
            ];
            map([("cloudDNS", map(cloud_dns))])
        }
        Dns01::AzureDns {
            subscription,
            tenant,
            client,
            resource_group,
            zone,
            ..
        } => {
            let azure = [
                ("subscriptionID", Node::from(subscription)),
                ("tenantID", Node::from(tenant)),
                ("clientID", Node::from(client)),
                ("clientSecretSecretRef", secret("client-secret")),
                ("resourceGroupName", Node::from(resource_group)),
                ("hostedZoneName", Node::from(zone)),
            ];
            map([("azureDNS", map(azure))])
        }
        Dns01::DigitalOcean { .. } => {
            map([("digitalocean", map([("tokenSecretRef", secret("access-token"))]))])
        }
        Dns01::Rfc2136 {
            nameserver,
            tsig_key_name,
            tsig_algorithm,
            ..
        } => {
            let rfc2136 = [
                ("nameserver", Node::from(nameserver)),
                ("tsigKeyName", Node::from(tsig_key_name)),
                ("tsigAlgorithm", Node::from(tsig_algorithm)),
                ("tsigSecretSecretRef", secret("tsig-secret")),
            ];
            map([("rfc2136", map(rfc2136))])
        }
    }
}

fn certificate(domain: &str, gitpod: &Gitpod) -> Node {
    let (kind, name) = issuer_of(gitpod);
    let spec = map([
        ("secretName", Node::from(HTTPS_CERTIFICATES)),
        (
            "secretTemplate",
            map([("labels", map([("app", Node::from("gitpod"))]))]),
        ),
        ("issuerRef", issuer_ref(kind, name)),
        ("dnsNames", seq(crate::plan::gitpod_names(domain))),
    ]);
    cert_manager_object("Certificate", HTTPS_CERTIFICATES, Some(GITPOD), spec)
        .commented("A wildcard covers one level only: workspaces need a name of their own.")
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
    let nodes = plan.networks.nodes;
    let kept = providers::facts(plan.provider).metadata.iter();
    let kept = kept.map(|address| IpNet::from(*address)).chain([nodes]);
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
fn apply_script(plan: &Plan) -> Written {
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
    for namespace in secrets::namespaces(plan) {
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
    }
    line("say 'done'");
    Written::of(Text::lit(script), None)
}

/// A record's target for people and for Terraform.
pub(crate) fn target_word(target: &RecordTarget) -> (&'static str, Node) {
    match target {
        RecordTarget::Address(text) => ("address", Node::from(text.clone())),
        RecordTarget::Nodes => ("nodes", null()),
        RecordTarget::Servers => ("servers", null()),
    }
}
