//! Pages of findings about what `acls` and `grants` admit.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// A rule has an action other than `accept`.
    ///
    /// ## Why
    ///
    /// Rules only ever admit; what none admits is denied.
    BAD_ACTION, "tailscale-bad-action", Error, fix None
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
    /// `via` names something that is no tag.
    ///
    /// ## Why
    ///
    /// The routers to go through are known by their tags alone.
    VIA_NOT_TAG, "tailscale-via-not-tag", Error, fix None
}
