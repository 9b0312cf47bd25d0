//! The policy that is written for a plan, proven over many plans: what is written fresh admits all that the cluster needs and
//! lets nobody else at it, and what is merged does where the policy that it is merged into leaves it alone.

mod support;

use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::emit::Artifact;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::merge::remove;
use support::{Case, Given};

const MACHINES: [&str; 6] = [
    "cluster: {size: small}",
    "cluster: {size: large, provider: gcp}",
    "cluster: {provider: raspberry-pi, nodes: [{name: a, role: server, address: 192.168.1.11}, {name: b, role: agent, address: 192.168.1.12}]}",
    "cluster: {servers: {count: 3}, network: {pods: 10.50.0.0/20}, pools: [{name: w, autoscale: {min: 1, max: 9}}]}",
    "cluster: {servers: {count: 3}, network: {pods: 10.42.0.0/20}}",
    "cluster: {network: {ipv6: {nodes: 'fd00:2::/64', pods: 'fd00:99::/56'}}}",
];

const CARRIES: [&str; 2] = ["use: pods", "use: access"];

const TAGS: [&str; 3] = [
    "",
    "tags: tag:k3s",
    "tags: {server: [tag:s, tag:x], agent: [tag:a, tag:x]}",
];

const PEOPLE: [&str; 5] = [
    "",
    "admins: [ada@acme.dev]",
    "groups: {\"group:ops\": [ada@acme.dev, bo@corp.example]}, admins: [\"group:ops\"], ssh: {enabled: true}",
    "admins: [autogroup:admin, 100.64.0.77]",
    "admins: [autogroup:member]",
];

const STYLES: [&str; 2] = ["style: grants", "style: acls"];

const CLAIMS: &str = "expect: [{from: servers, to: servers, allow: \"tcp:6443\"}, {from: \"autogroup:tagged\", to: servers, allow: icmp:*}]";

fn config(machines: &str, parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    format!(
        "apiVersion: gitpod-k3s/v1\nplatform: none\n{machines}\ntailscale: {{{}}}\n",
        parts.join(", ")
    )
}

fn proven(found: &[Diagnostic]) -> Vec<&Diagnostic> {
    let about = |d: &&Diagnostic| {
        matches!(
            d.rule.name,
            "tailscale-flow-denied"
                | "tailscale-exposed"
                | "tailscale-expect-fails"
                | "tailscale-expect-vacuous"
        ) || d.severity == Severity::Error && d.rule.name.starts_with("tailscale-")
    };
    found.iter().filter(about).collect()
}

fn every(mut look: impl FnMut(&str, &[&str])) -> usize {
    let mut count = 0;
    for machines in MACHINES {
        // The tailnet carries no IPv6 pods, which is an error of its own.
        let carries = CARRIES
            .iter()
            .filter(|carries| !(machines.contains("ipv6") && carries.ends_with("pods")));
        for carries in carries {
            for tags in TAGS {
                for people in PEOPLE {
                    for style in STYLES {
                        look(machines, &[carries, tags, people, style]);
                        count += 1;
                    }
                }
            }
        }
    }
    count
}

#[test]
fn what_is_written_fresh_always_holds() {
    let count = every(|machines, parts| {
        let text = config(machines, parts);
        let checked = Case::of(&text, Given::default()).checked();
        let wrong = proven(&checked.diagnostics);
        assert!(wrong.is_empty(), "{text}\n{wrong:#?}");
    });
    assert_eq!(count, 330);
}

/// Policies that the cluster is merged into; with whether they open it.
const OWN: [(&str, bool); 5] = [
    ("{}\n", false),
    ("{\"grants\": []}", false),
    (
        "{\n\t\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]},\n\t],\n}\n",
        true,
    ),
    (
        "{\"tagOwners\": {\"tag:ci\": []}, \"grants\": [{\"src\": [\"tag:ci\"], \"dst\": [\"autogroup:tagged\"], \"ip\": [\"tcp:1-65535\"]}]}",
        true,
    ),
    (
        "{\"groups\": {\"group:ops\": [\"eve@acme.dev\"]}, \"acls\": [{\"action\": \"accept\", \"src\": [\"autogroup:member\"], \"dst\": [\"autogroup:self:*\"]}], \"autoApprovers\": {\"routes\": {\"10.0.0.0/8\": [\"autogroup:admin\"]}}}",
        false,
    ),
];

