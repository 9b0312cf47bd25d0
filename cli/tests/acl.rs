//! `gkc acl`: what it prints, and how it ends.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

const POLICY: &str = r#"// ours
{
	"groups": {"group:dev": ["bob@acme.dev"]},
	"acls": [
		{"action": "accept", "src": ["group:dev"], "dst": ["group:dev:22"]}, // between laptops
	],
}
"#;

const TAILNET: &str = r#"{"nodes": [
  {"name": "x", "user": "bob@acme.dev", "ips": ["100.64.0.1"]},
  {"name": "y", "user": "bob@acme.dev", "ips": ["100.64.0.2"]},
  {"name": "z", "user": "ada@acme.dev", "ips": ["100.64.0.3"]}]}"#;

const FRAGMENT: &str = r#"{"tagOwners": {"tag:k3s": []}, "grants": [{"src": ["tag:k3s"], "dst": ["tag:k3s"], "ip": ["tcp:6443"]}], "nodeAttrs": [{"target": ["*"], "attr": ["funnel"]}]}"#;

/// Code, standard output, standard error.
fn gkc(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_gkc"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("p.hujson", POLICY),
        ("t.json", TAILNET),
        ("part.hujson", FRAGMENT),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn check_points_at_what_is_wrong() {
    let folder = folder();
    assert_eq!(gkc(folder.path(), &["acl", "check", "p.hujson"]).0, 0);
    std::fs::write(
        folder.path().join("bad.hujson"),
        POLICY.replace("group:dev:22", "tag:x:22"),
    )
    .unwrap();
    let (code, _, told) = gkc(folder.path(), &["acl", "check", "bad.hujson"]);
    assert_eq!(code, 1);
    assert!(
        told.contains("bad.hujson:5") && told.contains("tailscale-undefined-tag"),
        "{told}"
    );
    let (code, json, _) = gkc(folder.path(), &["acl", "check", "--format", "json", "bad.hujson"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["files"][0]["path"]), (1, &"bad.hujson".into()));
    assert_eq!(json["files"][0]["diagnostics"][0]["range"]["start"]["line"], 5);
    assert_eq!(gkc(folder.path(), &["acl", "check", "missing.hujson"]).0, 2);
}

#[test]
fn merge_goes_there_and_back() {
    let folder = folder();
    let (code, merged, told) = gkc(
        folder.path(),
        &["acl", "merge", "p.hujson", "--from", "part.hujson"],
    );
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("ignoring `nodeAttrs` of part.hujson"), "{told}");
    assert!(
        merged.contains("// gkc: begin") && merged.contains("// between laptops"),
        "{merged}"
    );
    let write = ["acl", "merge", "p.hujson", "--from", "part.hujson", "--write"];
    assert_eq!(gkc(folder.path(), &write).0, 0);
    let read = || std::fs::read_to_string(folder.path().join("p.hujson")).unwrap();
    assert_eq!(read(), merged);
    assert_eq!(
        gkc(folder.path(), &["acl", "merge", "p.hujson", "--remove"]).1,
        POLICY
    );
    assert_eq!(
        gkc(
            folder.path(),
            &["acl", "merge", "p.hujson", "--remove", "--write"]
        )
        .0,
        0
    );
    assert_eq!(read(), POLICY);
    assert_eq!(gkc(folder.path(), &["acl", "merge", "p.hujson"]).0, 2);
    std::fs::write(folder.path().join("null.hujson"), "{\"grants\": null}").unwrap();
    let refused = gkc(
        folder.path(),
        &["acl", "merge", "null.hujson", "--from", "part.hujson"],
    );
    assert_eq!((refused.0, refused.1.as_str()), (1, ""));
}

#[test]
fn query_shows_the_chain() {
    let folder = folder();
    let ask = |to: &str, more: &[&str]| {
        let args = [
            "acl",
            "query",
            "p.hujson",
            "--tailnet",
            "t.json",
            "--from",
            "x",
            "--to",
            to,
        ];
        gkc(folder.path(), &[&args, more].concat())
    };
    let (code, told, _) = ask("y:22", &[]);
    assert_eq!(code, 0);
    assert!(
        told.starts_with("allowed") && told.contains("rule 1 of `acls`") && told.contains("p.hujson:5:3"),
        "{told}"
    );
    let (code, told, _) = ask("z:22", &[]);
    assert_eq!(code, 1);
    assert!(
        told.starts_with("denied") && told.contains("no rule allows tcp 22"),
        "{told}"
    );
    assert_eq!(ask("y", &[]).0, 1, "all ports are more than one");
    assert_eq!(ask("y", &["--proto", "icmp"]).0, 0);
    assert_eq!(ask("bob@acme.dev:22", &[]).0, 0);
    assert_eq!(ask("nobody:22", &[]).0, 2);
    assert_eq!(ask("y:22", &["--proto", "nonsense"]).0, 2);
}

#[test]
fn every_sample_vector_passes() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/tailscale/vectors");
    let mut suites: Vec<String> = std::fs::read_dir(&vectors)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    suites.sort();
    let mut args = vec!["acl", "test"];
    args.extend(suites.iter().map(String::as_str));
    let (code, told, _) = gkc(&vectors, &args);
    assert_eq!(code, 0, "{told}");
    assert!(told.trim_end().ends_with("passed, 0 failed"), "{told}");
    let folder = folder();
    let wrong = r#"{"schema": "gkc-tailscale-vectors/1", "vectors": [{"id": "w", "kind": "valid", "confidence": "high", "policy": {"acls": 1}}]}"#;
    std::fs::write(folder.path().join("wrong.json"), wrong).unwrap();
    let (code, told, _) = gkc(folder.path(), &["acl", "test", "wrong.json"]);
    assert_eq!(
        (code, told.lines().last()),
        (1, Some("0 passed, 1 failed")),
        "{told}"
    );
    assert_eq!(gkc(folder.path(), &["acl", "test", "t.json"]).0, 2);
}
