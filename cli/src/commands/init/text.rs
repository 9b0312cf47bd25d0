//! The text of a first configuration, with a comment for each decision.

use gkc_core::diagnostic::Rule;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the configuration is made from.
#[derive(Debug, Default)]
pub struct Answers {
    /// What runs on the cluster.
    pub platform: String,
    /// Its host name.
    pub domain: String,
    /// Who provides the machines.
    pub provider: String,
    /// How large it is.
    pub size: String,
    /// Whether machines and admins are in a tailnet.
    pub tailscale: bool,
    /// Who the certificate authority and the tailnet know.
    pub email: Option<String>,
    /// The SSH key that logs in to the machines.
    pub key: Option<String>,
    /// Where Gitpod's images are.
    pub registry: Option<String>,
}

impl Answers {
    /// The mail address, or a likely one.
    pub fn email(&self) -> String {
        let likely = || format!("ops@{}", self.organization());
        self.email.clone().unwrap_or_else(likely)
    }

    /// The domain without its first name: `acme.dev` of `gitpod.acme.dev`.
    fn organization(&self) -> &str {
        match self.domain.split_once('.') {
            Some((_, rest)) if rest.contains('.') => rest,
            _ => &self.domain,
        }
    }

    fn is_gitpod(&self) -> bool {
        self.platform != "none"
    }

    /// Clouds have firewalls of their own, which admit nobody who is not named.
    fn has_firewall(&self) -> bool {
        !matches!(self.provider.as_str(), "generic" | "raspberry-pi")
    }
}

/// The text; `later` are the rules that report decisions for later, with what they say.
pub fn config(schema: &str, answers: &Answers, later: &BTreeMap<&Rule, &str>) -> String {
    let mut text = format!(
        "# yaml-language-server: $schema={schema}\n\
         # `gkc check` reports what is wrong here, `gkc build` compiles it, and `gkc explain RULE` explains a finding.\n"
    );
    if !later.is_empty() {
        text.push_str("# To decide before people use it. Remove a line to see the finding with its help:\n");
    }
    for (rule, message) in later {
        let _ = writeln!(text, "# gkc: ignore-file[{rule}] {message}");
    }
    text.push_str("apiVersion: gitpod-k3s/v1\n");
    match answers.is_gitpod() {
        true => gitpod(&mut text, answers),
        false => text.push_str("# Only the cluster.\nplatform: none\n"),
    }
    machines(&mut text, answers);
    text
}

fn gitpod(text: &mut String, answers: &Answers) {
    let organization = answers.organization();
    let registry = format!("registry.{organization}/gitpod");
    let _ = write!(
        text,
        "
# The host name that people open. build/README.md lists the DNS records that it needs.
domain: {}

# Who may sign up: people with mail addresses of these domains. They log in by a Git host: add yours to `authProviders`.
domain_passlist: [{}]

gitpod:
  # The registry with your copies of Gitpod's images, which are no longer public.
  repository: {}

certificate:
  acme:
    email: {}
    # Your DNS provider: cloudflare, hetzner, scaleway, route53, cloudDNS, azureDNS, digitalocean or rfc2136. Set the variable, or add
    # it to gitpod-k3s.secrets.env.
    dns01: {{cloudflare: {{apiToken: {{env: CLOUDFLARE_API_TOKEN}}}}}}
",
        scalar(&answers.domain),
        scalar(organization),
        scalar(answers.registry.as_ref().unwrap_or(&registry)),
        scalar(&answers.email()),
    );
}

fn machines(text: &mut String, answers: &Answers) {
    let key = answers.key.as_deref().map(quoted).unwrap_or_default();
    let _ = write!(
        text,
        "
ssh:
  # Public keys that log in to the machines, such as that in ~/.ssh/id_ed25519.pub.
  authorizedKeys: [{key}]

cluster:
  name: {}
  # generic, hetzner, azure, gcp, scaleway or raspberry-pi.
  provider: {}
  # small is one server and one node, medium three of each, large has nodes that come and go.
  size: {}
",
        if answers.is_gitpod() { "gitpod" } else { "cluster" },
        scalar(&answers.provider),
        scalar(&answers.size),
    );
    if !answers.is_gitpod() {
        let _ = write!(
            text,
            "  # The name of the Kubernetes API, which machines register at.\n  api: {{host: {}}}\n",
            scalar(&answers.domain)
        );
    }
    if answers.tailscale {
        let _ = write!(
            text,
            "
tailscale:
  # Machines join with auth keys, which are reusable and have the tag of their machines.
  authKey: {{server: {{env: TS_SERVER_AUTHKEY}}, agent: {{env: TS_AGENT_AUTHKEY}}}}
  extraArgs: [--accept-dns=false]
  # Who reaches the machines and the Kubernetes API.
  admins: [{}]
",
            scalar(&answers.email())
        );
    } else if answers.has_firewall() {
        text.push_str(
            "  # The networks that you reach the machines and the Kubernetes API from. Replace this one, which is nobody's.
  firewall: {api: [203.0.113.0/24], ssh: [203.0.113.0/24]}\n",
        );
    }
}

/// A text as YAML: plain if that is safe, else in quotes.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/@".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    match starts && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A string of JSON is one of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
