//! The published JSON Schema: fresh, and of one mind with the decoder.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::diagnostic::Sink;
use gkc_core::model;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use support::golden;

/// What decoding reports; the rest is the business of rules, which a schema does not know.
const DECODING: [&str; 5] = [
    "unknown-key",
    "wrong-type",
    "missing-key",
    "conflicting-keys",
    "invalid-value",
];

fn schema_file() -> PathBuf {
    golden("../schemas/gitpod-k3s.v1.schema.json")
}

#[test]
fn the_published_schema_is_fresh() {
    let now = format!("{:#}\n", model::json_schema());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(schema_file(), &now).unwrap();
    }
    let stored = std::fs::read_to_string(schema_file()).unwrap_or_default();
    assert!(
        stored == now,
        "schemas/gitpod-k3s.v1.schema.json is stale: run `UPDATE=1 cargo test -p gkc-core --test schema`"
    );
}

#[test]
fn every_key_has_a_description() {
    fn visit(schema: &Value, path: &str, missing: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let refers = property.get("$ref").is_some();
            if property.get("description").is_none() && !refers {
                missing.push(format!("{path}.{name}"));
            }
        }
    }
    let schema = model::json_schema();
    let mut missing = Vec::new();
    visit(&schema, "", &mut missing);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        visit(definition, name, &mut missing);
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// The findings of decoding on a document that is written as JSON, which is YAML too. Text of a plain scalar that a schema
/// takes for a number or a boolean is taken as text by the decoder, with a warning that counts here.
fn decoding(data: &Value) -> Vec<String> {
    let file = SourceFile::new(FileId::CONFIG, "x", data.to_string());
    let (mut found, _, ambiguous) = decoding_of(&file);
    if ambiguous {
        found.push("yaml-ambiguous-scalar".into());
    }
    found
}

fn decoding_of(file: &SourceFile) -> (Vec<String>, Value, bool) {
    let mut sink = Sink::new();
    let tree = syntax::parse(file, &mut sink);
    let decoded = model::decode(&tree, file, &mut sink);
    let ambiguous = decoded.ambiguous.iter().any(|a| a.reader == "a schema");
    let data = tree.root().map_or(Value::Null, |root| tree.to_json(root));
    let found = sink.finish();
    let found = found
        .iter()
        .filter(|d| DECODING.contains(&d.rule.name))
        .map(|d| format!("{}: {}", d.rule, d.message));
    (found.collect(), data, ambiguous)
}

fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut pending = vec![
        golden("build"),
        golden("check"),
        golden("mistakes"),
        golden("../examples"),
    ];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "out") {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml")
                && !path.to_string_lossy().ends_with(".mistakes.yaml")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                sources.push((path.display().to_string(), text));
            }
        }
    }
    sources.sort();
    assert!(sources.len() > 5);
    sources
}

#[test]
fn the_decoder_and_the_schema_agree_on_every_golden() {
    let validator = jsonschema::validator_for(&model::json_schema()).unwrap();
    for (path, text) in sources() {
        let file = SourceFile::new(FileId::CONFIG, path.clone(), text);
        let (found, data, ambiguous) = decoding_of(&file);
        // Text of a plain scalar that a schema takes for a number is taken as text here, with a warning.
        let accepted = found.is_empty() && !ambiguous;
        let errors: Vec<String> = validator.iter_errors(&data).map(|e| e.to_string()).collect();
        assert_eq!(
            accepted,
            errors.is_empty(),
            "{path}\ndecoder: {found:?}\nschema: {errors:?}"
        );
    }
}

/// Of the mutations, how many the gate leaves out for each that it tries; with `GKC_THOROUGH=1`, none.
const EVERY: usize = 3;

