//! Rules: what can be wrong with a configuration that decodes.
//!
//! A rule is one file: a declaration that feeds the command line, JSON, the language server, `explain` and the documentation
//! alike, a function that looks, and its tests. To add one, see CONTRIBUTING.md.

mod contents;
mod edit;
mod hostname;
mod image_name;
mod masked;
mod pem;
mod pods;
mod public;
mod registry;
mod suppress;
mod sysctl;

mod artifacts;
mod auth;
mod certificate;
mod cluster;
mod coder;
mod domain;
mod gitpod;
mod hosts;
mod images;
mod k3s;
mod network;
mod secret;
mod storage;
mod tailscale;
mod upgrade;
mod workspaces;
mod yaml;

pub(crate) use edit::is_plain_everywhere;
pub(crate) use registry::lints;
pub use registry::{RULES, find, is_retired, nearest};
pub(crate) use suppress::{Depth, MARK, Suppressions, may_suppress, suppresses, suppressions};

use crate::date::Date;
use crate::diagnostic::stages::INVALID_VALUE;
use crate::diagnostic::{Diagnostic, Rule, Severity, Sink};
use crate::emit::{Emission, Filled};
use crate::model::{Ambiguous, Config, Model, Platform};
use crate::plan::{Built, Plan};
use crate::secrets::Store;
use crate::source::{SourceFile, Span};

