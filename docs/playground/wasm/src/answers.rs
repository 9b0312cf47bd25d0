//! What the page asks, and what it gets. `../src/protocol.ts` has the same in TypeScript.

use crate::places::Places;
use gkc_core::date::Date;
use gkc_core::diagnostic::{Applicability, Diagnostic, Edit, Severity};
use gkc_core::editor::{self, CompletionKind, Draft, Unformatted};
use gkc_core::inputs::{InputError, Inputs, SecretBytes};
use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::{Checked, check, page_of};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
enum Question {
    /// Takes the texts, and says what is found in them without artifacts.
    Analyse {
        config: String,
        policy: String,
        today: String,
    },
    /// All findings, and the list of the artifacts.
    Prove,
    /// One artifact, with the lines that come from the key at an offset.
    Artifact {
        path: String,
        offset: usize,
    },
    Hover {
        file: Tab,
        offset: usize,
    },
    Complete {
        file: Tab,
        offset: usize,
    },
    /// The configuration in its canonical layout.
    Format,
    /// The configuration with all safe fixes.
    Fix,
}

/// A text that can be edited.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tab {
    Config,
    Policy,
}

/// The texts of the page, and what is known of them.
#[derive(Default)]
pub struct Playground {
    surroundings: Surroundings,
    draft: Option<Draft>,
    checked: Option<Checked>,
}

#[derive(Default)]
struct Surroundings {
    /// The text of the configuration, which says what the policy is called.
    config: String,
    policy: String,
    today: Option<Date>,
}

impl Inputs for Surroundings {
    /// The policy is the only file. It has the name that the configuration gives it, wherever the key is.
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let is_named = |rest: &str| rest.trim_start_matches([' ', '"', '\'']).starts_with(path);
        match self.config.split("policy:").skip(1).any(is_named) {
            true => Ok(self.policy.as_str().into()),
            false => Err(InputError(
                "the playground has no files but the policy".to_owned(),
            )),
        }
    }

    fn var(&self, _: &str) -> Option<SecretBytes> {
        None
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("the playground generates no secrets".to_owned()))
    }

    fn today(&self) -> Option<Date> {
        self.today
    }
}

impl Playground {
    /// Answers a question with what is to be shown, or with `null` where that is nothing.
    pub fn answer(&mut self, question: &[u8]) -> Vec<u8> {
        let answer = match serde_json::from_slice(question) {
            Ok(question) => self.answer_to(question),
            // The page and the module are built together.
            Err(error) => json!({"invalid": error.to_string()}),
        };
        answer.to_string().into_bytes()
    }

    fn answer_to(&mut self, question: Question) -> Value {
        if let Question::Analyse {
            config,
            policy,
            today,
        } = question
        {
            let today = today.parse().ok();
            let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", config.as_str());
            self.surroundings = Surroundings {
                config,
                policy,
                today,
            };
            self.checked = None;
            let draft = match self.draft.take() {
                Some(before) => before.again(&file, &self.surroundings),
                None => Draft::of(&file, &self.surroundings),
            };
            let draft = self.draft.insert(draft);
            return json!({"findings": findings(draft, &draft.analysis.diagnostics)});
        }
        let Some(draft) = &self.draft else {
            return Value::Null;
        };
        let inputs = &self.surroundings;
        match question {
            Question::Analyse { .. } => Value::Null,
            Question::Prove => {
                let checked = self.checked.insert(check(draft.file(), inputs));
                let artifacts = checked.preview();
                let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
                json!({"findings": findings(draft, &checked.diagnostics), "artifacts": paths})
            }
            Question::Artifact { path, offset } => {
                let offset = Places::of(draft.file()).byte(offset);
                match editor::preview(draft, inputs, short(offset), Some(path.as_str())) {
                    Some(preview) => {
                        json!({"path": path, "text": preview.text, "lines": preview.lines, "paths": preview.paths})
                    }
                    None => index(self.checked.as_ref(), &path),
                }
            }
            Question::Hover { file, offset } => {
                let Some(file) = file_of(draft, file) else {
                    return Value::Null;
                };
                let places = Places::of(file);
                let offset = short(places.byte(offset));
                let found = match &self.checked {
                    Some(checked) => &checked.diagnostics,
                    None => &draft.analysis.diagnostics,
                };
                editor::hover(draft, inputs, found, file.id(), offset).map_or(Value::Null, |hover| {
                    json!({
                        "from": places.unit(hover.span.start),
                        "to": places.unit(hover.span.end),
                        "markdown": hover.markdown,
                    })
                })
            }
            Question::Complete { file, offset } => {
                let Some(file) = file_of(draft, file) else {
                    return Value::Null;
                };
                let places = Places::of(file);
                let found = editor::completions(draft, &[], file.id(), places.byte(offset));
                found
                    .into_iter()
                    .map(|completion| {
                        json!({
                            "label": completion.label,
                            "docs": completion.docs,
                            "from": places.unit(completion.span.start),
                            "to": places.unit(completion.span.end),
                            "text": completion.text,
                            "snippet": completion.snippet,
                            "kind": match completion.kind {
                                CompletionKind::Key => "property",
                                CompletionKind::Word => "enum",
                                CompletionKind::Name => "variable",
                            },
                        })
                    })
                    .collect()
            }
            Question::Format => match editor::format(draft.file()) {
                Ok(text) => json!({"text": text}),
                Err(Unformatted::Unsupported { what, .. }) => {
                    json!({"refusal": format!("Not formatted: the configuration has {what}.")})
                }
                Err(_) => json!({"refusal": "Not formatted: fix the errors first."}),
            },
            Question::Fix => {
                let checked = check(draft.file(), inputs);
                let (file, _) = editor::fix(draft.file(), checked, inputs, Applicability::Safe);
                json!({"text": file.text()})
            }
        }
    }
}

