//! k3s: versions, ports, the install script, and what its flags mean; [`super::k3s_keys`] has the keys of `config.yaml`,
//! [`super::k3s_flags`] the arguments of the programs that it runs.
//!
//! Sources: k3s-io/k3s and k3s-io/docs, each beside the fact; looked up from 2025-04 to 2026-11.

use super::k3s_keys::{KEYS, Key};
use serde::{Serialize, Serializer};
use std::fmt;

/// The version that is installed where the configuration and the tree name none: of the newest minor release that cert-manager is made
/// for ([`super::releases`]).
pub const DEFAULT_VERSION: &str = "v1.36.5+k3s1";

/// The most nodes of a cluster (Kubernetes, "Considerations for large clusters", of v1.35). k3s names no number of its own: its sizes of
/// servers end at "more than 500 nodes" (k3s docs, "Requirements").
pub const MAX_NODES: usize = 5000;

/// The first minor version of Kubernetes 1 that machines work with: k3s reads `config.yaml.d`, and keys with a `+`, since then
/// (k3s docs, "Configuration Options").
pub const OLDEST_MINOR: u32 = 21;

/// From this minor release of Kubernetes 1 on, the kubelet does not start with cgroup v1 unless it is told to
/// (kubernetes/kubernetes `pkg/kubelet/apis/config/v1beta1/defaults.go`: `FailCgroupV1` at v1.34.4, v1.35.4 and v1.36.1; 2026-11).
pub const CGROUP_V2_ONLY: u32 = 35;

/// The install script, pinned. It installs whatever `INSTALL_K3S_VERSION` names and holds the binary against the checksum
/// list of that release.
///
/// Source: `install.sh` of k3s-io/k3s at tag v1.35.5+k3s1 of 2026-05-20; v1.35.2 and v1.35.3 have the same bytes.
pub const INSTALL_SCRIPT_URL: &str = "https://raw.githubusercontent.com/k3s-io/k3s/v1.35.5%2Bk3s1/install.sh";
/// The tag in [`INSTALL_SCRIPT_URL`].
pub const INSTALL_SCRIPT_TAG: &str = "v1.35.5+k3s1";
/// SHA-256 of [`INSTALL_SCRIPT_URL`].
pub const INSTALL_SCRIPT_SHA256: &str = "8598e002e61d658fed7b7542fc6d2c66d8da6eae69e088830105d2ee1ffb6d91";

/// The supervisor and the Kubernetes API (docs/installation/requirements.md).
pub const API_PORT: u16 = 6443;
/// The kubelet: logs, exec and metrics.
pub const KUBELET_PORT: u16 = 10250;
/// Flannel's VXLAN, UDP. Must never be reachable from outside.
pub const VXLAN_PORT: u16 = 8472;
/// Flannel's WireGuard, UDP: over IPv4, and over IPv6.
pub const WIREGUARD_PORTS: [u16; 2] = [51820, 51821];
/// Flannel's ports over UDP: VXLAN, and WireGuard's for IPv4 and IPv6 (k3s docs, docs/installation/requirements.md).
pub const OVERLAY_PORTS: [u16; 3] = [VXLAN_PORT, WIREGUARD_PORTS[0], WIREGUARD_PORTS[1]];
/// Spegel, where `embedded-registry` is on: images from one node to the other, TCP (docs/installation/registry-mirror.md).
pub const EMBEDDED_REGISTRY_PORT: u16 = 5001;
/// etcd clients and peers.
pub const ETCD_PORTS: (u16, u16) = (2379, 2380);

