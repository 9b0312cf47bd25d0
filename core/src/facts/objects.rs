//! Kubernetes objects that people write into files of machines, as those who read them do: k3s's manifests, and the configuration of the API
//! server.
//!
//! Source: Kubernetes docs, "Auditing", "kube-apiserver Audit Configuration (v1)", "kube-apiserver Configuration (v1)", "Pod Security
//! Standards", "kube-scheduler Configuration (v1)", "Kubelet Configuration (v1beta1)"; Kubernetes API reference 1.36, and "Deprecated API
//! Migration Guide"; k3s-io/helm-controller `pkg/apis/helm.cattle.io/v1/types.go` at 0.16 and 0.17.

use super::pods::Shape::{
    self, Amounts, Any, Between, Duration, Flag, Group, List, Name, Object, PortOrName, Quantity, Range,
    Resource, Schedule, Text, Texts, Whole, Words,
};
use super::pods::{POD, PORT, PROTOCOL, SELECTOR};

const TEXTS: Shape = List(&Text);

const METADATA: Shape = Object(&[
    ("name", Name),
    ("namespace", Name),
    ("labels", Texts),
    ("annotations", Texts),
    ("generateName", Text),
    ("finalizers", TEXTS),
    ("ownerReferences", Any),
]);

/// A kind of objects.
#[derive(Debug)]
pub struct Kind {
    /// Its group and version.
    pub version: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its keys.
    pub shape: Shape,
}

const STAGES: Shape = List(&Words(&[
    "RequestReceived",
    "ResponseStarted",
    "ResponseComplete",
    "Panic",
]));

const AUDIT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("omitStages", STAGES),
    ("omitManagedFields", Flag),
    (
        "rules",
        List(&Object(&[
            (
                "level",
                Words(&["None", "Metadata", "Request", "RequestResponse"]),
            ),
            ("users", TEXTS),
            ("userGroups", TEXTS),
            ("verbs", TEXTS),
            (
                "resources",
                List(&Object(&[
                    ("group", Group),
                    ("resources", List(&Resource)),
                    ("resourceNames", TEXTS),
                ])),
            ),
            ("namespaces", TEXTS),
            ("nonResourceURLs", TEXTS),
            ("omitStages", STAGES),
            ("omitManagedFields", Flag),
        ])),
    ),
]);

/// A minor version of Kubernetes, or the newest.
const POLICY_VERSION: Shape = Shape::PolicyVersion;

const LEVEL: Shape = Words(&["privileged", "baseline", "restricted"]);

const POD_SECURITY: Shape = Object(&[
    (
        "apiVersion",
        Words(&[
            "pod-security.admission.config.k8s.io/v1",
            "pod-security.admission.config.k8s.io/v1beta1",
            "pod-security.admission.config.k8s.io/v1alpha1",
            "eventratelimit.admission.k8s.io/v1alpha1",
            "imagepolicy.k8s.io/v1alpha1",
            "podtolerationrestriction.admission.k8s.io/v1alpha1",
            "resourcequota.admission.k8s.io/v1",
            "apiserver.config.k8s.io/v1",
        ]),
    ),
    (
        "kind",
        Words(&[
            "PodSecurityConfiguration",
            "Configuration",
            "ImageReview",
            "WebhookAdmissionConfiguration",
            "WebhookAdmission",
        ]),
    ),
    (
        "defaults",
        Object(&[
            ("enforce", LEVEL),
            ("enforce-version", POLICY_VERSION),
            ("audit", LEVEL),
            ("audit-version", POLICY_VERSION),
            ("warn", LEVEL),
            ("warn-version", POLICY_VERSION),
        ]),
    ),
    (
        "exemptions",
        Object(&[
            ("usernames", TEXTS),
            ("runtimeClasses", TEXTS),
            ("namespaces", TEXTS),
        ]),
    ),
    ("limits", Any),
    ("kubeConfigFile", Text),
]);

const ADMISSION: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    (
        "plugins",
        List(&Object(&[
            (
                "name",
                Words(&[
                    "PodSecurity",
                    "EventRateLimit",
                    "ImagePolicyWebhook",
                    "MutatingAdmissionWebhook",
                    "ValidatingAdmissionWebhook",
                    "PodNodeSelector",
                    "PodTolerationRestriction",
                    "ResourceQuota",
                ]),
            ),
            ("path", Text),
            ("configuration", POD_SECURITY),
        ])),
    ),
]);

