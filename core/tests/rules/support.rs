//! Shared by both test modules: files, secrets, and findings as text.

use gkc_core::artifact::LOCK;
use gkc_core::date::Date;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::inputs::{InputError, Inputs, NoInputs};
use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::text::SecretBytes;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A directory of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Whether derived files are rewritten instead of compared.
pub fn updates() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// The day that it is in goldens and examples.
pub fn today() -> Option<Date> {
    Date::new(2026, 12, 1)
}

/// Nothing from outside but the day, and the index of a tree that was built before.
#[derive(Default)]
pub struct Dated {
    pub built: Option<Vec<u8>>,
}

impl Inputs for Dated {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        NoInputs.read(path)
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        NoInputs.var(name)
    }

    fn late(&self, variable: &str) -> Option<String> {
        NoInputs.late(variable)
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        NoInputs.random(buffer)
    }

    fn built(&self) -> Option<Vec<u8>> {
        self.built.clone()
    }

    fn today(&self) -> Option<Date> {
        today()
    }
}

/// `text` as a configuration.
pub fn config(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text)
}

/// An example with the two first lines of the language where it leaves them out.
pub fn completed(text: &str) -> String {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let api = if has("apiVersion:") {
        ""
    } else {
        "apiVersion: gitpod-k3s/v1\n"
    };
    let domain = if has("domain:") || has("platform: none") {
        ""
    } else {
        "domain: gitpod.acme.dev\n"
    };
    format!("{api}{domain}{text}")
}

#[derive(Clone)]
/// The files of a directory, and the variables of a `secrets.env` in it.
pub struct Beside {
    directory: PathBuf,
    variables: Vec<(String, String)>,
    changed: Option<(String, String)>,
}

impl Beside {
    pub fn new(directory: &Path) -> Beside {
        let text = std::fs::read_to_string(directory.join("secrets.env")).unwrap_or_default();
        let variable = |line: &str| {
            let (name, value) = line.split_once('=')?;
            let value = match value.starts_with('"') {
                true => serde_json::from_str(value).unwrap(),
                false => value.to_owned(),
            };
            Some((name.to_owned(), value))
        };
        Beside {
            directory: directory.to_owned(),
            variables: text.lines().filter_map(variable).collect(),
            changed: None,
        }
    }

    /// The same with another text in one of the files.
    pub fn with(self, path: &str, text: &str) -> Beside {
        let name = path.rsplit('/').next().unwrap_or(path);
        Beside {
            changed: Some((name.to_owned(), text.to_owned())),
            ..self
        }
    }

    /// The values of the variables.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(_, value)| value.as_str())
    }
}

impl Inputs for Beside {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        if let Some((_, text)) = self.changed.as_ref().filter(|(name, _)| name == path) {
            return Ok(SecretBytes::from(text.as_str()));
        }
        let bytes = std::fs::read(self.directory.join(path));
        bytes
            .map(SecretBytes::new)
            .map_err(|_| InputError("no such file".into()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| SecretBytes::from(value.as_str()))
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("a test brings its own".into()))
    }

    fn built(&self) -> Option<Vec<u8>> {
        std::fs::read(self.directory.join(LOCK)).ok()
    }

    fn today(&self) -> Option<Date> {
        today()
    }
}

/// All that a finding says, without the source.
pub fn shown(file: &SourceFile, finding: &Diagnostic) -> String {
    let severity = finding.severity.as_str();
    let mut text = format!(
        "{severity} at {}: {}\n",
        place(file, finding.span),
        finding.message
    );
    if let Some(label) = &finding.label {
        let _ = writeln!(text, "  here: {label}");
    }
    for label in &finding.labels {
        let _ = writeln!(text, "  at {}: {}", place(file, label.span), label.message);
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "  help: {help}");
    }
    if let Some(note) = &finding.note {
        let _ = writeln!(text, "  note: {note}");
    }
    for fix in &finding.fixes {
        let _ = writeln!(text, "  {} fix: {}", fix.applicability.as_str(), fix.title);
    }
    text
}

/// Places in other files are byte ranges; the goldens contain these files.
fn place(file: &SourceFile, span: Span) -> String {
    if span.file != file.id() {
        return format!("bytes {}-{} of the policy", span.start, span.end);
    }
    let (start, end) = (file.position(span.start), file.position(span.end));
    match start.line == end.line {
        true => format!("{}:{}-{}", start.line, start.column, end.column),
        false => format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column),
    }
}
