//! Asks a Tailscale policy a question: `cargo run -p gkc-core --example policy`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::model::Tailnet;
use gkc_core::tailnet::query::query;
use gkc_core::tailnet::reach::Engine;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let policy = r#"{
        "tagOwners": {"tag:k3s": []},
        "grants": [{"src": ["ada@acme.dev"], "dst": ["tag:k3s"], "ip": ["tcp:6443"]}],
    }"#;
    let tailnet: Tailnet = serde_json::from_str(
        r#"{"nodes": [
            {"name": "server", "tags": ["tag:k3s"], "ips": ["100.64.0.1"]},
            {"name": "laptop", "user": "ada@acme.dev", "ips": ["100.64.0.2"]}]}"#,
    )?;
    let checked = check_text(
        &SourceFile::new(FileId::CONFIG, "policy.hujson", policy),
        Control::Tailscale,
        None,
    );
    let engine = Engine::new(&checked.policy, &tailnet);
    for to in ["server:6443", "server:22"] {
        let answer = query(&engine, "laptop", to, "tcp")?;
        println!(
            "laptop to {to}: {}",
            if answer.allowed { "allowed" } else { "denied" }
        );
        for step in &answer.steps {
            println!("    {}", step.text);
        }
    }
    Ok(())
}
