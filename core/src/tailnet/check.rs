//! A policy's text to its findings: reading, checking, and the tests it carries.

use super::hujson::Document;
use super::model::Tailnet;
use super::policy::{self, Policy};
use super::tests;
use super::validate::validate;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::source::SourceFile;

/// A policy that was read and checked.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What could be read of it.
    pub policy: Policy,
    /// The tree of its text.
    pub document: Document,
    /// What is wrong with it, in file order.
    pub found: Vec<Diagnostic>,
}

impl Checked {
    /// True where the control plane would save it.
    pub fn is_valid(&self) -> bool {
        self.found.iter().all(|d| d.severity != Severity::Error)
    }
}

/// Reads and checks a policy. Its tests run where a tailnet is given and nothing else is wrong.
pub fn check_text(file: &SourceFile, tailnet: Option<&Tailnet>) -> Checked {
    let (policy, document, found) = policy::read(file);
    let mut sink = Sink::new();
    sink.extend(found);
    sink.extend(validate(&policy, tailnet));
    if let Some(tailnet) = tailnet.filter(|_| !sink.has_errors()) {
        sink.extend(tests::run(&policy, tailnet));
    }
    Checked {
        policy,
        document,
        found: sink.finish(),
    }
}
