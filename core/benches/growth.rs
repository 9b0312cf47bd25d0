//! What twice as many entries of each list and mapping of the language cost: the CPU time of a check must grow with the
//! configuration, and not with its square.
//!
//! `cargo bench -p gkc-core --bench growth` grows each to [`MOST`] entries and fails where the last doubling costs more than [`BOUND`]
//! times as much. With an argument, only lists whose names hold it.

#![allow(missing_docs, clippy::print_stdout)]

use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::text::SecretBytes;
use rustix::time::{ClockId, clock_gettime};
use std::process::ExitCode;
use std::time::Duration;

/// As many entries as are read of a list.
const MOST: usize = 20_000;
/// As many machines as are read.
const MOST_MACHINES: usize = 5_000;

/// What twice as many may cost: twice, and something for memory that no longer fits into a cache.
const BOUND: f64 = 2.5;

/// The least of this many runs counts: what else the machine does only ever adds.
const RUNS: usize = 3;

/// A doubling that looks too dear is measured again before it counts.
const TRIES: usize = 2;

struct Surroundings {
    policy: String,
}

impl Inputs for Surroundings {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        match path {
            "policy.hujson" => Ok(SecretBytes::from(self.policy.as_str())),
            _ => Err(InputError("no such file".into())),
        }
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        Some(match name {
            "GITPOD_ENCRYPTION_KEY" => SecretBytes::from("YmVuY2gtZW5jcnlwdGlvbi1rZXktb2YtMzItYnl0ZXM="),
            other => SecretBytes::from(format!("bench-{other}-0123456789abcdef").as_str()),
        })
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("no random numbers".into()))
    }
}

/// A list or mapping of the language: what stands around its entries, and each of them.
struct List {
    name: &'static str,
    before: &'static str,
    entry: fn(usize) -> String,
    after: &'static str,
    /// Whether the entries are those of the tailnet's own policy.
    in_policy: bool,
}

const fn list(name: &'static str, before: &'static str, entry: fn(usize) -> String) -> List {
    List {
        name,
        before,
        entry,
        after: "",
        in_policy: false,
    }
}

const fn policy(
    name: &'static str,
    before: &'static str,
    entry: fn(usize) -> String,
    after: &'static str,
) -> List {
    List {
        name,
        before,
        entry,
        after,
        in_policy: true,
    }
}

/// An address out of ten million.
fn address(i: usize) -> String {
    format!("10.{}.{}.{}", 16 + i / 65_536, i / 256 % 256, i % 256)
}

