//! What makes the machines of autoscaled pools.

use super::machines::NodeSet;
use super::values::Names;
use crate::model::{Cluster, Provider};
use crate::text::Text;
use serde::Serialize;

/// The Kubernetes cluster autoscaler at a provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Autoscaler {
    /// It makes servers on Hetzner Cloud.
    Hetzner {
        /// The API token of the project.
        token: Text,
        /// The name or the ID of the network that machines are attached to.
        network: Text,
        /// The name or the ID of the machines' firewall.
        firewall: Text,
        /// The name or the ID of an SSH key of the project, for root.
        #[serde(skip_serializing_if = "Option::is_none")]
        ssh_key: Option<Text>,
    },
    /// It sizes scale sets on Azure, which Terraform makes.
    Azure {
        /// The ID of the subscription.
        subscription: Text,
        /// The resource group of the scale sets.
        resource_group: Text,
    },
    /// It sizes managed instance groups on Google Cloud, which Terraform makes.
    Gcp {
        /// The project of the groups.
        project: Text,
        /// The zones, in each of which every pool has a group.
        zones: Vec<String>,
    },
}

impl Autoscaler {
    /// Whether it makes machines itself, so that Terraform makes none.
    pub fn makes_machines(&self) -> bool {
        matches!(self, Autoscaler::Hetzner { .. })
    }
}

/// The autoscaler, where the configuration has one for its provider and a pool for it.
pub(super) fn autoscaler(
    cluster: &Cluster,
    provider: Provider,
    nodes: &[NodeSet],
    names: &mut Names,
) -> Option<Autoscaler> {
    let written = cluster.autoscaler.get()?;
    if !nodes.iter().any(NodeSet::is_autoscaled) {
        return None;
    }
    match provider {
        Provider::Hetzner => {
            let hetzner = written.hetzner.get()?;
            Some(Autoscaler::Hetzner {
                token: names.secret("cluster.autoscaler.hetzner.token", hetzner.token.spanned()?),
                network: names.bindable_opt(&hetzner.network)?,
                firewall: names.bindable_opt(&hetzner.firewall)?,
                ssh_key: names.bindable_opt(&hetzner.ssh_key),
            })
        }
        Provider::Azure => {
            let azure = written.azure.get()?;
            Some(Autoscaler::Azure {
                subscription: names.bindable_opt(&azure.subscription)?,
                resource_group: names.bindable_opt(&azure.resource_group)?,
            })
        }
        Provider::Gcp => {
            let gcp = written.gcp.get()?;
            Some(Autoscaler::Gcp {
                project: names.bindable_opt(&gcp.project)?,
                zones: gcp.zones.items().map(|zone| zone.value.clone()).collect(),
            })
        }
        Provider::Generic | Provider::Scaleway | Provider::RaspberryPi => None,
    }
}

/// The `place`-th of `shares` parts of a number, as even as they can be.
pub fn share(number: u32, shares: usize, place: usize) -> u32 {
    let shares = u32::try_from(shares.max(1)).unwrap_or(u32::MAX);
    let rest = usize::try_from(number % shares).unwrap_or(usize::MAX);
    number / shares + u32::from(place < rest)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_even_and_add_up() {
        let of =
            |number, shares| -> Vec<u32> { (0..shares).map(|place| share(number, shares, place)).collect() };
        assert_eq!(of(40, 3), [14, 13, 13]);
        assert_eq!(of(3, 3), [1, 1, 1]);
        assert_eq!(of(2, 3), [1, 1, 0]);
        assert_eq!(of(7, 1), [7]);
    }
}
