//! Rules on changes of a cluster that runs, by the tree that it was built from.

pub mod cluster_range_changed;
pub mod datastore_changed;
pub mod domain_changed;
pub mod issuer_changed;
pub mod k3s_downgrade;
pub mod k3s_minor_skipped;
pub mod machine_group_renamed;
pub mod overlay_changed;
pub mod release_outdated;
pub mod secrets_encryption_disabled;

use crate::facts::k3s::Version;
use crate::model::Config;
use crate::plan::{Built, Install, Plan};
use crate::rules::Report;
use crate::source::Span;

/// The versions of k3s before and after the build, where both are pinned.
fn versions(plan: &Plan, built: &Built) -> Option<(Version, Version)> {
    match &plan.k3s.install {
        Install::Version(now) => Some((Version::parse(&built.one_way.k3s)?, now.clone())),
        Install::Channel(_) => None,
    }
}

/// The place for a finding about the version of k3s.
fn version_span(config: &Config, report: &Report<'_>) -> Span {
    let k3s = config.k3s.get();
    let written = k3s.and_then(|k3s| k3s.version.span());
    written.or(config.k3s.span()).unwrap_or_else(|| report.anchor())
}
