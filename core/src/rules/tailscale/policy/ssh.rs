//! Pages of findings about `ssh` rules.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// An SSH rule lets a variable without a name pass.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy.
    SSH_ACCEPTENV_EMPTY, "tailscale-ssh-acceptenv-empty", Error, fix None
}

stage_rule! {
    /// An SSH rule has an action that does not exist.
    ///
    /// ## Why
    ///
    /// It is `accept` or `check`, in small letters.
    SSH_ACTION_INVALID, "tailscale-ssh-action-invalid", Error, fix None
}

stage_rule! {
    /// An SSH rule has no action.
    ///
    /// ## Why
    ///
    /// The control plane refuses the policy.
    SSH_ACTION_MISSING, "tailscale-ssh-action-missing", Error, fix None
}

stage_rule! {
    /// An SSH rule with `check` has a tagged source.
    ///
    /// ## Why
    ///
    /// A check asks a person to log in, and behind a tagged device there is none.
    SSH_CHECK_FROM_TAG, "tailscale-ssh-check-from-tag", Warning, fix None
}

stage_rule! {
    /// A check period is too long or negative.
    ///
    /// ## Why
    ///
    /// The control plane takes at most 168 hours.
    SSH_CHECKPERIOD_RANGE, "tailscale-ssh-checkperiod-range", Error, fix None
}

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
