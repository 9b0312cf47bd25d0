//! What `gkc check` writes for CI systems says the same as its JSON, and SARIF's fixes are those of `--fix`.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use support::{Sandbox, flagged, project, run};

/// Mistakes with fixes, a literal secret, characters of several bytes, and a policy of its own.
const CONFIG: &str = r#"apiVersion: gitpod-k3s/v1
domain: Gitpod.acme.dev  # ünïcödé 🚀
domain_passlist: [Acme.dev, "bücher.example", acme.dev]
k3s: {version: v1.32.8-k3s1}
clustr: {}
registry: {external: {url: registry.acme.dev, username: acme, password: "not-to-be-seen"}}
tailscale: {admins: [ada@acme.dev], policy: tailnet.hujson}
"#;

const POLICY: &str =
    "{\n  # everybody\n  'acls': [{\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]}],\n}\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with(CONFIG);
    sandbox.write("tailnet.hujson", POLICY);
    sandbox
}

fn json(sandbox: &Sandbox, format: &str) -> Value {
    let ran = sandbox.gkc(&["check", "--format", format]).exits(1);
    assert!(!ran.out.contains("not-to-be-seen"));
    serde_json::from_str(&ran.out).unwrap()
}

/// Every finding as its file, line, column and rule.
fn wanted(sandbox: &Sandbox) -> BTreeSet<(String, u64, u64, String)> {
    let report = json(sandbox, "json");
    let mut found = BTreeSet::new();
    for file in report["files"].as_array().unwrap() {
        for diagnostic in file["diagnostics"].as_array().unwrap() {
            let start = &diagnostic["range"]["start"];
            found.insert((
                file["path"].as_str().unwrap().to_owned(),
                start["line"].as_u64().unwrap(),
                start["column"].as_u64().unwrap(),
                diagnostic["rule"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert!(found.len() > 8, "{found:?}");
    assert!(found.iter().any(|(path, ..)| path == "tailnet.hujson"));
    found
}

#[test]
fn concise_lines_are_the_findings() {
    let sandbox = sandbox();
    let ran = sandbox.gkc(&["check", "--format", "concise"]).exits(1);
    let found = ran.out.lines().map(|line| {
        let mut parts = line.splitn(4, ':');
        let mut next = || parts.next().unwrap();
        let (path, start, column) = (next().to_owned(), next(), next());
        let rule = line.rsplit_once('[').unwrap().1.trim_end_matches(']');
        (
            path,
            start.parse().unwrap(),
            column.parse().unwrap(),
            rule.to_owned(),
        )
    });
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted(&sandbox));
}

#[test]
fn sarif_results_are_the_findings_each_with_its_page() {
    let sandbox = sandbox();
    let run = &json(&sandbox, "sarif")["runs"][0];
    let found = run["results"].as_array().unwrap().iter().map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Why"));
        (
            place["artifactLocation"]["uri"].as_str().unwrap().to_owned(),
            place["region"]["startLine"].as_u64().unwrap(),
            place["region"]["startColumn"].as_u64().unwrap(),
            result["ruleId"].as_str().unwrap().to_owned(),
        )
    });
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted(&sandbox));
}

#[test]
fn sarif_is_valid_under_its_schema() {
    let schema = fs::read(project().join("cli/tests/sarif-schema-2.1.0.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let errors = |output: &Value| -> Vec<String> {
        let errors = validator.iter_errors(output);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    };
    // All rules that have a golden, and a file that cannot be read.
    let mut flagged = flagged();
    flagged.push("golden/no such/ü:%.yaml".to_owned());
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command
        .args(["check", "--format", "sarif"])
        .args(&flagged)
        .current_dir(project());
    let ran = run(&mut command, b"").exits(2);
    let mut output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(errors(&output), [""; 0]);
    assert!(output["runs"][0]["results"].as_array().unwrap().len() > 300);
    output["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert_eq!(errors(&output).len(), 1);
}

/// The byte of a line and a column that counts characters.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let (line, column) = (line.as_u64().unwrap() as usize, column.as_u64().unwrap() as usize);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text[start..].char_indices().nth(column - 1);
    start + rest.map_or(text.len() - start, |(at, _)| at)
}

#[test]
fn sarif_fixes_that_are_safe_are_what_fix_applies() {
    let sandbox = sandbox();
    let report = json(&sandbox, "sarif");
    let mut edits = Vec::new();
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let fixes = result["fixes"].as_array().into_iter().flatten();
        let mut safe = fixes.filter(|fix| fix["properties"]["applicability"] == "safe");
        let Some(fix) = safe.next() else { continue };
        for change in fix["artifactChanges"].as_array().unwrap() {
            let path = change["artifactLocation"]["uri"].as_str().unwrap();
            let text = sandbox.read(path);
            for replacement in change["replacements"].as_array().unwrap() {
                let region = &replacement["deletedRegion"];
                let start = offset(&text, &region["startLine"], &region["startColumn"]);
                let end = offset(&text, &region["endLine"], &region["endColumn"]);
                let new = replacement["insertedContent"]["text"].as_str().unwrap();
                edits.push((path.to_owned(), start, end, new.to_owned()));
            }
        }
    }
    assert!(edits.len() >= 5, "{edits:?}");
    edits.sort();
    edits.dedup();
    for (path, start, end, new) in edits.into_iter().rev() {
        let mut text = sandbox.read(&path);
        text.replace_range(start..end, &new);
        sandbox.write(&path, text);
    }
    let fixed = self::sandbox();
    fixed.gkc(&["check", "--fix"]);
    for path in ["gitpod-k3s.yaml", "tailnet.hujson"] {
        assert_eq!(sandbox.read(path), fixed.read(path));
    }
}

#[test]
fn gitlab_issues_are_the_findings_with_a_name_each() {
    let sandbox = sandbox();
    let issues = json(&sandbox, "gitlab");
    let issues = issues.as_array().unwrap();
    let names: BTreeSet<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), issues.len());
    // The names are those of the same findings after lines moved.
    sandbox.write("gitpod-k3s.yaml", format!("# one more line\n{CONFIG}"));
    let moved = json(&sandbox, "gitlab");
    let moved: BTreeSet<&str> = moved
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(moved, names);
}

#[test]
fn several_files_are_reported_in_their_order() {
    let sandbox = Sandbox::new();
    let mut named = Vec::new();
    for n in 0..40 {
        let path = format!("{n}.yaml");
        sandbox.write(
            &path,
            format!("apiVersion: gitpod-k3s/v1\ndomain: D{n}.acme.dev\n"),
        );
        named.push(path);
    }
    let args: Vec<&str> = ["check", "--format", "concise"]
        .into_iter()
        .chain(named.iter().map(String::as_str))
        .collect();
    let ran = sandbox.gkc(&args).exits(0);
    let mut order: Vec<&str> = ran
        .out
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    order.dedup();
    assert_eq!(order, named);
}