#[test]
fn they_agree_on_every_mutation_of_the_goldens() {
    let validator = jsonschema::validator_for(&model::json_schema()).unwrap();
    let mut bases: Vec<Value> = vec![everything(), everything_of_coder()];
    for name in support::CASES {
        let text = std::fs::read_to_string(golden("build").join(name).join("gitpod-k3s.yaml")).unwrap();
        bases.push(serde_yaml::from_str(&text).unwrap());
    }
    let every = if support::thorough() { 1 } else { EVERY };
    let (mut turn, mut refused, mut accepted) = (0, 0, 0);
    for base in bases {
        assert_eq!(decoding(&base), [""; 0], "the base is accepted");
        for mutant in mutants(&base) {
            turn += 1;
            if turn % every > 0 {
                continue;
            }
            let found = decoding(&mutant);
            let valid = validator.is_valid(&mutant);
            let errors = || {
                validator
                    .iter_errors(&mutant)
                    .map(|e| e.to_string())
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                found.is_empty(),
                valid,
                "{mutant:#}\ndecoder: {found:?}\nschema: {:?}",
                errors()
            );
            if valid { accepted += 1 } else { refused += 1 }
        }
    }
    assert!(
        refused > 500 && accepted > 100,
        "{refused} refused, {accepted} accepted"
    );
}

/// The document with one place changed, for every place and every kind of change.
fn mutants(base: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    collect(base, String::new(), &mut places);
    let mut mutants = Vec::new();
    for place in places {
        let replacements = [
            json!(null),
            json!(true),
            json!(false),
            json!(7),
            json!(-1),
            json!("text"),
            json!([]),
            json!({}),
            json!(["a"]),
        ];
        for replacement in replacements {
            let mut mutant = base.clone();
            *mutant.pointer_mut(&place).unwrap() = replacement;
            mutants.push(mutant);
        }
        let mut mutant = base.clone();
        if let Some(map) = mutant.pointer_mut(&place).unwrap().as_object_mut() {
            map.insert("surprise".into(), json!(1));
            mutants.push(mutant);
            for key in base.pointer(&place).unwrap().as_object().unwrap().keys() {
                let mut mutant = base.clone();
                mutant
                    .pointer_mut(&place)
                    .unwrap()
                    .as_object_mut()
                    .unwrap()
                    .shift_remove(key);
                mutants.push(mutant);
            }
        }
    }
    mutants
}

fn collect(value: &Value, path: String, places: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
                places.push(path.clone());
                collect(value, path, places);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                places.push(format!("{path}/{i}"));
                collect(value, format!("{path}/{i}"), places);
            }
        }
        _ => {}
    }
}

