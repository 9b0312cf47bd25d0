//! `gkc plan`

use super::{check_loaded, findings_of, print, say};
use crate::args::{Plan, PlanFormat};
use crate::exit::{Failure, Status};
use crate::render::human;
use crate::workspace::{Workspace, find, load};
use gkc_core::Options;
use gkc_core::diagnostic::Severity;

pub fn run(args: &Plan, color: bool) -> Result<Status, Failure> {
    let path = find(args.file.as_deref())?;
    let loaded = load(&path)?;
    let workspace = Workspace::of(&path)?;
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let mut findings = findings_of(&loaded, &checked);
    // Warnings belong to `check`; an error means that the plan below may not be what was meant.
    findings.diagnostics.retain(|d| d.severity == Severity::Error);
    say(&human::render(&findings, color, usize::MAX));
    if let Some(plan) = checked.as_ref().ok().and_then(|checked| checked.analysis.plan()) {
        let text = match args.format {
            PlanFormat::Ron => plan.to_ron(),
            PlanFormat::Json => plan.to_json(),
        };
        let text = text.map_err(|error| Failure::new(format!("cannot print the plan: {error}")))?;
        print(&text)?;
    }
    Ok(if findings.diagnostics.is_empty() {
        Status::Clean
    } else {
        Status::Findings
    })
}
