//! What is written: documents with their holes, each made once, and who reads them.

use super::written::Written;
use crate::model::Platform;
use crate::origin::Origin;
use crate::plan::Role;
use crate::text::{Late, Literals, SecretValue, Text, Values};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who reads a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Consumer {
    /// cloud-init on the machines.
    CloudInit,
    /// Machines that are there already: a script for each kind.
    Machines,
    /// The cluster: manifests and the script that applies them.
    K3s,
    /// The cluster's secrets.
    Secrets,
    /// What installs the platform.
    Platform(Platform),
    /// The tailnet's policy.
    Tailscale,
    /// Terraform.
    Terraform,
    /// People, and gkc itself: the README, the lock file.
    Index,
}

impl Consumer {
    /// Every consumer that `--only` can name.
    pub fn named() -> impl Iterator<Item = Consumer> {
        let platforms = Platform::ALL
            .into_iter()
            .filter(|platform| *platform != Platform::None);
        [
            Consumer::CloudInit,
            Consumer::Machines,
            Consumer::K3s,
            Consumer::Secrets,
        ]
        .into_iter()
        .chain(platforms.map(Consumer::Platform))
        .chain([Consumer::Tailscale, Consumer::Terraform])
    }

    /// The word that `--only` and the lock file use.
    pub fn as_str(self) -> &'static str {
        match self {
            Consumer::CloudInit => "cloud-init",
            Consumer::Machines => "machines",
            Consumer::K3s => "k3s",
            Consumer::Secrets => "secrets",
            Consumer::Platform(platform) => platform.as_str(),
            Consumer::Tailscale => "tailscale",
            Consumer::Terraform => "terraform",
            Consumer::Index => "index",
        }
    }
}

/// What a document is: its reader, its format and its mode follow from that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum DocumentKind {
    /// User-data of machines of that role.
    UserData(Role),
    /// The script that does the same on a machine that is there already.
    MachineScript,
    /// Manifests for the cluster.
    Manifests,
    /// The script that applies manifests and secrets.
    ApplyScript,
    /// Plans for system-upgrade-controller.
    UpgradePlans,
    /// Kubernetes Secrets of one namespace.
    Secrets,
    /// The configuration of what installs the platform.
    PlatformConfig(Platform),
    /// The script that runs it.
    PlatformScript(Platform),
    /// A file that it is given as it is.
    PlatformFile(Platform),
    /// The tailnet's policy, in HuJSON.
    Policy,
    /// The same in plain JSON.
    PlainPolicy,
    /// The Terraform module.
    Module,
    /// An example of its call.
    ModuleCall,
    /// The README of the tree.
    Readme,
    /// What Git leaves out.
    GitIgnore,
    /// The index of the tree.
    Lock,
    /// A file of an earlier build that stays as it is.
    Kept,
}

/// How a document is read back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Documents of YAML.
    Yaml,
    /// One value of JSON.
    Json,
    /// Text that no reader of ours takes apart.
    Text,
}

/// What the files of templates end in.
const TEMPLATE_ENDING: &str = ".tftpl";

/// What is left of a mode where there are secrets.
const OWNER_ONLY: u32 = 0o700;

impl DocumentKind {
    /// Who reads it.
    pub fn consumer(self) -> Consumer {
        match self {
            DocumentKind::UserData(_) => Consumer::CloudInit,
            DocumentKind::MachineScript => Consumer::Machines,
            DocumentKind::Manifests | DocumentKind::ApplyScript | DocumentKind::UpgradePlans => Consumer::K3s,
            DocumentKind::Secrets => Consumer::Secrets,
            DocumentKind::PlatformConfig(platform)
            | DocumentKind::PlatformScript(platform)
            | DocumentKind::PlatformFile(platform) => Consumer::Platform(platform),
            DocumentKind::Policy | DocumentKind::PlainPolicy => Consumer::Tailscale,
            DocumentKind::Module | DocumentKind::ModuleCall => Consumer::Terraform,
            DocumentKind::Readme | DocumentKind::GitIgnore | DocumentKind::Lock | DocumentKind::Kept => {
                Consumer::Index
            }
        }
    }

    /// How it is read back.
    pub(crate) fn format(self) -> Format {
        match self {
            DocumentKind::UserData(_)
            | DocumentKind::Manifests
            | DocumentKind::UpgradePlans
            | DocumentKind::Secrets
            | DocumentKind::PlatformConfig(_) => Format::Yaml,
            DocumentKind::PlainPolicy | DocumentKind::Module | DocumentKind::Lock => Format::Json,
            DocumentKind::MachineScript
            | DocumentKind::ApplyScript
            | DocumentKind::PlatformScript(_)
            | DocumentKind::PlatformFile(_)
            | DocumentKind::Policy
            | DocumentKind::ModuleCall
            | DocumentKind::Readme
            | DocumentKind::GitIgnore
            | DocumentKind::Kept => Format::Text,
        }
    }

    /// The file's mode; with secrets in it, nobody but its owner may use it. A template with secrets is as secret as the file
    /// that comes of it.
    fn mode(self, sensitive: bool) -> u32 {
        let mode = match self {
            DocumentKind::MachineScript | DocumentKind::ApplyScript | DocumentKind::PlatformScript(_) => {
                0o755
            }
            DocumentKind::Secrets => 0o600,
            _ => 0o644,
        };
        if sensitive { mode & OWNER_ONLY } else { mode }
    }
}

/// A text that is about to become a file.
#[derive(Debug)]
pub struct Document {
    /// Its path within the tree, with `/`, without the ending that templates get.
    pub path: String,
    /// What it is.
    pub kind: DocumentKind,
    /// What is in it, one section after another, each of whole lines. Documents share the sections in which they are equal.
    pub sections: Vec<Arc<Written>>,
    /// Where lines come from that do not say so themselves.
    pub origin: Option<Origin>,
    /// What its holes ask for.
    pub holes: Holes,
}

