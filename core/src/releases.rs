//! The releases that trees install, with where and when each was looked up.

use crate::date::Date;
use crate::facts::k3s::DEFAULT_VERSION;
use crate::facts::releases::{K3S, Line, PRODUCTS, Product};
use crate::facts::{k3s, platforms};

/// After so many months, a release is worth another look: most of these products release every one to four months.
const OLD_MONTHS: u32 = 6;

/// A release of a product.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    product: &'static Product,
    line: &'static Line,
}

/// Every known release, by product and then from the oldest to the newest.
pub fn all() -> impl Iterator<Item = Release> {
    let products = PRODUCTS.into_iter().chain(platforms::products());
    products.flat_map(|product| product.lines.iter().map(|line| Release { product, line }))
}

impl Release {
    /// The product's name.
    pub fn product(self) -> &'static str {
        self.product.name
    }

    /// What the product does in a cluster.
    pub fn what(self) -> &'static str {
        self.product.what
    }

    /// The version.
    pub fn version(self) -> &'static str {
        self.line.version
    }

    /// Whether a new cluster gets it where the configuration names no version.
    pub fn is_default(self) -> bool {
        let minor = k3s::Version::parse(DEFAULT_VERSION).map_or(0, |version| version.minor);
        self.product
            .line(minor)
            .is_some_and(|line| std::ptr::eq(line, self.line))
    }

    /// When it was released, if that is known.
    pub fn released(self) -> Option<Date> {
        self.line.released
    }

    /// When the first release of its line was released, if that is known.
    pub fn first(self) -> Option<Date> {
        self.line.first
    }

    /// The first and the last minor release of Kubernetes 1 that it is made for.
    pub fn kubernetes(self) -> Option<(u32, u32)> {
        self.line.kubernetes
    }

    /// The last day on which it is supported, if upstream names one.
    pub fn ends(self) -> Option<Date> {
        self.line.ends
    }

    /// Where it was looked up.
    pub fn source(self) -> &'static str {
        self.product.source
    }

    /// When it was looked up.
    pub fn read(self) -> Date {
        self.product.read
    }

    /// Why it is worth another look on a day, if it is: looked up long ago, or a default that is no longer supported.
    pub fn is_old(self, today: Date) -> bool {
        let ended = self.line.ends.is_some_and(|ends| ends < today);
        today.months_since(self.product.read) >= OLD_MONTHS || (ended && self.is_default())
    }

    /// The advisories that a version of k3s of this line needs that release for.
    pub fn fixes(self) -> impl Iterator<Item = &'static str> {
        let is_k3s = self.product == &K3S;
        let minor = self.line.kubernetes.map(|(first, _)| first);
        let fixes = crate::facts::releases::K3S_FIXES
            .iter()
            .filter(move |fixed| is_k3s && fixed.since.iter().any(|(fixed, _)| Some(*fixed) == minor));
        fixes.map(|fixed| fixed.id)
    }
}
