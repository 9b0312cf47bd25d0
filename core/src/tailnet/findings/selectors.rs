//! Pages of findings about sources and destinations, in any section.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// `autogroup:internet` is used as a source.
    ///
    /// ## Why
    ///
    /// Nothing on the internet opens connections into a tailnet.
    AUTOGROUP_INTERNET_SRC, "tailscale-autogroup-internet-src", Error, fix None, spoils policy
}

declare_stage! {
    /// `autogroup:self` is the destination of a source that is not a person.
    ///
    /// ## Why
    ///
    /// Only people (users, groups and roles) have their own devices.
    AUTOGROUP_SELF_BAD_SRC, "tailscale-autogroup-self-bad-src", Error, fix None, spoils policy
}

declare_stage! {
    /// `autogroup:self` is used as a source.
    ///
    /// ## Why
    ///
    /// It means the devices of whoever connects, so it can only be a destination.
    AUTOGROUP_SELF_SRC, "tailscale-autogroup-self-src", Error, fix None, spoils policy
}

declare_stage! {
    /// A selector is of a kind that is not allowed here.
    ///
    /// ## Why
    ///
    /// Each section of a policy accepts only some kinds of selectors.
    BAD_SELECTOR, "tailscale-bad-selector", Error, fix None, spoils policy
}

declare_stage! {
    /// A prefix has host bits set.
    ///
    /// ## Why
    ///
    /// Devices reject such a prefix in their packet filter (tailscale/tailscale `wgengine/filter`).
    CIDR_HOST_BITS, "tailscale-cidr-host-bits", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// `autogroup:danger-all` is used as a destination.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy.
    DANGER_ALL_DST, "tailscale-danger-all-dst", Error, fix None, spoils policy
}

declare_stage! {
    /// A default route is used as a destination.
    ///
    /// ## Why
    ///
    /// The control plane rejects it in grants. Use `*` for everything, and `autogroup:internet` for what is behind exit nodes.
    DEFAULT_ROUTE_DST, "tailscale-default-route-dst", Error, fix None, spoils policy
}

declare_stage! {
    /// A domain does not belong to the tailnet.
    ///
    /// ## Why
    ///
    /// The control plane rejects it in `user:*@domain`.
    DOMAIN_NOT_IN_TAILNET, "tailscale-domain-not-in-tailnet", Error, fix None, spoils policy
}

declare_stage! {
    /// A group is not defined in `groups`.
    ///
    /// ## Why
    ///
    /// It would match nobody.
    UNDEFINED_GROUP, "tailscale-undefined-group", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// A name is not defined in `hosts`.
    ///
    /// ## Why
    ///
    /// It is neither an address nor another kind of selector.
    UNDEFINED_HOST, "tailscale-undefined-host", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// An IP set is not defined in `ipsets`.
    ///
    /// ## Why
    ///
    /// It would be empty.
    UNDEFINED_IPSET, "tailscale-undefined-ipset", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// A tag is not defined in `tagOwners`.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy: `tag not found`.
    UNDEFINED_TAG, "tailscale-undefined-tag", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// An autogroup does not exist.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy.
    UNKNOWN_AUTOGROUP, "tailscale-unknown-autogroup", Error, fix None, spoils policy
}