const VALUES_SECRETS: Shape = List(&Object(&[
    ("name", Name),
    ("keys", TEXTS),
    ("ignoreUpdates", Flag),
]));

const CHART: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("authPassCredentials", Flag),
            ("authSecret", Any),
            ("backOffLimit", Whole(0)),
            ("bootstrap", Flag),
            ("chart", Text),
            ("chartContent", Text),
            ("createNamespace", Flag),
            ("dockerRegistrySecret", Any),
            ("failurePolicy", Words(&["abort", "reinstall", "retry"])),
            ("helmVersion", Text),
            ("insecureSkipTLSVerify", Flag),
            ("jobImage", Text),
            ("plainHTTP", Flag),
            ("podSecurityContext", super::pods::POD_SECURITY),
            ("repo", Text),
            ("repoCA", Text),
            ("repoCAConfigMap", Any),
            ("securityContext", super::pods::SECURITY),
            ("set", Any),
            ("takeOwnership", Flag),
            ("targetNamespace", Name),
            ("timeout", Text),
            ("values", Any),
            ("valuesContent", Text),
            ("valuesSecrets", VALUES_SECRETS),
            ("version", Text),
        ]),
    ),
]);

const CHART_CONFIG: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("failurePolicy", Words(&["abort", "reinstall", "retry"])),
            ("values", Any),
            ("valuesContent", Text),
            ("valuesSecrets", VALUES_SECRETS),
        ]),
    ),
]);

const STORAGE_CLASS: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("allowVolumeExpansion", Flag),
    ("allowedTopologies", Any),
    ("mountOptions", TEXTS),
    ("parameters", Texts),
    ("provisioner", Text),
    ("reclaimPolicy", Words(&["Delete", "Retain"])),
    ("volumeBindingMode", Words(&["Immediate", "WaitForFirstConsumer"])),
]);

const CONFIG_MAP: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("binaryData", Texts),
    ("data", Texts),
    ("immutable", Flag),
]);

const SECRET: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("data", Texts),
    ("immutable", Flag),
    ("stringData", Texts),
    ("type", Text),
]);

const SERVICE_ACCOUNT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("automountServiceAccountToken", Flag),
    ("imagePullSecrets", Any),
    ("secrets", Any),
]);

const NAMESPACE: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("spec", Any),
    ("status", Any),
]);

/// A template of pods.
const TEMPLATE: Shape = Object(&[("metadata", METADATA), ("spec", POD)]);

const CLAIM_SPEC: Shape = Object(&[
    (
        "accessModes",
        List(&Words(&[
            "ReadWriteOnce",
            "ReadOnlyMany",
            "ReadWriteMany",
            "ReadWriteOncePod",
        ])),
    ),
    ("dataSource", Any),
    ("dataSourceRef", Any),
    ("resources", Object(&[("requests", Amounts), ("limits", Amounts)])),
    ("selector", SELECTOR),
    ("storageClassName", Text),
    ("volumeAttributesClassName", Text),
    ("volumeMode", Words(&["Filesystem", "Block"])),
    ("volumeName", Text),
]);

const DEPLOYMENT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("minReadySeconds", Whole(0)),
            ("paused", Flag),
            ("progressDeadlineSeconds", Whole(0)),
            ("replicas", Whole(0)),
            ("revisionHistoryLimit", Whole(0)),
            ("selector", SELECTOR),
            (
                "strategy",
                Object(&[
                    ("type", Words(&["Recreate", "RollingUpdate"])),
                    ("rollingUpdate", Any),
                ]),
            ),
            ("template", TEMPLATE),
        ]),
    ),
    ("status", Any),
]);

const UPDATES: Shape = Object(&[
    ("type", Words(&["RollingUpdate", "OnDelete"])),
    ("rollingUpdate", Any),
]);

const DAEMON_SET: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("minReadySeconds", Whole(0)),
            ("revisionHistoryLimit", Whole(0)),
            ("selector", SELECTOR),
            ("template", TEMPLATE),
            ("updateStrategy", UPDATES),
        ]),
    ),
    ("status", Any),
]);

