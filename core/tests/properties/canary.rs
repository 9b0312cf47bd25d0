//! Configurations with a distinct value at every secret position of the language, in every form, and the search for these values.

use crate::support::{Case, Given};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha512};

/// A certificate that can be read.
const CERTIFICATE: &str = include_str!("../../../golden/check/tls-cert-san-mismatch/tls.crt");

/// How a secret is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Form {
    Literal,
    Env,
    File,
    Terraform,
}

pub const FORMS: [Form; 4] = [Form::Literal, Form::Env, Form::File, Form::Terraform];

/// The configurations. `@X` stands for a secret: `@W` for any text, `@L` for any text of one line, `@P` for a certificate, `@H` for a private
/// key, `@K` for an encryption key, `@D` for a Docker config, `@J` for JSON of a service account, `@T` for a token, `@S` for a base64 secret, `@N`
/// for a number, `@E` for a datastore's endpoint, `@U` for a proxy's URL.
const TEMPLATES: [(&str, &str); 11] = [
    (
        "external",
        "\
# In the section that `HEAD` ends with.
  adminLink:
    token: @T
    expiry: @N
authProviders:
  - id: A
    type: GitHub
    host: github.com
    clientId: abc
    clientSecret: @L
certificate:
  acme:
    email: ops@acme.dev
    dns01:
      cloudflare:
        apiToken: @T
  customCa: @P
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: @L
    caCert: @P
    encryptionKeys:
      - material: @K
registry:
  external:
    url: acme.azurecr.io
    username: acme
    password: @L
storage:
  s3:
    endpoint: s3.eu-west-1.amazonaws.com
    region: eu-west-1
    bucket: acme-gitpod
    accessKeyId: @T
    secretAccessKey: @L
secrets:
  my-secret:
    anything: @W
    second: @W
ssh:
  workspaceGateway:
    hostKey: @H
k3s:
  token: @L
  agentToken: @L
  datastore:
    endpoint: @E
    caCert: @P
  registries:
    configs:
      mirror.acme.dev:
        auth:
          username: k3s
          password: @L
tailscale:
  use: pods
  authKey: @T
  admins: [ada@acme.dev]
",
    ),
    (
        "cloud",
        "\
certificate:
  acme:
    dns01:
      route53:
        region: eu-west-1
        accessKeyId: @T
        secretAccessKey: @L
database:
  cloudSql:
    instance: acme:europe-west1:gitpod
    serviceAccount: @J
    username: gitpod
    password: @L
    encryptionKeys:
      - version: 1
        material: @K
      - version: 2
        primary: true
        material: @K
registry:
  external:
    url: acme.azurecr.io
    dockerConfig: @D
storage:
  gcs:
    project: acme
    region: europe-west1
    serviceAccount: @J
k3s:
  snapshots:
    s3:
      bucket: acme-etcd
      accessKey: @T
      secretKey: @L
  registries:
    configs:
      mirror.acme.dev:
        auth:
          auth: @L
      ghcr.io:
        auth:
          identity_token: @L
tailscale:
  use: pods
  authKey:
    server: @T
    agent: @T
  admins: [ada@acme.dev]
",
    ),
    (
        "azure-dns",
        "\
certificate:
  acme:
    dns01:
      azureDNS:
        subscriptionID: 00000000-0000-4000-8000-000000000001
        tenantID: 00000000-0000-4000-8000-000000000002
        clientID: 00000000-0000-4000-8000-000000000003
        clientSecret: @L
        resourceGroup: rg
        hostedZone: acme.dev
registry:
  s3:
    bucket: acme-registry
    region: eu-west-1
    endpoint: s3.eu-west-1.amazonaws.com
    accessKeyId: @T
    secretAccessKey: @L
",
    ),
    (
        "cloud-dns",
        "certificate:\n  acme:\n    dns01:\n      cloudDNS:\n        project: acme\n        serviceAccount: @J\n",
    ),
    (
        "digitalocean",
        "certificate:\n  acme:\n    dns01:\n      digitalocean:\n        token: @T\n",
    ),
    (
        "rfc2136",
        "certificate:\n  acme:\n    dns01:\n      rfc2136:\n        nameserver: 203.0.113.53\n        tsigKeyName: acme\n        \
         tsigSecret: @S\n",
    ),
    (
        "hetzner-dns",
        "\
certificate:
  acme:
    dns01:
      hetzner:
        apiToken: @T
k3s:
  airgap:
    url: https://mirror.acme.dev/k3s
    caCert: @P
proxy:
  http: @U
  https: @U
database:
  backup:
    s3:
      endpoint: s3.acme.dev
      region: eu-west-1
      bucket: acme-backups
      accessKeyId: @T
      secretAccessKey: @L
tailscale:
  use: access
  authKey: @T
  admins: [ada@acme.dev]
",
    ),
    (
        "scaleway-dns",
        "certificate:\n  acme:\n    dns01:\n      scaleway:\n        accessKey: @T\n        secretKey: @T\n",
    ),
    (
        "provided",
        "certificate:\n  provided:\n    cert: @P\n    key: @H\n",
    ),
    (
        "coder",
        "\
coder:
  databasePassword: @L
  owner:
    password: @T
  login:
    oidc:
      issuerUrl: https://id.acme.dev
      clientId: coder
      clientSecret: @L
    github:
      clientId: Iv1.0
      allowEveryone: true
      clientSecret: @L
  workspaces:
    secrets:
      mine:
        anything: @W
  secretEnv:
    CODER_EMAIL_AUTH_PASSWORD: @L
authProviders:
  - id: gitlab
    type: GitLab
    host: gitlab.acme.dev
    clientId: abc
    clientSecret: @L
certificate:
  customCa: @P
database:
  backup:
    s3:
      endpoint: s3.acme.dev
      region: eu-west-1
      bucket: acme-backups
      accessKeyId: @T
      secretAccessKey: @L
registry:
  external:
    url: registry.acme.dev
    username: acme
    password: @L
secrets:
  my-secret:
    anything: @W
k3s:
  airgap:
    url: https://mirror.acme.dev/k3s
    caCert: @P
proxy:
  http: @U
",
    ),
    (
        "coder-external",
        "\
coder: {license: premium}
database:
  external:
    host: db.acme.dev
    username: coder
    password: @L
    caCert: @P
    encryptionKeys:
      - material: @K
registry:
  external:
    url: acme.azurecr.io
    dockerConfig: @D
",
    ),
];

