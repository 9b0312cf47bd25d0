//! The folder that a tree stands in, kept from other runs, and what a killed run left there, finished.

use crate::known::Known;
use crate::settle::{Moved, Unsettled, settle};
use crate::sweep::sweep;
use crate::{Error, Tree, system};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Keeps other runs out of the folder that a tree stands in, until it is dropped or the process ends.
pub struct Claim {
    /// The parent folder, locked. `None` where the system does not lock folders.
    _parent: Option<std::fs::File>,
    /// What killed runs left and could not be moved into the tree.
    pub(crate) left: Vec<String>,
}

impl Claim {
    /// Waits for its turn, telling of the folder if that takes long, then finishes what a killed run began.
    pub fn new(root: &Utf8Path, waiting: impl FnOnce(&Utf8Path)) -> Result<Claim, Error> {
        let (parent, name) = parent_and_name(root)?;
        system::make_folders(&parent).map_err(|error| Error::io("create", &parent, error))?;
        let lock = lock(&parent, waiting);
        Ok(Claim {
            _parent: lock,
            left: recover(root, &parent, &name)?,
        })
    }
}

/// Waits for its turn in a folder, telling of it if that takes long. Others wait until what comes back is dropped. `None` where the
/// system does not lock folders.
#[cfg(unix)]
pub fn lock(parent: &Utf8Path, waiting: impl FnOnce(&Utf8Path)) -> Option<std::fs::File> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    let folder = std::fs::File::open(parent).ok()?;
    let mut taken = flock(&folder, FlockOperation::NonBlockingLockExclusive);
    if taken == Err(Errno::WOULDBLOCK) {
        waiting(parent);
        while {
            taken = flock(&folder, FlockOperation::LockExclusive);
            taken == Err(Errno::INTR)
        } {}
    }
    taken.is_ok().then_some(folder)
}

#[cfg(not(unix))]
pub fn lock(_: &Utf8Path, _: impl FnOnce(&Utf8Path)) -> Option<std::fs::File> {
    None
}

/// The folder that a tree stands in, and the tree's name.
pub(super) fn parent_and_name(root: &Utf8Path) -> Result<(Utf8PathBuf, String), Error> {
    let name = root.file_name().ok_or_else(|| Error::NoName(root.to_owned()))?;
    let parent = root
        .parent()
        .filter(|parent| !parent.as_str().is_empty())
        .map_or_else(|| ".".into(), Utf8Path::to_owned);
    Ok((parent, name.to_owned()))
}

/// How far the write has come that a folder beside a tree belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The copy is being written, and nobody has seen it.
    Written,
    /// Copy and tree are exchanged, or about to be.
    Exchanged,
    /// The tree gets the files of the copy one by one.
    FileByFile,
}

impl Stage {
    const ALL: [Stage; 3] = [Stage::Written, Stage::Exchanged, Stage::FileByFile];

    /// How the folder's name ends.
    fn suffix(self) -> &'static str {
        match self {
            Stage::Written => "",
            Stage::Exchanged => "-exchanged",
            Stage::FileByFile => "-file-by-file",
        }
    }
}

/// What the name of every folder of ours beside a tree begins with. The number of the copy's folder follows, so that a folder of
/// somebody else's is not taken for one, and so that an exchanged one is told from the copy.
fn prefix(name: &str) -> String {
    format!(".{name}.gkc-")
}

/// The folder beside a tree in which the new one is written.
pub(crate) struct TreeCopy {
    /// Where it is.
    pub path: PathBuf,
    /// The same without what tells the stage.
    stem: PathBuf,
    /// Whether the next run needs it.
    kept: bool,
}

impl TreeCopy {
    /// Makes an empty one.
    pub fn make(root: &Utf8Path) -> io::Result<TreeCopy> {
        let (parent, name) = parent_and_name(root).map_err(io::Error::other)?;
        let folder = tempfile::Builder::new()
            .prefix(&format!("{}new-", prefix(&name)))
            .tempdir_in(&parent)?;
        let number = system::number(folder.path())?.unwrap_or_default();
        let path = parent
            .join(format!("{}{number}", prefix(&name)))
            .into_std_path_buf();
        system::rename(folder.path(), &path)?;
        // It has another name now.
        let _ = folder.keep();
        Ok(TreeCopy {
            stem: path.clone(),
            path,
            kept: false,
        })
    }

    /// Says in its name how far the write has come.
    pub fn rename(&mut self, stage: Stage) -> io::Result<()> {
        let mut path = self.stem.clone().into_os_string();
        path.push(stage.suffix());
        system::rename(&self.path, Path::new(&path))?;
        self.path = path.into();
        Ok(())
    }

    /// Leaves it for the next run to finish.
    pub fn keep(&mut self) {
        self.kept = true;
    }

    /// Removes what nobody has seen: files of ours, and second names of others' files.
    pub fn discard(&self) {
        if !self.kept {
            let _ = remove(&self.path);
        }
    }

