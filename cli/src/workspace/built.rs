//! What was built, held against what would be built now.

use camino::Utf8Path;
use gkc_core::artifact::{Artifact, Consumer, LOCK, same_lock};
use gkc_core::diagnostic::stages::SECRET_UNRESOLVED;
use gkc_core::{Checked, NotBuilt};
use gkc_tree::Tree;

/// What would be written, and whether that is without the secrets: then what is sensitive cannot be compared.
pub fn expected(checked: &Checked, only: Option<Consumer>) -> Result<(Vec<Artifact>, bool), NotBuilt> {
    match checked.build(only) {
        Ok(artifacts) => Ok((artifacts, false)),
        Err(NotBuilt { diagnostics, .. }) if diagnostics.iter().any(|d| *d.rule == SECRET_UNRESOLVED) => {
            Ok((checked.preview(), true))
        }
        Err(not_built) => Err(not_built),
    }
}

/// Whether a file has the bytes of an artifact, as far as that can be told without the secrets where it is `blind`.
pub fn is_same(old: &[u8], artifact: &Artifact, blind: bool) -> bool {
    match artifact.path == LOCK {
        true => same_lock(old, &artifact.bytes, blind),
        false => old == artifact.bytes || blind && artifact.sensitive,
    }
}

/// Whether the tree in a folder is what would be written now; `None` where there is none.
pub fn is_built(root: &Utf8Path, checked: &Checked) -> Option<bool> {
    let tree = Tree::read(root).ok().filter(Tree::is_ours)?;
    let lock = tree.bytes(LOCK)?;
    if !checked.analysis.is_built(&lock) {
        return Some(false);
    }
    let Ok((artifacts, blind)) = expected(checked, None) else {
        return Some(false);
    };
    let is_there = |artifact: &Artifact| {
        let old = tree.bytes(&artifact.path);
        old.is_some_and(|old| is_same(&old, artifact, blind))
            && tree.mode(&artifact.path).is_none_or(|mode| mode == artifact.mode)
    };
    let is_wanted = |path: &str| artifacts.binary_search_by(|a| a.path.as_str().cmp(path)).is_ok();
    Some(artifacts.iter().all(is_there) && tree.owned().all(is_wanted))
}
