//! `service-missing`, `dns-bypassed`, `cluster-domain`, `hosts-file`: names that CoreDNS says do not exist.

use super::resolver::is_outside;
use super::{Case, Failed, Told};
use crate::doctor::cause::{CLUSTER_DOMAIN, DNS_BYPASSED, HOSTS_FILE, SERVICE_MISSING};
use crate::doctor::facts::{Event, Lookup, Net, Outcome, Pod, Service};
use crate::facts::networks::is_private;
use crate::source::Span;
use ipnet::IpNet;

/// An entry in the machine's hosts file for a name that pods do not find.
pub fn hosts_file(case: &mut Case<'_>) {
    let entries = case.seen(|event| match event {
        Event::Hosts { address, names, node } => Some((*address, names, node.as_ref())),
        _ => None,
    });
    // What looks up a name prints the same, and mostly with a public address.
    let ours = |(_, (address, _, node)): &(Span, (std::net::IpAddr, &Vec<String>, Option<&String>))| {
        node.is_some() || is_private(IpNet::from(*address))
    };
    let entries: Vec<_> = entries.into_iter().filter(ours).collect();
    if entries.is_empty() {
        return;
    }
    let names = entries.iter().flat_map(|(at, (address, names, node))| {
        names
            .iter()
            .map(move |name| (name.as_str(), (*at, *address, *node)))
    });
    let known: std::collections::BTreeMap<&str, (Span, std::net::IpAddr, Option<&String>)> =
        crate::sorted::map(names);
    let mut found = Vec::new();
    for failed in &case.failed {
        let name = failed.name.trim_end_matches('.');
        let label = name
            .split('.')
            .next()
            .filter(|_| !is_outside(name))
            .unwrap_or(name);
        let entry = known.get(name).or_else(|| known.get(label));
        if let (Some((at, address, node)), Some(lookup)) = (entry, failed.lookups.first()) {
            found.push((
                failed.name.to_owned(),
                *at,
                *address,
                node.map(|node| (*node).clone()),
                lookup.at,
            ));
        }
    }
    for (name, at, address, node, lookup) in found {
        let outside = is_outside(&name);
        let label = name.split('.').next().unwrap_or(&name).to_owned();
        let fix = match outside {
            true => format!(
                "create a DNS record for `{name}` in CoreDNS's upstream name servers, or configure CoreDNS:\nkubectl apply -f - <<'E'\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: coredns-custom, namespace: kube-system}}, data: {{gkc.server: \"{name}:53 {{\\n  hosts {{\\n    {address} {name}\\n  }}\\n}}\\n\"}}}}\nE"
            ),
            false => format!(
                "kubectl get service -A | grep -w '{label}'   # use a Service; for an address outside the cluster, create one without a selector and add an EndpointSlice\nthen remove the line from /etc/hosts"
            ),
        };
        let told = Told::new(format!("`{name}` is in /etc/hosts of {}, but pods do not read that file", super::on(node.as_ref())))
            .at(at, "not read by pods")
            .at(lookup, "still not found")
            .fix(fix)
            .why("every pod has its own hosts file, and CoreDNS's `hosts` plugin reads the node list of k3s (NodeHosts), not the machine's file");
        case.error(&HOSTS_FILE, told);
        case.explained.insert(name);
    }
}

/// Names that a name server says do not exist.
pub fn missing(case: &mut Case<'_>) {
    let names: Vec<String> = case
        .failed
        .iter()
        .filter(|failed| failed.ended(Outcome::NxDomain) || failed.ended(Outcome::NoData))
        .map(|failed| failed.name.to_owned())
        .filter(|name| !name.is_empty() && !is_outside(name) && !case.explained.contains(name))
        .collect();
    let mut told = 0;
    for name in names {
        if told == MAX_TOLD {
            break;
        }
        if look(case, &name) {
            told += 1;
        }
    }
}

/// More missing names than that are told of by the first ones.
const MAX_TOLD: usize = 8;

