//! What flips between releases of the Gitpod Installer, and what it needs in all of them.
//!
//! Source: gitpod-io/gitpod at 4f45d02 with its history; each constant names the commit. A release is dated by its month.

pub mod config_keys;
pub mod images;
pub mod leaked;
pub mod machines;
pub mod services;

use super::dns::LONGEST_NAME;
use super::hosts::{Os, host};
use super::releases::{Product, day, undated};
use super::workloads::Workload;
use serde::{Serialize, Serializer};
use std::fmt;

/// An Installer release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// `YYYY.MM` or `YYYY.MM.patch`.
    Dated {
        /// The year.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// The patch, 0 where none is written.
        patch: u16,
    },
    /// The head of the main branch: newer than any dated release.
    Main,
}

impl Release {
    /// The first release of a month.
    pub const fn month(year: u16, month: u8) -> Release {
        Release::Dated {
            year,
            month,
            patch: 0,
        }
    }

    /// Reads `main`, `YYYY.MM` or `YYYY.MM.patch`.
    pub fn parse(text: &str) -> Option<Release> {
        if text == "main" {
            return Some(Release::Main);
        }
        let mut parts = text.split('.');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts
            .next()
            .filter(|m| m.len() == 2)?
            .parse()
            .ok()
            .filter(|m| (1..=12).contains(m))?;
        let patch = parts.next().map_or(Some(0), |p| p.parse().ok())?;
        parts
            .next()
            .is_none()
            .then_some(Release::Dated { year, month, patch })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Release::Main => f.write_str("main"),
            Release::Dated {
                year,
                month,
                patch: 0,
            } => write!(f, "{year:04}.{month:02}"),
            Release::Dated { year, month, patch } => write!(f, "{year:04}.{month:02}.{patch}"),
        }
    }
}

