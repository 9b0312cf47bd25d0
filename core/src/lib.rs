//! gkc compiles `gitpod-k3s.yaml` into a whole deployment of Gitpod on k3s, and checks it on the way.

pub mod diagnostic;
pub mod facts;
pub mod source;
pub mod syntax;
pub mod tailnet;
