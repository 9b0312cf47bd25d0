//! How findings reach the client.

use crate::client::Client;
use crate::{CONFIG, rules};
use serde_json::{Value, json};

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
fn what_does_nothing_and_what_is_old_is_tagged_where_the_client_knows_tags() {
    let known =
        |tags: Value| json!({"textDocument": {"publishDiagnostics": {"tagSupport": {"valueSet": tags}}}});
    for (capabilities, unused, old) in [
        (known(json!([1, 2])), json!([1]), json!([2])),
        (known(json!([2])), Value::Null, json!([2])),
        (json!({}), Value::Null, Value::Null),
    ] {
        let (mut client, _) = Client::initialized(&capabilities);
        let config =
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomainPasslist: [acme.dev, acme.dev]\n";
        let uri = client.open("gitpod-k3s.yaml", config);
        let found = client.findings(&uri, 1);
        let tags = |rule: &str| {
            let mut all = found.as_array().unwrap().iter();
            all.find(|found| found["code"] == rule).unwrap()["tags"].clone()
        };
        assert_eq!(tags("passlist-duplicate"), unused);
        assert_eq!(tags("passlist-alias"), old);
        assert_eq!(tags("no-authorized-keys"), Value::Null);
    }
}

#[test]
fn other_places_of_a_finding_are_named_where_the_client_shows_them() {
    for shows in [true, false] {
        let document = json!({"publishDiagnostics": {"relatedInformation": shows}});
        let (mut client, _) = Client::initialized(&json!({"textDocument": document}));
        let config =
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ndomain_passlist: [acme.dev, acme.dev]\n";
        let uri = client.open("gitpod-k3s.yaml", config);
        let found = client.findings(&uri, 1);
        assert_eq!(found.to_string().contains("first listed here"), shows, "{found}");
    }
}

#[test]
fn findings_of_what_is_a_configuration_no_more_are_taken_back() {
    let (mut client, _) = Client::initialized(&json!({}));
    let policy = client.uri("tailnet.hujson");
    std::fs::write(client.folder.path().join("tailnet.hujson"), r#"{"aclss": []}"#).unwrap();
    let config = "apiVersion: gitpod-k3s/v1\nplatform: none\ntailscale: {policy: tailnet.hujson}\n";
    let uri = client.open("other.yaml", config);
    assert!(!rules(&client.findings(&uri, 1)).is_empty());
    let of_policy = |client: &mut Client| {
        let found = client.wait(|message| message["params"]["uri"] == policy.as_str());
        found["params"]["diagnostics"].as_array().unwrap().len()
    };
    assert_ne!(of_policy(&mut client), 0);
    client.change(&uri, 2, &json!([{"text": "x: 1\n"}]));
    assert_eq!(client.findings(&uri, 2), json!([]));
    while of_policy(&mut client) != 0 {}
}

/// A configuration whose policy breaks what is expected of it, and that policy.
const EXPECTING: &str = "apiVersion: gitpod-k3s/v1\nplatform: none\ncluster: {name: lab, provider: generic, network: {nodes: 10.10.0.0/24}, nodes: [{name: lab-1, role: server, address: 10.10.0.11}]}\ntailscale:\n  use: pods\n  tags: {server: [tag:srv], agent: [tag:agent]}\n  admins: [ada@acme.dev]\n  extraArgs: [--accept-dns=false, --snat-subnet-routes=false]\n  policy: tailnet.hujson\n  expect:\n    - {from: \"tag:printer\", to: servers, deny: \"tcp:631\"}\n";
const BROKEN: &str = "{\n\t\"tagOwners\": {\"tag:printer\": [\"ada@acme.dev\"], \"tag:srv\": [\"ada@acme.dev\"], \"tag:agent\": [\"ada@acme.dev\"]},\n\t\"acls\": [{\"action\": \"accept\", \"src\": [\"tag:printer\"], \"dst\": [\"tag:srv:631\"]}],\n\t\"tests\": [{\"src\": \"tag:srv\", \"accept\": [\"tag:printer:631\"]}],\n}\n";

/// Waits for findings of a document where a rule is, or is not.
fn until(client: &mut Client, uri: &str, rule: &str, is_there: bool) -> Value {
    loop {
        let found = client.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
        });
        let found = found["params"]["diagnostics"].clone();
        if rules(&found).contains(&rule) == is_there {
            return found;
        }
    }
}

#[test]
fn what_artifacts_show_is_looked_at_again_when_the_policy_changes() {
    let (mut client, _) = Client::initialized(&json!({}));
    let policy = client.open("tailnet.hujson", BROKEN);
    let uri = client.open("gitpod-k3s.yaml", EXPECTING);
    until(&mut client, &uri, "tailscale-expect-fails", true);
    let good = BROKEN.replace("tag:srv:631", "tag:printer:631");
    for (version, text, fails) in [(2, good.as_str(), false), (3, BROKEN, true)] {
        client.change(&policy, version, &json!([{ "text": text }]));
        until(&mut client, &uri, "tailscale-expect-fails", fails);
    }
    // On disk too, once the client tells of it, or of anything else.
    client.tell("textDocument/didClose", &json!({"textDocument": {"uri": policy}}));
    until(&mut client, &uri, "tailscale-expect-fails", false);
    std::fs::write(client.folder.path().join("tailnet.hujson"), BROKEN).unwrap();
    client.tell("textDocument/didSave", &json!({"textDocument": {"uri": uri}}));
    until(&mut client, &uri, "tailscale-expect-fails", true);
}

#[test]
fn what_artifacts_show_in_the_policy_moves_with_its_edits() {
    let (mut client, _) = Client::initialized(&json!({}));
    let policy = client.open("tailnet.hujson", BROKEN);
    client.open("gitpod-k3s.yaml", EXPECTING);
    let lines = |found: &Value| {
        let found = found.as_array().unwrap().iter();
        let found = found.filter(|found| found["code"] == "tailscale-tests-failed");
        found
            .map(|found| found["range"]["start"]["line"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let before = lines(&until(&mut client, &policy, "tailscale-tests-failed", true));
    let top = json!({"line": 0, "character": 0});
    client.change(
        &policy,
        2,
        &json!([{"range": {"start": top, "end": top}, "text": "// a line\n"}]),
    );
    let after: Vec<i64> = before.iter().map(|line| line + 1).collect();
    // At once, and as artifacts show it then.
    for _ in 0..2 {
        assert_eq!(lines(&client.findings(&policy, 2)), after);
    }
}
