//! Helm charts that certificates are made with, pinned.
//!
//! Source: the charts' repository index at <https://charts.jetstack.io>, read 2025-05. cert-manager takes its CRDs through
//! `crds.enabled` since v1.15.

/// A chart at a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chart {
    /// Its name in the repository, and the name of its release.
    pub name: &'static str,
    /// The repository.
    pub repo: &'static str,
    /// The version.
    pub version: &'static str,
    /// The namespace it is installed in.
    pub namespace: &'static str,
}

/// Issues certificates.
pub const CERT_MANAGER: Chart = Chart {
    name: "cert-manager",
    repo: "https://charts.jetstack.io",
    version: "v1.17.2",
    namespace: "cert-manager",
};

/// Distributes CA bundles.
pub const TRUST_MANAGER: Chart = Chart {
    name: "trust-manager",
    repo: "https://charts.jetstack.io",
    version: "v0.16.0",
    namespace: "cert-manager",
};

/// Hetzner's own solver for DNS-01, for zones in the Cloud console (hetzner/cert-manager-webhook-hetzner, CHANGELOG v0.6.0). A secret
/// in cert-manager's namespace holds the token.
pub const HETZNER_WEBHOOK: Webhook = Webhook {
    chart: Chart {
        name: "cert-manager-webhook-hetzner",
        repo: "https://charts.hetzner.cloud",
        version: "0.6.0",
        namespace: "cert-manager",
    },
    group: "acme.hetzner.com",
    solver: "hetzner",
};

/// Scaleway's own solver for DNS-01 (scaleway/cert-manager-webhook-scaleway, deploy/scaleway-webhook/values.yaml; the chart in
/// <https://helm.scw.cloud/>).
pub const SCALEWAY_WEBHOOK: Webhook = Webhook {
    chart: Chart {
        name: "scaleway-certmanager-webhook",
        repo: "https://helm.scw.cloud/",
        version: "0.4.2",
        namespace: "cert-manager",
    },
    group: "acme.scaleway.com",
    solver: "scaleway",
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
}

/// Resolvers that cert-manager asks whether a DNS-01 record is there. The cluster's own may answer from a cache or from a
/// private zone.
pub const DNS01_NAMESERVERS: &str = "8.8.8.8:53,1.1.1.1:53";
