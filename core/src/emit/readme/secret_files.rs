//! Which files are secret, and which secrets cannot be replaced.

use super::Tree;
use crate::emit::document::Document;
use crate::emit::page::Page;
use crate::words::and;

/// The files, and what to back up.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let files: Vec<String> = tree
        .emission
        .documents()
        .iter()
        .filter(|document| document.holes.sensitive)
        .map(Document::file_path)
        .collect();
    if files.is_empty() {
        return;
    }
    out.line("## Secrets");
    out.line("");
    out.line("These files contain secrets; `.gitignore` keeps them out of Git:");
    out.line("");
    for file in files {
        out.line(format!("- `{file}`"));
    }
    out.line("");
    let mut kept = vec!["the server token".to_owned()];
    if !tree.plan.needs.encryption_keys.is_empty() {
        kept.push("the database's encryption keys".to_owned());
    }
    kept.extend(
        tree.guide
            .kept
            .iter()
            .map(|path| format!("`{path}` (once it exists)")),
    );
    let them = if kept.len() == 1 {
        "it protects"
    } else {
        "they protect"
    };
    out.line(format!(
        "Back up {}: data that {them} cannot be recovered otherwise.",
        and(&kept)
    ));
}
