//! Names that this product had before it knew a second platform: what people wrote and deployed relies on them. And names that are the
//! platform's since.

/// The user that people log in to machines as, where neither `ssh.user` nor the index of an earlier tree says.
pub const DEFAULT_USER: &str = "ops";
/// The same on clusters whose index says nothing of it.
pub const EARLIER_USER: &str = "gitpod";
/// What the example of the module's call named the module of every tree.
const EARLIER_MODULE: &str = "gitpod";

/// What the example of the module's call names the module: the platform; without one, the name that it always had.
pub fn module(platform: &str) -> String {
    match platform {
        "" => EARLIER_MODULE.to_owned(),
        platform => platform.to_lowercase(),
    }
}

/// The output of that example with what the module rendered.
pub fn rendered_output(platform: &str) -> String {
    format!("{}_rendered", module(platform))
}
