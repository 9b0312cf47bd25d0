//! `gkc build`

use super::{check_loaded, findings_of, print, say, secrets};
use crate::args::{Build, SecretsWhen};
use crate::exit::{Failure, Status};
use crate::render::{Findings, human};
use crate::workspace::{Loaded, Tree, Workspace, find, load, write_tree};
use camino::Utf8PathBuf;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::emit::{Artifact, Consumer, DocumentKind, lock};
use gkc_core::{Checked, NotBuilt, Options};
use std::collections::BTreeSet;

/// The finding about a secret without a value.
const UNRESOLVED: &str = "secret-unresolved";

pub fn run(args: &Build, color: bool) -> Result<Status, Failure> {
    let path = find(args.file.as_deref())?;
    let loaded = load(&path)?;
    let mut workspace = Workspace::of(&path)?;
    let options = Options {
        secrets_late: args.secrets == SecretsWhen::Late,
    };
    let mut checked = check_loaded(&loaded, &workspace, options);
    if args.generate_secrets
        && let Some(plan) = checked.as_ref().ok().and_then(|checked| checked.analysis.plan())
        && !secrets::generate(plan, &workspace)?.is_empty()
    {
        workspace = Workspace::of(&path)?;
        checked = check_loaded(&loaded, &workspace, options);
    }
    if workspace.secrets.is_open() {
        say(&format!(
            "gkc: others can read {}: run `chmod 600` on it\n",
            workspace.secrets.path()
        ));
    }
    let mut findings = findings_of(&loaded, &checked);
    // What is unset is told once more, and as an error, where it is needed.
    findings.diagnostics.retain(|d| d.rule != UNRESOLVED);
    say(&human::render(&findings, color, usize::MAX));
    let Ok(checked) = checked else {
        return Ok(refuse(&findings.diagnostics));
    };
    if checked.has_errors() {
        return Ok(refuse(&findings.diagnostics));
    }
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| workspace.folder().join("build"));
    if args.check {
        return check(args, &checked, &loaded, &out, color);
    }
    let only = args.only.map(Consumer::from);
    match checked.build(only) {
        Ok(artifacts) => write(&out, artifacts, only),
        Err(NotBuilt { diagnostics }) => {
            show(&checked, &loaded, &diagnostics, color);
            Ok(refuse(&diagnostics))
        }
    }
}

/// Says that errors stood in the way.
fn refuse(diagnostics: &[Diagnostic]) -> Status {
    let summary = human::summary(diagnostics).unwrap_or_default();
    say(&format!("{summary}; nothing was built\n"));
    Status::Findings
}

/// Shows what building found.
fn show(checked: &Checked, loaded: &Loaded, diagnostics: &[Diagnostic], color: bool) {
    let findings = Findings::of(loaded.file.clone(), checked, diagnostics.to_vec());
    say(&human::render(&findings, color, usize::MAX));
}

fn write(out: &Utf8PathBuf, mut artifacts: Vec<Artifact>, only: Option<Consumer>) -> Result<Status, Failure> {
    let tree = Tree::claim(out)?;
    let made = artifacts.len();
    if let Some(only) = only {
        keep_others(&tree, &mut artifacts, only);
    }
    let change = write_tree(&tree, &artifacts)?;
    match change.written {
        true => say(&format!("built {made} files in {out}\n")),
        false => say(&format!("{out} is up to date\n")),
    }
    if !change.removed.is_empty() {
        say(&format!("no longer there: {}\n", change.removed.join(", ")));
    }
    let foreign: Vec<&String> = change
        .foreign
        .iter()
        .filter(|path| !path.ends_with('/'))
        .collect();
    if change.written && !foreign.is_empty() {
        let names: Vec<&str> = foreign.iter().map(|path| path.as_str()).collect();
        say(&format!("carried over, not made by gkc: {}\n", names.join(", ")));
    }
    Ok(Status::Clean)
}

/// With `--only`, what other consumers have of an earlier build stays as it is, in the tree and in the lock file.
fn keep_others(tree: &Tree, artifacts: &mut Vec<Artifact>, only: Consumer) {
    let kept: Vec<String> = tree
        .owned()
        .filter(|path| {
            tree.consumer(path)
                .is_some_and(|c| c != only.as_str() && c != Consumer::Index.as_str())
        })
        .map(str::to_owned)
        .collect();
    let mut entries = Vec::new();
    for path in kept {
        let (Some(bytes), Some(entry)) = (tree.bytes(&path), tree.entry(&path)) else {
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
        entries.push(entry.clone());
        artifacts.push(Artifact {
            template: path.ends_with(".tftpl"),
            path,
            bytes,
            mode,
            kind: DocumentKind::Kept,
            sensitive,
            late: Default::default(),
            line_origins: Vec::new(),
        });
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    let paths: BTreeSet<String> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    if let Some(file) = artifacts.iter_mut().find(|artifact| artifact.path == lock::PATH) {
        lock::keep_entries(file, &entries, |path| paths.contains(path));
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
    let only = args.only.map(Consumer::from);
    let (artifacts, blind) = match checked.build(only) {
        Ok(artifacts) => (artifacts, false),
        Err(NotBuilt { diagnostics }) if diagnostics.iter().any(|d| d.rule == UNRESOLVED) => {
            (checked.preview(), true)
        }
        Err(NotBuilt { diagnostics }) => {
            show(checked, loaded, &diagnostics, color);
            return Ok(refuse(&diagnostics));
        }
    };
    let mut stale = false;
    for artifact in artifacts
        .iter()
        .filter(|a| only.is_none_or(|only| a.consumer() == only))
    {
        stale |= differs(&tree, artifact, blind)?;
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
        say("gkc: without the secrets, files that hold them were not compared\n");
    }
    say(&format!(
        "{out} is {}\n",
        if stale { "stale" } else { "up to date" }
    ));
    Ok(if stale { Status::Findings } else { Status::Clean })
}

/// Says how a file differs from the artifact, without showing what is sensitive.
fn differs(tree: &Tree, artifact: &Artifact, blind: bool) -> Result<bool, Failure> {
    let Some(old) = tree.bytes(&artifact.path) else {
        print(&format!("{}: is missing\n", artifact.path))?;
        return Ok(true);
    };
    let same = match artifact.path == lock::PATH {
        true => lock::same(&old, &artifact.bytes, blind),
        false => old == artifact.bytes,
    };
    let mode = tree.mode(&artifact.path).filter(|mode| *mode != artifact.mode);
    if let Some(mode) = mode {
        print(&format!(
            "{}: has mode {mode:04o} instead of {:04o}\n",
            artifact.path, artifact.mode
        ))?;
    }
    if same || (blind && artifact.sensitive) {
        return Ok(mode.is_some());
    }
    if artifact.sensitive {
        print(&format!(
            "{}: differs (not shown: it holds secrets)\n",
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
    print(&diff.unified_diff().context_radius(2).header(&a, &b).to_string())?;
    Ok(true)
}
