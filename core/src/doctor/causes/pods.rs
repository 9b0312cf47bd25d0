//! `pod-not-ready`, and pods that wait for something that the report does not have: what Kubernetes' objects alone tell.

use super::{Case, Told};
use crate::doctor::cause::{FOREIGN_CNI, POD_NOT_READY, SERVICE_MISSING, UNDECIDED};
use crate::doctor::facts::Pod;
use crate::doctor::platforms;
use crate::source::Span;
use ipnet::IpNet;

/// Workloads that wait for others by name, and for whom: their own objects do not say so, as the name is in a Secret
/// (replicatedhq/kots pkg/upstream/templates: `kotsadm-postgres`, later `kotsadm-rqlite`).
const WAITS_FOR: [(&str, &[&str]); 2] = [
    ("kotsadm", &["kotsadm-postgres", "kotsadm-rqlite"]),
    ("kotsadm-operator", &["kotsadm"]),
];

/// Pods whose addresses are not of their machine's range: another configuration than flannel's gave them.
pub fn foreign(case: &mut Case<'_>) {
    let running = |pod: &&Pod| pod.phase == "Running" && !pod.host_network;
    let range = |pod: &Pod| {
        let machine = case.facts.machines.get(pod.node.as_deref()?)?;
        // Others than flannel give addresses as they like.
        machine.backend.as_deref().filter(|backend| !backend.is_empty())?;
        let same = |net: &&(IpNet, Span)| Some(net.0.addr().is_ipv4()) == pod.ip.map(|ip| ip.is_ipv4());
        let mut ranges = machine.pods.iter().filter(same).peekable();
        let first = ranges.peek()?.0;
        let own = pod.host_ip.is_some_and(|(host, _)| Some(host) == pod.ip);
        let outside = !own && !ranges.any(|(net, _)| pod.ip.is_some_and(|ip| net.contains(&ip)));
        outside.then_some(first)
    };
    let found: Vec<(&Pod, IpNet)> = case
        .facts
        .pods
        .iter()
        .filter(running)
        .filter_map(|pod| Some((pod, range(pod)?)))
        .collect();
    let Some((first, net)) = found.first() else {
        return;
    };
    let ip = first.ip.map_or_else(String::new, |ip| ip.to_string());
    let twin = case
        .facts
        .pods
        .iter()
        .filter(running)
        .find(|pod| pod.ip == first.ip && pod.name != first.name);
    let also = twin.map_or_else(String::new, |twin| format!(", which `{}` has too", twin.name));
    let node = first.node.as_deref().unwrap_or("NODE");
    let told = Told::new(format!(
        "pod `{}` on `{node}` has the address `{ip}`{also}, but the node's pod range is `{net}`",
        first.name
    ))
    .all(found.iter().map(|(pod, _)| (pod.at, "another range".to_owned())))
    .all(twin.map(|twin| (twin.at, "the same address".to_owned())))
    .fix(format!(
        "ls /etc/cni/net.d /var/lib/rancher/k3s/agent/etc/cni/net.d   # on {node}: the first in the order of names counts; remove what is not flannel's or your network plugin's, such as containerd's 10-containerd-net.conflist\n\
         kubectl delete pod -n {} {}   # and the others there: they get an address of the right range",
        first.namespace, first.name
    ))
    .why("other machines send packets to whichever machine owns the range, so a pod with an address from elsewhere cannot be reached");
    case.error(&FOREIGN_CNI, told);
    case.unreachable |= case.dns_is_lost();
}

