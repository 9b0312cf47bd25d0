//! `gkc explain`

use super::print;
use crate::args::Explain;
use crate::exit::{Failure, Status};
use gkc_core::rules::{RULES, find};

pub fn run(args: &Explain) -> Result<Status, Failure> {
    let Some(rule) = find(&args.rule) else {
        let near = gkc_core::words::nearest(&args.rule, RULES.iter().map(|rule| rule.name));
        let hint = near.map_or_else(
            || "run `gkc rules` for a list".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::new(format!("unknown rule `{}`; {hint}", args.rule)));
    };
    print(&format!("# {}\n\n{}", rule.name, rule.page()))?;
    print(&format!(
        "\nSeverity: {}. Fix: {}. Since: {}.\n",
        rule.severity.as_str(),
        rule.fix.as_str(),
        rule.since
    ))?;
    Ok(Status::Clean)
}
