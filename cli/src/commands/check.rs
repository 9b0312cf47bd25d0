//! `gkc check`

mod baseline;
mod one;
mod parallel;
mod report;

use crate::args::{Check, CheckFormat};
use crate::exit::{Failure, Status};
use crate::render::Outcome;
use crate::selection::{rule, silenceable};
use crate::workspace::{absolute, configs_in, find, today};
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::date::Date;
use gkc_core::diagnostic::{Rule, Severity};
use std::collections::BTreeSet;

pub use one::write_back;

/// What was asked for, with names and dates resolved.
struct Wanted<'a> {
    args: &'a Check,
    selected: Vec<&'static Rule>,
    ignored: Vec<&'static Rule>,
    today: Option<Date>,
}

pub fn run(args: &Check, color: bool) -> Result<Status, Failure> {
    usage(args)?;
    let wanted = Wanted {
        args,
        selected: args
            .select
            .iter()
            .map(|name| rule(name))
            .collect::<Result<_, _>>()
            .map_err(Failure::new)?,
        ignored: args
            .ignore
            .iter()
            .map(|name| silenceable(name))
            .collect::<Result<_, _>>()
            .map_err(Failure::new)?,
        today: today(args.today)?,
    };
    let named = match args.files.as_slice() {
        [] => vec![find(None)?],
        files => files.to_vec(),
    };
    let mut outcomes = checked(&wanted, &configs(&named))?;
    let compared = match &args.baseline {
        Some(path) => Some(baseline::compare(path, args.update_baseline, &mut outcomes)?),
        None => None,
    };
    let bar = Severity::from(args.fail_on);
    if args.quiet && matches!(args.format, CheckFormat::Human | CheckFormat::Concise) {
        keep(&mut outcomes, bar);
    }
    report::print(args, color, &outcomes, compared.as_ref())?;
    let unread = outcomes.iter().any(|outcome| outcome.findings().is_none());
    let found = outcomes.iter().filter_map(Outcome::findings);
    let worst = found.flat_map(|f| &f.diagnostics).map(|d| d.severity).max();
    Ok(match worst {
        _ if unread => Status::Failure,
        Some(worst) if worst >= bar => Status::Findings,
        _ => Status::Clean,
    })
}

/// Keeps the findings that make the command fail.
fn keep(outcomes: &mut [Outcome], bar: Severity) {
    for outcome in outcomes {
        if let Outcome::Checked(findings) = outcome {
            findings.diagnostics.retain(|found| found.severity >= bar);
        }
    }
}

/// Refuses options that would do nothing, or write two things to standard output.
fn usage(args: &Check) -> Result<(), Failure> {
    let data = args.format != CheckFormat::Human;
    let stdin = args.files.iter().filter(|path| *path == "-").count();
    let wrong = if args.unsafe_fixes && !(args.fix || args.diff) {
        "--unsafe-fixes requires --fix or --diff"
    } else if args.format == CheckFormat::Json && args.diff {
        "--diff conflicts with --format json: both write to standard output, and the JSON already contains all fixes"
    } else if data && args.diff {
        "--diff conflicts with this --format: both write to standard output"
    } else if data && args.fix && stdin > 0 {
        "--fix of standard input conflicts with this --format: both write to standard output; pass a file, or remove one of them"
    } else if stdin > 1 {
        "standard input can be read only once"
    } else {
        return Ok(());
    };
    Err(Failure::new(wrong))
}

/// The configurations that are named, and those in directories that are named, each once; or why a directory has none.
fn configs(named: &[Utf8PathBuf]) -> Vec<Result<Utf8PathBuf, Outcome>> {
    let mut seen = BTreeSet::new();
    let mut configs = Vec::new();
    for path in named {
        let is_file = path == "-" || !path.is_dir();
        let found = match is_file {
            true => Ok(vec![path.clone()]),
            false => configs_in(path),
        };
        match found {
            Ok(found) => configs.extend(
                found
                    .into_iter()
                    .filter(|path| seen.insert(absolute(path)))
                    .map(Ok),
            ),
            Err(failure) => configs.push(Err(unread(path, &failure))),
        }
    }
    configs
}

fn unread(path: &Utf8Path, failure: &Failure) -> Outcome {
    Outcome::Unread {
        path: path.to_string(),
        why: failure.to_string(),
    }
}

/// What comes of each configuration, in their order. What fixes have for standard output is written here.
fn checked(wanted: &Wanted<'_>, configs: &[Result<Utf8PathBuf, Outcome>]) -> Result<Vec<Outcome>, Failure> {
    // Configurations that are fixed may share a policy.
    let threads = if wanted.args.fix { 1 } else { parallel::threads() };
    let done = parallel::map(configs, threads, |config| match config {
        Ok(path) => one::check(wanted, path).map_err(|failure| unread(path, &failure)),
        Err(unread) => Err(unread.clone()),
    });
    let mut outcomes = Vec::new();
    for one in done {
        match one {
            Ok((findings, text)) => {
                super::print(&text)?;
                outcomes.push(Outcome::Checked(findings));
            }
            Err(outcome) => outcomes.push(outcome),
        }
    }
    Ok(outcomes)
}