/// Pods that start again and again while what they wait for is not there or not ready.
pub fn waiting(case: &mut Case<'_>) {
    let facts = case.facts;
    // One pass over the names that there are, not one for each pod that waits.
    let waiting: Vec<(&Pod, &[&str])> = facts
        .pods
        .iter()
        .filter(|pod| pod.crashes() || pod.troubles.iter().any(|trouble| trouble.reason == "Error"))
        .filter_map(|pod| {
            let (_, wants) = WAITS_FOR.iter().find(|(name, _)| pod.workload() == *name)?;
            Some((pod, *wants))
        })
        .take(MAX_WAITING)
        .collect();
    for (pod, wants) in waiting {
        let meant = |name: &str| wants.iter().any(|want| name.split('.').next() == Some(*want));
        // A name that nobody answered for may well exist.
        let lost = case.lost().any(|lookup| meant(&lookup.name));
        if case.unreachable || lost || case.explained.iter().any(|name| meant(name)) {
            continue;
        }
        wait(case, pod, wants);
    }
}

/// More pods of one workload wait for the same reason.
const MAX_WAITING: usize = 4;

fn wait(case: &mut Case<'_>, pod: &Pod, wants: &[&str]) {
    let facts = case.facts;
    let Some(trouble) = pod.troubles.first() else {
        return;
    };
    let Some(first) = wants.first() else {
        return;
    };
    let is = |other: &&Pod| {
        wants
            .iter()
            .any(|want| other.workload() == *want || other.is("app", want))
    };
    let there: Vec<&Pod> = facts.pods.iter().filter(is).collect();
    let here = there.iter().find(|other| other.namespace == pod.namespace);
    let service = wants.iter().any(|want| {
        facts
            .services
            .contains_key(&(pod.namespace.clone(), (*want).to_owned()))
    });
    let waits = (trouble.at, format!("`{}`", trouble.reason));
    match here {
        Some(other) if other.ready && (service || !facts.lists("Service")) => {}
        Some(other) if other.ready => {
            let told = Told::new(format!("missing Service `{first}` in namespace `{}`, which `{}` waits for", pod.namespace, pod.name))
                .at(waits.0, waits.1)
                .at(other.at, "pod without a Service")
                .fix(format!("kubectl -n {} expose pod {} --name {first} --port 5432   # or reinstall the pod's application", pod.namespace, other.name))
                .why("the name of a Service exists only while the Service exists, regardless of pods");
            case.error(&SERVICE_MISSING, told);
        }
        Some(other) => {
            let (at, why) = not_ready(other);
            let told = Told::new(format!(
                "`{}` waits for `{}`, which is not ready: {why}",
                pod.name, other.name
            ))
            .at(at, "not ready")
            .at(waits.0, waits.1)
            .fix(format!(
                "kubectl -n {} describe pod {}; kubectl -n {} get pvc",
                other.namespace, other.name, other.namespace
            ))
            .why("the first pod is in back-off because the second does not run, and recovers once it does");
            case.error(&POD_NOT_READY, told);
        }
        None => {
            let elsewhere = there.first();
            let message = match elsewhere {
                Some(other) => format!(
                    "`{}` waits for `{first}` in namespace `{}`, but `{first}` is in `{}`",
                    pod.name, pod.namespace, other.namespace
                ),
                None => format!(
                    "`{}` waits for `{first}`, which does not exist in namespace `{}`",
                    pod.name, pod.namespace
                ),
            };
            let told = Told::new(message)
                .at(waits.0, waits.1)
                .all(elsewhere.map(|other| (other.at, "in another namespace".to_owned())))
                .fix(format!(
                    "kubectl -n {0} logs {1} --previous   # `no such host` confirms it; with `i/o timeout`, pass that log to gkc doctor too\nkubectl -n {0} get statefulset,service,pvc | grep '{first}'   # reinstall what creates them",
                    pod.namespace, pod.name
                ))
                .why("without the Service its name does not resolve (NXDOMAIN), and the pod restarts until it does");
            case.error(&SERVICE_MISSING, told);
        }
    }
    case.explained.insert((*first).to_owned());
    case.explained.insert(format!("{}/{}", pod.namespace, pod.name));
}

