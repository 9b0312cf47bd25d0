//! Pages of findings about sources and destinations, in any section.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// `autogroup:internet` stands as a source.
    ///
    /// ## Why
    ///
    /// Nothing on the internet opens connections into a tailnet.
    AUTOGROUP_INTERNET_SRC, "tailscale-autogroup-internet-src", Error, fix None
}

stage_rule! {
    /// `autogroup:self` is the destination of a source that is no person.
    ///
    /// ## Why
    ///
    /// Only people have devices of their own: users, groups and roles.
    AUTOGROUP_SELF_BAD_SRC, "tailscale-autogroup-self-bad-src", Error, fix None
}

stage_rule! {
    /// `autogroup:self` stands as a source.
    ///
    /// ## Why
    ///
    /// It means the devices of whoever connects, so it can only be a destination.
    AUTOGROUP_SELF_SRC, "tailscale-autogroup-self-src", Error, fix None
}

stage_rule! {
    /// A selector of a kind that is not allowed here.
    ///
    /// ## Why
    ///
    /// Each place of a policy takes some kinds only.
    BAD_SELECTOR, "tailscale-bad-selector", Error, fix None
}

stage_rule! {
    /// A prefix has bits set beyond its length.
    ///
    /// ## Why
    ///
    /// Devices refuse such a prefix in their packet filter (tailscale/tailscale `wgengine/filter`).
    CIDR_HOST_BITS, "tailscale-cidr-host-bits", Error, fix None
}

stage_rule! {
    /// `autogroup:danger-all` stands as a destination.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy.
    DANGER_ALL_DST, "tailscale-danger-all-dst", Error, fix None
}

stage_rule! {
    /// A default route stands as a destination.
    ///
    /// ## Why
    ///
    /// The control plane refuses it in grants: `*` means everything, and `autogroup:internet` what is behind exit nodes.
    DEFAULT_ROUTE_DST, "tailscale-default-route-dst", Error, fix None
}

stage_rule! {
    /// A domain does not belong to the tailnet.
    ///
    /// ## Why
    ///
    /// The control plane refuses it in `user:*@domain`.
    DOMAIN_NOT_IN_TAILNET, "tailscale-domain-not-in-tailnet", Error, fix None
}

stage_rule! {
    /// A group that `groups` does not define.
    ///
    /// ## Why
    ///
    /// Nobody would be meant by it.
    UNDEFINED_GROUP, "tailscale-undefined-group", Error, fix None
}

stage_rule! {
    /// A name that `hosts` does not define.
    ///
    /// ## Why
    ///
    /// It is neither an address nor a selector of another kind.
    UNDEFINED_HOST, "tailscale-undefined-host", Error, fix None
}

stage_rule! {
    /// An address set that `ipsets` does not define.
    ///
    /// ## Why
    ///
    /// It would hold nothing.
    UNDEFINED_IPSET, "tailscale-undefined-ipset", Error, fix None
}

stage_rule! {
    /// A tag that `tagOwners` does not define.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy: `tag not found`.
    UNDEFINED_TAG, "tailscale-undefined-tag", Error, fix None
}

stage_rule! {
    /// An autogroup that does not exist.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy.
    UNKNOWN_AUTOGROUP, "tailscale-unknown-autogroup", Error, fix None
}
