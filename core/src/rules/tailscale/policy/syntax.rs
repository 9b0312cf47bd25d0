//! Pages of findings about how a policy is written.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// A field is written in other letters than the documentation has it.
    ///
    /// ## Why
    ///
    /// Whether the control plane minds is not known.
    FIELD_CASE, "tailscale-field-case", Warning, fix None
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
    /// A field that no section of a policy has.
    ///
    /// ## Why
    ///
    /// The control plane may refuse the whole policy; a misspelt field would do nothing.
    UNKNOWN_FIELD, "tailscale-unknown-field", Error, fix None
}
