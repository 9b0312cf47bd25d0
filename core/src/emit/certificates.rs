//! Certificates: the charts that make them, issuers, and the one that a platform serves with.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::kubernetes::{CERT_MANAGER_NAMESPACE, apply_line, helm_chart, metadata};
use super::secrets::{self, Secret};
use crate::facts::charts::{CERT_MANAGER, Chart, HETZNER_WEBHOOK, SCALEWAY_WEBHOOK, TRUST_MANAGER, Webhook};
use crate::origin::Origin;
use crate::plan::{Certificate, Dns01, Plan, Proxy, ServedName};
use crate::text::Text;

/// The secret with the DNS provider's credentials.
const DNS01: &str = "dns01-credentials";

/// A certificate that a platform serves with.
pub(super) struct Order<'p> {
    /// Where it comes from.
    pub certificate: &'p Certificate,
    /// What the names of issuers begin with.
    pub prefix: &'static str,
    /// Its namespace.
    pub namespace: &'static str,
    /// Its secret.
    pub secret: &'static str,
    /// The labels of that.
    pub labels: &'static [(&'static str, &'static str)],
    /// The names that it covers.
    pub names: &'p [ServedName],
    /// The secret with the CA, where the cluster signs it.
    pub own_ca: &'static str,
    /// Whether trust-manager hands the CA to pods.
    pub bundles: bool,
}

impl Order<'_> {
    /// Where the CA of a self-signed certificate is kept: trust-manager and cluster issuers read secrets of cert-manager's
    /// namespace only.
    pub fn ca_namespace(&self) -> &'static str {
        if self.bundles {
            CERT_MANAGER_NAMESPACE
        } else {
            self.namespace
        }
    }

    /// The issuer of the certificate: its kind and name.
    fn issuer(&self) -> (&'static str, String) {
        let kind = match (self.certificate, self.bundles) {
            (Certificate::SelfSigned, false) => "Issuer",
            _ => "ClusterIssuer",
        };
        let name = match self.certificate {
            Certificate::SelfSigned => "ca",
            _ => "acme",
        };
        (kind, format!("{}-{name}", self.prefix))
    }

    /// The chart of the solver, where it is not part of cert-manager.
    fn webhook(&self) -> Option<&'static Webhook> {
        let Certificate::Acme { dns01, .. } = self.certificate else {
            return None;
        };
        dns01.webhook()
    }
}

/// The manifests that make it, each with the stem of its file.
pub(super) fn manifests(plan: &Plan, order: &Order<'_>) -> Vec<(&'static str, Vec<Data>)> {
    let mut manifests = vec![("gkc-10-cert-manager", vec![cert_manager(plan, order)])];
    if order.bundles {
        let values = map([("app", trust_values())]);
        manifests.push((
            "gkc-11-trust-manager",
            vec![helm_chart(plan, &TRUST_MANAGER, values)],
        ));
    }
    if let Some(webhook) = order.webhook() {
        let values = map_of([
            entry("groupName", webhook.group),
            opt(
                "env",
                plan.proxy.as_ref().filter(|_| webhook.has_env).map(proxy_env),
            ),
        ]);
        manifests.push((
            "gkc-12-dns01-webhook",
            vec![helm_chart(plan, &webhook.chart, values)],
        ));
    }
    let issuers = issuers(order);
    if !issuers.is_empty() {
        manifests.push(("gkc-20-issuer", issuers));
        manifests.push(("gkc-21-certificate", vec![certificate(order)]));
    }
    manifests
}

