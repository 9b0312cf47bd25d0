use super::*;
use crate::diagnostic::Severity;
use crate::source::{FileId, SourceFile};
use crate::tailnet::policy::read;

/// The findings of a policy as `class@text`, errors only.
fn errors(text: &str) -> Vec<String> {
    found(text, Severity::Error)
}

fn found(text: &str, severity: Severity) -> Vec<String> {
    found_for(text, Control::Tailscale, severity)
}

/// The errors of the same policy for a Headscale server.
fn headscale(text: &str) -> Vec<String> {
    found_for(text, Control::Headscale, Severity::Error)
}

fn found_for(text: &str, control: Control, severity: Severity) -> Vec<String> {
    let file = SourceFile::new(FileId(1), "p", text);
    let (policy, mut found) = read(&file, control);
    let tailnet = Tailnet {
        domains: vec!["corp.example".to_owned()],
        ..Tailnet::default()
    };
    found.extend(validate(&policy, control, Some(&tailnet)));
    found
        .into_iter()
        .filter(|d| d.severity == severity)
        .map(|d| {
            let class = d.rule.name.strip_prefix("tailscale-").unwrap_or(d.rule.name);
            format!("{class}@{}", &text[d.span.range()])
        })
        .collect()
}

/// A policy that defines some names, and one more section.
fn with(section: &str) -> String {
    format!(
        r#"{{"tagOwners": {{"tag:a": [], "tag:b": []}}, "groups": {{"group:g": ["ada@corp.example"]}},
        "hosts": {{"one": "10.0.0.1", "many": "10.0.0.0/8"}}, "ipsets": {{"ipset:s": ["10.0.0.0/8"]}}, {section}}}"#
    )
}

fn acl(src: &str, dst: &str) -> String {
    with(&format!(
        r#""acls": [{{"action": "accept", "src": ["{src}"], "dst": ["{dst}"]}}]"#
    ))
}