/// The index of a tree, which is no preview of the core's because no key ends in it. Nothing that may hold a secret is shown this way.
fn index(checked: Option<&Checked>, path: &str) -> Value {
    let artifacts = checked.map(Checked::preview).unwrap_or_default();
    let found = artifacts
        .iter()
        .find(|artifact| artifact.path == path && !artifact.sensitive);
    found.map_or(
        Value::Null,
        |artifact| json!({"path": path, "text": artifact.text(), "lines": [], "paths": []}),
    )
}

fn file_of(draft: &Draft, tab: Tab) -> Option<&SourceFile> {
    match tab {
        Tab::Config => Some(draft.file()),
        Tab::Policy => draft.analysis.files.others().first(),
    }
}

fn short(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn findings(draft: &Draft, found: &[Diagnostic]) -> Value {
    let config = Places::of(draft.file());
    let policy = file_of(draft, Tab::Policy).map(Places::of);
    let place = |span: Span, text: &str| {
        let (file, places) = match (&policy, span.file == FileId::CONFIG) {
            (Some(policy), false) => ("policy", policy),
            _ => ("config", &config),
        };
        json!({"file": file, "from": places.unit(span.start), "to": places.unit(span.end), "text": text})
    };
    let edit = |edit: &Edit| place(edit.span, &edit.text);
    found
        .iter()
        .map(|finding| {
            let fixes = finding.fixes.iter().map(|fix| {
                json!({
                    "title": fix.title,
                    "isSafe": fix.applicability == Applicability::Safe,
                    "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
                })
            });
            let labels = finding
                .labels
                .iter()
                .map(|label| place(label.span, &label.message));
            json!({
                "rule": finding.rule.name,
                "page": page_of(finding.rule),
                "severity": match finding.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "info",
                },
                "message": finding.message,
                "place": place(finding.span, finding.label.as_deref().unwrap_or("")),
                "labels": labels.collect::<Vec<_>>(),
                "help": finding.help,
                "note": finding.note,
                "fixes": fixes.collect::<Vec<_>>(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(playground: &mut Playground, question: Value) -> Value {
        serde_json::from_slice(&playground.answer(question.to_string().as_bytes())).unwrap()
    }

    fn opened(config: &str, policy: &str) -> (Playground, Value) {
        let mut playground = Playground::default();
        let question = json!({"ask": "analyse", "config": config, "policy": policy, "today": "2026-01-01"});
        let answer = ask(&mut playground, question);
        (playground, answer)
    }

    const HEAD: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n";

    #[test]
    fn no_artifact_shows_a_secret() {
        let (mut playground, _) = opened(&format!("{HEAD}k3s:\n  token: hunter2hunter2\n"), "");
        let proof = ask(&mut playground, json!({"ask": "prove"}));
        let paths = proof["artifacts"].as_array().unwrap();
        assert!(paths.len() > 10, "{paths:?}");
        for path in paths {
            let artifact = ask(
                &mut playground,
                json!({"ask": "artifact", "path": path, "offset": 60}),
            );
            let text = artifact["text"].as_str().unwrap();
            assert!(!text.is_empty() && !text.contains("hunter2"), "{path}: {text}");
        }
    }

    #[test]
    fn the_policy_has_the_name_that_the_configuration_gives_it() {
        for name in ["a.hujson", "'a.hujson'", "\"a.hujson\""] {
            let config = format!("{HEAD}tailscale: {{use: pods, policy: {name}}}\n");
            let (_, answer) = opened(&config, "[");
            let findings = answer["findings"].as_array().unwrap();
            let in_policy = findings
                .iter()
                .filter(|finding| finding["place"]["file"] == "policy");
            assert!(in_policy.count() > 0, "{name}: {findings:?}");
        }
    }

    #[test]
    fn what_is_no_question_is_said_to_be_none() {
        let (mut playground, _) = opened("", "");
        assert!(ask(&mut playground, json!({"ask": "nothing"}))["invalid"].is_string());
        let mut fresh = Playground::default();
        assert_eq!(ask(&mut fresh, json!({"ask": "prove"})), Value::Null);
    }
}
