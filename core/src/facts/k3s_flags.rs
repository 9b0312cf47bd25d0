//! The arguments of the programs that k3s runs, which the `…-arg` keys of its `config.yaml` pass on.
//!
//! Sources: the flag sets of kubelet, kube-apiserver, kube-controller-manager, kube-scheduler, kube-proxy and the cloud controller manager
//! of Kubernetes v1.37.1 (2026-09-23), and what v1.33.13, v1.34.8, v1.35.5 and v1.36.5 (2026-05 to 2026-09) add to and lack of them;
//! `embed/config.go` of etcd v3.5.21, v3.6.12 and v3.7.1; which etcd is in which k3s: k3s-io/docs `docs/release-notes/` v1.31.X,
//! v1.35.X, v1.36.X and v1.37.X.
//!
//! Kubernetes' programs exit on an argument that they do not know. etcd does not: k3s writes its arguments to etcd's configuration file
//! (k3s-io/k3s `pkg/daemons/executor/executor.go`, `ToConfigFile`), and etcd skips keys that it does not know.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// A line for each argument: its name, the letters of the programs that have it, the letter of its kind, and the minor versions that have it
/// if not all do. Sorted, to be searched in place.
const FLAGS: &str = include_str!("k3s_flags.txt");

/// The minor versions that the table describes.
pub const MINORS: RangeInclusive<u32> = 33..=37;

/// A program that a key of k3s passes arguments to.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// The keys: the second is an older name.
    pub keys: &'static [&'static str],
    /// Its name.
    pub name: &'static str,
    /// Its letter in the table.
    letter: char,
}

/// The programs. helm-controller is not one: k3s reads `helm-controller-arg` itself.
pub static PROGRAMS: [Program; 7] = [
    program(&["kubelet-arg"], "kubelet", 'k'),
    program(&["kube-apiserver-arg"], "kube-apiserver", 'a'),
    program(
        &["kube-controller-manager-arg", "kube-controller-arg"],
        "kube-controller-manager",
        'c',
    ),
    program(&["kube-scheduler-arg"], "kube-scheduler", 's'),
    program(&["kube-proxy-arg"], "kube-proxy", 'p'),
    program(
        &["kube-cloud-controller-manager-arg", "kube-cloud-controller-arg"],
        "cloud-controller-manager",
        'm',
    ),
    program(&["etcd-arg"], ETCD, 'e'),
];

const ETCD: &str = "etcd";

const fn program(keys: &'static [&'static str], name: &'static str, letter: char) -> Program {
    Program { keys, name, letter }
}

/// The program that a key of k3s passes arguments to.
pub fn program_of(key: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.keys.contains(&key))
}

impl Program {
    /// Whether it exits on an argument that it does not know.
    pub fn is_strict(&self) -> bool {
        self.name != ETCD
    }

    /// The argument of that name. The programs read `_` in it as `-`.
    pub fn flag(&self, name: &str) -> Option<Flag> {
        let name = name.replace('_', "-");
        lines_of(&name).find_map(|line| self.read(line))
    }

    /// All its arguments.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        FLAGS.lines().filter_map(|line| self.read(line))
    }

    fn read(&self, line: &'static str) -> Option<Flag> {
        let mut words = line.split(' ');
        let (name, programs, kind) = (words.next()?, words.next()?, words.next()?);
        let (since, last) = words.next().and_then(|range| range.split_once('-')).unzip();
        programs.contains(self.letter).then(|| Flag {
            name,
            kind: FlagKind::of(kind),
            since: since.and_then(|minor| minor.parse().ok()),
            last: last.and_then(|minor| minor.parse().ok()),
        })
    }
}

