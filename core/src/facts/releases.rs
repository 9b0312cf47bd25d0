//! What is installed, by release: which one where nothing else is said, which releases of Kubernetes it works with, how long it is
//! supported, and what its newest release fixes.
//!
//! `docs/releases.md` says how these tables are refreshed, and `gkc facts` prints them.

use super::k3s::{DEFAULT_VERSION, Version};
use crate::date::Date;

/// A product that a tree installs by its release.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// Its name.
    pub name: &'static str,
    /// What it does in a cluster.
    pub what: &'static str,
    /// Its releases, oldest first, each for the releases of Kubernetes that follow on those of the one before.
    pub lines: &'static [Line],
    /// Whether it belongs to one minor release of Kubernetes, and changes with it.
    pub follows_kubernetes: bool,
    /// Where the releases were looked up.
    pub source: &'static str,
    /// When.
    pub read: Date,
}

/// The patches of a minor release of a product.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The newest release that is known of it, which is installed where nothing else is said.
    pub version: &'static str,
    /// When that came out, where it is known.
    pub released: Option<Date>,
    /// When its first release came out, where that is known.
    pub first: Option<Date>,
    /// The first and the last minor release of Kubernetes 1 that it is made for; none where it does not depend on that.
    pub kubernetes: Option<(u32, u32)>,
    /// The last day on which it is supported; none where upstream names no day.
    pub ends: Option<Date>,
}

impl Line {
    /// Whether it is made for a minor release of Kubernetes 1.
    pub fn is_for(&self, minor: u32) -> bool {
        self.kubernetes
            .is_none_or(|(first, last)| (first..=last).contains(&minor))
    }

    /// Whether a version is one of its patches: its numbers but for the last are the same.
    pub fn has(&self, version: &str) -> bool {
        minor_of(self.version) == minor_of(version)
    }
}

/// A version without what follows its second number: `v1.36`.
fn minor_of(version: &str) -> &str {
    let end = version.match_indices('.').nth(1).map(|(at, _)| at);
    end.map_or(version, |end| &version[..end])
}

impl Product {
    /// The line to install with a minor release of Kubernetes 1: the newest that is made for it, else the nearest.
    pub fn line(&self, minor: u32) -> Option<&'static Line> {
        let before = |line: &&Line| line.kubernetes.is_some_and(|(_, last)| last < minor);
        self.made_for(minor)
            .or_else(|| self.lines.iter().rev().find(before))
            .or(self.lines.first())
    }

    /// The newest line that is made for a minor release of Kubernetes 1.
    pub fn made_for(&self, minor: u32) -> Option<&'static Line> {
        self.lines.iter().rev().find(|line| line.is_for(minor))
    }

    /// The line that a version is a patch of.
    pub fn line_of(&self, version: &str) -> Option<&'static Line> {
        self.lines.iter().find(|line| line.has(version))
    }
}

/// A day that is written in these tables.
#[allow(
    clippy::panic,
    reason = "only constants are made of it, so the compiler finds a day that is none"
)]
pub(super) const fn day(year: u16, month: u8, day: u8) -> Date {
    match Date::new(year, month, day) {
        Some(date) => date,
        None => panic!("no such day"),
    }
}

/// A release that does not depend on Kubernetes' and has no day on which its support ends.
pub(super) const fn release(version: &'static str, released: Date) -> Line {
    Line {
        version,
        released: Some(released),
        first: None,
        kubernetes: None,
        ends: None,
    }
}

/// The same where the day is not known.
pub(super) const fn undated(version: &'static str) -> Line {
    Line {
        version,
        released: None,
        first: None,
        kubernetes: None,
        ends: None,
    }
}

/// A release for the minor releases of Kubernetes from `first` to `last`.
pub(super) const fn release_for(version: &'static str, released: Date, first: u32, last: u32) -> Line {
    Line {
        version,
        released: Some(released),
        first: None,
        kubernetes: Some((first, last)),
        ends: None,
    }
}

impl Line {
    /// The same with the day of its first release.
    const fn since(self, first: Date) -> Line {
        Line {
            first: Some(first),
            ..self
        }
    }

    /// The same with the last day of its support.
    const fn until(self, ends: Date) -> Line {
        Line {
            ends: Some(ends),
            ..self
        }
    }
}

