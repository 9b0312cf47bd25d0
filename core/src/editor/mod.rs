//! What an editor shows of a configuration and does to it, as plain data: for the language server and the command line.
//!
//! ```
//! use gkc_core::editor::format;
//! use gkc_core::source::{FileId, SourceFile};
//!
//! let text = "domain:   dev.acme.dev # ours\napiVersion: gitpod-k3s/v1\n";
//! let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
//! let formatted = "apiVersion: gitpod-k3s/v1\ndomain: dev.acme.dev # ours\n";
//! assert_eq!(format(&file).unwrap(), formatted);
//! ```

mod actions;
mod completion;
mod context;
mod format;
mod hover;
mod outline;

pub use actions::{fix, suppress};
pub use completion::{Completion, completions};
pub use format::{Unformatted, format};
pub use hover::{Hover, hover};
pub use outline::{Symbol, outline};
