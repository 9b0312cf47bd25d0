//! Rules on image registries, object storage and buckets.

pub mod allowlist_missing_dockerio;
pub mod bucket_name_invalid;
mod buckets;
pub mod dockerconfig_host_mismatch;
pub mod dockerhub_unsupported;
pub mod ecr_unsupported;
pub mod s3_endpoint_ignored;
pub mod s3_endpoint_scheme;
pub mod url_scheme;
