//! S3 buckets, wherever one is used.

use super::k3s::secret_field;
use super::values::Names;
use crate::model;
use crate::text::Text;
use serde::Serialize;

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct S3 {
    /// The endpoint's host.
    pub endpoint: Text,
    /// The region.
    pub region: String,
    /// The bucket.
    pub bucket: Text,
    /// The access key's ID.
    pub access_key_id: Text,
    /// The access key's secret.
    pub secret_access_key: Text,
}

/// A bucket whose keys stand under `path`; the machines never see its credentials.
pub(super) fn bucket(path: &str, s3: &model::S3Bucket, names: &mut Names) -> S3 {
    let mut secret = |key: &str, field| secret_field(names, &format!("{path}.{key}"), field);
    let (access_key_id, secret_access_key) = (
        secret("accessKeyId", &s3.access_key_id),
        secret("secretAccessKey", &s3.secret_access_key),
    );
    S3 {
        endpoint: names.bindable_or(&s3.endpoint, ""),
        region: s3.region.get().cloned().unwrap_or_default(),
        bucket: names.bindable_or(&s3.bucket, ""),
        access_key_id,
        secret_access_key,
    }
}
