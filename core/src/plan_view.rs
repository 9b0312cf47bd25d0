//! The plan as users of the crate see it: named and printed, while what it is made of may change.

use crate::plan;
use std::fmt;

pub use crate::plan::{Generate, SecretNeed, SecretSource};

/// A whole deployment, resolved: every default is decided, every secret and late value is named and none is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan<'a>(&'a plan::Plan);

/// A plan that cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError(String);

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PlanError {}

impl<'a> Plan<'a> {
    pub(crate) fn of(plan: &'a plan::Plan) -> Plan<'a> {
        Plan(plan)
    }

    /// The cluster's name.
    pub fn name(self) -> &'a str {
        &self.0.name
    }

    /// The host name that the platform answers at.
    pub fn domain(self) -> Option<&'a str> {
        self.0.domain.as_deref()
    }

    /// Every secret that is needed, by name.
    pub fn secrets(self) -> &'a [SecretNeed] {
        &self.0.secrets
    }

    /// The plan in Rusty Object Notation.
    ///
    /// # Errors
    /// Never for a plan that was built here; the writer's error is handed on all the same.
    pub fn to_ron(self) -> Result<String, PlanError> {
        self.0.to_ron().map_err(|error| PlanError(error.to_string()))
    }

    /// The same in JSON, over several lines.
    ///
    /// # Errors
    /// As [`Plan::to_ron`].
    pub fn to_json(self) -> Result<String, PlanError> {
        let json = serde_json::to_string_pretty(self.0);
        json.map(|json| json + "\n")
            .map_err(|error| PlanError(error.to_string()))
    }
}
