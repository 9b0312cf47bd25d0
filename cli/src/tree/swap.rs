//! Puts a whole tree in place at once.
//!
//! The new tree is written beside the old one, synced, and exchanged with it in one system call. Files in the old tree that are not
//! ours come along by hard link. A run that was killed leaves a folder that the next run removes; so that no run removes what
//! another is still writing, they take turns: each holds a lock on the parent folder.

use crate::claim::{Claim, parent_and_name, prefix, remove, set_mode};
use crate::{Error, File, Tree, check};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::ops::Deref;

/// What a write did to a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whether anything was written: not where every file stood there already.
    pub written: bool,
    /// Files of others that came along; folders without anything in them end in `/`.
    pub foreign: Vec<String>,
    /// Files of the write before that are no longer wanted.
    pub removed: Vec<String>,
}

/// A tree that others are kept from until this is written or dropped; see [`Tree::claim`].
pub struct Claimed {
    tree: Tree,
    _claim: Claim,
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
        Claimed { tree, _claim: claim }
    }

    /// Puts `files` in place of those of the last write, all at once, and lets others in again.
    ///
    /// The index is one of the files and names all others, as [`index`](crate::index) does. The folder `secrets` is closed to
    /// everybody but its owner; every other folder keeps its permissions.
    ///
    /// # Errors
    /// Where the files are no tree, where a file of somebody else's is in their way, and where the system refuses. The tree is as
    /// it was then.
    pub fn write(self, files: &[File<'_>]) -> Result<Change, Error> {
        check(files)?;
        put(&self.tree, files)
    }
}

fn put(tree: &Tree, files: &[File<'_>]) -> Result<Change, Error> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path).collect();
    let foreign = tree.foreign();
    if let Some(taken) = foreign.iter().find(|path| collides(path, &paths)) {
        return Err(Error::InTheWay(tree.root().join(taken.trim_end_matches('/'))));
    }
    let removed: Vec<String> = tree
        .owned()
        .filter(|path| !paths.contains(path))
        .map(str::to_owned)
        .collect();
    let unchanged = tree.is_ours() && removed.is_empty() && files.iter().all(|file| tree.has(file));
    if unchanged {
        return Ok(Change {
            written: false,
            foreign,
            removed,
        });
    }
    let (parent, name) = parent_and_name(tree.root())?;
    let fresh = tempfile::Builder::new()
        .prefix(&format!("{}new-", prefix(&name)))
        .tempdir_in(&parent);
    let fresh = fresh.map_err(|error| Error::io("write to", &parent, error))?;
    let root = Utf8PathBuf::from_path_buf(fresh.path().to_owned()).map_err(Error::NotUtf8)?;
    fill(&root, tree, files, &foreign).inspect_err(|_| remove(&root))?;
    // From here on the folder is the new tree, or the old one on its way out.
    let _ = fresh.keep();
    exchange(&root, tree.root(), &parent, &name).inspect_err(|_| remove(&root))?;
    Ok(Change {
        written: true,
        foreign,
        removed,
    })
}

/// Whether a file of somebody else's stands where a file, or a folder of files, has to be.
fn collides(foreign: &str, paths: &BTreeSet<&str>) -> bool {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let is_folder = foreign.ends_with('/');
    let foreign = foreign.trim_end_matches('/');
    paths
        .iter()
        .any(|path| *path == foreign || within(foreign, path) || (!is_folder && within(path, foreign)))
}

fn fill(root: &Utf8Path, tree: &Tree, files: &[File<'_>], foreign: &[String]) -> Result<(), Error> {
    let mut folders = BTreeSet::from([Utf8PathBuf::new()]);
    for file in files {
        let path = root.join(file.path);
        let written = make_parent(root, &path)
            .and_then(|()| create(&path, file.mode))
            .and_then(|mut opened| opened.write_all(file.bytes).and_then(|()| opened.sync_all()));
        written.map_err(|error| Error::io("write", tree.root().join(file.path), error))?;
        folders.extend(above(file.path));
    }
    for path in foreign {
        let (from, to) = (tree.root().join(path), root.join(path));
        folders.extend(above(path));
        let carried = match path.ends_with('/') {
            true => {
                folders.insert(path.trim_end_matches('/').into());
                fs::create_dir_all(&to)
            }
            false => make_parent(root, &to).and_then(|()| carry(&from, &to)),
        };
        carried.map_err(|error| Error::io("copy", &from, error))?;
    }
    // The deepest first: a folder may be closed to its owner too.
    for folder in folders.iter().rev() {
        sync_folder(&root.join(folder));
        let mode = match folder.as_str() {
            "secrets" => Some(0o700),
            "" => Some(tree.mode("").unwrap_or(0o755)),
            folder => tree.mode(folder),
        };
        if let Some(mode) = mode {
            set_mode(&root.join(folder), mode)
                .map_err(|error| Error::io("write", tree.root().join(folder), error))?;
        }
    }
    Ok(())
}

/// The folders that a path is in, the root of the tree apart.
fn above(path: &str) -> impl Iterator<Item = Utf8PathBuf> {
    let folders = Utf8Path::new(path).ancestors().skip(1);
    folders
        .filter(|folder| !folder.as_str().is_empty())
        .map(Utf8Path::to_owned)
}

/// A hard link, so that whoever has the file open goes on writing to the same one; a copy where links are not possible.
fn carry(from: &Utf8Path, to: &Utf8Path) -> std::io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    #[cfg(unix)]
    if fs::symlink_metadata(from)?.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to).map(|_| ())
}

/// The folder for secrets is nobody else's.
fn make_parent(root: &Utf8Path, path: &Utf8Path) -> std::io::Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    fs::create_dir_all(parent)?;
    match parent == root.join("secrets") {
        true => set_mode(parent, 0o700),
        false => Ok(()),
    }
}

#[cfg(unix)]
fn create(path: &Utf8Path, mode: u32) -> std::io::Result<fs::File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    // The process's mask may have taken bits away.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    Ok(file)
}

#[cfg(not(unix))]
fn create(path: &Utf8Path, _: u32) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

/// Best effort: some file systems cannot sync folders.
fn sync_folder(folder: &Utf8Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn exchange(fresh: &Utf8Path, root: &Utf8Path, parent: &Utf8Path, name: &str) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::io("replace", root, error);
    if !root.exists() {
        fs::rename(fresh, root).map_err(failed)?;
    } else if exchange_atomically(fresh, root).is_ok() {
        remove(fresh);
    } else {
        // No atomic exchange here: for a moment there is no tree, and a crash then is undone by the next run.
        let old = parent.join(format!("{}old", prefix(name)));
        remove(&old);
        fs::rename(root, &old).map_err(failed)?;
        if let Err(error) = fs::rename(fresh, root) {
            let _ = fs::rename(&old, root);
            return Err(failed(error));
        }
        remove(&old);
    }
    sync_folder(parent);
    Ok(())
}

#[cfg(target_os = "linux")]
fn exchange_atomically(a: &Utf8Path, b: &Utf8Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(
        CWD,
        a.as_std_path(),
        CWD,
        b.as_std_path(),
        RenameFlags::EXCHANGE,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn exchange_atomically(_: &Utf8Path, _: &Utf8Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
