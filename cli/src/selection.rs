//! Which findings are reported, and how severe they are: one decision for `gkc.toml`, the command line and the settings of editors.

mod baseline;
mod glob;
mod project;

pub use baseline::{Baseline, Gone};
pub use project::Project;

use gkc_core::diagnostic::{Diagnostic, Rule, Severity};
use gkc_core::rules;
use std::collections::{BTreeMap, BTreeSet};

/// Severities of rules by their names; `None` turns a rule off.
pub type Levels = BTreeMap<&'static str, Option<Severity>>;

/// What is reported of the findings in one configuration. The default is everything, with the severities of the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    levels: Levels,
    /// If there are any, only these rules are reported.
    selected: BTreeSet<&'static str>,
    ignored: BTreeSet<&'static str>,
}

impl Selection {
    /// The same with other severities, which override those that were set before.
    pub fn with(mut self, levels: &Levels) -> Selection {
        self.levels.extend(levels);
        self
    }

    /// The same with the rules that the command line names. They override every severity that is set.
    pub fn on_command_line(self, selected: &[&'static Rule], ignored: &[&'static Rule]) -> Selection {
        let names = |rules: &[&'static Rule]| rules.iter().map(|rule| rule.name).collect();
        Selection {
            selected: names(selected),
            ignored: names(ignored),
            ..self
        }
    }

    /// Whether the command line asks for this rule by its name.
    pub fn names(&self, rule: &Rule) -> bool {
        self.selected.contains(rule.name)
    }

    /// The severity that a finding is reported with; `None` if it is not reported. Errors that break the deployment stay errors.
    pub fn severity(&self, finding: &Diagnostic) -> Option<Severity> {
        let rule = finding.rule;
        if !rule.suppressible && finding.severity == Severity::Error {
            return Some(Severity::Error);
        }
        if self.ignored.contains(rule.name) {
            return None;
        }
        let set = self.levels.get(rule.name).filter(|_| rule.suppressible);
        let set = set.copied().unwrap_or(Some(finding.severity));
        match self.selected.is_empty() {
            true => set,
            false => self.names(rule).then(|| set.unwrap_or(finding.severity)),
        }
    }

    /// The findings that are reported, with their severities.
    pub fn apply(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        found.retain_mut(|finding| match self.severity(finding) {
            Some(severity) => {
                finding.severity = severity;
                true
            }
            None => false,
        });
        found
    }
}

/// The rule that has this name, or had it in an earlier release.
pub fn rule(name: &str) -> Result<&'static Rule, String> {
    rules::find(name).map(|listed| listed.rule()).ok_or_else(|| {
        let nearest = rules::nearest(name);
        let meant = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
        format!("unknown rule `{name}`{meant}")
    })
}

/// The rule of this name, if it can be turned off.
pub fn silenceable(name: &str) -> Result<&'static Rule, String> {
    let rule = rule(name)?;
    match rule.suppressible {
        true => Ok(rule),
        false if rule.severity == Severity::Error => Err(format!(
            "`{name}` is always an error, since its findings break the deployment"
        )),
        false => Err(format!("the severity of `{name}` cannot be changed")),
    }
}

/// Adds the severity of a rule as a person writes it. A rule that an earlier release had is accepted without effect.
pub fn set(levels: &mut Levels, name: &str, word: &str) -> Result<(), String> {
    if rules::is_retired(name) {
        return Ok(());
    }
    rule(name)?;
    let level = match word {
        "off" => None,
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => return Err(format!("`{name}`: expected `off`, `info`, `warning` or `error`")),
    };
    levels.insert(silenceable(name)?.name, level);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::source::{FileId, Span};

    fn finding(name: &str) -> Diagnostic {
        rule(name).unwrap().at(Span::new(FileId::CONFIG, 0, 1), "x")
    }

    fn levels(set_to: &[(&str, &str)]) -> Levels {
        let mut levels = Levels::new();
        for (name, word) in set_to {
            set(&mut levels, name, word).unwrap();
        }
        levels
    }

    #[test]
    fn what_is_set_later_overrides_what_was_set_before() {
        let editor = levels(&[("signups-open", "off"), ("domain-uppercase", "error")]);
        let project = levels(&[("signups-open", "info")]);
        let selection = Selection::default().with(&editor).with(&project);
        let of = |name: &str| selection.severity(&finding(name));
        assert_eq!(of("signups-open"), Some(Severity::Info));
        assert_eq!(of("domain-uppercase"), Some(Severity::Error));
        assert_eq!(of("no-authorized-keys"), Some(Severity::Warning));
    }

    #[test]
    fn the_command_line_overrides_what_is_set() {
        let off = levels(&[("signups-open", "off"), ("domain-uppercase", "error")]);
        let (open, upper) = (rule("signups-open").unwrap(), rule("domain-uppercase").unwrap());
        let only = Selection::default()
            .with(&off)
            .on_command_line(&[open, upper], &[upper]);
        let of = |name: &str| only.severity(&finding(name));
        assert_eq!(of("signups-open"), Some(Severity::Warning));
        assert_eq!(of("domain-uppercase"), None);
        assert_eq!(of("no-authorized-keys"), None);
        // No select: all that is not ignored.
        let without = Selection::default().on_command_line(&[], &[upper]);
        assert_eq!(
            without
                .apply(vec![finding("domain-uppercase"), finding("signups-open")])
                .len(),
            1
        );
    }

    #[test]
    fn nothing_silences_what_breaks_the_deployment() {
        let (open, syntax) = (rule("signups-open").unwrap(), rule("syntax").unwrap());
        let selection = Selection::default().on_command_line(&[open], &[syntax]);
        assert_eq!(selection.severity(&finding("syntax")), Some(Severity::Error));
        let mut levels = Levels::new();
        assert!(set(&mut levels, "syntax", "off").is_err() && levels.is_empty());
    }

    #[test]
    fn names_of_earlier_releases_mean_the_rule_of_today() {
        let former = rules::RULES
            .iter()
            .find(|listed| !listed.rule().formerly.is_empty());
        let today = former.unwrap().rule();
        assert_eq!(rule(today.formerly[0]).unwrap().name, today.name);
        assert!(set(&mut Levels::new(), "etcd-address-changed", "off").is_ok());
    }
}