const LISTS: &[List] = &[
    list("domain_passlist", "domain_passlist:\n", |i| {
        format!("  - d{i}.acme.dev\n")
    }),
    list("authProviders", "authProviders:\n", |i| {
        format!(
            "  - {{id: p{i}, type: GitLab, host: git{i}.acme.dev, clientId: c{i}, clientSecret: {{env: S{i}}}}}\n"
        )
    }),
    list("imagePullSecrets", "gitpod:\n  imagePullSecrets:\n", |i| {
        format!("    - s{i}\n")
    }),
    list(
        "encryptionKeys",
        "database:\n  external:\n    host: db.acme.dev\n    username: gitpod\n    password: {env: P}\n    encryptionKeys:\n",
        |i| {
            format!(
                "      - {{name: general, version: {i}, primary: {}, material: {{env: K{i}}}}}\n",
                i == 0
            )
        },
    ),
    list("allowedBaseImages", "registry:\n  allowedBaseImages:\n", |i| {
        format!("    - r{i}.acme.dev\n")
    }),
    list("secrets", "secrets:\n", |i| {
        format!("  s{i}: {{k: {{env: V{i}}}}}\n")
    }),
    list("secret keys", "secrets:\n  s:\n", |i| {
        format!("    k{i}: {{env: V{i}}}\n")
    }),
    list("authorizedKeys", "ssh:\n  authorizedKeys:\n", |i| {
        format!(
            "    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ops{i}\n"
        )
    }),
    list("ingress.allow", "ingress:\n  allow:\n", |i| {
        format!("    - {}/32\n", address(i))
    }),
    list("api.sans", "cluster:\n  api:\n    sans:\n", |i| {
        format!("      - s{i}.acme.dev\n")
    }),
    list("firewall.api", "cluster:\n  firewall:\n    api:\n", |i| {
        format!("      - {}/32\n", address(i))
    }),
    list("server labels", "cluster:\n  servers:\n    labels:\n", |i| {
        format!("      acme.dev/l{i}: v{i}\n")
    }),
    list("server taints", "cluster:\n  servers:\n    taints:\n", |i| {
        format!("      - \"t{i}=v:NoSchedule\"\n")
    }),
    list(
        "pools",
        "cluster:\n  network: {pods: 10.0.0.0/8}\n  pools:\n",
        |i| format!("    - {{name: p{i}, count: 1, labels: {{l: v{i}}}}}\n"),
    ),
    list(
        "nodes",
        "cluster:\n  provider: raspberry-pi\n  network: {nodes: 10.0.0.0/9, pods: 10.128.0.0/9}\n  nodes:\n    - {name: server, role: server, address: 10.1.0.1}\n",
        |i| format!("    - {{name: n{i}, role: agent, address: {}}}\n", address(i)),
    ),
    list("k3s.disable", "k3s:\n  disable:\n", |i| {
        format!("    - part{i}\n")
    }),
    list("mirrors", "k3s:\n  registries:\n    mirrors:\n", |i| {
        format!("      r{i}.acme.dev: {{endpoint: [\"https://m{i}.acme.dev\"]}}\n")
    }),
    list("registry configs", "k3s:\n  registries:\n    configs:\n", |i| {
        format!("      r{i}.acme.dev: {{auth: {{username: u, password: {{env: P{i}}}}}}}\n")
    }),
    list("serverConfig", "k3s:\n  serverConfig:\n", |i| {
        format!("    key-{i}: v\n")
    }),
    list(
        "serverConfig list",
        "k3s:\n  serverConfig:\n    kube-apiserver-arg:\n",
        |i| format!("      - \"flag-{i}=v\"\n"),
    ),
    list("extraArgs", "tailscale:\n  extraArgs:\n", |i| {
        format!("    - --flag{i}=v\n")
    }),
    list(
        "groups",
        "tailscale:\n  admins: [ada@acme.dev]\n  groups:\n",
        |i| format!("    group:g{i}: [u{i}@acme.dev]\n"),
    ),
    list(
        "group members",
        "tailscale:\n  admins: [\"group:all\"]\n  groups:\n    group:all:\n",
        |i| format!("      - u{i}@acme.dev\n"),
    ),
    list("admins", "tailscale:\n  admins:\n", |i| {
        format!("    - u{i}@acme.dev\n")
    }),
    list(
        "ssh users",
        "tailscale:\n  admins: [ada@acme.dev]\n  ssh:\n    users:\n",
        |i| format!("      - u{i}\n"),
    ),
    list(
        "expect",
        "tailscale:\n  use: pods\n  admins: [ada@acme.dev]\n  expect:\n",
        |i| {
            format!(
                "    - {{from: pods, to: servers, deny: \"tcp:{}\"}}\n",
                10_000 + i
            )
        },
    ),
    list(
        "noProxy",
        "proxy:\n  http: http://proxy.acme.dev:3128\n  noProxy:\n",
        |i| format!("    - h{i}.acme.dev\n"),
    ),
    list("packages", "cloudInit:\n  packages:\n", |i| {
        format!("    - package{i}\n")
    }),
    list("files", "cloudInit:\n  files:\n", |i| {
        format!("    - {{path: /opt/f{i}, content: c}}\n")
    }),
    list("units", "cloudInit:\n  files:\n", |i| {
        format!(
            "    - {{path: /etc/systemd/system/u{i}.service, content: \"[Service]\\nExecStart=/opt/p{i}\\n[Install]\\nWantedBy=multi-user.target\\n\"}}\n"
        )
    }),
    list(
        "sysctls",
        "cloudInit:\n  files:\n    - path: /etc/sysctl.d/99-own.conf\n      content: |\n",
        |i| format!("        kernel.k{i} = {i}\n"),
    ),
    list("beforeK3s", "cloudInit:\n  beforeK3s:\n", |i| {
        format!("    - echo {i}\n")
    }),
    list("configPatch", "gitpod:\n  configPatch:\n", |i| {
        format!("    key{i}: v\n")
    }),
    list("mistakes", "domain_passlist:\n", |i| {
        format!("  - D{i}.acme.dev\n")
    }),
    list("suppressed mistakes", "domain_passlist:\n", |i| {
        format!("  - d{i}.acme.dev. # gkc: ignore[domain-trailing-dot]\n")
    }),
    list("suppressed keys", "cluster:\n  pools:\n", |i| {
        format!("    - {{name: p{i}, key{i}: 1}} # gkc: ignore[unknown-key]\n")
    }),
    list("valuesPatch", "platform: coder\ncoder:\n  valuesPatch:\n", |i| {
        format!("    key{i}: v\n")
    }),
    list("unknown keys", "", |i| format!("key{i}: v\n")),
    policy(
        "policy.acls",
        "{\"tagOwners\": {\"tag:t\": []}, \"acls\": [\n",
        |i| {
            format!(
                "{{\"action\": \"accept\", \"src\": [\"u{i}@acme.dev\"], \"dst\": [\"tag:t:{}\"]}},\n",
                1 + i
            )
        },
        "]}\n",
    ),
    policy(
        "policy.grants",
        "{\"tagOwners\": {\"tag:t\": []}, \"grants\": [\n",
        |i| {
            format!(
                "{{\"src\": [\"u{i}@acme.dev\"], \"dst\": [\"tag:t\"], \"ip\": [\"tcp:{}\"]}},\n",
                1 + i
            )
        },
        "]}\n",
    ),
    policy(
        "policy.hosts",
        "{\"acls\": [], \"hosts\": {\n",
        |i| format!("\"h{i}\": \"{}\",\n", address(i)),
        "}}\n",
    ),
    policy(
        "policy.groups",
        "{\"acls\": [], \"groups\": {\n",
        |i| format!("\"group:g{i}\": [\"u{i}@acme.dev\"],\n"),
        "}}\n",
    ),
    policy(
        "policy.tagOwners",
        "{\"acls\": [], \"tagOwners\": {\n",
        |i| format!("\"tag:t{i}\": [\"u{i}@acme.dev\"],\n"),
        "}}\n",
    ),
    policy(
        "policy.tests",
        "{\"acls\": [{\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]}], \"tests\": [\n",
        |i| {
            format!(
                "{{\"src\": \"u{i}@acme.dev\", \"accept\": [\"{}:22\"]}},\n",
                address(i)
            )
        },
        "]}\n",
    ),
    policy(
        "policy.ssh",
        "{\"acls\": [], \"tagOwners\": {\"tag:t\": []}, \"ssh\": [\n",
        |i| {
            format!(
                "{{\"action\": \"accept\", \"src\": [\"u{i}@acme.dev\"], \"dst\": [\"tag:t\"], \"users\": [\"root\"]}},\n"
            )
        },
        "]}\n",
    ),
];

