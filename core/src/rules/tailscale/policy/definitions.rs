//! Pages of findings about `groups`, `hosts`, `ipsets` and `tagOwners`.

use crate::rules::stages::stage_rule;

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
    /// A tag has a name that is not allowed.
    ///
    /// ## Why
    ///
    /// A tag is `tag:`, a letter, then letters, digits and `-` (tailscale/tailscale `tailcfg.CheckTag`).
    BAD_TAG_NAME, "tailscale-bad-tag-name", Error, fix None
}

stage_rule! {
    /// A member of a group is no login.
    ///
    /// ## Why
    ///
    /// Groups hold people only.
    GROUP_BAD_MEMBER, "tailscale-group-bad-member", Error, fix None
}

stage_rule! {
    /// A group is a member of a group.
    ///
    /// ## Why
    ///
    /// The control plane refuses it: members cannot be recursive.
    GROUP_NESTED, "tailscale-group-nested", Error, fix None
}

stage_rule! {
    /// An address set has a member that it cannot hold.
    ///
    /// ## Why
    ///
    /// Sets hold addresses, prefixes, ranges, hosts and other sets, with `add` or `remove` before them.
    IPSET_BAD_MEMBER, "tailscale-ipset-bad-member", Error, fix None
}

stage_rule! {
    /// An address set contains itself.
    ///
    /// ## Why
    ///
    /// What it holds could not be told.
    IPSET_CYCLE, "tailscale-ipset-cycle", Error, fix None
}
