//! Pages of what the Tailscale policy engine reports: about a tailnet's own policy, at its own lines, and about what was merged
//! and proven.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// A check period is shorter than a minute.
    ///
    /// ## Why
    ///
    /// The documentation forbids it, and the control plane saves it.
    SSH_CHECKPERIOD_SHORT, "tailscale-ssh-checkperiod-short", Warning, fix None
}

stage_rule! {
    /// A check period is no duration.
    ///
    /// ## Why
    ///
    /// Write `12h` or `always`.
    SSH_CHECKPERIOD_SYNTAX, "tailscale-ssh-checkperiod-syntax", Error, fix None
}

stage_rule! {
    /// A check period stands in a rule that does not check.
    ///
    /// ## Why
    ///
    /// It does nothing.
    SSH_CHECKPERIOD_UNUSED, "tailscale-ssh-checkperiod-unused", Warning, fix None
}

stage_rule! {
    /// An SSH rule has a destination that it cannot have.
    ///
    /// ## Why
    ///
    /// Destinations are tags, `autogroup:self` and the same person.
    SSH_DST_INVALID, "tailscale-ssh-dst-invalid", Error, fix None
}

stage_rule! {
    /// A role is the source of an SSH rule.
    ///
    /// ## Why
    ///
    /// The documentation does not say that roles may stand there.
    SSH_ROLE_SOURCE, "tailscale-ssh-role-source", Warning, fix None
}

stage_rule! {
    /// An SSH rule combines a source and a destination that do not go together.
    ///
    /// ## Why
    ///
    /// People reach their own devices and tagged ones, tagged devices reach tagged ones.
    SSH_SRC_DST_COMBINATION, "tailscale-ssh-src-dst-combination", Error, fix None
}

stage_rule! {
    /// An SSH rule has a source that it cannot have.
    ///
    /// ## Why
    ///
    /// Sources are people, groups and tags, never addresses.
    SSH_SRC_INVALID, "tailscale-ssh-src-invalid", Error, fix None
}

stage_rule! {
    /// An SSH test of the policy fails or cannot be read.
    ///
    /// ## Why
    ///
    /// The control plane does not save a policy whose tests fail.
    SSH_TESTS_FAILED, "tailscale-ssh-tests-failed", Error, fix None
}

stage_rule! {
    /// An SSH rule names a user that is not allowed.
    ///
    /// ## Why
    ///
    /// Users are login names, `root`, `autogroup:nonroot` or `localpart:*@domain`; `*` is none.
    SSH_USER_INVALID, "tailscale-ssh-user-invalid", Error, fix None
}

stage_rule! {
    /// A user of an SSH rule looks like a selector, and is taken literally.
    ///
    /// ## Why
    ///
    /// The control plane saves it and means a login of that very name.
    SSH_USER_LITERAL, "tailscale-ssh-user-literal", Warning, fix None
}

stage_rule! {
    /// An SSH rule names no users.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy.
    SSH_USERS_MISSING, "tailscale-ssh-users-missing", Error, fix None
}

stage_rule! {
    /// An SSH test has a destination that it cannot have.
    ///
    /// ## Why
    ///
    /// Destinations of SSH tests are devices by login or tag.
    SSHTESTS_BAD_DST, "tailscale-sshtests-bad-dst", Error, fix None
}

stage_rule! {
    /// A test names a tag or a person without a device.
    ///
    /// ## Why
    ///
    /// The control plane may fail it until a device has joined.
    TEST_WITHOUT_DEVICE, "tailscale-test-without-device", Warning, fix None
}

stage_rule! {
    /// A test of the policy fails or cannot be read.
    ///
    /// ## Why
    ///
    /// The control plane does not save a policy whose tests fail.
    TESTS_FAILED, "tailscale-tests-failed", Error, fix None
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

stage_rule! {
    /// A field that no section of a policy has.
    ///
    /// ## Why
    ///
    /// The control plane may refuse the whole policy; a misspelt field would do nothing.
    UNKNOWN_FIELD, "tailscale-unknown-field", Error, fix None
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

stage_rule! {
    /// `via` names something that is no tag.
    ///
    /// ## Why
    ///
    /// The routers to go through are known by their tags alone.
    VIA_NOT_TAG, "tailscale-via-not-tag", Error, fix None
}
