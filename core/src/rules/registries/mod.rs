//! Rules on image registries, object storage and buckets.

pub(super) mod buckets;
mod external;

pub mod allowlist_missing_dockerio;
pub mod allowlist_not_host;
pub mod bucket_name_invalid;
pub mod bucket_shared_with_registry;
pub mod dockerconfig_auth_mismatch;
pub mod dockerconfig_host_mismatch;
pub mod dockerhub_unsupported;
pub mod ecr_unsupported;
pub mod gar_unsupported;
pub mod s3_endpoint_ignored;
pub mod s3_endpoint_scheme;
pub mod s3_region_endpoint;
pub mod s3_region_local;
pub mod short_lived_token;
pub mod url_scheme;
pub mod url_uppercase;
