//! What people and machines read of findings.

pub mod human;
pub mod json;
mod snippet;

use gkc_core::diagnostic::Diagnostic;
use gkc_core::source::{SourceFile, Span};

/// The findings of one file.
pub struct Findings {
    /// The file.
    pub file: SourceFile,
    /// What was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Literal secrets.
    pub sensitive: Vec<Span>,
}

impl Findings {
    /// The file's text with every literal secret blanked, at the same offsets.
    pub fn masked(&self) -> String {
        mask(self.file.text(), &self.sensitive)
    }
}

/// `text` with the bytes under `sensitive` replaced by `*`, line breaks apart.
pub fn mask(text: &str, sensitive: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in sensitive {
        for byte in bytes.get_mut(span.range()).into_iter().flatten() {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
