//! What several rules ask about the installation as a whole: whether a platform runs, and whether the world can see it.

use super::Report;
use super::hostname::{dissect, flaw, private_suffix};
use crate::facts::mail::is_placeholder;
use crate::model::{Config, Field, Platform, Raw, Spanned};

/// Whether a platform runs on the cluster. One that cannot be read, or is not compiled, counts as none, so that nothing that follows
/// from it is reported.
pub(super) fn has_platform(config: &Config) -> bool {
    let compiled = Platform::ALL.contains(&config.platform());
    !matches!(config.platform, Field::Bad) && compiled && config.platform() != Platform::None
}

/// The value of a top-level key in what is handed through to the platform, which is merged last.
pub(super) fn patched<'c>(config: &'c Config, key: &str) -> Option<&'c Spanned<Raw>> {
    let (_, passthrough) = config.platform_passthrough()?;
    let Raw::Map(entries) = &passthrough.value else {
        return None;
    };
    let entry = entries.iter().find(|(known, _)| known.value == key);
    entry.map(|(_, value)| value)
}

/// The domain without what other rules remove: scheme, port, path, trailing dot.
pub(super) fn bare_domain(written: &str) -> &str {
    let host = dissect(written).host;
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether a platform answers at a name in public DNS.
pub(super) fn is_public(config: &Config) -> bool {
    let domain = config.domain.text().map(bare_domain);
    let public = |name: &str| flaw(name).is_none() && !is_placeholder(name) && private_suffix(name).is_none();
    has_platform(config) && domain.is_some_and(public)
}

/// [`is_public`], and a finding that says that `key` of the platform's own configuration is absent can rely on it: no part of the
/// file was lost, and what is handed through does not set it.
pub(super) fn defaults_matter(config: &Config, key: &str, report: &Report<'_>) -> bool {
    is_public(config) && !report.is_damaged() && patched(config, key).is_none()
}
