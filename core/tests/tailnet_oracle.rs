//! The engine agrees with the naive evaluator on random tailnets and policies, and its proofs with enumeration.
#![allow(clippy::unwrap_used, clippy::panic)]

mod naive;
#[path = "naive/random.rs"]
mod random;

use std::net::IpAddr;

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::approve::approve;
use gkc_core::tailnet::check::{Checked, check_text};
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::compile::Service;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::expand::World;
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::{Engine, Flow};
use gkc_core::tailnet::ssh;
use naive::{Naive, Probe};
use proptest::prelude::*;
use proptest::sample::select;
use random::{Case, addresses, case, ssh_and_approvers};

const PORTS: [u16; 8] = [1, 22, 79, 80, 90, 443, 8080, 65535];
const PROTOS: [u8; 7] = [6, 17, 1, 58, 132, 47, 99];

fn checked(case: &Case) -> Checked {
    let file = SourceFile::new(FileId::CONFIG, "policy.hujson", case.policy.clone());
    let checked = check_text(&file, Control::Tailscale, Some(&case.tailnet));
    assert!(checked.is_valid(), "{}\n{:#?}", case.policy, checked.found);
    checked
}

fn flow(p: Probe) -> Flow {
    Flow {
        src: p.src,
        dst: p.dst,
        proto: p.proto,
        port: p.port,
    }
}

fn probes(addresses: &[IpAddr], picks: &[(usize, usize, u8, u16)]) -> Vec<Probe> {
    let at = |i: usize| addresses[i % addresses.len()];
    picks
        .iter()
        .map(|(s, d, proto, port)| Probe {
            src: at(*s),
            dst: at(*d),
            proto: *proto,
            port: *port,
        })
        .collect()
}

fn picks() -> impl Strategy<Value = Vec<(usize, usize, u8, u16)>> {
    prop::collection::vec(
        (
            0..1000usize,
            0..1000usize,
            select(&PROTOS[..]),
            select(&PORTS[..]),
        ),
        60,
    )
}

/// A claim's end in words, with its addresses one by one.
fn ends(case: &Case) -> Vec<(&'static str, Vec<IpAddr>)> {
    let nodes = &case.tailnet.nodes;
    let tagged = |tag: &str| -> Vec<IpAddr> {
        nodes
            .iter()
            .filter(|n| n.tags.iter().any(|t| t == tag))
            .flat_map(|n| n.ips.clone())
            .collect()
    };
    let owned = |login: &str| -> Vec<IpAddr> {
        let mine = nodes
            .iter()
            .filter(|n| n.tags.is_empty() && n.user.as_deref() == Some(login));
        mine.flat_map(|n| n.ips.clone()).collect()
    };
    let small = |p: &str| naive::enumerate(p.parse().unwrap());
    let mut pods: Vec<IpAddr> = nodes
        .iter()
        .flat_map(|n| &n.approved)
        .filter(|p| p.bits > 0)
        .flat_map(|p| naive::enumerate(*p))
        .filter(|a| !nodes.iter().any(|n| n.ips.contains(a)))
        .collect();
    pods.sort();
    pods.dedup();
    vec![
        ("tag:a", tagged("tag:a")),
        ("tag:b", tagged("tag:b")),
        ("ada@x.example", owned("ada@x.example")),
        ("n0", nodes[0].ips.clone()),
        ("10.0.0.0/29", small("10.0.0.0/29")),
        ("100.64.0.0/29", small("100.64.0.0/29")),
        ("fd00::4/126", small("fd00::4/126")),
        ("8.8.8.0/30", small("8.8.8.0/30")),
        ("pods", pods),
    ]
}

