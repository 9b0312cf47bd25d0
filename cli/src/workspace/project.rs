//! Finds the `gkc.toml` that holds for a configuration.

use super::files::read_text;
use super::paths::{absolute, relative};
use crate::exit::Failure;
use crate::selection::{Levels, Project};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::ErrorKind;

/// What the file is called.
pub const PROJECT: &str = "gkc.toml";

/// A rule has a line in it, and there are some hundred: more than this is another file.
const MAX_PROJECT_BYTES: u64 = 1024 * 1024;

/// A `gkc.toml` with the folder that it is in.
pub struct ProjectFile {
    /// Where it is, from the root.
    pub path: Utf8PathBuf,
    project: Project,
}

impl ProjectFile {
    /// The one beside a file, or in the nearest folder above. Those further above have no effect.
    pub fn of(file: &Utf8Path) -> Result<Option<ProjectFile>, Failure> {
        match absolute(file).parent() {
            Some(folder) => ProjectFile::for_folder(folder),
            None => Ok(None),
        }
    }

    /// The one in a folder, which is named from the root, or in the nearest one above.
    pub fn for_folder(folder: &Utf8Path) -> Result<Option<ProjectFile>, Failure> {
        for folder in folder.ancestors() {
            let path = folder.join(PROJECT);
            let text = match read_text(&path, MAX_PROJECT_BYTES) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(error) if error.kind() == ErrorKind::NotADirectory => continue,
                Err(error) => return Err(Failure::file("read", shown(&path), &error)),
            };
            let project = Project::read(&text).map_err(|wrong| {
                let lines: String = wrong.iter().map(|line| format!("\n  {line}")).collect();
                Failure::new(format!("invalid `{}`:{lines}", shown(&path)))
            })?;
            return Ok(Some(ProjectFile { path, project }));
        }
        Ok(None)
    }

    /// The severities for a configuration.
    pub fn levels(&self, config: &Utf8Path) -> Levels {
        self.project.levels(&self.below(config))
    }

    /// Whether a file of a folder that is checked is a configuration by its path; `None` if nothing is said about that.
    pub fn lists(&self, file: &Utf8Path) -> Option<bool> {
        self.project.lists(&self.below(file))
    }

    /// Whether a file or a folder is left out when its folder is checked.
    pub fn excludes(&self, path: &Utf8Path) -> bool {
        self.project.excludes(&self.below(path))
    }

    fn below(&self, path: &Utf8Path) -> String {
        relative(&absolute(path), self.path.parent().unwrap_or(Utf8Path::new("")))
    }
}

/// The severities that a `gkc.toml` sets for a configuration; `-` is the one that standard input stands for.
pub fn levels(config: &Utf8Path) -> Result<Levels, Failure> {
    let config = match config.as_str() {
        "-" => Utf8Path::new(super::NAMES[0]),
        _ => config,
    };
    let project = ProjectFile::of(config)?;
    Ok(project.map_or_else(Levels::new, |project| project.levels(config)))
}

/// A path for people: from the current folder, as configurations above it are shown.
fn shown(path: &Utf8Path) -> String {
    relative(path, &absolute(Utf8Path::new("")))
}
