//! `network-policy`

use super::{Case, Told};
use crate::doctor::cause::NETWORK_POLICY;
use crate::doctor::facts::{Facts, Net, Pod, Policy};
use crate::source::Span;
use std::collections::BTreeMap;

pub fn policy(case: &mut Case<'_>) {
    let facts = case.facts;
    let shut: Vec<&Policy> = [ingress(facts), egress(facts)].concat();
    if let Some(first) = shut.first() {
        let in_dns = first.namespace == "kube-system" && first.egress.is_none();
        let what = match in_dns {
            true => "blocks all DNS queries to CoreDNS".to_owned(),
            false => format!("blocks DNS queries from pods in `{}`", first.namespace),
        };
        let harmed = harmed(case, &shut);
        let told = Told::new(format!(
            "NetworkPolicy `{}/{}` {what}",
            first.namespace, first.name
        ))
        .all(
            shut.iter()
                .map(|policy| (policy.at, format!("`{}` does not allow port 53", policy.name))),
        )
        .all(harmed.map(|at| (at, "no answer".to_owned())))
        .fix(fix(&first.namespace, in_dns))
        .why("a pod selected by a policy may only use traffic that a policy allows, and DNS is no exception");
        match harmed.is_some() {
            true => {
                case.error(&NETWORK_POLICY, told);
                case.unreachable = true;
                case.outside = true;
            }
            false => case.warning(&NETWORK_POLICY, told),
        }
        return;
    }
    rejected(case);
}

/// Pods are told no, over UDP and TCP, where the machine beside them gets an answer: k3s's policies reject what they do not
/// admit (kube-router), and nothing else does so for one kind of caller.
fn rejected(case: &mut Case<'_>) {
    let refused = case.matrix.dns.iter().find_map(|((node, net), dns)| {
        let host = case.matrix.dns.get(&(node.clone(), Net::Host))?;
        let pod = *net == Net::Pod && dns.direct.is_refused() && host.direct.works();
        let at = dns.direct.bad()?.0;
        pod.then_some((node.clone(), at))
    });
    let Some((node, at)) = refused else {
        return;
    };
    let told = Told::new(format!(
        "CoreDNS answers machine `{node}`, but rejects pods on it: a NetworkPolicy blocks them"
    ))
    .at(at, "rejected")
    .fix(format!(
        "kubectl get networkpolicies -A   # one that selects CoreDNS, or the asking pod; then:\n{}",
        fix("kube-system", true)
    ))
    .why("k3s rejects traffic that no policy allows; policies do not apply to machines");
    case.error(&NETWORK_POLICY, told);
    case.unreachable = true;
    case.outside = true;
}

fn fix(namespace: &str, ingress: bool) -> String {
    let (kind, rules, select) = match ingress {
        true => ("Ingress", "ingress", "{matchLabels: {k8s-app: kube-dns}}"),
        false => ("Egress", "egress", "{}"),
    };
    format!(
        "kubectl apply -f - <<'E'\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: allow-dns, namespace: {namespace}}}, \
         spec: {{podSelector: {select}, policyTypes: [{kind}], {rules}: [{{ports: [{{port: 53, protocol: UDP}}, {{port: 53, protocol: TCP}}]}}]}}}}\nE"
    )
}

/// Policies that keep everybody from CoreDNS: some select it, and none of them admits port 53.
fn ingress(facts: &Facts) -> Vec<&Policy> {
    let of_dns = |policy: &&Policy| {
        let labels = policy
            .selects
            .iter()
            .all(|(key, value)| key == "k8s-app" && value == "kube-dns");
        policy.namespace == "kube-system" && policy.ingress.is_some() && labels
    };
    let all: Vec<&Policy> = facts.policies.iter().filter(of_dns).collect();
    match all.iter().any(|policy| policy.ingress == Some(true)) {
        true => Vec::new(),
        false => all,
    }
}

/// Policies that keep all pods of a namespace from asking.
fn egress(facts: &Facts) -> Vec<&Policy> {
    let mut by_namespace: BTreeMap<&str, Vec<&Policy>> = BTreeMap::new();
    for policy in facts.policies.iter().filter(|policy| policy.egress.is_some()) {
        by_namespace.entry(&policy.namespace).or_default().push(policy);
    }
    let shut = |policies: &Vec<&Policy>| {
        // One that admits DNS for some pods says nothing of the others; who is in doubt is not accused.
        policies.iter().all(|policy| policy.egress == Some(false))
    };
    by_namespace.into_values().filter(shut).flatten().collect()
}

/// Who is harmed: a pod of such a namespace that did not get an answer.
fn harmed(case: &Case<'_>, shut: &[&Policy]) -> Option<Span> {
    let dns = shut.iter().any(|policy| policy.namespace == "kube-system");
    let of = |pod: &str, namespace: &str| match pod.split_once('/') {
        Some((own, _)) => own == namespace,
        None => case
            .facts
            .pods
            .iter()
            .any(|known: &Pod| known.name == pod && known.namespace == namespace),
    };
    let asked = case
        .facts
        .lookups
        .iter()
        .filter(|lookup| !lookup.outcome.got_through());
    let mut asked = asked.filter(|lookup| {
        let pod = lookup.pod.as_deref();
        let probe = lookup.probed && lookup.net == Some(Net::Pod);
        dns && (probe || !lookup.probed)
            || shut
                .iter()
                .any(|policy| pod.is_none_or(|pod| of(pod, &policy.namespace)) && !lookup.probed)
    });
    let asked = asked.next().map(|lookup| lookup.at);
    let waiting = || {
        let pods = case
            .facts
            .pods
            .iter()
            .filter(|pod| pod.crashes() && shut.iter().any(|policy| policy.namespace == pod.namespace));
        pods.flat_map(|pod| pod.troubles.first())
            .map(|trouble| trouble.at)
            .next()
    };
    asked.or_else(waiting)
}
