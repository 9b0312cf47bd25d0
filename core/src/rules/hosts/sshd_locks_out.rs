//! See [`RULE`].

use super::sshd::{Line, files, lines};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::contents::place_in;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// sshd's own configuration keeps out the user that `ssh` sets up, or listens elsewhere.
    ///
    /// ## Why
    ///
    /// cloud-init writes `ssh.authorizedKeys` to the user's `.ssh/authorized_keys`, and the firewall opens `ssh.port`. A file that allows
    /// other users only, reads keys elsewhere or accepts none, or listens on the loopback address makes those keys useless. `Port` lines
    /// add up: sshd listens at each.
    ///
    /// Source: sshd_config(5), `AllowUsers`, `AuthorizedKeysFile`, `ListenAddress`, `Port`, `PubkeyAuthentication`; cloud-init docs,
    /// "Users and Groups".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {user: ada, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada]}
    /// cloudInit: {files: [{path: /etc/ssh/sshd_config.d/20-acme.conf, content: AllowUsers root}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {user: ada, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada]}
    /// cloudInit: {files: [{path: /etc/ssh/sshd_config.d/20-acme.conf, content: AllowUsers ada}]}
    /// ```
    "sshd-locks-out", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let has_keys = config
        .ssh
        .get()
        .is_some_and(|ssh| ssh.authorized_keys.items().next().is_some());
    for content in files(config) {
        let parsed: Vec<Line<'_>> = lines(content.value).filter(|line| !line.is_conditional).collect();
        let all = |keyword: &'static str| {
            let of_keyword = move |line: &&Line<'_>| line.keyword.eq_ignore_ascii_case(keyword);
            parsed.iter().filter(of_keyword)
        };
        let mut found: Vec<(&Line<'_>, String, String, &'static str)> = Vec::new();
        for line in all("Port") {
            // What is no port, another rule says.
            if line
                .value
                .parse::<u16>()
                .is_ok_and(|port| port > 0 && port != plan.host.ssh_port)
            {
                found.push((
                    line,
                    format!(
                        "sshd listens at {} besides `ssh.port`, {}",
                        line.value, plan.host.ssh_port
                    ),
                    "remove it, and set `ssh.port`".to_owned(),
                    "ports add up, and the firewall opens that of `ssh.port` only",
                ));
            }
        }
        if has_keys {
            let user = plan.host.ssh_user.as_str();
            // Several lines add up.
            let mut users = all("AllowUsers").peekable();
            let first = users.peek().copied();
            let mut allowed = users.flat_map(|line| line.value.split_whitespace());
            if let Some(first) = first.filter(|_| !allowed.any(|pattern| may_match(pattern, user))) {
                found.push((
                    first,
                    format!("`AllowUsers` lacks the login user `{user}`"),
                    format!("add `{user}`"),
                    "sshd refuses all other users, whatever keys they have",
                ));
            }
            for line in all("DenyUsers") {
                if line.value.split_whitespace().any(|name| name == user) {
                    found.push((
                        line,
                        format!("`DenyUsers` has the login user `{user}`"),
                        format!("remove `{user}`"),
                        "sshd refuses the user, whatever keys there are",
                    ));
                }
            }
            if let Some(line) = all("PubkeyAuthentication").find(|line| line.value.eq_ignore_ascii_case("no"))
            {
                found.push((
                    line,
                    "sshd accepts no keys, so `ssh.authorizedKeys` has no effect".to_owned(),
                    "remove it, or `ssh.authorizedKeys`".to_owned(),
                    "the user has no password to log in with",
                ));
            }
            let written = |path: &str| config.file_paths().any(|file| file.value == path);
            let elsewhere = |line: &&Line<'_>| {
                let reads = |path: &str| path.ends_with(".ssh/authorized_keys") || written(path);
                !line.value.split_whitespace().any(reads)
            };
            if let Some(line) = all("AuthorizedKeysFile").find(elsewhere) {
                found.push((
                    line,
                    "sshd does not read the keys of `ssh.authorizedKeys`".to_owned(),
                    "add `.ssh/authorized_keys`".to_owned(),
                    "cloud-init writes them to `.ssh/authorized_keys` in the user's home",
                ));
            }
            let mut addresses = all("ListenAddress").peekable();
            let first = addresses.peek().copied();
            if let Some(first) = first.filter(|_| addresses.all(|line| is_loopback(line.value))) {
                found.push((
                    first,
                    format!("sshd listens at {} only", first.value),
                    "remove it; the firewall limits who may connect".to_owned(),
                    "no other machine can connect",
                ));
            }
        }
        for (line, message, help, note) in found {
            let finding = report.found(place_in(report, &content, line.at, line.keyword), message);
            report.push(finding.help(help).note(note));
        }
    }
}

/// Whether a pattern of users may mean one: `ada`, `ada@10.0.0.0/8`, `a*`.
fn may_match(pattern: &str, user: &str) -> bool {
    let name = pattern.split('@').next().unwrap_or(pattern);
    name == user || name.contains(['*', '?'])
}

fn is_loopback(value: &str) -> bool {
    let host = value.trim_start_matches('[');
    let host = host.split(']').next().unwrap_or(host);
    let whole = host.parse::<IpAddr>();
    let address = whole.or_else(|_| host.split(':').next().unwrap_or(host).parse());
    value == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn nobody_gets_in() {
        check(
            r#"
ssh: {user: ada, port: 2244, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
cloudInit:
  files:
    - path: /etc/ssh/sshd_config.d/20-a.conf
      content: |
        Port 2244
        Port 22
#       ^^^^ warning[sshd-locks-out]: sshd listens at 22 besides `ssh.port`, 2244
        AllowUsers root
#       ^^^^^^^^^^ warning[sshd-locks-out]: `AllowUsers` lacks the login user `ada`
        PubkeyAuthentication no
#       ^^^^^^^^^^^^^^^^^^^^ warning[sshd-locks-out]: sshd accepts no keys, so `ssh.authorizedKeys` has no effect
        AuthorizedKeysFile /etc/ssh/keys/%u
#       ^^^^^^^^^^^^^^^^^^ warning[sshd-locks-out]: sshd does not read the keys of `ssh.authorizedKeys`
        ListenAddress 127.0.0.1:2244
#       ^^^^^^^^^^^^^ warning[sshd-locks-out]: sshd listens at 127.0.0.1:2244 only
    - path: /etc/ssh/sshd_config.d/30-b.conf
      content: |
        AllowUsers root
        AllowUsers ada@10.0.0.0/8
        DenyUsers adam
        AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u
        ListenAddress 127.0.0.1
        ListenAddress ::
        Match User backup
          PubkeyAuthentication no
"#,
        );
        check(
            r#"
ssh: {authorizedKeys: []}
#                     ^^ warning[no-authorized-keys]: no SSH key can log in to the machines
cloudInit: {files: [{path: /etc/ssh/sshd_config, content: "AllowUsers root\nPubkeyAuthentication no\n"}]}
"#,
        );
    }
}
