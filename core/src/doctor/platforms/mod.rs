//! Words that only one platform has: what its programs write, and what is said of them.

mod coder;
mod gitpod;

pub use coder::*;
pub use gitpod::*;

/// The namespaces of platforms.
pub const NAMESPACES: [&str; 2] = [CODER_NAMESPACE, GITPOD_NAMESPACE];
