//! Documents on their way out, and the files they become.

use super::render::{Rendered, Values, render};
use super::written::Written;
use crate::diagnostic::{Diagnostic, Sink};
use crate::origin::Origin;
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt;

/// Who reads an artifact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Consumer {
    /// cloud-init on the machines.
    CloudInit,
    /// Machines that are there already: a script for each kind.
    Machines,
    /// The cluster: manifests and the script that applies them.
    K3s,
    /// The cluster's secrets.
    Secrets,
    /// The Gitpod Installer.
    Gitpod,
    /// The tailnet's policy.
    Tailscale,
    /// Terraform.
    Terraform,
    /// People, and gkc itself: the README, the lock file.
    Index,
}

impl Consumer {
    /// Every consumer that `--only` can name.
    pub const NAMED: [Consumer; 7] = [
        Consumer::CloudInit,
        Consumer::Machines,
        Consumer::K3s,
        Consumer::Secrets,
        Consumer::Gitpod,
        Consumer::Tailscale,
        Consumer::Terraform,
    ];

    /// The word that `--only` and the lock file use.
    pub fn as_str(self) -> &'static str {
        match self {
            Consumer::CloudInit => "cloud-init",
            Consumer::Machines => "machines",
            Consumer::K3s => "k3s",
            Consumer::Secrets => "secrets",
            Consumer::Gitpod => "gitpod",
            Consumer::Tailscale => "tailscale",
            Consumer::Terraform => "terraform",
            Consumer::Index => "index",
        }
    }
}

/// A text that is about to become a file.
pub(crate) struct Document {
    /// Its path within the tree, without the ending that templates get.
    pub path: String,
    /// What is in it.
    pub written: Written,
    /// The file's mode.
    pub mode: u32,
    /// Who reads it.
    pub consumer: Consumer,
}

/// Mode of files that anybody may read.
pub(crate) const PUBLIC: u32 = 0o644;
/// Mode of scripts.
pub(crate) const SCRIPT: u32 = 0o755;
/// Mode of files with secrets.
pub(crate) const PRIVATE: u32 = 0o600;
/// What is left of a mode where there are secrets.
const OWNER_ONLY: u32 = 0o700;

/// A file of the tree.
#[derive(Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its path within the tree, with `/`; ends in `.tftpl` where it is a template.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its mode.
    pub mode: u32,
    /// Who reads it.
    pub consumer: Consumer,
    /// Whether it holds a secret.
    pub sensitive: bool,
    /// Whether it is a template for Terraform's `templatefile`.
    pub template: bool,
    /// The variables that it needs.
    pub late: BTreeSet<String>,
    /// For each line, where it comes from.
    pub line_origins: Vec<Option<Origin>>,
}

// The bytes may hold secrets.
impl fmt::Debug for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Artifact({}, {} bytes)", self.path, self.bytes.len())
    }
}

impl Artifact {
    /// The path without the ending that templates get.
    pub fn plain_path(&self) -> &str {
        self.path.strip_suffix(".tftpl").unwrap_or(&self.path)
    }

    /// The bytes as text, where they are.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or("")
    }
}

/// Fills the holes of a document. A value that does not fit is reported at `anchor`.
pub(crate) fn finish(
    document: Document,
    values: &dyn Values,
    anchor: Span,
    sink: &mut Sink,
) -> Option<Artifact> {
    let Document {
        path,
        written,
        mode,
        consumer,
    } = document;
    let Rendered {
        bytes,
        template,
        late,
        sensitive,
    } = match render(&written.text, values) {
        Ok(rendered) => rendered,
        Err(error) => {
            let message = format!("`{path}` cannot be written: {error}");
            sink.push(Diagnostic::error("invalid-value", anchor, message));
            return None;
        }
    };
    // A template with secrets in it is as secret as the file that comes of it.
    let mode = if sensitive { mode & OWNER_ONLY } else { mode };
    let path = if template { format!("{path}.tftpl") } else { path };
    Some(Artifact {
        path,
        bytes,
        mode,
        consumer,
        sensitive,
        template,
        late,
        line_origins: written.line_origins,
    })
}
