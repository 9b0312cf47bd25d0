//! `gkc rules`

use super::{print, print_json};
use crate::args::{Rules, TextFormat};
use crate::exit::{Failure, Status};
use gkc_core::artifact::Platform;
use gkc_core::rules::{Listed, RULES};
use serde_json::json;

pub fn run(args: &Rules) -> Result<Status, Failure> {
    match args.format {
        TextFormat::Json => {
            let rules: Vec<_> = RULES
                .iter()
                .map(|listed| {
                    let rule = listed.rule();
                    json!({
                        "rule": rule.name, "severity": rule.severity.as_str(), "fix": rule.fix.as_str(), "since": rule.since,
                        "suppressible": rule.suppressible, "summary": rule.summary(), "url": gkc_core::page_of(rule.name),
                        "platform": listed.platform().map(Platform::as_str),
                    })
                })
                .collect();
            print_json(&json!({ "version": 1, "rules": rules }))?;
        }
        TextFormat::Text => {
            let width = RULES
                .iter()
                .map(|listed| listed.rule().name.len())
                .max()
                .unwrap_or(0);
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
