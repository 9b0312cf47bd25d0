//! A baseline: findings that are known and not reported again, by what they say and not by their lines.

use gkc_core::diagnostic::{Diagnostic, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Known findings with how often each is known. A second one of the same words in the same file is new.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<Known, usize>);

/// What a finding is known by. Paths are those from the baseline's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    path: String,
    rule: String,
    message: String,
}

/// A finding of the baseline that was not found any more.
#[derive(Debug, Serialize)]
pub struct Gone {
    /// Its file, from the baseline's folder.
    pub path: String,
    /// Its rule.
    pub rule: String,
    /// What it said.
    pub message: String,
    /// How often.
    pub count: usize,
}

/// The file.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    path: String,
    rule: String,
    message: String,
    count: usize,
}

const VERSION: u32 = 1;

impl Baseline {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if written.version != VERSION {
            return Err(format!(
                "expected version {VERSION}, found version {}",
                written.version
            ));
        }
        let mut baseline = Baseline::default();
        for entry in written.findings {
            let known = Known {
                path: entry.path,
                rule: entry.rule,
                message: entry.message,
            };
            *baseline.0.entry(known).or_default() += entry.count;
        }
        Ok(baseline)
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let entry = |(known, count): (&Known, &usize)| Entry {
            path: known.path.clone(),
            rule: known.rule.clone(),
            message: known.message.clone(),
            count: *count,
        };
        let written = Written {
            version: VERSION,
            findings: self.0.iter().map(entry).collect(),
        };
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }

    /// Adds a finding, unless nothing may silence it: an error that breaks the deployment.
    pub fn add(&mut self, path: &str, finding: &Diagnostic) -> bool {
        if !can_be_known(finding) {
            return false;
        }
        *self.0.entry(known(path, finding)).or_default() += 1;
        true
    }

    /// Whether a finding is known, which takes it out.
    pub fn take(&mut self, path: &str, finding: &Diagnostic) -> bool {
        if !can_be_known(finding) {
            return false;
        }
        match self.0.get_mut(&known(path, finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Keeps what is known of files that were not checked, in place of what was found in those that were.
    pub fn keep_others(&mut self, before: &Baseline, is_checked: &dyn Fn(&str) -> bool) {
        for (known, count) in before.0.iter().filter(|(known, _)| !is_checked(&known.path)) {
            self.0.insert(known.clone(), *count);
        }
    }

    /// What was not taken of the files that were checked.
    pub fn gone(&self, is_checked: &dyn Fn(&str) -> bool) -> Vec<Gone> {
        let left = self
            .0
            .iter()
            .filter(|(known, count)| **count > 0 && is_checked(&known.path));
        left.map(|(known, count)| Gone {
            path: known.path.clone(),
            rule: known.rule.clone(),
            message: known.message.clone(),
            count: *count,
        })
        .collect()
    }

    /// How many findings are in it.
    pub fn len(&self) -> usize {
        self.0.values().sum()
    }
}

fn can_be_known(finding: &Diagnostic) -> bool {
    finding.rule.suppressible || finding.severity != Severity::Error
}

fn known(path: &str, finding: &Diagnostic) -> Known {
    Known {
        path: path.to_owned(),
        rule: finding.rule.name.to_owned(),
        message: finding.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::source::{FileId, Span};

    fn finding(rule: &str, at: usize) -> Diagnostic {
        let rule = super::super::rule(rule).unwrap();
        rule.at(Span::new(FileId::CONFIG, at, at + 1), "x")
    }

    #[test]
    fn a_finding_is_known_wherever_it_moves_but_not_twice() {
        let mut written = Baseline::default();
        assert!(written.add("a.yaml", &finding("signups-open", 1)));
        assert!(written.add("a.yaml", &finding("no-authorized-keys", 1)));
        let mut read = Baseline::read(&written.write()).unwrap();
        assert_eq!(read, written);
        assert!(!read.take("b.yaml", &finding("signups-open", 1)));
        assert!(read.take("a.yaml", &finding("signups-open", 9)));
        assert!(!read.take("a.yaml", &finding("signups-open", 20)));
        let gone = read.gone(&|path| path == "a.yaml");
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0].rule, "no-authorized-keys");
        assert!(read.gone(&|_| false).is_empty());
    }

    #[test]
    fn what_breaks_the_deployment_is_never_known() {
        let mut baseline = Baseline::default();
        assert!(!baseline.add("a.yaml", &finding("syntax", 1)));
        let forged = r#"{"version": 1, "findings": [{"path": "a.yaml", "rule": "syntax", "message": "x", "count": 1}]}"#;
        let mut forged = Baseline::read(forged).unwrap();
        assert!(!forged.take("a.yaml", &finding("syntax", 1)));
    }

    #[test]
    fn another_file_is_no_baseline() {
        assert!(Baseline::read("{}").is_err());
        let later = r#"{"version": 2, "findings": []}"#;
        assert_eq!(
            Baseline::read(later).unwrap_err(),
            "expected version 1, found version 2"
        );
    }
}