impl List {
    /// A configuration with `count` entries, and the policy beside it.
    fn of(&self, count: usize) -> (String, String) {
        let mut grown = String::from(self.before);
        for i in 0..count {
            grown.push_str(&(self.entry)(i));
        }
        grown.push_str(self.after);
        let mut text = String::from("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n");
        match self.in_policy {
            false => {
                text.push_str(&grown);
                (text, String::new())
            }
            true => {
                text.push_str("tailscale: {policy: policy.hujson, admins: [ada@acme.dev]}\n");
                (text, grown)
            }
        }
    }
}

/// What this thread has used of a CPU so far: time that others had the CPU does not count.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// The CPU time of a check of `count` entries.
fn cost(list: &List, count: usize) -> Duration {
    let (text, policy) = list.of(count);
    let surroundings = Surroundings { policy };
    let file = SourceFile::new(FileId::CONFIG, "growth", text);
    let run = |_| {
        let start = cpu();
        let _ = std::hint::black_box(gkc_core::check(&file, &surroundings));
        cpu().saturating_sub(start)
    };
    (0..RUNS).map(run).min().unwrap_or_default()
}

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let most = std::env::var("GKC_GROWTH")
        .ok()
        .and_then(|most| most.parse().ok());
    let mut failed = false;
    println!("{:<20} {:>12} {:>12} {:>7}", "entries", "half", "all", "ratio");
    let is_chosen =
        |list: &&List| chosen.is_empty() || chosen.iter().any(|part| list.name.contains(part.as_str()));
    for list in LISTS.iter().filter(is_chosen) {
        let most = most.unwrap_or(match list.name {
            "nodes" | "pools" => MOST_MACHINES,
            _ => MOST,
        });
        let mut ratio = f64::INFINITY;
        for _ in 0..TRIES {
            let (half, whole) = (cost(list, most / 2), cost(list, most));
            ratio = ratio.min(whole.as_secs_f64() / half.as_secs_f64());
            println!(
                "{:<20} {:>9.1} ms {:>9.1} ms {ratio:>7.2}",
                list.name,
                half.as_secs_f64() * 1000.0,
                whole.as_secs_f64() * 1000.0,
            );
            if ratio <= BOUND {
                break;
            }
        }
        failed |= ratio > BOUND;
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
