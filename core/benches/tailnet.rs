//! A tailnet of 10,000 devices, 1,000 rules and 500 tags: how long it takes to decide all claims about it, and how
//! memory grows with its size.
//!
//! A plain program (`cargo bench -p gkc-core --bench tailnet`): what is asked is one total, not a distribution. It
//! says so where the total passes [`WANTED`], and exits with a panic where it passes [`MOST`].
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::compile::{Service, service};
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::model::{Device, Tailnet, User};
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::Engine;

/// A policy is proven at each build, and in editors.
const WANTED: Duration = Duration::from_secs(1);

/// What no machine's other work explains.
const MOST: Duration = Duration::from_secs(3);

/// How large a case is.
#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    rules: usize,
    tags: usize,
}

impl Size {
    fn users(self) -> usize {
        self.nodes / 10
    }
}

/// Four of five devices are tagged and route a /24 of pods; the others belong to people, two each.
fn tailnet(size: Size) -> Tailnet {
    let node = |i: usize| {
        let tagged = !i.is_multiple_of(5);
        let route = format!("10.{}.{}.0/24", i / 256, i % 256)
            .parse()
            .expect("a prefix");
        Device {
            name: format!("node-{i}"),
            user: (!tagged).then(|| format!("user{}@corp.example", i / 5 % size.users())),
            tags: if tagged {
                vec![format!("tag:t{}", (i - i / 5) % size.tags)]
            } else {
                Vec::new()
            },
            ips: vec![
                format!("100.{}.{}.{}", 64 + i / 65536, i / 256 % 256, i % 256)
                    .parse()
                    .expect("an address"),
                format!("fd7a:115c:a1e0::{i:x}").parse().expect("an address"),
            ],
            advertised: if tagged { vec![route] } else { Vec::new() },
            approved: if tagged { vec![route] } else { Vec::new() },
            accept_routes: true,
            posture: Default::default(),
        }
    };
    let user = |i: usize| User {
        login: format!("user{i}@corp.example"),
        roles: if i.is_multiple_of(50) {
            vec!["admin".to_owned()]
        } else {
            Vec::new()
        },
    };
    Tailnet {
        domains: vec!["corp.example".to_owned()],
        users: (0..size.users()).map(user).collect(),
        nodes: (0..size.nodes).map(node).collect(),
    }
}

fn policy(size: Size) -> String {
    let mut text = String::from("{\n\"tagOwners\": {\n");
    for t in 0..size.tags {
        let _ = writeln!(text, "\"tag:t{t}\": [\"autogroup:admin\"],");
    }
    text.push_str("},\n\"groups\": {\n");
    for g in 0..size.tags / 5 {
        let members: Vec<String> = (0..10)
            .map(|m| format!("\"user{}@corp.example\"", (g * 7 + m) % size.users()))
            .collect();
        let _ = writeln!(text, "\"group:g{g}\": [{}],", members.join(", "));
    }
    text.push_str(
        "},\n\"ipsets\": {\"ipset:pods\": [\"10.0.0.0/8\", \"remove 10.255.0.0/16\"]},\n\"grants\": [\n",
    );
    text.push_str(
        "{\"src\": [\"ipset:pods\", \"autogroup:tagged\"], \"dst\": [\"ipset:pods\"], \"ip\": [\"*\"]},\n",
    );
    for r in 1..size.rules {
        let (a, b, g) = (r % size.tags, (r * 7 + 3) % size.tags, r % (size.tags / 5));
        let _ = match r % 10 {
            0 => writeln!(
                text,
                "{{\"src\": [\"autogroup:member\"], \"dst\": [\"tag:t{a}\"], \"ip\": [\"tcp:443\"]}},"
            ),
            1 => writeln!(
                text,
                "{{\"src\": [\"*\"], \"dst\": [\"tag:t{a}\"], \"ip\": [\"udp:53\"]}},"
            ),
            2 => writeln!(
                text,
                "{{\"src\": [\"group:g{g}\"], \"dst\": [\"tag:t{a}\"], \"ip\": [\"tcp:22\", \"tcp:6443\"]}},"
            ),
            3 => writeln!(
                text,
                "{{\"src\": [\"10.{}.0.0/16\"], \"dst\": [\"10.{}.0.0/16\"], \"ip\": [\"tcp:8080\"]}},",
                r % 40,
                a % 40
            ),
            4 => writeln!(
                text,
                "{{\"src\": [\"group:g{g}\"], \"dst\": [\"autogroup:self\"], \"ip\": [\"*\"]}},"
            ),
            _ => writeln!(
                text,
                "{{\"src\": [\"tag:t{a}\"], \"dst\": [\"tag:t{b}\"], \"ip\": [\"tcp:6443\", \"tcp:10250\"]}},"
            ),
        };
    }
    text.push_str("],\n}\n");
    text
}