/// The words that an argument takes: the program's name, the argument's, whether it is a list of them, the words.
///
/// Sources: Kubernetes v1.37.1 `pkg/kubelet/apis/config/validation`, `pkg/kubelet/cm/{cpumanager,memorymanager,topologymanager}`,
/// `pkg/proxy/apis/config/validation`, `pkg/kubeapiserver/authorizer/modes`, `staging/src/k8s.io/apiserver/pkg/server/options/audit.go`,
/// `staging/src/k8s.io/component-base/{cli/flag/ciphersuites_flag.go,logs}`. An empty value is the default.
pub const WORDS: &[(&str, &str, bool, &[&str])] = &[
    (
        "kube-proxy",
        "ipvs-scheduler",
        false,
        &[
            "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh", "fo", "ovf",
        ],
    ),
    (
        "kubelet",
        "authorization-mode",
        false,
        &["AlwaysAllow", "Webhook"],
    ),
    ("kubelet", "cgroup-driver", false, &["cgroupfs", "systemd"]),
    ("kubelet", "cpu-manager-policy", false, &["none", "static"]),
    (
        "kubelet",
        "enforce-node-allocatable",
        true,
        &[
            "none",
            "pods",
            "system-reserved",
            "system-reserved-compressible",
            "kube-reserved",
            "kube-reserved-compressible",
        ],
    ),
    (
        "kubelet",
        "hairpin-mode",
        false,
        &["promiscuous-bridge", "hairpin-veth", "none"],
    ),
    ("kubelet", "logging-format", false, &["text", "json"]),
    ("kubelet", "memory-manager-policy", false, &["None", "Static"]),
    ("kubelet", "tls-min-version", false, &TLS_VERSIONS),
    (
        "kubelet",
        "topology-manager-policy",
        false,
        &["none", "best-effort", "restricted", "single-numa-node"],
    ),
    ("kubelet", "topology-manager-scope", false, &["container", "pod"]),
    (
        "kube-proxy",
        "proxy-mode",
        false,
        &["iptables", "ipvs", "nftables"],
    ),
    ("kube-apiserver", "audit-log-format", false, &["legacy", "json"]),
    (
        "kube-apiserver",
        "audit-log-mode",
        false,
        &["batch", "blocking", "blocking-strict"],
    ),
    (
        "kube-apiserver",
        "audit-webhook-mode",
        false,
        &["batch", "blocking", "blocking-strict"],
    ),
    (
        "kube-apiserver",
        "authorization-mode",
        true,
        &["AlwaysAllow", "AlwaysDeny", "ABAC", "Webhook", "RBAC", "Node"],
    ),
    ("kube-apiserver", "logging-format", false, &["text", "json"]),
    (
        "kube-apiserver",
        "oidc-signing-algs",
        true,
        &[
            "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
        ],
    ),
    ("kube-apiserver", "tls-cipher-suites", true, &CIPHER_SUITES),
    (
        "kube-controller-manager",
        "tls-cipher-suites",
        true,
        &CIPHER_SUITES,
    ),
    ("kube-scheduler", "tls-cipher-suites", true, &CIPHER_SUITES),
    ("kubelet", "tls-cipher-suites", true, &CIPHER_SUITES),
    ("kube-apiserver", "tls-min-version", false, &TLS_VERSIONS),
    (
        "kube-controller-manager",
        "logging-format",
        false,
        &["text", "json"],
    ),
    ("kube-controller-manager", "tls-min-version", false, &TLS_VERSIONS),
    ("kube-scheduler", "logging-format", false, &["text", "json"]),
    ("kube-scheduler", "tls-min-version", false, &TLS_VERSIONS),
];

const TLS_VERSIONS: [&str; 4] = ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"];

/// Cipher suites by the names of Go (`crypto/tls/cipher_suites.go`; Kubernetes `component-base/cli/flag/ciphersuites_flag.go`).
const CIPHER_SUITES: [&str; 27] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_RC4_128_SHA",
];

