//! The language server, spoken to as an editor does.
//!
//! `golden/lsp` has sessions as data: `NAME.json` is what the client says, `NAME.expected.json` all that it hears. `UPDATE=1` writes the
//! latter anew.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod client;
mod sessions;

use client::Client;
use serde_json::{Value, json};
use std::io::Read;
use std::time::Duration;

const CONFIG: &str =
    "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomain_passlist: [acme.com, Acme.dev]\n";

fn rules(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_whole_life() {
    let (mut client, capabilities) = Client::initialized(&json!({}));
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(client.ask("shutdown", &Value::Null)["result"], Value::Null);
    let late = client.ask("textDocument/hover", &json!({}));
    assert_eq!(late["error"]["code"], -32600);
    client.tell("exit", &Value::Null);
    assert_eq!(client.ended(), 0);
}

#[test]
fn a_client_that_leaves_without_a_word_ends_the_server() {
    let (mut client, _) = Client::initialized(&json!({}));
    client.open("gitpod-k3s.yaml", CONFIG);
    client.input = None;
    assert_eq!(client.ended(), 1);

    let (mut client, _) = Client::initialized(&json!({}));
    client.tell("exit", &Value::Null);
    assert_eq!(client.ended(), 1);
}

#[test]
fn mistakes_of_the_client_are_answered_by_the_protocol() {
    let mut client = Client::start();
    let early = client.ask("textDocument/hover", &json!({}));
    assert_eq!(early["error"]["code"], -32002);
    client.raw(b"Content-Length: 9\r\n\r\n{\"id\": 1,");
    let malformed = client.wait(|message| message.get("id") == Some(&Value::Null));
    assert_eq!(malformed["error"]["code"], -32700);
    for wrong in [
        "Nonsense\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 2\r\n\r\n[]",
    ] {
        client.raw(wrong.as_bytes());
        let answer = client.wait(|message| message.get("id") == Some(&Value::Null));
        assert_eq!(answer["error"]["code"], -32700);
    }
    let bad = client.ask("initialize", &json!({"capabilities": 7}));
    assert_eq!(bad["error"]["code"], -32602);
    client.ask("initialize", &json!({"capabilities": {}}));
    assert_eq!(
        client.ask("initialize", &json!({"capabilities": {}}))["error"]["code"],
        -32600
    );
    assert_eq!(client.ask("gkc/nothing", &json!({}))["error"]["code"], -32601);
    assert_eq!(
        client.ask("textDocument/hover", &json!({"position": 1}))["error"]["code"],
        -32602
    );
    // A document that is not open, and edits beyond its end.
    let position =
        json!({"textDocument": {"uri": "file:///nothing"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.ask("textDocument/hover", &position)["result"], Value::Null);
    client.change("file:///nothing", 2, &json!([{"text": "x"}]));
    client.wait(|message| message["method"] == "window/logMessage");
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let far = json!({"start": {"line": 90, "character": 1}, "end": {"line": 4_000_000_000u32, "character": 4_000_000_000u32}});
    client.change(&uri, 2, &json!([{"range": far, "text": "domainn: x\n"}]));
    let found = client.findings(&uri, 2);
    assert!(rules(&found).contains(&"unknown-key"), "{found}");
}

#[test]
fn a_message_of_any_length_ends_no_server() {
    let (mut client, _) = Client::initialized(&json!({}));
    let huge = 200 * 1024 * 1024;
    client.raw(format!("Content-Length: {huge}\r\n\r\n").as_bytes());
    for _ in 0..200 {
        client.raw(&vec![b' '; 1024 * 1024]);
    }
    let answer = client.wait(|message| message.get("id") == Some(&Value::Null));
    assert_eq!(answer["error"]["message"], "message is too large");
    // A document that no file may be as large as: nothing is said of it before it is smaller.
    let uri = client.open("gitpod-k3s.yaml", &"# a line that fills a file\n".repeat(400_000));
    let start = json!({"line": 0, "character": 0});
    client.change(
        &uri,
        2,
        &json!([{"range": {"start": start, "end": start}, "text": CONFIG}]),
    );
    client.change(&uri, 3, &json!([{"text": CONFIG}]));
    assert!(rules(&client.findings(&uri, 1)).contains(&"passlist-uppercase"));
    assert!(client.kept.is_empty());
    assert_eq!(client.ask("shutdown", &Value::Null)["result"], Value::Null);
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 1}});
    let request = |id: i64| {
        let body =
            json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": hover}).to_string();
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let mut all = String::new();
    for id in 100..200 {
        all.push_str(&request(id));
    }
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 199}}).to_string();
    all.push_str(&format!("Content-Length: {}\r\n\r\n{cancel}", cancel.len()));
    client.raw(all.as_bytes());
    let last = client.wait(|message| message["id"] == 199);
    // Where the server was faster than the cancellation, the answer is there.
    assert!(
        last["error"]["code"] == -32800 || last["result"].is_object(),
        "{last}"
    );
    for id in 100..199 {
        assert!(client.wait(|message| message["id"] == id)["result"].is_object());
    }
}

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

