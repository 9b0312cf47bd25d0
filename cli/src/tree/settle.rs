//! Gives a folder the files of a new write, and takes those of the last one away.

use crate::standing::EDITED;
use crate::{INDEX, PRIVATE, Tree, system};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// A file of the last write that somebody had changed.
pub(crate) struct Moved {
    /// The path that it was written to.
    pub path: String,
    /// The path that it has now.
    pub aside: String,
    /// Whether it is known what was written: else it may be as it was.
    pub is_known: bool,
}

/// Why a folder does not hold what it was to be given.
pub(crate) struct Unsettled {
    pub error: io::Error,
    /// Whether each path has its old file again.
    pub is_undone: bool,
}

impl From<io::Error> for Unsettled {
    fn from(error: io::Error) -> Unsettled {
        Unsettled {
            error,
            is_undone: false,
        }
    }
}

/// The same error, of the file that it is about.
fn of(path: &str) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("`{path}`: {error}"))
}

/// Makes the folder `at` hold `files`, which are in `from` too, in place of those that `old` lists. Returns what was changed since, and
/// kept. What tells of the files comes last, so that a run that finishes this one still knows the old ones.
///
/// # Errors
/// Where the system refuses. Each path then has its old file again, unless all had their new ones.
pub(crate) fn settle(at: &Path, from: &Path, files: &[&str], old: &Tree) -> Result<Vec<Moved>, Unsettled> {
    let (records, files): (Vec<&str>, Vec<&str>) = files.iter().partition(|path| RECORDS.contains(path));
    let wanted: BTreeSet<&str> = files.iter().chain(&RECORDS).copied().collect();
    let gone: Vec<&str> = old.known.paths().filter(|path| !wanted.contains(path)).collect();
    let mut edited = change(at, from, &files, &gone, old)?;
    for path in &old.aside {
        system::remove_file(&at.join(path))?;
    }
    let records: Vec<&str> = RECORDS
        .into_iter()
        .filter(|record| records.contains(record))
        .collect();
    // All else is new by now.
    let records = change(at, from, &records, &[], old).map_err(|unsettled| unsettled.error)?;
    edited.extend(records);
    let folders: BTreeSet<&Path> = files.iter().filter_map(|path| Path::new(path).parent()).collect();
    for folder in folders {
        system::sync_folder(&at.join(folder));
    }
    Ok(edited)
}

/// What tells of the other files, in the order in which they are written.
const RECORDS: [&str; 2] = [PRIVATE, INDEX];

/// Puts `files` in place, and takes `gone` away.
fn change(
    at: &Path,
    from: &Path,
    files: &[&str],
    gone: &[&str],
    old: &Tree,
) -> Result<Vec<Moved>, Unsettled> {
    let mut done = Vec::new();
    place(at, from, files, &mut done)
        .and_then(|()| take(at, gone, &mut done))
        .map_err(|error| Unsettled {
            error,
            is_undone: undo(at, &done),
        })?;
    let mut edited = Vec::new();
    // The old digests last: by them a run that finishes this one knows the rest.
    for step in done.into_iter().rev() {
        let Some(aside) = step.aside else { continue };
        let was = at.join(&aside);
        let is_spare = old.known.is_ours(&step.path, &was)?
            || step.placed && system::is_equal(&was, &at.join(&step.path))?;
        match is_spare {
            true => system::remove_file(&was)?,
            false => edited.push(Moved {
                is_known: old.known.has_digest(&step.path),
                path: step.path.clone(),
                aside,
            }),
        }
        if !step.placed {
            remove_empty(at, Path::new(&step.path))?;
        }
    }
    Ok(edited)
}

/// What was done at a path.
struct Step {
    path: String,
    /// Where the file that was there is now.
    aside: Option<String>,
    /// Whether the new file is there.
    placed: bool,
}

fn place(at: &Path, from: &Path, files: &[&str], done: &mut Vec<Step>) -> io::Result<()> {
    for path in files {
        let (to, new) = (at.join(path), from.join(path));
        parents(at, Path::new(path))?;
        if system::is_same(&to, &new)? {
            continue;
        }
        let aside = match system::look(&to)? {
            Some(_) => Some(move_aside(at, path).map_err(of(path))?),
            None => None,
        };
        done.push(Step {
            path: (*path).to_owned(),
            aside,
            placed: false,
        });
        if system::link(&new, &to).is_err() {
            copy(&new, &to).map_err(of(path))?;
        }
        if let Some(step) = done.last_mut() {
            step.placed = true;
        }
    }
    Ok(())
}

fn take(at: &Path, gone: &[&str], done: &mut Vec<Step>) -> io::Result<()> {
    for path in gone {
        let there = system::look(&at.join(path))?;
        if there.is_some_and(|meta| !meta.is_dir()) {
            let aside = Some(move_aside(at, path).map_err(of(path))?);
            done.push(Step {
                path: (*path).to_owned(),
                aside,
                placed: false,
            });
        }
    }
    Ok(())
}

/// Puts back what was there. What cannot be put back stays aside; says whether nothing had to.
fn undo(at: &Path, done: &[Step]) -> bool {
    let mut is_undone = true;
    for step in done.iter().rev() {
        let path = at.join(&step.path);
        let cleared = !step.placed || system::remove_file(&path).is_ok();
        let back = match (cleared, &step.aside) {
            (true, Some(aside)) => system::rename(&at.join(aside), &path).is_ok(),
            (cleared, _) => cleared,
        };
        is_undone &= back;
    }
    is_undone
}

/// A copy of one of our files, where the file system has no second names.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mode = system::look(from)?.and_then(|meta| system::mode(&meta));
    let bytes = system::read(from)?.ok_or(io::ErrorKind::NotFound)?;
    system::make_file(to, &bytes, mode.unwrap_or(0o600)).inspect_err(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            let _ = system::remove_file(to);
        }
    })
}

/// The most files that are kept of one path. Who has changed a file that often without a look at it has another problem.
const MAX_ASIDE: usize = 1000;

/// Renames a file within a tree, so that nothing reads it any more, and returns its new path.
pub(crate) fn move_aside(root: &Path, path: &str) -> io::Result<String> {
    for number in 1..=MAX_ASIDE {
        let aside = match number {
            1 => format!("{path}{EDITED}"),
            number => format!("{path}{EDITED}-{number}"),
        };
        match system::rename(&root.join(path), &root.join(&aside)) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Makes the folders that a path of a tree is in, where they are missing. The folder for secrets is nobody else's.
pub(crate) fn parents(root: &Path, path: &Path) -> io::Result<()> {
    let mut folder = PathBuf::new();
    for part in path.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        let is_secret = folder == Path::new("secrets");
        let made = system::make_folder(&root.join(&folder), if is_secret { 0o700 } else { 0o755 })?;
        if is_secret && !made {
            system::set_mode(&root.join(&folder), 0o700)?;
        }
    }
    Ok(())
}

/// Removes the folders that a path of ours was in, up to the first with anything in it.
fn remove_empty(root: &Path, path: &Path) -> io::Result<()> {
    let folders = path.ancestors().skip(1);
    for folder in folders.filter(|folder| !folder.as_os_str().is_empty()) {
        let folder = root.join(folder);
        if system::look(&folder)?.is_some() && !system::remove_folder(&folder)? {
            break;
        }
    }
    Ok(())
}