impl Serialize for Release {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `workspace.runtime.containerdSocket` became `containerdSocketDir` (41ddf50849, 2023-03-03). The Installer parses
/// strictly, so each spelling is an error on the other side.
pub const CONTAINERD_SOCKET_DIR: Release = Release::month(2023, 3);

/// ws-daemon takes cgroup v2 only (0eed48b048, 2023-02-21, `components/ws-daemon/pkg/daemon/daemon.go:142`).
pub const CGROUP_V2_ONLY: Release = Release::month(2023, 3);

/// Workspaces see the container's files through shiftfs, with FUSE as the other way up to this release: 64994160d9 (2023-08-18), which
/// takes FUSE out of the Installer, ws-daemon and workspacekit.
pub const SHIFTFS_ONLY: Release = Release::month(2023, 8);

/// Every pod mounts the config map `gitpod-ca-bundle`, which trust-manager makes (`pkg/common/certificate.go`).
pub const TRUST_MANAGER: Release = Release::month(2023, 3);

/// The S3 code uses the AWS SDK, ignores the endpoint and reads a `credentials` file (c3a97c9ccb, 2022-12-05).
pub const S3_AWS_ONLY: Release = Release::month(2022, 12);

/// The OAuth callback became `/auth/callback`, for all hosts (PR #17935, 2023-06).
pub const SHORT_CALLBACK: Release = Release::month(2023, 6);

/// The first release whose Installer fills in what a config leaves out and parses strictly (a019055318, 2022-03-09).
pub const FIRST: Release = Release::month(2022, 3);

/// Workspaces have names at `ws-SHORTNAME` (56c249128f, 2022-05-27, `pkg/components/ws-manager/configmap.go`).
pub const NAMED_WORKSPACES: Release = Release::month(2022, 5);

/// The server takes a link for the admin (9110a66b46, 2023-03-09, `components/server/src/user/user-controller.ts`): the last part of its
/// path is compared with the digest in a secret, until a time that the secret names.
pub const ADMIN_LINK: Release = Release::month(2023, 3);

/// The first visitor is no longer made the admin (5bd95a774a and 0965bc98a8, 2023-05-04).
pub const NO_FIRST_ADMIN: Release = Release::month(2023, 5);

/// The Installer reads `customCACert` and nothing trusts it: from 5b30eb5b8c (2023-03-21) until 604febefd9 (2023-08-02). The first release of
/// these, and the first after them.
pub const CUSTOM_CA_IGNORED: (Release, Release) = (Release::month(2023, 3), Release::month(2023, 8));

/// `render --seed` exists (3138b577e1, 2022-08-02). Newer Installers are built with Go 1.24 or newer, which takes no seed unless
/// `GODEBUG=randseednop=0` says so (301f1b73da, 2025-05-28); older ones do not know the word and pass it over.
pub const SEED: Release = Release::month(2022, 8);

/// The first release whose Installer takes enough of the seed for all of its credentials: before, it stops at `randAlphaNum: EOF` with
/// one seed in eight (run with 2022.09.2: 3 of 25).
pub const SEED_IS_LONG: Release = Release::Dated {
    year: 2022,
    month: 11,
    patch: 2,
};

/// The first release whose Installer renders no PodSecurityPolicies unless it is asked to (gitpod-io/gitpod
/// `install/installer/pkg/config/v1/experimental/experimental.go`, `usePodSecurityPolicies`).
pub const NO_POD_SECURITY_POLICIES: Release = Release::month(2022, 8);
/// The minor version of Kubernetes 1 that has no such kind any more (Kubernetes documentation, "Deprecated API Migration Guide").
pub const NO_POD_SECURITY_POLICIES_IN: u32 = 25;

/// The Deployment of the registry in the cluster has its tolerations as a text, which Kubernetes refuses (52a7727b4f, 2025-03-11).
pub const REGISTRY_TOLERATIONS_BROKEN: Release = Release::month(2025, 3);

/// Where SSH into workspaces answers, on every node (`pkg/components/proxy/service.go`).
pub const SSH_GATEWAY_PORT: u16 = 22;

/// The namespace that it is installed in.
pub const NAMESPACE: &str = "gitpod";

/// Services that every installation has (`pkg/components/{server,proxy,dashboard}/constants.go`).
pub const SERVICES: [&str; 3] = ["server", "proxy", "dashboard"];

/// The name below the domain of the registry in the cluster, which the proxy serves (`pkg/components/docker-registry/constants.go`).
pub const OWN_REGISTRY_LABEL: &str = "registry";

/// Where the proxy answers browsers, on every node (`pkg/components/proxy/service.go`).
pub const HTTP_PORTS: [u16; 2] = [80, 443];

/// Where k3s keeps containerd's tasks and its socket (`pkg/containerd/k3s.go`, gitpod#7787).
pub const CONTAINERD_RUNTIME_DIR: &str = "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io";
/// See [`CONTAINERD_RUNTIME_DIR`].
pub const CONTAINERD_SOCKET_DIR_PATH: &str = "/run/k3s/containerd";

/// Node labels by workload. The services label was renamed (28be549be0, 2022-12-02) while KOTS still checked the old one,
/// so nodes carry both.
pub const LABELS: [(Workload, &[&str]); 5] = [
    (Workload::Meta, &["gitpod.io/workload_meta"]),
    (Workload::Ide, &["gitpod.io/workload_ide"]),
    (
        Workload::Services,
        &[
            "gitpod.io/workload_services",
            "gitpod.io/workload_workspace_services",
        ],
    ),
    (Workload::Regular, &["gitpod.io/workload_workspace_regular"]),
    (Workload::Headless, &["gitpod.io/workload_workspace_headless"]),
];

/// CPUs and GB of memory of a machine that runs workloads: below the first the KOTS preflight check fails, below the second it
/// warns. The types with 15 GB are sold as those with 16.
pub const MACHINE: ((u32, u32), (u32, u32)) = ((2, 8), (4, 15));

/// Keys of the taints that Gitpod's own pods tolerate: node-labeler sets and removes them while a node gets ready
/// (gitpod-io/gitpod `install/installer/pkg/common`).
pub const TOLERATED_TAINTS: [&str; 2] = [
    "gitpod.io/registry-facade-not-ready",
    "gitpod.io/ws-daemon-not-ready",
];

/// The first parts of image names that are no longer public (gitpod-self-hosted README, gitpod PR #16225).
pub const CLOSED_REPOSITORIES: [&str; 4] = [
    "eu.gcr.io/gitpod-core-dev",
    "eu.gcr.io/gitpod-dev-artifact",
    "eu.gcr.io/gitpod-io",
    "ghcr.io/gitpod-io",
];

/// What the Installer takes for `repository` where none is given, by its defaults.
pub const DEFAULT_REPOSITORY: &str = "eu.gcr.io/gitpod-dev-artifact/build";

/// The default network inside workspaces (`pkg/components/ws-daemon/configmap.go:69`); at most a /30
/// (`pkg/cluster/checks.go:314`).
pub const WORKSPACE_CIDR: &str = "10.0.5.0/30";
/// See [`WORKSPACE_CIDR`].
pub const WORKSPACE_PREFIX: u8 = 30;

/// Names below the domain that the proxy answers at, which the wildcard record covers
/// (`install/installer/pkg/components/proxy`, `components/proxy/conf`).
pub const PROXY_NAMES: [&str; 7] = ["api", "ide", "minio", "open-vsx", "reg", "registry", "ws"];

/// Ports of the proxy's Service that nobody outside has any business with: metrics, analytics and the config server. k3s's
/// ServiceLB opens them on every node beside 80 and 443 (install/installer/pkg/components/proxy/service.go).
pub const PROXY_INTERNAL_PORTS: [u16; 3] = [9500, 9546, 9547];

/// The Installer's secrets of the database in the cluster: where it is, and root's password
/// (install/installer/pkg/components/database/incluster/secret.go).
pub const INCLUSTER_DATABASE: &str = "mysql";
/// See [`INCLUSTER_DATABASE`].
pub const INCLUSTER_DATABASE_ROOT: &str = "db-password";
/// The key of root's password in [`INCLUSTER_DATABASE_ROOT`].
pub const INCLUSTER_DATABASE_ROOT_KEY: &str = "mysql-root-password";
/// What the database in the cluster is copied with: MySQL 8.4 reads that of 5.7 too, and 8.0 is out of support.
pub static MYSQL: Product = Product {
    name: "mysql",
    what: "copies the database",
    lines: &[undated("8.4.11")],
    follows_kubernetes: false,
    source: "tags of docker.io/library/mysql, as public configurations pin them",
    read: day(2026, 11, 29),
};

/// Where its image is.
pub const MYSQL_IMAGE: &str = "docker.io/library/mysql";

/// What this platform installs beside its own images.
pub static PRODUCTS: [&Product; 1] = [&MYSQL];

/// The longest host that a workspace's port is served at, up to the label of all workspaces: five digits, a hyphen, the workspace's ID, a dot.
/// An ID is at most 41 characters: a word of 15, an animal of 13 in place of a second word, eleven random ones, two hyphens
/// (gitpod-io/gitpod `components/gitpod-protocol/src/util/generate-workspace-id.ts`).
const WORKSPACE_HOST: usize = "65535-".len() + 41 + ".".len();

/// The longest domain under which every workspace's port still has a name, where the label of all workspaces is that long.
pub const fn longest_domain(label: usize) -> usize {
    LONGEST_NAME.saturating_sub(WORKSPACE_HOST + label + ".".len())
}

/// Whether ws-daemon of that release starts on that system.
pub fn runs_workspaces(os: Os, release: Release) -> bool {
    host(os).cgroup_v2 || release < CGROUP_V2_ONLY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_and_ordered_by_date() {
        assert_eq!(
            Release::parse("2022.11.2").map(|r| r.to_string()),
            Some("2022.11.2".to_owned())
        );
        assert!(Release::parse("2022.11.2") < Release::parse("2022.12"));
        assert!(Release::parse("2024.01") < Release::parse("main"));
        for wrong in [
            "2022",
            "2022.1",
            "2022.13",
            "22.10",
            "v2022.10",
            "2022.10.1.1",
            "latest",
            "",
        ] {
            assert_eq!(Release::parse(wrong), None, "{wrong}");
        }
    }
}
