//! What the user of an editor sets: `gkc` in its settings.

use camino::Utf8PathBuf;
use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::rules;
use serde_json::Value;
use std::collections::BTreeMap;

/// The section of the editor's settings.
pub const SECTION: &str = "gkc";

/// What the user wants. The defaults are those of the command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The secrets file, from the configuration's folder.
    pub secrets_file: Option<Utf8PathBuf>,
    /// Severities of rules by their names; none for those that are off.
    rules: BTreeMap<String, Option<Severity>>,
}

impl Settings {
    /// Reads `{"secretsFile": PATH, "rules": {NAME: "off" | "info" | "warning" | "error"}}`. Returns besides them what is wrong with
    /// them; all else holds.
    pub fn read(value: &Value) -> (Settings, Vec<String>) {
        let mut settings = Settings::default();
        let mut wrong = Vec::new();
        match &value["secretsFile"] {
            Value::Null => {}
            Value::String(path) if path.is_empty() => {}
            Value::String(path) => settings.secrets_file = Some(path.into()),
            _ => wrong.push("`gkc.secretsFile` is not a path".to_owned()),
        }
        let rules = match &value["rules"] {
            Value::Null => None,
            Value::Object(rules) => Some(rules),
            _ => {
                wrong.push("`gkc.rules` is not a mapping of rules to severities".to_owned());
                None
            }
        };
        for (name, wanted) in rules.into_iter().flatten() {
            match rule(name, wanted.as_str().unwrap_or("")) {
                Ok((rule, severity)) => {
                    settings.rules.insert(rule.to_owned(), severity);
                }
                Err(why) => wrong.push(format!("`gkc.rules`: {why}")),
            }
        }
        (settings, wrong)
    }

    /// Findings as the user wants to hear them. What no comment can suppress, no setting can.
    pub fn apply(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        found.retain_mut(|finding| match self.rules.get(finding.rule.name) {
            Some(severity) if finding.rule.suppressible => match severity {
                Some(severity) => {
                    finding.severity = *severity;
                    true
                }
                None => false,
            },
            _ => true,
        });
        found
    }
}

/// A rule by a name that it has or had, with the severity that is wanted.
fn rule(name: &str, wanted: &str) -> Result<(&'static str, Option<Severity>), String> {
    let Some(rule) = rules::find(name) else {
        let nearest = rules::nearest(name);
        let meant = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
        return Err(format!("unknown rule `{name}`{meant}"));
    };
    let rule = rule.rule();
    let severity = match wanted {
        "off" => None,
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => return Err(format!("`{name}`: expected `off`, `info`, `warning` or `error`")),
    };
    match rule.suppressible {
        true => Ok((rule.name, severity)),
        false if rule.severity == Severity::Error => Err(format!(
            "`{name}` is always an error, since its findings break the deployment"
        )),
        false => Err(format!("the severity of `{name}` cannot be changed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_is_told_and_the_rest_holds() {
        let (settings, mut wrong) = Settings::read(&json!({
            "secretsFile": "a.env",
            "rules": {"domain-uppercase": "off", "domain-upercase": "off", "syntax": "off", "signups-open": "loud"},
        }));
        assert_eq!(settings.secrets_file, Some("a.env".into()));
        assert_eq!(settings.rules, [("domain-uppercase".to_owned(), None)].into());
        wrong.sort();
        assert_eq!(
            wrong,
            [
                "`gkc.rules`: `signups-open`: expected `off`, `info`, `warning` or `error`",
                "`gkc.rules`: `syntax` is always an error, since its findings break the deployment",
                "`gkc.rules`: unknown rule `domain-upercase`; did you mean `domain-uppercase`?",
            ]
        );
        let (_, wrong) = Settings::read(&json!({"secretsFile": 1, "rules": []}));
        assert_eq!(wrong.len(), 2);
        assert_eq!(Settings::read(&Value::Null), (Settings::default(), Vec::new()));
    }
}
