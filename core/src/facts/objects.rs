//! Kubernetes objects that people write into files of machines, as those who read them do: k3s's manifests, and the configuration of the API
//! server.
//!
//! Source: Kubernetes docs, "Auditing", "kube-apiserver Audit Configuration (v1)", "kube-apiserver Configuration (v1)", "Pod Security
//! Standards"; StorageClass v1; k3s-io/helm-controller `pkg/apis/helm.cattle.io/v1/types.go` at 0.16 and 0.17.

use super::pods::Shape::{self, Any, Flag, List, Name, Object, Text, Texts, Whole, Words};

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
                    ("group", Text),
                    ("resources", TEXTS),
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
    ("kind", Text),
    (
        "defaults",
        Object(&[
            ("enforce", LEVEL),
            ("enforce-version", Text),
            ("audit", LEVEL),
            ("audit-version", Text),
            ("warn", LEVEL),
            ("warn-version", Text),
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

const NAMESPACE: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", METADATA),
    ("spec", Any),
    ("status", Any),
]);

/// Kinds of which all keys are known.
pub static KINDS: [Kind; 7] = [
    kind("audit.k8s.io/v1", "Policy", AUDIT),
    kind("apiserver.config.k8s.io/v1", "AdmissionConfiguration", ADMISSION),
    kind("helm.cattle.io/v1", "HelmChart", CHART),
    kind("helm.cattle.io/v1", "HelmChartConfig", CHART_CONFIG),
    kind("storage.k8s.io/v1", "StorageClass", STORAGE_CLASS),
    kind("v1", "ConfigMap", CONFIG_MAP),
    kind("v1", "Namespace", NAMESPACE),
];

const fn kind(version: &'static str, name: &'static str, shape: Shape) -> Kind {
    Kind { version, name, shape }
}

/// Groups whose kinds are all among [`KINDS`], or have these names.
pub const CLOSED: [(&str, &[&str]); 3] = [
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
