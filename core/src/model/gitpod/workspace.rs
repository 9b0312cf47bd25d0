//! `gitpod.workspace`: what workspaces get.

use crate::model::field::Field;
use schemars::JsonSchema;
use serde::Deserialize;

/// The image, the timeouts and the resources of workspaces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Workspace {
    /// The image for projects that name none. Default: `gitpod/workspace-full:latest`, from `gitpod.repository` if that is set.
    pub image: Field<String>,
    /// The maximum lifetime of a workspace, as a Go duration. Default: `36h`.
    pub max_lifetime: Field<String>,
    /// The idle timeout of a workspace, as a Go duration. Default: that of the release.
    pub timeout: Field<String>,
    /// The idle timeout of a workspace whose user extended it, as a Go duration. Default: that of the release.
    pub timeout_extended: Field<String>,
    /// The idle timeout of a workspace after its editor was closed, as a Go duration. Default: that of the release.
    pub timeout_after_close: Field<String>,
    /// The resource requests of a workspace. Default: one CPU and 2 GiB.
    pub requests: Field<Requests>,
    /// The resource limits of a workspace. Default: none.
    pub limits: Field<Limits>,
    /// The network inside each workspace, at most a /30. Default: `10.0.5.0/30`.
    pub cidr: Field<String>,
}

/// The resource requests of a workspace.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Requests {
    /// CPUs, as a Kubernetes quantity. Default: `"1"`.
    pub cpu: Field<String>,
    /// Memory, as a Kubernetes quantity. Default: `2Gi`.
    pub memory: Field<String>,
}

/// The resource limits of a workspace.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// CPUs, as a Kubernetes quantity. Default: none.
    pub cpu: Field<String>,
    /// Memory, as a Kubernetes quantity. Default: none.
    pub memory: Field<String>,
}
