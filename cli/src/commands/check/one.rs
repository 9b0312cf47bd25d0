//! Checks one configuration; with `--fix` fixes it first, with `--diff` shows what that would change.

use super::Wanted;
use crate::commands::{check_loaded, findings_of};
use crate::exit::Failure;
use crate::render::Findings;
use crate::workspace::{Workspace, load, replace};
use camino::Utf8Path;
use gkc_core::Options;
use gkc_core::diagnostic::Applicability;
use gkc_core::editor::fix_some;

/// What was found, and what is for standard output.
pub fn check(wanted: &Wanted<'_>, path: &Utf8Path) -> Result<(Findings, String), Failure> {
    let args = wanted.args;
    let loaded = load(path)?;
    let mut workspace = Workspace::of(path)?.on(wanted.today);
    workspace.selection = workspace
        .selection
        .on_command_line(&wanted.selected, &wanted.ignored);
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let first = findings_of(&loaded, &checked);
    let (true, Ok(checked)) = (args.fix || args.diff, checked) else {
        return Ok((first, String::new()));
    };
    let most = match args.unsafe_fixes {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let is_reported = |finding: &_| workspace.selection.severity(finding).is_some();
    let (fixed, checked) = fix_some(&loaded.file, checked, &workspace, most, &is_reported);
    let found = workspace.selection.apply(checked.diagnostics.clone());
    let after = Findings::of(fixed, &checked, found);
    let changed = after
        .files()
        .map(|now| (first.file_of(now.id()), now))
        .filter(|(was, now)| was.path() == now.path() && was.text() != now.text());
    if args.diff {
        let diffs = changed.map(|(was, now)| diff(was.path(), &first.masked_of(was), &after.masked_of(now)));
        let text = diffs.collect();
        return Ok((first, text));
    }
    for (was, now) in changed.filter(|(was, _)| path != "-" || was.id() != first.file.id()) {
        write_back(Utf8Path::new(was.path()), now.text())?;
    }
    let text = match path == "-" {
        true => after.file.text().to_owned(),
        false => String::new(),
    };
    Ok((after, text))
}

/// A change as a unified diff, of texts in which literal secrets are blanked.
fn diff(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(2)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// Puts a text in the place of a file.
pub fn write_back(path: &Utf8Path, text: &str) -> Result<(), Failure> {
    replace(path, text.as_bytes(), None).map_err(|error| Failure::file("write", path, &error))
}
