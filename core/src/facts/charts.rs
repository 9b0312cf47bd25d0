//! Helm charts: where they are, and what they install. [`super::releases`] has their versions.

use super::releases::{self, Product};

/// A chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// Its name in the repository, and the name of its release.
    pub name: &'static str,
    /// The repository.
    pub repo: &'static str,
    /// Its releases.
    pub product: &'static Product,
    /// The namespace it is installed in.
    pub namespace: &'static str,
}

/// Issues certificates. Source of this and the next: <https://charts.jetstack.io>.
pub const CERT_MANAGER: Chart = Chart {
    name: "cert-manager",
    repo: "https://charts.jetstack.io",
    product: &releases::CERT_MANAGER,
    namespace: "cert-manager",
};

/// Distributes CA bundles.
pub const TRUST_MANAGER: Chart = Chart {
    name: "trust-manager",
    repo: "https://charts.jetstack.io",
    product: &releases::TRUST_MANAGER,
    namespace: "cert-manager",
};

/// Hetzner's own solver for DNS-01, for zones in the Cloud console (hetzner/cert-manager-webhook-hetzner, CHANGELOG v0.6.0). A secret
/// in cert-manager's namespace holds the token.
pub static HETZNER_WEBHOOK: Webhook = Webhook {
    chart: Chart {
        name: "cert-manager-webhook-hetzner",
        repo: "https://charts.hetzner.cloud",
        product: &releases::HETZNER_WEBHOOK,
        namespace: "cert-manager",
    },
    group: "acme.hetzner.com",
    solver: "hetzner",
    has_env: true,
};

/// Scaleway's own solver for DNS-01 (scaleway/cert-manager-webhook-scaleway, deploy/scaleway-webhook/values.yaml; the chart in
/// <https://helm.scw.cloud/>).
pub static SCALEWAY_WEBHOOK: Webhook = Webhook {
    chart: Chart {
        name: "scaleway-certmanager-webhook",
        repo: "https://helm.scw.cloud/",
        product: &releases::SCALEWAY_WEBHOOK,
        namespace: "cert-manager",
    },
    group: "acme.scaleway.com",
    solver: "scaleway",
    has_env: false,
};

/// A solver for DNS-01 that is not part of cert-manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Webhook {
    /// Its chart.
    pub chart: Chart,
    /// The API group that it answers in.
    pub group: &'static str,
    /// Its name in that group.
    pub solver: &'static str,
    /// Whether its chart hands variables to its pod.
    pub has_env: bool,
}

/// Resolvers that cert-manager asks whether a DNS-01 record is there. The cluster's own may answer from a cache or from a
/// private zone.
pub const DNS01_NAMESERVERS: [&str; 2] = ["8.8.8.8:53", "1.1.1.1:53"];
/// The same over HTTPS (cert-manager `pkg/issuer/acme/dns/util/wait.go`; developers.google.com/speed/public-dns/docs/doh;
/// developers.cloudflare.com/1.1.1.1/encryption/dns-over-https).
pub const DNS01_NAMESERVERS_HTTPS: [&str; 2] = ["https://8.8.8.8/dns-query", "https://1.1.1.1/dns-query"];
