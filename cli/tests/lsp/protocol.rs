//! The life of the server, and mistakes of the client.

use crate::client::Client;
use crate::{CONFIG, rules};
use serde_json::{Value, json};

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
    ] {
        client.raw(wrong.as_bytes());
        let answer = client.wait(|message| message.get("id") == Some(&Value::Null));
        assert_eq!(answer["error"]["code"], -32700);
    }
    for wrong in [
        "[]",
        "{}",
        "1",
        r#"[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]"#,
        r#"{"jsonrpc": "2.0", "id": 1.5, "method": "shutdown"}"#,
        r#"{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}"#,
        r#"{"jsonrpc": "2.0", "id": 99999999999999999999, "method": "shutdown"}"#,
        r#"{"jsonrpc": "2.0", "id": 1, "method": 5}"#,
    ] {
        client.body(wrong);
        let answer = client.wait(|message| message.get("id") == Some(&Value::Null));
        assert_eq!(answer["error"]["code"], -32600, "{wrong}");
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

/// The keys at the top of a document.
fn keys(client: &mut Client, uri: &str) -> Vec<String> {
    let symbols = client.ask(
        "textDocument/documentSymbol",
        &json!({"textDocument": {"uri": uri}}),
    );
    let symbols = symbols["result"].as_array().unwrap().iter();
    symbols
        .map(|symbol| symbol["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn half_a_character_is_a_character() {
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let edit = r##"{"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}, "text": "# \ud83d\n"}"##;
    client.body(&format!(
        r#"{{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {{"textDocument": {{"uri": "{uri}", "version": 2}}, "contentChanges": [{edit}]}}}}"#
    ));
    let start = json!({"line": 1, "character": 3});
    client.change(
        &uri,
        3,
        &json!([{"range": {"start": start, "end": start}, "text": "\nplatform: none"}]),
    );
    assert_eq!(
        keys(&mut client, &uri),
        ["apiVersion", "platform", "domain", "domain_passlist"]
    );
}

#[test]
fn an_edit_without_a_version_is_one() {
    let capabilities = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    let (mut client, _) = Client::initialized(&capabilities);
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    for document in [json!({"uri": uri, "version": null}), json!({"uri": uri})] {
        let end = json!({"line": 99, "character": 0});
        let change = json!([{"range": {"start": end, "end": end}, "text": "cluster: {}\n"}]);
        let params = json!({"textDocument": document, "contentChanges": change});
        client.tell("textDocument/didChange", &params);
    }
    assert_eq!(keys(&mut client, &uri).len(), 5);
    let found = client.wait(|message| {
        message["params"]["diagnostics"]
            .to_string()
            .contains("duplicate-key")
    });
    assert_eq!(found["params"].get("version"), None, "{found}");
}

#[test]
fn an_edit_that_cannot_be_read_is_no_other_one() {
    let (mut client, _) = Client::initialized(&json!({}));
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    let range = |line: Value| json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0.0}});
    let edit = |range: &Value| json!([{"range": range, "text": "platform: none\n"}]);
    client.change(&uri, 2, &edit(&range(json!(1.0))));
    let known = ["apiVersion", "platform", "domain", "domain_passlist"];
    assert_eq!(keys(&mut client, &uri), known);
    let shown = |client: &Client| {
        let is_shown = |message: &&Value| message["method"] == "window/showMessage";
        client.kept.iter().filter(is_shown).count()
    };
    let unknown = [range(json!(-1)), json!({"start": {"line": 1, "character": 0}})];
    for (version, range) in (3..).zip(&unknown) {
        client.change(&uri, version, &edit(range));
        assert_eq!(keys(&mut client, &uri), known);
        assert_eq!(shown(&client), 1);
    }
    // Later edits are of a text that the server does not have, and its own would be.
    client.change(&uri, 5, &edit(&range(json!(1))));
    assert_eq!(keys(&mut client, &uri), known);
    let params = json!({"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": true}});
    assert_eq!(
        client.ask("textDocument/formatting", &params)["result"],
        Value::Null
    );
    client.change(&uri, 6, &json!([{"text": CONFIG}]));
    client.change(&uri, 7, &edit(&range(json!(1))));
    assert_eq!(keys(&mut client, &uri), known);
    assert!(client.ask("textDocument/formatting", &params)["result"].is_array());
    client.findings(&uri, 7);
}