/// What k3s's parts listen at on the machine itself: load balancer, etcd's metrics, containerd's streams, health.
pub const LOCAL_PORTS: [u16; 10] = [2381, 2382, 6444, 10010, 10248, 10249, 10256, 10257, 10258, 10259];
/// The domain of a cluster's names unless `cluster-domain` says (docs/cli/server.md, "Networking").
pub const CLUSTER_DOMAIN: &str = "cluster.local";
/// Where k3s keeps its state unless `data-dir` says (docs/cli/server.md, "Data").
pub const DATA_DIR: &str = "/var/lib/rancher/k3s";
/// Where k3s's containerd looks for how to reach a registry, below the folder of [`DATA_DIR`]
/// (`pkg/agent/config/config.go`, `Containerd.Registry`).
pub const REGISTRIES: &str = "agent/etc/containerd/certs.d";
/// Since these, k3s leaves what it did not write in [`REGISTRIES`]: before, it removed the folder at each start, or had none
/// (k3s#10787, `pkg/agent/containerd/config.go`, `cleanContainerdHosts`; 270f85e468 in v1.31.1+k3s1, and its backports of September 2024).
pub const KEEPS_REGISTRIES: [(u32, u32); 4] = [(28, 14), (29, 9), (30, 5), (31, 1)];
/// Where k3s takes manifests from and deploys them (docs/installation/packaged-components.md).
pub const MANIFESTS: &str = "/var/lib/rancher/k3s/server/manifests/";
/// The folder of k3s's own containerd, with its socket (`pkg/containerd/k3s.go`).
pub const CONTAINERD: &str = "/run/k3s/containerd";
/// The ports of NodePort services unless `service-node-port-range` says (Kubernetes docs, "Service", `--service-node-port-range`).
pub const NODE_PORTS: &str = "30000-32767";
/// What `protect-kernel-defaults` demands and no system that we know starts with
/// (k3s docs, "CIS Hardening Guide"; kubelet `pkg/kubelet/cm/container_manager_linux.go`).
pub const KERNEL_DEFAULTS: [(&str, &str); 3] = [
    ("vm.overcommit_memory", "1"),
    ("kernel.panic", "10"),
    ("kernel.panic_on_oops", "1"),
];
/// Bits of a node's own part of the pod range: the controller manager cuts a /24, or a /64 of IPv6, for each node
/// (Kubernetes docs, "kube-controller-manager", `--node-cidr-mask-size-ipv4` and `-ipv6`).
pub const NODE_MASKS: (u8, u8) = (24, 64);
/// The most bits of addresses in a range of services that the API server takes (kube-apiserver, `maxCIDRBits`).
pub const SERVICES_BITS: u8 = 20;
/// The shortest prefix of a range of services of IPv6 that k3s supports (docs/networking/basic-network-options.md).
pub const LARGEST_SERVICES_IPV6: u8 = 112;
/// In a range of services of this length or longer, another service has taken the DNS's address first (k3s#10611).
pub const SMALL_SERVICES: u8 = 24;

/// A version such as `v1.33.4+k3s1` or `v1.34.0-rc2+k3s1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Kubernetes' major version.
    pub major: u32,
    /// Kubernetes' minor version.
    pub minor: u32,
    /// Kubernetes' patch.
    pub patch: u32,
    /// `alpha1`, `beta2`, `rc3`; empty for a release.
    pub pre: String,
    /// The number after `k3s`.
    pub k3s: u32,
}

impl Version {
    /// Reads a version.
    pub fn parse(text: &str) -> Option<Version> {
        let (kubernetes, k3s) = text.strip_prefix('v')?.split_once("+k3s")?;
        let (numbers, pre) = kubernetes.split_once('-').unwrap_or((kubernetes, ""));
        let mut numbers = numbers.split('.').map(number);
        let (major, minor, patch) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let known_pre = ["alpha", "beta", "rc"]
            .iter()
            .any(|p| pre.strip_prefix(p).is_some_and(|n| number(n).is_some()));
        if numbers.next().is_some() || !(known_pre || (pre.is_empty() && !kubernetes.contains('-'))) {
            return None;
        }
        Some(Version {
            major,
            minor,
            patch,
            pre: pre.to_owned(),
            k3s: number(k3s)?,
        })
    }

    /// Whether it is at least the given release of its minor version or any newer minor version.
    pub fn at_least(&self, minor: u32, patch: u32) -> bool {
        self.major > 1 || (self.major == 1 && (self.minor, self.patch) >= (minor, patch))
    }

