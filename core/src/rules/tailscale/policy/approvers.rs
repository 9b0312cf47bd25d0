//! Pages of findings about `autoApprovers` and the routes they approve.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// An approver is of a kind that cannot approve.
    ///
    /// ## Why
    ///
    /// People, groups, roles and tags approve.
    BAD_APPROVER, "tailscale-bad-approver", Error, fix None
}

stage_rule! {
    /// A route of `autoApprovers` is no prefix.
    ///
    /// ## Why
    ///
    /// Routes are prefixes such as `10.0.0.0/24`.
    BAD_ROUTE_PREFIX, "tailscale-bad-route-prefix", Error, fix None
}

stage_rule! {
    /// A default route stands among the routes that are approved by themselves.
    ///
    /// ## Why
    ///
    /// Every subnet lies inside it, so its approvers may announce any network as theirs. It approves no exit node; `exitNode`
    /// does.
    DEFAULT_ROUTE_APPROVER, "tailscale-default-route-approver", Warning, fix None
}

stage_rule! {
    /// A person approves a route that only tagged machines of the cluster advertise.
    ///
    /// ## Why
    ///
    /// A machine that joins with a tag belongs to nobody, so people approve the routes of their own devices only. The k3s
    /// documentation's example has it so, and the routes stay pending (k3s-io/k3s#7353, #8372).
    USER_APPROVER, "tailscale-user-approver", Info, fix None
}
