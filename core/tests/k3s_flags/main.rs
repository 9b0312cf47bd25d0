//! The arguments of the programs that k3s runs, against what the sources of each minor version register.
//!
//! `by_minor.txt` has for each program the names in v1.33, and with a sign what newer minor versions add and remove. It was read from the
//! calls that register flags in Kubernetes v1.33.13, v1.34.8, v1.35.5, v1.36.5 and v1.37.1, and from the configuration of etcd v3.5.21,
//! v3.6.12 and v3.7.1; the facts come from the flag sets of v1.37.1.

#![allow(clippy::unwrap_used, clippy::panic)]

use gkc_core::facts::k3s_flags::{Flag, FlagKind, MINORS, PROGRAMS, program_of};
use std::collections::{BTreeMap, BTreeSet};

const BY_MINOR: &str = include_str!("by_minor.txt");

/// The names of each program's arguments, as its sources have them in each minor version.
fn read() -> BTreeMap<(&'static str, u32), BTreeSet<&'static str>> {
    let mut names: BTreeMap<(&str, u32), BTreeSet<&str>> = BTreeMap::new();
    let mut at = ("", 0);
    for line in BY_MINOR.lines() {
        if !line.starts_with(' ') {
            let (program, minor) = line.split_once(' ').unwrap();
            at = (program, minor.parse().unwrap());
            continue;
        }
        for minor in at.1..=*MINORS.end() {
            let here = names.entry((at.0, minor)).or_default();
            for word in line.split_whitespace() {
                match (word.strip_prefix('-'), word.strip_prefix('+')) {
                    (Some(removed), _) => assert!(here.remove(removed), "{removed} in {at:?}"),
                    (_, Some(added)) => assert!(here.insert(added), "{added} in {at:?}"),
                    _ => assert!(here.insert(word), "{word} in {at:?}"),
                }
            }
        }
    }
    names
}

#[test]
fn each_minor_version_has_the_arguments_of_its_sources() {
    let read = read();
    assert_eq!(read.len(), PROGRAMS.len() * MINORS.count());
    for ((name, minor), expected) in read {
        let program = program_of(&format!("{name}-arg")).unwrap();
        let flags: Vec<Flag> = program.flags().filter(|flag| flag.is_in(minor)).collect();
        let names: BTreeSet<&str> = flags.iter().map(|flag| flag.name).collect();
        assert_eq!(names.len(), flags.len(), "{name} has a name twice in v1.{minor}");
        let missing: Vec<_> = expected.difference(&names).collect();
        let surplus: Vec<_> = names.difference(&expected).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{name} v1.{minor}: -{missing:?} +{surplus:?}"
        );
    }
}

/// Types as Kubernetes' and etcd's documents give them.
#[test]
fn arguments_take_what_their_documents_say() {
    for (key, name, kind) in [
        ("kubelet-arg", "max-pods", FlagKind::Int),
        ("kubelet-arg", "protect-kernel-defaults", FlagKind::Bool),
        ("kubelet-arg", "node-status-update-frequency", FlagKind::Duration),
        ("kubelet-arg", "eviction-hard", FlagKind::Text),
        ("kubelet-arg", "address", FlagKind::Address),
        ("kubelet-arg", "v", FlagKind::Int),
        ("kube-apiserver-arg", "goaway-chance", FlagKind::Float),
        ("kube-apiserver-arg", "audit-log-maxage", FlagKind::Int),
        ("kube-apiserver-arg", "anonymous-auth", FlagKind::Bool),
        (
            "kube-controller-manager-arg",
            "node-cidr-mask-size-ipv6",
            FlagKind::Int,
        ),
        (
            "kube-controller-arg",
            "node-monitor-grace-period",
            FlagKind::Duration,
        ),
        ("kube-scheduler-arg", "profiling", FlagKind::Bool),
        ("kube-proxy-arg", "proxy-mode", FlagKind::Text),
        ("kube-proxy-arg", "metrics-bind-address", FlagKind::Text),
        ("etcd-arg", "quota-backend-bytes", FlagKind::Int),
        ("etcd-arg", "auto-compaction-retention", FlagKind::Text),
    ] {
        let flag = program_of(key).and_then(|program| program.flag(name)).unwrap();
        assert_eq!(flag.kind, kind, "{key} {name}");
    }
}
