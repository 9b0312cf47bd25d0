//! What an editor does at every keystroke: the findings that need no artifact, and what completes them on idle:
//! `cargo run -p gkc-core --example analyse`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::{Options, analyse, prove};

fn main() {
    let mut text = String::from("apiVersion: gitpod-k3s/v1\n");
    for typed in ["domain: Dev", ".acme.dev", "\nssh: {port: 443}\n"] {
        text.push_str(typed);
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text.as_str());
        let analysis = analyse(&file, &NoInputs, Options::default());
        let names: Vec<&str> = analysis.diagnostics.iter().map(|found| found.rule.name).collect();
        println!("after {typed:?}: {}", names.join(", "));
    }
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
    let checked = prove(analyse(&file, &NoInputs, Options::default()));
    println!("on idle: {} findings", checked.diagnostics.len());
}