/// Admission plugins (Kubernetes `pkg/kubeapiserver/options/plugins.go`; kube-apiserver's `--enable-admission-plugins`, v1.33 to v1.37).
pub const ADMISSION_PLUGINS: [&str; 36] = [
    "AlwaysAdmit",
    "AlwaysDeny",
    "AlwaysPullImages",
    "CertificateApproval",
    "CertificateSigning",
    "CertificateSubjectRestriction",
    "ClusterTrustBundleAttest",
    "DefaultIngressClass",
    "DefaultStorageClass",
    "DefaultTolerationSeconds",
    "DenyServiceExternalIPs",
    "EventRateLimit",
    "ExtendedResourceToleration",
    "ImagePolicyWebhook",
    "LimitPodHardAntiAffinityTopology",
    "LimitRanger",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionWebhook",
    "NamespaceAutoProvision",
    "NamespaceExists",
    "NamespaceLifecycle",
    "NodeRestriction",
    "OwnerReferencesPermissionEnforcement",
    "PersistentVolumeClaimResize",
    "PodNodeSelector",
    "PodSecurity",
    "PodTolerationRestriction",
    "PodTopologyLabels",
    "Priority",
    "ResourceQuota",
    "RuntimeClass",
    "ServiceAccount",
    "StorageObjectInUseProtection",
    "TaintNodesByCondition",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionWebhook",
];

/// Kernel settings that each pod has for itself; what ends in `*` is the beginning of names (Kubernetes `pkg/kubelet/sysctl`; Linux
/// `namespaces(7)`).
pub const POD_SYSCTLS: [&str; 5] = ["fs.mqueue.*", "kernel.msg*", "kernel.sem", "kernel.shm*", "net.*"];

/// What the kubelet can reserve (Kubernetes v1.37.1 `cmd/kubelet/app/server.go`, `parseResourceList`).
pub const RESERVABLE: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "pid"];

/// The signals of an eviction (Kubernetes v1.37.1 `pkg/kubelet/eviction/api/types.go`).
pub const EVICTION_SIGNALS: [&str; 9] = [
    "memory.available",
    "nodefs.available",
    "nodefs.inodesFree",
    "imagefs.available",
    "imagefs.inodesFree",
    "containerfs.available",
    "containerfs.inodesFree",
    "allocatableMemory.available",
    "pid.available",
];

/// The thresholds of the disk's use in percent at which the kubelet starts and stops to remove images: the arguments' names and defaults
/// (Kubernetes v1.37.1 `pkg/kubelet/apis/config/v1beta1/defaults.go`).
pub const IMAGE_GC_HIGH: (&str, i64) = ("image-gc-high-threshold", 85);
/// See [`IMAGE_GC_HIGH`].
pub const IMAGE_GC_LOW: (&str, i64) = ("image-gc-low-threshold", 80);

/// An argument of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: FlagKind,
    /// The first minor version with it, if the first of the table is without it.
    pub since: Option<u32>,
    /// The last minor version with it, if a newer one is without it.
    pub last: Option<u32>,
}

impl Flag {
    /// Whether a minor version has it.
    pub fn is_in(&self, minor: u32) -> bool {
        self.since.is_none_or(|since| minor >= since) && self.last.is_none_or(|last| minor <= last)
    }
}

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagKind {
    /// `true` or `false`; without a value, it is on.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A duration as Go writes it.
    Duration,
    /// An IP address.
    Address,
    /// Text, with or without a syntax of its own.
    Text,
}

impl FlagKind {
    fn of(letter: &str) -> FlagKind {
        match letter {
            "b" => FlagKind::Bool,
            "i" => FlagKind::Int,
            "f" => FlagKind::Float,
            "d" => FlagKind::Duration,
            "a" => FlagKind::Address,
            _ => FlagKind::Text,
        }
    }
}

