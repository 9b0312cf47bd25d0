//! The places where the configuration names an S3 bucket.

use crate::model::{Bindable, Config, Spanned};

/// A bucket with its endpoint, as far as they are written.
pub(in crate::rules) struct Bucket<'c> {
    /// The path of the mapping that describes it.
    pub path: &'static str,
    pub endpoint: Option<&'c Spanned<Bindable>>,
    pub bucket: Option<&'c Spanned<Bindable>>,
}

/// Every bucket of the configuration.
pub(in crate::rules) fn buckets(config: &Config) -> Vec<Bucket<'_>> {
    let storage = config.storage.get().and_then(|storage| storage.s3.get());
    let registry = config.registry.get().and_then(|registry| registry.s3.get());
    let backup = config.database.get().and_then(|database| database.backup.get());
    let backup = backup.and_then(|backup| backup.s3.get());
    let snapshots = config.k3s.get().and_then(|k3s| k3s.snapshots.get());
    let snapshots = snapshots.and_then(|snapshots| snapshots.s3.get());
    let gitpods = [
        ("storage.s3", storage),
        ("registry.s3", registry),
        ("database.backup.s3", backup),
    ];
    let gitpods = gitpods.into_iter().filter_map(|(path, s3)| {
        s3.map(|s3| Bucket {
            path,
            endpoint: s3.endpoint.spanned(),
            bucket: s3.bucket.spanned(),
        })
    });
    let snapshots = snapshots.map(|s3| Bucket {
        path: "k3s.snapshots.s3",
        endpoint: s3.endpoint.spanned(),
        bucket: s3.bucket.spanned(),
    });
    gitpods.chain(snapshots).collect()
}