const STATEFUL_SET: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("minReadySeconds", Whole(0)),
            ("ordinals", Any),
            ("persistentVolumeClaimRetentionPolicy", Any),
            ("podManagementPolicy", Words(&["OrderedReady", "Parallel"])),
            ("replicas", Whole(0)),
            ("revisionHistoryLimit", Whole(0)),
            ("selector", SELECTOR),
            ("serviceName", Text),
            ("template", TEMPLATE),
            ("updateStrategy", UPDATES),
            (
                "volumeClaimTemplates",
                List(&Object(&[
                    ("apiVersion", Text),
                    ("kind", Text),
                    ("metadata", METADATA),
                    ("spec", CLAIM_SPEC),
                ])),
            ),
        ]),
    ),
    ("status", Any),
]);

const JOB_SPEC: Shape = Object(&[
    ("activeDeadlineSeconds", Whole(1)),
    ("backoffLimit", Whole(0)),
    ("backoffLimitPerIndex", Whole(0)),
    ("completionMode", Words(&["NonIndexed", "Indexed"])),
    ("completions", Whole(0)),
    ("manualSelector", Flag),
    ("maxFailedIndexes", Whole(0)),
    ("parallelism", Whole(0)),
    ("podFailurePolicy", Any),
    ("podReplacementPolicy", Words(&["TerminatingOrFailed", "Failed"])),
    ("selector", SELECTOR),
    ("successPolicy", Any),
    ("suspend", Flag),
    ("template", TEMPLATE),
    ("ttlSecondsAfterFinished", Whole(0)),
]);

const JOB: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("spec", JOB_SPEC),
    ("status", Any),
]);

const CRON_JOB: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("concurrencyPolicy", Words(&["Allow", "Forbid", "Replace"])),
            ("failedJobsHistoryLimit", Whole(0)),
            (
                "jobTemplate",
                Object(&[("metadata", METADATA), ("spec", JOB_SPEC)]),
            ),
            ("schedule", Schedule),
            ("startingDeadlineSeconds", Whole(0)),
            ("successfulJobsHistoryLimit", Whole(0)),
            ("suspend", Flag),
            ("timeZone", Text),
        ]),
    ),
    ("status", Any),
]);

const BARE_POD: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("spec", POD),
    ("status", Any),
]);

const SERVICE: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("allocateLoadBalancerNodePorts", Flag),
            ("clusterIP", Text),
            ("clusterIPs", TEXTS),
            ("externalIPs", TEXTS),
            ("externalName", Text),
            ("externalTrafficPolicy", Words(&["Cluster", "Local"])),
            ("healthCheckNodePort", PORT),
            ("internalTrafficPolicy", Words(&["Cluster", "Local"])),
            ("ipFamilies", List(&Words(&["IPv4", "IPv6"]))),
            (
                "ipFamilyPolicy",
                Words(&["SingleStack", "PreferDualStack", "RequireDualStack"]),
            ),
            ("loadBalancerClass", Text),
            ("loadBalancerIP", Text),
            ("loadBalancerSourceRanges", List(&Range)),
            (
                "ports",
                List(&Object(&[
                    ("appProtocol", Text),
                    ("name", Text),
                    ("nodePort", PORT),
                    ("port", PORT),
                    ("protocol", PROTOCOL),
                    ("targetPort", PortOrName),
                ])),
            ),
            ("publishNotReadyAddresses", Flag),
            ("selector", Texts),
            ("sessionAffinity", Words(&["ClientIP", "None"])),
            ("sessionAffinityConfig", Any),
            ("trafficDistribution", Text),
            (
                "type",
                Words(&["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
            ),
        ]),
    ),
    ("status", Any),
]);

const NETWORK_PEERS: Shape = List(&Object(&[
    ("ipBlock", Object(&[("cidr", Range), ("except", List(&Range))])),
    ("namespaceSelector", SELECTOR),
    ("podSelector", SELECTOR),
]));

const NETWORK_PORTS: Shape = List(&Object(&[
    ("endPort", PORT),
    ("port", PortOrName),
    ("protocol", PROTOCOL),
]));

