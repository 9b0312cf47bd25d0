//! Pages of findings about how a policy is written.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// A field is spelled with other case than in the documentation.
    ///
    /// ## Why
    ///
    /// It is unknown whether the control plane accepts it.
    FIELD_CASE, "tailscale-field-case", Warning, fix Safe, spoils policy
}

declare_stage! {
    /// A field has a deprecated name.
    ///
    /// ## Why
    ///
    /// It still works; the new name means the same.
    OLD_NAME, "tailscale-old-name", Warning, fix None, spoils policy, tagged Deprecated
}

declare_stage! {
    /// The policy is not valid HuJSON, or a field has the wrong type.
    ///
    /// ## Why
    ///
    /// The control plane rejects the whole policy. HuJSON is JSON with comments and trailing commas, and nothing else
    /// (tailscale/hujson).
    POLICY_SYNTAX, "tailscale-policy-syntax", Error, fix Safe, spoils policy
}

declare_stage! {
    /// The tailnet's own policy cannot be read.
    ///
    /// ## Why
    ///
    /// gkc needs it to merge and to prove anything. Its path is relative to the configuration.
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
    POLICY_UNREADABLE, "tailscale-policy-unreadable", Error, fix None, spoils policy
}

declare_stage! {
    /// A string of the policy starts or ends with a space.
    ///
    /// ## Why
    ///
    /// Headscale trims only some strings; any other with such a space means something else or makes it refuse the whole policy. Tailscale's
    /// own server trims the strings of SSH rules; whether it trims all others is not documented.
    SURROUNDING_BLANK, "tailscale-surrounding-blank", Warning, fix Safe, spoils policy
}

declare_stage! {
    /// A field is unknown in its section of the policy.
    ///
    /// ## Why
    ///
    /// The control plane may reject the whole policy, and a misspelled field would have no effect.
    UNKNOWN_FIELD, "tailscale-unknown-field", Error, fix Unsafe, spoils policy
}