/// k3s. Support ends with that of the minor release of Kubernetes (<https://kubernetes.io/releases/>, "End of Life").
pub static K3S: Product = Product {
    name: "k3s",
    what: "Kubernetes",
    lines: &[
        release_for("v1.31.14+k3s1", day(2025, 11, 20), 31, 31).until(day(2025, 10, 28)),
        release_for("v1.32.13+k3s1", day(2026, 3, 4), 32, 32)
            .since(day(2025, 1, 10))
            .until(day(2026, 2, 28)),
        release_for("v1.33.13+k3s2", day(2026, 8, 4), 33, 33)
            .since(day(2025, 5, 8))
            .until(day(2026, 6, 28)),
        release_for("v1.34.12+k3s1", day(2026, 9, 30), 34, 34)
            .since(day(2025, 9, 22))
            .until(day(2026, 10, 27)),
        release_for("v1.35.9+k3s1", day(2026, 9, 30), 35, 35)
            .since(day(2025, 12, 23))
            .until(day(2027, 2, 28)),
        release_for(DEFAULT_VERSION, day(2026, 9, 30), 36, 36)
            .since(day(2026, 5, 6))
            .until(day(2027, 6, 28)),
        release_for("v1.37.2+k3s1", day(2026, 11, 3), 37, 37)
            .since(day(2026, 9, 14))
            .until(day(2027, 10, 28)),
    ],
    follows_kubernetes: true,
    source: "k3s-io/docs release notes v1.31.X to v1.37.X, k3s-io/k3s releases",
    read: day(2026, 11, 29),
};

/// The script that installs k3s, of whatever release it is told.
pub static INSTALL_SCRIPT: Product = Product {
    name: "k3s-install-script",
    what: "installs k3s on machines",
    lines: &[release(super::k3s::INSTALL_SCRIPT_TAG, day(2026, 5, 20))],
    follows_kubernetes: false,
    source: "k3s-io/k3s install.sh, by its checksum",
    read: day(2026, 11, 27),
};

/// A fault of k3s that is worth an upgrade, with the first patches without it.
#[derive(Debug)]
pub struct Fixed {
    /// What an attacker, or bad luck, can do in an older patch.
    pub what: &'static str,
    /// By the number under which upstream tells of it.
    pub id: &'static str,
    /// The first patch without it of each minor release that got one, as `(minor, patch)`. Newer minor releases never had it.
    pub since: &'static [(u32, u32)],
    /// Whether minor releases older than those have it, and never got a fix.
    pub older: bool,
}

impl Fixed {
    /// Whether a version has the fault.
    pub fn is_in(&self, version: &Version) -> bool {
        let patched = self.since.iter().find(|(minor, _)| *minor == version.minor);
        match patched {
            Some((_, patch)) => version.patch < *patch,
            None => self.older && self.since.iter().all(|(minor, _)| version.minor < *minor),
        }
    }
}

/// Known faults of k3s that matter here, worst first.
///
/// Source: k3s-io/docs release notes. runc 1.2.8 and 1.3.3 came with k3s#13144, #13145 and #13148 on 2025-11-20; k3s#14701 came with
/// v1.37.1 on 2026-09-30, and the notes that are known of older minor releases do not name it.
pub static K3S_FIXES: [Fixed; 2] = [
    Fixed {
        what: "a container can take over its machine through runc",
        id: "CVE-2025-31133",
        since: &[(31, 14), (32, 10), (33, 6), (34, 2)],
        older: true,
    },
    Fixed {
        what: "anyone who reaches the API's port can read its metrics and profiles and the embedded registry without logging in",
        id: "k3s#14701",
        since: &[(37, 1)],
        older: false,
    },
];

/// Installs packages of Tailscale's own archive. Grants need 1.54, `--auth-key=file:` 1.38.
pub static TAILSCALE: Product = Product {
    name: "tailscale",
    what: "the tailnet's client on machines",
    lines: &[release("1.102.4", day(2026, 9, 10))],
    follows_kubernetes: false,
    source: "https://pkgs.tailscale.com/stable/",
    read: day(2026, 11, 29),
};

/// Issues certificates. It takes its CRDs through `crds.enabled` since 1.15.
pub static CERT_MANAGER: Product = Product {
    name: "cert-manager",
    what: "issues certificates",
    lines: &[
        release_for("v1.17.4", day(2025, 6, 30), 29, 32),
        release_for("v1.18.6", day(2026, 2, 18), 29, 33),
        release_for("v1.19.6", day(2026, 6, 25), 31, 35),
        release_for("v1.20.4", day(2026, 9, 15), 32, 35),
        release_for("v1.21.2", day(2026, 9, 10), 33, 36),
    ],
    follows_kubernetes: false,
    source: "cert-manager/website content/docs/releases/README.md",
    read: day(2026, 11, 29),
};

/// Distributes CA bundles.
pub static TRUST_MANAGER: Product = Product {
    name: "trust-manager",
    what: "gives CA certificates to pods",
    lines: &[release("v0.25.0", day(2026, 9, 11))],
    follows_kubernetes: false,
    source: "cert-manager/trust-manager releases",
    read: day(2026, 11, 29),
};

/// Hetzner's own solver for DNS-01, for zones in the Cloud console.
pub static HETZNER_WEBHOOK: Product = Product {
    name: "cert-manager-webhook-hetzner",
    what: "writes DNS-01 records at Hetzner",
    lines: &[
        release_for("0.7.0", day(2026, 4, 27), 32, 33),
        release_for("0.9.0", day(2026, 8, 19), 34, 36),
    ],
    follows_kubernetes: false,
    source: "hetzner/cert-manager-webhook-hetzner CHANGELOG.md",
    read: day(2026, 11, 29),
};