/// The lines of the table with that name.
fn lines_of(name: &str) -> impl Iterator<Item = &'static str> {
    let (mut start, mut end) = (0, FLAGS.len());
    while start < end {
        let middle = start + (end - start) / 2;
        let line = FLAGS[..middle].rfind('\n').map_or(0, |before| before + 1);
        let after = FLAGS[line..].find('\n').map_or(FLAGS.len(), |len| line + len + 1);
        match name_of(&FLAGS[line..]).cmp(name) {
            Ordering::Less => start = after,
            Ordering::Equal | Ordering::Greater => end = line,
        }
    }
    let name = name.to_owned();
    FLAGS[start..]
        .lines()
        .take_while(move |line| name_of(line) == name)
}

fn name_of(line: &str) -> &str {
    line.split([' ', '\n']).next().unwrap_or(line)
}

/// Arguments that were removed before the first minor version of the table, each with the key that passes it on and the minor version
/// without it (Kubernetes CHANGELOG-1.24.md, "Dockershim removed", and the insecure ports of the programs; CHANGELOG-1.27.md,
/// `--container-runtime`).
pub const FLAGS_GONE: [(&str, &str, u32); 14] = [
    ("kube-apiserver-arg", "insecure-bind-address", 24),
    ("kube-apiserver-arg", "insecure-port", 24),
    ("kube-controller-manager-arg", "address", 24),
    ("kube-controller-manager-arg", "port", 24),
    ("kube-scheduler-arg", "address", 23),
    ("kube-scheduler-arg", "port", 23),
    ("kubelet-arg", "cni-bin-dir", 24),
    ("kubelet-arg", "cni-cache-dir", 24),
    ("kubelet-arg", "cni-conf-dir", 24),
    ("kubelet-arg", "container-runtime", 27),
    ("kubelet-arg", "docker-endpoint", 24),
    ("kubelet-arg", "image-pull-progress-deadline", 24),
    ("kubelet-arg", "network-plugin", 24),
    ("kubelet-arg", "network-plugin-mtu", 24),
];

/// Arguments that their programs call deprecated or without effect, each with its program, the first minor version of the table where that
/// is so, and what to do. Those of the kubelet that only have a better place in its configuration file are left out: k3s has no key for that
/// file.
pub const FLAGS_DEPRECATED: [(&str, &str, u32, &str); 18] = [
    ("etcd", "max-snapshots", 34, "remove it"),
    ("etcd", "v2-deprecation", 34, "remove it"),
    (
        "kube-apiserver",
        "admission-control",
        33,
        "use `enable-admission-plugins`",
    ),
    ("kube-apiserver", "apiserver-count", 33, "remove it"),
    (
        "kube-apiserver",
        "audit-webhook-batch-initial-backoff",
        33,
        "use `audit-webhook-initial-backoff`",
    ),
    ("kube-apiserver", "default-watch-cache-size", 33, "remove it"),
    ("kube-apiserver", "kubelet-port", 33, "remove it"),
    ("kube-apiserver", "kubelet-read-only-port", 33, "remove it"),
    ("kube-controller-manager", "allow-untagged-cloud", 33, "remove it"),
    ("kube-controller-manager", "node-sync-period", 33, "remove it"),
    ("kube-proxy", "healthz-port", 33, "use `healthz-bind-address`"),
    ("kube-proxy", "metrics-port", 33, "use `metrics-bind-address`"),
    (
        "kubelet",
        "experimental-allocatable-ignore-eviction",
        33,
        "remove it",
    ),
    ("kubelet", "experimental-mounter-path", 33, "remove it"),
    ("kubelet", "maximum-dead-containers", 33, EVICTION),
    ("kubelet", "maximum-dead-containers-per-container", 33, EVICTION),
    ("kubelet", "minimum-container-ttl-duration", 33, EVICTION),
    (
        "kubelet",
        "pod-infra-container-image",
        33,
        "use the key `pause-image` of k3s",
    ),
];

const EVICTION: &str = "use `eviction-hard` or `eviction-soft`";