/// A number below `most`, each time another.
fn below(state: &mut u64, most: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap() % most.max(1)
}

#[test]
fn edits_leave_what_a_fresh_look_finds() {
    const PIECES: [&str; 14] = [
        "\n",
        "  ",
        "a: b\n",
        "🚀",
        "é",
        "domain: x.Acme.dev\n",
        "- ",
        "{",
        "]",
        "\"",
        "cluster:\n  size: small\n",
        "# c\n",
        "\r\n",
        ": ",
    ];
    let mut state = 11;
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let (mut client, _) = Client::initialized(&json!({"general": {"positionEncodings": [encoding]}}));
        let mut text: Vec<char> = CONFIG.chars().collect();
        let uri = client.open("gitpod-k3s.yaml", CONFIG);
        client.findings(&uri, 1);
        for version in 2..80 {
            let mut changes = Vec::new();
            for _ in 0..=below(&mut state, 3) {
                let mut start = below(&mut state, text.len() + 1);
                let mut end = (start + below(&mut state, 6)).min(text.len());
                // A place inside a line break is none.
                let inside =
                    |at: usize| at > 0 && at < text.len() && text[at - 1] == '\r' && text[at] == '\n';
                start -= usize::from(inside(start));
                end -= usize::from(inside(end));
                let end = end.max(start);
                let piece = PIECES[below(&mut state, PIECES.len())];
                let range =
                    json!({"start": place(&text, start, encoding), "end": place(&text, end, encoding)});
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

/// Line and column of a character.
fn place(text: &[char], at: usize, encoding: &str) -> Value {
    let before = &text[..at];
    let ends = |i: &usize| before[*i] == '\n' || (before[*i] == '\r' && text.get(i + 1) != Some(&'\n'));
    let breaks: Vec<usize> = (0..at).filter(ends).collect();
    let start = breaks.last().map_or(0, |last| last + 1);
    let column: usize = before[start..]
        .iter()
        .map(|c| match encoding {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            _ => 1,
        })
        .sum();
    json!({"line": breaks.len(), "character": column})
}

#[test]
fn findings_of_artifacts_come_when_the_client_is_idle_and_move_with_edits() {
    let mut config = String::from(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ncluster:\n  provider: hetzner\n  firewall: {api: [203.0.113.0/24]}\ncloudInit:\n  beforeK3s:\n",
    );
    // More than the provider takes as user-data.
    for i in 0..600 {
        config.push_str(&format!(
            "    - echo 'line {i} of a long script that is pasted here' >/dev/null\n"
        ));
    }
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", &config);
    let large = |found: &Value| {
        let found = found.as_array().unwrap();
        let finding = found
            .iter()
            .find(|finding| finding["code"] == "user-data-too-large");
        finding.map(|finding| finding["range"]["start"]["line"].as_i64().unwrap())
    };
    assert_eq!(large(&client.findings(&uri, 1)), None);
    let line = large(&client.findings(&uri, 1)).unwrap();
    let top = json!({"line": 1, "character": 0});
    client.change(
        &uri,
        2,
        &json!([{"range": {"start": top, "end": top}, "text": "# a line\n"}]),
    );
    assert_eq!(large(&client.findings(&uri, 2)), Some(line + 1));
}

#[test]
fn findings_of_a_policy_are_told_under_the_policy_and_taken_back() {
    let (mut client, _) = Client::initialized(&json!({}));
    let config = "apiVersion: gitpod-k3s/v1\nplatform: none\ncluster: {api: {host: k3s.acme.dev}}\ntailscale:\n  use: access\n  admins: [ada@acme.dev]\n  policy: tailnet.hujson\n";
    let policy = client.open(
        "tailnet.hujson",
        "{\"groups\": {\"group:a\": [\"ada@acme.dev\"]}, \"aclss\": []}\n",
    );
    let uri = client.open("gitpod-k3s.yaml", config);
    client.findings(&uri, 1);
    let found = client.wait(|message| message["params"]["uri"] == policy.as_str());
    assert!(
        !found["params"]["diagnostics"].as_array().unwrap().is_empty(),
        "{found}"
    );
    client.change(
        &policy,
        2,
        &json!([{"text": "{\"grants\": [{\"src\": [\"*\"], \"dst\": [\"*\"], \"ip\": [\"*\"]}]}\n"}]),
    );
    let found = client.wait(|message| message["params"]["uri"] == policy.as_str());
    assert_eq!(found["params"]["diagnostics"], json!([]));
}

#[test]
fn a_client_that_asks_for_findings_is_told_when_to_ask_again() {
    let asks = json!({"diagnostic": {"relatedDocumentSupport": true}});
    let workspace = json!({"diagnostics": {"refreshSupport": true}});
    let capabilities = json!({"textDocument": asks, "workspace": workspace});
    let (mut client, server) = Client::initialized(&capabilities);
    assert!(server["diagnosticProvider"].is_object());
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let answer = client.ask("textDocument/diagnostic", &json!({"textDocument": {"uri": uri}}));
    assert_eq!(answer["result"]["kind"], "full");
    assert!(rules(&answer["result"]["items"]).contains(&"passlist-uppercase"));
    client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
    let pushed = client
        .kept
        .iter()
        .any(|message| message["method"] == "textDocument/publishDiagnostics");
    assert!(!pushed);
    // Files that are not open change without an edit of the client's.
    client.tell("workspace/didChangeWatchedFiles", &json!({"changes": []}));
    client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
}

#[test]
fn a_client_that_takes_no_findings_of_other_documents_is_sent_them() {
    let workspace = json!({"diagnostics": {"refreshSupport": true}});
    let capabilities = json!({"textDocument": {"diagnostic": {}}, "workspace": workspace});
    let (mut client, server) = Client::initialized(&capabilities);
    assert_eq!(server["diagnosticProvider"], Value::Null);
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    assert!(rules(&client.findings(&uri, 1)).contains(&"passlist-uppercase"));
}

#[test]
fn no_message_tells_a_secret() {
    let canary = "CANARY-5f2c81d09b7e";
    let (mut client, _) = Client::initialized(&json!({}));
    std::fs::write(
        client.folder.path().join("gitpod-k3s.secrets.env"),
        format!("DB_PASSWORD={canary}-1\n"),
    )
    .unwrap();
    std::fs::write(client.folder.path().join("token"), format!("{canary}-2\n")).unwrap();
    let config = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndatabase:\n  external: {{host: db.acme.dev, username: gitpod, password: {{env: DB_PASSWORD}}}}\n\
         authProviders:\n  - {{id: a, type: GitHub, host: github.com, clientId: x, clientSecret: {canary}-3}}\n  - {{id: b, type: GitLab, host: gitlab.com, clientId: y, clientSecret: {{file: token}}}}\n\
         tailscale: {{authKey: [{canary}-4]}}\nsecrets:\n  own: {{key: {canary}-5}}\nk3s: {{serverConfig: {{token: {canary}-6}}}}\n"
    );
    let uri = client.open("gitpod-k3s.yaml", &config);
    client.findings(&uri, 1);
    let mut heard = Vec::new();
    for line in 0..config.lines().count() {
        for character in (0..140).step_by(7) {
            let position = json!({"line": line, "character": character});
            heard.push(client.ask(
                "textDocument/hover",
                &json!({"textDocument": {"uri": uri}, "position": position}),
            ));
            let range = json!({"start": position, "end": position});
            let params =
                json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
            heard.push(client.ask("textDocument/codeAction", &params));
            let place = json!({"textDocument": {"uri": uri}, "position": position});
            heard.push(client.ask("textDocument/completion", &place));
        }
    }
    for method in [
        "textDocument/codeLens",
        "textDocument/documentLink",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/formatting",
        "textDocument/semanticTokens/full",
        "workspace/symbol",
    ] {
        let options = json!({"tabSize": 2, "insertSpaces": true});
        let params = json!({"textDocument": {"uri": uri}, "options": options, "query": ""});
        heard.push(client.ask(method, &params));
    }
    let everything = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": everything});
    heard.push(client.ask("textDocument/inlayHint", &params));
    for line in 0..config.lines().count() {
        let position = json!({"line": line, "character": 3});
        let params = json!({"textDocument": {"uri": uri}, "position": position});
        let shown = client.ask("gkc/preview", &params);
        for path in shown["result"]["paths"].as_array().cloned().unwrap_or_default() {
            let params = json!({"textDocument": {"uri": uri}, "position": position, "path": path});
            heard.push(client.ask("gkc/preview", &params));
        }
    }
    for name in ["authProviders.a", "secrets.own.key"] {
        let params = json!({"command": "gkc.moveSecret", "arguments": [uri, name]});
        heard.push(client.ask("workspace/executeCommand", &params));
    }
    std::thread::sleep(Duration::from_millis(800));
    heard.extend(client.kept.drain(..));
    while let Ok(message) = client.heard.recv_timeout(Duration::from_millis(200)) {
        heard.push(message);
    }
    assert!(heard.len() > 100);
    for message in heard {
        assert!(!message.to_string().contains(canary), "{message}");
    }
    client.input = None;
    client.ended();
    let mut said = String::new();
    client
        .server
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
}

#[test]
fn a_secret_moves_to_the_secrets_file() {
    let edits = json!({"workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}}});
    let (mut client, _) = Client::initialized(&edits);
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nk3s:\n  token: sesame-sesame\n";
    let uri = client.open("gitpod-k3s.yaml", config);
    client.findings(&uri, 1);
    let at = json!({"line": 3, "character": 12});
    let context = json!({"diagnostics": [], "only": ["refactor"]});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context});
    let actions = client.ask("textDocument/codeAction", &params);
    let command = &actions["result"][0]["command"];
    assert_eq!(
        command["title"], "Move the secret to the secrets file",
        "{actions}"
    );
    let answer = client.ask("workspace/executeCommand", command);
    assert_eq!(answer["result"], Value::Null, "{answer}");
    let asked = client.wait(|message| message["method"] == "workspace/applyEdit");
    let edit = &asked["params"]["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(edit["newText"], "{env: K3S_TOKEN}");
    let beside = |name: &str| std::fs::read_to_string(client.folder.path().join(name)).unwrap();
    assert_eq!(beside("gitpod-k3s.secrets.env"), "K3S_TOKEN=sesame-sesame\n");
    assert_eq!(beside(".gitignore"), "/gitpod-k3s.secrets.env\n");
    let wrong = json!({"command": "gkc.moveSecret", "arguments": [uri, "k3s.agentToken"]});
    let refused = client.ask("workspace/executeCommand", &wrong);
    assert_eq!(
        refused["error"]["message"],
        "the configuration has no literal secret `k3s.agentToken`"
    );
}

#[test]
fn settings_are_asked_for_and_hold() {
    let (mut client, _) = Client::initialized(&json!({"workspace": {"configuration": true}}));
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    assert_eq!(asked["params"]["items"], json!([{"section": "gkc"}]));
    let settings = json!({
        "secretsFile": "own.env",
        "rules": {"no-authorized-keys": "off", "images-not-public": "error", "domain-uper": "off"},
    });
    std::fs::write(client.folder.path().join("own.env"), "K3S_TOKEN=a-token\n").unwrap();
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [settings]}));
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert_eq!(
        told["params"]["message"],
        "`gkc.rules`: unknown rule `domain-uper`; did you mean `domain-uppercase`?"
    );
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let found = client.findings(&uri, 1);
    assert!(!rules(&found).contains(&"no-authorized-keys"), "{found}");
    let unresolved = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["code"] == "secret-unresolved");
    assert!(
        !unresolved
            .clone()
            .any(|found| found.to_string().contains("`K3S_TOKEN`")),
        "{found}"
    );
    let severity = |rule: &str, found: &Value| {
        let mut all = found.as_array().unwrap().iter();
        all.find(|found| found["code"] == rule).unwrap()["severity"].clone()
    };
    assert_eq!(severity("images-not-public", &found), 1);
    client.tell("workspace/didChangeConfiguration", &json!({"settings": null}));
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [null]}));
    let found = client.findings(&uri, 1);
    assert_eq!(severity("images-not-public", &found), 2);
    assert!(rules(&found).contains(&"no-authorized-keys"), "{found}");
}

