//! An open document: its text, what was found in it, and what its surroundings give.

use super::changes::Change;
use super::proof::{Proof, remove_known};
use super::settings::Settings;
use crate::selection::{Levels, Selection};
use crate::workspace::{NAMES, SecretsFile, Workspace, levels, load, plain, today};
use camino::{Utf8Path, Utf8PathBuf};
use gen_lsp_types::Uri;
use gkc_core::date::Date;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::editor::Draft;
use gkc_core::inputs::{InputError, Inputs, SecretBytes};
use gkc_core::source::{Encoding, FileId, MAX_SOURCE_BYTES, Position, SourceFile};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use url::Url;

/// The texts of open documents by their paths: what is on disk is older.
pub type OpenTexts = BTreeMap<Utf8PathBuf, SourceFile>;

/// A document that the client has open.
pub struct Document {
    /// What the client calls it.
    pub uri: Uri,
    /// Where it is on disk, or would be.
    pub path: Utf8PathBuf,
    /// Of the text, counted by the client; `None` where the client gave none, or has it not open.
    pub version: Option<i32>,
    /// The text; empty where it is too large to be looked at.
    pub file: SourceFile,
    too_large: bool,
    /// Whether the client has made an edit that could not be read: its text is another one. What is said is about the last one that is
    /// known, until the client sends a whole one.
    pub is_out_of_step: bool,
    /// Whether the client has it open. Otherwise it is the configuration of a policy that is, read from disk.
    pub is_open: bool,
    /// What is known without artifacts; `None` since the last edit.
    pub draft: Option<Draft>,
    /// What was known before the last edit.
    before: Option<Draft>,
    /// What was found in artifacts.
    pub proof: Proof,
    /// Whether something changed since its findings were told.
    pub is_stale: bool,
    /// The documents that have its findings: it, and those that it refers to.
    pub told: HashSet<Uri>,
    /// What was last said about its secrets file and its `gkc.toml`: once is enough.
    pub said: Vec<String>,
}

impl Document {
    /// A document as it was opened.
    pub fn new(uri: Uri, path: Utf8PathBuf, version: Option<i32>, text: String) -> Document {
        let mut document = Document {
            uri,
            file: SourceFile::new(FileId::CONFIG, path.as_str(), ""),
            path,
            version,
            too_large: false,
            is_out_of_step: false,
            is_open: true,
            draft: None,
            before: None,
            proof: Proof::default(),
            is_stale: true,
            told: HashSet::new(),
            said: Vec::new(),
        };
        document.take(text);
        document
    }

    /// A text that is too large is not kept, and nothing is said of the document until the client sends another whole one.
    fn take(&mut self, text: String) {
        self.too_large = text.len() > MAX_SOURCE_BYTES;
        let text = if self.too_large { String::new() } else { text };
        self.file = SourceFile::new(FileId::CONFIG, self.path.as_str(), text);
    }

    /// A configuration that the client has not open, from disk; `None` where there is none.
    pub fn from_disk(path: &Utf8Path) -> Option<Document> {
        let uri = uri_of(path)?;
        let text = load(path)
            .ok()
            .filter(|loaded| loaded.problem.is_none())?
            .file
            .text()
            .to_owned();
        let mut document = Document::new(uri, path.to_owned(), None, text);
        document.is_open = false;
        Some(document)
    }

    /// Whether this is a configuration: by its name, or by its first key.
    pub fn is_config(&self) -> bool {
        let named = self.path.file_name().is_some_and(|name| NAMES.contains(&name));
        let mut lines = self.file.text().lines();
        !self.too_large && (named || lines.any(|line| line.starts_with("apiVersion: gitpod-k3s/")))
    }

    /// Applies the client's edits, one after the other.
    pub fn change(&mut self, version: Option<i32>, changes: Vec<Change>, encoding: Encoding) {
        for Change { range, text } in changes {
            match range {
                // It would be an edit of a text that was not kept, or of another one.
                Some(_) if self.too_large || self.is_out_of_step => {}
                Some(range) => self.replace(offsets(&self.file, range, encoding), &text),
                None => {
                    self.is_out_of_step = false;
                    self.replace(0..self.file.text().len(), &text);
                }
            }
        }
        if !self.is_out_of_step {
            self.version = version;
            self.outdate();
        }
    }

