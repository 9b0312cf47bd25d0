//! `blockNewUsers` and `domain_passlist`: who may sign up.

use super::field::Field;
use crate::source::Span;
use schemars::JsonSchema;
use serde::Deserialize;

/// The long form of `blockNewUsers`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockNewUsers {
    /// Whether new users are blocked from signing up. Default: `true` if the passlist has entries.
    #[serde(default)]
    pub enabled: Field<bool>,
    /// Email domains whose users may still sign up. Prefer `domain_passlist` at the top level.
    #[serde(default)]
    pub passlist: Field<Vec<Field<String>>>,
}

/// Whether new users are blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signups {
    /// True where only people of the passlist may sign up.
    pub blocked: bool,
    /// The place that says so; absent where it is the default.
    pub written: Option<Span>,
}
