//! The places where the configuration names an S3 bucket.

use crate::model::{Bindable, Config, Spanned};

/// A bucket with its endpoint, as far as they are written.
pub(in crate::rules) struct Bucket<'c> {
    /// The path of the mapping that describes it.
    pub path: &'static str,
    pub endpoint: Option<&'c Spanned<Bindable>>,
    pub region: Option<&'c Spanned<String>>,
    /// The region that is used where none is written.
    pub default_region: Option<&'static str>,
    pub bucket: Option<&'c Spanned<Bindable>>,
}

/// Every bucket of the configuration.
pub(in crate::rules) fn buckets(config: &Config) -> Vec<Bucket<'_>> {
    let snapshots = config.k3s.get().and_then(|k3s| k3s.snapshots.get());
    let snapshots = snapshots.and_then(|snapshots| snapshots.s3.get());
    let platforms = config.platform_buckets().map(|(path, s3)| Bucket {
        path,
        endpoint: s3.endpoint.spanned(),
        region: s3.region.spanned(),
        default_region: None,
        bucket: s3.bucket.spanned(),
    });
    let snapshots = snapshots.map(|s3| Bucket {
        path: "k3s.snapshots.s3",
        endpoint: s3.endpoint.spanned(),
        region: s3.region.spanned(),
        // k3s-io/k3s `pkg/etcd/s3/s3.go`, `defaultEtcdS3`.
        default_region: Some("us-east-1"),
        bucket: s3.bucket.spanned(),
    });
    platforms.chain(snapshots).collect()
}