    /// Whether a feature is there that came to several minor versions at once, as `(minor, patch)` each.
    pub fn has(&self, since: &[(u32, u32)]) -> bool {
        match since
            .iter()
            .find(|(minor, _)| *minor == self.minor && self.major == 1)
        {
            Some((minor, patch)) => self.at_least(*minor, *patch),
            None => since
                .iter()
                .map(|(minor, _)| *minor)
                .max()
                .is_none_or(|newest| self.at_least(newest, 0)),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits && !leading_zero {
        text.parse().ok()
    } else {
        None
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        write!(f, "+k3s{}", self.k3s)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `etcd-s3-config-secret`: v1.28.13, v1.29.8, v1.30.4.
pub const S3_SECRET_SINCE: &[(u32, u32)] = &[(28, 13), (29, 8), (30, 4)];
/// `etcd-s3-retention`, in the secret too: v1.31.12, v1.32.8, v1.33.4, v1.34.0. Since then `etcd-snapshot-retention` is for
/// the servers' own disks only, and a bucket keeps 5 (k3s docs, `etcd-snapshot`; k3s-io/k3s #13769).
pub const S3_RETENTION_SINCE: &[(u32, u32)] = &[(31, 12), (32, 8), (33, 4), (34, 0)];

/// Where each release has its files, in a folder of its name (k3s docs, "Air-Gap Install").
pub const RELEASES: &str = "https://github.com/k3s-io/k3s/releases/download";

/// Upgrades nodes by plans: where its manifests are (rancher/system-upgrade-controller, release assets; k3s docs,
/// "Automated Upgrades").
pub const UPGRADE_CONTROLLER: &str = "https://github.com/rancher/system-upgrade-controller/releases/download";
/// The namespace and the service account that those manifests make.
pub const UPGRADE_NAMESPACE: &str = "system-upgrade";
/// What it runs on a node; its tag follows from the plan's version.
pub const UPGRADE_IMAGE: &str = "rancher/k3s-upgrade";
/// Where a channel's newest release is asked for.
pub const CHANNELS: &str = "https://update.k3s.io/v1-release/channels";

/// The key of that name or alias.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|key| key.key == name || key.aliases.contains(&name))
}

/// The most pods of a node unless its kubelet is told otherwise (Kubernetes docs, "Considerations for large clusters").
pub const MAX_PODS: u64 = 110;

/// What a taint does to pods that do not tolerate it (Kubernetes docs, "Taints and Tolerations").
pub const TAINT_EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Flags for a single run, which have no place in `config.yaml` (k3s docs, "etcd-snapshot").
pub const BY_HAND: [&str; 2] = ["cluster-reset", "cluster-reset-restore-path"];

/// Components that `disable` can name, each with the first minor version that has it, if that is a newer one (k3s docs, "Managing Packaged
/// Components"; k3s#14573 for `gateway-api-crd`).
pub const COMPONENTS: [(&str, u32); 7] = [
    ("coredns", 0),
    ("servicelb", 0),
    ("traefik", 0),
    ("local-storage", 0),
    ("metrics-server", 0),
    ("runtimes", 0),
    ("gateway-api-crd", 37),
];

/// Prefixes that a kubelet may give its own node labels within `kubernetes.io` and `k8s.io`, and the single labels beside
/// them; it exits on any other (k3s#10916).
pub const LABEL_PREFIXES: [&str; 2] = ["kubelet.kubernetes.io/", "node.kubernetes.io/"];
/// See [`LABEL_PREFIXES`].
pub const LABELS_ALLOWED: [&str; 10] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Whether a kubelet may set this label on its own node.
pub fn may_label_itself(label: &str) -> bool {
    let Some((prefix, _)) = label.split_once('/') else {
        return true;
    };
    let owned = |domain: &str| {
        let rest = prefix.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if !owned("kubernetes.io") && !owned("k8s.io") {
        return true;
    }
    let allowed_prefix = |allowed: &&str| owned(allowed.trim_end_matches('/'));
    LABELS_ALLOWED.contains(&label) || LABEL_PREFIXES.iter().any(allowed_prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_one_grammar() {
        for good in ["v1.33.4+k3s1", "v1.26.7-rc2+k3s1", "v1.34.0-alpha1+k3s2"] {
            assert_eq!(Version::parse(good).map(|v| v.to_string()).as_deref(), Some(good));
        }
        for wrong in [
            "1.33.4+k3s1",
            "v1.33.4",
            "v1.33+k3s1",
            "v1.33.4-k3s1",
            "v1.33.4+k3s",
            "v1.33.4-x1+k3s1",
            "v01.3.4+k3s1",
            "v1.33.4-+k3s1",
        ] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_feature_that_came_to_several_minors_is_in_each_of_them() {
        let has = |v: &str| Version::parse(v).is_some_and(|v| v.has(S3_SECRET_SINCE));
        assert!(has("v1.28.13+k3s1") && has("v1.30.4+k3s1") && has("v1.31.0+k3s1"));
        assert!(!has("v1.28.12+k3s1") && !has("v1.29.7+k3s1") && !has("v1.27.16+k3s1"));
    }

    #[test]
    fn keys_are_found_by_every_spelling() {
        for known in &KEYS {
            for name in known.aliases.iter().chain([&known.key]) {
                assert_eq!(key(name).map(|key| key.key), Some(known.key), "{name}");
            }
        }
        assert!(key("nothing").is_none());
    }

    #[test]
    fn kubelets_refuse_most_labels_of_kubernetes() {
        for refused in [
            "node-role.kubernetes.io/worker",
            "kubernetes.io/role",
            "x.k8s.io/y",
            "node-restriction.kubernetes.io/a",
        ] {
            assert!(!may_label_itself(refused), "{refused}");
        }
        for fine in [
            "gitpod.io/workload_meta",
            "plain",
            "node.kubernetes.io/pool",
            "topology.kubernetes.io/zone",
        ] {
            assert!(may_label_itself(fine), "{fine}");
        }
    }
}
