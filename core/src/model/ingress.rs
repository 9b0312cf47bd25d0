//! `ingress`: how the world reaches ports 80, 443 and 22.

use super::bindable::Bindable;
use super::field::Field;
use schemars::JsonSchema;
use serde::Deserialize;

/// How the world reaches ports 80, 443 and 22.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ingress {
    /// Through every node, or through a load balancer that your provider makes. Default: `nodes`.
    pub via: Field<IngressVia>,
    /// The address that the DNS records point at. Default: the nodes' own.
    pub address: Field<Bindable>,
    /// Who may connect, as CIDRs. Default: everybody.
    pub allow: Field<Vec<Field<String>>>,
}

/// Ways into the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IngressVia {
    /// ServiceLB answers on every node.
    Nodes,
    /// A load balancer forwards to the nodes.
    LoadBalancer,
}
