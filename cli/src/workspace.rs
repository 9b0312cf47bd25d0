//! The only place that touches files, the environment, random numbers and the clock.

mod built;
mod files;
mod paths;
mod project;
mod secrets_file;
mod walk;

pub use built::{expected, is_built, is_same};
pub use files::{create, read_regular, read_text, replace};
pub use paths::{absolute, in_repository, plain, relative};
pub use project::{PROJECT, levels};
pub use secrets_file::{MAX_SECRETS_BYTES, SecretsFile, line_of, place_of};
pub use walk::configs_in;

use crate::exit::{Failure, io_words};
use crate::selection::Selection;
use camino::{Utf8Path, Utf8PathBuf};
use files::read_bounded;
use gkc_core::artifact::LOCK;
use gkc_core::date::Date;
use gkc_core::inputs::SecretBytes;
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, MAX_SOURCE_BYTES, SourceError, SourceFile};

/// Names that a configuration goes by where none is given.
pub const NAMES: [&str; 2] = ["gitpod-k3s.yaml", "gitpod-k3s.yml"];

/// The folder beside a configuration that trees are written to where none is named.
pub const OUT: &str = "build";

/// The configuration that is meant: the one that is named, else the one here or in the nearest folder above.
pub fn find(named: Option<&Utf8Path>) -> Result<Utf8PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let here =
        std::env::current_dir().map_err(|error| Failure::file("read", "the current directory", &error))?;
    let mut prefix = Utf8PathBuf::new();
    for folder in here.ancestors() {
        for name in NAMES {
            if folder.join(name).is_file() {
                return Ok(prefix.join(name));
            }
        }
        prefix.push("..");
    }
    Err(Failure::new(format!(
        "no {} in this or any parent directory; pass the path of the file",
        NAMES[0]
    )))
}

/// A configuration that was read, or a reason that is itself a finding (too large, not text).
pub struct Loaded {
    /// The file; empty where it could not be read as text.
    pub file: SourceFile,
    /// Why it could not.
    pub problem: Option<SourceError>,
}

/// Reads a configuration; `-` is standard input.
pub fn load(path: &Utf8Path) -> Result<Loaded, Failure> {
    let (shown, bytes) = bytes(path, MAX_SOURCE_BYTES)?;
    Ok(match SourceFile::from_bytes(FileId::CONFIG, shown, bytes) {
        Ok(file) => Loaded { file, problem: None },
        Err(problem) => Loaded {
            file: SourceFile::new(FileId::CONFIG, shown, ""),
            problem: Some(problem),
        },
    })
}

/// The bytes of a file and the name to show, at most one more than `most`; `-` is standard input.
pub fn bytes(path: &Utf8Path, most: usize) -> Result<(&str, Vec<u8>), Failure> {
    if path == "-" {
        let bytes = read_bounded(std::io::stdin(), most as u64);
        let bytes = bytes.map_err(|error| Failure::file("read", "standard input", &error))?;
        return Ok(("<stdin>", bytes));
    }
    let file = std::fs::File::open(path).map_err(|error| Failure::file("read", path, &error))?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(Failure::new(format!("cannot read `{path}`: is a directory")));
    }
    let bytes = read_bounded(file, most as u64).map_err(|error| Failure::file("read", path, &error))?;
    Ok((path.as_str(), bytes))
}

/// Files beside the configuration, the environment, and the secrets file.
pub struct Workspace {
    folder: Utf8PathBuf,
    /// The secrets file.
    pub secrets: SecretsFile,
    /// The folder that trees are written to.
    out: Utf8PathBuf,
    /// Today's date, where anybody asks.
    today: Option<Date>,
    /// What is reported of the findings.
    pub selection: Selection,
}

impl Workspace {
    /// The surroundings of a configuration, with the severities of its `gkc.toml`.
    pub fn of(config: &Utf8Path) -> Result<Workspace, Failure> {
        let selection = Selection::default().with(&levels(config)?);
        Ok(Workspace {
            selection,
            ..Workspace::with_secrets(config, None)?
        })
    }

