//! By what a file is known to be as it was written: the digests of an index, and of a file that only the owner may read.

use crate::standing::{EDITED, Entries, entries};
use crate::{File, INDEX, PRIVATE, system};
use gkc_core::artifact::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::path::Path;

/// The files of a write, each with the digests that it may have. One without any may have been changed, so it is taken for somebody's.
#[derive(Default)]
pub(crate) struct Known(BTreeMap<String, Vec<String>>);

impl Known {
    /// What an index and the private digests beside it say.
    pub fn new(index: &Entries, private: &[u8]) -> Known {
        let text = String::from_utf8_lossy(private);
        let mut known = Known::default();
        for (path, entry) in index {
            let public = entry.get("sha256").and_then(serde_json::Value::as_str);
            let public = public.into_iter().map(str::to_owned).collect();
            known.0.insert(path.clone(), public);
        }
        for record in [INDEX, PRIVATE] {
            known.0.insert(record.to_owned(), Vec::new());
        }
        for (digest, path) in text.lines().filter_map(|line| line.split_once("  ")) {
            if let Some(digests) = known.0.get_mut(path) {
                digests.push(digest.to_owned());
            }
        }
        known
    }

    /// The same where the index has these bytes. A clone by Git has no digest of it, and then it is as it was written.
    pub fn with_index(mut self, bytes: &[u8]) -> Known {
        let digests = self.0.entry(INDEX.to_owned()).or_default();
        if digests.is_empty() {
            digests.push(sha256(bytes));
        }
        self
    }

    /// What the folder `root` says of itself; nothing where it has no index.
    pub fn of(root: &Path) -> io::Result<Known> {
        let index = system::read(&root.join(INDEX))?;
        let private = read_private(root)?;
        let known = index.and_then(|bytes| Some(Known::new(&entries(&bytes)?, &private).with_index(&bytes)));
        Ok(known.unwrap_or_default())
    }

    /// The paths of the files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether the write made a file of that path.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Whether it is known with which bytes.
    pub fn has_digest(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|digests| !digests.is_empty())
    }

    /// Whether anything of the write is below a folder.
    pub fn is_within(&self, folder: &str) -> bool {
        let below = format!("{folder}/");
        let mut after = self.0.range(below.clone()..);
        after.next().is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// Whether the file at `at` is the one that was written to `path`, with the bytes that it had; also where a killed run had moved it
    /// aside, and that is its path now.
    pub fn is_ours_or_aside(&self, path: &str, at: &Path) -> io::Result<bool> {
        let was = written_as(path).map_or(Ok(false), |was| self.is_ours(was, at))?;
        Ok(was || self.is_ours(path, at)?)
    }

    /// Whether the file at `at` is the one that was written to `path`, with the bytes that it had.
    pub fn is_ours(&self, path: &str, at: &Path) -> io::Result<bool> {
        let Some(digests) = self.0.get(path) else {
            return Ok(false);
        };
        let bytes = system::read(at)?;
        Ok(bytes.is_some_and(|bytes| path == PRIVATE || digests.contains(&sha256(&bytes))))
    }
}

/// The path that a file had before it was moved aside.
fn written_as(path: &str) -> Option<&str> {
    let (was, number) = path.rsplit_once(EDITED)?;
    let number = number.strip_prefix('-').unwrap_or(number);
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(was)
}

/// The private digests in a folder, and those that a run was about to replace when it was killed.
pub(crate) fn read_private(root: &Path) -> io::Result<Vec<u8>> {
    let mut private = system::read(&root.join(PRIVATE))?.unwrap_or_default();
    private.extend(system::read(&root.join(format!("{PRIVATE}{EDITED}")))?.unwrap_or_default());
    Ok(private)
}

/// The private digests of files: those that the index has none of, since the digest of a weak secret could be guessed. What
/// `sha256sum --check` reads. Those that are `kept` have the digests that they had, so that what somebody changed is not taken for ours.
pub(crate) fn private(files: &[File<'_>], index: &Entries, kept: &BTreeSet<String>, old: &Known) -> Vec<u8> {
    let is_public = |path: &str| index.get(path).is_some_and(|entry| entry.get("sha256").is_some());
    let mut text = String::new();
    for file in files.iter().filter(|file| !is_public(file.path)) {
        let digests = match kept.contains(file.path) {
            true => old.0.get(file.path).cloned().unwrap_or_default(),
            false => vec![sha256(file.bytes)],
        };
        for digest in digests {
            // Writing to a text does not fail.
            let _ = writeln!(text, "{digest}  {}", file.path);
        }
    }
    text.into_bytes()
}