#[test]
fn files_that_a_configuration_refers_to_are_watched() {
    let watching = json!({"dynamicRegistration": true, "relativePatternSupport": true});
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": watching}});
    let (mut client, _) = Client::initialized(&capabilities);
    let uri = client.open(
        "gitpod-k3s.yaml",
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nk3s: {token: {file: token}}\n",
    );
    let found = client.findings(&uri, 1);
    assert!(found.to_string().contains("`k3s.token`"), "{found}");
    let asked = client.wait(|message| message["method"] == "client/registerCapability");
    let registration = &asked["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watchers = registration["registerOptions"]["watchers"].as_array().unwrap();
    let names: Vec<&str> = watchers
        .iter()
        .map(|watcher| watcher["globPattern"]["pattern"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["gitpod-k3s.secrets.env", "token"]);
    std::fs::write(client.folder.path().join("token"), "a-token\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", &json!({"changes": []}));
    let found = client.findings(&uri, 1);
    assert!(!found.to_string().contains("`k3s.token`"), "{found}");
    client.change(&uri, 2, &json!([{"text": CONFIG}]));
    client.wait(|message| message["method"] == "client/unregisterCapability");
    let asked = client.wait(|message| message["method"] == "client/registerCapability");
    let watchers = &asked["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers.as_array().unwrap().len(), 1, "{asked}");
}

#[test]
fn what_does_nothing_and_what_is_old_is_tagged() {
    let (mut client, _) = Client::initialized(&json!({}));
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomainPasslist: [acme.dev, acme.dev]\n";
    let uri = client.open("gitpod-k3s.yaml", config);
    let found = client.findings(&uri, 1);
    let tags = |rule: &str| {
        let mut all = found.as_array().unwrap().iter();
        all.find(|found| found["code"] == rule).unwrap()["tags"].clone()
    };
    assert_eq!(tags("passlist-duplicate"), json!([1]));
    assert_eq!(tags("passlist-alias"), json!([2]));
    assert_eq!(tags("no-authorized-keys"), Value::Null);
}

#[test]
fn a_policy_alone_finds_its_configuration_on_disk() {
    let (mut client, _) = Client::initialized(&json!({}));
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ntailscale: {tags: tag:k3s, policy: acl/p.hujson}\n";
    std::fs::write(client.folder.path().join("gitpod-k3s.yaml"), config).unwrap();
    std::fs::create_dir(client.folder.path().join("acl")).unwrap();
    let policy = r#"{"tagOwners": {"tag:k3s": ["group:none"]}, "acls": []}"#;
    let uri = client.open("acl/p.hujson", policy);
    let found = client.findings(&uri, 1);
    assert_eq!(rules(&found), ["tailscale-undefined-group"], "{found}");
    let at = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 18}});
    let hover = client.ask("textDocument/hover", &at);
    assert!(
        hover.to_string().contains("All machines of this cluster"),
        "{hover}"
    );
    assert!(
        !client
            .kept
            .iter()
            .any(|message| message["params"]["uri"] == client.uri("gitpod-k3s.yaml"))
    );
    // An edit of the configuration on disk counts once the client tells of it.
    let renamed = config.replace("tag:k3s", "tag:other");
    std::fs::write(client.folder.path().join("gitpod-k3s.yaml"), renamed).unwrap();
    client.tell("workspace/didChangeWatchedFiles", &json!({"changes": []}));
    let hover = client.ask("textDocument/hover", &at);
    assert!(
        !hover.to_string().contains("All machines of this cluster"),
        "{hover}"
    );
}

