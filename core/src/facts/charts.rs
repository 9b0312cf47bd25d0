//! Helm charts that the cluster needs beside Gitpod, pinned.
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

/// Distributes CA bundles; Gitpod mounts one into every pod since 2023.03 (gitpod-io/gitpod
/// `pkg/components/cluster/certmanager.go`).
pub const TRUST_MANAGER: Chart = Chart {
    name: "trust-manager",
    repo: "https://charts.jetstack.io",
    version: "v0.16.0",
    namespace: "cert-manager",
};

/// Resolvers that cert-manager asks whether a DNS-01 record is there. The cluster's own may answer from a cache or from a
/// private zone (mrsimonemms/gitpod-self-hosted install.sh:67).
pub const DNS01_NAMESERVERS: &str = "8.8.8.8:53,1.1.1.1:53";