/// What a rule reads, and the function that checks it.
#[derive(Clone, Copy)]
pub(crate) enum Reads {
    /// The configuration as it is written.
    Model(fn(&Config, &mut Report<'_>)),
    /// The plan, where defaults are filled in.
    Plan(fn(&Config, &Plan, &mut Report<'_>)),
    /// The plan, and the tree that it takes the place of.
    Built(fn(&Config, &Plan, &Built, &mut Report<'_>)),
    /// The values of secrets.
    Secrets(fn(&Config, &Plan, &Store, &mut Report<'_>)),
    /// What would be written.
    Artifacts(fn(&Plan, (&Emission, &Filled), &mut Report<'_>)),
}

/// A rule with the function that looks for it.
pub struct Lint {
    /// The rule.
    pub rule: Rule,
    /// The platform that it is for; absent where it is for all.
    pub platform: Option<Platform>,
    /// What it reads.
    pub(crate) reads: Reads,
}

/// A rule and who reports it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Listed {
    /// A function that looks for it.
    Lint(&'static Lint),
    /// A stage of the pipeline, on its way.
    Stage(&'static Rule),
}

impl Listed {
    /// The rule.
    pub fn rule(&self) -> &'static Rule {
        match self {
            Listed::Lint(lint) => &lint.rule,
            Listed::Stage(rule) => rule,
        }
    }

    /// The platform that it is for; absent where it is for all.
    pub fn platform(&self) -> Option<Platform> {
        match self {
            Listed::Lint(lint) => lint.platform,
            Listed::Stage(_) => None,
        }
    }
}

impl Lint {
    /// Whether it looks at configurations with that platform.
    fn is_for(&self, platform: Platform) -> bool {
        self.platform.is_none_or(|only| only == platform)
    }
}

/// Declares a rule: its page as a doc comment, then its facts.
macro_rules! declare_rule {
    (@platform) => { None };
    (@platform $platform:ident) => { Some($crate::model::Platform::$platform) };
    ($(#[doc = $doc:literal])+ $name:literal, $severity:ident, since $since:literal, fix $fix:ident, $suppressible:ident, $reads:expr
        $(, for $platform:ident)? $(, spoils $spoils:ident)? $(, doubles $doubles:ident)? $(, heard $voice:ident)? $(, tagged $tag:ident)? $(, formerly $former:literal)?
        $(, silences $($general:expr),+)?) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rules::Lint = $crate::rules::Lint {
            rule: $crate::diagnostic::Rule {
                name: $name,
                formerly: &[$($former)?],
                severity: $crate::diagnostic::Severity::$severity,
                since: $since,
                fix: $crate::diagnostic::FixClass::$fix,
                suppressible: $crate::rules::$suppressible,
                loses_text: false,
                spoils_policy: $crate::diagnostic::flag!($($spoils)?),
                doubles: $crate::diagnostic::flag!($($doubles)?),
                voice: $crate::diagnostic::voice!($($voice)?),
                tag: $crate::diagnostic::tag!($($tag)?),
                silences: &[$($(&$general),+)?],
                docs: concat!($($doc, "\n"),+),
            },
            platform: $crate::rules::declare_rule!(@platform $($platform)?),
            reads: $reads,
        };
    };
}
pub(crate) use declare_rule;

#[allow(non_upper_case_globals)]
const suppressible: bool = true;
#[allow(non_upper_case_globals)]
const always: bool = false;

/// Collects a rule's findings, and gives it access to the file.
pub(crate) struct Report<'a> {
    lint: &'static Lint,
    model: &'a Model,
    file: &'a SourceFile,
    today: Option<Date>,
    sink: &'a mut Sink,
}

impl Report<'_> {
    /// A finding of this rule with its severity, still to be completed and given to [`Report::push`].
    pub fn found(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.lint.rule.at(span, message)
    }

    /// Reports a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// The place for a finding about a key that is absent at the top level.
    pub fn anchor(&self) -> Span {
        self.model.anchor
    }

    /// The place of a key that is written without a value, which is as if it were absent.
    pub fn empty(&self, key: &str) -> Option<Span> {
        self.all_empty(key).next()
    }

    /// The places of all keys of that name without a value.
    pub fn all_empty(&self, key: &str) -> impl Iterator<Item = Span> {
        let empty = self.model.empty.iter().copied();
        empty.filter(move |span| self.text(*span) == key)
    }

    /// Whether parts of the file could not be read, so that what seems to be absent may only be lost.
    pub fn is_damaged(&self) -> bool {
        self.model.damaged || self.sink.found().iter().any(|found| found.rule.loses_text)
    }

    /// The values that were refused as they were read.
    pub fn refused_values(&self) -> impl Iterator<Item = Span> {
        let refused = |found: &&Diagnostic| found.rule.name == INVALID_VALUE.name;
        self.sink.found().iter().filter(refused).map(|found| found.span)
    }

    /// Today's date, where it is known; what is found by it is a warning at most.
    pub fn today(&self) -> Option<Date> {
        self.today
    }

    /// The configuration's text under `span`.
    pub fn text(&self, span: Span) -> &str {
        self.file.slice(span)
    }

    /// The places of literal secrets, including those in passthrough sections.
    pub fn sensitive(&self) -> &[Span] {
        &self.model.sensitive
    }

    /// Whether an unknown key at the top level seems to mean this one.
    pub fn is_meant(&self, key: &str) -> bool {
        self.model.meant.iter().any(|meant| meant == key)
    }

    /// Texts that a person should have replaced.
    pub fn placeholders(&self) -> &[Span] {
        &self.model.placeholders
    }

    /// Scalars that other readers interpret differently.
    pub fn ambiguous(&self) -> &[Ambiguous] {
        &self.model.ambiguous
    }
}

/// What the rules look at before anything is emitted.
pub(crate) struct Subject<'a> {
    /// The configuration's file.
    pub file: &'a SourceFile,
    /// The decoded configuration.
    pub model: &'a Model,
    /// The plan.
    pub plan: &'a Plan,
    /// What the tree was built with that the plan's takes the place of.
    pub built: Option<&'a Built>,
    /// The values of secrets.
    pub secrets: &'a Store,
    /// Today's date, where it is known.
    pub today: Option<Date>,
}

/// Runs every rule that needs no artifact.
pub(crate) fn run(subject: &Subject<'_>, sink: &mut Sink) {
    let Some(config) = &subject.model.config else {
        return;
    };
    let platform = config.platform();
    for lint in lints().filter(|lint| lint.is_for(platform)) {
        let mut report = Report {
            lint,
            model: subject.model,
            file: subject.file,
            today: subject.today,
            sink,
        };
        match lint.reads {
            Reads::Model(look) => look(config, &mut report),
            Reads::Plan(look) => look(config, subject.plan, &mut report),
            Reads::Built(look) => {
                if let Some(built) = subject.built {
                    look(config, subject.plan, built, &mut report);
                }
            }
            Reads::Secrets(look) => look(config, subject.plan, subject.secrets, &mut report),
            Reads::Artifacts(_) => {}
        }
    }
}

/// Runs the rules on what would be written.
pub(crate) fn run_on_artifacts(
    file: &SourceFile,
    model: &Model,
    plan: &Plan,
    emitted: (&Emission, &Filled),
    sink: &mut Sink,
) {
    for lint in lints() {
        if let Reads::Artifacts(look) = lint.reads {
            let mut report = Report {
                lint,
                model,
                file,
                // What is written has no date in it.
                today: None,
                sink,
            };
            look(plan, emitted, &mut report);
        }
    }
}

/// What is proven of a policy with a wrong tag or range in it would only repeat that.
pub(crate) fn spoils_the_policy(found: &Diagnostic) -> bool {
    found.severity == Severity::Error && found.rule.spoils_policy
}
