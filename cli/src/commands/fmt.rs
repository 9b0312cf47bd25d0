//! `gkc fmt`

use super::check::write_back;
use super::{not_text, print, say};
use crate::args::Fmt;
use crate::exit::{Failure, Status};
use crate::render::summary::counts;
use crate::render::{Findings, human};
use crate::workspace::{find, load};
use camino::Utf8Path;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::editor::{Unformatted, format};
use gkc_core::inputs::NoInputs;
use gkc_core::source::SourceFile;
use gkc_core::{Options, analyse};

/// What became of one file.
enum Outcome {
    /// It is in the canonical layout now.
    Clean,
    /// With `--check`: it is not.
    Differs,
    /// It is left as it is, because of these findings, or of what was already said.
    Left(Option<Findings>),
}

pub fn run(args: &Fmt, color: bool) -> Result<Status, Failure> {
    if args.files.iter().filter(|path| *path == "-").count() > 1 {
        return Err(Failure::new("standard input can be read only once"));
    }
    let files = match args.files.as_slice() {
        [] => vec![find(None)?],
        files => files.to_vec(),
    };
    let mut found: Vec<Diagnostic> = Vec::new();
    let (mut left, mut failed) = (false, false);
    for path in &files {
        match one(args, path) {
            Ok(Outcome::Clean) => {}
            Ok(Outcome::Differs) => left = true,
            Ok(Outcome::Left(findings)) => {
                left = true;
                if let Some(findings) = findings {
                    say(&human::render(&findings, color));
                    found.extend(findings.diagnostics);
                }
            }
            Err(failure) => {
                say(&format!("gkc: {failure}\n"));
                failed = true;
            }
        }
    }
    if let Some(summary) = counts(found.iter()) {
        say(&format!("{summary}\n"));
    }
    Ok(match left {
        _ if failed => Status::Failure,
        true => Status::Findings,
        false => Status::Clean,
    })
}

fn one(args: &Fmt, path: &Utf8Path) -> Result<Outcome, Failure> {
    let loaded = load(path)?;
    if let Some(finding) = not_text(&loaded) {
        return Ok(Outcome::Left(Some(Findings::in_one(loaded.file, vec![finding]))));
    }
    let file = loaded.file;
    let text = match format(&file) {
        Ok(text) => text,
        Err(why) => return Ok(Outcome::Left(explain(file, why))),
    };
    let differs = text != file.text();
    if args.check {
        if differs {
            print(&format!("{}\n", file.path()))?;
        }
        return Ok(if differs { Outcome::Differs } else { Outcome::Clean });
    }
    if path == "-" {
        print(&text)?;
    } else if differs {
        write_back(path, &text)?;
        say(&format!("formatted `{path}`\n"));
    }
    Ok(Outcome::Clean)
}

/// Why a file is left as it is: findings, or a sentence that is said here.
fn explain(file: SourceFile, why: Unformatted) -> Option<Findings> {
    let path = file.path();
    match why {
        Unformatted::Invalid(diagnostics) => {
            // What is shown of the file may hold secrets.
            let sensitive = analyse(&file, &NoInputs, Options::default()).sensitive().to_vec();
            return Some(Findings {
                sensitive,
                decoded: vec![file.id()],
                ..Findings::in_one(file, diagnostics)
            });
        }
        Unformatted::Unsupported { span, what } => {
            let line = file.position(span.start).line;
            say(&format!("gkc: cannot format `{path}`: line {line} has {what}\n"));
        }
        _ => say(&format!("gkc: cannot format `{path}`\n")),
    }
    None
}
