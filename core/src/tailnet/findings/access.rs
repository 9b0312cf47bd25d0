//! Pages of findings about what `acls` and `grants` admit.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// A rule has an action other than `accept`.
    ///
    /// ## Why
    ///
    /// Rules only admit traffic; everything else is denied.
    BAD_ACTION, "tailscale-bad-action", Error, fix None, spoils policy
}

declare_stage! {
    /// A capability has an invalid name.
    ///
    /// ## Why
    ///
    /// The name is a domain and a path.
    BAD_CAP_NAME, "tailscale-bad-cap-name", Error, fix None, spoils policy
}

declare_stage! {
    /// A destination is missing its ports.
    ///
    /// ## Why
    ///
    /// A destination in `acls` ends in a colon and ports.
    BAD_DST, "tailscale-bad-dst", Error, fix None, spoils policy
}

declare_stage! {
    /// A port is invalid.
    ///
    /// ## Why
    ///
    /// Ports are `*`, numbers from 1 to 65535, ranges, and lists of these.
    BAD_PORT, "tailscale-bad-port", Error, fix None, spoils policy
}

declare_stage! {
    /// A protocol is unknown.
    ///
    /// ## Why
    ///
    /// Protocols are names such as `tcp`, or numbers up to 255.
    BAD_PROTO, "tailscale-bad-proto", Error, fix None, spoils policy
}

declare_stage! {
    /// A grant gives an application capability for the internet.
    ///
    /// ## Why
    ///
    /// Nothing on the internet uses capabilities, and the control plane rejects the policy.
    GRANT_APP_INTERNET, "tailscale-grant-app-internet", Error, fix None, spoils policy
}

declare_stage! {
    /// A grant grants nothing.
    ///
    /// ## Why
    ///
    /// A grant requires `ip` or `app`; the control plane rejects it without either.
    GRANT_EMPTY, "tailscale-grant-empty", Error, fix None, spoils policy
}

declare_stage! {
    /// Ports are set for a protocol without ports.
    ///
    /// ## Why
    ///
    /// Only TCP, UDP and SCTP have ports; use `*` for other protocols.
    PORTS_ON_PORTLESS_PROTO, "tailscale-ports-on-portless-proto", Error, fix None, spoils policy
}

declare_stage! {
    /// A capability has a name that is reserved by Tailscale.
    ///
    /// ## Why
    ///
    /// Only some names in the domain `tailscale.com` may be granted.
    RESERVED_CAP_NAME, "tailscale-reserved-cap-name", Error, fix None, spoils policy
}

declare_stage! {
    /// A rule or an entry of a policy has no effect.
    ///
    /// ## Why
    ///
    /// The control plane saves it anyway.
    RULE_WITHOUT_EFFECT, "tailscale-rule-without-effect", Warning, fix None, spoils policy, tagged Unused
}

declare_stage! {
    /// `via` names something other than a tag.
    ///
    /// ## Why
    ///
    /// Routers are identified only by tags.
    VIA_NOT_TAG, "tailscale-via-not-tag", Error, fix None, spoils policy
}
