//! Stage 5: what was emitted is read back by readers that are not ours, and held against the consumer's own types and against
//! itself, before anything is written.
//!
//! A finding here is a mistake of gkc's, or of something that the configuration hands through untyped.

mod installer;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod objects;
mod references;
mod schemas;

use crate::diagnostic::{Diagnostic, Sink};
use crate::emit::{Artifact, Consumer};
use crate::plan::Plan;
use crate::source::Span;
use serde_json::Value;

/// A document of an artifact, read back.
struct Document<'a> {
    path: &'a str,
    consumer: Consumer,
    data: Value,
}

/// Reads every artifact back. Templates cannot be read: give them with their late values filled in by something.
pub fn verify(plan: &Plan, artifacts: &[Artifact], anchor: Span, sink: &mut Sink) {
    let mut documents = Vec::new();
    for artifact in artifacts.iter().filter(|artifact| !artifact.template) {
        match read(artifact) {
            Ok(found) => documents.extend(found),
            Err(error) => report(sink, anchor, &artifact.path, &error),
        }
    }
    for document in &documents {
        let objects = document.path.starts_with("k3s/manifests/") || document.consumer == Consumer::Secrets;
        let problem = match () {
            () if objects => objects::check(&document.data),
            () if document.path.starts_with("cloud-init/") => objects::check_cloud_config(&document.data),
            () => Ok(()),
        };
        if let Err(problem) = problem {
            report(sink, anchor, document.path, &problem);
        }
    }
    installer::verify(plan, &documents, anchor, sink);
    references::verify(plan, &documents, anchor, sink);
}

/// The documents of an artifact; none for text that has no reader.
fn read(artifact: &Artifact) -> Result<Vec<Document<'_>>, String> {
    let text = std::str::from_utf8(&artifact.bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let document = |data| Document {
        path: artifact.plain_path(),
        consumer: artifact.consumer,
        data,
    };
    match artifact.plain_path().rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") => {
            let data = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
            Ok(vec![document(data)])
        }
        Some("yaml") => {
            use serde::Deserialize;
            let documents = serde_yaml::Deserializer::from_str(text).map(|part| {
                Value::deserialize(part)
                    .map(&document)
                    .map_err(|error| format!("it is not YAML: {error}"))
            });
            documents.collect()
        }
        _ => Ok(Vec::new()),
    }
}

fn report(sink: &mut Sink, anchor: Span, path: &str, problem: &str) {
    let message = format!("`{path}` would not be accepted: {problem}");
    let finding = Diagnostic::error("artifact-rejected", anchor, message);
    sink.push(
        finding.help("if nothing that you wrote explains it, this is a mistake of gkc: please report it"),
    );
}