const NETWORK_POLICY: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            (
                "egress",
                List(&Object(&[("ports", NETWORK_PORTS), ("to", NETWORK_PEERS)])),
            ),
            (
                "ingress",
                List(&Object(&[("from", NETWORK_PEERS), ("ports", NETWORK_PORTS)])),
            ),
            ("podSelector", SELECTOR),
            ("policyTypes", List(&Words(&["Egress", "Ingress"]))),
        ]),
    ),
]);

const INGRESS: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[
            ("defaultBackend", Any),
            ("ingressClassName", Text),
            (
                "rules",
                List(&Object(&[
                    ("host", Text),
                    (
                        "http",
                        Object(&[(
                            "paths",
                            List(&Object(&[
                                ("backend", Any),
                                ("path", Text),
                                ("pathType", Words(&["Exact", "Prefix", "ImplementationSpecific"])),
                            ])),
                        )]),
                    ),
                ])),
            ),
            ("tls", List(&Object(&[("hosts", TEXTS), ("secretName", Name)]))),
        ]),
    ),
    ("status", Any),
]);

/// The largest priority that is not the system's own (Kubernetes `pkg/apis/scheduling/types.go`, `HighestUserDefinablePriority`).
const HIGHEST_PRIORITY: i64 = 1_000_000_000;

const PRIORITY_CLASS: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("description", Text),
    ("globalDefault", Flag),
    ("preemptionPolicy", Words(&["Never", "PreemptLowerPriority"])),
    ("value", Between(-2_147_483_648, HIGHEST_PRIORITY)),
]);

const SUBJECTS: Shape = List(&Object(&[
    ("apiGroup", Text),
    ("kind", Words(&["Group", "ServiceAccount", "User"])),
    ("name", Text),
    ("namespace", Name),
]));

const CLUSTER_ROLE_BINDING: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "roleRef",
        Object(&[
            ("apiGroup", Words(&["rbac.authorization.k8s.io"])),
            ("kind", Words(&["ClusterRole"])),
            ("name", Text),
        ]),
    ),
    ("subjects", SUBJECTS),
]);

const ROLE_BINDING: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "roleRef",
        Object(&[
            ("apiGroup", Words(&["rbac.authorization.k8s.io"])),
            ("kind", Words(&["ClusterRole", "Role"])),
            ("name", Text),
        ]),
    ),
    ("subjects", SUBJECTS),
]);

const ROLE_RULES: Shape = List(&Object(&[
    ("apiGroups", List(&Group)),
    ("nonResourceURLs", TEXTS),
    ("resourceNames", TEXTS),
    ("resources", List(&Resource)),
    ("verbs", TEXTS),
]));

const ROLE: Shape = Object(&[
    ("aggregationRule", Any),
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("rules", ROLE_RULES),
]);

const CLAIM: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("spec", CLAIM_SPEC),
    ("status", Any),
]);

const LIMIT_RANGE: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[(
            "limits",
            List(&Object(&[
                ("default", Amounts),
                ("defaultRequest", Amounts),
                ("max", Amounts),
                ("maxLimitRequestRatio", Amounts),
                ("min", Amounts),
                ("type", Words(&["Container", "PersistentVolumeClaim", "Pod"])),
            ])),
        )]),
    ),
]);

const RESOURCE_QUOTA: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    (
        "spec",
        Object(&[("hard", Amounts), ("scopeSelector", Any), ("scopes", TEXTS)]),
    ),
    ("status", Any),
]);

/// Plugins of the scheduler (Kubernetes `pkg/scheduler/framework/plugins/names/names.go`).
const SCHEDULER_PLUGINS: Shape = Words(&[
    "DefaultBinder",
    "DefaultPreemption",
    "DynamicResources",
    "GangScheduling",
    "ImageLocality",
    "InterPodAffinity",
    "NodeAffinity",
    "NodeDeclaredFeatures",
    "NodeName",
    "NodePorts",
    "NodeResourcesBalancedAllocation",
    "NodeResourcesFit",
    "NodeUnschedulable",
    "NodeVolumeLimits",
    "PodTopologySpread",
    "PrioritySort",
    "SchedulingGates",
    "TaintToleration",
    "VolumeBinding",
    "VolumeRestrictions",
    "VolumeZone",
]);