#[test]
fn what_is_merged_holds_and_comes_out_again() {
    for (own, opens) in OWN {
        every(|machines, parts| {
            // Without rules of its own the cluster adds none, and everybody is an admin where everybody is said to be.
            let silent =
                parts[2].is_empty() && parts[0] == "use: access" || parts[2].contains("autogroup:member");
            if silent || parts[1].starts_with("tags: {") {
                return;
            }
            let parts: Vec<&str> = parts
                .iter()
                .copied()
                .filter(|p| !p.starts_with("style"))
                .collect();
            let text = config(machines, &[parts.as_slice(), &["policy: own.hujson"]].concat());
            let mut given = Given::default();
            given
                .files
                .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
            let case = Case::of(&text, given);
            let checked = case.checked();
            let (exposed, wrong): (Vec<&Diagnostic>, Vec<&Diagnostic>) = proven(&checked.diagnostics)
                .into_iter()
                .partition(|d| d.rule == "tailscale-exposed");
            assert!(wrong.is_empty(), "{own}\n{text}\n{wrong:#?}");
            assert_eq!(!exposed.is_empty(), opens, "{own}\n{text}\n{exposed:#?}");
            assert!(exposed.iter().all(|d| d.span.file == FileId(1)), "{exposed:#?}");
            let built = checked.preview();
            let merged = policy(&built);
            assert_eq!(
                remove(&SourceFile::new(FileId(1), "", merged)).unwrap(),
                own,
                "{text}"
            );
        });
    }
}

fn policy(built: &[Artifact]) -> &str {
    let policy = built.iter().find(|a| a.path == "tailscale/policy.hujson");
    policy.map_or("", |policy| policy.text())
}

#[test]
fn claims_of_all_kinds_are_decided() {
    let text = config(MACHINES[2], &["admins: [ada@acme.dev]", CLAIMS]);
    let checked = Case::of(&text, Given::default()).checked();
    let found: Vec<String> = proven(&checked.diagnostics)
        .iter()
        .map(|d| d.message.clone())
        .collect();
    assert_eq!(found, Vec::<String>::new());
    let denied = text
        .replace("tcp:6443", "tcp:80")
        .replace("from: servers", "from: agents");
    let checked = Case::of(&denied, Given::default()).checked();
    let found: Vec<&str> = proven(&checked.diagnostics).iter().map(|d| d.rule.name).collect();
    assert_eq!(found, ["tailscale-expect-fails"]);
    let wrong = text.replace("icmp:*", "\"tcp\"");
    let checked = Case::of(&wrong, Given::default()).checked();
    assert!(checked.diagnostics.iter().any(|d| d.rule == "invalid-value"));
}

#[test]
fn an_invalid_policy_is_refused_at_its_own_lines() {
    let own = "{\n\t\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"tag:typo\"], \"dst\": [\"*:*\"]},\n\t\t{\"action\": \"deny\", \"src\": [\"*\"], \"dst\": [\"*:*\"]},\n\t],\n}\n";
    let mut given = Given::default();
    given
        .files
        .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
    let case = Case::of(
        &config(MACHINES[2], &["admins: [ada@acme.dev]", "policy: own.hujson"]),
        given,
    );
    let checked = case.checked();
    assert!(checked.has_errors());
    let places: Vec<(&str, &str)> = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| (d.rule.name, checked.analysis.files.others()[0].slice(d.span)))
        .collect();
    assert_eq!(
        places,
        [
            ("tailscale-undefined-tag", "\"tag:typo\""),
            ("tailscale-bad-action", "\"deny\"")
        ]
    );
    let missing = Case::of(&config(MACHINES[2], &["policy: own.hujson"]), Given::default()).checked();
    assert!(
        missing
            .diagnostics
            .iter()
            .any(|d| d.rule == "tailscale-policy-unreadable")
    );
}

