//! Names the cause behind a cluster's DNS or network report.
//!
//! [`report`](self) text goes to facts (what was asked, by whom, and how it ended), facts to a matrix of who reaches whom, and
//! rules over both to causes, each with the lines that show it. A report is what `gkc probe` writes, what
//! `kubectl get … -o json` prints, logs, or all of them in one file.

mod cause;
mod causes;
mod config;
mod context;
mod facts;
mod json;
mod kube;
mod log;
mod matrix;
mod phrases;
mod platforms;
mod policy;
mod probe;
mod report;
mod signs;
#[cfg(test)]
mod tests;
mod ways;

pub use cause::{CAUSES, Cause, cause_of};
pub use config::point_at;

use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::source::{SourceFile, Span};
use facts::Facts;
use std::collections::BTreeSet;
use std::fmt;

/// The largest report that is read: `kubectl get pods -A -o json` prints some ten KiB a pod, and a cluster of k3s has a few
/// thousand of them.
pub const MAX_REPORT_BYTES: usize = 64 * 1024 * 1024;

/// What a report says.
#[non_exhaustive]
pub struct Diagnosis {
    /// Causes, ranked: what does harm first, and of that what explains most. An error is the cause of something that fails; a warning has not done harm yet.
    pub found: Vec<Diagnostic>,
    /// Places of secrets in the lines that findings point at, which whoever shows them masks.
    pub sensitive: Vec<Span>,
    /// What was read, in words.
    pub read: String,
    /// Whether a probe checked the cluster and all its checks passed: without that, silence does not mean that there is no problem.
    pub passed: bool,
}

/// Why a text is no report.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoReport {
    /// There is nothing in it.
    Empty,
    /// Kubernetes' objects as YAML.
    Yaml,
    /// Nothing in it is known.
    Unknown,
}

impl fmt::Display for NoReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoReport::Empty => "it is empty",
            NoReport::Yaml => "expected JSON, found YAML; use `kubectl get … -o json`",
            NoReport::Unknown => "expected output of the probe, JSON from kubectl, or logs",
        })
    }
}

impl std::error::Error for NoReport {}

/// Reads reports as one, and names the causes.
///
/// # Errors
/// Where none of the files holds anything that is known.
pub fn diagnose(files: &[SourceFile]) -> Result<Diagnosis, NoReport> {
    let mut facts = Facts::default();
    for file in files {
        report::read(file, &mut facts);
    }
    if facts.is_empty() {
        return Err(why_not(files));
    }
    let (mut found, passed) = causes::find(&facts);
    found.extend(unfinished(&facts));
    // What does harm comes first, and of that what explains most.
    crate::sorted::sort_by_key(&mut found, |found| std::cmp::Reverse(found.severity));
    Ok(Diagnosis {
        sensitive: files
            .iter()
            .flat_map(|file| report::secrets(file, &found))
            .collect(),
        found,
        read: read(&facts),
        passed,
    })
}

fn why_not(files: &[SourceFile]) -> NoReport {
    let texts = || files.iter().map(|file| file.text().trim());
    if texts().all(str::is_empty) {
        return NoReport::Empty;
    }
    let yaml = |text: &str| {
        text.lines()
            .take(3)
            .any(|line| line.starts_with("apiVersion:") || line.starts_with("kind:"))
    };
    match texts().any(yaml) {
        true => NoReport::Yaml,
        false => NoReport::Unknown,
    }
}

/// The keys of the configuration that prevent causes.
pub fn keys() -> impl Iterator<Item = &'static str> {
    let of_causes = CAUSES.iter().filter_map(|cause| cause.key);
    let of_signs = signs::SIGNS.iter().filter_map(|sign| sign.says);
    let of_signs = of_signs.map(|variant| variant.key).filter(|key| !key.is_empty());
    of_causes.chain(of_signs)
}

/// Whether a rule is the doctor's.
pub fn has(rule: &Rule) -> bool {
    let causes = CAUSES.iter().map(|cause| &cause.rule);
    causes.chain([&INCOMPLETE]).any(|own| std::ptr::eq(own, rule))
}

/// The finding that is no cause: parts of a report are missing.
static INCOMPLETE: Rule = cause::rule(
    "report-incomplete",
    Severity::Info,
    "parts of the report are missing",
);

/// Parts of the report that break off: what is missing there may be what matters.
fn unfinished(facts: &Facts) -> Vec<Diagnostic> {
    let cut = facts.cut.iter().map(|at| {
        INCOMPLETE
            .at(*at, "This document breaks off, and was read up to there")
            .help("collect it again, if what is missing may matter")
    });
    let probes = facts.probes.iter().filter(|(_, (ended, _))| !ended).map(|((node, _), (_, at))| {
        INCOMPLETE
            .at(*at, format!("The probe on `{node}` had not ended"))
            .help("kubectl -n gkc-probe wait --for=condition=Ready pods --all --timeout=300s   # then collect again")
    });
    cut.chain(probes).take(MAX_UNFINISHED).collect()
}

/// More parts that break off say no more.
const MAX_UNFINISHED: usize = 8;

/// "2 nodes, 48 checks, 31 pods, 120 lines of logs".
fn read(facts: &Facts) -> String {
    let nodes: BTreeSet<&str> = crate::sorted::set(
        facts
            .machines
            .keys()
            .map(String::as_str)
            .chain(facts.probes.keys().map(|(node, _)| node.as_str()))
            .chain(facts.pods.iter().filter_map(|pod| pod.node.as_deref())),
    );
    let checks = facts.peers.len() + facts.lookups.iter().filter(|lookup| lookup.probed).count();
    let parts = [
        (nodes.len(), "node", "nodes"),
        (checks, "check", "checks"),
        (facts.pods.len(), "pod", "pods"),
        (facts.services.len(), "Service", "Services"),
        (facts.snippets.len(), "part of a Corefile", "parts of a Corefile"),
        (facts.log_lines, "line of logs", "lines of logs"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    match parts.is_empty() {
        true => "the report".to_owned(),
        false => parts.join(", "),
    }
}