const SCHEDULER: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("clientConnection", Any),
    ("contentionProfiling", Any),
    ("delayCacheUntilActive", Flag),
    ("enableContentionProfiling", Flag),
    ("enableProfiling", Flag),
    ("extenders", Any),
    ("leaderElection", Any),
    ("parallelism", Whole(1)),
    ("percentageOfNodesToScore", Between(0, 100)),
    ("podInitialBackoffSeconds", Whole(1)),
    ("podMaxBackoffSeconds", Whole(1)),
    (
        "profiles",
        List(&Object(&[
            ("percentageOfNodesToScore", Between(0, 100)),
            (
                "pluginConfig",
                List(&Object(&[
                    ("name", SCHEDULER_PLUGINS),
                    (
                        "args",
                        Object(&[
                            ("apiVersion", Text),
                            ("kind", Text),
                            ("addedAffinity", Any),
                            ("defaultConstraints", Any),
                            ("defaultingType", Words(&["List", "System"])),
                            ("ignoredResourceGroups", TEXTS),
                            ("ignoredResources", TEXTS),
                            (
                                "scoringStrategy",
                                Object(&[
                                    ("requestedToCapacityRatio", Any),
                                    ("resources", Any),
                                    (
                                        "type",
                                        Words(&[
                                            "LeastAllocated",
                                            "MostAllocated",
                                            "RequestedToCapacityRatio",
                                        ]),
                                    ),
                                ]),
                            ),
                        ]),
                    ),
                ])),
            ),
            ("plugins", Any),
            ("schedulerName", Text),
        ])),
    ),
]);

const PERCENT: Shape = Between(0, 100);

