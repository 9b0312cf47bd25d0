//! `gkc acl check`

use super::{read, show, tailnet};
use crate::args::{AclCheck, ReportFormat};
use crate::commands::{print_json, say};
use crate::exit::{Failure, Status};
use crate::render::{Findings, Outcome, json};
use gkc_core::diagnostic::Severity;
use gkc_core::tailnet::check::check_text;

pub fn run(args: &AclCheck, color: bool) -> Result<Status, Failure> {
    let (file, problem) = read(&args.policy)?;
    let tailnet = args.tailnet.as_deref().map(tailnet).transpose()?;
    let found = match problem {
        Some(problem) => vec![problem],
        None => check_text(&file, args.control.into(), tailnet.as_ref()).found,
    };
    let worst = found.iter().map(|d| d.severity).max();
    match args.format {
        ReportFormat::Json => print_json(&json::render(
            &[Outcome::Checked(Findings::in_one(file, found))],
            None,
        ))?,
        ReportFormat::Human if found.is_empty() => say("no findings\n"),
        ReportFormat::Human => show(file, found, color),
    }
    Ok(match worst {
        Some(worst) if worst >= Severity::from(args.fail_on) => Status::Findings,
        _ => Status::Clean,
    })
}
