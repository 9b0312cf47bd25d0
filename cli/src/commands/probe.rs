//! `gkc probe`

use super::{check_loaded, findings_of, print, say};
use crate::args::Probe;
use crate::exit::{Failure, Status};
use crate::render::human;
use crate::workspace::{Workspace, load};
use gkc_core::diagnostic::Severity;
use gkc_core::{Options, Probed};

/// The manifest, with the script in its ConfigMap.
const MANIFEST: &str = include_str!("../../probe/probe.yaml");
/// The line before the script, and what ends the document that it is in.
const SCRIPT: (&str, &str) = ("  probe.sh: |\n", "\n---\n");
/// How far the texts of the ConfigMap are indented.
const INDENT: &str = "    ";
/// The first line of the script, and the one that makes it look at the machine alone.
const INTERPRETER: &str = "#!/bin/sh\n";
const MACHINE: &str = "NET=machine\n";

pub fn run(args: &Probe, color: bool) -> Result<Status, Failure> {
    if args.machine {
        print(&machine())?;
        return Ok(Status::Clean);
    }
    let Some(path) = &args.config else {
        print(MANIFEST)?;
        return Ok(Status::Clean);
    };
    let loaded = load(path)?;
    let workspace = Workspace::of(path)?;
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let mut findings = findings_of(&loaded, &checked);
    // As for `plan`: what a name with an error means is not known, but the others are worth a try.
    findings.diagnostics.retain(|d| d.severity == Severity::Error);
    say(&human::render(&findings, color));
    if let Some(plan) = checked.as_ref().ok().and_then(|checked| checked.analysis.plan()) {
        print(&manifest(&plan.probed()))?;
    }
    Ok(if findings.diagnostics.is_empty() {
        Status::Clean
    } else {
        Status::Findings
    })
}

/// The manifest with what a configuration needs.
fn manifest(probed: &Probed) -> String {
    let lists = [
        ("names", &probed.names),
        ("external", &probed.external),
        ("urls", &probed.urls),
    ];
    lists.iter().fold(MANIFEST.to_owned(), |text, (key, lines)| {
        with_list(&text, key, lines)
    })
}

/// The text with other lines below a key of the ConfigMap.
fn with_list(text: &str, key: &str, lines: &[String]) -> String {
    let head = format!("\n  {key}: |\n");
    let Some((before, rest)) = text.split_once(&head) else {
        return text.to_owned();
    };
    let old = rest
        .split_inclusive('\n')
        .take_while(|line| line.starts_with(INDENT));
    let rest = rest.get(old.map(str::len).sum::<usize>()..).unwrap_or_default();
    match lines.is_empty() {
        true => format!("{before}\n  {key}: \"\"\n{rest}"),
        false => {
            let lines: String = lines.iter().map(|line| format!("{INDENT}{line}\n")).collect();
            format!("{before}{head}{lines}{rest}")
        }
    }
}

/// The script for one machine.
fn machine() -> String {
    let rest = MANIFEST.split_once(SCRIPT.0).map_or("", |(_, rest)| rest);
    let script = rest.split_once(SCRIPT.1).map_or(rest, |(script, _)| script);
    let script: String = script
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix(INDENT).unwrap_or(line)))
        .collect();
    let body = script.strip_prefix(INTERPRETER).unwrap_or(&script);
    format!("{INTERPRETER}{MACHINE}{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_take_the_place_of_those_in_the_manifest() {
        let lines = ["coder.coder".to_owned(), "coder.acme.dev".to_owned()];
        let names = with_list(MANIFEST, "names", &lines);
        assert!(names.contains("\n  names: |\n    coder.coder\n    coder.acme.dev\n"));
        assert!(!names.contains("    kubernetes.default\n"));
        let none = with_list(&names, "external", &[]);
        assert!(none.contains("\n  external: \"\"\n") && none.contains("\n  probe.sh: |\n"));
        for key in ["names", "external", "urls"] {
            assert!(MANIFEST.contains(&format!("\n  {key}: |\n")), "{key}");
        }
    }

    #[test]
    fn the_script_is_the_one_of_the_manifest() {
        let script = include_str!("../../probe/probe.sh");
        let body = script.strip_prefix(INTERPRETER).unwrap();
        assert_eq!(machine(), format!("{INTERPRETER}{MACHINE}{body}"));
    }
}
