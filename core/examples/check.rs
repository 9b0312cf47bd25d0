//! Checks a configuration and prints what is found, with places: `cargo run -p gkc-core --example check -- gitpod-k3s.yaml`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: check FILE")?;
    let file = SourceFile::new(FileId::CONFIG, path.as_str(), std::fs::read_to_string(&path)?);

    let checked = gkc_core::check(&file, &NoInputs);
    for finding in &checked.diagnostics {
        // A finding may be in a file that the configuration names.
        let (file, at, _) = checked
            .analysis
            .files
            .position(finding.span)
            .ok_or("a finding without a file")?;
        println!(
            "{}:{}:{}: {}[{}]: {}",
            file.path(),
            at.line,
            at.column,
            finding.severity.as_str(),
            finding.rule,
            finding.message
        );
        if let Some(help) = &finding.help {
            println!("    help: {help}");
        }
    }
    Ok(())
}
