//! What upstream demands, as dated data with its source, never a literal in a rule.

pub mod tailscale;
