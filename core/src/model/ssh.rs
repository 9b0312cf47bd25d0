//! `ssh`: SSH to the machines and to workspaces.

use super::WorkspaceGateway;
use super::field::Field;
use schemars::JsonSchema;
use serde::Deserialize;

/// SSH access to machines and workspaces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ssh {
    /// The port of the machines' sshd. Default: 2244, because the workspace gateway uses 22.
    pub port: Field<u16>,
    /// The user that cloud-init creates. Default: `ops`.
    pub user: Field<String>,
    /// Public keys that may log in as that user.
    pub authorized_keys: Field<Vec<Field<String>>>,
    /// SSH access to workspaces on port 22. Disabled if absent; `{}` generates a host key.
    pub workspace_gateway: Field<WorkspaceGateway>,
}