fn grant(rest: &str) -> String {
    with(&format!(r#""grants": [{{"src": ["*"], {rest}}}]"#))
}

fn ssh(rest: &str) -> String {
    with(&format!(r#""ssh": [{{{rest}}}]"#))
}

#[test]
fn access_rules() {
    let cases = [
        (acl("tag:x", "*:*"), "undefined-tag@\"tag:x\""),
        (acl("group:x", "*:*"), "undefined-group@\"group:x\""),
        (acl("srv", "*:*"), "undefined-host@\"srv\""),
        (acl("ipset:x", "*:*"), "undefined-ipset@\"ipset:x\""),
        (acl("autogroup:x", "*:*"), "unknown-autogroup@\"autogroup:x\""),
        (
            acl("autogroup:self", "*:*"),
            "autogroup-self-src@\"autogroup:self\"",
        ),
        (
            acl("tag:a", "autogroup:self:*"),
            "autogroup-self-bad-src@\"tag:a\"",
        ),
        (
            acl("autogroup:internet", "*:*"),
            "autogroup-internet-src@\"autogroup:internet\"",
        ),
        (
            acl("*", "autogroup:danger-all:*"),
            "danger-all-dst@autogroup:danger-all",
        ),
        (acl("svc:x", "*:*"), "bad-selector@\"svc:x\""),
        (acl("*", "autogroup:shared:*"), "bad-selector@autogroup:shared"),
        (acl("*", "10.0.0.1"), "bad-dst@\"10.0.0.1\""),
        (acl("*", "tag:a:ssh"), "bad-port@ssh"),
        (acl("*", "tag:a:22,70000"), "bad-port@70000"),
        (acl("*", "tag:a"), "bad-port@a"),
        (acl("*", "tag:a:0"), "bad-port@0"),
        (acl("10.1.0.0/8", "*:*"), "cidr-host-bits@\"10.1.0.0/8\""),
        (acl("tag:a_b", "*:*"), "bad-tag-name@\"tag:a_b\""),
        (
            acl("user:*@else.example", "*:*"),
            "domain-not-in-tailnet@\"user:*@else.example\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(&text), [expected], "{text}");
    }
    for fine in [
        acl("*", "autogroup:self:*"),
        acl("*", "fd00:1::/64:443"),
        acl("*", "[fd00::1]:443"),
        acl("group:x@corp.example", "many:*"),
        acl("user:*@corp.example", "ipset:s:1-65535"),
        acl("autogroup:danger-all", "autogroup:internet:*"),
        acl(" tag:a ", "one:22"),
    ] {
        assert_eq!(errors(&fine), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn grants() {
    let cases = [
        (
            grant(r#""dst": ["*"]"#),
            "grant-empty@{\"src\": [\"*\"], \"dst\": [\"*\"]}",
        ),
        (grant(r#""dst": ["*"], "ip": []"#), "grant-empty@[]"),
        (
            grant(r#""dst": ["autogroup:self"], "ip": ["*"]"#),
            "autogroup-self-bad-src@\"*\"",
        ),
        (
            grant(r#""dst": ["::/0"], "ip": ["*"]"#),
            "default-route-dst@\"::/0\"",
        ),
        (grant(r#""dst": ["*"], "ip": ["icmp"]"#), "bad-port@icmp"),
        (
            grant(r#""dst": ["*"], "ip": ["icmp:22"]"#),
            "ports-on-portless-proto@22",
        ),
        (grant(r#""dst": ["*"], "ip": ["xyz:22"]"#), "bad-proto@xyz"),
        (grant(r#""dst": ["*"], "app": {"x": [{}]}"#), "bad-cap-name@\"x\""),
        (
            grant(r#""dst": ["*"], "app": {"tailscale.com/cap/funnel": []}"#),
            "reserved-cap-name@\"tailscale.com/cap/funnel\"",
        ),
        (
            grant(r#""dst": ["autogroup:internet"], "app": {"x.y/z": []}"#),
            "grant-app-internet@\"autogroup:internet\"",
        ),
        (
            grant(r#""dst": ["many"], "ip": ["*"], "via": ["group:g"]"#),
            "via-not-tag@\"group:g\"",
        ),
        (
            grant(r#""dst": ["many"], "ip": ["*"], "via": ["tag:x"]"#),
            "undefined-tag@\"tag:x\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(&text), [expected], "{text}");
    }
}

#[test]
fn ssh_rules() {
    let rule = |src: &str, dst: &str| {
        ssh(&format!(
            r#""action": "accept", "src": ["{src}"], "dst": ["{dst}"], "users": ["root"]"#
        ))
    };
    let cases = [
        (rule("*", "tag:a"), "ssh-src-invalid@\"*\""),
        (rule("one", "tag:a"), "ssh-src-invalid@\"one\""),
        (rule("group:g", "*"), "ssh-dst-invalid@\"*\""),
        (rule("group:g", "one"), "ssh-dst-invalid@\"one\""),
        (rule("group:g", "group:g"), "ssh-dst-invalid@\"group:g\""),
        (
            rule("tag:a", "autogroup:self"),
            "ssh-src-dst-combination@\"autogroup:self\"",
        ),
        (
            rule("ada@corp.example", "gus@corp.example"),
            "ssh-src-dst-combination@\"gus@corp.example\"",
        ),
        (
            ssh(r#""action": " ", "users": ["root"]"#),
            "ssh-action-missing@\" \"",
        ),
        (
            ssh(r#""action": "ACCEPT", "users": ["root"]"#),
            "ssh-action-invalid@\"ACCEPT\"",
        ),
        (ssh(r#""action": "accept", "users": []"#), "ssh-users-missing@[]"),
        (
            ssh(r#""action": "accept", "users": ["*"]"#),
            "ssh-user-invalid@\"*\"",
        ),
        (
            ssh(r#""action": "check", "users": ["root"], "checkPeriod": "abc""#),
            "ssh-checkperiod-syntax@\"abc\"",
        ),
        (
            ssh(r#""action": "check", "users": ["root"], "checkPeriod": "-1m0s""#),
            "ssh-checkperiod-range@\"-1m0s\"",
        ),
        (
            ssh(r#""action": "check", "users": ["root"], "acceptEnv": [""]"#),
            "ssh-acceptenv-empty@\"\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(&text), [expected], "{text}");
    }
    assert!(errors(&rule(" ada@corp.example", "ada@corp.example ")).is_empty());
}

#[test]
fn names_and_approvers() {
    let cases = [
        (r#"{"tagOwners": {"tag:1": []}}"#, "bad-tag-name@\"tag:1\""),
        (r#"{"groups": {"admins": []}}"#, "bad-group-name@\"admins\""),
        (r#"{"hosts": {"a@b": "10.0.0.1"}}"#, "bad-host-name@\"a@b\""),
        (
            r#"{"hosts": {"a": "10.0.0.1/8"}}"#,
            "cidr-host-bits@\"10.0.0.1/8\"",
        ),
        (r#"{"hosts": {"a": "b"}}"#, "bad-selector@\"b\""),
        (
            r#"{"groups": {"group:a": ["group:b"], "group:b": []}}"#,
            "group-nested@\"group:b\"",
        ),
        (r#"{"groups": {"group:a": ["ada"]}}"#, "group-bad-member@\"ada\""),
        (
            r#"{"autoApprovers": {"exitNode": ["10.0.0.1"]}}"#,
            "bad-approver@\"10.0.0.1\"",
        ),
        (
            r#"{"autoApprovers": {"routes": {"10.0.0.0": []}}}"#,
            "bad-route-prefix@\"10.0.0.0\"",
        ),
        (
            r#"{"ipsets": {"ipset:a": ["add tag:a"]}}"#,
            "ipset-bad-member@\"add tag:a\"",
        ),
        (
            r#"{"ipsets": {"ipset:a": ["ipset:a"]}}"#,
            "ipset-cycle@\"ipset:a\"",
        ),
        (
            r#"{"ipsets": {"ipset:a": ["host:x"]}}"#,
            "undefined-host@\"host:x\"",
        ),
        (
            r#"{"nodeAttrs": [{"target": ["%x%/"], "attr": ["a"]}]}"#,
            "bad-selector@\"%x%/\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(text), [expected], "{text}");
    }
    let chain = r#"{"ipsets": {"ipset:a": ["ipset:b", "10.0.0.1-10.0.0.9"], "ipset:b": ["remove 10.0.0.0/8"], "ipset:c": ["ipset:b"]}}"#;
    assert_eq!(errors(chain), Vec::<String>::new());
}

#[test]
fn tests_of_illegal_shape() {
    let test = |rest: &str| with(&format!(r#""tests": [{{{rest}}}]"#));
    for rest in [
        r#""accept": ["tag:a:22"]"#,
        r#""src": "", "accept": ["tag:a:22"]"#,
        r#""src": "tag:a""#,
        r#""src": "tag:a", "accept": ["tag:a:*"]"#,
        r#""src": "tag:a", "accept": ["tag:a:22,23"]"#,
        r#""src": "tag:a", "accept": ["tag:a"]"#,
        r#""src": "tag:a", "accept": ["many:22"]"#,
        r#""src": "tag:a", "accept": ["10.0.0.1/32:22"]"#,
        r#""src": "tag:a", "deny": ["autogroup:internet:22"]"#,
        r#""src": "tag:x", "deny": ["tag:a:22"]"#,
        r#""src": "tag:a", "proto": "icmp", "accept": ["tag:a:22"]"#,
        r#""src": "*", "accept": ["tag:a:22"]"#,
    ] {
        let found = errors(&test(rest));
        assert_eq!(found.len(), 1, "{rest}: {found:?}");
        assert!(found[0].starts_with("tests-failed@"), "{found:?}");
    }
    assert!(errors(&test(r#""src": "one", "proto": "icmp", "accept": ["tag:a:0"]"#)).is_empty());
    let ssh_test = |rest: &str| with(&format!(r#""sshTests": [{{{rest}}}]"#));
    let bad = ssh_test(r#""src": "tag:a", "dst": ["tag:a:22"], "accept": ["root"]"#);
    assert_eq!(errors(&bad), ["sshtests-bad-dst@\"tag:a:22\""]);
    let bad = ssh_test(r#""src": "tag:a", "dst": ["tag:a"]"#);
    assert!(errors(&bad)[0].starts_with("ssh-tests-failed@"));
    let bad = ssh_test(r#""src": "tag:a", "dst": ["fd7a:115c:a1e0::1"], "accept": ["root"]"#);
    assert_eq!(errors(&bad), ["ssh-tests-failed@\"fd7a:115c:a1e0::1\""]);
    let good = ssh(
        r#""action": "accept", "src": ["user:*@passkey"], "dst": ["tag:a"], "users": ["localpart:*@passkey"]"#,
    );
    assert_eq!(errors(&good), Vec::<String>::new());
}

#[test]
fn what_is_accepted_but_odd_is_a_warning() {
    for text in [
        ssh(r#""action": " accept ", "users": [" root"], "checkPeriod": "30s""#),
        ssh(r#""action": "accept", "src": ["tag:a"], "users": ["group:g", "localpart:foo@x"]"#),
        with(r#""nodeAttrs": [{"target": ["*"]}]"#),
        acl("autogroup:members", "0.0.0.0/0:*"),
        r#"{"autoApprovers": {"routes": {"0.0.0.0/0": []}}}"#.to_owned(),
    ] {
        assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
        assert!(!found(&text, Severity::Warning).is_empty(), "{text}");
    }
}

/// What Headscale 0.29 refuses and Tailscale's own server takes: each case was given to `headscale policy check`.
#[test]
fn headscale_takes_less() {
    let plain = |section: &str| {
        format!(
            r#"{{"tagOwners": {{"tag:a": [], "tag:b": []}}, "groups": {{"group:g": ["ada@corp.example"]}}, {section}}}"#
        )
    };
    let acl = |src: &str, dst: &str| {
        plain(&format!(
            r#""acls": [{{"action": "accept", "src": ["{src}"], "dst": ["{dst}"]}}]"#
        ))
    };
    let grant = |rest: &str| plain(&format!(r#""grants": [{{"src": ["tag:a"], {rest}}}]"#));
    let ssh = |rest: &str| plain(&format!(r#""ssh": [{{{rest}}}]"#));
    let cases = [
        (
            plain(r#""postures": {"posture:a": ["node:os == 'linux'"]}"#),
            "postures",
        ),
        (plain(r#""defaultSrcPosture": []"#), "defaultSrcPosture"),
        (plain(r#""ipsets": {}"#), "ipsets"),
        (plain(r#""derpMap": {}"#), "derpMap"),
        (plain(r#""disableIPv4": true"#), "disableIPv4"),
        (plain(r#""OneCGNATRoute": "mac-never""#), "OneCGNATRoute"),
        (plain(r#""attrConfig": {}"#), "attrConfig"),
        (plain(r#""autoApprovers": {"services": {}}"#), "services"),
        (acl("autogroup:admin", "*:*"), "autogroup:admin"),
        (acl("autogroup:owner", "*:*"), "autogroup:owner"),
        (acl("autogroup:shared", "*:*"), "autogroup:shared"),
        (acl("*", "svc:web:443"), "svc:web"),
        (acl("*", "autogroup:billing-admin:443"), "autogroup:billing-admin"),
        (acl("autogroup:members", "*:*"), "autogroup:members"),
        (
            plain(
                r#""acls": [{"action": "accept", "users": ["*"], "ports": ["*:*"], "src": ["*"], "dst": ["*:*"], "srcPosture": []}]"#,
            ),
            "srcPosture",
        ),
        (
            grant(r#""dst": ["*"], "ip": ["*"], "srcPosture": []"#),
            "srcPosture",
        ),
        (grant(r#""dst": ["*"], "ip": ["dccp:*"]"#), "dccp"),
        (grant(r#""dst": ["*"], "ip": ["TCP:22"]"#), "TCP"),
        (grant(r#""dst": ["*"], "ip": ["06:22"]"#), "06"),
        (
            r#"{"tagOwners": {"tag:a": ["autogroup:admin"]}}"#.to_owned(),
            "autogroup:admin",
        ),
        (
            r#"{"tagOwners": {"tag:a": ["autogroup:member"]}}"#.to_owned(),
            "autogroup:member",
        ),
        (
            plain(r#""autoApprovers": {"routes": {"10.0.0.0/8": ["autogroup:admin"]}}"#),
            "autogroup:admin",
        ),
        (
            plain(r#""autoApprovers": {"exitNode": ["autogroup:tagged"]}"#),
            "autogroup:tagged",
        ),
        (
            plain(r#""nodeAttrs": [{"target": ["*"], "attr": ["funnel"]}]"#),
            "funnel",
        ),
        (
            plain(r#""nodeAttrs": [{"target": ["*"], "ipPool": ["100.81.0.0/16"]}]"#),
            "ipPool",
        ),
        (
            plain(r#""nodeAttrs": [{"target": ["*"], "attr": ["a"], "app": {}}]"#),
            "app",
        ),
        (
            plain(r#""nodeAttrs": [{"target": ["autogroup:admin"], "attr": ["a"]}]"#),
            "autogroup:admin",
        ),
        (
            ssh(r#""action": "accept", "src": ["autogroup:admin"], "dst": ["tag:a"], "users": ["root"]"#),
            "autogroup:admin",
        ),
        (
            ssh(
                r#""action": "accept", "src": ["tag:a"], "dst": ["tag:a"], "users": ["root"], "recorder": ["tag:b"]"#,
            ),
            "recorder",
        ),
        (
            ssh(
                r#""action": "accept", "src": ["tag:a"], "dst": ["tag:a"], "users": ["root"], "enforceRecorder": true"#,
            ),
            "enforceRecorder",
        ),
        (
            ssh(
                r#""action": "accept", "src": ["tag:a"], "dst": ["tag:a"], "users": ["root"], "checkPeriod": "12h""#,
            ),
            "12h",
        ),
        (
            plain(r#""tests": [{"src": "1.1.1.1", "proto": "icmp", "accept": ["1.1.1.1:0"]}]"#),
            "icmp",
        ),
        (
            plain(r#""tests": [{"src": "1.1.1.1", "accept": ["1.1.1.1:1"], "srcPostureAttrs": {}}]"#),
            "srcPostureAttrs",
        ),
    ];
    for (text, at) in cases {
        let found = headscale(&text);
        let hit = found.iter().any(|found| {
            found
                .split_once('@')
                .is_some_and(|(_, place)| place.trim_matches('"') == at)
        });
        assert!(hit, "{text}: {found:?}");
        assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_headscale_takes_is_taken() {
    let text = r##"{
        "groups": {"group:g": ["ada@", "kim@corp.example"]}, "hosts": {"one": "10.0.0.1"},
        "tagOwners": {"tag:a": ["ada@", "group:g", "tag:b"], "tag:b": ["tag:a"]},
        "acls": [{"#note": "ours", "action": "accept", "src": ["ada@", "autogroup:tagged"], "dst": ["autogroup:internet:*", "one:22"]},
                 {"action": "accept", "src": ["autogroup:danger-all"], "dst": ["autogroup:member:443"]}],
        "grants": [{"src": ["group:g"], "dst": ["tag:a", "autogroup:self"], "ip": ["tcp:22", "33:*"], "app": {"corp.example/cap": [{}]}}],
        "nodeAttrs": [{"target": ["*", "autogroup:member"], "attr": ["randomize-client-port"]}],
        "ssh": [{"action": "check", "src": ["autogroup:member"], "dst": ["autogroup:member", "tag:a"], "users": [" root"], "checkPeriod": "1h"}],
        "autoApprovers": {"routes": {"10.0.0.0/8": ["ada@", "tag:a"]}, "exitNode": ["group:g"]},
        "tests": [{"src": "100.64.0.1", "proto": "tcp", "deny": ["100.64.0.2:22"]}], "randomizeClientPort": true
    }"##;
    let text = text.replace("\"tag:a\", \"autogroup:self\"", "\"tag:a\"");
    assert_eq!(headscale(&text), Vec::<String>::new());
    // Users without a mail address are Headscale's.
    let warned = found(
        r#"{"groups": {"group:g": ["ada@"]}, "acls": [{"action": "accept", "src": ["kim@"], "dst": ["*:*"]}]}"#,
        Severity::Warning,
    );
    assert_eq!(
        warned,
        ["rule-without-effect@\"ada@\"", "rule-without-effect@\"kim@\""]
    );
    let people = r#"{"grants": [{"src": ["user:*@corp.example", "group:g@corp.example"], "dst": ["*"], "ip": ["*"]}]}"#;
    assert_eq!(headscale(people), Vec::<String>::new());
    assert_eq!(found_for(people, Control::Headscale, Severity::Warning).len(), 2);
    assert_eq!(found(people, Severity::Warning).len(), 0);
}

#[test]
fn blanks_around_a_word_are_said() {
    let cases = [
        (
            r#"{"acls": [{"action": " accept", "src": ["*"], "dst": ["*:*"]}]}"#,
            "\" accept\"",
            Severity::Error,
        ),
        (
            r#"{"acls": [{"action": "accept", "src": [" 10.42.0.0/16"], "dst": ["*:*"]}]}"#,
            "\" 10.42.0.0/16\"",
            Severity::Warning,
        ),
        (
            r#"{"hosts": {"home": "10.0.0.1"}, "acls": [{"action": "accept", "src": ["*"], "dst": [" home:80"]}]}"#,
            "\" home:80\"",
            Severity::Error,
        ),
        (
            r#"{"grants": [{"src": ["*"], "dst": ["*"], "ip": [" tcp:443"]}]}"#,
            "\" tcp:443\"",
            Severity::Error,
        ),
        (
            r#"{"grants": [{"src": ["*"], "dst": ["*"], "ip": ["443\t"]}]}"#,
            "\"443\\t\"",
            Severity::Error,
        ),
        (
            r#"{"groups": {"group:g": ["ada@corp.example "]}}"#,
            "\"ada@corp.example \"",
            Severity::Error,
        ),
        (
            r#"{"hosts": {"home": " 10.0.0.1"}}"#,
            "\" 10.0.0.1\"",
            Severity::Error,
        ),
    ];
    for (text, at, severity) in cases {
        let expected = vec![format!("surrounding-blank@{at}")];
        assert_eq!(found_for(text, Control::Headscale, severity), expected, "{text}");
        assert_eq!(found(text, Severity::Warning), expected, "{text}");
    }
    assert_eq!(
        errors(r#"{"groups": {"group:g ": []}}"#),
        ["surrounding-blank@\"group:g \""]
    );
    assert_eq!(
        errors(r#"{"groups": {" group:g": []}}"#),
        ["bad-group-name@\" group:g\""]
    );
    assert_eq!(
        errors(r#"{"tagOwners": {"tag:a ": []}}"#),
        ["bad-tag-name@\"tag:a \""]
    );
    assert_eq!(
        errors(r#"{"hosts": {"home ": "10.0.0.1"}}"#),
        ["surrounding-blank@\"home \""]
    );
}
