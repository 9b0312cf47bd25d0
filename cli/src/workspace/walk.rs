//! Finds the configurations in a folder.

use super::NAMES;
use super::paths::absolute;
use super::project::ProjectFile;
use crate::exit::Failure;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::artifact::LOCK;
use std::fs;

/// A folder with more files and folders than this is not one of configurations.
const MAX_ENTRIES: usize = 200_000;

/// Folders that hold what other tools put there. Those with a dot in front are skipped as well.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// The configurations in a folder and below, in the order of their paths: by their names, or by what `gkc.toml` lists. Links are not
/// followed, and trees that gkc built are skipped.
pub fn configs_in(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Failure> {
    let project = ProjectFile::for_folder(&absolute(folder))?;
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        let failed = |error: std::io::Error| Failure::file("read", &folder, &error);
        for entry in folder.read_dir_utf8().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            seen += 1;
            if seen > MAX_ENTRIES {
                return Err(Failure::new(format!(
                    "`{folder}` and the directories before it have more than {MAX_ENTRIES} files: pass the configurations, or a smaller directory"
                )));
            }
            let kind = entry.file_type().map_err(failed)?;
            let path = beside(&folder, entry.file_name());
            let is_excluded = || project.as_ref().is_some_and(|project| project.excludes(&path));
            if kind.is_dir() && !is_skipped(entry.file_name()) && !is_excluded() && !is_built(&path) {
                open.push(path);
            } else if kind.is_file() && is_config(&path, project.as_ref()) && !is_excluded() {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!(
            "no {} in `{folder}` or below; `files` in gkc.toml can name others",
            NAMES[0]
        )));
    }
    found.sort();
    Ok(found)
}

/// A path without a needless `./` in front.
fn beside(folder: &Utf8Path, name: &str) -> Utf8PathBuf {
    match folder.as_str() {
        "." => Utf8PathBuf::from(name),
        _ => folder.join(name),
    }
}

fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || SKIPPED.contains(&name)
}

fn is_built(folder: &Utf8Path) -> bool {
    fs::symlink_metadata(folder.join(LOCK)).is_ok()
}

fn is_config(path: &Utf8Path, project: Option<&ProjectFile>) -> bool {
    let listed = project.and_then(|project| project.lists(path));
    listed.unwrap_or_else(|| path.file_name().is_some_and(|name| NAMES.contains(&name)))
}
