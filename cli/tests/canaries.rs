//! No command ever shows a secret, however it was given.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use base64::Engine;
use support::{Ran, Sandbox};

const LITERAL: &str = "CANARY-l1teral-7f3a \\\"q\\\" end";
const LITERAL_VALUE: &str = "CANARY-l1teral-7f3a \"q\" end";
const FROM_ENVIRONMENT: &str = "CANARY-env1ronment-91bc4d";
const FROM_SECRETS_FILE: &str = "CANARY-secretsf1le-5e77a0";
const KEY: &str =
    "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZLWZpbGUtMDBkMTMz\nCANARYf1lef1le\n-----END PRIVATE KEY-----\n";

fn config() -> String {
    format!(
        r#"apiVersion: gitpod-k3s/v1
domain: Gitpod.acme.dev
domain_passlist: [acme.dev]
gitpod: {{repository: registry.acme.dev/gitpod}}
authProviders:
  - {{id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {{env: GITHUB}}}}
certificate: {{provided: {{cert: {{file: tls.crt}}, key: {{file: tls.key}}}}}}
registry:
  external:
    url: registry.acme.dev
    password: "{LITERAL}"
    username: acme
secrets:
  extra: {{token: {{env: EXTRA}}, other: "{LITERAL}"}}
"#
    )
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with(&config());
    sandbox.write(
        "tls.crt",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    );
    sandbox.write("tls.key", KEY);
    sandbox.write("gitpod-k3s.secrets.env", format!("EXTRA={FROM_SECRETS_FILE}\n"));
    sandbox.chmod("gitpod-k3s.secrets.env", 0o600);
    sandbox
}

fn run(sandbox: &Sandbox, args: &[&str]) -> Ran {
    support::run(sandbox.command().args(args).env("GITHUB", FROM_ENVIRONMENT), b"")
}

/// What a value looks like in the formats that it could hide in.
fn forms() -> Vec<String> {
    let lines = KEY.lines().filter(|line| !line.starts_with("--"));
    let values = [LITERAL_VALUE, LITERAL, FROM_ENVIRONMENT, FROM_SECRETS_FILE, KEY];
    let mut forms: Vec<String> = lines.map(str::to_owned).collect();
    for value in values {
        forms.push(value.to_owned());
        forms.push(base64::engine::general_purpose::STANDARD.encode(value));
        let json = serde_json::to_string(value).unwrap();
        forms.push(json.trim_matches('"').to_owned());
        forms.push(format!("{:?}", value.as_bytes()));
    }
    // What is left of each where a part of it is cut away.
    forms.extend(["CANARY", "l1teral", "env1ronment", "secretsf1le", "f1lef1le"].map(str::to_owned));
    forms
}

#[track_caller]
fn silent(ran: &Ran) {
    for form in forms() {
        assert!(!ran.all().contains(&form), "shows {form:?}:\n{}", ran.all());
    }
}

/// What a check writes for machines.
const REPORTS: [&[&str]; 7] = [
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["check", "--format", "gitlab"],
    &["check", "--format", "junit"],
    &["check", "--format", "concise"],
    &["check", "--baseline", "known.json"],
];

#[test]
fn no_command_shows_a_secret() {
    let sandbox = sandbox();
    let commands = [
        &["check"][..],
        &["check", "--color", "always"],
        &["check", "--diff"],
        &["check", "--diff", "--unsafe-fixes"],
        &["fmt", "--check"],
        &["plan"],
        &["probe", "--config", "gitpod-k3s.yaml"],
        &["plan", "--format", "json"],
        &["secrets", "list"],
        &["build"],
        &["build", "--check"],
        &["build", "--generate-secrets"],
        &["build", "--check"],
        &["build", "--check", "--out", "nowhere"],
        &["secrets", "list"],
        &["secrets", "generate"],
        &["build", "--secrets", "late", "--out", "late"],
        &["explain", "secret-literal"],
    ];
    for args in REPORTS.into_iter().chain(commands) {
        silent(&run(&sandbox, args));
    }
    // The secrets went where they are meant to go, so there was something to show.
    let built = sandbox.read("build/secrets/gitpod.yaml");
    let shown = |value: &str| {
        let within = |word: &str| {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(word)
                .unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains(value)
        };
        built.contains(value) || built.split([' ', '"', '\n']).any(within)
    };
    for value in [FROM_ENVIRONMENT, FROM_SECRETS_FILE, KEY] {
        assert!(shown(value), "{value}");
    }
    for path in [
        "build/gkc.lock.json",
        "build/README.md",
        "build/terraform/main.tf.json",
        "late/gkc.lock.json",
    ] {
        let text = sandbox.read(path);
        assert!(!forms().iter().any(|form| text.contains(form)), "{path}");
    }
}

