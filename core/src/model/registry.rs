//! `registry`: the container registry for workspace images.

use super::bindable::Bindable;
use super::field::Field;
use super::secrets::SecretSource;
use super::storage::S3Bucket;
use schemars::JsonSchema;
use serde::Deserialize;

/// The container registry for workspace images: one of `inCluster`, `external`, `s3`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Registry {
    /// A registry in the cluster with its data on the storage class. Default: `true` where nothing else is chosen.
    pub in_cluster: Field<bool>,
    /// A registry that you bring.
    pub external: Field<ExternalRegistry>,
    /// A registry in the cluster with its data in an S3 bucket.
    pub s3: Field<S3Bucket>,
    /// Registries that workspace images may come from besides public ones; hosts only.
    pub allowed_base_images: Field<Vec<Field<String>>>,
}

/// A registry that you bring, with either `username` and `password` or a whole `dockerConfig`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalRegistry {
    /// Host and path, without scheme.
    pub url: Field<Bindable>,
    /// The user.
    #[serde(default)]
    pub username: Field<Bindable>,
    /// The user's password.
    #[serde(default)]
    pub password: Field<SecretSource>,
    /// A `config.json` of Docker that holds the registry's credentials.
    #[serde(default)]
    pub docker_config: Field<SecretSource>,
}
