//! Names that this product had before it knew a second platform. What people wrote and deployed relies on them, so they stay,
//! whatever the platform is.

/// The user that people log in to machines as, where neither `ssh.user` nor the index of an earlier tree says.
pub const DEFAULT_USER: &str = "ops";
/// The same on clusters whose index says nothing of it.
pub const EARLIER_USER: &str = "gitpod";
/// What the example of the module's call names the module.
pub const MODULE: &str = "gitpod";
/// The output of that example with what the module rendered.
pub const RENDERED_OUTPUT: &str = "gitpod_rendered";
