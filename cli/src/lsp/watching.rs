//! Asks the client to watch the files that open configurations refer to.

use super::document::uri_of;
use super::state::State;
use crate::workspace::{OUT, PROJECT};
use camino::Utf8PathBuf;
use gkc_core::editor::links;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The name under which the client watches.
const ID: &str = "gkc/files";

const METHOD: &str = "workspace/didChangeWatchedFiles";

/// How many folders from a configuration's own upwards a `gkc.toml` is watched in: each is a pattern for the client to match. One
/// further above is read with the next change.
const WATCHED_FOLDERS: usize = 3;

/// Has the client watch what there is to watch now, where that is not what it watches already.
pub fn update(state: &mut State) {
    if !state.agreed.watches_files {
        return;
    }
    let wanted = wanted(state);
    if wanted == state.watched {
        return;
    }
    if !state.watched.is_empty() {
        let old = json!({"unregisterations": [{"id": ID, "method": METHOD}]});
        state.ask("client/unregisterCapability", old);
    }
    let in_folders = state.agreed.watches_folders;
    let watchers: Vec<Value> = wanted
        .iter()
        .filter_map(|(folder, pattern)| {
            let pattern = match in_folders {
                true => json!({"baseUri": uri_of(folder)?, "pattern": pattern}),
                false => json!(format!("**/{pattern}")),
            };
            Some(json!({"globPattern": pattern}))
        })
        .collect();
    let registration = json!({"id": ID, "method": METHOD, "registerOptions": {"watchers": watchers}});
    state.ask(
        "client/registerCapability",
        json!({"registrations": [registration]}),
    );
    state.watched = wanted;
}

/// The secrets files, `gkc.toml`s and trees of configurations, what the configurations name, and those that are not open, by their folders.
/// Names with signs of patterns would match others.
fn wanted(state: &mut State) -> BTreeSet<(Utf8PathBuf, String)> {
    let (mut wanted, mut trees) = (BTreeSet::new(), BTreeSet::new());
    for uri in state.configs() {
        let Some(look) = state.look(&uri) else { continue };
        wanted.insert(look.inputs.secrets().path().to_owned());
        trees.insert(look.inputs.path(OUT));
        let above = look.document.path.ancestors().skip(1).take(WATCHED_FOLDERS);
        wanted.extend(above.map(|folder| folder.join(PROJECT)));
        if !look.document.is_open {
            wanted.insert(look.document.path.clone());
        }
        wanted.extend(links(look.draft).iter().map(|link| look.inputs.path(&link.path)));
    }
    let is_plain =
        |path: &&Utf8PathBuf| path.is_absolute() && !path.as_str().contains(['*', '?', '[', ']', '{', '}']);
    let watch = |path: &Utf8PathBuf, below: &str| {
        let pattern = format!("{}{below}", path.file_name()?);
        Some((path.parent()?.to_owned(), pattern))
    };
    let files = wanted.iter().filter(is_plain).filter_map(|path| watch(path, ""));
    let trees = trees
        .iter()
        .filter(is_plain)
        .filter_map(|path| watch(path, "/**"));
    files.chain(trees).collect()
}
