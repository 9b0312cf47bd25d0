//! Writes what was found, in the format that was asked for.

use super::baseline::Compared;
use crate::args::{Check, CheckFormat, FailOn};
use crate::commands::{print as put, print_json, say};
use crate::exit::Failure;
use crate::render::human::{self, Manner};
use crate::render::summary::{Fixable, counts};
use crate::render::{Findings, Outcome, concise, github, gitlab, json, junit, sarif};
use crate::workspace::in_repository;
use gkc_core::diagnostic::Severity;
use std::collections::BTreeSet;

/// Writes the report: people read standard error, machines standard output.
pub fn print(
    args: &Check,
    color: bool,
    outcomes: &[Outcome],
    compared: Option<&Compared>,
) -> Result<(), Failure> {
    match args.format {
        CheckFormat::Human => {
            for_people(args, color, outcomes, compared);
            return Ok(());
        }
        CheckFormat::Concise => put(&concise::render(outcomes))?,
        CheckFormat::Json => {
            let baseline = compared.map(|compared| (compared.known, compared.gone.as_slice()));
            print_json(&json::render(outcomes, baseline))?;
        }
        CheckFormat::Sarif => print_json(&sarif::render(outcomes, &in_repository))?,
        CheckFormat::Github => put(&github::render(outcomes, &in_repository))?,
        CheckFormat::Gitlab => print_json(&gitlab::render(outcomes, &in_repository))?,
        CheckFormat::Junit => put(&junit::render(outcomes, Severity::from(args.fail_on)))?,
    }
    say(&unread(outcomes));
    if let Some(written) = compared.and_then(about_writing) {
        say(&written);
    }
    Ok(())
}

/// Why files were not checked. All configurations of a directory may have one reason.
fn unread(outcomes: &[Outcome]) -> String {
    let mut said = BTreeSet::new();
    let why = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Unread { why, .. } => Some(why),
        Outcome::Checked(_) => None,
    });
    why.filter(|why| said.insert(*why))
        .map(|why| format!("gkc: {why}\n"))
        .collect()
}

fn for_people(args: &Check, color: bool, outcomes: &[Outcome], compared: Option<&Compared>) {
    let all: Vec<&Findings> = outcomes.iter().filter_map(Outcome::findings).collect();
    let manner = Manner {
        color,
        most: args.max_diagnostics.unwrap_or(usize::MAX),
        infos: args.infos || args.fail_on == FailOn::Info || !args.select.is_empty(),
    };
    say(&human::report(&all, &manner));
    say(&unread(outcomes));
    if args.quiet {
        return;
    }
    if let Some(compared) = compared {
        say(&about(compared));
    }
    let found = || all.iter().flat_map(|findings| &findings.diagnostics);
    match counts(found()) {
        Some(counts) => {
            let fixes = fixable(args, &all).words();
            let fixes = fixes.map_or(String::new(), |words| format!("; {words}"));
            say(&format!("{counts}{fixes}\n"));
        }
        None if all.is_empty() => {}
        None => say("no findings\n"),
    }
    let left = human::left_out(found(), &manner);
    if left > 0 {
        say(&format!("{left} more not shown\n"));
    }
}

/// What this command would fix if it were run again with another option.
fn fixable(args: &Check, all: &[&Findings]) -> Fixable {
    let mut sum = Fixable::default();
    for found in all.iter().map(|findings| Fixable::of(&findings.diagnostics)) {
        // What is left of the others after `--fix` was not as simple as it looked.
        sum.safe += if args.fix { 0 } else { found.safe };
        sum.risky += if args.fix && args.unsafe_fixes {
            0
        } else {
            found.risky
        };
    }
    sum
}

/// The most findings that are gone to list: they may be those of a whole folder.
const MAX_GONE: usize = 20;

/// What became of the findings of the baseline.
fn about(compared: &Compared) -> String {
    if let Some(written) = about_writing(compared) {
        return written;
    }
    let mut text = String::new();
    for gone in compared.gone.iter().take(MAX_GONE) {
        text.push_str(&format!(
            "no longer found: {}: {} [{}]\n",
            gone.path, gone.message, gone.rule
        ));
    }
    if compared.gone.len() > MAX_GONE {
        text.push_str(&format!(
            "no longer found: {} more\n",
            compared.gone.len() - MAX_GONE
        ));
    }
    if !compared.gone.is_empty() {
        text.push_str("run with `--update-baseline` to remove them from the baseline\n");
    }
    match compared.known {
        0 => {}
        1 => text.push_str("1 finding is in the baseline\n"),
        known => text.push_str(&format!("{known} findings are in the baseline\n")),
    }
    text
}

fn about_writing(compared: &Compared) -> Option<String> {
    let findings = |n: usize| format!("{n} finding{}", if n == 1 { "" } else { "s" });
    let mut text = format!(
        "wrote {} to `{}`: later runs report only new ones\n",
        findings(compared.written?),
        compared.path
    );
    if compared.left_out > 0 {
        let errors = compared.left_out;
        let are = if errors == 1 {
            "error breaks"
        } else {
            "errors break"
        };
        text.push_str(&format!(
            "{errors} {are} the deployment, and cannot be in a baseline\n"
        ));
    }
    Some(text)
}
