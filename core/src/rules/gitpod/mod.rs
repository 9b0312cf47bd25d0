//! Rules on the Gitpod installation itself.

pub mod certificate_self_signed;
pub mod images_not_public;
pub mod no_auth_provider_on_public;
