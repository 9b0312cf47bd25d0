//! What the platform's own readers say, and what they name and make.

pub use super::gitpod::{CONFIG_PATCH_IGNORED, CONFIG_PATCH_REJECTED};

use super::id::Id;
use super::reading::Reading;
use super::{coder, gitpod};
use crate::diagnostic::Sink;
use crate::plan::{Plan, Platform};
use crate::source::Span;

/// Holds what installs the platform against its schema.
pub(super) fn verify(plan: &Plan, reading: &Reading<'_>, anchor: Span, sink: &mut Sink) {
    match &plan.platform {
        Platform::Gitpod(of) => gitpod::verify(of, reading, anchor, sink),
        Platform::Coder(_) => coder::verify(reading, anchor, sink),
        Platform::None => {}
    }
}

/// The objects that it makes once it is installed.
pub(super) fn made(plan: &Plan) -> Vec<Id> {
    match &plan.platform {
        Platform::Gitpod(_) => gitpod::made().collect(),
        Platform::Coder(_) => coder::made().collect(),
        Platform::None => Vec::new(),
    }
}

/// The objects that its configuration names, with the path of the document that does.
pub(super) fn wanted<'r>(plan: &Plan, reading: &'r Reading<'_>) -> Vec<(&'r str, Id)> {
    match &plan.platform {
        Platform::Gitpod(of) => gitpod::wanted(plan, of, reading),
        Platform::Coder(of) => coder::wanted(of, reading),
        Platform::None => Vec::new(),
    }
}
