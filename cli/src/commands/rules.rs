//! `gkc rules`

use super::{pretty, print};
use crate::args::{Rules, TextFormat};
use crate::exit::{Failure, Status};
use gkc_core::rules::RULES;
use serde_json::json;

pub fn run(args: &Rules) -> Result<Status, Failure> {
    match args.format {
        TextFormat::Json => {
            let rules: Vec<_> = RULES
                .iter()
                .map(|rule| {
                    json!({
                        "rule": rule.name, "severity": rule.severity.as_str(), "fix": rule.fix.as_str(), "since": rule.since,
                        "suppressible": rule.suppressible, "summary": rule.summary(), "url": gkc_core::page_of(rule.name),
                    })
                })
                .collect();
            print(&pretty(&json!({ "version": 1, "rules": rules })))?;
        }
        TextFormat::Text => {
            let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            for rule in RULES {
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
