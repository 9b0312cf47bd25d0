//! `--baseline`: reads it, takes what is known out of the findings, and writes it.

use crate::exit::Failure;
use crate::render::{Findings, Outcome};
use crate::selection::{Baseline, Gone};
use crate::workspace::{absolute, read_text, relative, replace};
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::source::SourceFile;
use std::collections::BTreeSet;

/// A finding takes some hundred bytes: enough for a hundred thousand.
const MAX_BASELINE_BYTES: u64 = 32 * 1024 * 1024;

/// What a baseline did.
pub struct Compared {
    /// Its file.
    pub path: Utf8PathBuf,
    /// How many findings were known.
    pub known: usize,
    /// What was not found any more.
    pub gone: Vec<Gone>,
    /// How many findings were written, where the baseline was.
    pub written: Option<usize>,
    /// How many errors were left out of what was written, since nothing silences them.
    pub left_out: usize,
}

/// Takes known findings out of what was found. A baseline that does not exist yet is written, but counts only from the next run on: a
/// misspelt name must not hide anything. One that is updated counts at once.
pub fn compare(path: &Utf8Path, update: bool, outcomes: &mut [Outcome]) -> Result<Compared, Failure> {
    let full = absolute(path);
    let folder = full.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let text = read_text(path, MAX_BASELINE_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let is_new = text.is_none();
    let mut before = match text {
        None => Baseline::default(),
        Some(text) => Baseline::read(&text)
            .map_err(|why| Failure::new(format!("`{path}` is not a baseline of gkc: {why}")))?,
    };
    let name = |file: &SourceFile| name(&folder, file);
    let files = outcomes
        .iter()
        .filter_map(Outcome::findings)
        .flat_map(Findings::files);
    let checked: BTreeSet<String> = files.map(&name).collect();
    let is_checked = |path: &str| checked.contains(path);
    let mut compared = Compared {
        path: path.to_owned(),
        known: 0,
        gone: Vec::new(),
        written: None,
        left_out: 0,
    };
    if is_new || update {
        let mut now = Baseline::default();
        now.keep_others(&before, &is_checked);
        for findings in outcomes.iter().filter_map(Outcome::findings) {
            for found in &findings.diagnostics {
                let is_added = now.add(&name(findings.file_of(found.span.file)), found);
                compared.left_out += usize::from(!is_added);
            }
        }
        replace(path, now.write().as_bytes(), None).map_err(|error| Failure::file("write", path, &error))?;
        compared.written = Some(now.len());
        if is_new && !update {
            return Ok(compared);
        }
        before = now;
    }
    for outcome in outcomes {
        if let Outcome::Checked(findings) = outcome {
            let names: Vec<String> = findings
                .diagnostics
                .iter()
                .map(|found| name(findings.file_of(found.span.file)))
                .collect();
            let all = std::mem::take(&mut findings.diagnostics);
            let of = all.len();
            let new = all
                .into_iter()
                .zip(&names)
                .filter(|(found, name)| !before.take(name, found));
            findings.diagnostics = new.map(|(found, _)| found).collect();
            compared.known += of - findings.diagnostics.len();
        }
    }
    compared.gone = before.gone(&is_checked);
    Ok(compared)
}

/// The name of a file from the folder of the baseline.
fn name(folder: &Utf8Path, file: &SourceFile) -> String {
    match file.path() {
        "<stdin>" => file.path().to_owned(),
        path => relative(&absolute(Utf8Path::new(path)), folder),
    }
}