#[cfg(unix)]
#[test]
fn the_server_does_not_outlive_the_process_that_started_it() {
    use std::process::{Command, Stdio};
    let mut parent = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let mut client = Client::start();
    let params = json!({"processId": parent.id(), "capabilities": {}});
    client.ask("initialize", &params);
    drop(parent.stdin.take());
    parent.wait().unwrap();
    // A number of no process can be one of another container.
    let mut other = Client::start();
    let params = json!({"processId": parent.id(), "capabilities": {}});
    other.ask("initialize", &params);
    assert_eq!(client.ended(), 1);
    assert_eq!(other.ask("shutdown", &Value::Null)["result"], Value::Null);
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
fn a_message_without_an_end_is_not_waited_for() {
    let (mut client, _) = Client::initialized(&json!({}));
    client.raw(b"Content-Length: 9999999999999\r\n\r\n{}");
    let answer = client.wait(|message| message.get("id") == Some(&Value::Null));
    assert_eq!(answer["error"]["message"], "message is too large to be skipped");
    assert_eq!(client.ended(), 1);
}

#[test]
fn a_byte_order_mark_is_a_character_as_the_client_counts() {
    for (encoding, mark) in [("utf-8", 3), ("utf-16", 1), ("utf-32", 1)] {
        let (mut client, _) = Client::initialized(&json!({"general": {"positionEncodings": [encoding]}}));
        let uri = client.open(
            "gitpod-k3s.yaml",
            "\u{feff}domain: Gitpod.acme.dev\napiVersion: gitpod-k3s/v1\n",
        );
        let found = client.findings(&uri, 1);
        let mut found = found.as_array().unwrap().iter();
        let upper = found.find(|found| found["code"] == "domain-uppercase").unwrap();
        assert_eq!(
            upper["range"]["start"]["character"],
            8 + mark,
            "{encoding}: {upper}"
        );
        let position = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 2 + mark}});
        let hover = client.ask("textDocument/hover", &position);
        assert_eq!(hover["result"]["range"]["start"]["character"], mark, "{hover}");
    }
}

#[test]
fn a_client_that_says_nothing_of_itself_gets_what_all_understand() {
    let (mut client, capabilities) = Client::initialized(&json!({"workspace": {"applyEdit": true}}));
    assert_eq!(capabilities["codeActionProvider"], true);
    let uri = client.open("gitpod-k3s.yaml", CONFIG);
    client.findings(&uri, 1);
    let symbols = client.ask(
        "textDocument/documentSymbol",
        &json!({"textDocument": {"uri": uri}}),
    );
    assert_eq!(symbols["result"][0]["location"]["uri"], uri, "{symbols}");
    let at = json!({"line": 1, "character": 2});
    let hover = client.ask(
        "textDocument/hover",
        &json!({"textDocument": {"uri": uri}, "position": at}),
    );
    let contents = &hover["result"]["contents"];
    assert_eq!(contents["kind"], "plaintext");
    assert!(!contents["value"].as_str().unwrap().contains('`'), "{contents}");
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
    let completions = client.ask("textDocument/completion", &params);
    for item in completions["result"].as_array().unwrap() {
        assert!(
            !item["documentation"].is_object() && item.get("insertTextFormat").is_none(),
            "{item}"
        );
        assert!(
            !item["textEdit"]["newText"].as_str().unwrap().contains("${"),
            "{item}"
        );
    }
    let everything = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": everything, "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", &params);
    let action = &actions["result"][0];
    assert_eq!(action["command"], "gkc.apply", "{actions}");
    client.ask("workspace/executeCommand", action);
    let asked = client.wait(|message| message["method"] == "workspace/applyEdit");
    assert_eq!(asked["params"]["edit"], action["arguments"][0]);
}

#[test]
fn the_form_of_texts_is_the_first_that_the_client_names() {
    for (formats, wanted) in [
        (json!(["plaintext", "markdown"]), "plaintext"),
        (json!(["asciidoc", "markdown", "plaintext"]), "markdown"),
    ] {
        let item = json!({"documentationFormat": formats});
        let document = json!({"hover": {"contentFormat": formats}, "completion": {"completionItem": item}});
        let (mut client, _) = Client::initialized(&json!({"textDocument": document}));
        let uri = client.open("gitpod-k3s.yaml", CONFIG);
        let at = |line: u32, character: u32| json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
        let hover = client.ask("textDocument/hover", &at(1, 2));
        assert_eq!(hover["result"]["contents"]["kind"], wanted);
        let completions = client.ask("textDocument/completion", &at(3, 0));
        let docs = &completions["result"][0]["documentation"];
        assert_eq!(docs.is_object(), wanted == "markdown", "{completions}");
    }
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
fn ranges_of_a_preview_count_what_was_agreed_on() {
    let config = "apiVersion: gitpod-k3s/v1\nplatform: none\ncluster: {name: lab, provider: generic, network: {nodes: 10.10.0.0/24}, nodes: [{name: lab-1, role: server, address: 10.10.0.11}]}\ncloudInit:\n  files:\n    - {path: /etc/motd, content: \"é🚀 welcome\"}\n";
    for (encoding, count) in [
        ("utf-8", (|line| line.len()) as fn(&str) -> usize),
        ("utf-16", |line| line.encode_utf16().count()),
        ("utf-32", |line| line.chars().count()),
    ] {
        let (mut client, _) = Client::initialized(&json!({"general": {"positionEncodings": [encoding]}}));
        let uri = client.open("gitpod-k3s.yaml", config);
        let at = json!({"line": 5, "character": 33});
        let shown = client.ask(
            "gkc/preview",
            &json!({"textDocument": {"uri": uri}, "position": at}),
        );
        let shown = &shown["result"];
        let lines: Vec<&str> = shown["text"].as_str().unwrap().lines().collect();
        let ranges = shown["ranges"].as_array().unwrap();
        assert!(!ranges.is_empty());
        for range in ranges {
            let line = lines[usize::try_from(range["start"]["line"].as_u64().unwrap()).unwrap()];
            assert!(line.contains("é🚀"), "{line}");
            assert_eq!(range["end"]["character"], count(line), "{encoding}: {line}");
        }
    }
}
