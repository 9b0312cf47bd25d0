//! Rules on buckets, whatever is kept in them.

mod buckets;

pub mod bucket_folder_invalid;
pub mod bucket_name_invalid;
pub mod db_read_only;
pub mod gcs_project_invalid;
pub mod gcs_region_invalid;
pub mod s3_endpoint_scheme;
pub mod s3_endpoint_unlikely;
pub mod s3_region_mismatch;

pub(super) use buckets::buckets;
