//! `storage`: the object storage for workspace backups.

use crate::model::bindable::Bindable;
use crate::model::field::Field;
use crate::model::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The object storage for workspace backups: one of `inCluster`, `s3`, `gcs`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Storage {
    /// MinIO in the cluster, for trials. Default: `true` if nothing else is set.
    pub in_cluster: Field<bool>,
    /// An S3 bucket. Releases since 2022.12 support only AWS.
    pub s3: Field<S3Bucket>,
    /// Google Cloud Storage.
    pub gcs: Field<Gcs>,
    /// How much each user may store, as a Kubernetes quantity. Default: `5Gi`.
    pub blob_quota: Field<String>,
}

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3Bucket {
    /// The endpoint's host, without scheme.
    pub endpoint: Field<Bindable>,
    /// The bucket's region.
    pub region: Field<String>,
    /// The bucket's name.
    pub bucket: Field<Bindable>,
    /// The access key's ID.
    pub access_key_id: Field<SecretSource>,
    /// The access key's secret.
    pub secret_access_key: Field<SecretSource>,
}

/// Google Cloud Storage.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gcs {
    /// The Google Cloud project.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub project: Field<Bindable>,
    /// A service account key in JSON format.
    pub service_account: Field<SecretSource>,
    /// The region of the buckets. Default: `gitpod.region`.
    #[serde(default)]
    pub region: Field<String>,
}
