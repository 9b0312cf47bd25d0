//! Pages of findings about a policy that the cluster's needs are merged into.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// The first rule turns a policy from allow by default to deny by default.
    ///
    /// ## Why
    ///
    /// A policy with neither `acls` nor `grants` lets every device reach every other. gkc merges rules in, and with the first rule
    /// every device of the tailnet is restricted to what the rules admit.
    DEFAULT_DENY, "tailscale-default-deny", Warning, fix None, spoils policy
}

declare_stage! {
    /// The policy conflicts with what the cluster needs.
    ///
    /// ## Why
    ///
    /// A merge only adds entries. If a name already has another meaning, only the author can resolve that.
    MERGE_CONFLICT, "tailscale-merge-conflict", Error, fix None, spoils policy
}

declare_stage! {
    /// gkc's marker comments in a policy are unbalanced.
    ///
    /// ## Why
    ///
    /// The next merge replaces everything between `gkc: begin` and `gkc: end`, so the markers must be paired.
    MERGE_MARKERS, "tailscale-merge-markers", Error, fix None, spoils policy
}
