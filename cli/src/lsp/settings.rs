//! What the user of an editor sets: `gkc` in its settings.

use crate::selection::{Levels, set};
use camino::Utf8PathBuf;
use serde_json::Value;

/// The section of the editor's settings.
pub const SECTION: &str = "gkc";

/// What the user wants. The defaults are those of the command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The secrets file, from the configuration's folder.
    pub secrets_file: Option<Utf8PathBuf>,
    /// Severities of rules, which `gkc.toml` overrides.
    pub levels: Levels,
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
            if let Err(why) = set(&mut settings.levels, name, wanted.as_str().unwrap_or("")) {
                wrong.push(format!("`gkc.rules`: {why}"));
            }
        }
        (settings, wrong)
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
        assert_eq!(settings.levels, [("domain-uppercase", None)].into());
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
