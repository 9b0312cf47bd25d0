//! The tree that is there already, as far as the next one depends on it: `gkc.lock.json` read back.
//!
//! A cluster runs what its tree says. What the configuration leaves open stays as it was built, so that a newer gkc with newer defaults
//! changes no running cluster, and what cannot be changed later is held against it by the rules in `rules/upgrade/`.

use crate::facts::releases::Product;
use crate::model::{Os, Provider, Size};
use crate::product::EARLIER_USER;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a tree was built with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Built {
    /// What the configuration may have left open.
    pub resolved: Resolved,
    /// What a running cluster cannot change without losing something.
    pub one_way: OneWay,
}

/// What the configuration may have left open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resolved {
    /// The cluster's name.
    pub name: String,
    /// The provider; machine types are those of it, of the location and of the size.
    pub provider: String,
    /// The provider's location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The size that defaults were taken from.
    pub size: String,
    /// The machines' operating system.
    pub os: String,
    /// The user that people log in to machines as.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ssh_user: String,
    /// The machine type of each set of machines, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub machine_types: BTreeMap<String, String>,
    /// The release of each product, by its name.
    pub releases: BTreeMap<String, String>,
}

/// What a running cluster cannot change without losing something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OneWay {
    /// The host name that the platform answers at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The ranges of pods, separated by commas.
    pub pods: String,
    /// The ranges of services, likewise.
    pub services: String,
    /// The addresses of the cluster's DNS, likewise.
    pub dns: String,
    /// Where the cluster's state is: `etcd`, `sqlite` or `external`.
    pub datastore: String,
    /// Whether Kubernetes secrets are encrypted where they are stored.
    pub secrets_encryption: bool,
    /// What carries packets between the pods of two machines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub overlay: String,
    /// The autoscaler's name for the group of each pool that it sizes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub machine_groups: BTreeMap<String, String>,
    /// Who signs the platform's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The version of k3s, or its channel.
    pub k3s: String,
    /// The keys that the platform's data is encrypted with.
    pub encryption_keys: Vec<KeyId>,
    /// What else of the platform cannot be changed, each by a word.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub platform: BTreeMap<String, String>,
}

/// The name and the version of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeyId {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// How an overlay is called that runs over the tailnet: by its own name and this.
pub(super) const OVER_TAILNET: &str = " over the tailnet";

impl OneWay {
    /// Whether the overlay runs over the tailnet, so that the machines' addresses are those of the tailnet.
    pub fn is_over_tailnet(&self) -> bool {
        self.overlay.ends_with(OVER_TAILNET)
    }
}

impl Built {
    /// What the index of a tree says; `None` where it is none.
    pub fn read(index: &[u8]) -> Option<Built> {
        serde_json::from_slice(index).ok()
    }

    /// Whether it is of the cluster with that name or that domain: whoever renames one of them keeps the other.
    pub fn is_of(&self, name: &str, domain: Option<&str>) -> bool {
        // The trees of earlier builds have no name.
        let same_name = match self.resolved.name.is_empty() {
            true => domain.is_none(),
            false => self.resolved.name == name,
        };
        same_name || (domain.is_some() && self.one_way.domain.as_deref() == domain)
    }
}

/// What is there already, or nothing. It answers what the configuration leaves open.
#[derive(Debug, Clone, Copy, Default)]
pub struct Previous<'b> {
    /// The tree.
    pub built: Option<&'b Built>,
    /// Whether to move on to the releases that this gkc would install anew.
    pub update: bool,
}

impl<'b> Previous<'b> {
    fn kept(self) -> Option<&'b Resolved> {
        let built = self.built.filter(|_| !self.update)?;
        Some(&built.resolved)
    }

    /// The operating system. New machines of a cluster that runs are like the old ones, with newer releases too.
    pub fn os(self) -> Option<Os> {
        let built = self.built?.resolved.os.as_str();
        Os::ALL.into_iter().find(|os| os.as_str() == built)
    }

    /// The user that the machines have.
    pub fn ssh_user(self) -> Option<&'b str> {
        let built = self.built?.resolved.ssh_user.as_str();
        Some(if is_word(built) { built } else { EARLIER_USER })
    }

    /// The machine type of a set of machines, which another place, provider or size has no use for.
    pub fn machine_type(
        self,
        provider: Provider,
        location: Option<&str>,
        size: Size,
        set: &str,
    ) -> Option<&'b str> {
        let resolved = &self.built?.resolved;
        let place = (
            resolved.provider.as_str(),
            resolved.location.as_deref(),
            resolved.size.as_str(),
        );
        let same = place == (provider.as_str(), location, size.as_str());
        let kept = resolved.machine_types.get(set).filter(|_| same)?;
        Some(kept.as_str()).filter(|kept| is_word(kept))
    }

    /// The release of a product.
    pub fn release(self, product: &Product) -> Option<&'b str> {
        let kept = self.kept()?.releases.get(product.name)?;
        Some(kept.as_str()).filter(|kept| is_word(kept))
    }

    /// The version of k3s that the tree was built with, however the configuration chose it.
    pub fn k3s(self) -> Option<&'b str> {
        Some(self.built?.one_way.k3s.as_str())
    }
}

/// Whether a text is a version or the like. The index is a file that anybody can edit, and versions are part of commands in the README.
fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    !text.is_empty() && text.chars().all(is_part)
}
