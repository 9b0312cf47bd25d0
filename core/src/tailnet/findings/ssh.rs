//! Pages of findings about `ssh` rules.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// `acceptEnv` of an SSH rule has an empty entry.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy.
    SSH_ACCEPTENV_EMPTY, "tailscale-ssh-acceptenv-empty", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule has an unknown action.
    ///
    /// ## Why
    ///
    /// The action is `accept` or `check`, in lower case.
    SSH_ACTION_INVALID, "tailscale-ssh-action-invalid", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule has no action.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy.
    SSH_ACTION_MISSING, "tailscale-ssh-action-missing", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule with `check` has a tagged source.
    ///
    /// ## Why
    ///
    /// A check asks a person to log in again, and a tagged device has no person.
    SSH_CHECK_FROM_TAG, "tailscale-ssh-check-from-tag", Warning, fix None, spoils policy
}

declare_stage! {
    /// A check period is too long or negative.
    ///
    /// ## Why
    ///
    /// The control plane accepts at most 168 hours.
    SSH_CHECKPERIOD_RANGE, "tailscale-ssh-checkperiod-range", Error, fix None, spoils policy
}

declare_stage! {
    /// A check period is shorter than a minute.
    ///
    /// ## Why
    ///
    /// The documentation forbids it, but the control plane saves it.
    SSH_CHECKPERIOD_SHORT, "tailscale-ssh-checkperiod-short", Warning, fix None, spoils policy
}

declare_stage! {
    /// A check period is not a duration.
    ///
    /// ## Why
    ///
    /// Use a duration such as `12h`, or `always`.
    SSH_CHECKPERIOD_SYNTAX, "tailscale-ssh-checkperiod-syntax", Error, fix None, spoils policy
}

declare_stage! {
    /// A check period is set in a rule without `check`.
    ///
    /// ## Why
    ///
    /// It has no effect.
    SSH_CHECKPERIOD_UNUSED, "tailscale-ssh-checkperiod-unused", Warning, fix None, spoils policy, tagged Unused
}

declare_stage! {
    /// An SSH rule has an invalid destination.
    ///
    /// ## Why
    ///
    /// Destinations are tags, `autogroup:self` and the same person.
    SSH_DST_INVALID, "tailscale-ssh-dst-invalid", Error, fix None, spoils policy
}

declare_stage! {
    /// A role is the source of an SSH rule.
    ///
    /// ## Why
    ///
    /// The documentation does not list roles as sources of SSH rules.
    SSH_ROLE_SOURCE, "tailscale-ssh-role-source", Warning, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule combines an incompatible source and destination.
    ///
    /// ## Why
    ///
    /// People reach their own devices and tagged ones; tagged devices reach tagged ones.
    SSH_SRC_DST_COMBINATION, "tailscale-ssh-src-dst-combination", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule has an invalid source.
    ///
    /// ## Why
    ///
    /// Sources are people, groups and tags, never addresses.
    SSH_SRC_INVALID, "tailscale-ssh-src-invalid", Error, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule has an invalid user.
    ///
    /// ## Why
    ///
    /// Users are login names, `root`, `autogroup:nonroot` or `localpart:*@domain`; `*` is not allowed.
    SSH_USER_INVALID, "tailscale-ssh-user-invalid", Error, fix None, spoils policy
}

declare_stage! {
    /// A user of an SSH rule looks like a selector but is taken literally.
    ///
    /// ## Why
    ///
    /// The control plane saves it as a login of exactly that name.
    SSH_USER_LITERAL, "tailscale-ssh-user-literal", Warning, fix None, spoils policy
}

declare_stage! {
    /// An SSH rule has no users.
    ///
    /// ## Why
    ///
    /// The control plane rejects the policy.
    SSH_USERS_MISSING, "tailscale-ssh-users-missing", Error, fix None, spoils policy
}
