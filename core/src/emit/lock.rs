//! `gkc.lock.json`: what was written, and what cannot be undone later. No secret, no time, no machine path.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::document::{Artifact, Document, DocumentKind};
use super::filled::artifact;
use super::json;
use crate::plan::{Built, Plan};
use crate::source::{SourceFile, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Where the lock file stands in the tree.
pub const PATH: &str = "gkc.lock.json";
/// Where the digests of sensitive files stand in the tree: what writes the tree makes it, so that it knows its own files again.
pub const PRIVATE: &str = "gkc.digests";
/// What the name of a file of the tree gets that somebody edited, when a new one takes its place. No program deploys files of that name.
pub const EDITED: &str = ".gkc-edited";
/// What it says of itself.
pub const FORMAT: &str = "gkc-lock/1";

/// The lock file of a tree: `artifacts` are all its other files.
pub(crate) fn index(plan: &Plan, file: &SourceFile, sensitive: &[Span], artifacts: &[Artifact]) -> Artifact {
    let built = serde_json::to_value(Built::of(plan)).unwrap_or_default();
    let built = |part: &str| Data::from(&built[part]);
    let data = map([
        ("format", Data::from(FORMAT)),
        ("gkc", Data::from(env!("CARGO_PKG_VERSION"))),
        ("input", Data::from(input_digest(file, sensitive))),
        ("resolved", built("resolved")),
        ("oneWay", built("oneWay")),
        ("artifacts", seq(artifacts.iter().map(entry_of))),
    ]);
    let written = json::pretty(&data);
    let bytes = written.text.as_lit().unwrap_or_default().as_bytes().to_vec();
    artifact(&Document::new(DocumentKind::Lock, PATH, written), bytes)
}

fn entry_of(artifact: &Artifact) -> Data {
    map_of([
        entry("path", artifact.path.as_str()),
        entry("bytes", i64::try_from(artifact.bytes.len()).unwrap_or(i64::MAX)),
        entry("mode", format!("{:04o}", artifact.mode)),
        entry("consumer", artifact.consumer().as_str()),
        entry("sensitive", artifact.sensitive),
        opt(
            "late",
            (!artifact.late.is_empty()).then(|| seq(artifact.late.iter().map(String::as_str))),
        ),
        // The digest of a weak secret could be guessed.
        opt("sha256", (!artifact.sensitive).then(|| sha256(&artifact.bytes))),
    ])
}

/// The digest of the configuration with literal secrets blanked: together with the rest of the file, a weak one could be
/// guessed from it.
fn input_digest(file: &SourceFile, sensitive: &[Span]) -> String {
    let mut bytes = file.text().as_bytes().to_vec();
    for span in sensitive.iter().filter(|span| span.file == file.id()) {
        if let Some(secret) = bytes.get_mut(span.range()) {
            secret.fill(b'*');
        }
    }
    sha256(&bytes)
}

/// Whether a lock file is of a tree that this release built from this configuration. What the configuration refers to is not looked at.
pub(crate) fn is_of(lock: &[u8], file: &SourceFile, sensitive: &[Span]) -> bool {
    let Ok(lock) = serde_json::from_slice::<serde_json::Value>(lock) else {
        return false;
    };
    lock["gkc"] == env!("CARGO_PKG_VERSION") && lock["input"] == input_digest(file, sensitive).as_str()
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether two lock files say the same. Without the secrets their sizes are unknown, so `blind` leaves those out.
pub fn same(a: &[u8], b: &[u8], blind: bool) -> bool {
    if !blind {
        return a == b;
    }
    let read = |bytes: &[u8]| {
        let mut lock: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        for entry in artifacts_of(&mut lock)? {
            if entry.get("sensitive") == Some(&true.into())
                && let Some(entry) = entry.as_object_mut()
            {
                entry.remove("bytes");
            }
        }
        Some(lock)
    };
    let (a, b) = (read(a), read(b));
    a.is_some() && a == b
}

/// Makes the lock file of a part into that of the tree that it is put into: of `before`, the lock file of the tree, those entries
/// come in whose path `is_kept`, in the order of their paths. What is not in the tree then goes.
pub fn keep_entries(
    file: &mut Artifact,
    before: &[u8],
    is_kept: impl Fn(&str) -> bool,
    is_there: impl Fn(&str) -> bool,
) {
    let read = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    let Some(mut lock) = read(&file.bytes) else { return };
    let mut before = read(before).unwrap_or_default();
    let mut entries = artifacts_of(&mut before).map(std::mem::take).unwrap_or_default();
    let Some(list) = artifacts_of(&mut lock) else {
        return;
    };
    let path = |entry: &serde_json::Value| {
        entry
            .get("path")
            .and_then(|p| p.as_str())
            .unwrap_or("")
            .to_owned()
    };
    entries.retain(|entry| is_kept(&path(entry)));
    let kept: BTreeSet<String> = crate::sorted::set(entries.iter().map(path));
    list.retain(|entry| !kept.contains(&path(entry)));
    list.extend(entries);
    list.retain(|entry| is_there(&path(entry)));
    crate::sorted::sort_by_key(list, path);
    file.bytes = json::pretty(&Data::from(&lock))
        .text
        .as_lit()
        .unwrap_or("")
        .as_bytes()
        .to_vec();
}

fn artifacts_of(lock: &mut serde_json::Value) -> Option<&mut Vec<serde_json::Value>> {
    lock.get_mut("artifacts")?.as_array_mut()
}
