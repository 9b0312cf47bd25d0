//! `gkc acl query`

use super::{read, show, tailnet};
use crate::args::AclQuery;
use crate::commands::print;
use crate::exit::{Failure, Status};
use gkc_core::diagnostic::Severity;
use gkc_core::source::SourceFile;
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::explain::Explanation;
use gkc_core::tailnet::query::query;
use gkc_core::tailnet::reach::Engine;

pub fn run(args: &AclQuery, color: bool) -> Result<Status, Failure> {
    let tailnet = tailnet(&args.tailnet)?;
    let (file, problem) = read(&args.policy)?;
    // The tests of a policy say nothing about the question, so they do not run.
    let checked = check_text(&file, args.control.into(), None);
    let errors = checked.found.iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<_> = problem.into_iter().chain(errors.cloned()).collect();
    if !errors.is_empty() {
        show(file, errors, color);
        return Err(Failure::new(
            "cannot query an invalid policy; fix the errors above first",
        ));
    }
    let engine = Engine::new(&checked.policy, &tailnet);
    let explanation =
        query(&engine, &args.from, &args.to, &args.proto).map_err(|error| Failure::new(error.to_string()))?;
    print(&told(&explanation, args, &file))?;
    Ok(if explanation.allowed {
        Status::Clean
    } else {
        Status::Findings
    })
}

fn told(explanation: &Explanation, args: &AclQuery, file: &SourceFile) -> String {
    let verdict = if explanation.allowed { "allowed" } else { "denied" };
    let mut text = format!("{verdict}: {} to {}, {}\n", args.from, args.to, args.proto);
    for step in &explanation.steps {
        let mark = if step.holds { "yes" } else { "no " };
        text.push_str(&format!("  {mark}  {}\n", step.text));
        if let Some(span) = step.span {
            let at = file.position(span.start);
            text.push_str(&format!("       at {}:{}:{}\n", file.path(), at.line, at.column));
        }
    }
    text
}
