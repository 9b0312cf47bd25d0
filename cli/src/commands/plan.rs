//! `gkc plan`

use super::{check_loaded, findings_of, print, print_json, say};
use crate::args::{Plan, PlanFormat};
use crate::exit::{Failure, Status};
use crate::render::{human, table};
use crate::workspace::{Workspace, find, load};
use gkc_core::diagnostic::Severity;
use gkc_core::{Flow, FlowResult, Options};
use serde_json::json;

pub fn run(args: &Plan, color: bool) -> Result<Status, Failure> {
    let path = find(args.file.as_deref())?;
    let loaded = load(&path)?;
    let workspace = Workspace::of(&path)?;
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let mut findings = findings_of(&loaded, &checked);
    // Warnings belong to `check`; an error means that the plan below may not be what was meant.
    findings.diagnostics.retain(|d| d.severity == Severity::Error);
    say(&human::render(&findings, color));
    if let (Ok(checked), true) = (&checked, args.flows) {
        let flows = checked.flows();
        match args.format {
            PlanFormat::Ron => print(&flow_table(&flows))?,
            PlanFormat::Json => print_json(&json!({ "version": 1, "flows": flows }))?,
        }
    } else if let Some(plan) = checked.as_ref().ok().and_then(|checked| checked.analysis.plan()) {
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

const HEAD: [&str; 6] = ["from", "to", "address", "ports", "used for", "result"];

fn flow_table(flows: &[Flow]) -> String {
    if flows.is_empty() {
        return String::new();
    }
    let row = |flow: &Flow| {
        let from = match flow.sources.as_slice() {
            [] => flow.from.to_owned(),
            sources => format!("{} ({})", flow.from, sources.join(", ")),
        };
        let because = flow.because.as_deref().unwrap_or_default();
        let result = match flow.result {
            FlowResult::Open => "open".to_owned(),
            FlowResult::Blocked => format!("blocked: {because}"),
            _ => format!("not known: {because}"),
        };
        [
            from,
            flow.to.into(),
            flow.address.into(),
            flow.ports.clone(),
            flow.why.into(),
            result,
        ]
    };
    let rows: Vec<[String; 6]> = [HEAD.map(str::to_owned)]
        .into_iter()
        .chain(flows.iter().map(row))
        .collect();
    table::table(&rows) + "\nWhat pods send to anything but pods leaves with the address of their machine.\n"
}