    fn replace(&mut self, range: Range<usize>, new: &str) {
        let old = self.file.text();
        let before = old.get(..range.start).unwrap_or("");
        let after = old.get(range.end..).unwrap_or("");
        self.take([before, new, after].concat());
    }

    /// What is known without artifacts, of the text as it is now.
    pub fn draft(&mut self, inputs: &dyn Inputs) -> &Draft {
        let (file, before, proof) = (&self.file, self.before.take(), &mut self.proof);
        self.draft.get_or_insert_with(|| {
            let draft = match before {
                Some(before) => before.again(file, inputs),
                None => Draft::of(file, inputs),
            };
            proof.follow(&draft.analysis.files);
            draft
        })
    }

    /// Whether what is known was read from files as they are now.
    pub fn has_read(&self, inputs: &dyn Inputs) -> bool {
        let draft = self.draft.iter();
        let mut files = draft.flat_map(|draft| draft.analysis.files.others());
        files.all(|file| {
            let now = inputs.read(file.path());
            now.is_ok_and(|now| now.expose() == file.text().as_bytes())
        })
    }

    /// What is known has to be looked at anew.
    pub fn outdate(&mut self) {
        self.is_stale = true;
        self.before = self.draft.take().or(self.before.take());
    }

    /// Everything that is known to be wrong: what the analysis found, and what artifacts showed.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut found = self
            .draft
            .as_ref()
            .map_or(Vec::new(), |draft| draft.analysis.diagnostics.clone());
        let mut proven = self.proof.found.clone();
        remove_known(&mut proven, &found);
        found.extend(proven);
        found
    }

    /// The policy that the configuration refers to, as it was when it was analysed, where it is at that path.
    pub fn policy_at(&self, path: &Utf8Path) -> Option<&SourceFile> {
        let policy = self.draft.as_ref()?.analysis.files.others().first();
        policy.filter(|policy| self.beside(policy) == path)
    }

    /// Where a file is that the configuration names.
    pub fn beside(&self, file: &SourceFile) -> Utf8PathBuf {
        let folder = self.path.parent().unwrap_or(Utf8Path::new(""));
        plain(&folder.join(file.path()))
    }
}

/// Where a document is on disk. `None` for one that is in no file.
pub fn path_of(uri: &Uri) -> Option<Utf8PathBuf> {
    let path = Url::parse(&uri.0).ok()?.to_file_path().ok()?;
    Some(plain(&Utf8PathBuf::from_path_buf(path).ok()?))
}

/// What a client calls a file.
pub fn uri_of(path: &Utf8Path) -> Option<Uri> {
    Some(Uri(Url::from_file_path(path).ok()?.into()))
}

/// A range of the client in bytes. One that lies beyond the text ends with it.
pub fn offsets(file: &SourceFile, range: gen_lsp_types::Range, encoding: Encoding) -> Range<usize> {
    let start = offset(file, range.start, encoding);
    start..offset(file, range.end, encoding).max(start)
}

/// A position of the client in bytes.
pub fn offset(file: &SourceFile, position: gen_lsp_types::Position, encoding: Encoding) -> usize {
    let mut position = position;
    if position.line == 0 {
        let mark = mark(file.text(), encoding);
        if position.character < mark {
            return 0;
        }
        position.character -= mark;
    }
    let position = Position {
        line: position.line.saturating_add(1),
        column: position.character.saturating_add(1),
    };
    file.lines().offset(file.text(), position, encoding) as usize
}

/// What a byte-order mark at the beginning of a text counts for the client, to which it is a character like any other: clients that take it
/// off do not send it.
pub fn mark(text: &str, encoding: Encoding) -> u32 {
    match (text.starts_with('\u{feff}'), encoding) {
        (false, _) => 0,
        (true, Encoding::Utf8) => 3,
        (true, Encoding::Utf16 | Encoding::Utf32) => 1,
    }
}

/// What a document's surroundings give: files that are open as they are in the editor, all else from disk.
#[derive(Clone)]
pub struct Surroundings {
    workspace: Arc<Workspace>,
    open: Arc<OpenTexts>,
    today: Option<Date>,
    /// What is reported of the findings: `gkc.toml` overrides the user's settings.
    pub selection: Selection,
    /// Why the secrets file cannot be used, if that is so.
    pub problem: Option<String>,
    /// The same of `gkc.toml`.
    pub project_problem: Option<String>,
}

