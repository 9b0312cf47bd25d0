//! Rules on image registries, object storage and buckets.

pub mod bucket_shared_with_registry;
pub mod region_differs;
pub mod registry_allowlist_missing_dockerio;
pub mod registry_allowlist_not_host;
pub mod registry_dockerconfig_auth_mismatch;
pub mod registry_dockerconfig_host_mismatch;
pub mod registry_dockerhub_unsupported;
pub mod registry_ecr_unsupported;
pub mod registry_gar_unsupported;
pub mod registry_s3_region_endpoint;
pub mod s3_endpoint_ignored;
pub mod s3_region_local;
pub mod storage_incluster_production;