#[test]
fn an_admin_that_the_policy_does_not_know_is_shown_in_the_configuration() {
    let text = config(MACHINES[2], &["admins: [\"group:nobody\"]"]);
    let merged = text.replace("admins:", "policy: own.hujson, admins:");
    let mut given = Given::default();
    given
        .files
        .insert("own.hujson".to_owned(), b"{\"grants\": []}".to_vec());
    for text in [text, merged] {
        let case = Case::of(&text, given.clone());
        let checked = case.checked();
        let found = checked
            .diagnostics
            .iter()
            .find(|d| d.rule == "tailscale-undefined-group")
            .unwrap();
        assert_eq!(case.file.slice(found.span), "\"group:nobody\"");
    }
}

#[test]
fn a_test_that_the_merge_breaks_is_shown() {
    let own = "{\"acls\": [], \"tests\": [{\"src\": \"ada@acme.dev\", \"deny\": [\"100.64.0.1:6443\"]}, {\"src\": \"eve@acme.dev\", \"accept\": [\"100.64.0.1:1\"]}]}";
    let mut given = Given::default();
    given
        .files
        .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
    let text = config(MACHINES[2], &["admins: [ada@acme.dev]", "policy: own.hujson"]);
    let checked = Case::of(&text, given).checked();
    let failing = |d: &&Diagnostic| d.rule == "tailscale-tests-failed";
    let found: Vec<&str> = checked
        .diagnostics
        .iter()
        .filter(failing)
        .map(|d| checked.analysis.files.others()[0].slice(d.span))
        .collect();
    // The second fails whatever devices there are: no rule of the policy admits it, nor did one before.
    assert_eq!(found, ["\"100.64.0.1:6443\"", "\"100.64.0.1:1\""]);
}

/// tailscale/tailscale#16688: the default posture covers the rule, and the test says nothing of its device.
#[test]
fn a_test_that_meets_no_posture_is_shown_though_it_failed_before() {
    let own = "{\"postures\": {\"posture:new\": [\"node:tsVersion >= '1.84'\"]}, \"defaultSrcPosture\": [\"posture:new\"], \"hosts\": {\"web\": \"10.20.0.5\"},
        \"acls\": [{\"action\": \"accept\", \"src\": [\"ada@acme.dev\"], \"dst\": [\"web:443\"]}], \"tests\": [{\"src\": \"ada@acme.dev\", ATTRIBUTES\"accept\": [\"web:443\"]}]}";
    for (attributes, lines) in [
        ("", &["\"web:443\""][..]),
        ("\"srcPostureAttrs\": {\"node:tsVersion\": \"1.90\"}, ", &[]),
    ] {
        let mut given = Given::default();
        let own = own.replace("ATTRIBUTES", attributes);
        given.files.insert("own.hujson".to_owned(), own.into_bytes());
        let text = config(MACHINES[2], &["admins: [ada@acme.dev]", "policy: own.hujson"]);
        let checked = Case::of(&text, given).checked();
        let failing = checked
            .diagnostics
            .iter()
            .filter(|d| d.rule == "tailscale-tests-failed");
        let found: Vec<&str> = failing
            .map(|d| checked.analysis.files.others()[0].slice(d.span))
            .collect();
        assert_eq!(found, lines);
    }
}

/// Claims with pods in them, and whether they hold. What pods send to anything but pods has the address of their machine (flannel's
/// masquerading, seen on a tailnet); to their own machine it never enters the tailnet; and pods are reached through the overlay alone.
const PODS: [(&str, bool); 13] = [
    ("{from: pods, to: servers, deny: \"tcp:6443\"}", false),
    ("{from: pods, to: nodes, deny: \"tcp:10250\"}", false),
    ("{from: pods, to: servers, deny: \"tcp:22\"}", false),
    ("{from: pods, to: servers, allow: \"tcp:6443\"}", true),
    ("{from: pods, to: servers, allow: \"tcp:22\"}", false),
    ("{from: pods, to: \"tag:db\", deny: \"tcp:5432\"}", false),
    ("{from: pods, to: \"tag:db\", deny: \"tcp:22\"}", true),
    ("{from: pods, to: pods, allow: \"*\"}", true),
    ("{from: pods, to: pods, deny: \"tcp:80\"}", false),
    ("{from: nodes, to: pods, allow: \"tcp:9443\"}", true),
    ("{from: admins, to: pods, allow: \"tcp:80\"}", false),
    ("{from: \"autogroup:member\", to: pods, deny: \"*\"}", true),
    ("{from: \"tag:db\", to: pods, deny: \"*\"}", true),
];