/// The lines of `apply.sh` that make it and wait for it.
pub(super) fn apply(order: &Order<'_>) -> Vec<String> {
    let chart_done =
        |chart: &Chart, crd: &str| format!("wait_until '{}: its CRDs' kubectl get crd/{crd}", chart.name);
    let rollout = |name: &str| {
        format!("kubectl -n {CERT_MANAGER_NAMESPACE} rollout status deploy/{name} --timeout=10s")
    };
    let mut lines = vec![
        apply_line(&["gkc-10-cert-manager"]),
        chart_done(&CERT_MANAGER, "certificates.cert-manager.io"),
        format!(
            "wait_until 'cert-manager: its webhook' {}",
            rollout("cert-manager-webhook")
        ),
    ];
    if order.bundles {
        lines.extend([
            apply_line(&["gkc-11-trust-manager"]),
            chart_done(&TRUST_MANAGER, "bundles.trust.cert-manager.io"),
            format!("wait_until 'trust-manager' {}", rollout("trust-manager")),
        ]);
    }
    if let Some(webhook) = order.webhook() {
        lines.extend([
            apply_line(&["gkc-12-dns01-webhook"]),
            format!(
                "wait_until 'the DNS-01 webhook' kubectl wait --for=condition=Available apiservice/v1alpha1.{} --timeout=10s",
                webhook.group
            ),
        ]);
    }
    if !matches!(order.certificate, Certificate::Provided { .. }) {
        lines.extend([
            apply_line(&["gkc-20-issuer", "gkc-21-certificate"]),
            format!(
                "wait_until 'the certificate' kubectl -n {} wait --for=condition=Ready certificate/{} --timeout=10s",
                order.namespace, order.secret
            ),
        ]);
    }
    lines
}

/// The secrets that it needs.
pub(super) fn secrets(order: &Order<'_>) -> Vec<Secret> {
    match order.certificate {
        Certificate::SelfSigned => Vec::new(),
        Certificate::Provided { cert, key } => {
            let data = [("tls.crt", cert.clone()), ("tls.key", key.clone())];
            let secret = Secret::new(order.namespace, order.secret, secrets::TLS, data);
            vec![secret.labelled(order.labels)]
        }
        Certificate::Acme { dns01, .. } => {
            vec![Secret::new(
                CERT_MANAGER_NAMESPACE,
                DNS01,
                secrets::OPAQUE,
                dns01_data(dns01),
            )]
        }
    }
}

fn cert_manager(plan: &Plan, order: &Order<'_>) -> Data {
    let mut values = map([("crds", map([("enabled", Data::from(true))]))]);
    if let Certificate::Acme { nameservers, .. } = order.certificate {
        let args = [
            "--dns01-recursive-nameservers-only".to_owned(),
            format!("--dns01-recursive-nameservers={}", nameservers.join(",")),
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

/// Variables of a pod, by their names.
fn proxy_env(proxy: &Proxy) -> Data {
    let variables = [
        ("HTTP_PROXY", &proxy.http),
        ("HTTPS_PROXY", &proxy.https),
        ("NO_PROXY", &proxy.no_proxy),
    ];
    map(variables.map(|(name, value)| (name, map([("value", Data::from(value.clone()))]))))
}

fn trust_values() -> Data {
    map([("trust", map([("namespace", Data::from(TRUST_MANAGER.namespace))]))])
}

fn cert_manager_object(kind: &str, name: &str, namespace: Option<&str>, spec: Data) -> Data {
    map([
        ("apiVersion", Data::from("cert-manager.io/v1")),
        ("kind", Data::from(kind)),
        ("metadata", metadata(name, namespace)),
        ("spec", spec),
    ])
}

fn issuers(order: &Order<'_>) -> Vec<Data> {
    match order.certificate {
        Certificate::Provided { .. } => Vec::new(),
        Certificate::SelfSigned => self_signed(order),
        Certificate::Acme {
            email,
            production,
            dns01,
            ..
        } => vec![acme(order, email.as_deref(), *production, dns01)],
    }
}

/// A CA that signs itself, and an issuer that signs with it.
fn self_signed(order: &Order<'_>) -> Vec<Data> {
    let (kind, name) = order.issuer();
    let namespace = order.ca_namespace();
    let of = (kind == "Issuer").then_some(namespace);
    let root = format!("{}-self-signed", order.prefix);
    let ca = map([
        ("isCA", Data::from(true)),
        ("commonName", Data::from(&name)),
        ("secretName", Data::from(order.own_ca)),
        ("duration", Data::from("87600h")),
        (
            "privateKey",
            map([("algorithm", Data::from("ECDSA")), ("size", Data::from(256))]),
        ),
        ("issuerRef", issuer_ref(kind, &root)),
    ]);
    vec![
        cert_manager_object(kind, &root, of, map([("selfSigned", map::<&str>([]))])),
        cert_manager_object("Certificate", order.own_ca, Some(namespace), ca),
        cert_manager_object(
            kind,
            &name,
            of,
            map([("ca", map([("secretName", Data::from(order.own_ca))]))]),
        ),
    ]
}

fn issuer_ref(kind: &str, name: &str) -> Data {
    map([
        ("group", Data::from("cert-manager.io")),
        ("kind", Data::from(kind)),
        ("name", Data::from(name)),
    ])
}

fn acme(order: &Order<'_>, email: Option<&str>, production: bool, dns01: &Dns01) -> Data {
    let host = if production {
        "acme-v02"
    } else {
        "acme-staging-v02"
    };
    let (kind, name) = order.issuer();
    let account = map_of([
        opt("email", email),
        entry("server", format!("https://{host}.api.letsencrypt.org/directory")),
        entry(
            "privateKeySecretRef",
            map([("name", Data::from(format!("{name}-account")))]),
        ),
        entry("solvers", seq([map([("dns01", solver(dns01))])])),
    ]);
    cert_manager_object(kind, &name, None, map([("acme", account)]))
        .with_origin(Origin::Default("certificate.acme"))
}

/// A DNS-01 solver as cert-manager's API has it (cert-manager.io/docs/configuration/acme/dns01).
fn solver(dns01: &Dns01) -> Data {
    let secret = |key: &str| map([("name", Data::from(DNS01)), ("key", Data::from(key))]);
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
                ("project", Data::from(project)),
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
                ("subscriptionID", Data::from(subscription)),
                ("tenantID", Data::from(tenant)),
                ("clientID", Data::from(client)),
                ("clientSecretSecretRef", secret("client-secret")),
                ("resourceGroupName", Data::from(resource_group)),
                ("hostedZoneName", Data::from(zone)),
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
                ("nameserver", Data::from(nameserver)),
                ("tsigKeyName", Data::from(tsig_key_name)),
                ("tsigAlgorithm", Data::from(tsig_algorithm)),
                ("tsigSecretSecretRef", secret("tsig-secret")),
            ];
            map([("rfc2136", map(rfc2136))])
        }
    }
}

