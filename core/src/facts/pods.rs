//! The parts of a pod that people write into values and templates, as Kubernetes reads them.
//!
//! Source: Kubernetes API reference, `PodSpec` v1, 1.32 to 1.37. The API server drops keys that it does not know.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// The name of an object: a DNS name.
    Name,
    /// One of these texts.
    Words(&'static [&'static str]),
    /// A whole number, at least this.
    Whole(i64),
    /// A whole number between these, both included.
    Between(i64, i64),
    /// The number of a port, or the name that a container gives it.
    PortOrName,
    /// A text or a number that is a quantity.
    Quantity,
    /// A mapping of quantities.
    Amounts,
    /// When a CronJob starts.
    Schedule,
    /// A duration as Go reads it, as a text.
    Duration,
    /// A range of addresses.
    Range,
    /// An image with its tag.
    Image,
    /// A group of the API, in which the core has no name.
    Group,
    /// A kind of objects as paths name it: lower case, plural.
    Resource,
    /// `latest`, or a minor version of Kubernetes.
    PolicyVersion,
    /// `true` or `false`.
    Flag,
    /// A mapping of texts.
    Texts,
    /// A list of such values.
    List(&'static Shape),
    /// A mapping of names to such values.
    Devices(&'static Shape),
    /// A mapping with these keys.
    Object(&'static [Field]),
}

/// A key of a mapping, and what it holds.
pub type Field = (&'static str, Shape);

use Shape::{Amounts, Any, Between, Flag, Image, List, Object, PortOrName, Text, Texts, Whole, Words};

const TEXTS: Shape = List(&Text);

/// Taints that a pod tolerates.
pub const TOLERATIONS: Shape = List(&Object(&[
    ("key", Text),
    ("operator", Words(&["Exists", "Equal", "Lt", "Gt"])),
    ("value", Text),
    ("effect", Words(&["NoSchedule", "PreferNoSchedule", "NoExecute"])),
    ("tolerationSeconds", Whole(i64::MIN)),
]));

const POLICY: Shape = Words(&["Honor", "Ignore"]);

/// How pods are spread.
pub const SPREAD: Shape = List(&Object(&[
    ("maxSkew", Whole(1)),
    ("topologyKey", Text),
    ("whenUnsatisfiable", Words(&["DoNotSchedule", "ScheduleAnyway"])),
    ("labelSelector", SELECTOR),
    ("minDomains", Whole(1)),
    ("nodeAffinityPolicy", POLICY),
    ("nodeTaintsPolicy", POLICY),
    ("matchLabelKeys", TEXTS),
]));

/// Labels of what is chosen.
pub const SELECTOR: Shape = Object(&[
    ("matchLabels", Texts),
    (
        "matchExpressions",
        List(&Object(&[
            ("key", Text),
            ("operator", Words(&["In", "NotIn", "Exists", "DoesNotExist"])),
            ("values", TEXTS),
        ])),
    ),
]);

const NODES: Shape = Object(&[
    (
        "matchExpressions",
        List(&Object(&[
            ("key", Text),
            (
                "operator",
                Words(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
            ),
            ("values", TEXTS),
        ])),
    ),
    ("matchFields", Any),
]);

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

const OTHER_PODS: Shape = Object(&[
    ("labelSelector", SELECTOR),
    ("namespaces", TEXTS),
    ("namespaceSelector", SELECTOR),
    ("topologyKey", Text),
    ("matchLabelKeys", TEXTS),
    ("mismatchLabelKeys", TEXTS),
]);

const PODS: Shape = Object(&[
    (REQUIRED, List(&OTHER_PODS)),
    (
        PREFERRED,
        List(&Object(&[("weight", Whole(1)), ("podAffinityTerm", OTHER_PODS)])),
    ),
]);

/// Which nodes and neighbours a pod prefers.
pub const AFFINITY: Shape = Object(&[
    (
        "nodeAffinity",
        Object(&[
            (REQUIRED, Object(&[("nodeSelectorTerms", List(&NODES))])),
            (
                PREFERRED,
                List(&Object(&[("weight", Whole(1)), ("preference", NODES)])),
            ),
        ]),
    ),
    ("podAffinity", PODS),
    ("podAntiAffinity", PODS),
]);

const HTTP_GET: Shape = Object(&[
    ("path", Text),
    ("port", PortOrName),
    ("host", Text),
    ("scheme", Words(&["HTTP", "HTTPS"])),
    ("httpHeaders", Any),
]);

const TCP_SOCKET: Shape = Object(&[("port", PortOrName), ("host", Text)]);

const HANDLER: Shape = Object(&[
    ("exec", Object(&[("command", TEXTS)])),
    ("httpGet", HTTP_GET),
    ("tcpSocket", TCP_SOCKET),
    ("sleep", Object(&[("seconds", Whole(0))])),
]);

/// What is done when a container starts and ends.
pub const LIFECYCLE: Shape = Object(&[("postStart", HANDLER), ("preStop", HANDLER), ("stopSignal", Text)]);

const SECCOMP: Shape = Object(&[
    ("type", Words(&["RuntimeDefault", "Unconfined", "Localhost"])),
    ("localhostProfile", Text),
]);

/// What a container may do.
pub const SECURITY: Shape = Object(&[
    ("allowPrivilegeEscalation", Flag),
    ("appArmorProfile", Any),
    ("capabilities", Object(&[("add", TEXTS), ("drop", TEXTS)])),
    ("privileged", Flag),
    ("procMount", Text),
    ("readOnlyRootFilesystem", Flag),
    ("runAsGroup", Whole(0)),
    ("runAsNonRoot", Flag),
    ("runAsUser", Whole(0)),
    ("seLinuxOptions", Any),
    ("seccompProfile", SECCOMP),
    ("windowsOptions", Any),
]);

/// What all containers of a pod may do.
pub const POD_SECURITY: Shape = Object(&[
    ("appArmorProfile", Any),
    ("fsGroup", Whole(0)),
    ("fsGroupChangePolicy", Words(&["OnRootMismatch", "Always"])),
    ("runAsGroup", Whole(0)),
    ("runAsNonRoot", Flag),
    ("runAsUser", Whole(0)),
    ("seLinuxChangePolicy", Text),
    ("seLinuxOptions", Any),
    ("seccompProfile", SECCOMP),
    ("supplementalGroups", List(&Whole(0))),
    ("supplementalGroupsPolicy", Words(&["Merge", "Strict"])),
    ("sysctls", List(&Object(&[("name", Text), ("value", Text)]))),
    ("windowsOptions", Any),
]);

/// Where volumes are seen in a container.
pub const MOUNTS: Shape = List(&Object(&[
    ("name", Text),
    ("mountPath", Text),
    ("mountPropagation", Text),
    ("readOnly", Flag),
    ("recursiveReadOnly", Text),
    ("subPath", Text),
    ("subPathExpr", Text),
]));

/// Names for addresses.
pub const HOST_ALIASES: Shape = List(&Object(&[("ip", Text), ("hostnames", TEXTS)]));

/// How a pod resolves names.
pub const DNS: Shape = Object(&[
    ("nameservers", TEXTS),
    ("searches", TEXTS),
    ("options", List(&Object(&[("name", Text), ("value", Text)]))),
]);

/// Environment variables.
pub const VARIABLES: Shape = List(&Object(&[("name", Text), ("value", Text), ("valueFrom", Any)]));

/// The number of a port.
pub const PORT: Shape = Between(1, 65_535);

/// How a Service or a container speaks.
pub const PROTOCOL: Shape = Words(&["TCP", "UDP", "SCTP"]);

/// What is reserved, and what may be used.
pub const RESOURCES: Shape = Object(&[("requests", Amounts), ("limits", Amounts), ("claims", Any)]);

const PROBE: Shape = Object(&[
    ("exec", Object(&[("command", TEXTS)])),
    ("httpGet", HTTP_GET),
    ("tcpSocket", TCP_SOCKET),
    ("grpc", Object(&[("port", PORT), ("service", Text)])),
    ("initialDelaySeconds", Whole(0)),
    ("periodSeconds", Whole(1)),
    ("timeoutSeconds", Whole(1)),
    ("successThreshold", Whole(1)),
    ("failureThreshold", Whole(1)),
    ("terminationGracePeriodSeconds", Whole(1)),
]);

const PORTS: Shape = List(&Object(&[
    ("name", Text),
    ("containerPort", PORT),
    ("hostPort", PORT),
    ("hostIP", Text),
    ("protocol", PROTOCOL),
]));

/// Containers.
pub const CONTAINERS: Shape = List(&Object(&[
    ("name", Text),
    ("image", Image),
    ("imagePullPolicy", Words(&["Always", "IfNotPresent", "Never"])),
    ("command", TEXTS),
    ("args", TEXTS),
    ("workingDir", Text),
    ("env", VARIABLES),
    ("envFrom", Any),
    ("ports", PORTS),
    ("resources", RESOURCES),
    ("resizePolicy", Any),
    ("restartPolicy", Text),
    ("restartPolicyRules", Any),
    ("volumeMounts", MOUNTS),
    ("volumeDevices", Any),
    ("livenessProbe", PROBE),
    ("readinessProbe", PROBE),
    ("startupProbe", PROBE),
    ("lifecycle", LIFECYCLE),
    ("securityContext", SECURITY),
    ("stdin", Flag),
    ("stdinOnce", Flag),
    ("tty", Flag),
    ("terminationMessagePath", Text),
    ("terminationMessagePolicy", Text),
]));

/// A pod's specification.
pub const POD: Shape = Object(&[
    ("activeDeadlineSeconds", Whole(0)),
    ("affinity", AFFINITY),
    ("automountServiceAccountToken", Flag),
    ("containers", CONTAINERS),
    ("dnsConfig", DNS),
    (
        "dnsPolicy",
        Words(&["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ),
    ("enableServiceLinks", Flag),
    ("ephemeralContainers", Any),
    ("hostAliases", HOST_ALIASES),
    ("hostIPC", Flag),
    ("hostNetwork", Flag),
    ("hostPID", Flag),
    ("hostUsers", Flag),
    ("hostname", Text),
    ("imagePullSecrets", Any),
    ("initContainers", CONTAINERS),
    ("nodeName", Text),
    ("nodeSelector", Texts),
    ("os", Any),
    ("overhead", Any),
    ("preemptionPolicy", Text),
    ("priority", Whole(i64::MIN)),
    ("priorityClassName", Text),
    ("readinessGates", Any),
    ("resourceClaims", Any),
    ("resources", Any),
    ("restartPolicy", Words(&["Always", "OnFailure", "Never"])),
    ("runtimeClassName", Text),
    ("schedulerName", Text),
    ("schedulingGates", Any),
    ("securityContext", POD_SECURITY),
    ("serviceAccount", Text),
    ("serviceAccountName", Text),
    ("setHostnameAsFQDN", Flag),
    ("shareProcessNamespace", Flag),
    ("subdomain", Text),
    ("terminationGracePeriodSeconds", Whole(0)),
    ("tolerations", TOLERATIONS),
    ("topologySpreadConstraints", SPREAD),
    ("volumes", Any),
]);
