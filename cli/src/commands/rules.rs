//! `gkc rules`

use super::{print, print_json};
use crate::args::{Rules, RulesFormat};
use crate::exit::{Failure, Status};
use gkc_core::artifact::Platform;
use gkc_core::rules::{Listed, RULES};
use serde_json::json;

pub fn run(args: &Rules) -> Result<Status, Failure> {
    match args.format {
        RulesFormat::Json => {
            let rules: Vec<_> = RULES.iter().map(json).collect();
            print_json(&json!({ "version": 1, "rules": rules }))?;
        }
        RulesFormat::Md => {
            let rows: String = RULES.iter().map(row).collect();
            print(&format!("{HEAD}{rows}"))?;
        }
        RulesFormat::Text => {
            let names = RULES.iter().map(|listed| listed.rule().name.len());
            let width = names.max().unwrap_or(0);
            for rule in RULES.iter().map(Listed::rule) {
                print(&format!(
                    "{:width$}  {:7}  {}\n",
                    rule.name,
                    rule.severity.as_str(),
                    rule.summary()
                ))?;
            }
        }
    }
    Ok(Status::Clean)
}

fn json(listed: &Listed) -> serde_json::Value {
    let rule = listed.rule();
    json!({
        "rule": rule.name, "severity": rule.severity.as_str(), "fix": rule.fix.as_str(), "since": rule.since,
        "suppressible": rule.suppressible, "summary": rule.summary(), "url": gkc_core::page_of(rule),
        "platform": listed.platform().map(Platform::as_str),
    })
}

/// The head of the table in Markdown.
const HEAD: &str = "| rule | severity | fix | since | summary |\n|---|---|---|---|---|\n";

fn row(listed: &Listed) -> String {
    let rule = listed.rule();
    format!(
        "| [{}]({}) | {} | {} | {} | {} |\n",
        rule.name,
        gkc_core::page_of(rule),
        rule.severity.as_str(),
        rule.fix.as_str(),
        rule.since,
        rule.summary().replace('\n', " ").replace('|', "\\|")
    )
}