fn look(case: &mut Case<'_>, name: &str) -> bool {
    let Some(failed) = case.failed.iter().position(|failed| failed.name == name) else {
        return false;
    };
    let Some(failed) = case.failed.get(failed) else {
        return false;
    };
    let lookups: Vec<&Lookup> = failed
        .lookups
        .iter()
        .copied()
        .filter(|lookup| matches!(lookup.outcome, Outcome::NxDomain | Outcome::NoData))
        .collect();
    if lookups.is_empty() {
        return false;
    }
    let asker = asker(case, failed);
    let (label, namespace) = parts(name);
    let namespace = namespace
        .map(str::to_owned)
        .or_else(|| asker.as_ref().map(|pod| pod.namespace.clone()));
    // The probe asks for names as they are; where it names no namespace, it means the one that pods look in first.
    let services: Vec<&Service> = case
        .facts
        .services
        .values()
        .filter(|service| service.name == label)
        .collect();
    let here = services.iter().find(|service| {
        namespace
            .as_deref()
            .is_none_or(|namespace| service.namespace == namespace)
    });
    if let Some(told) = bypassed(case, &lookups, name, asker.as_ref()) {
        case.error(&DNS_BYPASSED, told);
        case.explained.insert(name.to_owned());
        return true;
    }
    let evidence = lookups.iter().map(|lookup| (lookup.at, answered(lookup)));
    if let Some(service) = here {
        let told = exists(case, name, service, asker.as_ref(), evidence.collect());
        let cause = if domain(case, name).is_some() {
            &CLUSTER_DOMAIN
        } else {
            &SERVICE_MISSING
        };
        case.error(cause, told);
        case.explained.insert(name.to_owned());
        return true;
    }
    let where_ = namespace.as_deref().unwrap_or("default").to_owned();
    let wanted = asker
        .as_ref()
        .map_or_else(String::new, |pod| format!(", which `{}` waits for", pod.name));
    let (message, fix) = match services.first() {
        Some(service) => (
            format!(
                "Service `{label}` is in namespace `{}`, but `{name}` was looked up in `{where_}`{wanted}",
                service.namespace
            ),
            format!(
                "use `{label}.{}`, or create it in `{where_}`: kubectl -n {} get service {label} -o yaml",
                service.namespace, service.namespace
            ),
        ),
        None => (
            format!(
                "missing Service `{label}`{}{wanted}",
                in_namespace(namespace.as_deref())
            ),
            format!(
                "kubectl get service,endpointslice -A | grep -w '{label}'   # nothing, or another namespace\n{}",
                cure(label, &where_)
            ),
        ),
    };
    let told = Told::new(message)
        .all(evidence)
        .all(services.iter().map(|service| (service.at, "Service found here".to_owned())))
        .all(asker.iter().flat_map(|pod| pod.troubles.first()).map(|trouble| (trouble.at, "waiting pod".to_owned())))
        .fix(fix)
        .why("CoreDNS answered, so the network works; the name of a Service exists only while the Service exists, in its own namespace");
    case.error(&SERVICE_MISSING, told);
    case.explained.insert(name.to_owned());
    true
}

fn answered(lookup: &Lookup) -> String {
    match lookup.outcome {
        Outcome::NoData => "answered: no address".to_owned(),
        _ => "answered: no such name".to_owned(),
    }
}

fn in_namespace(namespace: Option<&str>) -> String {
    namespace.map_or_else(String::new, |namespace| format!(" in namespace `{namespace}`"))
}

/// What makes the Service.
fn cure(label: &str, namespace: &str) -> String {
    match label {
        // KOTS's charts: the database's StatefulSet and Service are made together.
        "kotsadm-postgres" => format!(
            "kubectl -n {namespace} get statefulset,pvc,pods -l app=kotsadm-postgres   # without them: install KOTS again into `{namespace}`; with a pending claim: give the cluster a storage class first\nkubectl -n {namespace} delete pod -l app=kotsadm   # once the Service is there, so that it does not wait for its back-off"
        ),
        _ => format!(
            "kubectl -n {namespace} get all | grep '{label}'   # make what it belongs to first; then delete the waiting pod, so that it starts at once"
        ),
    }
}

/// A Service of that name is there, and was not found all the same.
fn exists(
    case: &Case<'_>,
    name: &str,
    service: &Service,
    asker: Option<&Pod>,
    evidence: Vec<(Span, String)>,
) -> Told {
    if let Some(wrong) = domain(case, name) {
        return Told::new(format!("`{name}` was looked up under `{}`, but the cluster domain is `{}`", wrong.0, wrong.1))
            .all(evidence)
            .at(service.at, "Service found here")
            .fix("kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep kubernetes   # shows the domain; use the default `cluster-domain`, or names without a domain")
            .why("charts with hard-coded `.svc.cluster.local` do not work in a cluster with another domain");
    }
    let later = asker.and_then(|pod| Some(service.created.as_ref()? > pod.created.as_ref()?));
    let message = match (service.headless, later) {
        (true, _) => format!(
            "headless Service `{}/{}` has no ready pods, so it does not resolve",
            service.namespace, service.name
        ),
        (_, Some(true)) => format!(
            "Service `{}/{}` was created after the pod that looked it up",
            service.namespace, service.name
        ),
        _ => format!(
            "Service `{}/{}` exists now, but did not at the time of the lookup",
            service.namespace, service.name
        ),
    };
    let again = asker.map_or_else(|| "the pod".to_owned(), |pod| format!("pod {}", pod.name));
    let namespace = asker.map_or(service.namespace.as_str(), |pod| pod.namespace.as_str());
    Told::new(message)
        .all(evidence)
        .at(service.at, "Service found here")
        .fix(format!("kubectl -n {namespace} delete {again}   # restarts it now instead of after a back-off of up to five minutes"))
        .why("a lookup before the Service exists gets NXDOMAIN, and CoreDNS caches that for up to 30 seconds")
}

