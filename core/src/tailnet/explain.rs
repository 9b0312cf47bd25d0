//! The chain behind a verdict: every link that holds, up to the deciding rule or the first that is missing.

use super::compile::{Rule, Section};
use crate::source::Span;

/// One link of the chain.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Step {
    /// Whether it holds.
    pub holds: bool,
    /// What it says, one plain sentence without a full stop.
    pub text: String,
    /// The place in the policy that decides it, where there is one.
    pub span: Option<Span>,
}

impl Step {
    pub(super) fn holds(text: impl Into<String>) -> Step {
        Step {
            holds: true,
            text: text.into(),
            span: None,
        }
    }

    pub(super) fn fails(text: impl Into<String>) -> Step {
        Step {
            holds: false,
            ..Step::holds(text)
        }
    }

    pub(super) fn at(mut self, span: Span) -> Step {
        self.span = Some(span);
        self
    }
}

/// A verdict with its chain.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Explanation {
    /// The verdict.
    pub allowed: bool,
    /// Whether both ends are at one device: such traffic never enters the tailnet.
    pub local: bool,
    /// The links, in the order a packet meets them; a link that does not hold is the last.
    pub steps: Vec<Step>,
}

impl Explanation {
    pub(super) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.steps.iter().any(|s| !s.holds)
    }

    pub(super) fn concluded(mut self, allowed: bool) -> Explanation {
        self.allowed = allowed;
        self
    }

    /// The last link: the deciding rule, or what is missing.
    pub fn deciding(&self) -> Option<&Step> {
        self.steps.last()
    }
}

impl Rule {
    /// The rule in words: "rule 3 of `acls`".
    pub fn title(&self) -> String {
        match self.section {
            Section::Acls => format!("rule {} of `acls`", self.index + 1),
            Section::Grants => format!("rule {} of `grants`", self.index + 1),
            Section::AllowAll => "a policy without rules".to_owned(),
        }
    }
}
