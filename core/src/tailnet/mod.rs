//! The Tailscale policy engine.