#[test]
fn a_stale_tree_is_compared_without_showing_what_it_holds() {
    let sandbox = sandbox();
    run(&sandbox, &["build", "--generate-secrets"]).exits(0);
    let mut command = sandbox.command();
    let stale = support::run(
        command.args(["build", "--check"]).env("GITHUB", "another-one"),
        b"",
    )
    .exits(1);
    assert!(
        stale.out.contains("secrets/gitpod.yaml: differs (not shown"),
        "{}",
        stale.out
    );
    silent(&stale);
    // Without the secrets too.
    silent(&sandbox.gkc(&["build", "--check"]));
    sandbox.write("gitpod-k3s.yaml", config().replace(LITERAL, "another"));
    silent(&run(&sandbox, &["build", "--check"]).exits(1));
}

#[test]
fn fixing_shows_no_secret() {
    let sandbox = sandbox();
    silent(&run(&sandbox, &["check", "--fix"]));
    assert!(
        sandbox
            .read("gitpod-k3s.yaml")
            .contains("domain: gitpod.acme.dev")
    );
    assert!(sandbox.read("gitpod-k3s.yaml").contains(LITERAL));
    silent(&run(&sandbox, &["check", "--fix", "--unsafe-fixes"]));
}

#[test]
fn a_broken_configuration_shows_no_secret() {
    for (what, text) in [
        (
            "a quote that is open",
            config().replace("end\"\n    username", "end\n    username"),
        ),
        (
            "a list",
            config().replace(
                &format!("password: \"{LITERAL}\""),
                &format!("password: [\"{LITERAL}\"]"),
            ),
        ),
        (
            "a mapping",
            config().replace(
                &format!("password: \"{LITERAL}\""),
                &format!("password: {{a: \"{LITERAL}\"}}"),
            ),
        ),
        (
            "twice",
            config().replace(
                "    username",
                &format!("    password: \"{LITERAL}\"\n    username"),
            ),
        ),
        ("a tab", config().replace("    username", "\tusername")),
        ("a second document", config() + "---\npassword: \"CANARY\"\n"),
        (
            "a line break at the end",
            config().replace("end\"\n    username", "end\\n\"\n    username"),
        ),
        (
            "an unknown key beside",
            config().replace("username: acme", "usrname: acme"),
        ),
        (
            "no value at all",
            config().replace("{env: GITHUB}", "{evn: GITHUB}"),
        ),
    ] {
        let sandbox = sandbox();
        sandbox.write("gitpod-k3s.yaml", &text);
        assert_ne!(text, config(), "{what}");
        let commands = [
            &["check"][..],
            &["check", "--diff", "--unsafe-fixes"],
            &["fmt"],
            &["build"],
            &["plan"],
            &["probe", "--config", "gitpod-k3s.yaml"],
            &["secrets", "list"],
        ];
        for args in REPORTS.into_iter().chain(commands) {
            silent(&run(&sandbox, args));
        }
    }
}

/// Secrets that are known by their shape alone.
const SHAPES: [&str; 4] = [
    "ghp_CANARYl1teral7f3aCANARYl1teral7f3a99",
    "https://u:CANARY-l1teral@acme.dev/x",
    "https://CANARY-l1teral@acme.dev/x",
    "https://acme.dev/x?token=CANARY-l1teral",
];