fn service() -> impl Strategy<Value = (Service, Vec<u16>)> {
    let ports = prop_oneof![
        Just((22, 22, vec![22])),
        Just((80, 90, (80..=90).collect::<Vec<u16>>())),
        Just((443, 444, vec![443, 444])),
        Just((
            0,
            65535,
            vec![0, 1, 21, 22, 23, 79, 80, 85, 90, 91, 442, 443, 444, 65535]
        )),
    ];
    let protos = prop_oneof![
        Just(vec![6]),
        Just(vec![6, 17]),
        Just(vec![1]),
        Just(vec![58]),
        Just(vec![132]),
        Just(vec![47])
    ];
    (ports, protos).prop_map(|((low, high, sample), protos)| (Service::new(protos, (low, high)), sample))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filters_and_flows_agree(case in case(), picks in picks()) {
        let checked = checked(&case);
        let engine = Engine::new(&checked.policy, &case.tailnet);
        let naive = Naive { policy: &checked.policy, tailnet: &case.tailnet };
        for probe in probes(&addresses(&case.tailnet), &picks) {
            for at in 0..case.tailnet.nodes.len() {
                let found = engine.filter(at, flow(probe)).accepts();
                prop_assert_eq!(found, naive.filter(at, probe), "{:?} at n{}: {:?}", probe, at, engine.filter(at, flow(probe)));
            }
            let found = engine.reaches(flow(probe));
            prop_assert_eq!(found, naive.reaches(probe), "{:?}", probe);
            prop_assert_eq!(engine.explain(flow(probe)).allowed, found, "{:?}", engine.explain(flow(probe)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_agree_with_enumeration(
        case in case(), from in 0..9usize, to in 0..9usize, (service, ports) in service(), except in 0..9usize,
    ) {
        let checked = checked(&case);
        let engine = Engine::new(&checked.policy, &case.tailnet);
        let mut prover = Prover::new(&engine);
        let naive = Naive { policy: &checked.policy, tailnet: &case.tailnet };
        let ends = ends(&case);
        let ((from_name, from), (to_name, to)) = (&ends[from], &ends[to]);
        let names = |n: &str| vec![n.to_owned()];
        // Traffic within one device is not the tailnet's: it counts as allowed, and as no breach.
        let crossing = |src, dst| {
            let flow = Flow { src, dst, proto: 6, port: 1 };
            !engine.explain(flow).local
        };
        let mut every = true;
        let mut some = false;
        for src in from {
            for dst in to.iter().filter(|d| d.is_ipv4() == src.is_ipv4()) {
                for proto in &service.protos {
                    let portless = ![6, 17, 132].contains(proto);
                    for port in ports.iter().take(if portless { 1 } else { ports.len() }) {
                        let probe = Probe { src: *src, dst: *dst, proto: *proto, port: *port };
                        let open = naive.reaches(probe);
                        every &= open;
                        some |= open && crossing(*src, *dst);
                    }
                }
            }
        }
        let allow = prover.decide(&Claim::Allow { from: names(from_name), to: names(to_name), service: service.clone() });
        prop_assert_eq!(allow.holds, every, "allow {} -> {}: {:?}", from_name, to_name, allow);
        for w in &allow.witnesses {
            prop_assert!(!engine.reaches(w.flow), "{:?}", w);
        }
        let deny = prover.decide(&Claim::Deny { from: names(from_name), to: names(to_name), service: service.clone() });
        prop_assert_eq!(deny.holds, !some, "deny {} -> {}: {:?}", from_name, to_name, deny);
        let only = prover.decide(&Claim::OnlySources {
            dst: names(to_name), service: service.clone(), allowed: names(ends[except].0),
        });
        for w in deny.witnesses.iter().chain(&only.witnesses) {
            prop_assert!(engine.reaches(w.flow) && to.contains(&w.flow.dst), "{:?}", w);
        }
        for w in &only.witnesses {
            prop_assert!(!ends[except].1.contains(&w.flow.src), "{:?}", w);
        }
        let mut breach = false;
        for src in addresses(&case.tailnet).iter().filter(|a| !ends[except].1.contains(a)) {
            for dst in to.iter().filter(|d| d.is_ipv4() == src.is_ipv4()) {
                let probe = Probe { src: *src, dst: *dst, proto: service.protos[0], port: ports[0] };
                breach |= naive.reaches(probe) && crossing(*src, *dst);
            }
        }
        prop_assert!(!(breach && only.holds), "only {} -> {}", ends[except].0, to_name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_and_approvals_agree(case in case(), policy in ssh_and_approvers()) {
        let case = Case { policy, ..case };
        let checked = checked(&case);
        let world = World::new(&checked.policy, &case.tailnet);
        let naive = Naive { policy: &checked.policy, tailnet: &case.tailnet };
        for (id, node) in case.tailnet.nodes.iter().enumerate() {
            for decided in approve(&world, id, &node.advertised) {
                prop_assert_eq!(decided.by.is_some(), naive.approves(id, decided.route), "{:?} {:?}", decided, node);
            }
            for dst in 0..case.tailnet.nodes.len() {
                for login in ["root", "ubuntu", "ada", "eve"] {
                    let (verdict, _) = ssh::decide(&world, id, dst, login, None);
                    prop_assert_eq!(verdict.as_str(), naive.ssh(id, dst, login), "{}@n{} from n{}", login, dst, id);
                }
            }
        }
    }
}