#[test]
fn a_policy_has_one_name_however_it_is_reached() {
    let (mut client, _) =
        Client::initialized(&json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    for folder in ["conf", "pol"] {
        std::fs::create_dir(client.folder.path().join(folder)).unwrap();
    }
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ntailscale:\n  policy: ../pol/./p.hujson\n  admins: [group:ops]\n";
    let policy = r#"{"groups": {"group:ops": ["ada@acme.dev"]}, "acls": []}"#;
    std::fs::write(client.folder.path().join("pol/p.hujson"), policy).unwrap();
    let uri = client.open("conf/gitpod-k3s.yaml", config);
    client.findings(&uri, 1);
    let policy_uri = client.open(
        "pol/p%2Ehujson",
        &format!("// a line that is not saved\n{policy}"),
    );
    let at =
        json!({"textDocument": {"uri": uri}, "position": {"line": 4, "character": 15}, "newName": "dev"});
    let renamed = client.ask("textDocument/rename", &at);
    let changes = renamed["result"]["documentChanges"].as_array().unwrap();
    let of_policy = changes
        .iter()
        .find(|change| change["textDocument"]["uri"] == policy_uri);
    let of_policy = of_policy.unwrap_or_else(|| panic!("{renamed}"));
    assert_eq!(of_policy["edits"][0]["range"]["start"]["line"], 1, "{renamed}");
    let at = json!({"textDocument": {"uri": policy_uri}, "position": {"line": 1, "character": 18}, "context": {"includeDeclaration": true}});
    let references = client.ask("textDocument/references", &at);
    assert_eq!(references["result"].as_array().unwrap().len(), 2, "{references}");
}

#[test]
fn secrets_move_only_where_the_configuration_can_follow() {
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nk3s:\n  token: sesame-sesame\n";
    let move_it = |client: &mut Client, uri: &str| {
        let params = json!({"command": "gkc.moveSecret", "arguments": [uri, "k3s.token"]});
        client.ask("workspace/executeCommand", &params)["error"]["message"].clone()
    };
    let refused = "the document is not a file on disk, or the editor takes no edits from the server";
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", config);
    assert_eq!(move_it(&mut client, &uri), refused);

    let (mut client, _) = Client::initialized(&json!({"workspace": {"applyEdit": true}}));
    let document = json!({"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": config});
    client.tell("textDocument/didOpen", &json!({"textDocument": document}));
    assert_eq!(move_it(&mut client, "untitled:Untitled-1"), refused);

    let uri = client.open("gitpod-k3s.yaml", config);
    let secrets = client.open("gitpod-k3s.secrets.env", "A=1\n");
    let open = move_it(&mut client, &uri);
    assert!(
        open.as_str()
            .unwrap()
            .ends_with("is open in the editor: save and close it first"),
        "{open}"
    );
    client.tell(
        "textDocument/didClose",
        &json!({"textDocument": {"uri": secrets}}),
    );
    let file = client.folder.path().join("gitpod-k3s.secrets.env");
    std::fs::write(&file, "broken line\n").unwrap();
    let broken = move_it(&mut client, &uri);
    assert!(
        broken
            .as_str()
            .unwrap()
            .starts_with("the secrets file cannot be used: "),
        "{broken}"
    );
    std::fs::remove_file(&file).unwrap();
    assert_eq!(move_it(&mut client, &uri), Value::Null);
    let asked = client.wait(|message| message["method"] == "workspace/applyEdit");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": false}}));
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(
        told.to_string()
            .contains("replace the secret with `{env: K3S_TOKEN}`"),
        "{told}"
    );
}

#[test]
fn a_document_that_is_no_policy_leaves_open_configurations_alone() {
    let (mut client, _) = Client::initialized(&json!({}));
    std::fs::write(client.folder.path().join("gitpod-k3s.yaml"), CONFIG).unwrap();
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    client.findings(&uri, 1);
    client.open("other.yaml", "a: 1\n");
    let at = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 2}});
    let hover = client.ask("textDocument/hover", &at);
    assert!(hover.to_string().contains("`domain`"), "{hover}");
}
