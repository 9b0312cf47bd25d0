//! Golden cases and inputs for the tests of the whole pipeline.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use gkc_core::date::Date;
use gkc_core::emit::Artifact;
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::text::SecretBytes;
use gkc_core::{Checked, Options, check_with};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The golden cases of `golden/build`.
pub const CASES: [&str; 15] = [
    "airgap",
    "azure-external-db",
    "coder-airgap",
    "coder-azure",
    "coder-hetzner",
    "coder-rpi",
    "coder-trial",
    "dual-stack",
    "gcp-large",
    "hetzner-large",
    "hetzner-medium",
    "hetzner-tailnet",
    "quickstart",
    "rpi-tailscale",
    "tailnet-merge",
];

/// The cases that `assertions` judges one by one; the others have tests of their own.
pub const JUDGED: [&str; 5] = [
    "azure-external-db",
    "gcp-large",
    "hetzner-medium",
    "quickstart",
    "rpi-tailscale",
];

/// Whether all is to be tried, which takes minutes: the gate tries a part.
pub fn thorough() -> bool {
    std::env::var_os("GKC_THOROUGH").is_some()
}

/// A folder below `golden`.
pub fn golden(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../golden")
        .join(folder)
}

/// Variables, files and late values of a test.
#[derive(Default, Clone)]
pub struct Given {
    pub vars: BTreeMap<String, String>,
    pub folder: Option<PathBuf>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub late: BTreeMap<String, String>,
    pub today: Option<Date>,
}

impl Inputs for Given {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        if let Some(bytes) = self.files.get(path) {
            return Ok(SecretBytes::new(bytes.clone()));
        }
        let folder = self
            .folder
            .as_ref()
            .ok_or_else(|| InputError("there is no such file".into()))?;
        std::fs::read(folder.join(path))
            .map(SecretBytes::new)
            .map_err(|error| InputError(error.to_string()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        self.vars
            .get(name)
            .filter(|value| !value.is_empty())
            .map(|value| SecretBytes::from(value.as_str()))
    }

    fn late(&self, variable: &str) -> Option<String> {
        self.late.get(variable).cloned()
    }

    fn today(&self) -> Option<Date> {
        self.today
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        buffer.fill(7);
        Ok(())
    }
}

/// A configuration with what it needs.
pub struct Case {
    pub file: SourceFile,
    pub given: Given,
    pub options: Options,
}

impl Case {
    /// A case of `golden/build`, its secrets from `secrets.env`.
    pub fn load(name: &str) -> Case {
        let folder = golden("build").join(name);
        let text = std::fs::read_to_string(folder.join("gitpod-k3s.yaml")).unwrap();
        let mut vars = BTreeMap::new();
        for line in std::fs::read_to_string(folder.join("secrets.env"))
            .unwrap()
            .lines()
        {
            let (name, value) = line.split_once('=').unwrap();
            let value = if value.starts_with('"') {
                serde_json::from_str(value).unwrap()
            } else {
                value.to_owned()
            };
            vars.insert(name.to_owned(), value);
        }
        Case::of(
            &text,
            Given {
                vars,
                folder: Some(folder),
                ..Given::default()
            },
        )
    }

    /// A configuration from text.
    pub fn of(text: &str, given: Given) -> Case {
        Case {
            file: SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text),
            given,
            options: Options::default(),
        }
    }

    pub fn checked(&self) -> Checked {
        check_with(&self.file, &self.given, self.options)
    }
}

/// Builds a case that has nothing wrong with it.
#[track_caller]
pub fn tree(case: &Case) -> Vec<Artifact> {
    let checked = case.checked();
    let errors: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == gkc_core::diagnostic::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let artifacts = checked.build(None).unwrap();
    assert!(!artifacts.is_empty());
    artifacts
}

/// The text of an artifact, whether it is a template or not.
#[track_caller]
pub fn text<'a>(artifacts: &'a [Artifact], path: &str) -> &'a str {
    artifacts
        .iter()
        .find(|a| a.plain_path() == path)
        .unwrap_or_else(|| panic!("no {path}"))
        .text()
}