/// Arguments with a number or a duration, of which their programs refuse what is below or above, each with how to write it.
///
/// Source: Kubernetes `pkg/kubelet/apis/config/validation`, `staging/src/k8s.io/apiserver/pkg/server/options/server_run_options.go`;
/// etcd `server/embed/config.go`, `maxElectionMs`.
pub const BOUNDS: [(&str, &str, f64, f64, &str); 7] = [
    ("etcd", "election-timeout", 0.0, 50_000.0, "5000"),
    ("kube-apiserver", "goaway-chance", 0.0, 0.02, "0.001"),
    ("kubelet", "cpu-cfs-quota-period", 0.001, 1.0, "100ms"),
    ("kubelet", "max-pods", 0.0, f64::MAX, "110"),
    ("kubelet", "oom-score-adj", -1000.0, 1000.0, "-999"),
    ("kubelet", "image-maximum-gc-age", 0.0, f64::MAX, "168h"),
    ("kubelet", "healthz-port", 0.0, 65_535.0, "10248"),
];

/// What k3s gives etcd where these arguments are absent, in milliseconds.
///
/// Source: k3s-io/k3s `pkg/etcd/etcd.go`; etcd docs, "Tuning".
pub const ETCD_HEARTBEAT: (&str, i64) = ("heartbeat-interval", 500);
/// The longest silence of a leader.
pub const ETCD_ELECTION: (&str, i64) = ("election-timeout", 5000);
/// `--election-timeout` must be at least so many heartbeats.
pub const ETCD_HEARTBEATS: i64 = 5;

/// etcd's experimental arguments that became feature gates (etcd v3.6.12 `embed/config.go`).
pub const ETCD_GATES: [(&str, &str); 4] = [
    ("experimental-compact-hash-check-enabled", "CompactHashCheck"),
    ("experimental-initial-corrupt-check", "InitialCorruptCheck"),
    (
        "experimental-stop-grpc-service-on-defrag",
        "StopGRPCServiceOnDefrag",
    ),
    (
        "experimental-txn-mode-write-with-shared-buffer",
        "TxnModeWriteWithSharedBuffer",
    ),
];

/// Feature gates of Kubernetes that were removed, each with the first minor version without it. A program that is given one exits
/// (Kubernetes `component-base/featuregate/feature_gate.go`; the gates are those of `pkg/features`, `apiserver` and `component-base` of
/// the releases above, and those of older ones that configurations still have: Kubernetes docs, "Feature Gates (removed)").
pub const GATES_GONE: [(&str, u32); 59] = [
    ("APIServerTracing", 37),
    ("AllowServiceLBStatusOnNonLB", 35),
    ("AnonymousAuthConfigurableEndpoints", 37),
    ("AnyVolumeDataSource", 37),
    ("AuthorizeNodeWithSelectors", 37),
    ("AuthorizeWithSelectors", 37),
    ("BtreeWatchCache", 37),
    ("CSIMigrationPortworx", 36),
    ("ComponentSLIs", 35),
    ("ConsistentListFromCache", 37),
    ("CronJobsScheduledAnnotation", 35),
    ("DevicePluginCDIDevices", 34),
    ("ElasticIndexedJob", 34),
    ("EphemeralContainers", 27),
    ("ExpandPersistentVolumes", 27),
    ("GangScheduling", 37),
    ("HonorPVReclaimPolicy", 36),
    ("IPv6DualStack", 25),
    ("InPlacePodVerticalScalingAllocatedStatus", 36),
    ("InTreePluginPortworxUnregister", 36),
    ("JobBackoffLimitPerIndex", 37),
    ("JobPodReplacementPolicy", 37),
    ("JobSuccessPolicy", 37),
    ("JobTrackingWithFinalizers", 28),
    ("LegacySidecarContainers", 34),
    ("LoadBalancerIPMode", 35),
    ("LogarithmicScaleDown", 37),
    ("MemoryManager", 36),
    ("NetworkPolicyEndPort", 27),
    ("OrderedNamespaceDeletion", 37),
    ("PodDisruptionConditions", 34),
    ("PodIndexLabel", 35),
    ("PodLifecycleSleepAction", 37),
    ("PodLifecycleSleepActionAllowZero", 37),
    ("PodSecurity", 28),
    ("PreventStaticPodAPIReferences", 37),
    ("ProbeHostPodSecurityStandards", 35),
    ("RelaxedDNSSearchValidation", 37),
    ("ResilientWatchCacheInitialization", 37),
    ("RetryGenerateName", 37),
    ("SchedulerQueueingHints", 37),
    ("SeccompDefault", 29),
    ("ServiceTrafficDistribution", 36),
    ("SidecarContainers", 37),
    ("SizeMemoryBackedVolumes", 35),
    ("StatefulSetAutoDeletePVC", 35),
    ("StatefulSetStartOrdinal", 34),
    ("StreamingCollectionEncodingToJSON", 37),
    ("StreamingCollectionEncodingToProtobuf", 37),
    ("StrictCostEnforcementForVAP", 35),
    ("StrictCostEnforcementForWebhooks", 35),
    ("StructuredAuthenticationConfiguration", 37),
    ("StructuredAuthorizationConfiguration", 36),
    ("TTLAfterFinished", 25),
    ("TopologyAwareHints", 36),
    ("TopologyManager", 29),
    ("UserNamespacesPodSecurityStandards", 35),
    ("WatchFromStorageWithoutResourceVersion", 36),
    ("WorkloadAwarePreemption", 37),
];

