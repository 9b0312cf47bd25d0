//! Puts a whole tree in place at once.
//!
//! 1. The new tree is written into a folder beside the old one, the *copy*, and synced. What others have in the tree gets a second name
//!    in it by hard link.
//! 2. Copy and tree are exchanged in one system call: readers see the new tree. The old folders are out of sight.
//! 3. There they are given the new files, and lose those of the last write that are still as they were written ([`settle`]).
//! 4. A second exchange brings them back. So every folder and file of others is the one that it was, with its owner, its permissions and
//!    whatever is mounted there, and a program at work in it notices nothing.
//! 5. The copy is taken apart ([`sweep`]): names of files that are in the tree as well end, and what somebody put there in the meantime
//!    moves across.
//!
//! What fails after step 2 is tried again, and else the old folders come back with their old files, or stay beside the tree for the next run:
//! what others have in them is never put into folders of ours for good.
//!
//! A run may be killed at any point: what is left beside the tree says by its name what the next run has to finish (`claim.rs`). Where
//! the system cannot exchange folders, step 3 is done in the tree itself, file by file, and the next run finishes that.

use crate::claim::{Claim, Stage, TreeCopy, bring_back};
use crate::known::{self, Known};
use crate::settle::{Moved, parents, settle};
use crate::standing::{Entries, Other, What};
use crate::sweep::sweep;
use crate::system::{self, Identity};
use crate::{Error, File, INDEX, PRIVATE, Tree, check};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// What a write did to a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Whether anything was written: not where every file stood there already.
    pub written: bool,
    /// Files of others, which stay; folders without anything in them, and those that something is mounted on, end in `/`.
    pub foreign: Vec<String>,
    /// Files of the write before that are no longer wanted.
    pub removed: Vec<String>,
    /// Files of the write before that somebody changed, by the names under which they are kept.
    pub edited: Vec<String>,
    /// Those of them of which nobody knows with which bytes they were written: they differ from the new ones, and may be as they were.
    pub unknown: Vec<String>,
    /// What could not be moved into the tree: it is where it was, at these paths.
    pub left: Vec<String>,
}

/// A tree that others are kept from until this is written or dropped; see [`Tree::claim`].
pub struct Claimed {
    tree: Tree,
    claim: Claim,
    /// Files that the write takes over as they are.
    kept: BTreeSet<String>,
}

impl Deref for Claimed {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl Claimed {
    /// A tree with the claim on it.
    pub(crate) fn new(tree: Tree, claim: Claim) -> Claimed {
        Claimed {
            tree,
            claim,
            kept: BTreeSet::new(),
        }
    }

    /// The bytes of a file that the write is going to have as it is; `None` where it cannot be read. What somebody changed in it stays
    /// theirs.
    pub fn keep(&mut self, path: &str) -> Option<Vec<u8>> {
        let bytes = self.tree.bytes(path)?;
        self.kept.insert(path.to_owned());
        Some(bytes)
    }