#[test]
fn claims_about_pods_are_decided_by_the_addresses_that_their_packets_have() {
    let own = "{\"tagOwners\": {\"tag:db\": []}, \"grants\": [{\"src\": [\"tag:k3s-agent\"], \"dst\": [\"tag:db\"], \"ip\": [\"tcp:5432\"]}]}";
    for (claim, holds) in PODS {
        let text = config(
            "",
            &[
                "admins: [ada@acme.dev]",
                "policy: own.hujson",
                &format!("expect: [{claim}]"),
            ],
        );
        let mut given = Given::default();
        given
            .files
            .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
        let checked = Case::of(&text, given).checked();
        let wrong = proven(&checked.diagnostics);
        assert_eq!(wrong.is_empty(), holds, "{claim}: {wrong:#?}");
        assert!(
            wrong.iter().all(|found| found.rule == "tailscale-expect-fails"),
            "{wrong:#?}"
        );
    }
}

// A policy that lets others send to the overlay's port lets them into the pods' network.
#[test]
fn whoever_reaches_the_overlay_reaches_pods() {
    let own = "{\"grants\": [{\"src\": [\"autogroup:member\"], \"dst\": [\"tag:k3s-agent\"], \"ip\": [\"udp:8472\"]}]}";
    let text = config("", &["admins: [ada@acme.dev]", "policy: own.hujson"]);
    let mut given = Given::default();
    given
        .files
        .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
    let checked = Case::of(&text, given).checked();
    let exposed: Vec<&str> = proven(&checked.diagnostics)
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(
        exposed,
        ["rule lets users other than the admins reach pods of the cluster"]
    );
}

// A machine that advertises the pod range leads to pods by a route; an address in that range is a pod, whatever it is called.
#[test]
fn routes_to_pods_are_ways_to_pods() {
    let own = "{\"groups\": {\"group:dev\": [\"bob@acme.dev\"]}, \"autoApprovers\": {\"routes\": {\"10.42.0.0/16\": [\"tag:k3s-server\", \"tag:k3s-agent\"]}}, \
               \"grants\": [{\"src\": [\"group:dev\"], \"dst\": [\"10.42.0.0/16\"], \"ip\": [\"tcp:80\"]}]}";
    for (claim, holds) in [
        ("{from: \"group:dev\", to: pods, deny: \"tcp:80\"}", false),
        (
            "{from: \"group:dev\", to: \"10.42.3.0/24\", deny: \"tcp:80\"}",
            false,
        ),
        ("{from: \"group:dev\", to: pods, deny: \"tcp:443\"}", true),
        ("{from: \"group:dev\", to: pods, allow: \"tcp:80\"}", true),
        ("{from: \"group:dev\", to: pods, allow: \"tcp:443\"}", false),
        ("{only: [nodes, admins], to: pods, may: \"*\"}", false),
        ("{from: nodes, to: \"10.42.0.0/16\", deny: \"*\"}", false),
        ("{from: \"10.42.0.0/16\", to: servers, deny: \"tcp:6443\"}", false),
    ] {
        let text = config(
            "",
            &[
                "admins: [ada@acme.dev]",
                "policy: own.hujson",
                "extraArgs: [\"--advertise-routes=10.42.0.0/16\"]",
                &format!("expect: [{claim}]"),
            ],
        );
        let mut given = Given::default();
        given
            .files
            .insert("own.hujson".to_owned(), own.as_bytes().to_vec());
        let checked = Case::of(&text, given).checked();
        let failing = proven(&checked.diagnostics)
            .into_iter()
            .filter(|found| found.rule == "tailscale-expect-fails");
        assert_eq!(failing.count() == 0, holds, "{claim}");
    }
}
