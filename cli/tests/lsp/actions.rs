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
