//! Rules on the names of registries and images.

pub(super) mod external;

pub mod image_invalid;
pub mod registry_host_unlikely;
pub mod registry_short_lived_token;
pub mod registry_url_path;
pub mod registry_url_scheme;
pub mod registry_url_tag;
pub mod registry_url_uppercase;
