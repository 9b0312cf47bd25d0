use super::*;
use crate::source::FileId;

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId(3), "policy.hujson", text)
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|s| (*s).to_owned()).collect()
}

fn needs() -> Needs {
    Needs {
        groups: vec![("group:k3s-admins".into(), list(&["ada@corp.example"]))],
        hosts: vec![("k3s-pods".into(), "10.42.0.0/16".into())],
        tag_owners: vec![("tag:k3s-server".into(), list(&["autogroup:admin"]))],
        routes: vec![("10.42.0.0/16".into(), list(&["tag:k3s-server"]))],
        grants: vec![GrantNeed {
            why: Some("pods reach\npods".into()),
            src: list(&["k3s-pods", "tag:k3s-server"]),
            dst: list(&["k3s-pods"]),
            ip: list(&["*"]),
        }],
        ssh: vec![SshNeed {
            action: "check".into(),
            src: list(&["group:k3s-admins"]),
            dst: list(&["tag:k3s-server"]),
            users: list(&["root"]),
            check_period: Some("12h".into()),
            ..SshNeed::default()
        }],
        ..Needs::default()
    }
}

/// Policies that differ in every way a merge has to care about.
const FORMATS: [&str; 13] = [
    "{}",
    "{}\n",
    "\u{feff}{\r\n\t\"grants\": [\r\n\t],\r\n}\r\n",
    "{\"grants\":[{\"src\":[\"*\"],\"dst\":[\"*\"],\"ip\":[\"*\"]}],\"groups\":{}}",
    "{\n  \"grants\": [ // mine\n    {\"src\": [\"*\"], \"dst\": [\"*\"], \"ip\": [\"22\"]}\n  ]\n}\n",
    "{ // head\n\t\"tagOwners\": {\"tag:k3s-server\": []}, /* x */\n\t\"autoApprovers\": {},\n}\n",
    "{\n\t\"autoApprovers\": {\"routes\": {\"10.42.0.0/16\": [\"autogroup:admin\"]}},\n\t\"acls\": []\n}\n",
    "{\n\t\"groups\": {\n\t\t\"group:k3s-admins\": [\n\t\t\t\"gus@corp.example\" // g\n\t\t]\n\t},\n\t\"hosts\": {\"k3s-pods\": \"10.42.0.0/16\"}\n}",
    "// top\n{\n}\n// end\n",
    "{\"ACLs\": [], \"Groups\": {\"group:k3s-admins\": []}}",
    "/* a */{/* b */\"ssh\"/* c */:/* d */[/* e */]/* f */}/* g */",
    "{\n\t// gkc: begin is no marker when more is said\n\t\"acls\": [],\n}\n",
    "{\r\n    \"ssh\": [],\r\n    \"grants\": [\r\n        {\"src\": [\"*\"], \"dst\": [\"*\"], \"ip\": [\"*\"]}\r\n    ]\r\n}",
];

#[test]
fn merging_then_removing_restores_every_byte_and_merging_twice_is_merging_once() {
    for text in FORMATS {
        let merged = merge(&file(text), &needs(), Control::Tailscale, None)
            .unwrap_or_else(|e| panic!("{text}: {e:#?}"));
        assert!(merged.text.contains("gkc: begin"), "{text}");
        assert_eq!(remove(&file(&merged.text)).unwrap(), text);
        let again = merge(&file(&merged.text), &needs(), Control::Tailscale, None).unwrap();
        assert_eq!(again.text, merged.text);
        let (_, found) = policy::read(&file(&merged.text), Control::Tailscale);
        assert!(
            found.iter().all(|d| d.severity != Severity::Error),
            "{}\n{found:#?}",
            merged.text
        );
        assert_eq!(
            merge(&file(&merged.text), &Needs::default(), Control::Tailscale, None)
                .unwrap()
                .text,
            text
        );
    }
}

#[test]
fn the_merged_policy_holds_what_was_there_and_what_was_needed() {
    let merged = merge(&file(FORMATS[4]), &needs(), Control::Tailscale, None)
        .unwrap()
        .text;
    let (policy, _) = policy::read(&file(&merged), Control::Tailscale);
    assert_eq!(policy.grants.as_ref().unwrap().len(), 2);
    assert_eq!(
        policy.auto_approvers.routes[0].list.items[0].value,
        "tag:k3s-server"
    );
    assert_eq!(Needs::from_policy(&policy).ssh, needs().ssh);
    assert!(merged.contains("// pods reach pods"), "{merged}");
    assert!(merged.contains("\"ip\": [\"*\"]},"), "{merged}");
}

