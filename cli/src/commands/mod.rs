//! One file per command.

mod acl;
mod build;
mod check;
mod completions;
mod doctor;
mod explain;
mod facts;
mod fmt;
mod init;
mod man;
mod plan;
mod probe;
mod rules;
mod schema;
mod secrets;

use crate::args::{Args, Color, Command};
use crate::exit::{Failure, Status};
use crate::render::Findings;
use crate::say;
use crate::workspace::{Loaded, Workspace};
use gkc_core::diagnostic::Diagnostic;
use gkc_core::diagnostic::stages::{LIMIT, SYNTAX};
use gkc_core::source::SourceError;
use gkc_core::{Analysis, Checked, Options};
use std::io::{IsTerminal, Write};

/// Runs a command.
pub fn run(args: Args) -> Result<Status, Failure> {
    let color = match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        }
    };
    let choice = if color {
        anstream::ColorChoice::Always
    } else {
        anstream::ColorChoice::Never
    };
    choice.write_global();
    match args.command {
        Command::Init(init) => init::run(&init),
        Command::Check(check) => check::run(&check, color),
        Command::Build(build) => build::run(&build, color),
        Command::Fmt(fmt) => fmt::run(&fmt, color),
        Command::Explain(explain) => explain::run(&explain),
        Command::Facts(facts) => facts::run(&facts),
        Command::Rules(rules) => rules::run(&rules),
        Command::Completions(completions) => completions::run(&completions),
        Command::Man(man) => man::run(&man),
        Command::Schema(_) => schema::run(),
        Command::Plan(plan) => plan::run(&plan, color),
        Command::Secrets(secrets) => secrets::run(&secrets, color),
        Command::Probe(probe) => probe::run(&probe, color),
        Command::Doctor(doctor) => doctor::run(&doctor, color),
        Command::Acl(acl) => acl::run(&acl, color),
        Command::Lsp(_) => Ok(crate::lsp::serve()),
    }
}

/// Checks what was loaded, with the findings that are to be reported. A file that is no text is one finding.
fn check_loaded(
    loaded: &Loaded,
    workspace: &Workspace,
    options: Options,
) -> Result<Checked, Box<Diagnostic>> {
    analyse_loaded(loaded, workspace, options).map(|analysis| prove_loaded(analysis, workspace))
}

/// The first half of it.
fn analyse_loaded(
    loaded: &Loaded,
    workspace: &Workspace,
    options: Options,
) -> Result<Analysis, Box<Diagnostic>> {
    match not_text(loaded) {
        None => Ok(gkc_core::analyse(&loaded.file, workspace, options)),
        Some(finding) => Err(Box::new(finding)),
    }
}

/// The second half.
fn prove_loaded(analysis: Analysis, workspace: &Workspace) -> Checked {
    let mut checked = gkc_core::prove(analysis);
    checked.diagnostics = workspace.selection.apply(checked.diagnostics);
    checked
}

/// What is wrong with a file that is no text.
fn not_text(loaded: &Loaded) -> Option<Diagnostic> {
    let span = loaded.file.span(0..0);
    let problem = loaded.problem.as_ref()?;
    let (rule, help) = match problem {
        SourceError::TooLarge(_) => (&LIMIT, "check that this is the right file"),
        _ => (&SYNTAX, "save it as UTF-8, or check that this is the right file"),
    };
    Some(rule.at(span, problem.to_string()).help(help))
}

/// The findings of a check, whether it came to anything or not.
fn findings_of(loaded: &Loaded, checked: &Result<Checked, Box<Diagnostic>>) -> Findings {
    match checked {
        Ok(checked) => Findings::of(loaded.file.clone(), checked, checked.diagnostics.clone()),
        Err(diagnostic) => Findings::in_one(loaded.file.clone(), vec![diagnostic.as_ref().clone()]),
    }
}

/// Data for standard output. A reader that went away is no failure of ours.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// The same as JSON, written as it is made.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, value).map_err(std::io::Error::from);
    printed(
        written
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush()),
    )
}

fn printed(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::file("write to", "standard output", &error))
        }
        _ => Ok(()),
    }
}
