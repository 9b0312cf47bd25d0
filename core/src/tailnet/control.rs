//! The control server that a policy is for. Headscale takes less than Tailscale's own; what, is data in `facts::headscale`.

/// A control server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Control {
    /// Tailscale's own.
    #[default]
    Tailscale,
    /// Headscale, its newest release.
    Headscale,
}

impl Control {
    /// True for Headscale.
    pub fn is_headscale(self) -> bool {
        self == Control::Headscale
    }
}
