//! `proxy`: what machines and Gitpod reach the outside through.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The proxy that machines, the cluster and Gitpod reach the outside through.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proxy {
    /// The proxy for `http` URLs, as a URL. A user and a password in it are percent-encoded.
    pub http: Field<SecretSource>,
    /// The proxy for `https` URLs. Default: that for `http`.
    #[serde(default)]
    pub https: Field<SecretSource>,
    /// Hosts, domains and ranges that are reached directly, beside the cluster's own.
    #[serde(default)]
    pub no_proxy: Field<Vec<Field<String>>>,
}
