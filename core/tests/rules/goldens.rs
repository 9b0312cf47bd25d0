//! `golden/check/<rule>/`: `flagged*.yaml` with a snapshot of what is found, `clean*.yaml`, and `fixed*.yaml` for what the rule's
//! fixes make of the `flagged*.yaml` of the same ending.

use crate::support::{Beside, config, repository, shown, updates};
use gkc_core::diagnostic::{Diagnostic, FixClass, Rule, Severity, apply};
use gkc_core::rules::{Listed, RULES, find};
use gkc_core::source::SourceFile;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Shorter values may be ordinary words of a message.
const SECRET_CHARS: usize = 6;

/// Repeated fixes converge soon, or never.
const PASSES: usize = 8;

#[test]
fn every_rule_finds_what_its_goldens_say() {
    let mut wrong = Vec::new();
    for listed in RULES {
        let rule = listed.rule();
        let directory = repository("golden/check").join(rule.name);
        // Findings of stages have their own tests, and goldens where they make sense.
        if matches!(listed, Listed::Lint(_)) || directory.is_dir() {
            Golden {
                rule,
                directory,
                wrong: &mut wrong,
            }
            .check();
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_golden_belongs_to_a_rule() {
    let directories = std::fs::read_dir(repository("golden/check")).unwrap();
    let directories = directories.map(|entry| entry.unwrap().path());
    for directory in directories.filter(|path| path.is_dir()) {
        let name = directory.file_name().unwrap().to_str().unwrap();
        assert!(find(name).is_some(), "golden/check/{name} matches no rule");
    }
}

#[test]
fn no_finding_shows_a_secret_and_none_stops_at_a_cut() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().map(Listed::rule) {
        let directory = repository("golden/check").join(rule.name);
        let golden = Golden {
            rule,
            directory,
            wrong: &mut wrong,
        };
        for path in golden
            .files("")
            .iter()
            .filter(|path| !stem(path).starts_with("fixed"))
        {
            let whole = std::fs::read_to_string(path).unwrap();
            let cuts = whole.char_indices().map(|(at, _)| at).step_by(step());
            for text in cuts.filter_map(|at| whole.get(..at)).chain([whole.as_str()]) {
                if let Some(leak) = golden.leak(text) {
                    let place = format!("{}/{}", rule.name, stem(path));
                    golden
                        .wrong
                        .push(format!("{place}, {} bytes: {leak}", text.len()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// How many characters are between two places where a file is cut: fewer with `GKC_THOROUGH=1`, which takes minutes.
fn step() -> usize {
    match std::env::var_os("GKC_THOROUGH") {
        Some(_) => 7,
        None => 61,
    }
}

struct Golden<'w> {
    rule: &'static Rule,
    directory: PathBuf,
    wrong: &'w mut Vec<String>,
}

impl Golden<'_> {
    fn check(&mut self) {
        let (flagged, clean) = (self.files("flagged"), self.files("clean"));
        for (kind, files) in [("flagged", &flagged), ("clean", &clean)] {
            if files.is_empty() {
                self.say(&format!("add {kind}.yaml"));
            }
        }
        for path in &clean {
            self.clean(path);
        }
        let fixed = flagged.iter().filter(|path| self.flagged(path)).count();
        if self.rule.fix != FixClass::None && fixed == 0 && !flagged.is_empty() {
            self.say("no flagged*.yaml offers the fix that the rule declares");
        }
        if self.rule.fix == FixClass::None && fixed > 0 {
            self.say("the rule declares no fix and offers one");
        }
        for path in self.files("fixed") {
            let from = stem(&path).replacen("fixed", "flagged", 1);
            if !flagged.iter().any(|flagged| stem(flagged) == from) {
                self.say(&format!("{}.yaml has no {from}.yaml", stem(&path)));
            }
        }
    }

    /// The findings of the rule are those of the snapshot. True where fixes were applied, and made what is expected.
    fn flagged(&mut self, path: &Path) -> bool {
        let file = self.read(path);
        let found = self.found(&file);
        if found.is_empty() {
            self.say(&format!("{}.yaml gives no finding", stem(path)));
            return false;
        }
        let text: String = found.iter().map(|finding| shown(&file, finding)).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(std::fs::canonicalize(&self.directory).unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || settings.bind(|| insta::assert_snapshot!(stem(path), text.trim_end()));
        if catch_unwind(AssertUnwindSafe(compare)).is_err() {
            self.say(&format!(
                "{}.yaml: the findings are not those of its snapshot",
                stem(path)
            ));
        }
        self.fixed(path, &file)
    }

    fn fixed(&mut self, path: &Path, file: &SourceFile) -> bool {
        let (mut text, mut times) = (file.text().to_owned(), 0);
        for _ in 0..PASSES {
            let file = config(&text);
            let found = self.found(&file);
            let (after, applied) = apply(file.id(), &text, found.iter().filter_map(|d| d.fixes.first()));
            if applied == 0 {
                break;
            }
            (text, times) = (after, times + applied);
        }
        if times == 0 {
            return self.fixed_beside(path, file);
        }
        let name = stem(path).replacen("flagged", "fixed", 1) + ".yaml";
        let golden = self.directory.join(&name);
        if updates() {
            std::fs::write(&golden, &text).unwrap();
        }
        match std::fs::read_to_string(&golden) {
            Err(_) => self.say(&format!("add {name}:\n{text}")),
            Ok(wanted) if wanted != text => self.say(&format!("the fixes do not make {name}:\n{text}")),
            Ok(_) => {}
        }
        if !self.found(&config(&text)).is_empty() {
            self.say(&format!("{name} still has findings of the rule"));
        }
        true
    }

    /// The same for fixes in the file that the configuration refers to, with `fixed*.hujson` as the result.
    fn fixed_beside(&mut self, path: &Path, file: &SourceFile) -> bool {
        let policy = gkc_core::check(file, &Beside::new(&self.directory))
            .analysis
            .files;
        let Some(policy) = policy.others().first() else {
            return false;
        };
        let mut text = policy.text().to_owned();
        let mut times = 0;
        for _ in 0..PASSES {
            let beside = Beside::new(&self.directory).with(policy.path(), &text);
            let found = gkc_core::check(file, &beside).diagnostics;
            let of_rule = found.iter().filter(|d| d.rule == self.rule);
            let (after, applied) = apply(policy.id(), &text, of_rule.filter_map(|d| d.fixes.first()));
            if applied == 0 {
                break;
            }
            (text, times) = (after, times + applied);
        }
        let name = stem(path).replacen("flagged", "fixed", 1) + ".hujson";
        let golden = self.directory.join(&name);
        if times == 0 {
            return false;
        }
        if updates() {
            std::fs::write(&golden, &text).unwrap();
        }
        if std::fs::read_to_string(&golden).ok().as_ref() != Some(&text) {
            self.say(&format!("the fixes do not make {name}:\n{text}"));
        }
        true
    }

    fn clean(&mut self, path: &Path) {
        let file = self.read(path);
        let checked = gkc_core::check(&file, &Beside::new(&self.directory));
        let of_rule = |d: &&Diagnostic| d.rule == self.rule || d.severity == Severity::Error;
        let bad: String = checked
            .diagnostics
            .iter()
            .filter(of_rule)
            .map(|d| format!("{}: {}", d.rule, shown(&file, d)))
            .collect();
        if !bad.is_empty() {
            self.say(&format!("{}.yaml is not clean:\n{bad}", stem(path)));
        }
    }

    fn found(&self, file: &SourceFile) -> Vec<Diagnostic> {
        let checked = gkc_core::check(file, &Beside::new(&self.directory));
        let mut found = checked.diagnostics;
        found.retain(|finding| finding.rule == self.rule);
        found
    }

    /// A finding that shows the value of a secret.
    fn leak(&self, text: &str) -> Option<String> {
        let file = config(text);
        let beside = Beside::new(&self.directory);
        let checked = gkc_core::check(&file, &beside);
        let mut secrets: Vec<&str> = checked
            .analysis
            .sensitive()
            .iter()
            .map(|span| file.slice(*span))
            .collect();
        secrets.extend(beside.values());
        let secrets = secrets
            .iter()
            .map(|secret| secret.trim_matches(['"', '\'', '\n']));
        let secrets: Vec<&str> = secrets.filter(|secret| secret.len() >= SECRET_CHARS).collect();
        let shows = |finding: &Diagnostic| {
            let edits = finding
                .fixes
                .iter()
                .flat_map(|fix| &fix.edits)
                .map(|edit| edit.text.as_str());
            let shown = shown(&file, finding) + &edits.collect::<String>();
            secrets
                .iter()
                .any(|secret| shown.contains(secret))
                .then_some(shown)
        };
        checked.diagnostics.iter().find_map(shows)
    }

    fn read(&self, path: &Path) -> SourceFile {
        config(&std::fs::read_to_string(path).unwrap())
    }

    /// The YAML files whose names begin like that, in order.
    fn files(&self, start: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.directory).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "yaml") && stem(path).starts_with(start))
            .collect();
        files.sort();
        files
    }

    fn say(&mut self, what: &str) {
        self.wrong
            .push(format!("golden/check/{}: {what}", self.rule.name));
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