/// Arguments that say what a key of k3s says, each with the key that passes it on and that other key. The argument wins
/// (k3s-io/k3s `pkg/util/args.go`).
pub const FLAGS_OF_KEYS: [(&str, &str, &str); 10] = [
    ("kube-apiserver-arg", "service-cluster-ip-range", "service-cidr"),
    ("kube-controller-manager-arg", "cluster-cidr", "cluster-cidr"),
    (
        "kube-controller-manager-arg",
        "service-cluster-ip-range",
        "service-cidr",
    ),
    ("kube-proxy-arg", "cluster-cidr", "cluster-cidr"),
    ("kube-proxy-arg", "hostname-override", "node-name"),
    ("kubelet-arg", "cluster-dns", "cluster-dns"),
    ("kubelet-arg", "hostname-override", "node-name"),
    ("kubelet-arg", "node-ip", "node-ip"),
    ("kubelet-arg", "node-labels", "node-label"),
    ("kubelet-arg", "register-with-taints", "node-taint"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_line_is_found() {
        let lines: Vec<&str> = FLAGS.lines().collect();
        assert!(lines.is_sorted());
        for line in lines {
            assert!(lines_of(name_of(line)).any(|found| found == line), "{line}");
            assert_eq!(
                PROGRAMS
                    .iter()
                    .filter(|program| program.read(line).is_some())
                    .count(),
                line.split(' ').nth(1).unwrap_or_default().len(),
                "{line}"
            );
        }
        assert_eq!(
            lines_of("zzz").count() + lines_of("").count() + lines_of("max").count(),
            0
        );
    }

    #[test]
    fn other_lists_name_arguments_of_the_table() {
        for (key, name, _) in FLAGS_OF_KEYS {
            assert!(
                program_of(key).is_some_and(|program| program.flag(name).is_some()),
                "{name}"
            );
        }
        for (program, name, ..) in FLAGS_DEPRECATED {
            let of = PROGRAMS.iter().find(|of| of.name == program);
            assert!(of.is_some_and(|of| of.flag(name).is_some()), "{program} {name}");
        }
        for (name, _) in ETCD_GATES {
            let etcd = program_of("etcd-arg");
            assert!(etcd.is_some_and(|etcd| etcd.flag(name).is_some()), "{name}");
        }
        for (key, name, _) in FLAGS_GONE {
            let there = program_of(key).is_some_and(|program| program.flag(name).is_some());
            assert!(!there, "{name}");
        }
        assert!(GATES_GONE.is_sorted());
    }
}
