//! Stage 5: what was emitted is read back by readers that are not ours, and held against the consumer's own types and against
//! itself, before anything is written.
//!
//! A finding here is a mistake of gkc's, or of something that the configuration hands through untyped.

mod coder;
mod gitpod;
mod id;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod objects;
mod platform;
mod pod;
mod reading;
mod references;
mod schemas;
mod user_data;

use crate::diagnostic::stages::ARTIFACT_REJECTED;
pub use platform::{CONFIG_PATCH_IGNORED, CONFIG_PATCH_REJECTED};

use crate::diagnostic::Sink;
use crate::emit::{Emission, Filled};
use crate::plan::Plan;
use crate::source::Span;
use reading::Reading;

/// Reads every document back, each part of one once. Templates cannot be read: `filled` has something in place of late values.
pub fn verify(plan: &Plan, emission: &Emission, filled: &Filled, anchor: Span, sink: &mut Sink) {
    let mut reading = Reading::default();
    for (document, sections) in filled.with_sections(emission) {
        if let Err(problem) = reading.read(document, sections) {
            report(sink, anchor, &document.path, &problem);
        }
    }
    for object in reading.objects() {
        if let Err(problem) = objects::check(object.data) {
            report(sink, anchor, object.path, &problem);
        }
    }
    for user_data in reading.user_data() {
        if let Err(problem) = user_data.check() {
            report(sink, anchor, user_data.path, &problem);
        }
    }
    platform::verify(plan, &reading, anchor, sink);
    references::verify(plan, &reading, anchor, sink);
}

fn report(sink: &mut Sink, anchor: Span, path: &str, problem: &str) {
    let message = format!("generated file `{path}` is invalid: {problem}");
    let finding = ARTIFACT_REJECTED.at(anchor, message);
    sink.push(finding.help("report this as a bug in gkc, unless a value in your configuration explains it"));
}