/// What is text of its own unless it refers to a secret.
const REFERENCES: [(&str, &str); 2] = [
    (
        "references",
        "\
# In the section that `HEAD` ends with.
  configPatch:
    customization:
      - apiVersion: v1
        kind: Pod
        spec:
          env:
            - name: A
              value: @W
k3s:
  serverConfig:
    etcd-s3-session-token: @L
    kube-apiserver-arg:
      - audit-log-maxage=30
      - @T
  agentConfig:
    resolv-conf: @T
cloudInit:
  files:
    - path: /etc/acme.conf
      content: @W
",
    ),
    (
        "coder-references",
        "\
coder:
  valuesPatch:
    coder:
      podAnnotations:
        acme.dev/token: @W
",
    ),
];

/// The configurations that have secrets in that form.
pub fn templates(form: Form) -> impl Iterator<Item = (&'static str, &'static str)> {
    let references = REFERENCES.into_iter().filter(move |_| form != Form::Literal);
    TEMPLATES.into_iter().chain(references)
}

const HEAD: &str = "\
# gkc: ignore-file[private-key-in-config] a canary
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
cluster:
  firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}
gitpod:
  repository: registry.acme.dev/gitpod
";

/// The same with the other platform.
const HEAD_OF_CODER: &str = "\
# gkc: ignore-file[private-key-in-config] a canary
apiVersion: gitpod-k3s/v1
domain: coder.acme.dev
platform: coder
cluster:
  firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}
";

/// What every canary contains, at its front and at its end, whatever stands between.
pub fn marker(number: usize) -> String {
    format!("cnry{number:02}q")
}

/// What identifies a canary that has to be a number.
pub fn digits(number: usize) -> String {
    format!("98{number:02}987654")
}

/// All that a canary is told by: also by the digest that is written in the place of a token.
fn marks(number: usize) -> [String; 3] {
    let digest = Sha512::digest(value('T', number));
    let digest = digest.iter().map(|byte| format!("{byte:02x}"));
    [marker(number), digits(number), digest.collect()]
}

/// The value at a position.
fn value(kind: char, number: usize) -> String {
    let mark = marker(number);
    let wild = format!("{mark}\"'$ \\n`é%{{x}}{mark}");
    match kind {
        'W' => format!("{mark}\"'$\\\n é\n\t{mark}"),
        'L' => wild.replace(' ', "_"),
        'T' => format!("{mark}-0123456789-{mark}"),
        'K' => format!(
            "{mark}{}A=",
            "tWz3bQ8sLk1Jx9Rm0vUhYc5eGa2nPd7oTiFB"[..35].to_owned()
        ),
        'N' => digits(number),
        'S' => format!("{mark}aa{mark}"),
        // In base64, as it has to be.
        'P' => format!("# {mark}A\n{CERTIFICATE}"),
        'H' => format!("-----BEGIN PRIVATE KEY-----\nY2E=\n{mark}\n-----END PRIVATE KEY-----\n"),
        'E' => format!("mysql://k3s:{wild}@tcp(db.acme.dev:3306)/k3s").replace([' ', '\n'], "_"),
        'U' => format!("http://gkc:{mark}@proxy.acme.dev:3128"),
        'D' => {
            format!("{{\"auths\":{{\"acme.azurecr.io\":{{\"username\":\"a\",\"password\":\"{mark}\"}}}}}}")
        }
        'J' => format!(
            "{{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"{mark}\\n{mark}\"}}"
        ),
        _ => unreachable!("{kind}"),
    }
}

/// A configuration with canaries.
pub struct Planted {
    pub name: String,
    /// Its lines.
    pub text: String,
    pub given: Given,
    /// How many canaries it has; they are numbered from zero.
    pub count: usize,
}

