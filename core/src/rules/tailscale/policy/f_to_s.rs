//! Pages of what the Tailscale policy engine reports: about a tailnet's own policy, at its own lines, and about what was merged
//! and proven.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// The policy lets others than the admins reach the cluster from within the tailnet.
    ///
    /// ## Why
    ///
    /// Nobody but the machines and the `admins` needs the Kubernetes API, kubelets, etcd or pods. The rule that Tailscale
    /// begins with, from everybody to everything, opens them to every member. A rule that names the tags of the cluster is
    /// taken to mean it, and is only mentioned. A claim under `tailscale.expect` that allows it says that it is meant.
    EXPOSED, "tailscale-exposed", Warning, fix None
}

stage_rule! {
    /// A field is written in other letters than the documentation has it.
    ///
    /// ## Why
    ///
    /// Whether the control plane minds is not known.
    FIELD_CASE, "tailscale-field-case", Warning, fix None
}

stage_rule! {
    /// The policy does not admit what the cluster needs.
    ///
    /// ## Why
    ///
    /// Machines would not join, or pods of different machines not reach each other. What is written fresh always admits it;
    /// what is merged does unless the policy that it is merged into stands against it.
    FLOW_DENIED, "tailscale-flow-denied", Error, fix None
}

stage_rule! {
    /// A grant gives an application capability towards the internet.
    ///
    /// ## Why
    ///
    /// Nothing there would ask for it, and the control plane refuses it.
    GRANT_APP_INTERNET, "tailscale-grant-app-internet", Error, fix None
}

stage_rule! {
    /// A grant gives nothing.
    ///
    /// ## Why
    ///
    /// It needs `ip` or `app`; the control plane refuses it without.
    GRANT_EMPTY, "tailscale-grant-empty", Error, fix None
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

stage_rule! {
    /// What the cluster needs contradicts the policy that it is merged into.
    ///
    /// ## Why
    ///
    /// A merge only ever inserts. Where a name is taken for something else, only the author can say what is meant.
    MERGE_CONFLICT, "tailscale-merge-conflict", Error, fix None
}

stage_rule! {
    /// The comments that mark what gkc put into a policy do not pair.
    ///
    /// ## Why
    ///
    /// Between `gkc: begin` and `gkc: end` everything is replaced on the next run, so it must be clear where that is.
    MERGE_MARKERS, "tailscale-merge-markers", Error, fix None
}

stage_rule! {
    /// A field has a name that the documentation no longer knows.
    ///
    /// ## Why
    ///
    /// It is still read; the new name says the same.
    OLD_NAME, "tailscale-old-name", Warning, fix None
}

stage_rule! {
    /// A policy is not HuJSON here, or not of the type that the field takes.
    ///
    /// ## Why
    ///
    /// The control plane refuses the whole policy. HuJSON is JSON with comments and with a comma behind the last value, and
    /// nothing else (tailscale/hujson).
    POLICY_SYNTAX, "tailscale-policy-syntax", Error, fix None
}

stage_rule! {
    /// The tailnet's own policy cannot be read.
    ///
    /// ## Why
    ///
    /// It is no secret, and nothing can be merged or proven without it. Its path is relative to the configuration.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], policy: missing.hujson}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    POLICY_UNREADABLE, "tailscale-policy-unreadable", Error, fix None
}

stage_rule! {
    /// Ports are given for a protocol that has none.
    ///
    /// ## Why
    ///
    /// Only TCP, UDP and SCTP have ports; for others write `*`.
    PORTS_ON_PORTLESS_PROTO, "tailscale-ports-on-portless-proto", Error, fix None
}

stage_rule! {
    /// A capability has a name that Tailscale keeps for itself.
    ///
    /// ## Why
    ///
    /// In the domain `tailscale.com` only some names may be given.
    RESERVED_CAP_NAME, "tailscale-reserved-cap-name", Error, fix None
}

stage_rule! {
    /// A rule or an entry of a policy does nothing.
    ///
    /// ## Why
    ///
    /// The control plane saves it all the same.
    RULE_WITHOUT_EFFECT, "tailscale-rule-without-effect", Warning, fix None
}

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
