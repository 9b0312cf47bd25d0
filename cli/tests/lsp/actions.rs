//! What is offered for findings.

use crate::client::Client;
use serde_json::{Value, json};

/// A client that takes code actions as they are, with a configuration that has findings.
fn with(config: &str) -> (Client, String, Value) {
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let (mut client, _) = Client::initialized(&json!({"textDocument": {"codeAction": literals}}));
    let uri = client.open("gitpod-k3s.yaml", config);
    let found = client.findings(&uri, 1);
    (client, uri, found)
}

fn actions(client: &mut Client, uri: &str, range: &Value, asked: &[&Value]) -> Vec<Value> {
    let context = json!({"diagnostics": asked, "only": ["quickfix"]});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
    let answer = client.ask("textDocument/codeAction", &params);
    answer["result"].as_array().unwrap().clone()
}

#[test]
fn actions_say_what_they_resolve_and_those_that_are_asked_for_come_first() {
    let (mut client, uri, found) = with(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomain_passlist: [acme.com, acme.com, Acme.dev]\n",
    );
    let everything = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let found = found.as_array().unwrap();
    let is_about = |action: &Value, finding: &Value| {
        let mut resolved = action["diagnostics"].as_array().unwrap().iter();
        resolved.any(|resolved| resolved == finding)
    };
    for rule in ["passlist-uppercase", "passlist-duplicate"] {
        let asked = found.iter().find(|found| found["code"] == rule).unwrap();
        let actions = actions(&mut client, &uri, &everything, &[asked]);
        assert!(is_about(&actions[0], asked), "{actions:?}");
        assert_eq!(actions[0]["isPreferred"], true, "{actions:?}");
        let mut others = actions.iter().skip_while(|action| is_about(action, asked));
        assert!(others.all(|action| !is_about(action, asked)), "{actions:?}");
    }
}

#[test]
fn no_edit_begins_or_ends_in_a_line_break() {
    let config = "apiVersion: gitpod-k3s/v1\r\ndomain: gitpod.acme.dev\r\ndomain_passlist:\r\n  - acme.com\r\n  - acme.com\r\n  - acme.dev\r\n";
    let lines: Vec<&str> = config.lines().collect();
    let (mut client, uri, found) = with(config);
    let mut found = found.as_array().unwrap().iter();
    let duplicate = found.find(|found| found["code"] == "passlist-duplicate").unwrap();
    let actions = actions(&mut client, &uri, &duplicate["range"], &[duplicate]);
    let edits = actions[0]["edit"]["changes"][&uri].as_array().unwrap();
    let [edit] = edits.as_slice() else {
        panic!("{edits:?}")
    };
    let offset = |at: &Value| {
        let line = usize::try_from(at["line"].as_u64().unwrap()).unwrap();
        let character = usize::try_from(at["character"].as_u64().unwrap()).unwrap();
        assert!(character <= lines[line].len(), "{edit}");
        lines[..line].iter().map(|line| line.len() + 2).sum::<usize>() + character
    };
    let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
    let fixed = [
        &config[..start],
        edit["newText"].as_str().unwrap(),
        &config[end..],
    ]
    .concat();
    assert_eq!(fixed, config.replacen("  - acme.com\r\n", "", 1));
}

#[test]
fn a_policy_that_changed_since_is_not_changed_by_a_fix_for_what_it_was() {
    let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ntailscale:\n  policy: tailnet.hujson\n  admins: [ada@acme.dev]\n  expect:\n    - {only: [nodes, admins], to: servers, may: \"tcp:6443\"}\n";
    let policy = "{\n\t\"groups\": {\"group:dev\": [\"bob@acme.dev\"]},\n\t\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"group:dev\"], \"dst\": [\"tag:k3s-server:6443\"]},\n\t],\n}\n";
    let edits = json!({"documentChanges": true});
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities =
        json!({"workspace": {"workspaceEdit": edits}, "textDocument": {"codeAction": literals}});
    // The policy changes in the editor, or on disk without a word of the client's.
    for is_open in [true, false] {
        let (mut client, _) = Client::initialized(&capabilities);
        let file = client.folder.path().join("tailnet.hujson");
        std::fs::write(&file, policy).unwrap();
        let policy_uri = match is_open {
            true => client.open("tailnet.hujson", policy),
            false => client.uri("tailnet.hujson"),
        };
        let uri = client.open("gitpod-k3s.yaml", config);
        let mut finding = Value::Null;
        while finding == Value::Null {
            let found = client.findings(&uri, 1);
            let mut found = found.as_array().unwrap().iter();
            let found = found.find(|found| found["code"] == "tailscale-expect-fails");
            finding = found.cloned().unwrap_or_default();
        }
        let of_policy = |client: &mut Client| {
            let actions = actions(client, &uri, &finding["range"], &[&finding]);
            let changes = actions
                .iter()
                .filter_map(|action| action["edit"]["documentChanges"].as_array());
            let changes: Vec<Value> = changes.flatten().cloned().collect();
            let of_policy = changes
                .into_iter()
                .filter(|change| change["textDocument"]["uri"] == policy_uri);
            of_policy
                .map(|change| change["edits"][0]["range"]["start"].clone())
                .collect::<Vec<_>>()
        };
        let before = of_policy(&mut client);
        assert!(!before.is_empty());
        let line = "// a line\n";
        match is_open {
            true => {
                let top = json!({"line": 0, "character": 0});
                client.change(
                    &policy_uri,
                    2,
                    &json!([{"range": {"start": top, "end": top}, "text": line}]),
                );
            }
            false => std::fs::write(&file, [line, policy].concat()).unwrap(),
        }
        assert_eq!(of_policy(&mut client), [Value::Null; 0]);
        // With the artifacts of the policy as it is now, there are fixes again.
        let mut after = of_policy(&mut client);
        while after.is_empty() {
            client.findings(&uri, 1);
            after = of_policy(&mut client);
        }
        let moved: Vec<Value> = before
            .iter()
            .map(|at| json!({"line": at["line"].as_i64().unwrap() + 1, "character": at["character"]}))
            .collect();
        assert_eq!(after, moved);
    }
}