/// A solver outside cert-manager (cert-manager.io/docs/configuration/acme/dns01/webhook).
fn webhook_solver(webhook: &Webhook, config: Data) -> Data {
    let webhook = [
        ("groupName", Data::from(webhook.group)),
        ("solverName", Data::from(webhook.solver)),
        ("config", config),
    ];
    map([("webhook", map(webhook))])
}

/// The credentials that [`solver`] refers to.
fn dns01_data(dns01: &Dns01) -> Vec<(&'static str, Text)> {
    match dns01 {
        Dns01::Cloudflare { api_token } => vec![("api-token", api_token.clone())],
        Dns01::Route53 {
            access_key_id,
            secret_access_key,
            ..
        } => {
            vec![
                ("access-key-id", access_key_id.clone()),
                ("secret-access-key", secret_access_key.clone()),
            ]
        }
        Dns01::CloudDns { service_account, .. } => vec![("key.json", service_account.clone())],
        Dns01::AzureDns { client_secret, .. } => vec![("client-secret", client_secret.clone())],
        Dns01::DigitalOcean { token } => vec![("access-token", token.clone())],
        Dns01::Hetzner { api_token } => vec![("token", api_token.clone())],
        Dns01::Scaleway {
            access_key,
            secret_key,
        } => {
            vec![
                ("SCW_ACCESS_KEY", access_key.clone()),
                ("SCW_SECRET_KEY", secret_key.clone()),
            ]
        }
        Dns01::Rfc2136 { tsig_secret, .. } => vec![("tsig-secret", tsig_secret.clone())],
    }
}

fn certificate(order: &Order<'_>) -> Data {
    let (kind, name) = order.issuer();
    let labels = order.labels.iter().map(|(key, value)| (*key, Data::from(*value)));
    let spec = map([
        ("secretName", Data::from(order.secret)),
        ("secretTemplate", map([("labels", map(labels))])),
        ("issuerRef", issuer_ref(kind, &name)),
        (
            "dnsNames",
            seq(order.names.iter().map(|served| served.name.as_str())),
        ),
    ]);
    cert_manager_object("Certificate", order.secret, Some(order.namespace), spec)
        .commented("A wildcard covers one label only, so workspaces need a wildcard of their own.")
}