/// What the holes of a document ask for.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Holes {
    /// The variables that only Terraform knows.
    pub late: BTreeSet<String>,
    /// Whether a secret, or another value that Terraform keeps to itself, gets into it.
    pub sensitive: bool,
}

impl Document {
    /// A document of one section.
    pub fn new(kind: DocumentKind, path: impl Into<String>, written: Written) -> Document {
        Document::of_sections(kind, path, vec![Arc::new(written)])
    }

    /// A document of several.
    pub fn of_sections(kind: DocumentKind, path: impl Into<String>, sections: Vec<Arc<Written>>) -> Document {
        Document {
            path: path.into(),
            kind,
            sections,
            origin: None,
            holes: Holes::default(),
        }
    }

    /// The whole text.
    pub fn text(&self) -> Text {
        Text::concat(self.sections.iter().map(|section| &section.text))
    }

    /// Whether only Terraform can fill it in.
    pub fn is_template(&self) -> bool {
        !self.holes.late.is_empty()
    }

    /// The path of its file: a template has an ending of its own.
    pub fn file_path(&self) -> String {
        match self.is_template() {
            true => format!("{}{TEMPLATE_ENDING}", self.path),
            false => self.path.clone(),
        }
    }

    /// The bytes of [`Document::file_path`].
    fn path_bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let ending = if self.is_template() { TEMPLATE_ENDING } else { "" };
        self.path.bytes().chain(ending.bytes())
    }

    /// The name of its file without folder and ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit_once('/').map_or(&*self.path, |(_, name)| name);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The mode of its file.
    pub fn mode(&self) -> u32 {
        self.kind.mode(self.holes.sensitive)
    }
}

/// Every document of a tree but its index, in the order of their files' paths.
#[derive(Debug, Default)]
pub struct Emission {
    documents: Vec<Document>,
}

impl Emission {
    /// The documents, with what their holes ask for by `values`. One with a literal secret in it is as sensitive as one with a hole.
    pub(super) fn new(documents: Vec<Document>, values: &dyn Values, literals: &Literals) -> Emission {
        let mut emission = Emission::default();
        emission.add(documents, values, literals);
        emission
    }

    /// Adds documents.
    pub(super) fn add(&mut self, documents: Vec<Document>, values: &dyn Values, literals: &Literals) {
        // By the address of the section: what several documents share is looked at once.
        let mut seen: BTreeMap<*const Written, Holes> = BTreeMap::new();
        for mut document in documents {
            for section in &document.sections {
                let holes = seen.entry(Arc::as_ptr(section)).or_insert_with(|| {
                    let mut holes = Holes::of(&section.text, values);
                    holes.sensitive = holes.sensitive || section.text.tells(literals);
                    holes
                });
                document.holes.sensitive |= holes.sensitive;
                document.holes.late.extend(holes.late.iter().cloned());
            }
            self.documents.push(document);
        }
        crate::sorted::sort_by(&mut self.documents, |a, b| a.path_bytes().cmp(b.path_bytes()));
    }

    /// The documents, in the order of their files' paths.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document at that path.
    pub fn at(&self, path: &str) -> Option<&Document> {
        // A template's file has an ending that the path does not tell of.
        let file = |ending: &'static str| {
            let bytes = || path.bytes().chain(ending.bytes());
            let index = self
                .documents
                .binary_search_by(|document| document.path_bytes().cmp(bytes()))
                .ok()?;
            self.documents.get(index).filter(|document| document.path == path)
        };
        file("").or_else(|| file(TEMPLATE_ENDING))
    }

    /// The document of a kind that there is one of.
    pub fn of(&self, kind: DocumentKind) -> Option<&Document> {
        self.documents.iter().find(|document| document.kind == kind)
    }
}

impl Holes {
    /// What the holes of a text ask for; `values` says what is late, and which of that is known after all.
    pub(super) fn of(text: &Text, values: &dyn Values) -> Holes {
        let mut holes = Holes::default();
        let mut ask = |late: &Late| {
            holes.sensitive |= late.sensitive;
            if values.late(late).is_none() {
                holes.late.insert(late.variable.clone());
            }
        };
        text.lates().into_iter().for_each(&mut ask);
        let secrets = text.secrets();
        for id in &secrets {
            if let Some(SecretValue::Late(late)) = values.secret(id) {
                ask(&late);
            }
        }
        holes.sensitive |= !secrets.is_empty();
        holes
    }
}

/// A file of the tree.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Artifact {
    /// Its path within the tree, with `/`; ends in `.tftpl` where it is a template.
    pub path: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its mode.
    pub mode: u32,
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
impl std::fmt::Debug for Artifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Artifact({}, {} bytes)", self.path, self.bytes.len())
    }
}

impl Artifact {
    /// A file of an earlier build that stays as it is.
    pub fn kept(path: String, bytes: Vec<u8>, mode: u32, sensitive: bool) -> Artifact {
        Artifact {
            template: path.ends_with(TEMPLATE_ENDING),
            path,
            kind: DocumentKind::Kept,
            bytes,
            mode,
            sensitive,
            late: BTreeSet::new(),
            line_origins: Vec::new(),
        }
    }

    /// Who reads it.
    pub fn consumer(&self) -> Consumer {
        self.kind.consumer()
    }

    /// The path without the ending that templates get.
    pub fn plain_path(&self) -> &str {
        self.path.strip_suffix(TEMPLATE_ENDING).unwrap_or(&self.path)
    }

    /// The bytes as text, where they are.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or("")
    }
}
