//! Puts a whole tree in place at once: a reader, a crash or a full disk sees the old tree or the new one.
//!
//! The new tree is written beside the old one, synced, and exchanged with it in one system call. Files in the old tree that gkc
//! did not write come along by hard link. A run that was killed leaves a folder that the next run removes.

use crate::exit::Failure;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::emit::Artifact;
use gkc_core::emit::lock::PATH as LOCK;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;

/// A tree as it stands on disk.
pub struct Tree {
    root: Utf8PathBuf,
    /// The lock file's entries: path to the whole entry. `None` where there is no lock file.
    locked: Option<BTreeMap<String, serde_json::Value>>,
    /// Every other file, by path.
    files: BTreeSet<String>,
}

/// What a build did to a tree.
pub struct Change {
    /// Whether anything was written.
    pub written: bool,
    /// Files of others that came along.
    pub foreign: Vec<String>,
    /// Files of gkc's that are no longer there.
    pub removed: Vec<String>,
}

impl Tree {
    /// Looks at a folder; one that is not there is empty.
    pub fn read(root: &Utf8Path) -> Result<Tree, Failure> {
        recover(root)?;
        let mut files = BTreeSet::new();
        if root.exists() {
            list(root, root, &mut files)?;
        }
        let locked = match fs::read(root.join(LOCK)) {
            Ok(bytes) => Some(entries(&bytes).ok_or_else(|| {
                Failure::new(format!(
                    "`{}` is no lock file of gkc: move it away or build elsewhere",
                    root.join(LOCK)
                ))
            })?),
            Err(_) => None,
        };
        Ok(Tree {
            root: root.to_owned(),
            locked,
            files,
        })
    }

    /// Whether gkc wrote the file at `path`.
    pub fn owns(&self, path: &str) -> bool {
        path == LOCK && self.locked.is_some()
            || self
                .locked
                .as_ref()
                .is_some_and(|locked| locked.contains_key(path))
    }

    /// The consumer that the lock file names for `path`.
    pub fn consumer(&self, path: &str) -> Option<&str> {
        self.locked.as_ref()?.get(path)?.get("consumer")?.as_str()
    }

    /// The lock file's entry for `path`.
    pub fn entry(&self, path: &str) -> Option<&serde_json::Value> {
        self.locked.as_ref()?.get(path)
    }

    /// The paths that gkc wrote, in order.
    pub fn owned(&self) -> impl Iterator<Item = &str> {
        self.locked
            .iter()
            .flat_map(|locked| locked.keys())
            .map(String::as_str)
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// Whether the file at that artifact's path is just that artifact.
    pub fn has(&self, artifact: &Artifact) -> bool {
        self.bytes(&artifact.path).as_deref() == Some(&artifact.bytes)
            && self.mode(&artifact.path) == Some(artifact.mode)
    }

    fn mode(&self, path: &str) -> Option<u32> {
        let meta = fs::metadata(self.root.join(path)).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            Some(meta.permissions().mode() & 0o777)
        }
        #[cfg(not(unix))]
        {
            let _ = meta;
            None
        }
    }

    fn foreign(&self) -> Vec<String> {
        self.files
            .iter()
            .filter(|path| !self.owns(path))
            .cloned()
            .collect()
    }
}

fn entries(bytes: &[u8]) -> Option<BTreeMap<String, serde_json::Value>> {
    let lock: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    if lock.get("format")?.as_str()? != "gkc-lock/1" {
        return None;
    }
    let artifacts = lock.get("artifacts")?.as_array()?;
    artifacts
        .iter()
        .map(|entry| Some((entry.get("path")?.as_str()?.to_owned(), entry.clone())))
        .collect()
}

/// Every file and every symbolic link below `folder`, and folders without anything in them.
fn list(root: &Utf8Path, folder: &Utf8Path, files: &mut BTreeSet<String>) -> Result<(), Failure> {
    let entries = folder
        .read_dir_utf8()
        .map_err(|error| Failure::file("read", folder, &error))?;
    let mut any = false;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::file("read", folder, &error))?;
        any = true;
        let kind = entry
            .file_type()
            .map_err(|error| Failure::file("read", entry.path(), &error))?;
        if kind.is_dir() {
            list(root, entry.path(), files)?;
        } else if let Ok(path) = entry.path().strip_prefix(root) {
            files.insert(path.as_str().to_owned());
        }
    }
    if !any
        && folder != root
        && let Ok(path) = folder.strip_prefix(root)
    {
        files.insert(format!("{path}/"));
    }
    Ok(())
}

