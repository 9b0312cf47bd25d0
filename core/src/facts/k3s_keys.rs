//! The keys of k3s's `config.yaml`, which are the long names of the flags of `k3s server` and `k3s agent`.
//!
//! Sources: the flags of k3s at 2a1e2e8c of its main branch, a2fc9574 of release-1.36 and 20fc9c33 of release-1.35 (2026-08-17), as
//! rancher/rke2 `pkg/cli/cmds/server.go` and `agent.go` name each of them (6ce1a801, 2026-08-21); their types in k3s-io/k3s
//! `pkg/cli/cmds/` at 005499a9; k3s-io/docs `docs/release-notes/` v1.35.X to v1.37.X for newer ones, with pull requests beside the key.
//! Since which release a key is there is given where a source says so exactly.

/// A key of `config.yaml`.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub key: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// `server`, `agent`, or both.
    pub roles: &'static [&'static str],
    /// The type of its value.
    pub kind: ValueType,
    /// The only values that it can have; none where others are possible.
    pub words: &'static [&'static str],
    /// The releases that it came with, for [`super::k3s::Version::has`]; none where they are not known exactly.
    pub since: &'static [(u32, u32)],
    /// What replaces it.
    pub replaced: Option<Replaced>,
}

/// The end of a key that k3s still knows.
#[derive(Debug)]
pub struct Replaced {
    /// The releases that have its replacement, for [`super::k3s::Version::has`]; none if all do.
    pub since: &'static [(u32, u32)],
    /// What to write instead.
    pub by: &'static str,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// A list of texts, or one.
    List,
    /// A duration as Go writes it.
    Duration,
}

/// A key that is gone.
#[derive(Debug)]
pub struct Removed {
    /// The key, or `key=value`.
    pub key: &'static str,
    /// What to write instead.
    pub replacement: &'static str,
}

const SERVER: &[&str] = &["server"];
const AGENT: &[&str] = &["agent"];
const BOTH: &[&str] = &["server", "agent"];

const fn key(key: &'static str, roles: &'static [&'static str], kind: ValueType) -> Key {
    Key {
        key,
        aliases: &[],
        roles,
        kind,
        words: &[],
        since: &[],
        replaced: None,
    }
}

impl Key {
    const fn also(self, aliases: &'static [&'static str]) -> Key {
        Key { aliases, ..self }
    }

    const fn one_of(self, words: &'static [&'static str]) -> Key {
        Key { words, ..self }
    }

    const fn since(self, since: &'static [(u32, u32)]) -> Key {
        Key { since, ..self }
    }

    const fn replaced(self, since: &'static [(u32, u32)], by: &'static str) -> Key {
        Key {
            replaced: Some(Replaced { since, by }),
            ..self
        }
    }
}

/// `helm-controller-arg` (k3s#14300).
const HELM_ARGUMENTS: &[(u32, u32)] = &[(33, 13), (34, 10), (35, 7), (36, 3)];

