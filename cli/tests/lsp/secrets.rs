//! Secrets: no message has one, and how they get out of a configuration.

use crate::client::Client;
use serde_json::{Value, json};
use std::io::Read;
use std::time::Duration;

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
         tailscale: {{authKey: [{canary}-4], extraArgs: [--auth-key={canary}-7, --authkey, {canary}-8, --athkey=tskey-{canary}-9]}}\nsecrets:\n  own: {{key: {canary}-5}}\n\
         k3s: {{agentToken: {{env: tskey-{canary}-10}}, serverConfig: {{token: {canary}-6, vpn-auth: \"name=tailscale,joinKey={canary}-11\", datastore-endpoint: \"mysql://k3s:{canary}-12@tcp(db)/k3s\", etcd-s3-secret-key: {canary}-13}}}}\n\
         cloudInit: {{beforeK3s: [tailscale up --auth-key={canary}-14]}}\n"
    );
    let uri = client.open("gitpod-k3s.yaml", &config);
    client.findings(&uri, 1);
    let mut heard = Vec::new();
    for line in 0..config.lines().count() {
        for character in (0..260).step_by(9) {
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
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let edits = json!({
        "workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": literals},
    });
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
    assert_eq!(
        beside(".gitignore"),
        "/gitpod-k3s.secrets.env\n/.gitpod-k3s.secrets.env.gkc-new\n"
    );
    let wrong = json!({"command": "gkc.moveSecret", "arguments": [uri, "k3s.agentToken"]});
    let refused = client.ask("workspace/executeCommand", &wrong);
    assert_eq!(
        refused["error"]["message"],
        "the configuration has no literal secret `k3s.agentToken`"
    );
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
