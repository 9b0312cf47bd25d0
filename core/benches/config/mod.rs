//! A configuration as long as a bench wants it.

use std::fmt::Write;

/// A configuration of about `lines` lines: a real one, and pools with labels until it is long enough.
pub fn config(lines: usize) -> String {
    let mut text = String::from(
        "apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
domain_passlist: [acme.dev, acme.com]
gitpod:
  repository: registry.acme.dev/gitpod
authProviders:
  - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.x, clientSecret: {env: GITHUB_CLIENT_SECRET}}
certificate:
  acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}
database:
  external:
    host: \"${azurerm_mysql_server.db.name}.db.acme.dev\"
    username: \"gitpod@${azurerm_mysql_server.db.name}\"
    password: {env: DB_PASSWORD}
ssh:
  authorizedKeys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ops\"]
tailscale:
  use: access
  admins: [ada@acme.dev]
cluster:
  provider: hetzner
  size: medium
  firewall: {api: [203.0.113.0/24]}
  network: {pods: 10.128.0.0/10}
  pools:
",
    );
    let mut pool = 0;
    while text.lines().count() < lines {
        let _ = write!(
            text,
            "    - name: pool-{pool}\n      count: 3\n      machineType: cx43\n      labels:\n"
        );
        for label in 0..6 {
            let _ = writeln!(
                text,
                "        acme.dev/label-{label}: value-{label} # what it is for"
            );
        }
        pool += 1;
    }
    text
}
