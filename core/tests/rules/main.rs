//! Every rule as its users meet it: the goldens in `golden/check`, the pages in `docs/rules`, and the smallest file.
//!
//! `UPDATE=1` rewrites what is derived: the pages and the `fixed*.yaml`. Snapshots are insta's, so `INSTA_UPDATE=always`
//! rewrites those. Look at the difference before it is committed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking"
)]

mod fixes;
mod goldens;
mod pages;
mod support;

use gkc_core::diagnostic::Severity;
use gkc_core::inputs::NoInputs;

#[test]
fn the_smallest_file_lists_what_a_public_instance_still_needs() {
    let file = support::config("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n");
    let checked = gkc_core::check(&file, &NoInputs);
    let mut warned = Vec::new();
    for finding in &checked.diagnostics {
        match finding.severity {
            Severity::Info => assert_eq!(finding.rule, "secret-unresolved"),
            _ => {
                assert_eq!(file.slice(finding.span), "gitpod.acme.dev", "{}", finding.rule);
                assert_eq!(finding.severity, Severity::Warning, "{}", finding.rule);
                warned.push(finding.rule);
            }
        }
    }
    let wanted = [
        "certificate-self-signed",
        "images-not-public",
        "no-auth-provider-on-public",
        "no-authorized-keys",
        "signups-open",
    ];
    assert_eq!(warned, wanted);
}
