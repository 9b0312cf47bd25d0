//! Sessions as data.

use crate::client::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
        let expected = std::fs::read_to_string(&expected).unwrap();
        let mut lines = heard.lines().zip(expected.lines()).enumerate();
        let differs = lines.find(|(_, (heard, expected))| heard != expected);
        assert!(heard == expected, "{}: {differs:?}", path.display());
    }
}

/// What a session hears with an encoding: findings after each edit, and each answer. `LINE:TEXT` is the place before that text in that
/// line, both in the document as it is then. `files` lie beside the configuration, and `open` opens one of them, which steps with `in` are
/// about.
fn play(session: &Value, encoding: &str) -> Value {
    let capabilities = json!({
        "general": {"positionEncodings": [encoding]},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {
            "rename": {"prepareSupport": true},
            "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "completion": {"completionItem": {
                "snippetSupport": session["snippets"] == true,
                "documentationFormat": ["markdown"],
                "insertTextModeSupport": {"valueSet": [1]},
            }},
        },
    });
    let (mut client, _) = Client::initialized(&capabilities);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in session["files"].as_object().into_iter().flatten() {
        let text = text.as_str().unwrap();
        std::fs::write(client.folder.path().join(name), text).unwrap();
        texts.insert(name.clone(), text.to_owned());
    }
    const CONFIG: &str = "gitpod-k3s.yaml";
    texts.insert(CONFIG.to_owned(), session["text"].as_str().unwrap().to_owned());
    let uri = client.open(CONFIG, &texts[CONFIG]);
    let mut version = 1;
    let mut heard = vec![client.findings(&uri, version)];
    for step in session["steps"].as_array().unwrap() {
        if let Some(name) = step["open"].as_str() {
            client.open(name, &texts[name]);
            heard.push(client.findings(&uri, version));
            continue;
        }
        let name = step["in"].as_str().unwrap_or(CONFIG);
        let text = &texts[name];
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
            let change = json!([{"range": {"start": at, "end": at}, "text": new}]);
            client.change(&uri, version, &change);
            let (line, word) = step["at"].as_str().unwrap().split_once(':').unwrap();
            let lines = text.split_inclusive('\n').take(line.parse().unwrap());
            let start: usize = lines.map(str::len).sum();
            let offset = start + text[start..].find(word).unwrap();
            texts.get_mut(CONFIG).unwrap().insert_str(offset, new);
            heard.push(client.findings(&uri, version));
            continue;
        }
        let method = step["ask"].as_str().unwrap();
        let mut params = match &step["with"] {
            Value::Null => json!({}),
            with => with.clone(),
        };
        params["textDocument"] = json!({"uri": client.uri(name)});
        if let Some(place) = step.get("at") {
            let at = position(place);
            params["position"] = at.clone();
            params["positions"] = json!([at]);
            params["range"] = json!({"start": at, "end": at});
        }
        if let Some(end) = step.get("to") {
            params["range"]["end"] = position(end);
        }
        let answer = client.ask(method, &params);
        heard.push(match answer.get("result") {
            Some(result) => result.clone(),
            None => answer["error"].clone(),
        });
    }
    let heard = Value::Array(heard)
        .to_string()
        .replace(&client.uri(""), "file:///");
    serde_json::from_str(&heard).unwrap()
}
