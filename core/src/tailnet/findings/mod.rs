//! The rules of what the policy engine reports: at the lines of a tailnet's own policy, and about what is merged into it. One module per subject; names within a module are sorted.

pub mod access;
pub mod approvers;
pub mod claims;
pub mod control;
pub mod definitions;
pub mod merge;
pub mod selectors;
pub mod ssh;
pub mod syntax;
