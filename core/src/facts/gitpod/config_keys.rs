//! Keys of the Installer's config that not every release has. The Installer parses strictly: a key of another release is an error.
//!
//! Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go` and `experimental/experimental.go` at 4f45d02 with their history.

use super::Release;

/// A key that came or went.
pub struct ConfigKey {
    /// A JSON pointer into the config.
    pub path: &'static str,
    /// The first release with it, where that is known.
    since: Option<Release>,
    /// The last month with it.
    until: Option<Release>,
}

impl ConfigKey {
    /// Whether a release has the key.
    pub fn is_of(&self, release: Release) -> bool {
        // Patches of the last month have it too.
        let month = match release {
            Release::Main => Release::Main,
            Release::Dated { year, month, .. } => Release::month(year, month),
        };
        self.since.is_none_or(|since| release >= since) && self.until.is_none_or(|until| month <= until)
    }
}

const fn since(path: &'static str, year: u16, month: u8) -> ConfigKey {
    ConfigKey {
        path,
        since: Some(Release::month(year, month)),
        until: None,
    }
}

const fn until(path: &'static str, year: u16, month: u8) -> ConfigKey {
    ConfigKey {
        path,
        since: None,
        until: Some(Release::month(year, month)),
    }
}

/// Every such key, in the order of paths.
pub static CONFIG_KEYS: [ConfigKey; 16] = [
    until("/adminLoginSecret", 2023, 2),
    since("/components", 2022, 11),
    since("/containerRegistry/enableAdditionalECRAuth", 2023, 2),
    since("/containerRegistry/privateBaseImageAllowList", 2022, 9),
    since("/containerRegistry/subassemblyBucket", 2023, 2),
    until("/jaegerOperator", 2022, 10),
    until("/license", 2023, 2),
    until("/messageBus", 2023, 6),
    until("/objectStorage/azure", 2023, 1),
    since("/sshGatewayCAKey", 2023, 5),
    until("/telemetry", 2023, 6),
    until("/workspace/prebuildPVC", 2023, 5),
    until("/workspace/pvc", 2023, 5),
    until("/workspace/runtime/containerdSocket", 2023, 2),
    since("/workspace/runtime/containerdSocketDir", 2023, 3),
    since("/workspace/workspaceImage", 2022, 11),
];
