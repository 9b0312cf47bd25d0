//! `ingress`: how clients reach ports 80, 443 and 22.

use super::bindable::Bindable;
use super::field::Field;
use schemars::JsonSchema;
use serde::Deserialize;

/// How clients reach ports 80, 443 and 22.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ingress {
    /// Through every node, or through a load balancer of your provider. Default: `nodes`.
    pub via: Field<IngressVia>,
    /// The address that the DNS records point to. Default: the nodes' addresses.
    pub address: Field<Bindable>,
    /// The sources that may connect, as CIDRs. Default: all.
    pub allow: Field<Vec<Field<String>>>,
}

/// How traffic enters the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IngressVia {
    /// ServiceLB listens on every node.
    Nodes,
    /// A load balancer forwards to the nodes.
    LoadBalancer,
}