/// Scaleway's own solver for DNS-01.
pub static SCALEWAY_WEBHOOK: Product = Product {
    name: "scaleway-certmanager-webhook",
    what: "writes DNS-01 records at Scaleway",
    lines: &[undated("0.4.2")],
    follows_kubernetes: false,
    source: "https://helm.scw.cloud/",
    read: day(2025, 5, 1),
};

/// Upgrades nodes by plans.
pub static UPGRADE_CONTROLLER: Product = Product {
    name: "system-upgrade-controller",
    what: "upgrades k3s node by node",
    lines: &[release("v0.20.1", day(2026, 5, 19))],
    follows_kubernetes: false,
    source: "rancher/system-upgrade-controller releases",
    read: day(2026, 11, 29),
};

/// Makes machines when pods wait for room, and takes away what nobody needs: its chart, which gives it the rights that its newest
/// releases ask for since 9.59.
pub static CLUSTER_AUTOSCALER_CHART: Product = Product {
    name: "cluster-autoscaler-chart",
    what: "installs the cluster autoscaler",
    lines: &[release("9.59.0", day(2026, 7, 21))],
    follows_kubernetes: false,
    source: "kubernetes/autoscaler, tag cluster-autoscaler-chart-9.59.0",
    read: day(2026, 11, 29),
};

/// The same: its image. It reads a file with its pools since 1.33 (`cluster-autoscaler/cloudprovider/hetzner/hetzner_manager.go`), so
/// older clusters get that one.
pub static CLUSTER_AUTOSCALER: Product = Product {
    name: "cluster-autoscaler",
    what: "adds and removes machines",
    lines: &[
        release_for("v1.33.6", day(2026, 7, 22), 33, 33),
        release_for("v1.34.5", day(2026, 7, 22), 34, 34),
        release_for("v1.35.2", day(2026, 7, 22), 35, 35),
        release_for("v1.36.1", day(2026, 7, 22), 36, 36),
    ],
    follows_kubernetes: true,
    source: "kubernetes/autoscaler, tags cluster-autoscaler-1.33.6 to 1.36.1",
    read: day(2026, 11, 29),
};

/// Hetzner's controller. Older ones read a field of servers that its API dropped on 2026-07-01.
pub static HETZNER_CONTROLLER: Product = Product {
    name: "hcloud-cloud-controller-manager",
    what: "removes nodes without a machine, at Hetzner",
    lines: &[release("1.35.0", day(2026, 8, 11))],
    follows_kubernetes: false,
    source: "hetznercloud/hcloud-cloud-controller-manager CHANGELOG.md",
    read: day(2026, 11, 29),
};

/// Azure's controller.
pub static AZURE_CONTROLLER: Product = Product {
    name: "azure-cloud-controller-manager",
    what: "removes nodes without a machine, at Azure",
    lines: &[
        release_for("v1.31.14", day(2026, 7, 22), 31, 31),
        release_for("v1.32.20", day(2026, 7, 29), 32, 32),
        release_for("v1.33.17", day(2026, 8, 13), 33, 33),
        release_for("v1.34.13", day(2026, 7, 29), 34, 34),
        release_for("v1.35.8", day(2026, 7, 29), 35, 35),
        release_for("v1.36.5", day(2026, 8, 10), 36, 36),
    ],
    follows_kubernetes: true,
    source: "kubernetes-sigs/cloud-provider-azure tags, README.md \"Version matrix\"",
    read: day(2026, 11, 29),
};

/// Google's controller, one for every release of Kubernetes.
pub static GCP_CONTROLLER: Product = Product {
    name: "gcp-cloud-controller-manager",
    what: "removes nodes without a machine, at Google Cloud",
    lines: &[release("v36.0.7", day(2026, 5, 21))],
    follows_kubernetes: false,
    source: "kubermatic/kubeone pkg/templates/images/images.go",
    read: day(2026, 11, 29),
};

/// Brings copies of a platform's database to a bucket.
pub static RCLONE: Product = Product {
    name: "rclone",
    what: "copies the database to a bucket",
    lines: &[release("1.75.1", day(2026, 9, 4))],
    follows_kubernetes: false,
    source: "rclone/rclone, tag v1.75.1",
    read: day(2026, 11, 29),
};

/// Where its image is.
pub const RCLONE_IMAGE: &str = "docker.io/rclone/rclone";

/// Every product of the cluster itself; platforms have their own, see [`super::platforms::products`].
pub static PRODUCTS: [&Product; 14] = [
    &K3S,
    &INSTALL_SCRIPT,
    &TAILSCALE,
    &CERT_MANAGER,
    &TRUST_MANAGER,
    &HETZNER_WEBHOOK,
    &SCALEWAY_WEBHOOK,
    &UPGRADE_CONTROLLER,
    &CLUSTER_AUTOSCALER_CHART,
    &CLUSTER_AUTOSCALER,
    &HETZNER_CONTROLLER,
    &AZURE_CONTROLLER,
    &GCP_CONTROLLER,
    &RCLONE,
];