const KUBELET: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("address", Text),
    ("allowedUnsafeSysctls", TEXTS),
    ("authentication", Any),
    ("authorization", Any),
    ("cgroupDriver", Words(&["cgroupfs", "systemd"])),
    ("cgroupRoot", Text),
    ("cgroupsPerQOS", Flag),
    ("clusterDNS", TEXTS),
    ("clusterDomain", Text),
    (
        "configMapAndSecretChangeDetectionStrategy",
        Words(&["Cache", "Get", "Watch"]),
    ),
    ("containerLogMaxFiles", Whole(2)),
    ("containerLogMaxSize", Quantity),
    ("containerLogMaxWorkers", Whole(1)),
    ("containerLogMonitorInterval", Duration),
    ("containerRuntimeEndpoint", Text),
    ("contentType", Text),
    ("cpuCFSQuota", Flag),
    ("cpuCFSQuotaPeriod", Duration),
    ("cpuManagerPolicy", Words(&["none", "static"])),
    ("cpuManagerPolicyOptions", Texts),
    ("cpuManagerReconcilePeriod", Duration),
    ("crashLoopBackOff", Any),
    ("enableControllerAttachDetach", Flag),
    ("enableDebugFlagsHandler", Flag),
    ("enableDebuggingHandlers", Flag),
    ("enableProfilingHandler", Flag),
    ("enableServer", Flag),
    ("enableSystemLogHandler", Flag),
    ("enableSystemLogQuery", Flag),
    ("enforceNodeAllocatable", TEXTS),
    ("eventBurst", Whole(0)),
    ("eventRecordQPS", Whole(0)),
    ("evictionHard", Texts),
    ("evictionMaxPodGracePeriod", Whole(0)),
    ("evictionMinimumReclaim", Texts),
    ("evictionPressureTransitionPeriod", Duration),
    ("evictionSoft", Texts),
    ("evictionSoftGracePeriod", Texts),
    ("failCgroupV1", Flag),
    ("failSwapOn", Flag),
    ("featureGates", Any),
    ("fileCheckFrequency", Duration),
    (
        "hairpinMode",
        Words(&["hairpin-veth", "none", "promiscuous-bridge"]),
    ),
    ("healthzBindAddress", Text),
    ("healthzPort", Between(0, 65_535)),
    ("httpCheckFrequency", Duration),
    ("imageGCHighThresholdPercent", PERCENT),
    ("imageGCLowThresholdPercent", PERCENT),
    ("imageMaximumGCAge", Duration),
    ("imageMinimumGCAge", Duration),
    ("imagePullCredentialsVerificationPolicy", Text),
    ("imageServiceEndpoint", Text),
    ("iptablesDropBit", Any),
    ("iptablesMasqueradeBit", Any),
    ("kubeAPIBurst", Whole(0)),
    ("kubeAPIQPS", Whole(0)),
    ("kubeReserved", Texts),
    ("kubeReservedCgroup", Text),
    ("kubeletCgroups", Text),
    ("localStorageCapacityIsolation", Flag),
    ("logging", Any),
    ("makeIPTablesUtilChains", Flag),
    ("maxOpenFiles", Whole(0)),
    ("maxParallelImagePulls", Whole(1)),
    ("maxPods", Whole(0)),
    ("memoryManagerPolicy", Words(&["None", "Static"])),
    (
        "memorySwap",
        Object(&[("swapBehavior", Words(&["LimitedSwap", "NoSwap"]))]),
    ),
    ("memoryThrottlingFactor", Any),
    ("mergeDefaultEvictionSettings", Flag),
    ("nodeLeaseDurationSeconds", Whole(1)),
    ("nodeStatusMaxImages", Whole(-1)),
    ("nodeStatusReportFrequency", Duration),
    ("nodeStatusUpdateFrequency", Duration),
    ("oomScoreAdj", Between(-1000, 1000)),
    ("podCIDR", Text),
    ("podLogsDir", Text),
    ("podPidsLimit", Whole(-1)),
    ("podsPerCore", Whole(0)),
    ("port", PORT),
    ("preloadedImagesVerificationAllowlist", TEXTS),
    ("protectKernelDefaults", Flag),
    ("providerID", Text),
    ("qosReserved", Texts),
    ("readOnlyPort", Between(0, 65_535)),
    ("registerNode", Flag),
    ("registerWithTaints", Any),
    ("registryBurst", Whole(0)),
    ("registryPullQPS", Whole(0)),
    ("reservedMemory", Any),
    ("reservedSystemCPUs", Text),
    ("resolvConf", Text),
    ("rotateCertificates", Flag),
    ("runOnce", Flag),
    ("runtimeRequestTimeout", Duration),
    ("seccompDefault", Flag),
    ("serializeImagePulls", Flag),
    ("serverTLSBootstrap", Flag),
    ("showHiddenMetricsForVersion", Text),
    ("shutdownGracePeriod", Duration),
    ("shutdownGracePeriodByPodPriority", Any),
    ("shutdownGracePeriodCriticalPods", Duration),
    ("singleProcessOOMKill", Flag),
    ("staticPodPath", Text),
    ("staticPodURL", Text),
    ("staticPodURLHeader", Any),
    ("streamingConnectionIdleTimeout", Duration),
    ("syncFrequency", Duration),
    ("systemCgroups", Text),
    ("systemReserved", Texts),
    ("systemReservedCgroup", Text),
    ("tlsCertFile", Text),
    ("tlsCipherSuites", TEXTS),
    ("tlsCurvePreferences", Any),
    (
        "tlsMinVersion",
        Words(&["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"]),
    ),
    ("tlsPrivateKeyFile", Text),
    (
        "topologyManagerPolicy",
        Words(&["best-effort", "none", "restricted", "single-numa-node"]),
    ),
    ("topologyManagerPolicyOptions", Texts),
    ("topologyManagerScope", Words(&["container", "pod"])),
    ("tracing", Any),
    ("userNamespaces", Any),
    ("volumePluginDir", Text),
    ("volumeStatsAggPeriod", Duration),
]);

/// The group and version of [`KUBELET`].
pub const KUBELET_VERSION: &str = "kubelet.config.k8s.io/v1beta1";

/// Those of [`SCHEDULER`].
pub const SCHEDULER_VERSION: &str = "kubescheduler.config.k8s.io/v1";

/// The folder of the kubelet's own files, whose names end in `.conf` (k3s docs, "Advanced Options", "Kubelet Configuration Files").
pub const KUBELET_FOLDER: &str = "/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/";

