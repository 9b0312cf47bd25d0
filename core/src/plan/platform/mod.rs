//! What runs on the cluster, and what that needs of it.
//!
//! A platform has a folder here, with a function from the model to its part of the plan and to its [`Needs`]. Machines, k3s,
//! networks, the tailnet and Terraform, and the rules on them, know the needs and nothing else of it.

mod backup;
pub mod coder;
pub mod gitpod;
mod secrets;

pub use backup::Backup;
pub use secrets::UserSecret;

use super::needs::Needs;
use super::values::{Names, SecretNeed};
use crate::model::{self, Config};
use crate::source::Span;
use coder::Coder;
use gitpod::Gitpod;
use serde::Serialize;

/// What runs on the cluster, in the words of its own folders.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Platform {
    /// See [`gitpod`].
    Gitpod(Box<Gitpod>),
    /// See [`coder`].
    Coder(Box<Coder>),
    /// Only the cluster.
    None,
}

impl Platform {
    /// Leaves out what nobody asked for and what has no value.
    pub fn leave_out<'a>(&mut self, unresolved: impl Iterator<Item = &'a SecretNeed>) {
        if let Platform::Gitpod(gitpod) = self {
            gitpod.leave_out(unresolved);
        }
    }

    /// Whether there is only the cluster.
    pub fn is_none(&self) -> bool {
        *self == Platform::None
    }
}

/// The configuration's platform and what it needs.
pub(super) fn platform(config: &Config, anchor: Span, names: &mut Names) -> (Platform, Needs) {
    match config.platform() {
        model::Platform::Gitpod => {
            let gitpod = gitpod::gitpod(config, anchor, names);
            let needs = gitpod::needs(config, &gitpod);
            (Platform::Gitpod(Box::new(gitpod)), needs)
        }
        model::Platform::Coder => {
            let coder = coder::coder(config, anchor, names);
            let needs = coder::needs(config, &coder);
            (Platform::Coder(Box::new(coder)), needs)
        }
        model::Platform::None => (Platform::None, Needs::default()),
    }
}