/// Every key of the language at least once, as far as they do not exclude each other.
fn everything() -> Value {
    let secret = json!({"env": "NAME"});
    let mut map = Map::new();
    let text = r#"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
platform: gitpod
blockNewUsers: {enabled: true}
domain_passlist: [acme.dev]
gitpod:
  {release: main, repository: r, imagePullSecrets: [a], kind: Full, region: local, shortname: s, logLevel: info,
   workspace: {image: i, maxLifetime: 36h, timeout: 30m, timeoutExtended: 3h, timeoutAfterClose: 5m, requests: {cpu: "1", memory: 2Gi},
   limits: {cpu: "2", memory: 4Gi}, cidr: 10.0.5.0/30}, openVsxUrl: u, tracing: {endpoint: u, secretName: s}, configPatch: {a: [1]}}
authProviders: [{id: a, type: GitHub, host: h, clientId: c, clientSecret: {env: A}, settingsUrl: u}]
certificate:
  {acme: {email: e, server: staging, nameservers: ["1.1.1.1:53"], dns01: {route53: {region: r, accessKeyId: a, secretAccessKey: {file: f}, hostedZoneId: z}}},
   customCa: {file: ca.crt}}
database:
  external:
    {host: h, port: 3306, username: {terraform: a.b}, password: {terraform: a.b}, caCert: {file: f},
     encryptionKeys: [{name: n, version: 1, primary: true, material: {env: K}}]}
registry: {external: {url: u, username: n, password: p}, allowedBaseImages: [a]}
storage: {s3: {endpoint: e, region: r, bucket: b, accessKeyId: {env: A}, secretAccessKey: {env: S}}, blobQuota: 5Gi}
secrets: {a: {b: {file: c}}}
ssh: {port: 2244, user: u, authorizedKeys: [k], workspaceGateway: {hostKey: {file: f}}}
ingress: {via: nodes, address: a, allow: [0.0.0.0/0]}
cluster:
  {name: n, provider: hetzner, location: l, size: small, os: debian-12,
   network: {nodes: 10.2.0.0/16, pods: a, services: b, dns: c, interface: auto}, api: {host: h, sans: [a]},
   servers: {count: 3, machineType: m, labels: {a: b}, taints: [t]}, firewall: {ssh: [a], api: [b]},
   pools: [{name: a, autoscale: {min: 1, max: 2}, machineType: m, workloads: [meta], labels: {a: b}, taints: [t]}, {name: b, count: 1}]}
k3s:
  {version: v1.36.5+k3s1, token: {env: T}, agentToken: t, datastore: {endpoint: {env: E}, caCert: c}, disable: [a], secretsEncryption: true,
   snapshots: {schedule: s, retention: 1, s3: {bucket: b, region: r, endpoint: e, folder: f, accessKey: a, secretKey: s}},
   registries: {mirrors: {a: {endpoint: [u], rewrite: {a: b}}}, configs: {a: {auth: {username: u, password: p, auth: a, identity_token: t}, tls: {ca_file: f, cert_file: f, key_file: f, insecure_skip_verify: false}}}},
   airgap: {url: u, checksum: c, caCert: c}, serverConfig: {a: 1}, agentConfig: {b: [c]}}
proxy: {http: {env: P}, https: p, noProxy: [a]}
tailscale:
  {use: pods, tailnet: t, authKey: {server: {env: A}, agent: {env: B}}, controlServerUrl: u, tags: {server: [a], agent: b}, extraArgs: [a],
   groups: {"group:a": [b]}, admins: [a], etcd: false, ssh: {enabled: true, action: check, users: [root]}, style: auto, policy: p,
   expect: [{from: a, to: b, allow: c}, {only: [a], to: b, may: c}, {from: a, to: b, deny: d}]}
cloudInit: {packages: [a], files: [{path: /a, content: b, mode: "0644", owner: a}], beforeK3s: [a], afterK3s: [b], timezone: UTC}
"#;
    let all: Value = serde_yaml::from_str(text).unwrap();
    map.extend(all.as_object().unwrap().clone());
    map["authProviders"][0]["clientSecret"] = secret;
    Value::Object(map)
}

/// Every key that only this platform uses, and those that it uses otherwise.
fn everything_of_coder() -> Value {
    let text = r#"
apiVersion: gitpod-k3s/v1
domain: coder.acme.dev
platform: coder
domain_passlist: [acme.dev]
coder:
  version: 2.34.10
  image: i
  imagePullSecrets: [a]
  license: premium
  replicas: 2
  login:
    oidc: {issuerUrl: u, clientId: c, clientSecret: {env: S}, scopes: [openid], emailField: e, usernameField: u, allowedGroups: [g], groupField: g,
      ignoreEmailVerified: true, signInText: t}
    github: {clientId: c, clientSecret: {file: f}, allowedOrgs: [a], allowedTeams: [a/b], allowEveryone: false, enterpriseUrl: u}
    disablePassword: true
  owner: {email: e, username: u, password: {env: O}}
  databasePassword: {env: D}
  workspaces: {namespace: n, storageClass: s, template: kubernetes, image: i, requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "2", memory: 2Gi},
    homeSize: 10Gi, maxPods: 5, secrets: {a: {b: {file: c}}}}
  pathApps: false
  telemetry: false
  metrics: true
  directConnections: true
  stun: [a]
  provisionerDaemons: 3
  env: {CODER_A: b}
  secretEnv: {CODER_B: {env: B}}
  valuesPatch: {coder: {labels: {a: b}}}
authProviders: [{id: a, type: GitHub, host: h, clientId: c, clientSecret: {env: A}}]
certificate: {selfSigned: true}
database:
  external: {host: h, port: 5432, name: n, username: u, password: {env: P}, sslMode: verify-full, caCert: {file: f},
    encryptionKeys: [{primary: true, material: {env: K}}]}
registry: {external: {url: u, dockerConfig: {file: f}}}
secrets: {a: {b: {file: c}}}
ingress: {via: nodes}
cluster: {pools: [{name: a, workloads: [control, workspaces]}]}
"#;
    serde_yaml::from_str(text).unwrap()
}
