//! Certificates: the charts that make them, issuers, and Gitpod's own.

use super::kubernetes::{CERT_MANAGER_NAMESPACE, GITPOD, HTTPS_CERTIFICATES, OWN_CA, helm_chart, metadata};
use super::node::{Node, entry, map, map_of, opt, seq};
use super::secrets;
use crate::facts::charts::{
    CERT_MANAGER, DNS01_NAMESERVERS, HETZNER_WEBHOOK, SCALEWAY_WEBHOOK, TRUST_MANAGER, Webhook,
};
use crate::origin::Origin;
use crate::plan::{Certificate, Dns01, Gitpod, Plan};

pub(super) fn cert_manager(plan: &Plan, gitpod: &Gitpod) -> Node {
    let mut values = map([("crds", map([("enabled", Node::from(true))]))]);
    if matches!(gitpod.certificate, Certificate::Acme { .. }) {
        let args = [
            "--dns01-recursive-nameservers-only".to_owned(),
            format!("--dns01-recursive-nameservers={DNS01_NAMESERVERS}"),
        ];
        values.insert("extraArgs", seq(args));
    }
    if let Some(proxy) = &plan.proxy {
        values.insert("http_proxy", proxy.http.clone());
        values.insert("https_proxy", proxy.https.clone());
        values.insert("no_proxy", proxy.no_proxy.clone());
    }
    helm_chart(plan, &CERT_MANAGER, values)
}

pub(super) fn trust_values() -> Node {
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

/// Whether that release mounts a bundle that trust-manager makes.
pub(super) fn needs_trust_manager(gitpod: &Gitpod) -> bool {
    gitpod.release >= crate::facts::gitpod::TRUST_MANAGER
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

pub(super) fn issuers(gitpod: &Gitpod) -> Vec<Node> {
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
        Dns01::Hetzner { .. } => {
            webhook_solver(&HETZNER_WEBHOOK, map([("tokenSecretKeyRef", secret("token"))]))
        }
        Dns01::Scaleway { .. } => webhook_solver(
            &SCALEWAY_WEBHOOK,
            map([
                ("accessKeySecretRef", secret("SCW_ACCESS_KEY")),
                ("secretKeySecretRef", secret("SCW_SECRET_KEY")),
            ]),
        ),
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

/// A solver outside cert-manager (cert-manager.io/docs/configuration/acme/dns01/webhook).
fn webhook_solver(webhook: &Webhook, config: Node) -> Node {
    let webhook = [
        ("groupName", Node::from(webhook.group)),
        ("solverName", Node::from(webhook.solver)),
        ("config", config),
    ];
    map([("webhook", map(webhook))])
}

/// The chart of the solver, where it is not part of cert-manager.
pub(super) fn webhook(gitpod: &Gitpod) -> Option<&'static Webhook> {
    match &gitpod.certificate {
        Certificate::Acme {
            dns01: Dns01::Hetzner { .. },
            ..
        } => Some(&HETZNER_WEBHOOK),
        Certificate::Acme {
            dns01: Dns01::Scaleway { .. },
            ..
        } => Some(&SCALEWAY_WEBHOOK),
        _ => None,
    }
}

pub(super) fn certificate(domain: &str, gitpod: &Gitpod) -> Node {
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
