//! Rules: what can be wrong with a configuration that decodes.
//!
//! A rule is one file: a declaration that feeds the command line, JSON, the language server, `explain` and the documentation
//! alike, a function that looks, and its tests. To add one, see CONTRIBUTING.md.

mod buckets;
mod edit;
mod hostname;
mod masked;
mod pem;
mod public;
mod registry;
mod stages;
mod suppress;

pub mod artifacts;
pub mod certificate;
pub mod cluster;
pub mod domain;
pub mod gitpod;
pub mod hosts;
pub mod k3s;
pub mod network;
pub mod secret;
pub mod tailscale;
pub mod yaml;

pub use registry::{RULES, find};
pub use suppress::{Depth, Suppressions, may_suppress, suppressions};

use crate::date::Date;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::emit::{Emission, Filled};
use crate::model::{Ambiguous, Config, Model, Platform};
use crate::plan::Plan;
use crate::secrets::Store;
use crate::source::{SourceFile, Span};

/// Whether a rule's findings come with a fix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixClass {
    /// Never.
    None,
    /// Often one that `--fix` applies.
    Safe,
    /// Often one that only `--unsafe-fixes` applies.
    Unsafe,
}

impl FixClass {
    /// The word that every output format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            FixClass::None => "none",
            FixClass::Safe => "safe",
            FixClass::Unsafe => "unsafe",
        }
    }
}

