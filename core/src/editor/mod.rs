//! What an editor shows of a configuration and does to it, as plain data: for the language server and the command line.

mod actions;
mod completion;
mod context;
mod hover;
mod outline;

pub use actions::{fix, suppress};
pub use completion::{Completion, completions};
pub use hover::{Hover, hover};
pub use outline::{Symbol, outline};
