//! A built tree as it stands on disk: what gkc wrote, what others put there.

use super::claim::Claim;
use crate::exit::Failure;
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use gkc_core::artifact::Artifact;
use gkc_core::artifact::LOCK;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// A tree as it stands on disk.
pub struct Tree {
    root: Utf8PathBuf,
    /// Held while the tree is being changed.
    claim: Option<Claim>,
    /// The lock file's entries: path to the whole entry. `None` where there is no lock file.
    locked: Option<BTreeMap<String, serde_json::Value>>,
    /// Every other file, by path.
    files: BTreeSet<String>,
}

impl Tree {
    /// Looks at a folder and changes nothing; one that is not there is empty.
    pub fn read(root: &Utf8Path) -> Result<Tree, Failure> {
        Tree::list(&resolve(root)?, None)
    }

    /// Looks at a folder that is going to be changed: other runs of gkc wait until this tree is dropped, and what a killed
    /// run left is cleared up.
    pub fn claim(root: &Utf8Path) -> Result<Tree, Failure> {
        let root = resolve(root)?;
        let claim = Claim::new(&root)?;
        Tree::list(&root, Some(claim))
    }

    fn list(root: &Utf8Path, claim: Option<Claim>) -> Result<Tree, Failure> {
        let mut files = BTreeSet::new();
        if root.exists() {
            walk(root, root, &mut files)?;
        }
        let locked = match fs::read(root.join(LOCK)) {
            Ok(bytes) => Some(entries(&bytes).ok_or_else(|| {
                Failure::new(format!(
                    "`{}` is not a lock file of gkc: move it, or use another directory with --out",
                    root.join(LOCK)
                ))
            })?),
            Err(_) => None,
        };
        Ok(Tree {
            root: root.to_owned(),
            claim,
            locked,
            files,
        })
    }

    /// Where it is, symbolic links resolved.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Whether other runs of gkc are kept out.
    pub fn is_claimed(&self) -> bool {
        self.claim.is_some()
    }

    /// Whether there is a lock file.
    pub fn is_ours(&self) -> bool {
        self.locked.is_some()
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

    /// The permissions of a file.
    pub fn mode(&self, path: &str) -> Option<u32> {
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

    /// What gkc did not write; folders without anything in them end in `/`.
    pub fn foreign(&self) -> Vec<String> {
        self.files
            .iter()
            .filter(|path| !self.owns(path))
            .cloned()
            .collect()
    }
}

/// The folder itself where a symbolic link leads to it.
fn resolve(root: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let Ok(meta) = fs::symlink_metadata(root) else {
        return Ok(root.to_owned());
    };
    let resolved = match meta.is_symlink() {
        true => root
            .canonicalize_utf8()
            .map_err(|error| Failure::file("follow the link", root, &error))?,
        false => root.to_owned(),
    };
    match resolved.is_dir() {
        true => Ok(resolved),
        false => Err(Failure::new(format!(
            "`{root}` is a file: move it, or use another directory with --out"
        ))),
    }
}

/// The entries of a lock file; `None` where it is none of gkc's, or names anything outside of its tree.
fn entries(bytes: &[u8]) -> Option<BTreeMap<String, serde_json::Value>> {
    let lock: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    if lock.get("format")?.as_str()? != "gkc-lock/1" {
        return None;
    }
    let artifacts = lock.get("artifacts")?.as_array()?;
    artifacts
        .iter()
        .map(|entry| {
            let path = entry.get("path")?.as_str()?;
            let inside = Utf8Path::new(path)
                .components()
                .all(|part| matches!(part, Utf8Component::Normal(_)));
            inside.then(|| (path.to_owned(), entry.clone()))
        })
        .collect()
}

/// Every file and every symbolic link below `folder`, and folders without anything in them.
fn walk(root: &Utf8Path, folder: &Utf8Path, files: &mut BTreeSet<String>) -> Result<(), Failure> {
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
            walk(root, entry.path(), files)?;
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