#[test]
fn an_existing_list_is_extended_in_place_and_existing_owners_stay() {
    let merged = merge(&file(FORMATS[7]), &needs(), Control::Tailscale, None)
        .unwrap()
        .text;
    let added = "[/* gkc: begin */ \"ada@corp.example\", /* gkc: end */\n\t\t\t\"gus@corp.example\" // g";
    assert!(merged.contains(added), "{merged}");
    let merged = merge(&file(FORMATS[5]), &needs(), Control::Tailscale, None)
        .unwrap()
        .text;
    assert!(
        merged.contains("\"tagOwners\": {\"tag:k3s-server\": []}, /* x */"),
        "{merged}"
    );
}

#[test]
fn the_own_part_is_replaced_by_the_next_run() {
    let first = merge(&file(FORMATS[8]), &needs(), Control::Tailscale, None)
        .unwrap()
        .text;
    let mut other = needs();
    other.ssh.clear();
    other.groups.clear();
    let second = merge(&file(&first), &other, Control::Tailscale, None)
        .unwrap()
        .text;
    assert!(!second.contains("k3s-admins"));
    assert_eq!(
        merge(&file(FORMATS[8]), &other, Control::Tailscale, None)
            .unwrap()
            .text,
        second
    );
}

#[test]
fn the_first_rule_of_a_policy_is_announced() {
    let merged = merge(&file("{\n}\n"), &needs(), Control::Tailscale, None).unwrap();
    assert_eq!(merged.found.len(), 1);
    assert_eq!(merged.found[0].rule, "tailscale-default-deny");
    let merged_again = merge(&file(&merged.text), &needs(), Control::Tailscale, None).unwrap();
    assert_eq!(
        merged_again.found.len(),
        1,
        "the author's own part still has no rules"
    );
    assert!(
        merge(&file("{\"acls\": []}"), &needs(), Control::Tailscale, None)
            .unwrap()
            .found
            .is_empty()
    );
}

#[test]
fn nothing_is_merged_into_an_invalid_policy_and_the_place_is_shown() {
    let text = "{\n\t\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"tag:typo\"], \"dst\": [\"*:*\"]},\n\t],\n}\n";
    let errors = merge(&file(text), &needs(), Control::Tailscale, None)
        .unwrap_err()
        .into_found();
    assert_eq!(&text[errors[0].span.range()], "\"tag:typo\"");
    let with_own = merge(
        &file(&text.replace("tag:typo", "*")),
        &needs(),
        Control::Tailscale,
        None,
    )
    .unwrap()
    .text;
    let broken = with_own.replace(
        "\"src\": [\"*\"], \"dst\": [\"*:*\"]",
        "\"src\": [\"tag:typo\"], \"dst\": [\"*:*\"]",
    );
    let errors = merge(&file(&broken), &needs(), Control::Tailscale, None)
        .unwrap_err()
        .into_found();
    assert_eq!(&broken[errors[0].span.range()], "\"tag:typo\"", "{broken}");
    let syntax = with_own.replace("\"acls\": [", "\"acls\": [,");
    let errors = merge(&file(&syntax), &needs(), Control::Tailscale, None)
        .unwrap_err()
        .into_found();
    assert_eq!(&syntax[errors[0].span.range()], ",");
}

#[test]
fn an_author_may_use_names_that_only_the_own_part_defines() {
    let first = merge(
        &file("{\n\t\"acls\": [\n\t],\n}\n"),
        &needs(),
        Control::Tailscale,
        None,
    )
    .unwrap()
    .text;
    let theirs = first.replace(
        "\"acls\": [\n",
        "\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"tag:k3s-server:80\"]},\n",
    );
    assert!(merge(&file(&theirs), &needs(), Control::Tailscale, None).is_ok());
}

#[test]
fn contradictions_are_conflicts() {
    let text = "{\"hosts\": {\"k3s-pods\": \"10.0.0.0/8\"}}";
    let errors = merge(&file(text), &needs(), Control::Tailscale, None)
        .unwrap_err()
        .into_found();
    assert_eq!(&text[errors[0].span.range()], "\"10.0.0.0/8\"");
    assert!(merge(&file("{\"grants\": null}"), &needs(), Control::Tailscale, None).is_err());
    assert!(merge(&file("[]"), &needs(), Control::Tailscale, None).is_err());
    assert!(merge(&file(""), &needs(), Control::Tailscale, None).is_err());
    let unpaired = "{\n\t// gkc: begin\n}\n";
    assert_eq!(
        remove(&file(unpaired)).unwrap_err()[0].rule,
        "tailscale-merge-markers"
    );
}
