//! How long parsing, analysing, checking and building take for configurations of 150 to 15,000 lines, in CPU time of this thread. What a
//! build takes comes after the check.
//!
//! `cargo bench -p gkc-core --bench pipeline`. Says so where a check of 150 lines misses [`WANTED_MS`], and fails where it takes
//! [`MOST_MS`].

#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr)]

use gkc_core::Options;
use gkc_core::diagnostic::{Severity, Sink};
use gkc_core::inputs::{InputError, Inputs};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::text::SecretBytes;
use rustix::time::{ClockId, clock_gettime};
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

/// A check of an ordinary file feels immediate, also in an editor at every key stroke.
const WANTED_MS: f64 = 10.0;

/// What no machine's other work explains: twice of what is wanted has been seen on two cores that others kept busy.
const MOST_MS: f64 = 30.0;

/// The least of this many runs counts: what else the machine does only ever adds.
const RUNS: usize = 15;

struct Variables;

impl Inputs for Variables {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Err(InputError("no files".into()))
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

/// A configuration of about `lines` lines: a real one, and pools with labels until it is long enough.
fn config(lines: usize) -> String {
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

/// What this thread has used of a CPU so far: time that others had the CPU does not count.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

fn least(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = cpu();
        run();
        cpu().saturating_sub(start)
    };
    (0..RUNS).map(time).min().unwrap_or_default()
}

fn main() -> ExitCode {
    let mut failed = false;
    println!(
        "{:>7} {:>12} {:>12} {:>12} {:>12}",
        "lines", "parse", "analyse", "check", "build"
    );
    for lines in [150, 1_500, 10_000, 15_000] {
        let file = SourceFile::new(FileId::CONFIG, "bench", config(lines));
        let parse = least(|| {
            gkc_core::syntax::parse_values(&file, &mut Sink::new());
        });
        let analyse = least(|| {
            gkc_core::analyse(&file, &Variables, Options::default());
        });
        let check = least(|| {
            gkc_core::check(&file, &Variables);
        });
        let checked = gkc_core::check(&file, &Variables);
        let build = least(|| {
            let _ = checked.build(None);
        });
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{lines:>7} {:>9.2} ms {:>9.2} ms {:>9.2} ms {:>9.2} ms",
            ms(parse),
            ms(analyse),
            ms(check),
            ms(build)
        );
        if lines == 150 && ms(check) >= WANTED_MS {
            eprintln!(
                "a check of {lines} lines took {:.2} ms, wanted are {WANTED_MS}",
                ms(check)
            );
            failed |= ms(check) >= MOST_MS;
        }
        // What has errors is not built, and takes no time.
        for error in checked
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
        {
            eprintln!("{lines} lines: {}: {}", error.rule, error.message);
            failed = true;
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
