//! `proxy`: what machines and pods reach the outside through.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The proxy for outbound connections of machines, the cluster and its pods.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proxy {
    /// The proxy URL for `http` requests. Percent-encode a user and password in it.
    pub http: Field<SecretSource>,
    /// The proxy URL for `https` requests. Default: that of `http`.
    #[serde(default)]
    pub https: Field<SecretSource>,
    /// Hosts, domains and ranges that bypass the proxy, in addition to the cluster's own.
    #[serde(default)]
    pub no_proxy: Field<Vec<Field<String>>>,
}
