//! `gkc explain`

use super::print;
use crate::args::Explain;
use crate::exit::{Failure, Status};
use gkc_core::rules::{find, nearest};

pub fn run(args: &Explain) -> Result<Status, Failure> {
    let found = find(&args.rule);
    let Some((listed, rule)) = found.map(|listed| (listed, listed.rule())) else {
        let near = nearest(&args.rule);
        let hint = near.map_or_else(
            || "run `gkc rules` for a list".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::new(format!("unknown rule `{}`; {hint}", args.rule)));
    };
    print(&format!("# {}\n\n{}", rule.name, rule.page()))?;
    let platform = listed.platform().map_or(String::new(), |platform| {
        format!(" Only with `platform: {}`.", platform.as_str())
    });
    print(&format!(
        "\nSeverity: {}. Fix: {}. Since: {}.{platform}\n",
        rule.severity.as_str(),
        rule.fix.as_str(),
        rule.since
    ))?;
    Ok(Status::Clean)
}