    /// Puts `files` in place of those of the last write, all at once, and lets others in again.
    ///
    /// The index is one of the files and names all others, as [`index`](crate::index) does. Only files of the last write go, and of
    /// those only what nobody has changed since: a changed one is kept beside the new one, under a name that ends in `.gkc-edited`,
    /// unless the new one has its bytes. The folder `secrets` is closed to everybody but its owner; every other folder that was there
    /// keeps its permissions.
    ///
    /// # Errors
    /// Where the files are no tree, where a file of somebody else's is in their way, and where the system refuses. The tree is as
    /// it was then.
    pub fn write(self, files: &[File<'_>]) -> Result<Change, Error> {
        let index = check(files)?;
        let mut change = put(&self.tree, files, &index, &self.kept)?;
        change.left.extend(self.claim.left);
        Ok(change)
    }
}

fn put(tree: &Tree, files: &[File<'_>], index: &Entries, kept: &BTreeSet<String>) -> Result<Change, Error> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path).collect();
    let mut change = Change {
        foreign: tree.foreign(),
        ..Change::default()
    };
    if let Some(taken) = tree.others.iter().find(|other| collides(other, &paths)) {
        let taken = taken.path.to_string_lossy();
        return Err(Error::InTheWay(tree.root().join(taken.as_ref())));
    }
    change.removed = tree
        .owned()
        .filter(|path| !paths.contains(path))
        .map(str::to_owned)
        .collect();
    let private = known::private(files, index, kept, &tree.known);
    let new = Known::new(index, &private);
    let private = File {
        path: PRIVATE,
        bytes: &private,
        mode: 0o600,
    };
    // The index last: who has it has all.
    let is_index = |file: &&File<'_>| file.path == INDEX;
    let others = files.iter().filter(|file| !is_index(file));
    let files: Vec<File<'_>> = others
        .chain([&private])
        .chain(files.iter().filter(is_index))
        .copied()
        .collect();
    let is_there = || files.iter().all(|file| tree.has(file));
    if tree.is_ours() && change.removed.is_empty() && tree.aside.is_empty() && is_there() {
        return Ok(change);
    }
    change.written = true;
    let root = tree.root();
    let mut copy = TreeCopy::make(root).map_err(|error| Error::io("write beside", root, error))?;
    let replaced = fill(&copy.path, tree, &files).and_then(|linked| {
        let replaced = replace(&mut copy, tree, &files, &new, &linked);
        replaced.map_err(|error| Error::io("replace", root, error))
    });
    let replaced = replaced.inspect_err(|_| copy.discard())?;
    for moved in replaced.edited {
        change.removed.retain(|path| *path != moved.path);
        if !moved.is_known {
            change.unknown.push(moved.aside.clone());
        }
        change.edited.push(moved.aside);
    }
    change.edited.sort_unstable();
    change.unknown.sort_unstable();
    change.left = replaced.left;
    Ok(change)
}

/// Whether something of somebody else's stands where a file, or a folder of files, has to be.
fn collides(other: &Other, paths: &BTreeSet<&str>) -> bool {
    paths.iter().map(Path::new).any(|path| match other.what {
        What::File | What::Mount => path.starts_with(&other.path) || other.path.starts_with(path),
        What::EmptyFolder => other.path.starts_with(path),
    })
}

/// Writes the new tree, with second names for what others have in the old one. Says which file each of those names means.
fn fill(copy: &Path, tree: &Tree, files: &[File<'_>]) -> Result<BTreeMap<PathBuf, Identity>, Error> {
    let mut folders = BTreeSet::from([PathBuf::new()]);
    for file in files {
        let written = parents(copy, Path::new(file.path))
            .and_then(|()| system::make_file(&copy.join(file.path), file.bytes, file.mode));
        written.map_err(|error| Error::io("write", tree.root().join(file.path), error))?;
        folders.extend(above(Path::new(file.path)));
    }
    let failed = |error| Error::io("read", tree.root(), error);
    let mut linked = BTreeMap::new();
    carry(copy, tree, &mut linked).map_err(failed)?;
    // Writing takes its time: what others did since is carried too, so that hardly anything is late.
    carry(copy, &Tree::list(tree.root())?, &mut linked).map_err(failed)?;
    for other in &tree.others {
        folders.extend(above(&other.path));
        folders.extend((other.what != What::File).then(|| other.path.clone()));
    }
    // The deepest first: a folder may be closed to its owner too.
    for folder in folders.iter().rev() {
        let there = system::look(&tree.root().as_std_path().join(folder)).map_err(failed)?;
        let mode = match folder.to_str() {
            Some("secrets") => Some(0o700),
            Some("") => Some(there.and_then(|meta| system::mode(&meta)).unwrap_or(0o755)),
            _ => there.and_then(|meta| system::mode(&meta)),
        };
        let folder = copy.join(folder);
        system::sync_folder(&folder);
        if let Some(mode) = mode {
            system::set_mode(&folder, mode).map_err(failed)?;
        }
    }
    Ok(linked)
}

/// The folders that a path is in, the root of the tree apart.
fn above(path: &Path) -> impl Iterator<Item = PathBuf> {
    let folders = path.ancestors().skip(1);
    folders
        .filter(|folder| !folder.as_os_str().is_empty())
        .map(Path::to_owned)
}

/// Gives what others have a second name in the copy, so that it is in sight all the time. What cannot have one comes back with its
/// folder.
fn carry(copy: &Path, tree: &Tree, linked: &mut BTreeMap<PathBuf, Identity>) -> io::Result<()> {
    for other in &tree.others {
        let (from, to) = (
            tree.root().as_std_path().join(&other.path),
            copy.join(&other.path),
        );
        parents(copy, &other.path)?;
        if other.what != What::File {
            system::make_folder(&to, 0o755)?;
            continue;
        }
        let Some(identity) = system::look(&from)?.and_then(|meta| system::identity(&meta)) else {
            continue;
        };
        if linked.get(&other.path) == Some(&identity) {
            continue;
        }
        if system::look(&to)?.is_some() {
            // It was replaced since it was linked.
            system::remove_file(&to)?;
            linked.remove(&other.path);
        }
        if system::link(&from, &to).is_ok() {
            linked.insert(other.path.clone(), identity);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Replaced {
    edited: Vec<Moved>,
    left: Vec<String>,
}

/// Steps 2 to 5, or the copy's name for the tree's where there is none yet.
fn replace(
    copy: &mut TreeCopy,
    tree: &Tree,
    files: &[File<'_>],
    new: &Known,
    linked: &BTreeMap<PathBuf, Identity>,
) -> io::Result<Replaced> {
    let root = tree.root().as_std_path();
    let mut replaced = Replaced::default();
    if system::look(root)?.is_none() {
        system::rename(&copy.path, root)?;
        copy.sync();
        return Ok(replaced);
    }
    let paths: Vec<&str> = files.iter().map(|file| file.path).collect();
    copy.rename(Stage::Exchanged)?;
    match system::exchange(root, &copy.path) {
        Ok(()) => {
            // From here on the new tree is in place.
            let settled = settle(&copy.path, root, &paths, tree);
            match bring_back(root, &copy.path, settled) {
                Ok(edited) => replaced.edited = edited,
                Err(unfinished) => {
                    // Beside the tree is the new one, with what came to it meanwhile, or the old one, which the next run brings back.
                    copy.keep();
                    if unfinished.is_back {
                        sweep(&copy.path, root, [&tree.known, new], linked);
                    }
                    copy.sync();
                    let error = unfinished.error;
                    return Err(match unfinished.is_back {
                        true => error,
                        false => io::Error::new(error.kind(), waits(&copy.path, &error)),
                    });
                }
            }
        }
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            copy.rename(Stage::FileByFile)?;
            // Where this fails half-way, the next run goes on.
            replaced.edited = settle(root, &copy.path, &paths, tree).map_err(|unsettled| {
                if !unsettled.is_undone {
                    copy.keep();
                }
                unsettled.error
            })?;
            copy.keep();
        }
        Err(error) => return Err(error),
    }
    replaced.left = sweep(&copy.path, root, [&tree.known, new], linked);
    copy.sync();
    Ok(replaced)
}

/// What is said where the next run has to bring back what others have.
fn waits(copy: &Path, error: &io::Error) -> String {
    let name = copy.file_name().unwrap_or_default().to_string_lossy();
    format!("{error}; `{name}` next to it holds files that gkc did not write, which the next run restores")
}
