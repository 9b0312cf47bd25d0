//! The kinds of workloads that a configuration places on machines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What platforms consist of, as far as it can be placed on machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// Server, dashboard, database and the like.
    Meta,
    /// IDEs and their extensions.
    Ide,
    /// Services that manage workspaces.
    Services,
    /// Workspaces of users.
    Regular,
    /// Workspaces without a user: prebuilds and image builds.
    Headless,
    /// The server and its database, for platforms that consist of no more.
    Control,
    /// All workspaces, for platforms that have one kind.
    Workspaces,
}

impl Workload {
    /// Every workload.
    pub const ALL: [Workload; 7] = [
        Workload::Meta,
        Workload::Ide,
        Workload::Services,
        Workload::Regular,
        Workload::Headless,
        Workload::Control,
        Workload::Workspaces,
    ];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Workload::Meta => "meta",
            Workload::Ide => "ide",
            Workload::Services => "services",
            Workload::Regular => "regular",
            Workload::Headless => "headless",
            Workload::Control => "control",
            Workload::Workspaces => "workspaces",
        }
    }

    /// Whether it is where a platform keeps what it keeps on disks.
    pub fn holds_state(self) -> bool {
        matches!(self, Workload::Meta | Workload::Control)
    }

    /// Whether it consists of workspaces.
    pub fn is_of_workspaces(self) -> bool {
        matches!(
            self,
            Workload::Regular | Workload::Headless | Workload::Workspaces
        )
    }
}
