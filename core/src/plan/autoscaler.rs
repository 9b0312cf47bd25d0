//! What makes the machines of autoscaled pools.

use super::machines::NodeSet;
use super::values::Names;
use crate::emit::text::Text;
use crate::model::{Cluster, Provider};
use serde::Serialize;

/// The Kubernetes cluster autoscaler on Hetzner Cloud.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Autoscaler {
    /// The API token of the project.
    pub token: Text,
    /// The name or the ID of the network that machines are attached to.
    pub network: Text,
    /// The name or the ID of the machines' firewall.
    pub firewall: Text,
}

/// The autoscaler, where the configuration has one for its provider and a pool for it.
pub(super) fn autoscaler(
    cluster: &Cluster,
    provider: Provider,
    nodes: &[NodeSet],
    names: &mut Names,
) -> Option<Autoscaler> {
    let hetzner = cluster.autoscaler.get()?.hetzner.get()?;
    if provider != Provider::Hetzner || !nodes.iter().any(NodeSet::is_autoscaled) {
        return None;
    }
    Some(Autoscaler {
        token: names.secret("cluster.autoscaler.hetzner.token", hetzner.token.spanned()?),
        network: names.bindable_opt(&hetzner.network)?,
        firewall: names.bindable_opt(&hetzner.firewall)?,
    })
}