/// The domain that a name has and the one that CoreDNS serves, where they differ.
fn domain(case: &Case<'_>, name: &str) -> Option<(String, String)> {
    let corefile = case
        .facts
        .snippets
        .iter()
        .find(|snippet| snippet.map == "coredns" && snippet.key == "Corefile")?;
    let line = corefile
        .text
        .lines()
        .find_map(|line| line.trim().strip_prefix("kubernetes "))?;
    let served = line.split_whitespace().next()?.trim_end_matches('.');
    let asked = name.trim_end_matches('.').split_once(".svc.")?.1;
    (asked != served).then(|| (asked.to_owned(), served.to_owned()))
}

/// A name's first label, and the namespace where it says one.
fn parts(name: &str) -> (&str, Option<&str>) {
    let mut labels = name.split('.');
    (
        labels.next().unwrap_or(name),
        labels.next().filter(|label| !label.is_empty()),
    )
}

/// The pod that asked, where the report has it.
fn asker(case: &Case<'_>, failed: &Failed<'_>) -> Option<Pod> {
    let pods = &case.facts.pods;
    let said = failed.lookups.iter().find_map(|lookup| lookup.pod.as_deref());
    let by_name = said.and_then(|said| {
        let (namespace, name) = said
            .split_once('/')
            .map_or((None, said), |(namespace, name)| (Some(namespace), name));
        pods.iter()
            .find(|pod| pod.name == name && namespace.is_none_or(|namespace| pod.namespace == namespace))
    });
    let source = || failed.lookups.iter().find_map(|lookup| lookup.source);
    let by_address = || {
        source().and_then(|source| {
            pods.iter()
                .find(|pod| pod.ip == Some(source) && !pod.host_network)
        })
    };
    // A crashing pod that is named like what it waits for, as kotsadm is after kotsadm-postgres.
    let (label, _) = parts(failed.name);
    let like = || {
        pods.iter().find(|pod| {
            let workload = pod.workload();
            pod.crashes()
                && label
                    .strip_prefix(workload)
                    .is_some_and(|rest| rest.starts_with('-'))
        })
    };
    by_name.or_else(by_address).or_else(like).cloned()
}

/// Whether another name server than the cluster's was asked.
fn bypassed(case: &Case<'_>, lookups: &[&Lookup], name: &str, asker: Option<&Pod>) -> Option<Told> {
    let wrong = lookups.iter().find(|lookup| {
        let elsewhere = |ip: std::net::IpAddr| {
            !case.is_dns(ip) && (!case.dns.is_empty() || ip.is_loopback() || !is_near(ip))
        };
        !lookup.probed && lookup.address.is_some_and(elsewhere)
    })?;
    // If the cluster's DNS says so too, the name is what is wrong.
    if lookups.iter().any(|lookup| {
        lookup.address.is_some_and(|ip| case.is_dns(ip)) || lookup.probed && lookup.net == Some(Net::Pod)
    }) {
        return None;
    }
    let server = wrong.address?;
    let who = asker.map_or_else(
        || "a pod".to_owned(),
        |pod| format!("`{}/{}`", pod.namespace, pod.name),
    );
    let policy = asker.map(|pod| {
        (
            pod.host_network,
            pod.dns_policy.as_deref().unwrap_or("ClusterFirst").to_owned(),
        )
    });
    let fix = match policy {
        Some((true, policy)) if policy != "ClusterFirstWithHostNet" => {
            "set `dnsPolicy: ClusterFirstWithHostNet` in its pod template, because it uses `hostNetwork: true`"
        }
        _ => {
            "set `dnsPolicy: ClusterFirst` in its pod template (`ClusterFirstWithHostNet` with `hostNetwork: true`), and remove `dnsConfig.nameservers`"
        }
    };
    Some(
        Told::new(format!("{who} asked `{server}` for `{name}`, which is not the cluster DNS"))
            .at(wrong.at, "asked another name server")
            .fix(fix)
            .why("only CoreDNS resolves Services; a pod with `hostNetwork` or `dnsPolicy: Default` uses the machine's name servers"),
    )
}

/// Whether an address is private, so that it may be the cluster's DNS where nobody says which that is.
fn is_near(address: std::net::IpAddr) -> bool {
    crate::facts::networks::is_private(ipnet::IpNet::from(address))
        || matches!(address, std::net::IpAddr::V4(v4) if v4.is_link_local())
}
