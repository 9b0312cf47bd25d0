//! `registry`: the container registry for workspace images.

use super::storage::S3Bucket;
use crate::model::bindable::Bindable;
use crate::model::field::Field;
use crate::model::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The container registry for workspace images: one of `inCluster`, `external`, `s3`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Registry {
    /// A registry in the cluster that stores its data in a persistent volume. Default: `true` if nothing else is set.
    pub in_cluster: Field<bool>,
    /// Your own registry.
    pub external: Field<ExternalRegistry>,
    /// A registry in the cluster that stores its data in an S3 bucket.
    pub s3: Field<S3Bucket>,
    /// Hosts of registries that workspace images may come from, in addition to public ones.
    pub allowed_base_images: Field<Vec<Field<String>>>,
}

/// Your own registry, with either `username` and `password` or `dockerConfig`.
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
    /// A Docker `config.json` with the registry's credentials.
    #[serde(default)]
    pub docker_config: Field<SecretSource>,
}
