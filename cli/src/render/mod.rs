//! What people and machines read of findings.

pub mod concise;
mod entry;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod manual;
pub mod sarif;
mod snippet;
pub mod summary;
pub mod table;
mod text;

use gkc_core::Checked;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::secrets_in;
use gkc_core::source::{FileId, SourceFile, Span};

/// What came of a file that was named.
#[derive(Clone)]
pub enum Outcome {
    /// It was checked.
    Checked(Findings),
    /// It could not be read, or not be written with its fixes.
    Unread {
        /// Its path, as it was named.
        path: String,
        /// Why.
        why: String,
    },
}

impl Outcome {
    /// The path of the file.
    pub fn path(&self) -> &str {
        match self {
            Outcome::Checked(findings) => findings.file.path(),
            Outcome::Unread { path, .. } => path,
        }
    }

    /// The findings, if the file was checked.
    pub fn findings(&self) -> Option<&Findings> {
        match self {
            Outcome::Checked(findings) => Some(findings),
            Outcome::Unread { .. } => None,
        }
    }
}

/// The findings of one run: in a file, and in those that it refers to.
#[derive(Clone)]
pub struct Findings {
    /// The file.
    pub file: SourceFile,
    /// The files that it refers to and that findings may be in.
    pub others: Vec<SourceFile>,
    /// What was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// Literal secrets, where it is known which there are: in what was decoded. Other files are looked through when they are shown.
    pub sensitive: Vec<Span>,
    /// The files of which they are known.
    pub decoded: Vec<FileId>,
}

impl Findings {
    /// Findings of a configuration, with the other files that were read for it.
    pub fn of(file: SourceFile, checked: &Checked, diagnostics: Vec<Diagnostic>) -> Findings {
        Findings {
            decoded: vec![file.id()],
            file,
            others: checked.analysis.files.others().to_vec(),
            diagnostics,
            sensitive: checked.analysis.sensitive().to_vec(),
        }
    }

    /// Findings in a file that stands alone, such as a policy, or a configuration that could not be read.
    pub fn in_one(file: SourceFile, diagnostics: Vec<Diagnostic>) -> Findings {
        Findings {
            sensitive: Vec::new(),
            decoded: Vec::new(),
            file,
            others: Vec::new(),
            diagnostics,
        }
    }

    /// The text of one of the files with every literal secret blanked, at the same offsets.
    pub fn masked_of(&self, file: &SourceFile) -> String {
        let secrets: Vec<Span> = match self.decoded.contains(&file.id()) {
            true => {
                let all = self.sensitive.iter().copied();
                all.filter(|span| span.file == file.id()).collect()
            }
            false => secrets_in(file),
        };
        mask(file.text(), &secrets)
    }

    /// All files, the first one first.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        std::iter::once(&self.file).chain(&self.others)
    }

    /// The file that a span counts in.
    pub fn file_of(&self, id: FileId) -> &SourceFile {
        self.others
            .iter()
            .find(|file| file.id() == id)
            .unwrap_or(&self.file)
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
