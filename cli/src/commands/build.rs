//! `gkc build`

use super::{analyse_loaded, findings_of, print, prove_loaded, say, secrets};
use crate::args::{Build, SecretsWhen};
use crate::exit::{Failure, Status};
use crate::render::Findings;
use crate::render::human::{self, Manner};
use crate::render::summary::counts;
use crate::workspace::{Loaded, Workspace, expected, find, is_same, load, today};
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::artifact::{Artifact, Consumer, LOCK, keep_entries};
use gkc_core::diagnostic::Diagnostic;
use gkc_core::diagnostic::stages::SECRET_UNRESOLVED;
use gkc_core::{Analysis, Checked, NotBuilt, Options};
use gkc_tree::{Claimed, File, Tree, is_same_file};
use std::collections::BTreeSet;
use std::path::Path;

pub fn run(args: &Build, color: bool) -> Result<Status, Failure> {
    let today = today(args.today)?;
    let path = find(args.file.as_deref())?;
    let loaded = load(&path)?;
    let surroundings = || {
        let workspace = Workspace::of(&path)?.on(today);
        Ok::<_, Failure>(workspace.building_in(args.out.as_deref()))
    };
    let mut workspace = surroundings()?;
    let options = Options::default()
        .secrets_late(args.secrets == SecretsWhen::Late)
        .update(args.update);
    let mut analysis = analyse_loaded(&loaded, &workspace, options);
    if args.generate_secrets
        && let Some(plan) = analysis.as_ref().ok().and_then(Analysis::plan)
        && !secrets::generate(plan, &workspace)?.is_empty()
    {
        workspace = surroundings()?;
        analysis = analyse_loaded(&loaded, &workspace, options);
    }
    let mut checked = analysis.map(|analysis| prove_loaded(analysis, &workspace));
    if workspace.secrets.is_open() {
        say(&format!(
            "gkc: {} is readable by other users: run `chmod 600` on it\n",
            workspace.secrets.path()
        ));
    }
    // What is unset is told once more, and as an error, where it is needed.
    if let Ok(checked) = &mut checked {
        checked.diagnostics.retain(|d| *d.rule != SECRET_UNRESOLVED);
    }
    let findings = findings_of(&loaded, &checked);
    say(&human::report(&[&findings], &Manner::all(color)));
    let Ok(checked) = checked else {
        return Ok(refuse(&findings.diagnostics));
    };
    if checked.has_errors() {
        return Ok(refuse(&findings.diagnostics));
    }
    let out = workspace.out().to_owned();
    refuse_around(&out, workspace.folder())?;
    if args.check {
        return check(args, &checked, &loaded, &out, color);
    }
    let only = args.only;
    match checked.build(only) {
        Ok(artifacts) => write(&out, artifacts, only),
        Err(NotBuilt { diagnostics, .. }) => {
            show(&checked, &loaded, &diagnostics, color);
            Ok(refuse(&diagnostics))
        }
    }
}

/// An output folder is filled with files of many names: not the one that the configuration is in or that we are in, nor one around them.
fn refuse_around(out: &Utf8Path, config: &Utf8Path) -> Result<(), Failure> {
    let config = match config.as_str() {
        "" => Utf8Path::new("."),
        folder => Utf8Path::new(folder),
    };
    let Ok(real) = out.canonicalize() else {
        return Ok(());
    };
    // A folder that is mounted elsewhere too has several paths.
    let is_real = |folder: &Path| folder == real || is_same_file(folder, &real).is_ok_and(|same| same);
    let is_within = |folder: &Utf8Path| {
        folder
            .canonicalize()
            .is_ok_and(|folder| folder.ancestors().any(is_real))
    };
    match is_within(config) || is_within(Utf8Path::new(".")) {
        true => Err(gkc_tree::Error::NoName(out.to_owned()).into()),
        false => Ok(()),
    }
}

/// Says that errors stood in the way.
fn refuse(diagnostics: &[Diagnostic]) -> Status {
    let summary = counts(diagnostics.iter()).unwrap_or_default();
    say(&format!("{summary}; nothing was built\n"));
    Status::Findings
}

/// Shows what building found.
fn show(checked: &Checked, loaded: &Loaded, diagnostics: &[Diagnostic], color: bool) {
    let findings = Findings::of(loaded.file.clone(), checked, diagnostics.to_vec());
    say(&human::render(&findings, color));
}

