//! `ssh`: SSH to the machines and to workspaces.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// SSH to the machines and to workspaces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ssh {
    /// The port of the machines' own sshd. Default: 2244, since 22 is the workspace gateway's.
    pub port: Field<u16>,
    /// The user that cloud-init makes. Default: `gitpod`.
    pub user: Field<String>,
    /// Public keys that may log in as that user.
    pub authorized_keys: Field<Vec<Field<String>>>,
    /// SSH into workspaces, on port 22. Absent: closed; `{}`: with a generated key.
    pub workspace_gateway: Field<WorkspaceGateway>,
}

/// SSH into workspaces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WorkspaceGateway {
    /// The gateway's private host key, unencrypted. Default: from `GITPOD_SSH_HOST_KEY`.
    pub host_key: Field<SecretSource>,
}
