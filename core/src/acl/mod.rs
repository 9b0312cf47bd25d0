//! The plan and the tailnet's policy: what the cluster needs of it, merging that into the tailnet's own, and the proof that
//! the result admits what it must and nothing that it must not.
//!
//! [`crate::tailnet`] knows policies and tailnets; what a cluster is, is known here.

mod cause;
mod claims;
mod cure;
pub(crate) mod findings;
mod needs;
mod own;
mod proof;
mod scene;

pub(crate) use needs::{PARTIES, control, has_tests, needs, party_of};
pub use own::Own;
pub(crate) use own::{plain, read};
pub use proof::prove;
