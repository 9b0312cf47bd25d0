//! Which release of each product is installed.

use super::previous::Previous;
use crate::facts::k3s::{DEFAULT_VERSION, Version};
use crate::facts::releases::{K3S, Product};
use serde::Serialize;
use std::collections::BTreeMap;

/// The release of each product that this tree installs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Releases(Vec<Release>);

/// A product with its release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// What is installed.
    #[serde(serialize_with = "by_name")]
    pub product: &'static Product,
    /// Which release of it.
    pub version: String,
}

fn by_name<S: serde::Serializer>(product: &&'static Product, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(product.name)
}

impl Releases {
    /// The releases for a minor release of Kubernetes: those that are `chosen`, by name; what was built keeps its own, unless that belongs to
    /// another release of Kubernetes and changes with it.
    pub(super) fn choose(
        products: impl IntoIterator<Item = &'static Product>,
        chosen: &[(&'static str, String)],
        minor: u32,
        previous: Previous<'_>,
    ) -> Releases {
        let choose = |product: &'static Product| {
            if let Some((_, version)) = chosen.iter().find(|(name, _)| *name == product.name) {
                let version = version.clone();
                return Some(Release { product, version });
            }
            let kept = previous.release(product).filter(|kept| {
                !product.follows_kubernetes || product.line_of(kept).is_none_or(|line| line.is_for(minor))
            });
            let newest = || product.line(minor).map(|line| line.version);
            let version = kept.or_else(newest)?.to_owned();
            Some(Release { product, version })
        };
        Releases(products.into_iter().filter_map(choose).collect())
    }

    /// The release of a product that is in the plan; of another, the newest.
    pub fn of(&self, product: &'static Product) -> &str {
        let planned = self.0.iter().find(|release| release.product.name == product.name);
        let newest = || product.lines.last().map_or("", |line| line.version);
        planned.map_or_else(newest, |release| &release.version)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Release> {
        self.0.iter()
    }

    /// The versions by the names of their products.
    pub fn named(&self) -> BTreeMap<String, String> {
        let named = |release: &Release| (release.product.name.to_owned(), release.version.clone());
        crate::sorted::map(self.0.iter().map(named))
    }
}

/// The version of k3s to install where the configuration names none: the one that was built, and on an update the next step from it, since
/// Kubernetes is upgraded one minor release at a time (Kubernetes docs, "Version Skew Policy").
pub fn k3s_version(previous: Previous<'_>) -> Option<Version> {
    let newest = Version::parse(DEFAULT_VERSION);
    let Some(built) = previous.k3s().and_then(Version::parse) else {
        return newest;
    };
    if !previous.update {
        return Some(built);
    }
    let next = next_step(&built).and_then(Version::parse);
    next.into_iter()
        .chain([built])
        .max_by_key(|v| (v.minor, v.patch, v.k3s))
}

/// The newest release that a cluster with that version can be upgraded to at once, as far as this gkc installs it.
pub fn next_step(built: &Version) -> Option<&'static str> {
    let newest = Version::parse(DEFAULT_VERSION)?.minor;
    let minor = newest.min(built.minor + 1);
    K3S.made_for(minor).map(|line| line.version)
}
