//! `docs/rules`: a page for each rule, generated from its declaration, and their table. The examples are executed.

use crate::support::{Dated, completed, config, repository, updates};
use gkc_core::artifact::LOCK;
use gkc_core::diagnostic::Rule;
use gkc_core::rules::{Listed, RULES, find, is_retired};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

#[test]
fn a_rule_and_a_cause_of_one_name_have_pages_of_their_own() {
    for rule in RULES.iter().map(Listed::rule) {
        let page = gkc_core::page_of(rule);
        assert!(page.ends_with(&format!("docs/rules/{}.md", rule.name)), "{page}");
    }
    for rule in gkc_core::doctor::CAUSES.iter().map(|cause| &cause.rule) {
        let page = gkc_core::page_of(rule);
        assert!(page.ends_with(&format!("docs/doctor.md#{}", rule.name)), "{page}");
    }
}

#[test]
fn the_pages_are_those_of_the_declarations() {
    let directory = repository("docs/rules");
    let mut wanted = BTreeMap::from([("README.md".to_owned(), table())]);
    let pages = RULES
        .iter()
        .map(|listed| (format!("{}.md", listed.rule().name), page(listed)));
    wanted.extend(pages);
    // Written by hand.
    wanted.insert(CATALOGUE.to_owned(), catalogue());
    if updates() {
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        for (name, text) in &wanted {
            std::fs::write(directory.join(name), text).unwrap();
        }
    }
    let mut stale = Vec::new();
    for (name, text) in &wanted {
        if std::fs::read_to_string(directory.join(name)).ok().as_ref() != Some(text) {
            stale.push(name.clone());
        }
    }
    for entry in std::fs::read_dir(&directory).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !wanted.contains_key(&name) {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "stale in docs/rules: {}; run `UPDATE=1 cargo test -p gkc-core --test rules`",
        stale.join(", ")
    );
}

/// Known mistakes with their rules.
const CATALOGUE: &str = "catalogue.md";

fn catalogue() -> String {
    std::fs::read_to_string(repository("docs/rules").join(CATALOGUE)).unwrap()
}

#[test]
fn the_catalogue_names_rules_that_exist() {
    let text = catalogue();
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(".md)"));
    let unknown: Vec<&str> = links
        .map(|(name, _)| name)
        .filter(|name| find(name).is_none())
        .collect();
    assert_eq!(unknown, [""; 0]);
    let rows = text.lines().filter(|line| line.starts_with("| "));
    assert!(rows.count() > 200);
}

#[test]
fn other_pages_link_to_pages_that_exist() {
    let mut broken = Vec::new();
    for file in std::fs::read_dir(repository("docs")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links = links.filter_map(|link| link.split('#').next());
        let links = links.filter(|link| !link.is_empty() && !link.contains("://"));
        let lead_nowhere = links.filter(|link| !repository("docs").join(link).exists());
        broken.extend(lead_nowhere.map(|link| format!("{}: {link}", path.display())));
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn examples_do_what_they_are_examples_of() {
    let mut wrong = Vec::new();
    for listed in RULES {
        let rule = listed.rule();
        let (bad, good) = (blocks(rule, "Example"), blocks(rule, "Use instead"));
        if bad.is_empty() && matches!(listed, Listed::Lint(_)) {
            wrong.push(format!("{}: no `## Example` with a YAML block", rule.name));
        }
        // A rule on changes is about a tree that was built from what is right.
        let built = good.first().map(|good| index(good));
        for (blocks, flagged) in [(bad, true), (good, false)] {
            for block in blocks {
                let found = finds(rule, &block, None) || finds(rule, &block, built.clone());
                if found != flagged {
                    let what = if flagged {
                        "gives no finding"
                    } else {
                        "gives a finding"
                    };
                    wrong.push(format!("{}: this example {what}:\n{block}", rule.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Every name that a release or a page ever had: suppression comments and dashboards rely on them.
#[test]
fn no_name_of_a_rule_is_lost() {
    let file = repository("golden/check/names.txt");
    let mut known: BTreeSet<String> = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let lost: Vec<&String> = known
        .iter()
        .filter(|name| find(name).is_none() && !is_retired(name))
        .collect();
    assert!(
        lost.is_empty(),
        "put into `formerly` of what they are now: {lost:?}"
    );
    let new: Vec<&str> = RULES
        .iter()
        .map(|listed| listed.rule().name)
        .filter(|name| !known.contains(*name))
        .collect();
    if updates() {
        known.extend(new.into_iter().map(str::to_owned));
        let lines: String = known.iter().map(|name| format!("{name}\n")).collect();
        std::fs::write(&file, lines).unwrap();
    } else {
        assert_eq!(new, [""; 0], "run `UPDATE=1 cargo test -p gkc-core --test rules`");
    }
}

/// The index of the tree of an example.
fn index(example: &str) -> Vec<u8> {
    let checked = gkc_core::check(&config(&completed(example)), &Dated::default());
    let index = checked
        .preview()
        .into_iter()
        .find(|artifact| artifact.path == LOCK);
    index.map(|index| index.bytes).unwrap_or_default()
}

fn finds(rule: &Rule, example: &str, built: Option<Vec<u8>>) -> bool {
    let file = config(&completed(example));
    let checked = gkc_core::check(&file, &Dated { built });
    checked.diagnostics.iter().any(|finding| finding.rule == rule)
}

/// The YAML blocks under a heading.
fn blocks(rule: &Rule, heading: &str) -> Vec<String> {
    let page = rule.page();
    let section = page
        .split("\n## ")
        .find(|section| section.lines().next() == Some(heading));
    let parts = section.unwrap_or_default().split("```yaml\n").skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

fn page(listed: &Listed) -> String {
    let rule = listed.rule();
    let platform = listed.platform().map_or(String::new(), |platform| {
        format!("Only with `platform: {}`.\n\n", platform.as_str())
    });
    let hidden = if rule.suppressible { "yes" } else { "no" };
    format!(
        "# {}\n\n{}\n\
         | severity | fix | can be suppressed | since |\n|---|---|---|---|\n| {} | {} | {hidden} | {} |\n\n{platform}{}",
        rule.name,
        "<!-- Generated from the rule's declaration: UPDATE=1 cargo test -p gkc-core --test rules -->\n",
        rule.severity.as_str(),
        rule.fix.as_str(),
        rule.since,
        rule.page(),
    )
}

fn table() -> String {
    let mut table = String::from(
        "# Rules\n\n<!-- Generated from the rules' declarations: UPDATE=1 cargo test -p gkc-core --test rules -->\n\n\
         `gkc explain RULE` shows the same pages. `--fix` applies `safe` fixes, `--unsafe-fixes` also `unsafe` ones.\n\n\
         | rule | severity | fix | since | summary |\n|---|---|---|---|---|\n",
    );
    for rule in RULES.iter().map(Listed::rule) {
        let summary = rule
            .summary()
            .replace('\n', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let _ = writeln!(
            table,
            "| [{0}]({0}.md) | {1} | {2} | {3} | {4} |",
            rule.name,
            rule.severity.as_str(),
            rule.fix.as_str(),
            rule.since,
            summary.replace('|', "\\|")
        );
    }
    table
}
