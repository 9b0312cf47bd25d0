//! `coder.workspaces`: where workspaces run.

use crate::model::field::Field;
use crate::model::secrets::SecretMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where workspaces run, and what the first template gives them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WorkspaceNamespace {
    /// The namespace. Default: `coder-workspaces`.
    pub namespace: Field<String>,
    /// The storage class of home directories. Default: the cluster's default class.
    pub storage_class: Field<String>,
    /// The template to push. Default: `kubernetes`.
    pub template: Field<TemplateKind>,
    /// The image of workspaces. Default: `codercom/enterprise-base:ubuntu`.
    pub image: Field<String>,
    /// What each workspace reserves. Default: `cpu: 250m` and `memory: 512Mi`.
    pub requests: Field<Amounts>,
    /// What each workspace may use. Default: `cpu: "2"` and `memory: 4Gi`.
    pub limits: Field<Amounts>,
    /// The size of each home directory. Default: `10Gi`.
    pub home_size: Field<String>,
    /// The most pods and volumes in the namespace. Default: 100.
    pub max_pods: Field<u32>,
    /// Additional Kubernetes secrets in the namespace, as name, key and value.
    pub secrets: Field<SecretMap>,
}

/// Templates that gkc writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TemplateKind {
    /// A pod without privileges.
    Kubernetes,
    /// A pod in which Docker works. Its outer container is privileged, so a workspace's user can take over the machine.
    Envbox,
    /// No template.
    None,
}

/// CPUs and memory.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Amounts {
    /// CPUs, such as `500m` or `"2"`.
    pub cpu: Field<String>,
    /// Memory, such as `2Gi`.
    pub memory: Field<String>,
}