/// What a rule reads, and the function that checks it.
#[derive(Clone, Copy)]
pub enum Reads {
    /// The configuration as it is written.
    Model(fn(&Config, &mut Report<'_>)),
    /// The plan, where defaults are filled in.
    Plan(fn(&Config, &Plan, &mut Report<'_>)),
    /// The values of secrets.
    Secrets(fn(&Config, &Plan, &Store, &mut Report<'_>)),
    /// What would be written.
    Artifacts(fn(&Plan, (&Emission, &Filled), &mut Report<'_>)),
    /// Nothing: a stage of the pipeline reports it.
    Stage,
}

/// The one definition of a rule.
pub struct Rule {
    /// Its name: kebab-case, after the fault; never reused for anything else.
    pub name: &'static str,
    /// The default severity of its findings.
    pub severity: Severity,
    /// The release of gkc that added it.
    pub since: &'static str,
    /// Whether its findings come with a fix.
    pub fix: FixClass,
    /// Whether a comment may suppress its findings. Never for errors that would produce broken artifacts.
    pub suppressible: bool,
    /// Whether an error of it makes the tailnet's policy one that is not worth proving: its tags or ranges are wrong.
    pub spoils_policy: bool,
    /// The platform that it is for; absent where it is for all.
    pub platform: Option<Platform>,
    /// What it reads.
    pub reads: Reads,
    /// Its page, in Markdown: a first sentence, then the headings that CONTRIBUTING.md names.
    pub docs: &'static str,
}

impl Rule {
    /// The first sentence of its page.
    pub fn summary(&self) -> &'static str {
        self.docs.trim().split("\n\n").next().unwrap_or("").trim()
    }

    /// Whether it looks at configurations with that platform.
    pub fn is_for(&self, platform: Platform) -> bool {
        self.platform.is_none_or(|only| only == platform)
    }

    /// The page without what the doc comment's syntax adds.
    pub fn page(&self) -> String {
        let mut page: String = self
            .docs
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        page.push('\n');
        page
    }
}

/// Declares a rule: its page as a doc comment, then its facts.
macro_rules! declare_rule {
    (@platform) => { None };
    (@platform $platform:ident) => { Some($crate::model::Platform::$platform) };
    ($(#[doc = $doc:literal])+ $name:literal, $severity:ident, since $since:literal, fix $fix:ident, $suppressible:ident, $reads:expr $(, for $platform:ident)? $(, spoils $spoils:ident)?) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            since: $since,
            fix: $crate::rules::FixClass::$fix,
            suppressible: $crate::rules::$suppressible,
            spoils_policy: false $(|| $crate::rules::$spoils)?,
            platform: $crate::rules::declare_rule!(@platform $($platform)?),
            reads: $reads,
            docs: concat!($($doc, "\n"),+),
        };
    };
}
pub(crate) use declare_rule;

#[allow(non_upper_case_globals)]
const suppressible: bool = true;
#[allow(non_upper_case_globals)]
const always: bool = false;
#[allow(non_upper_case_globals)]
const policy: bool = true;

/// Collects a rule's findings, and gives it access to the file.
pub struct Report<'a> {
    rule: &'static Rule,
    model: &'a Model,
    file: &'a SourceFile,
    today: Option<Date>,
    sink: &'a mut Sink,
}

impl Report<'_> {
    /// A finding of this rule with its severity, still to be completed and given to [`Report::push`].
    pub fn found(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.rule.name, self.rule.severity, span, message)
    }

    /// Reports a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// The place for a finding about a key that is absent at the top level.
    pub fn anchor(&self) -> Span {
        self.model.anchor
    }

    /// Whether parts of the file could not be read, so that what seems to be absent may only be lost.
    pub fn is_damaged(&self) -> bool {
        let lost = |found: &Diagnostic| matches!(found.rule, "syntax" | "limit");
        self.sink.found().iter().any(lost)
    }

    /// Today's date, where it is known; what is found by it is a warning at most.
    pub fn today(&self) -> Option<Date> {
        self.today
    }

    /// The configuration's text under `span`.
    pub fn text(&self, span: Span) -> &str {
        self.file.slice(span)
    }

    /// Whether the scalar at `span` is written without quotes, so that a fix need not keep them.
    pub fn is_plain(&self, span: Span) -> bool {
        !self.text(span).starts_with(['"', '\'', '|', '>', '&', '*', '!'])
    }

    /// The places of literal secrets, including those in passthrough sections.
    pub fn sensitive(&self) -> &[Span] {
        &self.model.sensitive
    }

    /// Whether an unknown key at the top level seems to mean this one.
    pub fn is_meant(&self, key: &str) -> bool {
        self.model.meant.iter().any(|meant| meant == key)
    }

    /// Scalars that other readers interpret differently.
    pub fn ambiguous(&self) -> &[Ambiguous] {
        &self.model.ambiguous
    }
}

/// What the rules look at before anything is emitted.
pub struct Subject<'a> {
    /// The configuration's file.
    pub file: &'a SourceFile,
    /// The decoded configuration.
    pub model: &'a Model,
    /// The plan.
    pub plan: &'a Plan,
    /// The values of secrets.
    pub secrets: &'a Store,
    /// Today's date, where it is known.
    pub today: Option<Date>,
}

/// Runs every rule that needs no artifact.
pub fn run(subject: &Subject<'_>, sink: &mut Sink) {
    let Some(config) = &subject.model.config else {
        return;
    };
    let platform = config.platform();
    for rule in RULES.iter().filter(|rule| rule.is_for(platform)) {
        let mut report = Report {
            rule,
            model: subject.model,
            file: subject.file,
            today: subject.today,
            sink,
        };
        match rule.reads {
            Reads::Model(look) => look(config, &mut report),
            Reads::Plan(look) => look(config, subject.plan, &mut report),
            Reads::Secrets(look) => look(config, subject.plan, subject.secrets, &mut report),
            Reads::Artifacts(_) | Reads::Stage => {}
        }
    }
}

/// Runs the rules on what would be written.
pub fn run_on_artifacts(
    file: &SourceFile,
    model: &Model,
    plan: &Plan,
    emitted: (&Emission, &Filled),
    sink: &mut Sink,
) {
    for rule in RULES {
        if let Reads::Artifacts(look) = rule.reads {
            let mut report = Report {
                rule,
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
pub fn spoils_the_policy(found: &Diagnostic) -> bool {
    found.severity == Severity::Error && find(found.rule).is_some_and(|rule| rule.spoils_policy)
}
