//! What is checked without errors is built, twice to the same bytes, which two readers of YAML understand alike.

use gkc_core::diagnostic::Sink;
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax::parse_stream;
use gkc_core::text::SecretBytes;
use serde::Deserialize;
use serde_json::Value;

/// Every variable and every file is there.
struct Everything;

impl Inputs for Everything {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Ok(SecretBytes::from("a file of some length"))
    }

    fn var(&self, _: &str) -> Option<SecretBytes> {
        Some(SecretBytes::from("a value of some length"))
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        buffer.fill(7);
        Ok(())
    }
}

/// Panics where it does not.
pub fn hold(text: &str) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let checked = gkc_core::check(&file, &Everything);
    if checked.has_errors() {
        return;
    }
    let artifacts = checked
        .build(None)
        .expect("what is checked and has its secrets can be built");
    assert!(!artifacts.is_empty() && checked.build(None).is_ok_and(|again| again == artifacts));
    for artifact in artifacts
        .iter()
        .filter(|artifact| artifact.path.ends_with(".yaml"))
    {
        let text = artifact.text();
        let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
        let tree = parse_stream(&file, &mut Sink::new());
        let ours: Vec<Value> = tree.roots().iter().map(|root| tree.to_json(*root)).collect();
        let theirs = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
        let theirs: Vec<Value> = theirs.collect::<Result<_, _>>().expect("YAML");
        assert_eq!(ours, theirs, "{}", artifact.path);
    }
}