/// For each tag: who reaches its API servers, and whether members reach its kubelets and its web servers; and pods
/// among each other.
fn claims(size: Size) -> Vec<Claim> {
    let tcp = |text: &str| -> Service { service(text).expect("a service") };
    let mut claims = vec![Claim::pods_reach_pods()];
    for t in 0..size.tags {
        claims.push(Claim::OnlySources {
            dst: vec![format!("tag:t{t}")],
            service: tcp("tcp:6443"),
            allowed: vec!["autogroup:tagged".to_owned(), "autogroup:member".to_owned()],
        });
        claims.push(Claim::Deny {
            from: vec!["autogroup:member".to_owned()],
            to: vec![format!("tag:t{t}")],
            service: tcp("tcp:10250"),
        });
        // Fails for every tag that a rule opens to members.
        claims.push(Claim::Deny {
            from: vec!["autogroup:member".to_owned()],
            to: vec![format!("tag:t{t}")],
            service: tcp("tcp:443"),
        });
    }
    claims
}

/// The resident memory of this process in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn run(size: Size) -> Duration {
    let (tailnet, text) = (tailnet(size), policy(size));
    let file = SourceFile::new(FileId::CONFIG, "policy.hujson", text);
    let before = resident();
    let start = Instant::now();
    let checked = check_text(&file, Control::Tailscale, Some(&tailnet));
    assert!(checked.is_valid(), "{:#?}", checked.found.first());
    let read = start.elapsed();
    let engine = Engine::new(&checked.policy, &tailnet);
    let mut prover = Prover::new(&engine);
    let expanded = start.elapsed();
    let claims = claims(size);
    let proofs: Vec<_> = claims.iter().map(|claim| prover.decide(claim)).collect();
    let total = start.elapsed();
    let held = proofs.iter().filter(|p| p.holds).count();
    let grown = before.zip(resident()).map_or(0, |(b, a)| a.saturating_sub(b));
    println!(
        "{:>6} devices, {:>4} rules, {:>3} tags: {} claims ({held} hold) in {total:?} (read {read:?}, expanded {:?}, decided {:?}), {grown} KiB more",
        size.nodes,
        size.rules,
        size.tags,
        claims.len(),
        expanded - read,
        total - expanded,
    );
    assert!(proofs.iter().all(|p| !p.undecided));
    total
}

fn main() {
    // `cargo test --all-targets` runs this too, unoptimised: then it only has to work.
    let measuring = std::env::args().any(|a| a == "--bench");
    for nodes in if measuring {
        vec![2_500, 5_000, 10_000]
    } else {
        vec![500]
    } {
        let size = Size {
            nodes,
            rules: nodes / 10,
            tags: nodes / 20,
        };
        let total = run(size);
        if measuring && total >= WANTED {
            println!("took {total:?}, wanted are {WANTED:?}");
        }
        assert!(!measuring || total < MOST, "took {total:?}");
    }
}
