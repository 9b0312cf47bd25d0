//! The language server, spoken to as an editor does.
//!
//! `golden/lsp` has sessions as data: `NAME.json` is what the client says, `NAME.expected.json` all that it hears. `UPDATE=1` writes the
//! latter anew.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod actions;
mod client;
mod edits;
mod findings;
mod protocol;
mod random;
mod secrets;
mod sessions;
mod surroundings;

use serde_json::Value;

const CONFIG: &str =
    "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomain_passlist: [acme.com, Acme.dev]\n";

fn rules(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}