impl Planted {
    /// A template with all its secrets in one form.
    pub fn new((name, template): (&str, &str), form: Form) -> Planted {
        let mut given = Given::default();
        given
            .vars
            .insert("K3S_TOKEN".into(), "a-server-token-0123456789".into());
        given
            .vars
            .insert("K3S_AGENT_TOKEN".into(), "an-agent-token-0123456789".into());
        for name in ["CODER_DATABASE_PASSWORD", "CODER_OWNER_PASSWORD"] {
            given.vars.insert(name.into(), "a-password-0123456789".into());
        }
        let mut text = match name.starts_with("coder") {
            true => HEAD_OF_CODER.to_owned(),
            false => HEAD.to_owned(),
        };
        let mut count = 0;
        for line in template.lines() {
            let Some((before, kind)) = line.split_once(" @") else {
                text.push_str(&format!("{line}\n"));
                continue;
            };
            let canary = value(kind.chars().next().unwrap(), count);
            let written = match form {
                Form::Literal => serde_json::to_string(&canary).unwrap(),
                Form::Env => {
                    given.vars.insert(format!("CANARY_{count}"), canary);
                    format!("{{env: CANARY_{count}}}")
                }
                Form::File => {
                    given.files.insert(format!("file-{count}"), canary.into_bytes());
                    format!("{{file: file-{count}}}")
                }
                Form::Terraform => {
                    given.late.insert(format!("var_c{count}"), canary);
                    format!("{{terraform: var.c{count}}}")
                }
            };
            text.push_str(&format!("{before} {written}\n"));
            count += 1;
        }
        Planted {
            name: format!("{name}, {form:?}"),
            text,
            given,
            count,
        }
    }

    pub fn case(&self) -> Case {
        Case::of(&self.text, self.given.clone())
    }
}

/// Which canaries occur in a text: as they are, JSON- or shell-escaped (the marker has nothing to escape), in base64 at any
/// alignment, and in base64 within base64.
pub fn found(text: &str, count: usize) -> Vec<usize> {
    let mut seen = vec![false; count];
    let marks: Vec<[String; 3]> = (0..count).map(marks).collect();
    search(text, &marks, &mut seen, 0);
    (0..count).filter(|i| seen[*i]).collect()
}

fn search(text: &str, marks: &[[String; 3]], seen: &mut [bool], depth: usize) {
    for (marks, seen) in marks.iter().zip(&mut *seen) {
        *seen |= marks.iter().any(|mark| text.contains(mark));
    }
    if depth == 3 {
        return;
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&ALPHABET, lenient);
    let in_base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    for run in text.split(|c: char| !in_base64(c)).filter(|run| run.len() >= 12) {
        // Whatever stands before it in the same run, one of four alignments is the right one.
        for skip in 0..4 {
            let run = &run[skip..];
            let run = if run.len() % 4 == 1 {
                &run[..run.len() - 1]
            } else {
                run
            };
            if let Ok(bytes) = engine.decode(run) {
                search(&String::from_utf8_lossy(&bytes), marks, seen, depth + 1);
            }
        }
    }
}

#[test]
fn the_search_finds_a_canary_however_it_is_wrapped() {
    use base64::engine::general_purpose::STANDARD;
    let canary = value('W', 0);
    let json = serde_json::to_string(&canary).unwrap();
    let shell = format!("'{}'", canary.replace('\'', "'\\''"));
    let once = STANDARD.encode(format!("user:{canary}"));
    let twice = STANDARD.encode(format!("{{\"auth\": \"{once}\"}}"));
    for text in [&canary, &json, &shell, &once, &twice, &format!("x{once}")] {
        assert_eq!(found(text, 1), [0], "{text}");
    }
    assert_eq!(
        found("nothing of the kind, nor aW4gYmFzZTY0IGVpdGhlcg==", 1),
        [0; 0]
    );
}

/// Properties of the language, `Type.key`, whose schema mentions a type.
pub fn keys_of_type(wanted: &str) -> Vec<String> {
    let schema = gkc_core::model::json_schema();
    let reference = format!("\"#/$defs/{wanted}\"");
    let types = schema["$defs"].as_object().unwrap().iter();
    let types = types.map(|(name, schema)| (name.as_str(), schema));
    let mut keys = Vec::new();
    for (name, schema) in types.chain([("Config", &schema)]) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            if property.to_string().contains(&reference) {
                keys.push(format!("{name}.{key}"));
            }
        }
    }
    keys
}

#[test]
fn every_secret_key_of_the_language_has_a_canary() {
    let keys = keys_of_type("SecretSource");
    assert!(keys.len() > 20, "{keys:?}");
    // Their own keys are the user's.
    let mappings = ["Config.secrets", "Coder.secretEnv", "WorkspaceNamespace.secrets"];
    for key in keys.iter().filter(|key| !mappings.contains(&key.as_str())) {
        let planted = format!(" {}: @", key.split_once('.').unwrap().1);
        let found = templates(Form::Env).any(|(_, text)| text.contains(&planted));
        assert!(found, "{key} is in no template");
    }
}