impl Surroundings {
    /// Those of a document, with what the user set.
    pub fn of(path: &Utf8Path, settings: &Settings, open: Arc<OpenTexts>) -> Surroundings {
        let (workspace, problem) = match Workspace::with_secrets(path, settings.secrets_file.as_deref()) {
            Ok(workspace) => (workspace, None),
            Err(failure) => (Workspace::without_secrets(path), Some(failure.to_string())),
        };
        let (levels, project_problem) = match levels(path) {
            Ok(levels) => (levels, None),
            Err(failure) => (Levels::new(), Some(failure.to_string())),
        };
        Surroundings {
            workspace: Arc::new(workspace),
            open,
            today: today(None).ok().flatten(),
            selection: Selection::default().with(&settings.levels).with(&levels),
            problem,
            project_problem,
        }
    }

    /// The secrets file.
    pub fn secrets(&self) -> &SecretsFile {
        &self.workspace.secrets
    }

    /// Where a file that the configuration names is.
    pub fn path(&self, named: &str) -> Utf8PathBuf {
        plain(&self.workspace.folder().join(named))
    }
}

impl Inputs for Surroundings {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        match self.open.get(&self.path(path)) {
            Some(file) => Ok(SecretBytes::from(file.text())),
            None => self.workspace.read(path),
        }
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        self.workspace.var(name)
    }

    fn late(&self, variable: &str) -> Option<String> {
        self.workspace.late(variable)
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        self.workspace.random(buffer)
    }

    fn built(&self) -> Option<Vec<u8>> {
        self.workspace.built()
    }

    fn today(&self) -> Option<Date> {
        self.today
    }
}

#[cfg(test)]
#[path = "../../tests/lsp/random.rs"]
mod random;

#[cfg(test)]
mod tests {
    use super::random::{below, edit, place};
    use super::*;
    use gen_lsp_types::{Position as LspPosition, Range as LspRange};

    const SEQUENCES: usize = 10_000;
    const EDITS: usize = 12;

    #[test]
    fn any_edits_leave_the_text_that_the_client_has() {
        let uri = || Uri("file:///gitpod-k3s.yaml".to_owned());
        let mut state = 7;
        for sequence in 0..SEQUENCES {
            let encoding = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][sequence % 3];
            let begin = match sequence % 2 {
                0 => "apiVersion: gitpod-k3s/v1\ndomain: é🚀.acme.dev\n",
                _ => "\u{feff}apiVersion: gitpod-k3s/v1\ndomain: é🚀.acme.dev\n",
            };
            let mut text: Vec<char> = begin.chars().collect();
            let mut document = Document::new(uri(), "/gitpod-k3s.yaml".into(), Some(1), begin.to_owned());
            for version in 0..EDITS {
                let (Range { start, end }, piece) = edit(&mut state, &text);
                let place = |at: usize| {
                    let (line, character) = place(&text, at, |c| match encoding {
                        Encoding::Utf8 => c.len_utf8(),
                        Encoding::Utf16 => c.len_utf16(),
                        Encoding::Utf32 => 1,
                    });
                    LspPosition { line, character }
                };
                let range = LspRange {
                    start: place(start),
                    end: place(end),
                };
                text.splice(start..end, piece.chars());
                let whole = below(&mut state, 30) == 0;
                let change = match whole {
                    true => Change {
                        range: None,
                        text: text.iter().collect(),
                    },
                    false => Change {
                        range: Some(range),
                        text: piece.to_owned(),
                    },
                };
                document.change(i32::try_from(version).ok(), vec![change], encoding);
            }
            let text: String = text.iter().collect();
            assert_eq!(document.file.text(), text, "sequence {sequence}");
            // What is known follows from the text alone: of some it is looked at.
            if sequence % 97 == 0 {
                let inputs = gkc_core::inputs::NoInputs;
                let fresh = Document::new(uri(), "/gitpod-k3s.yaml".into(), Some(1), text)
                    .draft(&inputs)
                    .analysis
                    .diagnostics
                    .clone();
                assert_eq!(
                    document.draft(&inputs).analysis.diagnostics,
                    fresh,
                    "sequence {sequence}"
                );
            }
        }
    }
}
