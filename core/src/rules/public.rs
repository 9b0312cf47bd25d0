//! What several rules ask about the installation as a whole: whether it is Gitpod, and whether the world can see it.

use super::Report;
use super::hostname::{dissect, flaw, private_suffix};
use crate::facts::mail::is_placeholder;
use crate::model::{Config, Field, Platform};

/// Whether Gitpod is what is installed. An unreadable `platform` counts as something else: nothing that follows from it is
/// said.
pub(super) fn is_gitpod(config: &Config) -> bool {
    !matches!(config.platform, Field::Bad) && config.platform() == Platform::Gitpod
}

/// The domain without what other rules take off it: scheme, port, path, a dot at the end.
pub(super) fn bare_domain(written: &str) -> &str {
    let host = dissect(written).host;
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether Gitpod answers at a name that anybody on the internet can look up.
pub(super) fn is_public_gitpod(config: &Config) -> bool {
    let domain = config.domain.text().map(bare_domain);
    let public = |name: &str| flaw(name).is_none() && !is_placeholder(name) && private_suffix(name).is_none();
    is_gitpod(config) && domain.is_some_and(public)
}

/// [`is_public_gitpod`], and nothing was lost of the file that could hold what a finding says is absent.
pub(super) fn defaults_matter(config: &Config, report: &Report<'_>) -> bool {
    is_public_gitpod(config) && !report.is_damaged()
}