    /// The same with another secrets file than the one beside it, from the configuration's folder, and all findings.
    pub fn with_secrets(config: &Utf8Path, secrets: Option<&Utf8Path>) -> Result<Workspace, Failure> {
        let folder = match config.parent() {
            Some(parent) if config != "-" => parent.to_owned(),
            _ => Utf8PathBuf::new(),
        };
        let stem = if config == "-" {
            "gitpod-k3s"
        } else {
            config.file_stem().unwrap_or("gitpod-k3s")
        };
        let secrets = match secrets {
            Some(named) => folder.join(named),
            None => folder.join(format!("{stem}.secrets.env")),
        };
        let secrets = SecretsFile::read(secrets)?;
        Ok(Workspace {
            out: folder.join(OUT),
            folder,
            secrets,
            today: None,
            selection: Selection::default(),
        })
    }

    /// The same where the secrets file cannot be used.
    pub fn without_secrets(config: &Utf8Path) -> Workspace {
        let folder = config.parent().unwrap_or(config).to_owned();
        Workspace {
            out: folder.join(OUT),
            folder,
            secrets: SecretsFile::default(),
            today: None,
            selection: Selection::default(),
        }
    }

    /// The same with another folder for trees, where one is named.
    pub fn building_in(self, out: Option<&Utf8Path>) -> Workspace {
        match out {
            Some(out) => Workspace {
                out: out.to_owned(),
                ..self
            },
            None => self,
        }
    }

    /// The folder that trees are written to.
    pub fn out(&self) -> &Utf8Path {
        &self.out
    }

    /// The same on a day.
    pub fn on(self, today: Option<Date>) -> Workspace {
        Workspace { today, ..self }
    }

    /// The folder that the configuration is in, empty for the current one.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }
}

/// The day that is named, else that of `SOURCE_DATE_EPOCH` as <https://reproducible-builds.org/specs/source-date-epoch/> has it,
/// else the clock's, in UTC.
pub fn today(named: Option<Date>) -> Result<Option<Date>, Failure> {
    const EPOCH: &str = "SOURCE_DATE_EPOCH";
    if named.is_some() {
        return Ok(named);
    }
    let Some(set) = std::env::var_os(EPOCH).filter(|set| !set.is_empty()) else {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        return Ok(now.ok().and_then(|now| Date::from_unix(now.as_secs())));
    };
    let seconds = set.to_str().filter(|set| set.bytes().all(|b| b.is_ascii_digit()));
    match seconds.and_then(|seconds| Date::from_unix(seconds.parse().ok()?)) {
        Some(date) => Ok(Some(date)),
        None => Err(Failure::new(format!(
            "invalid value `{}` for {EPOCH}: expected seconds since 1970-01-01 UTC",
            set.display()
        ))),
    }
}

/// Files that a configuration names hold keys and certificates; more than this is a mistake.
const MAX_INPUT_BYTES: u64 = 1024 * 1024;

/// The most bytes of an index: some hundred thousand files.
pub const MAX_LOCK_BYTES: u64 = 32 * 1024 * 1024;

impl Inputs for Workspace {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let bytes = read_regular(&self.folder.join(path), MAX_INPUT_BYTES);
        let bytes = bytes.map_err(|error| InputError(io_words(&error)))?;
        if bytes.len() as u64 > MAX_INPUT_BYTES {
            return Err(InputError(format!("larger than {MAX_INPUT_BYTES} bytes")));
        }
        Ok(SecretBytes::new(bytes))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        let from_environment = std::env::var_os(name).and_then(|value| value.into_string().ok());
        from_environment
            .filter(|value| !value.is_empty())
            .map(|value| SecretBytes::new(value.into_bytes()))
            .or_else(|| self.secrets.get(name))
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        getrandom::fill(buffer).map_err(|error| InputError(error.to_string()))
    }

    fn built(&self) -> Option<Vec<u8>> {
        read_regular(&self.out.join(LOCK), MAX_LOCK_BYTES).ok()
    }

    fn today(&self) -> Option<Date> {
        self.today
    }
}