/// Of the sections of the goldens, how many the gate leaves out for each that it tries.
const EVERY: usize = 12;

/// A line of YAML up to its value, where that is a scalar on it.
fn before_value(line: &str) -> Option<&str> {
    let text = line.trim_start().trim_start_matches("- ");
    let at = match text.split_once(": ") {
        Some((key, _)) if !key.contains(['#', '"', '{', '[']) => line.find(": ")? + 2,
        _ if line.trim_start().starts_with("- ") => line.find("- ")? + 2,
        _ => return None,
    };
    let (before, value) = line.split_at(at);
    let is_scalar = value
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric() || first == '"');
    (is_scalar && !value.contains(": ")).then_some(before)
}

/// The text with a secret in the place of every scalar of a section.
fn planted(text: &str, section: &str, shape: &str) -> String {
    let mut within = false;
    let mut planted = String::new();
    for line in text.lines() {
        if !line.starts_with([' ', '-', '#']) {
            within = line.starts_with(section);
        }
        match before_value(line).filter(|_| within) {
            Some(before) => planted.push_str(&format!("{before}\"{shape}\"\n")),
            None => planted.push_str(&format!("{line}\n")),
        }
    }
    planted
}

/// Every command and format on a file that has secrets where none belong. `GKC_THOROUGH=1` tries every section of every golden.
#[test]
fn secrets_in_the_place_of_all_values_are_shown_by_no_command() {
    let goldens = std::fs::read_dir(support::project().join("golden/build")).unwrap();
    let mut goldens: Vec<String> = goldens
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    goldens.sort();
    let every = if std::env::var_os("GKC_THOROUGH").is_some() {
        1
    } else {
        EVERY
    };
    let (mut sections, mut tried) = (0, 0);
    for golden in goldens {
        let sandbox = Sandbox::golden(&golden);
        let text = sandbox.read("gitpod-k3s.yaml");
        let keys = text.lines().filter_map(|line| line.split_once(':'));
        let keys: Vec<&str> = keys
            .map(|(key, _)| key)
            .filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()))
            .collect();
        for key in keys {
            sections += 1;
            let shape = SHAPES[sections % SHAPES.len()];
            let with = planted(&text, key, shape);
            if sections % every > 0 || with == text {
                continue;
            }
            tried += 1;
            sandbox.write("gitpod-k3s.yaml", &with);
            let commands = [
                &["check"][..],
                &["check", "--diff", "--unsafe-fixes"],
                &["fmt", "--check"],
                &["build", "--generate-secrets", "--out", "tree"],
                &["plan"],
                &["probe", "--config", "gitpod-k3s.yaml"],
                &["plan", "--format", "json"],
                &["secrets", "list"],
                &["acl", "check"],
            ];
            for args in REPORTS.into_iter().chain(commands) {
                let all = run(&sandbox, args).all();
                assert!(!all.contains("CANARY"), "{golden}, `{key}`, {args:?}:\n{all}");
            }
        }
    }
    assert!(tried > 5, "{tried}");
}

#[test]
fn a_wrong_line_of_a_secrets_file_is_named_and_not_shown() {
    for line in [
        "CANARY",
        "NOT A NAME=CANARY",
        "A=\"CANARY",
        "CANARY-l1teral = x",
        "1=CANARY",
        "=CANARY",
    ] {
        let sandbox = sandbox();
        sandbox.write(
            "gitpod-k3s.secrets.env",
            format!("# mine\nA=CANARY\n\n{line}\nB=2\n"),
        );
        for args in [
            &["check"][..],
            &["build"],
            &["plan"],
            &["probe", "--config", "gitpod-k3s.yaml"],
            &["secrets", "list"],
            &["secrets", "generate"],
        ] {
            let ran = run(&sandbox, args).exits(2);
            silent(&ran);
            let words = "gkc: `gitpod-k3s.secrets.env`, line 4: expected `NAME=value` with a bare value or a JSON string\n";
            assert_eq!(ran.err, words);
        }
    }
}
