//! Sessions as data.

use crate::client::Client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[test]
fn sessions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/lsp");
    let mut names: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.retain(|path| {
        path.to_str().unwrap().ends_with(".json") && !path.to_str().unwrap().ends_with(".expected.json")
    });
    names.sort();
    assert!(!names.is_empty());
    for path in names {
        let session: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut heard = serde_json::Map::new();
        for encoding in ["utf-8", "utf-16", "utf-32"] {
            heard.insert(encoding.to_owned(), play(&session, encoding));
        }
        let heard = format!("{:#}\n", Value::Object(heard));
        let expected = path.with_extension("expected.json");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &heard).unwrap();
        }
        assert_eq!(
            heard,
            std::fs::read_to_string(&expected).unwrap(),
            "{}",
            path.display()
        );
    }
}

/// What a session hears with an encoding: findings after each edit, and each answer. `LINE:TEXT` is the place before that text in that
/// line, both in the document as it is then.
fn play(session: &Value, encoding: &str) -> Value {
    let (mut client, _) = Client::initialized(&json!({"general": {"positionEncodings": [encoding]}}));
    let mut text = session["text"].as_str().unwrap().to_owned();
    let uri = client.open("gitpod-k3s.yaml", &text);
    let mut version = 1;
    let mut heard = vec![client.findings(&uri, version)];
    for step in session["steps"].as_array().unwrap() {
        let position = |place: &Value| {
            let (line, word) = place.as_str().unwrap().split_once(':').unwrap();
            let line: usize = line.parse().unwrap();
            let body = text.lines().nth(line).unwrap();
            let before = &body[..body.find(word).unwrap()];
            let character = match encoding {
                "utf-8" => before.len(),
                "utf-16" => before.encode_utf16().count(),
                _ => before.chars().count(),
            };
            json!({"line": line, "character": character})
        };
        if let Some(new) = step["insert"].as_str() {
            version += 1;
            let at = position(&step["at"]);
            client.change(
                &uri,
                version,
                &json!([{"range": {"start": at, "end": at}, "text": new}]),
            );
            let (line, word) = step["at"].as_str().unwrap().split_once(':').unwrap();
            let start: usize = text
                .split_inclusive('\n')
                .take(line.parse().unwrap())
                .map(str::len)
                .sum();
            let offset = start + text[start..].find(word).unwrap();
            text.insert_str(offset, new);
            heard.push(client.findings(&uri, version));
            continue;
        }
        let mut params = json!({"textDocument": {"uri": uri}});
        let at = position(&step["at"]);
        let method = step["ask"].as_str().unwrap();
        if method == "textDocument/codeAction" {
            params["range"] = json!({"start": at, "end": at});
            params["context"] = json!({"diagnostics": []});
            if let Some(only) = step.get("only") {
                params["context"]["only"] = only.clone();
            }
        } else if method == "textDocument/formatting" {
            params["options"] = json!({"tabSize": 2, "insertSpaces": true});
        } else {
            params["position"] = at;
        }
        heard.push(client.ask(method, &params)["result"].clone());
    }
    let heard = Value::Array(heard)
        .to_string()
        .replace(&client.uri(""), "file:///");
    serde_json::from_str(&heard).unwrap()
}
