//! `gkc acl merge`

use super::{read, show};
use crate::args::AclMerge;
use crate::commands::check::write_back;
use crate::commands::{print, say};
use crate::exit::{Failure, Status};
use camino::Utf8Path;
use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::SourceFile;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::merge::{Needs, merge, remove};
use gkc_core::tailnet::policy::{self, Policy};

/// A file with what is wrong in it.
type Wrong = (SourceFile, Vec<Diagnostic>);

pub fn run(args: &AclMerge, color: bool) -> Result<Status, Failure> {
    if args.write && args.policy == "-" {
        return Err(Failure::new("--write requires a file, not standard input"));
    }
    let (file, problem) = read(&args.policy)?;
    if let Some(problem) = problem {
        show(file, vec![problem], color);
        return Ok(Status::Findings);
    }
    let merged = match &args.from {
        Some(from) => merged(&file, from, args.control.into())?,
        None => remove(&file)
            .map_err(|found| (file.clone(), found))
            .map(|text| (text, Vec::new())),
    };
    let (text, warnings) = match merged {
        Ok(merged) => merged,
        Err((file, found)) => {
            show(file, found, color);
            say("nothing was merged\n");
            return Ok(Status::Findings);
        }
    };
    show(file.clone(), warnings, color);
    if !args.write {
        print(&text)?;
    } else if text != file.text() {
        write_back(&args.policy, &text)?;
    }
    Ok(Status::Clean)
}

fn merged(
    file: &SourceFile,
    from: &Utf8Path,
    control: Control,
) -> Result<Result<(String, Vec<Diagnostic>), Wrong>, Failure> {
    let (fragment, problem) = read(from)?;
    if let Some(problem) = problem {
        return Ok(Err((fragment, vec![problem])));
    }
    let (needs, found) = policy::read(&fragment, control);
    if found.iter().any(|d| d.severity == Severity::Error) {
        return Ok(Err((fragment, found)));
    }
    for section in left_out(&needs) {
        say(&format!(
            "gkc: ignoring `{section}` of {from}: merge does not support that section\n"
        ));
    }
    Ok(match merge(file, &Needs::from_policy(&needs), control, None) {
        Ok(merged) => Ok((merged.text, merged.found)),
        Err(refused) => Err((file.clone(), refused.into_found())),
    })
}

/// Sections of a fragment that are not merged, so that none is lost silently.
fn left_out(policy: &Policy) -> Vec<&'static str> {
    let sections = [
        (
            "autoApprovers.exitNode",
            policy.auto_approvers.exit_node.items.is_empty(),
        ),
        (
            "autoApprovers.services",
            policy.auto_approvers.services.is_empty(),
        ),
        ("nodeAttrs", policy.node_attrs.is_empty()),
        ("postures", policy.postures.is_empty()),
        ("defaultSrcPosture", policy.default_src_posture.items.is_empty()),
        ("ipsets", policy.ipsets.is_empty()),
    ];
    sections
        .into_iter()
        .filter(|(_, empty)| !empty)
        .map(|(name, _)| name)
        .collect()
}