/// Words for kinds that paths do not use: the kind's own name or its singular, and what rules have.
pub const SINGULAR_RESOURCES: [(&str, &str); 21] = [
    ("configmap", "configmaps"),
    ("cronjob", "cronjobs"),
    ("daemonset", "daemonsets"),
    ("deployment", "deployments"),
    ("endpoint", "endpoints"),
    ("event", "events"),
    ("ingress", "ingresses"),
    ("job", "jobs"),
    ("lease", "leases"),
    ("namespace", "namespaces"),
    ("networkpolicy", "networkpolicies"),
    ("node", "nodes"),
    ("persistentvolume", "persistentvolumes"),
    ("persistentvolumeclaim", "persistentvolumeclaims"),
    ("pod", "pods"),
    ("replicaset", "replicasets"),
    ("role", "roles"),
    ("rolebinding", "rolebindings"),
    ("secret", "secrets"),
    ("service", "services"),
    ("statefulset", "statefulsets"),
];

/// Kinds of which all keys are known.
pub static KINDS: [Kind; 28] = [
    kind("audit.k8s.io/v1", "Policy", AUDIT),
    kind("apiserver.config.k8s.io/v1", "AdmissionConfiguration", ADMISSION),
    kind("apps/v1", "DaemonSet", DAEMON_SET),
    kind("apps/v1", "Deployment", DEPLOYMENT),
    kind("apps/v1", "StatefulSet", STATEFUL_SET),
    kind("batch/v1", "CronJob", CRON_JOB),
    kind("batch/v1", "Job", JOB),
    kind("helm.cattle.io/v1", "HelmChart", CHART),
    kind("helm.cattle.io/v1", "HelmChartConfig", CHART_CONFIG),
    kind(KUBELET_VERSION, "KubeletConfiguration", KUBELET),
    kind(SCHEDULER_VERSION, "KubeSchedulerConfiguration", SCHEDULER),
    kind("networking.k8s.io/v1", "Ingress", INGRESS),
    kind("networking.k8s.io/v1", "NetworkPolicy", NETWORK_POLICY),
    kind("rbac.authorization.k8s.io/v1", "ClusterRole", ROLE),
    kind(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        CLUSTER_ROLE_BINDING,
    ),
    kind("rbac.authorization.k8s.io/v1", "Role", ROLE),
    kind("rbac.authorization.k8s.io/v1", "RoleBinding", ROLE_BINDING),
    kind("scheduling.k8s.io/v1", "PriorityClass", PRIORITY_CLASS),
    kind("storage.k8s.io/v1", "StorageClass", STORAGE_CLASS),
    kind("v1", "ConfigMap", CONFIG_MAP),
    kind("v1", "LimitRange", LIMIT_RANGE),
    kind("v1", "Namespace", NAMESPACE),
    kind("v1", "PersistentVolumeClaim", CLAIM),
    kind("v1", "Pod", BARE_POD),
    kind("v1", "ResourceQuota", RESOURCE_QUOTA),
    kind("v1", "Secret", SECRET),
    kind("v1", "Service", SERVICE),
    kind("v1", "ServiceAccount", SERVICE_ACCOUNT),
];

const fn kind(version: &'static str, name: &'static str, shape: Shape) -> Kind {
    Kind { version, name, shape }
}

/// Groups whose kinds are all among [`KINDS`], or have these names.
pub const CLOSED: [(&str, &[&str]); 9] = [
    (
        "apps/v1",
        &[
            "ControllerRevision",
            "DaemonSet",
            "Deployment",
            "ReplicaSet",
            "StatefulSet",
        ],
    ),
    ("batch/v1", &["CronJob", "Job"]),
    (
        "rbac.authorization.k8s.io/v1",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    (
        KUBELET_VERSION,
        &[
            "KubeletConfiguration",
            "CredentialProviderConfig",
            "SerializedNodeConfigSource",
        ],
    ),
    (SCHEDULER_VERSION, &["KubeSchedulerConfiguration"]),
    ("scheduling.k8s.io/v1", &["PriorityClass"]),
    ("helm.cattle.io/v1", &["HelmChart", "HelmChartConfig"]),
    ("audit.k8s.io/v1", &["Policy", "EventList", "Event"]),
    (
        "apiserver.config.k8s.io/v1",
        &[
            "AdmissionConfiguration",
            "EncryptionConfiguration",
            "AuthenticationConfiguration",
            "AuthorizationConfiguration",
            "TracingConfiguration",
            "EgressSelectorConfiguration",
        ],
    ),
];