fn write(out: &Utf8PathBuf, mut artifacts: Vec<Artifact>, only: Option<Consumer>) -> Result<Status, Failure> {
    let mut tree = Tree::claim(out, |parent| {
        say(&format!("gkc: waiting for another gkc process in `{parent}`\n"));
    })?;
    let made = artifacts.len();
    if let Some(only) = only {
        keep_others(&mut tree, &mut artifacts, only);
    }
    let files: Vec<File<'_>> = artifacts.iter().map(file).collect();
    let change = tree.write(&files)?;
    match change.written {
        true => say(&format!("built {made} files in {out}\n")),
        false => say(&format!("{out} is up to date\n")),
    }
    if !change.removed.is_empty() {
        say(&format!("removed: {}\n", change.removed.join(", ")));
    }
    let edited: Vec<&str> = change
        .edited
        .iter()
        .filter(|path| !change.unknown.contains(path))
        .map(String::as_str)
        .collect();
    if !edited.is_empty() {
        say(&format!("kept, edited by hand: {}\n", edited.join(", ")));
    }
    if !change.unknown.is_empty() {
        let names = change.unknown.join(", ");
        say(&format!(
            "kept, differ from this build and may have been edited: {names}\n"
        ));
    }
    for left in &change.left {
        say(&format!(
            "gkc: cannot move `{left}` into {out}: move it by hand\n"
        ));
    }
    let foreign: Vec<&String> = change
        .foreign
        .iter()
        .filter(|path| !path.ends_with('/'))
        .collect();
    if change.written && !foreign.is_empty() {
        let names: Vec<&str> = foreign.iter().map(|path| path.as_str()).collect();
        say(&format!("kept, not generated by gkc: {}\n", names.join(", ")));
    }
    Ok(Status::Clean)
}

fn file(artifact: &Artifact) -> File<'_> {
    File {
        path: &artifact.path,
        bytes: &artifact.bytes,
        mode: artifact.mode,
    }
}

/// With `--only`, what other consumers have of an earlier build stays as it is, in the tree and in the lock file.
fn keep_others(tree: &mut Claimed, artifacts: &mut Vec<Artifact>, only: Consumer) {
    let kept: BTreeSet<String> = tree
        .owned()
        .filter(|path| {
            let consumer = tree.entry(path).and_then(|entry| entry.get("consumer")?.as_str());
            consumer.is_some_and(|c| c != only.as_str() && c != Consumer::Index.as_str())
        })
        .map(str::to_owned)
        .collect();
    for path in &kept {
        let (Some(bytes), Some(entry)) = (tree.keep(path), tree.entry(path)) else {
            continue;
        };
        let mode = entry
            .get("mode")
            .and_then(|m| m.as_str())
            .and_then(|m| u32::from_str_radix(m, 8).ok())
            .unwrap_or(0o600);
        let sensitive = entry
            .get("sensitive")
            .and_then(serde_json::Value::as_bool)
            .unwrap_or(true);
        artifacts.push(Artifact::kept(path.clone(), bytes, mode, sensitive));
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    let paths: BTreeSet<String> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    if let Some(file) = artifacts.iter_mut().find(|artifact| artifact.path == LOCK) {
        let before = tree.bytes(LOCK).unwrap_or_default();
        let is_kept = |path: &str| kept.contains(path);
        keep_entries(file, &before, is_kept, |path| paths.contains(path));
    }
}

/// Compares the tree with what would be written. Without the secrets, what is sensitive is not compared.
fn check(
    args: &Build,
    checked: &Checked,
    loaded: &Loaded,
    out: &Utf8PathBuf,
    color: bool,
) -> Result<Status, Failure> {
    let tree = Tree::read(out)?;
    let only = args.only;
    let (artifacts, blind) = match expected(checked, only) {
        Ok(expected) => expected,
        Err(NotBuilt { diagnostics, .. }) => {
            show(checked, loaded, &diagnostics, color);
            return Ok(refuse(&diagnostics));
        }
    };
    let mut stale = false;
    for artifact in artifacts
        .iter()
        .filter(|a| only.is_none_or(|only| a.consumer() == only))
    {
        stale |= differs(&tree, artifact, checked, blind)?;
    }
    if only.is_none() {
        for path in tree
            .owned()
            .filter(|path| !artifacts.iter().any(|a| a.path == *path))
        {
            print(&format!("{path}: would be removed\n"))?;
            stale = true;
        }
    }
    if blind {
        say("gkc: files with secrets were not compared, because secrets are missing\n");
    }
    say(&format!(
        "{out} is {}\n",
        if stale { "out of date" } else { "up to date" }
    ));
    Ok(if stale { Status::Findings } else { Status::Clean })
}

/// Says how a file differs from the artifact, without showing what is sensitive.
fn differs(tree: &Tree, artifact: &Artifact, checked: &Checked, blind: bool) -> Result<bool, Failure> {
    let Some(old) = tree.bytes(&artifact.path) else {
        print(&format!("{}: missing\n", artifact.path))?;
        return Ok(true);
    };
    let mode = tree.mode(&artifact.path).filter(|mode| *mode != artifact.mode);
    if let Some(mode) = mode {
        print(&format!(
            "{}: mode is {mode:04o}, expected {:04o}\n",
            artifact.path, artifact.mode
        ))?;
    }
    if is_same(&old, artifact, blind) {
        return Ok(mode.is_some());
    }
    if artifact.sensitive {
        print(&format!(
            "{}: differs (not shown, contains secrets)\n",
            artifact.path
        ))?;
        return Ok(true);
    }
    let (old, new) = (
        String::from_utf8_lossy(&old),
        String::from_utf8_lossy(&artifact.bytes),
    );
    let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
    let (a, b) = (format!("a/{}", artifact.path), format!("b/{}", artifact.path));
    let diff = diff.unified_diff().context_radius(2).header(&a, &b).to_string();
    print(&checked.analysis.without_literals(&diff))?;
    Ok(true)
}
