//! gkc compiles `gitpod-k3s.yaml` into a whole deployment of Gitpod on k3s, and checks it on the way.

pub mod diagnostic;
pub mod emit;
pub mod origin;
pub mod source;
pub mod syntax;
pub mod tailnet;
pub mod facts;
pub mod model;
pub mod plan;
