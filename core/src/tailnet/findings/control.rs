//! Pages of findings about what a control server other than Tailscale's own takes.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// The policy uses something that Headscale does not support.
    ///
    /// ## Why
    ///
    /// `tailscale.controlServerUrl` names a Headscale server, or `gkc acl check` was told so by `--control headscale`. Headscale reads
    /// the language of Tailscale's policies but not all of it, and refuses the whole policy for a single field, autogroup or attribute
    /// that it does not know (juanfont/headscale `hscontrol/policy/v2/types.go`, release 0.29).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: ["autogroup:admin"]
    ///   controlServerUrl: "https://headscale.acme.dev"
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: ["group:admins"]
    ///   controlServerUrl: "https://headscale.acme.dev"
    ///   groups: {"group:admins": [ada@acme.dev, "kim@"]}
    /// ```
    CONTROL_UNSUPPORTED, "tailscale-control-unsupported", Error, fix None, spoils policy
}