/// Puts `artifacts` in place of what gkc wrote to `tree` before.
pub fn write_tree(tree: &Tree, artifacts: &[Artifact]) -> Result<Change, Failure> {
    let paths: BTreeSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let foreign = tree.foreign();
    if let Some(taken) = foreign.iter().find(|path| paths.contains(path.as_str())) {
        let path = tree.root.join(taken);
        return Err(Failure::new(format!(
            "`{path}` was not written by gkc: move it away, or build elsewhere with --out"
        )));
    }
    let removed: Vec<String> = tree
        .owned()
        .filter(|path| !paths.contains(path))
        .map(str::to_owned)
        .collect();
    let unchanged =
        tree.locked.is_some() && removed.is_empty() && artifacts.iter().all(|artifact| tree.has(artifact));
    if unchanged {
        return Ok(Change {
            written: false,
            foreign,
            removed,
        });
    }
    let (parent, name) = parent_and_name(&tree.root)?;
    fs::create_dir_all(&parent).map_err(|error| Failure::file("make", &parent, &error))?;
    let fresh = tempfile::Builder::new()
        .prefix(&format!("{}new-", prefix(&name)))
        .tempdir_in(&parent);
    let fresh = fresh.map_err(|error| Failure::file("write to", &parent, &error))?;
    let root = Utf8PathBuf::from_path_buf(fresh.path().to_owned())
        .map_err(|path| Failure::new(format!("`{}` is no UTF-8", path.display())))?;
    fill(&root, tree, artifacts, &foreign)?;
    // From here on the folder is the new tree, or the old one on its way out.
    let _ = fresh.keep();
    exchange(&root, &tree.root, &parent, &name)?;
    Ok(Change {
        written: true,
        foreign,
        removed,
    })
}

fn parent_and_name(root: &Utf8Path) -> Result<(Utf8PathBuf, String), Failure> {
    let name = root
        .file_name()
        .ok_or_else(|| Failure::new(format!("`{root}` is no name for a folder to build into")))?;
    let parent = root
        .parent()
        .filter(|parent| !parent.as_str().is_empty())
        .map_or_else(|| ".".into(), Utf8Path::to_owned);
    Ok((parent, name.to_owned()))
}

/// What temporary names beside a tree begin with.
fn prefix(name: &str) -> String {
    format!(".{name}.gkc-")
}

fn fill(root: &Utf8Path, tree: &Tree, artifacts: &[Artifact], foreign: &[String]) -> Result<(), Failure> {
    set_mode(root, 0o755)?;
    for artifact in artifacts {
        let path = root.join(&artifact.path);
        make_parent(root, &path)?;
        let mut file = create(&path, artifact.mode).map_err(|error| Failure::file("write", &path, &error))?;
        let written = file.write_all(&artifact.bytes).and_then(|()| file.sync_all());
        written.map_err(|error| Failure::file("write", &path, &error))?;
    }
    for path in foreign {
        let (from, to) = (tree.root.join(path), root.join(path));
        if path.ends_with('/') {
            fs::create_dir_all(&to).map_err(|error| Failure::file("make", &to, &error))?;
            continue;
        }
        make_parent(root, &to)?;
        carry(&from, &to).map_err(|error| Failure::file("carry over", &from, &error))?;
    }
    sync_folder(root);
    Ok(())
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
fn make_parent(root: &Utf8Path, path: &Utf8Path) -> Result<(), Failure> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    fs::create_dir_all(parent).map_err(|error| Failure::file("make", parent, &error))?;
    if parent == root.join("secrets") {
        set_mode(parent, 0o700)?;
    }
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &Utf8Path, mode: u32) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| Failure::file("write", path, &error))
}

#[cfg(not(unix))]
fn set_mode(_: &Utf8Path, _: u32) -> Result<(), Failure> {
    Ok(())
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

fn exchange(fresh: &Utf8Path, root: &Utf8Path, parent: &Utf8Path, name: &str) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::file("put in place", root, error);
    if !root.exists() {
        fs::rename(fresh, root).map_err(|error| failed(&error))?;
    } else if exchange_atomically(fresh, root).is_ok() {
        remove(fresh);
    } else {
        // No atomic exchange here: for a moment there is no tree, and a crash then is undone by the next run.
        let old = parent.join(format!("{}old", prefix(name)));
        remove(&old);
        fs::rename(root, &old).map_err(|error| failed(&error))?;
        fs::rename(fresh, root).map_err(|error| failed(&error))?;
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

/// What cannot be removed now is removed by the next run.
fn remove(folder: &Utf8Path) {
    let _ = fs::remove_dir_all(folder);
}

/// Undoes what a killed run left: brings an old tree back where there is no other, and removes what is half written.
fn recover(root: &Utf8Path) -> Result<(), Failure> {
    let (parent, name) = parent_and_name(root)?;
    let prefix = prefix(&name);
    let old = parent.join(format!("{prefix}old"));
    if old.is_dir() && !root.exists() {
        fs::rename(&old, root).map_err(|error| Failure::file("recover", root, &error))?;
    }
    let Ok(entries) = parent.read_dir_utf8() else {
        return Ok(());
    };
    for entry in entries.flatten() {
        if entry.file_name().starts_with(&prefix) {
            remove(entry.path());
        }
    }
    Ok(())
}
