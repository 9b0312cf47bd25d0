//! Pages of findings about a policy that the cluster's needs are merged into.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// The first rule of a policy turns it from allowing all to denying by default.
    ///
    /// ## Why
    ///
    /// A policy with neither `acls` nor `grants` lets every device reach every other. What is merged in are rules, and with
    /// the first of them only what rules admit is left, for every device of the tailnet.
    DEFAULT_DENY, "tailscale-default-deny", Warning, fix None
}

stage_rule! {
    /// What the cluster needs contradicts the policy that it is merged into.
    ///
    /// ## Why
    ///
    /// A merge only ever inserts. Where a name is taken for something else, only the author can say what is meant.
    MERGE_CONFLICT, "tailscale-merge-conflict", Error, fix None
}

stage_rule! {
    /// The comments that mark what gkc put into a policy do not pair.
    ///
    /// ## Why
    ///
    /// Between `gkc: begin` and `gkc: end` everything is replaced on the next run, so it must be clear where that is.
    MERGE_MARKERS, "tailscale-merge-markers", Error, fix None
}
