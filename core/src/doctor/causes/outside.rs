//! `name-unresolved`: names outside of the cluster, where nothing else explains that they are not found.

use super::resolver::is_outside;
use super::{Case, Told};
use crate::doctor::cause::NAME_UNRESOLVED;
use crate::doctor::facts::{Lookup, Outcome, Server};

pub fn outside(case: &mut Case<'_>) {
    if case.outside || case.unreachable && !case.failed.iter().any(|failed| failed.ended(Outcome::NxDomain)) {
        return;
    }
    let names: Vec<String> = case
        .failed
        .iter()
        .filter(|failed| is_outside(failed.name) && !case.explained.contains(failed.name))
        // Whoever did not reach CoreDNS says nothing of the name.
        .filter(|failed| {
            failed
                .lookups
                .iter()
                .any(|lookup| !lookup.outcome.is_lost() && lookup.outcome != Outcome::Refused)
        })
        .map(|failed| failed.name.to_owned())
        .take(MAX_TOLD)
        .collect();
    for name in names {
        let Some(failed) = case.failed.iter().find(|failed| failed.name == name) else {
            continue;
        };
        let known = failed.ended(Outcome::NxDomain) || failed.ended(Outcome::NoData);
        let lookups: Vec<&Lookup> = failed
            .lookups
            .iter()
            .copied()
            .filter(|lookup| !lookup.outcome.is_lost())
            .collect();
        let waits: Vec<_> = case
            .facts
            .pods
            .iter()
            .filter(|pod| pod.wants.iter().any(|(host, _)| *host == name) && !pod.troubles.is_empty())
            .flat_map(|pod| {
                pod.troubles
                    .first()
                    .map(|trouble| (trouble.at, format!("`{}`: {}", pod.name, trouble.reason)))
            })
            .collect();
        let elsewhere = case.facts.lookups.iter().any(|lookup| {
            lookup.server == Server::Resolver && lookup.name == name && !lookup.outcome.is_good()
        });
        let (message, fix) = match known {
            true => (
                format!("`{name}` is unknown to the name servers of pods"),
                format!(
                    "dig +short {name} @1.1.1.1; dig +short {name}   # on a machine. If both fail: create the DNS record. If only the second works: the machine uses other name servers than pods, so set `resolv-conf` for k3s"
                ),
            ),
            false => (
                format!(
                    "`{name}` does not resolve in a pod, and the report does not show whether CoreDNS answered"
                ),
                format!(
                    "kubectl run -it --rm gkc-ask --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --restart=Never --command -- dig {name}\n\
                     NXDOMAIN: the name has no record, or only in private DNS (`resolv-conf`). SERVFAIL: CoreDNS's upstream name servers do not answer. Timeout: CoreDNS cannot be reached; run the probe"
                ),
            ),
        };
        let mut told = Told::new(message)
            .all(lookups.iter().map(|lookup| (lookup.at, said(lookup))))
            .all(waits)
            .fix(fix)
            .why(if elsewhere {
                "it does not resolve on the machine either; a line in /etc/hosts does not help, because pods do not read it"
            } else {
                "pods ask CoreDNS, which uses the machine's resolv.conf; a line in the machine's /etc/hosts does not help"
            });
        if known {
            told = told.key("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}");
        }
        case.error(&NAME_UNRESOLVED, told);
        case.explained.insert(name);
    }
}

/// More names than that have one reason.
const MAX_TOLD: usize = 4;

fn said(lookup: &Lookup) -> String {
    match lookup.outcome {
        Outcome::NxDomain => "answered: no such name".to_owned(),
        Outcome::NoData => "answered: no address".to_owned(),
        Outcome::ServFail => "answered: server failure".to_owned(),
        _ => "not found".to_owned(),
    }
}
