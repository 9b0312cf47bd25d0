//! `ssh.workspaceGateway`: SSH to workspaces.

use crate::model::field::Field;
use crate::model::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// SSH access to workspaces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WorkspaceGateway {
    /// The gateway's private host key, unencrypted. Default: from `GITPOD_SSH_HOST_KEY`.
    pub host_key: Field<SecretSource>,
}