/// Every key.
pub static KEYS: [Key; 127] = [
    key("debug", BOTH, ValueType::Bool),
    key("v", BOTH, ValueType::Int),
    key("vmodule", BOTH, ValueType::Text),
    key("log", BOTH, ValueType::Text).also(&["l"]),
    key("alsologtostderr", BOTH, ValueType::Bool),
    key("bind-address", BOTH, ValueType::Text),
    key("https-listen-port", SERVER, ValueType::Int),
    key("supervisor-port", SERVER, ValueType::Int),
    key("apiserver-port", SERVER, ValueType::Int),
    key("apiserver-bind-address", SERVER, ValueType::Text),
    key("advertise-address", SERVER, ValueType::Text),
    key("advertise-port", SERVER, ValueType::Int),
    key("tls-san", SERVER, ValueType::List),
    key("tls-san-security", SERVER, ValueType::Bool),
    key("data-dir", BOTH, ValueType::Text).also(&["d"]),
    key("cluster-cidr", SERVER, ValueType::List),
    key("service-cidr", SERVER, ValueType::List),
    key("service-node-port-range", SERVER, ValueType::Text),
    key("cluster-dns", SERVER, ValueType::List),
    key("cluster-domain", SERVER, ValueType::Text),
    key("flannel-backend", SERVER, ValueType::Text).one_of(&["none", "vxlan", "host-gw", "wireguard-native"]),
    key("flannel-ipv6-masq", SERVER, ValueType::Bool),
    key("flannel-external-ip", SERVER, ValueType::Bool),
    key("egress-selector-mode", SERVER, ValueType::Text).one_of(&["agent", "cluster", "pod", "disabled"]),
    key("servicelb-namespace", SERVER, ValueType::Text),
    key("write-kubeconfig", SERVER, ValueType::Text).also(&["o"]),
    key("write-kubeconfig-mode", SERVER, ValueType::Text),
    key("write-kubeconfig-group", SERVER, ValueType::Text),
    // k3s#14440.
    key("write-kubeconfig-name", SERVER, ValueType::Text).since(&[(37, 0)]),
    key("helm-job-image", SERVER, ValueType::Text)
        .replaced(HELM_ARGUMENTS, "helm-controller-arg: [default-job-image=…]"),
    key("helm-controller-arg", SERVER, ValueType::List).since(HELM_ARGUMENTS),
    key("token", BOTH, ValueType::Text).also(&["t"]),
    key("token-file", BOTH, ValueType::Text),
    key("agent-token", SERVER, ValueType::Text),
    key("agent-token-file", SERVER, ValueType::Text),
    key("server", BOTH, ValueType::Text).also(&["s"]),
    key("cluster-init", SERVER, ValueType::Bool),
    key("cluster-reset", SERVER, ValueType::Bool),
    key("cluster-reset-restore-path", SERVER, ValueType::Text),
    key("kube-apiserver-arg", SERVER, ValueType::List),
    key("etcd-arg", SERVER, ValueType::List),
    key("kube-controller-manager-arg", SERVER, ValueType::List),
    key("kube-scheduler-arg", SERVER, ValueType::List),
    key("kube-cloud-controller-manager-arg", SERVER, ValueType::List),
    key("kube-controller-arg", SERVER, ValueType::List).replaced(&[], "kube-controller-manager-arg"),
    key("kube-cloud-controller-arg", SERVER, ValueType::List)
        .replaced(&[], "kube-cloud-controller-manager-arg"),
    key("kine-tls", SERVER, ValueType::Bool),
    key("datastore-endpoint", SERVER, ValueType::Text),
    key("datastore-cafile", SERVER, ValueType::Text),
    key("datastore-certfile", SERVER, ValueType::Text),
    key("datastore-keyfile", SERVER, ValueType::Text),
    key("etcd-expose-metrics", SERVER, ValueType::Bool),
    key("etcd-disable-snapshots", SERVER, ValueType::Bool),
    key("etcd-snapshot-name", SERVER, ValueType::Text),
    key("etcd-snapshot-schedule-cron", SERVER, ValueType::Text),
    key("etcd-snapshot-reconcile-interval", SERVER, ValueType::Duration),
    key("etcd-snapshot-retention", SERVER, ValueType::Int),
    key("etcd-snapshot-dir", SERVER, ValueType::Text),
    key("etcd-snapshot-compress", SERVER, ValueType::Bool),
    // k3s#14678. v1.37.2 is certain (k3s#14825); the others are the patches of the same month, whose notes no source has.
    key("etcd-snapshot-restrictions", SERVER, ValueType::List).since(&[(34, 13), (35, 10), (36, 6), (37, 2)]),
    key("etcd-s3", SERVER, ValueType::Bool),
    key("etcd-s3-endpoint", SERVER, ValueType::Text),
    key("etcd-s3-endpoint-ca", SERVER, ValueType::Text),
    key("etcd-s3-skip-ssl-verify", SERVER, ValueType::Bool),
    key("etcd-s3-access-key", SERVER, ValueType::Text),
    key("etcd-s3-secret-key", SERVER, ValueType::Text),
    key("etcd-s3-session-token", SERVER, ValueType::Text),
    key("etcd-s3-bucket", SERVER, ValueType::Text),
    key("etcd-s3-bucket-lookup-type", SERVER, ValueType::Text).one_of(&["auto", "dns", "path"]),
    key("etcd-s3-region", SERVER, ValueType::Text),
    key("etcd-s3-folder", SERVER, ValueType::Text),
    key("etcd-s3-retention", SERVER, ValueType::Int).since(&[(31, 12), (32, 8), (33, 4), (34, 0)]),
    key("etcd-s3-proxy", SERVER, ValueType::Text),
    key("etcd-s3-config-secret", SERVER, ValueType::Text).since(&[(28, 13), (29, 8), (30, 4)]),
    key("etcd-s3-insecure", SERVER, ValueType::Bool),
    key("etcd-s3-timeout", SERVER, ValueType::Duration),
    key("default-local-storage-path", SERVER, ValueType::Text),
    key("disable", SERVER, ValueType::List),
    key("disable-scheduler", SERVER, ValueType::Bool),
    key("disable-cloud-controller", SERVER, ValueType::Bool),
    key("disable-kube-proxy", SERVER, ValueType::Bool),
    key("disable-network-policy", SERVER, ValueType::Bool),
    key("disable-helm-controller", SERVER, ValueType::Bool),
    key("disable-apiserver", SERVER, ValueType::Bool),
    key("disable-controller-manager", SERVER, ValueType::Bool),
    key("disable-etcd", SERVER, ValueType::Bool),
    key("disable-agent", SERVER, ValueType::Bool),
    key("embedded-registry", SERVER, ValueType::Bool).since(&[(26, 13), (27, 10), (28, 6), (29, 1)]),
    key("supervisor-metrics", SERVER, ValueType::Bool),
    key("system-default-registry", SERVER, ValueType::Text),
    key("node-name", BOTH, ValueType::Text),
    key("with-node-id", BOTH, ValueType::Bool),
    key("node-label", BOTH, ValueType::List),
    key("node-taint", BOTH, ValueType::List),
    key("image-credential-provider-bin-dir", BOTH, ValueType::Text),
    key("image-credential-provider-config", BOTH, ValueType::Text),
    key("selinux", BOTH, ValueType::Bool),
    key("lb-server-port", BOTH, ValueType::Int),
    key("protect-kernel-defaults", BOTH, ValueType::Bool),
    key("docker", BOTH, ValueType::Bool),
    key("container-runtime-endpoint", BOTH, ValueType::Text),
    key("default-runtime", BOTH, ValueType::Text),
    key("image-service-endpoint", BOTH, ValueType::Text),
    key("disable-default-registry-endpoint", BOTH, ValueType::Bool),
    key("nonroot-devices", BOTH, ValueType::Bool),
    key("pause-image", BOTH, ValueType::Text),
    key("snapshotter", BOTH, ValueType::Text),
    key("private-registry", BOTH, ValueType::Text),
    key("airgap-extra-registry", BOTH, ValueType::List),
    key("node-ip", BOTH, ValueType::List).also(&["i"]),
    key("node-external-ip", BOTH, ValueType::List),
    key("node-internal-dns", BOTH, ValueType::List),
    key("node-external-dns", BOTH, ValueType::List),
    key("resolv-conf", BOTH, ValueType::Text),
    key("flannel-iface", BOTH, ValueType::Text),
    key("flannel-conf", BOTH, ValueType::Text),
    key("flannel-cni-conf", BOTH, ValueType::Text),
    key("vpn-auth", BOTH, ValueType::Text).since(&[(25, 11), (26, 6), (27, 3)]),
    key("vpn-auth-file", BOTH, ValueType::Text).since(&[(25, 11), (26, 6), (27, 3)]),
    key("disable-apiserver-lb", AGENT, ValueType::Bool),
    key("kubelet-arg", BOTH, ValueType::List),
    key("kube-proxy-arg", BOTH, ValueType::List),
    key("secrets-encryption", SERVER, ValueType::Bool),
    key("secrets-encryption-provider", SERVER, ValueType::Text).one_of(&["aescbc", "secretbox"]),
    key("enable-pprof", BOTH, ValueType::Bool),
    key("rootless", BOTH, ValueType::Bool),
    key("prefer-bundled-bin", BOTH, ValueType::Bool),
];

/// Keys that newer versions do not have.
pub static REMOVED: [Removed; 7] = [
    Removed {
        key: "no-flannel",
        replacement: "flannel-backend: none",
    },
    Removed {
        key: "no-deploy",
        replacement: "disable",
    },
    Removed {
        key: "cluster-secret",
        replacement: "token",
    },
    Removed {
        key: "disable-selinux",
        replacement: "selinux",
    },
    Removed {
        key: "flannel-backend=wireguard",
        replacement: "flannel-backend: wireguard-native",
    },
    Removed {
        key: "flannel-backend=ipsec",
        replacement: "flannel-backend: wireguard-native",
    },
    Removed {
        key: "flannel-backend=<be>=opt=val",
        replacement: "flannel-conf",
    },
];