    /// Sees to it that the names beside the tree are on the disk.
    pub fn sync(&self) {
        if let Some(parent) = self.path.parent() {
            system::sync_folder(parent);
        }
    }
}

/// Removes a folder that nobody has seen, with all in it.
fn remove(folder: &Path) -> io::Result<()> {
    // It may be closed to its owner, as the folder is that it copies.
    system::set_mode(folder, 0o700)?;
    for (name, kind) in system::list(folder)? {
        let path = folder.join(name);
        match kind.is_dir() {
            true => remove(&path)?,
            false => system::remove_file(&path)?,
        }
    }
    system::remove_folder(folder).map(|_| ())
}

/// Finishes what killed runs began.
fn recover(root: &Utf8Path, parent: &Utf8Path, name: &str) -> Result<Vec<String>, Error> {
    let failed = |error| Error::io("recover", root, error);
    let prefix = prefix(name);
    let mut left = Vec::new();
    for (name, kind) in system::list(parent.as_std_path()).map_err(failed)? {
        let number = name.to_str().and_then(|name| name.strip_prefix(&prefix));
        let (true, Some(number)) = (kind.is_dir(), number) else {
            continue;
        };
        if number.starts_with("new-") {
            // Made and not named yet, so nothing is in it; another's stays.
            system::remove_folder(parent.join(format!("{prefix}{number}")).as_std_path()).map_err(failed)?;
        }
        for stage in Stage::ALL {
            let number = number.strip_suffix(stage.suffix());
            if let Some(Ok(number)) = number.map(str::parse::<u64>) {
                let folder = parent.join(format!("{prefix}{number}{}", stage.suffix()));
                left.extend(finish(root, &folder, number, stage).map_err(failed)?);
            }
        }
    }
    Ok(left)
}

/// Finishes one run, by the folder that it left.
fn finish(root: &Utf8Path, folder: &Utf8Path, number: u64, stage: Stage) -> io::Result<Vec<String>> {
    let (tree, path) = (root.as_std_path(), folder.as_std_path());
    let is_copy = system::number(path)?.is_none_or(|own| own == number);
    match stage {
        Stage::Written if is_copy => return remove(path).map(|()| Vec::new()),
        Stage::Exchanged if is_copy => {}
        Stage::FileByFile if is_copy => {
            give(tree, root, path).map_err(|unsettled| unsettled.error)?;
        }
        // The copy is in the tree's place, so this is the tree.
        Stage::Exchanged if system::number(tree)? == Some(number) => {
            let given = give(path, folder, tree);
            // With the old files too they are where they belong, and this write goes on from there.
            if let Err(Unfinished {
                error,
                is_back: false,
            }) = bring_back(tree, path, given)
            {
                return Err(error);
            }
        }
        // A name like ours.
        _ => return Ok(Vec::new()),
    }
    let (new, old) = (Known::of(path)?, Known::of(tree)?);
    Ok(sweep(path, tree, [&new, &old], &BTreeMap::new()))
}

/// Gives a tree the files of a copy.
fn give(at: &Path, tree: &Utf8Path, copy: &Path) -> Result<Vec<Moved>, Unsettled> {
    let old = Tree::list(tree).map_err(io::Error::other)?;
    let new = Known::of(copy)?;
    // The index last, as the write itself would have it.
    let mut files: Vec<&str> = new.paths().filter(|path| *path != crate::INDEX).collect();
    files.push(crate::INDEX);
    settle(at, copy, &files, &old)
}

/// How often what failed is tried again. Whoever fails more often than this does not fail by chance.
const MAX_TRIES: usize = 3;

/// Why the folders of a tree are not all in their places.
pub(crate) struct Unfinished {
    pub error: io::Error,
    /// Whether they are, with the old files in them.
    pub is_back: bool,
}

/// What came of a try, or of those after it where it failed.
fn tried_again<T, E>(first: Result<T, E>, mut again: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    (1..MAX_TRIES).fold(first, |result, _| result.or_else(|_| again()))
}

/// Brings the old folders back to the tree `root`: they are at `old`, and `given` says whether they have the new files already. Where they
/// cannot be given those, they come back with their old files; where nothing else is possible they stay, for the next run to bring back:
/// folders of others must not be replaced by new ones.
pub(crate) fn bring_back(
    root: &Path,
    old: &Path,
    given: Result<Vec<Moved>, Unsettled>,
) -> Result<Vec<Moved>, Unfinished> {
    let given = match Utf8Path::from_path(old) {
        Some(tree) => tried_again(given, || give(old, tree, root)),
        None => given,
    };
    if let Err(unsettled) = &given
        && !unsettled.is_undone
    {
        return given.map_err(|unsettled| Unfinished {
            error: unsettled.error,
            is_back: false,
        });
    }
    let exchange = || system::exchange(root, old);
    tried_again(exchange(), exchange).map_err(|error| Unfinished {
        error,
        is_back: false,
    })?;
    given.map_err(|unsettled| Unfinished {
        error: unsettled.error,
        is_back: true,
    })
}
