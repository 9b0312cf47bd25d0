//! Edits, one by one and in bursts.

use crate::client::Client;
use crate::random::{below, edit, place};
use crate::{CONFIG, rules};
use serde_json::{Value, json};
use std::ops::Range;

#[test]
fn a_burst_of_edits_ends_with_fresh_findings() {
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", "apiVersion: gitpod-k3s/v1\ndomain: \n");
    client.findings(&uri, 1);
    for (i, letter) in "Gitpod.acme.dev".repeat(7).chars().take(100).enumerate() {
        let place = json!({"line": 1, "character": 8 + i});
        let change = json!([{"range": {"start": place, "end": place}, "text": letter.to_string()}]);
        client.change(&uri, 2 + i64::try_from(i).unwrap(), &change);
    }
    let found = client.findings(&uri, 101);
    assert!(rules(&found).contains(&"domain-uppercase"), "{found}");
}

#[test]
fn edits_leave_what_a_fresh_look_finds() {
    let mut state = 11;
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let (mut client, _) = Client::initialized(&json!({"general": {"positionEncodings": [encoding]}}));
        let mut text: Vec<char> = CONFIG.chars().collect();
        let uri = client.open("gitpod-k3s.yaml", CONFIG);
        client.findings(&uri, 1);
        for version in 2..80 {
            let mut changes = Vec::new();
            for _ in 0..=below(&mut state, 3) {
                let (Range { start, end }, piece) = edit(&mut state, &text);
                let place = |at: usize| {
                    let (line, character) = place(&text, at, |c| match encoding {
                        "utf-8" => c.len_utf8(),
                        "utf-16" => c.len_utf16(),
                        _ => 1,
                    });
                    json!({"line": line, "character": character})
                };
                let range = json!({"start": place(start), "end": place(end)});
                changes.push(json!({"range": range, "text": piece}));
                text.splice(start..end, piece.chars());
            }
            client.change(&uri, version, &Value::Array(changes));
        }
        let edited = client.findings(&uri, 79);
        let whole: String = text.iter().collect();
        client.change(&uri, 80, &json!([{"text": whole}]));
        assert_eq!(edited, client.findings(&uri, 80), "{whole}");
    }
}
