//! Pages of what the Tailscale policy engine reports: about a tailnet's own policy, at its own lines, and about what was merged
//! and proven.

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
    /// A rule has an action other than `accept`.
    ///
    /// ## Why
    ///
    /// Rules only ever admit; what none admits is denied.
    BAD_ACTION, "tailscale-bad-action", Error, fix None
}

stage_rule! {
    /// An approver is of a kind that cannot approve.
    ///
    /// ## Why
    ///
    /// People, groups, roles and tags approve.
    BAD_APPROVER, "tailscale-bad-approver", Error, fix None
}

stage_rule! {
    /// A capability has a name that is not allowed.
    ///
    /// ## Why
    ///
    /// The name is a domain and a path.
    BAD_CAP_NAME, "tailscale-bad-cap-name", Error, fix None
}

stage_rule! {
    /// A destination has no ports.
    ///
    /// ## Why
    ///
    /// A destination of `acls` ends in a colon and ports.
    BAD_DST, "tailscale-bad-dst", Error, fix None
}

stage_rule! {
    /// A group has a name that is not allowed.
    ///
    /// ## Why
    ///
    /// A group is `group:` and a name.
    BAD_GROUP_NAME, "tailscale-bad-group-name", Error, fix None
}

stage_rule! {
    /// A host has a name that is read as something else.
    ///
    /// ## Why
    ///
    /// The name would be taken for an address, a login or another kind of selector.
    BAD_HOST_NAME, "tailscale-bad-host-name", Error, fix None
}

stage_rule! {
    /// What stands for ports is none.
    ///
    /// ## Why
    ///
    /// Ports are `*`, numbers from 1 to 65535, ranges, and lists of these.
    BAD_PORT, "tailscale-bad-port", Error, fix None
}

stage_rule! {
    /// What stands for a protocol is none.
    ///
    /// ## Why
    ///
    /// Protocols are names such as `tcp`, or numbers up to 255.
    BAD_PROTO, "tailscale-bad-proto", Error, fix None
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
    /// A selector of a kind that is not allowed here.
    ///
    /// ## Why
    ///
    /// Each place of a policy takes some kinds only.
    BAD_SELECTOR, "tailscale-bad-selector", Error, fix None
}

stage_rule! {
    /// A tag has a name that is not allowed.
    ///
    /// ## Why
    ///
    /// A tag is `tag:`, a letter, then letters, digits and `-` (tailscale/tailscale `tailcfg.CheckTag`).
    BAD_TAG_NAME, "tailscale-bad-tag-name", Error, fix None
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
    /// The first rule of a policy turns it from allowing all to denying by default.
    ///
    /// ## Why
    ///
    /// A policy with neither `acls` nor `grants` lets every device reach every other. What is merged in are rules, and with
    /// the first of them only what rules admit is left, for every device of the tailnet.
    DEFAULT_DENY, "tailscale-default-deny", Warning, fix None
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
    /// A claim of `tailscale.expect` does not hold.
    ///
    /// ## Why
    ///
    /// Claims are decided for all addresses and ports on the policy that is written, over a tailnet made from the plan: its
    /// machines with their pod ranges, a device for everybody who is named, and a member in no group. A claim about
    /// `autogroup:member` leaves out the `admins`, who are let in by name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: ada@acme.dev, to: servers, deny: "tcp:6443"}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "autogroup:member", to: servers, deny: "tcp:6443"}]
    /// ```
    EXPECT_FAILS, "tailscale-expect-fails", Error, fix Unsafe
}

stage_rule! {
    /// A claim of `tailscale.expect` names somebody or something that has no address.
    ///
    /// ## Why
    ///
    /// A claim about nobody always holds, so it would never be noticed that a name is misspelt.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "tag:ci", to: servers, deny: "tcp:6443"}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "autogroup:member", to: servers, deny: "tcp:6443"}]
    /// ```
    EXPECT_VACUOUS, "tailscale-expect-vacuous", Warning, fix Unsafe
}
