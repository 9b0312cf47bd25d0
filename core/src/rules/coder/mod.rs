//! Rules on Coder: the installation, and what it demands that nothing else does.

pub mod coder_database_moved;
pub mod coder_db_invalid;
pub mod coder_db_tls_off;
pub mod coder_email_unverified;
pub mod coder_env_managed;
pub mod coder_env_secret;
pub mod coder_env_unknown;
pub mod coder_env_value_invalid;
pub mod coder_envbox_privileged;
pub mod coder_git_is_no_login;
pub mod coder_git_provider_invalid;
pub mod coder_github_access_unclear;
pub mod coder_github_invalid;
pub mod coder_home_on_one_node;
pub mod coder_image_without_login;
pub mod coder_license_missing;
pub mod coder_login_issuer_changed;
pub mod coder_oidc_invalid;
pub mod coder_owner_invalid;
pub mod coder_passlist_invalid;
pub mod coder_passlist_unenforced;
pub mod coder_password_login_locked;
pub mod coder_pull_secret_unknown;
pub mod coder_signups_open;
pub mod coder_stun_invalid;
pub mod coder_token_key_removed;
pub mod coder_traefik_disabled;
pub mod coder_values_patch_invalid;
pub mod coder_version_invalid;
pub mod coder_version_lowered;
pub mod coder_volume_unknown;
pub mod coder_workspaces_invalid;

use crate::model::{Config, Spanned};
use crate::source::Span;

/// The server's variables, plain and secret, each with the place of its value.
fn variables(config: &Config) -> impl Iterator<Item = (&Spanned<String>, Span)> {
    let coder = config.coder.get().into_iter();
    coder.flat_map(|coder| {
        let plain = coder.env.entries().map(|(name, value)| (name, value.span));
        plain.chain(coder.secret_env.entries().map(|(name, value)| (name, value.span)))
    })
}
