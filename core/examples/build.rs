//! Builds a deployment in memory, with secrets from the environment: `cargo run -p gkc-core --example build -- gitpod-k3s.yaml`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gkc_core::Options;
use gkc_core::inputs::{InputError, Inputs, SecretBytes};
use gkc_core::source::{FileId, SourceFile};
use std::error::Error;

/// Variables of the environment, and files beside the configuration.
struct Surroundings;

impl Inputs for Surroundings {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let bytes = std::fs::read(path).map_err(|error| InputError(error.to_string()))?;
        Ok(SecretBytes::new(bytes))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        Some(SecretBytes::new(value.into_bytes()))
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("this example makes no secrets up".into()))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: build FILE")?;
    let file = SourceFile::new(FileId::CONFIG, path.as_str(), std::fs::read_to_string(&path)?);

    // Secrets that the environment does not have become sensitive variables of the Terraform module.
    let options = Options::default().secrets_late(true);
    let checked = gkc_core::check_with(&file, &Surroundings, options);
    if let Some(plan) = checked.analysis.plan() {
        println!(
            "the cluster {} needs {} secrets",
            plan.name(),
            plan.secrets().len()
        );
    }
    for artifact in checked.build(None)? {
        println!("{:>6} bytes  {}", artifact.bytes.len(), artifact.path);
    }
    Ok(())
}
