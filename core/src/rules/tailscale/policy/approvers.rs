//! Pages of findings about `autoApprovers` and the routes they approve.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// An approver is of a kind that cannot approve.
    ///
    /// ## Why
    ///
    /// Approvers are people, groups, roles and tags.
    BAD_APPROVER, "tailscale-bad-approver", Error, fix None, spoils policy
}

stage_rule! {
    /// A route in `autoApprovers` is not a prefix.
    ///
    /// ## Why
    ///
    /// Routes are prefixes such as `10.0.0.0/24`.
    BAD_ROUTE_PREFIX, "tailscale-bad-route-prefix", Error, fix None, spoils policy
}

stage_rule! {
    /// The auto-approved routes include a default route.
    ///
    /// ## Why
    ///
    /// It contains every subnet, so its approvers may advertise any network. It does not approve exit nodes; `exitNode` does.
    DEFAULT_ROUTE_APPROVER, "tailscale-default-route-approver", Warning, fix None, spoils policy
}

stage_rule! {
    /// A person approves a route that only tagged cluster machines advertise.
    ///
    /// ## Why
    ///
    /// A machine that joins with a tag has no owner, and people can approve only the routes of their own devices. The example in
    /// the k3s documentation does this, and its routes stay pending (k3s-io/k3s#7353, #8372).
    USER_APPROVER, "tailscale-user-approver", Info, fix None, spoils policy
}
