//! The keys of the chart's values that its templates read. Helm takes any other in silence: the chart has no `values.schema.json`.
//!
//! Source: coder/coder helm/coder/values.yaml, templates/_coder.tpl and ../libcoder/templates at da3c46b55711, and what renders of 2.32 to
//! 2.35 showed. The chart as a whole was not to be had, so this table is ours.

use super::Since;
use crate::facts::pods::{self, Shape};
use serde_json::Value;

/// A key of the values.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name in the mapping that holds it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The key of the configuration that says the same, or why gkc sets it: what gkc writes, nothing else may.
    pub owned: Option<&'static str>,
    /// The first release with it.
    pub since: Since,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A mapping with the keys of that table.
    Object(&'static [Key]),
    /// A mapping.
    Mapping,
    /// A part of a pod.
    Pod(Shape),
    /// A mapping of texts, such as annotations.
    Texts,
    /// A mapping of texts that are labels.
    Labels,
    /// A list.
    List,
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.name == other.name
    }
}

impl Eq for Key {}

const fn key(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        owned: None,
        since: None,
    }
}

const fn owned(name: &'static str, kind: Kind, instead: &'static str) -> Key {
    Key {
        owned: Some(instead),
        ..key(name, kind)
    }
}

const fn since(key: Key, release: (u32, u32)) -> Key {
    Key {
        since: Some(release),
        ..key
    }
}

use Kind::{Flag, Labels, List, Mapping, Object, Pod, Text, Texts, Whole};

/// The whole of the values.
pub static VALUES: &[Key] = &[
    key("coder", Object(SERVER)),
    key("provisionerDaemon", Object(&[key("pskSecretName", Text)])),
    key("extraTemplates", List),
];

const ITS_INGRESS: &str = "gkc writes the Ingress, after the first user";
const ITS_ROLES: &str = "gkc writes the roles, in `coder.workspaces.namespace`";
const BY_INGRESS: &str = "the server is reached through Traefik";

const SERVER: &[Key] = &[
    owned("env", List, "use `coder.env` or `coder.secretEnv`"),
    owned("envFrom", List, "use `coder.env` or `coder.secretEnv`"),
    owned(
        "envUseClusterAccessURL",
        Flag,
        "gkc sets the access URL from `domain`",
    ),
    key(
        "image",
        Object(&[
            owned("repo", Text, "use `coder.image`"),
            owned("tag", Text, "use `coder.version`"),
            key("pullPolicy", Text),
            owned("pullSecrets", List, "use `coder.imagePullSecrets`"),
        ]),
    ),
    owned("replicaCount", Whole, "use `coder.replicas`"),
    key("resources", Pod(pods::RESOURCES)),
    key(
        "service",
        Object(&[
            owned("enable", Flag, BY_INGRESS),
            owned("type", Text, BY_INGRESS),
            key("sessionAffinity", Text),
            owned("externalTrafficPolicy", Text, BY_INGRESS),
            owned("loadBalancerIP", Text, BY_INGRESS),
            owned("loadBalancerClass", Text, BY_INGRESS),
            key("annotations", Texts),
            owned("httpNodePort", Whole, BY_INGRESS),
            owned("httpsNodePort", Whole, BY_INGRESS),
        ]),
    ),
    owned("ingress", Mapping, ITS_INGRESS),
    since(owned("httproute", Mapping, ITS_INGRESS), (2, 34)),
    since(owned("listenerset", Mapping, ITS_INGRESS), (2, 34)),
    owned("tls", Mapping, "Traefik has the certificate: use `certificate`"),
    key(
        "serviceAccount",
        Object(&[
            owned("name", Text, ITS_ROLES),
            owned("disableCreate", Flag, ITS_ROLES),
            key("annotations", Texts),
            key("labels", Labels),
            owned("workspacePerms", Flag, ITS_ROLES),
            owned("enableDeployments", Flag, ITS_ROLES),
            owned("extraRules", List, ITS_ROLES),
            owned("workspaceNamespaces", List, ITS_ROLES),
        ]),
    ),
    key("securityContext", Pod(pods::SECURITY)),
    key("podSecurityContext", Pod(pods::POD_SECURITY)),
    owned("certs", Mapping, "use `certificate.customCa`"),
    key("initContainers", Pod(pods::CONTAINERS)),
    key("volumes", List),
    key("volumeMounts", Pod(pods::MOUNTS)),
    key("nodeSelector", Labels),
    key("tolerations", Pod(pods::TOLERATIONS)),
    key("affinity", Pod(pods::AFFINITY)),
    key("topologySpreadConstraints", Pod(pods::SPREAD)),
    key("annotations", Texts),
    key("labels", Labels),
    key("podAnnotations", Texts),
    key("podLabels", Labels),
    key("lifecycle", Pod(pods::LIFECYCLE)),
    key("command", List),
    key("commandArgs", List),
    owned(
        "workspaceProxy",
        Flag,
        "a workspace proxy is a separate installation",
    ),
    key("priorityClassName", Text),
    key("readinessProbe", Object(PROBE)),
    key("livenessProbe", Object(PROBE)),
    since(key("hostAliases", Pod(pods::HOST_ALIASES)), (2, 36)),
];

const PROBE: &[Key] = &[
    key("enabled", Flag),
    key("initialDelaySeconds", Whole),
    key("periodSeconds", Whole),
    key("timeoutSeconds", Whole),
    key("successThreshold", Whole),
    key("failureThreshold", Whole),
];

/// Keys that people bring from other charts, and what they are called here; the chart was seen to ignore each.
pub const CALLED: [(&str, &str); 9] = [
    ("replicas", "replicaCount"),
    ("imagePullSecrets", "image.pullSecrets"),
    ("extraEnv", "env"),
    ("sidecars", "initContainers"),
    ("extraContainers", "initContainers"),
    ("extraVolumes", "volumes"),
    ("extraVolumeMounts", "volumeMounts"),
    ("ingressClassName", "ingress.className"),
    ("podSecurity", "podSecurityContext"),
];

impl Kind {
    /// Whether a value is of the kind, whatever is in it.
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Kind::Object(_) | Kind::Mapping | Kind::Texts | Kind::Labels | Kind::Pod(Shape::Object(_)) => {
                value.is_object()
            }
            Kind::List | Kind::Pod(_) => value.is_array(),
            Kind::Text => value.is_string(),
            Kind::Flag => value.is_boolean(),
            Kind::Whole => value.is_u64(),
        }
    }

    /// What the kind is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Object(_) | Kind::Mapping | Kind::Texts | Kind::Labels | Kind::Pod(Shape::Object(_)) => {
                "a mapping"
            }
            Kind::List | Kind::Pod(_) => "a list",
            Kind::Text => "a text",
            Kind::Flag => "`true` or `false`",
            Kind::Whole => "a whole number",
        }
    }
}
