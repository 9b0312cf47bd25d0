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
mod draft;
mod effective;
mod flow;
mod folding;
mod form;
mod format;
mod hints;
mod hover;
mod links;
mod names;
mod outline;
mod over;
mod policy;
mod preview;
mod secret;
mod symbols;
mod tokens;

pub use actions::{collide, fix, fix_some, is_taken, suppress};
pub use completion::{Completion, CompletionKind, completions};
pub use draft::Draft;
pub use effective::grouped;
pub use folding::{Fold, folds, selections};
pub use format::{Unformatted, format, is_same};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use links::{Link, links};
pub use names::{Name, NameKind, Names};
pub use preview::{Preview, Reason, UserData, preview, prove, reasons, user_data};
pub use secret::{Moved, leave_to_terraform, literal_secrets, move_secret};
pub use symbols::{Symbol, symbols};
pub use tokens::{Token, TokenKind, tokens};