fn not_ready(pod: &Pod) -> (Span, String) {
    match (&pod.unscheduled, pod.troubles.first()) {
        (Some((words, at)), _) => (*at, super::scheduler(words)),
        (None, Some(trouble)) => (trouble.at, trouble.reason.clone()),
        (None, None) => (
            pod.at,
            if pod.phase.is_empty() {
                "not ready".to_owned()
            } else {
                pod.phase.clone()
            },
        ),
    }
}

/// Pods that start again and again for a reason that nobody says.
pub fn crashing(case: &mut Case<'_>) {
    // Whatever keeps names from being found keeps pods from starting, too.
    if !case.found.is_empty() {
        return;
    }
    let crashing: Vec<&Pod> = case
        .facts
        .pods
        .iter()
        .filter(|pod| {
            pod.crashes()
                && !case
                    .explained
                    .contains(&format!("{}/{}", pod.namespace, pod.name))
        })
        // The kernel or the kubelet says why; that is not the network's business.
        .filter(|pod| {
            pod.troubles.iter().all(|trouble| {
                trouble
                    .last
                    .as_deref()
                    .is_none_or(|last| last.starts_with("Error"))
            })
        })
        .collect();
    let Some(first) = crashing.first() else {
        return;
    };
    let wants: Vec<(Span, String)> = first
        .wants
        .iter()
        .map(|(host, at)| (*at, format!("connects to `{host}`")))
        .collect();
    let names = super::list(
        crashing
            .iter()
            .map(|pod| format!("{}/{}", pod.namespace, pod.name)),
    );
    if let Some(said) = crashing.iter().map(|pod| said(pod)).collect::<Option<Vec<_>>>() {
        return stated(case, &crashing, said, &names);
    }
    let told = Told::new(format!("{names} restart repeatedly, and the report does not show why"))
        .all(crashing.iter().flat_map(|pod| pod.troubles.first()).map(|trouble| (trouble.at, trouble.reason.clone())))
        .all(wants)
        .fix(format!(
            "kubectl -n {} logs {} --previous --all-containers >> REPORT; gkc doctor REPORT   # `no such host`: a Service is missing; `i/o timeout`: DNS cannot be reached; `Could not resolve host`: run the probe too",
            first.namespace, first.name
        ))
        .why("Kubernetes objects show that a container stopped; its log shows why");
    case.error(&UNDECIDED, told);
}

/// What a pod's container said when it stopped.
fn said(pod: &Pod) -> Option<(Span, String)> {
    let (words, at) = pod.troubles.iter().find_map(|trouble| trouble.said.as_ref())?;
    let last = words.lines().last()?.trim();
    (!last.is_empty()).then(|| (*at, last.chars().take(super::MAX_WORDS).collect()))
}

/// Namespaces of what the cluster and its platform consist of: what crashes elsewhere is an application of the users, with reasons of
/// its own.
const PLATFORM: [&str; 8] = [
    "cattle-system",
    "cert-manager",
    "ingress-nginx",
    "kube-system",
    "local-path-storage",
    "longhorn-system",
    "tailscale",
    "traefik",
];

fn is_platform(namespace: &str) -> bool {
    PLATFORM.contains(&namespace) || platforms::NAMESPACES.contains(&namespace)
}

/// Pods that start again and again, all for reasons that they state themselves.
fn stated(case: &mut Case<'_>, crashing: &[&Pod], said: Vec<(Span, String)>, names: &str) {
    let (Some(first), Some((_, words))) = (crashing.first(), said.first()) else {
        return;
    };
    let words = words.replace('`', "'");
    let told = Told::new(format!("{names} restart repeatedly: `{words}`"))
        .all(said.iter().map(|(at, _)| (*at, "its own words".to_owned())))
        .fix(format!(
            "kubectl -n {} logs {} --previous --all-containers   # what it wrote before that",
            first.namespace, first.name
        ))
        .why("the container stopped by itself, and these are its last words");
    match crashing.iter().any(|pod| is_platform(&pod.namespace)) {
        true => case.error(&UNDECIDED, told),
        false => case.warning(&UNDECIDED, told),
    }
}
