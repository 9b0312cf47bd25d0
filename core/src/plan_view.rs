//! The plan as users of the crate see it: named and printed, while what it is made of may change.

use crate::plan;
use crate::text::SecretBytes;
use std::fmt;
use zeroize::Zeroizing;

pub use crate::plan::{Generate, SecretNeed, SecretSource};

/// A whole deployment, resolved: every default is decided, every secret and late value is named and none is held.
#[derive(Clone, Copy, PartialEq)]
pub struct Plan<'a> {
    plan: &'a plan::Plan,
    /// Literal secrets that are handed through to it.
    literals: &'a [SecretBytes],
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without(self.literals, &format!("{:?}", self.plan)))
    }
}

/// A text with `[secret]` in place of literal secrets, as they are and as they are escaped between quotes.
pub(crate) fn without(literals: &[SecretBytes], text: &str) -> String {
    let mut text = text.to_owned();
    for literal in literals.iter().filter_map(SecretBytes::expose_text) {
        let quoted = Zeroizing::new(serde_json::Value::from(literal).to_string());
        for spelt in [literal, quoted.trim_matches('"')] {
            if text.contains(spelt) {
                text = text.replace(spelt, "[secret]");
            }
        }
    }
    text
}

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
    pub(crate) fn of(plan: &'a plan::Plan, literals: &'a [SecretBytes]) -> Plan<'a> {
        Plan { plan, literals }
    }

    /// The cluster's name.
    pub fn name(self) -> &'a str {
        &self.plan.name
    }

    /// The host name that the platform answers at.
    pub fn domain(self) -> Option<&'a str> {
        self.plan.domain.as_deref()
    }

    /// Every secret that is needed, by name.
    pub fn secrets(self) -> &'a [SecretNeed] {
        &self.plan.secrets
    }

    /// The plan in Rusty Object Notation, with `[secret]` in place of literal secrets.
    ///
    /// # Errors
    /// Never for a plan that was built here; the writer's error is handed on all the same.
    pub fn to_ron(self) -> Result<String, PlanError> {
        let ron = self.plan.to_ron().map_err(|error| PlanError(error.to_string()))?;
        Ok(without(self.literals, &ron))
    }

    /// The same in JSON, over several lines.
    ///
    /// # Errors
    /// As [`Plan::to_ron`].
    pub fn to_json(self) -> Result<String, PlanError> {
        let json = serde_json::to_string_pretty(self.plan).map_err(|error| PlanError(error.to_string()))?;
        Ok(without(self.literals, &json) + "\n")
    }
}
