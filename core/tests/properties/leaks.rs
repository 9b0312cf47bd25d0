//! No secret value occurs outside what is marked sensitive.

use crate::canary::{FORMS, Form, Planted, found, templates};
use crate::support::Case;
use gkc_core::diagnostic::Severity;
use gkc_core::{Options, check_with};
use std::collections::BTreeSet;

fn every() -> impl Iterator<Item = (Form, Planted)> {
    FORMS
        .into_iter()
        .flat_map(|form| templates(form).map(move |template| (form, Planted::new(template, form))))
}

/// The text of a configuration as it is shown, with what is sensitive masked.
pub fn shown(case: &Case, sensitive: &[gkc_core::source::Span]) -> String {
    let mut bytes = case.file.text().as_bytes().to_vec();
    for span in sensitive {
        for byte in &mut bytes[span.range()] {
            if *byte != b'\n' {
                *byte = b'*';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn secrets_are_in_sensitive_artifacts_only() {
    for (_, planted) in every() {
        let (name, case) = (&planted.name, planted.case());
        let checked = case.checked();
        let errors: Vec<_> = checked
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let built = checked.build(None).unwrap();
        let mut kept = String::new();
        for artifact in &built {
            if artifact.sensitive {
                kept.push_str(artifact.text());
                kept.push('\n');
                continue;
            }
            assert_eq!(
                found(artifact.text(), planted.count),
                [0; 0],
                "{name}: {}",
                artifact.path
            );
            assert_eq!(found(&artifact.path, planted.count), [0; 0], "{name}");
        }
        // Each of them reaches its consumer: the search would find it elsewhere too.
        let all: Vec<usize> = (0..planted.count).collect();
        assert_eq!(found(&kept, planted.count), all, "{name}");
    }
}

#[test]
fn secrets_are_in_nothing_that_is_said_or_printed() {
    for (_, planted) in every() {
        let (name, case) = (&planted.name, planted.case());
        let checked = case.checked();
        let built = checked.build(None).unwrap();
        let plan = checked.analysis.plan().unwrap();
        for (what, text) in [
            ("check's diagnostics", format!("{:?}", checked.diagnostics)),
            ("the artifacts' Debug", format!("{built:?}")),
            (
                "the configuration's Debug",
                format!("{:?}", checked.analysis.model().config),
            ),
            ("the plan's Debug", format!("{plan:?}")),
            ("the plan's RON", plan.to_ron().unwrap()),
            ("the plan's JSON", plan.to_json().unwrap()),
            ("the source, masked", shown(&case, checked.analysis.sensitive())),
        ] {
            assert_eq!(found(&text, planted.count), [0; 0], "{name}: {what}:\n{text}");
        }
    }
}

#[test]
fn a_preview_marks_the_same_files_as_sensitive() {
    for (_, planted) in every() {
        let case = planted.case();
        let checked = case.checked();
        for artifact in checked.preview() {
            let clean = found(artifact.text(), planted.count).is_empty();
            assert!(clean || artifact.sensitive, "{}: {}", planted.name, artifact.path);
        }
    }
}

/// Where a secret has no value, the reason does not show the others.
#[test]
fn a_missing_secret_says_nothing_of_the_others() {
    for template in templates(Form::Env) {
        for (form, missing) in [(Form::Env, "CANARY_0"), (Form::File, "file-0")] {
            let mut planted = Planted::new(template, form);
            planted.given.vars.remove(missing);
            planted.given.files.remove(missing);
            let case = planted.case();
            let checked = case.checked();
            let refused = checked.build(None).unwrap_err();
            let said = format!("{:?}{refused}{refused:?}", checked.diagnostics);
            assert!(said.contains(missing), "{}: {said}", planted.name);
            assert_eq!(found(&said, planted.count), [0; 0], "{}: {said}", planted.name);
        }
    }
}

/// `--secrets late`: no `{env}` secret is anywhere in the tree, sensitive or not, though its value could be had.
#[test]
fn late_secrets_are_nowhere_in_the_tree() {
    for template in templates(Form::Env) {
        let planted = Planted::new(template, Form::Env);
        let case = planted.case();
        let checked = check_with(&case.file, &case.given, Options::default().secrets_late(true));
        let built = checked.build(None).unwrap();
        let mut templates = 0;
        for artifact in &built {
            let text = artifact.text();
            assert_eq!(
                found(text, planted.count),
                [0; 0],
                "{}: {}",
                planted.name,
                artifact.path
            );
            assert!(!text.contains("a-server-token") && !text.contains("an-agent-token"));
            templates += usize::from(artifact.template);
        }
        assert!(templates > 0, "{}", planted.name);
        let module = built.iter().find(|a| a.path == "terraform/main.tf.json");
        let module: serde_json::Value = serde_json::from_slice(&module.unwrap().bytes).unwrap();
        let variables = module["variable"].as_object().unwrap();
        for number in 0..planted.count {
            let variable = &variables[&format!("var_canary_{number}")];
            assert_eq!(variable["sensitive"], true, "{}: {number}", planted.name);
        }
    }
}

/// Where the language hands text through, secrets may be in plain text: by the name of their key, or as the login of a URL.
const HANDED_THROUGH: &str = r#"apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
domain_passlist: [acme.dev]
gitpod:
  repository: registry.acme.dev/gitpod
  openVsxUrl: "https://u:CANARY-vsx@openvsx.acme.dev"
  configPatch:
    experimental: {ide: {resolveLatest: false}}
    customization:
      - apiVersion: v1
        kind: Pod
        spec:
          env:
            - {name: a, value: "https://u:CANARY-patch@x.dev"}
            - {name: b, value: "https://CANARY-user@x.dev"}
            - {name: c, value: "https://x.dev/?x=y&access_token=CANARY-query"}
            - {name: d, value: "u:CANARY-dsn@tcp(db:3306)/db"}
            - {name: SMTP_PASSWORD, value: CANARY-password}
            - {value: CANARY-key, name: SIGNING_KEY}
k3s:
  serverConfig: {etcd-s3-session-token: CANARY-session}
  airgap: {url: "https://u:CANARY-mirror@mirror.acme.dev/k3s"}
cloudInit:
  files:
    - {path: /etc/login, content: "https://u:CANARY-content@x.dev\n"}
    - {path: /etc/environment.d/x, content: "A_TOKEN=CANARY-variable\n"}
    - {path: /etc/my.cnf, content: "[client]\npassword = CANARY-line\n"}
    - path: /var/lib/rancher/k3s/server/manifests/x.yaml
      content: |
        apiVersion: v1
        kind: Secret
        metadata: {name: x, namespace: default}
        stringData:
          x: CANARY-object
  afterK3s: ["A_SECRET='CANARY-command' true"]
tailscale: {use: access, controlServerUrl: "https://u:CANARY-control@hs.acme.dev", admins: [ada@acme.dev]}
proxy: {http: "http://u:CANARY-proxy@proxy.acme.dev:3128"}
"#;

#[test]
fn a_file_with_a_literal_secret_is_sensitive() {
    let case = Case::of(HANDED_THROUGH, crate::support::Given::default());
    let options = Options::default().secrets_late(true);
    let checked = check_with(&case.file, &case.given, options);
    let errors = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error);
    let messages: Vec<_> = errors.map(|error| &error.message).collect();
    assert_eq!(messages, [""; 0]);
    let built = checked.build(None).unwrap();
    let plan = checked.analysis.plan().unwrap();
    for text in [
        plan.to_ron().unwrap(),
        plan.to_json().unwrap(),
        format!("{plan:?}"),
    ] {
        let at = text.find("CANARY").map(|at| &text[at..]);
        assert_eq!(at, None);
    }
    // Each alone, since one of them would make a file sensitive for all.
    let all: BTreeSet<&str> = HANDED_THROUGH
        .match_indices("CANARY-")
        .map(|(at, _)| {
            HANDED_THROUGH[at..]
                .split(|c: char| c != '-' && !c.is_alphanumeric())
                .next()
                .unwrap()
        })
        .collect();
    for kept in &all {
        let others = all.iter().filter(|other| other != &kept);
        let text = others.fold(HANDED_THROUGH.to_owned(), |text, other| text.replace(other, ""));
        let case = Case::of(&text, crate::support::Given::default());
        let checked = check_with(&case.file, &case.given, options);
        for artifact in checked.build(None).unwrap_or_default() {
            let is_open = !artifact.sensitive && artifact.text().contains(kept);
            assert!(!is_open, "{kept} is in {}", artifact.path);
        }
    }
    let ignored = crate::support::text(&built, ".gitignore");
    let mut reached = 0;
    for artifact in built.iter().filter(|artifact| artifact.text().contains("CANARY")) {
        reached += 1;
        assert!(artifact.sensitive, "{}", artifact.path);
        assert_eq!(artifact.mode & 0o077, 0, "{}", artifact.path);
        let line = format!("/{}", artifact.path);
        assert!(
            ignored.lines().any(|ignored| ignored == line),
            "{}",
            artifact.path
        );
    }
    assert!(reached > 4, "{reached}");
}
