//! Rules on the Gitpod installation.

pub mod duration_format;
pub mod gitpod_kind_unsupported;
pub mod quantity_format;
pub mod release_invalid;
