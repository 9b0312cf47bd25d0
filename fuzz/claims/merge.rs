//! Merging then removing restores every byte, and merging twice is merging once.

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::merge::{GrantNeed, Needs, merge, remove};

fn needs() -> Needs {
    let list = |items: &[&str]| {
        items
            .iter()
            .map(|item| (*item).to_owned())
            .collect::<Vec<String>>()
    };
    Needs {
        groups: vec![("group:admins".into(), list(&["a@x.com"]))],
        hosts: vec![("k3s-pods".into(), "10.42.0.0/16".into())],
        tag_owners: vec![("tag:k3s".into(), list(&["autogroup:admin"]))],
        routes: vec![("10.42.0.0/16".into(), list(&["tag:k3s"]))],
        grants: vec![GrantNeed {
            why: Some("pods reach pods".into()),
            src: list(&["k3s-pods", "tag:k3s"]),
            dst: list(&["k3s-pods"]),
            ip: list(&["*"]),
        }],
        ..Needs::default()
    }
}

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "fuzz", text)
}

/// Panics where it does not.
pub fn hold(text: &str) {
    let bare = remove(&file(text));
    match merge(&file(text), &needs(), Control::Tailscale, None) {
        Ok(merged) => {
            let after = remove(&file(&merged.text));
            assert_eq!(after, bare, "removing restores what was there without own parts");
            let again =
                merge(&file(&merged.text), &needs(), Control::Tailscale, None).map(|again| again.text);
            assert_eq!(again.as_ref(), Ok(&merged.text));
        }
        Err(refused) => {
            let found = refused.into_found();
            let whole = file(text).span(0..text.len());
            assert!(!found.is_empty());
            found
                .iter()
                .for_each(|finding| assert!(whole.contains(finding.span), "{finding:?}"));
        }
    }
}
