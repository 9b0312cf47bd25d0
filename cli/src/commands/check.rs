//! `gkc check`

use super::{check_loaded, findings_of, print, print_json, say};
use crate::args::{Check, CheckFormat};
use crate::exit::{Failure, Status};
use crate::render::{Findings, human, json};
use crate::workspace::{Workspace, find, load, replace, today};
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::Options;
use gkc_core::date::Date;
use gkc_core::diagnostic::{Applicability, Severity};
use gkc_core::editor::fix;

pub fn run(args: &Check, color: bool) -> Result<Status, Failure> {
    usage(args)?;
    let today = today(args.today)?;
    let files = match args.files.as_slice() {
        [] => vec![find(None)?],
        files => files.to_vec(),
    };
    let mut all = Vec::new();
    let mut failed = false;
    for path in &files {
        match one(args, path, today) {
            Ok(findings) => all.push(findings),
            Err(failure) => {
                say(&format!("gkc: {failure}\n"));
                failed = true;
            }
        }
    }
    report(args, &all, color)?;
    let worst = all.iter().flat_map(|f| &f.diagnostics).map(|d| d.severity).max();
    Ok(match worst {
        _ if failed => Status::Failure,
        Some(worst) if worst >= Severity::from(args.fail_on) => Status::Findings,
        _ => Status::Clean,
    })
}

/// Refuses options that would do nothing, or write two things to standard output.
fn usage(args: &Check) -> Result<(), Failure> {
    let json = args.format == CheckFormat::Json;
    let stdin = args.files.iter().filter(|path| *path == "-").count();
    let wrong = if args.unsafe_fixes && !(args.fix || args.diff) {
        "--unsafe-fixes requires --fix or --diff"
    } else if json && args.diff {
        "--diff conflicts with --format json: both write to standard output, and the JSON already contains all fixes"
    } else if json && args.fix && stdin > 0 {
        "--fix of standard input conflicts with --format json: both write to standard output; pass a file, or remove one of them"
    } else if stdin > 1 {
        "standard input can be read only once"
    } else {
        return Ok(());
    };
    Err(Failure::new(wrong))
}

/// Checks one file; with `--fix` fixes it first, with `--diff` prints what that would change.
fn one(args: &Check, path: &Utf8PathBuf, today: Option<Date>) -> Result<Findings, Failure> {
    let loaded = load(path)?;
    let workspace = Workspace::of(path)?.on(today);
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let first = findings_of(&loaded, &checked);
    let (true, Ok(checked)) = (args.fix || args.diff, checked) else {
        return Ok(first);
    };
    let most = match args.unsafe_fixes {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let (fixed, checked) = fix(&loaded.file, checked, &workspace, most);
    let after = Findings::of(fixed, &checked, checked.diagnostics.clone());
    let changed = after
        .files()
        .map(|now| (first.file_of(now.id()), now))
        .filter(|(was, now)| was.path() == now.path() && was.text() != now.text());
    if args.diff {
        for (was, now) in changed {
            print(&diff(was.path(), &first.masked_of(was), &after.masked_of(now)))?;
        }
        return Ok(first);
    }
    if path == "-" {
        print(after.file.text())?;
    }
    for (was, now) in changed.filter(|(was, _)| path != "-" || was.id() != first.file.id()) {
        write_back(Utf8Path::new(was.path()), now.text())?;
    }
    Ok(after)
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
pub(super) fn write_back(path: &Utf8Path, text: &str) -> Result<(), Failure> {
    replace(path, text.as_bytes(), None).map_err(|error| Failure::file("write", path, &error))
}

fn report(args: &Check, all: &[Findings], color: bool) -> Result<(), Failure> {
    if args.format == CheckFormat::Json {
        return print_json(&json::render(all));
    }
    let mut left = args.max_diagnostics.unwrap_or(usize::MAX);
    for findings in all {
        say(&human::render(findings, color, left));
        left = left.saturating_sub(findings.diagnostics.len());
    }
    let every: Vec<_> = all.iter().flat_map(|f| f.diagnostics.clone()).collect();
    match human::summary(&every) {
        Some(summary) => say(&format!("{summary}\n")),
        None if !all.is_empty() => say("no findings\n"),
        None => {}
    }
    if let Some(most) = args.max_diagnostics.filter(|most| every.len() > *most) {
        say(&format!("{} more not shown\n", every.len() - most));
    }
    Ok(())
}
