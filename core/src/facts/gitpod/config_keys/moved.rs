//! Experimental keys that got a place outside: the Installer moves their values, and stops if both places are set.
//!
//! Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go`, `CheckDeprecated`, at the tags from 2022.07 on, and
//! `deprecations.go`, which took its place on the main branch in 2023-01, at the end of each month to 4f45d02 (2026-07-24).

use super::Release;

/// A key with an old place and a new one.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// The deprecated place.
    pub old: &'static [&'static str],
    /// The place that replaces it.
    pub new: &'static [&'static str],
    /// The first release that stops if both are set.
    since: Release,
}

impl Moved {
    /// Whether a release stops if both places are set.
    pub fn is_of(&self, release: Release) -> bool {
        release >= self.since
    }
}

const fn moved(year: u16, month: u8, old: &'static [&'static str], new: &'static [&'static str]) -> Moved {
    Moved {
        old,
        new,
        since: Release::month(year, month),
    }
}

/// Every key that moved.
pub static MOVED: [Moved; 10] = [
    moved(
        2023,
        1,
        &["experimental", "agentSmith"],
        &["components", "agentSmith"],
    ),
    moved(
        2023,
        1,
        &["experimental", "common", "podConfig"],
        &["components", "podConfig"],
    ),
    moved(
        2023,
        2,
        &["experimental", "ide", "resolveLatest"],
        &["components", "ide", "resolveLatest"],
    ),
    moved(
        2023,
        2,
        &["experimental", "ide", "ideMetrics"],
        &["components", "ide", "metrics"],
    ),
    moved(
        2023,
        2,
        &["experimental", "ide", "ideProxy", "serviceAnnotations"],
        &["components", "ide", "proxy", "serviceAnnotations"],
    ),
    moved(
        2023,
        2,
        &["experimental", "ide", "openvsxProxy", "serviceAnnotations"],
        &["openVSX", "proxy", "serviceAnnotations"],
    ),
    moved(
        2023,
        1,
        &["experimental", "telemetry", "data", "platform"],
        &["telemetry", "data", "platform"],
    ),
    moved(
        2022,
        7,
        &["experimental", "webapp", "proxy", "serviceType"],
        &["components", "proxy", "service", "serviceType"],
    ),
    moved(
        2022,
        7,
        &[
            "experimental",
            "webapp",
            "server",
            "defaultBaseImageRegistryWhitelist",
        ],
        &["containerRegistry", "privateBaseImageAllowList"],
    ),
    moved(
        2022,
        7,
        &[
            "experimental",
            "webapp",
            "server",
            "workspaceDefaults",
            "workspaceImage",
        ],
        &["workspace", "workspaceImage"],
    ),
];
