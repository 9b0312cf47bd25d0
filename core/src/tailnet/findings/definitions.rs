//! Pages of findings about `groups`, `hosts`, `ipsets` and `tagOwners`.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// A group has an invalid name.
    ///
    /// ## Why
    ///
    /// A group is `group:` and a name.
    BAD_GROUP_NAME, "tailscale-bad-group-name", Error, fix None, spoils policy
}

declare_stage! {
    /// A host has a name that means something else.
    ///
    /// ## Why
    ///
    /// The name would be read as an address, a login or another kind of selector.
    BAD_HOST_NAME, "tailscale-bad-host-name", Error, fix None, spoils policy
}

declare_stage! {
    /// A tag has an invalid name.
    ///
    /// ## Why
    ///
    /// A tag is `tag:`, a letter, then letters, digits and `-` (tailscale/tailscale `tailcfg.CheckTag`).
    BAD_TAG_NAME, "tailscale-bad-tag-name", Error, fix None, spoils policy
}

declare_stage! {
    /// A member of a group is not a login.
    ///
    /// ## Why
    ///
    /// Groups contain only people.
    GROUP_BAD_MEMBER, "tailscale-group-bad-member", Error, fix None, spoils policy
}

declare_stage! {
    /// A group is a member of another group.
    ///
    /// ## Why
    ///
    /// The control plane rejects nested groups.
    GROUP_NESTED, "tailscale-group-nested", Error, fix None, spoils policy
}

declare_stage! {
    /// An IP set has an invalid member.
    ///
    /// ## Why
    ///
    /// IP sets contain addresses, prefixes, ranges, hosts and other IP sets, with an optional `add` or `remove` before each.
    IPSET_BAD_MEMBER, "tailscale-ipset-bad-member", Error, fix None, spoils policy
}

declare_stage! {
    /// An IP set contains itself.
    ///
    /// ## Why
    ///
    /// Its content is undefined.
    IPSET_CYCLE, "tailscale-ipset-cycle", Error, fix None, spoils policy
}
