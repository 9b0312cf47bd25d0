//! The text of a first configuration, with a comment for each decision.

use super::answers::{Answers, quoted, scalar};
use super::platform::{Part, part};
use gkc_core::diagnostic::Rule;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The text; `later` are the rules that report decisions for later, with what they say.
pub fn config(schema: &str, answers: &Answers, later: &BTreeMap<&Rule, &str>) -> String {
    let mut text = format!(
        "# yaml-language-server: $schema={schema}\n\
         # `gkc check` reports what is wrong here, `gkc build` compiles it, and `gkc explain RULE` explains a finding.\n"
    );
    if !later.is_empty() {
        text.push_str(
            "# Decide these before people use it. Remove a line to see the finding with its help:\n",
        );
    }
    for (rule, message) in later {
        let _ = writeln!(text, "# gkc: ignore-file[{rule}] {message}");
    }
    text.push_str("apiVersion: gitpod-k3s/v1\n");
    let platform = part(answers);
    text.push_str(&platform.text);
    machines(&mut text, answers, &platform);
    text
}

fn machines(text: &mut String, answers: &Answers, platform: &Part) {
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
        platform.cluster,
        scalar(&answers.provider),
        scalar(&answers.size),
    );
    if platform.names_api {
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
            "  # The networks that you reach the machines and the Kubernetes API from. Replace this example network.
  firewall: {api: [203.0.113.0/24], ssh: [203.0.113.0/24]}\n",
        );
    }
}
