//! Pages of findings about `autoApprovers` and the routes they approve.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// An approver is of a kind that cannot approve.
    ///
    /// ## Why
    ///
    /// Approvers are people, groups, roles and tags.
    BAD_APPROVER, "tailscale-bad-approver", Error, fix None, spoils policy
}

declare_stage! {
    /// A route in `autoApprovers` is not a prefix.
    ///
    /// ## Why
    ///
    /// Routes are prefixes such as `10.0.0.0/24`.
    BAD_ROUTE_PREFIX, "tailscale-bad-route-prefix", Error, fix None, spoils policy
}

declare_stage! {
    /// The auto-approved routes include a default route.
    ///
    /// ## Why
    ///
    /// It contains every subnet, so its approvers may advertise any network. It does not approve exit nodes; `exitNode` does.
    DEFAULT_ROUTE_APPROVER, "tailscale-default-route-approver", Warning, fix None, spoils policy
}

declare_stage! {
    /// A person approves a route to the cluster's pods.
    ///
    /// ## Why
    ///
    /// The machines advertise no routes to pods, which reach each other through the overlay. If `extraArgs` has them do so, their tags
    /// must approve: a machine that joins with a tag has no owner, and people can approve only the routes of their own devices. The
    /// example in the k3s documentation has people, and its routes stay pending (k3s-io/k3s#7353, #8372).
    USER_APPROVER, "tailscale-user-approver", Info, fix None, spoils policy
}
