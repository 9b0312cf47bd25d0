//! `coredns-custom`, `forward-to-loopback`, `coredns-down`, `dns-address-taken`

use super::{Case, Told};
use crate::corefile;
use crate::doctor::cause::{
    COREDNS_CUSTOM, COREDNS_DOWN, COREDNS_MEMORY, DNS_ADDRESS_TAKEN, FORWARD_TO_LOOPBACK, SELINUX_DENIAL,
};
use crate::doctor::facts::{Event, Facts, Outcome, Pod, Snippet, Trouble};
use crate::doctor::ways::{API, HOST};
use crate::source::Span;
use std::net::IpAddr;

/// CoreDNS is killed for what it takes of memory.
pub fn out_of_memory(case: &mut Case<'_>) {
    let killed = |trouble: &&Trouble| {
        let last = trouble.last.as_deref().unwrap_or_default();
        trouble.reason == "OOMKilled" || last.starts_with("OOMKilled")
    };
    let pods = case.facts.pods.iter().filter(|pod| pod.is_dns());
    let found: Vec<(Span, String)> = pods
        .flat_map(|pod| {
            let killed = pod.troubles.iter().filter(killed);
            killed.map(|trouble| (trouble.at, format!("`{}` was killed", pod.name)))
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let told = Told::new("CoreDNS is repeatedly killed for exceeding its memory limit")
        .all(found)
        .fix(
            "kubectl -n kube-system top pods -l k8s-app=kube-dns; kubectl -n kube-system get deployment coredns -o jsonpath='{..resources}'   # 170Mi by default\n\
             kubectl -n kube-system set resources deployment coredns --limits=memory=512Mi   # until k3s writes its manifest again: then a copy of it, and `disable: [coredns]`\n\
             kubectl -n kube-system logs deploy/coredns --previous | tail   # a loop fills the memory as well: `loopback-resolver`",
        )
        .why("nothing answers while it restarts; its cache grows with the number of pods and Services, and under a flood of queries");
    case.error(&COREDNS_MEMORY, told);
    case.unreachable |= case.dns_is_lost();
}

pub fn custom(case: &mut Case<'_>) {
    let refused = case.seen(|event| match event {
        Event::Corefile { words } => Some(words.as_str()),
        _ => None,
    });
    let facts = case.facts;
    let ours = || facts.snippets.iter().filter(|snippet| snippet.map != "coredns");
    let forwards: Vec<(&Snippet, IpAddr)> = ours()
        .filter_map(|snippet| Some((snippet, corefile::to_loopback(&snippet.text)?)))
        .collect();
    let looped = case.seen(|event| match event {
        Event::Loop { zone } => Some(zone.as_str()),
        _ => None,
    });
    if let Some((snippet, to)) = forwards.first() {
        let told = Told::new(format!("`{}` in coredns-custom forwards to `{to}`, which is CoreDNS itself", snippet.key))
            .at(snippet.at, format!("forwards to `{to}`"))
            .all(looped.iter().map(|(at, _)| (*at, "CoreDNS detects a loop and exits".to_owned())))
            .fix("kubectl -n kube-system edit configmap coredns-custom   # forward to an address that pods can reach, or remove the key\nthen configure k3s with the machines' real name servers")
            .why("in the CoreDNS pod, loopback is the pod itself; the machine's resolver does not listen there");
        case.error(&FORWARD_TO_LOOPBACK, told);
        case.outside = true;
        case.unreachable = true;
    }
    let parts: Vec<(&str, &str)> = ours()
        .map(|snippet| (snippet.key.as_str(), snippet.text.as_str()))
        .collect();
    let mistakes: Vec<(Span, corefile::Mistake)> = ours()
        .zip(corefile::mistakes(&parts, overrides_first(facts)))
        .filter(|(snippet, _)| corefile::to_loopback(&snippet.text).is_none())
        .filter_map(|(snippet, mistake)| Some((snippet.at, mistake?)))
        .collect();
    let stops = !refused.is_empty() || mistakes.iter().any(|(_, mistake)| mistake.stops);
    let bad: Vec<(Span, String)> = mistakes
        .into_iter()
        .map(|(at, mistake)| (at, mistake.message))
        .collect();
    if refused.is_empty() && bad.is_empty() {
        return;
    }
    let what = match (refused.first(), bad.first()) {
        (Some((_, words)), _) => format!("CoreDNS rejects its configuration: {}", reason(words)),
        (None, Some((_, wrong))) => format!("invalid coredns-custom: {wrong}"),
        (None, None) => return,
    };
    let down = !refused.is_empty() || facts.pods.iter().any(|pod| pod.is_dns() && !pod.ready);
    // One that is not read does harm where somebody misses what is in it.
    let missed = |name: &str| {
        let mut zones = ours().flat_map(|snippet| snippet.text.split_whitespace());
        zones.any(|word| {
            let zone = word.split(':').next().unwrap_or_default();
            zone.contains('.') && (name == zone || name.ends_with(&format!(".{zone}")))
        })
    };
    let harmed = down
        || case
            .failed
            .iter()
            .take(MAX_TRIED)
            .any(|failed| missed(failed.name));
    let told = Told::new(what)
        .all(refused.iter().map(|(at, _)| (*at, "reported by CoreDNS".to_owned())))
        .all(bad)
        .fix(
            "kubectl -n kube-system get configmap coredns-custom -o yaml   # keys end in `.server` (whole blocks, `zone:53 { … }`) or `.override` (lines for `.:53`)\n\
             move your own `forward` into a `.server` block with its own zone, then:\n\
             kubectl -n kube-system rollout restart deployment coredns",
        )
        .why(match stops {
            true => "CoreDNS does not start with this configuration after a restart, and then all lookups fail",
            false => "CoreDNS runs, and does not do what is written there",
        });
    match harmed {
        true => case.error(&COREDNS_CUSTOM, told),
        false => case.warning(&COREDNS_CUSTOM, told),
    }
    if down {
        case.unreachable = true;
        case.outside = true;
    }
}

/// Whether k3s's own Corefile imports overrides before its `forward`, where the report has it.
fn overrides_first(facts: &Facts) -> Option<bool> {
    let own = facts
        .snippets
        .iter()
        .find(|snippet| snippet.map == "coredns" && snippet.key == "Corefile")?;
    let import = own.text.find(".override")?;
    let forward = own.text.find("forward . ")?;
    Some(import < forward)
}

/// Names that are held against what coredns-custom is for; one of them is enough.
const MAX_TRIED: usize = 100;

/// The part of CoreDNS's words that says what is wrong.
fn reason(words: &str) -> String {
    let from = words
        .rfind("plugin/")
        .filter(|at| !words.get(*at..).unwrap_or_default().starts_with("plugin/reload"));
    let short: String = words
        .get(from.unwrap_or(0)..)
        .unwrap_or(words)
        .chars()
        .take(MAX_REASON)
        .collect();
    format!("`{}`", short.replace('`', "'"))
}

/// What CoreDNS says first is what matters.
const MAX_REASON: usize = 160;

pub fn address_taken(case: &mut Case<'_>) {
    let facts = case.facts;
    let taken = case.seen(|event| match event {
        Event::AddressTaken { address } => Some(*address),
        _ => None,
    });
    let wanted: Vec<IpAddr> = facts
        .resolvs
        .iter()
        .filter(|resolv| resolv.net == Some(crate::doctor::facts::Net::Pod))
        .flat_map(|resolv| resolv.nameservers.iter().copied())
        .chain(taken.iter().map(|(_, address)| *address))
        .collect();
    let thief = facts.services.values().find_map(|service| {
        let of_dns = service.namespace == "kube-system" && service.name.contains("dns");
        let (address, at) = service
            .addresses
            .iter()
            .find(|(address, _)| wanted.contains(address) || case.is_tenth_of_services(*address))?;
        (!of_dns).then_some((service, *address, *at))
    });
    let dns_there = facts.services.values().any(|service| {
        service.namespace == "kube-system"
            && service.name.contains("dns")
            && service.addresses.iter().any(|(ip, _)| super::is_tenth(*ip))
    });
    let told = match (thief, taken.iter().find(|(_, address)| super::is_tenth(*address))) {
        (Some((service, address, at)), _) if !dns_there => Told::new(format!(
            "Service `{}/{}` uses `{address}`, the address of the cluster DNS",
            service.namespace, service.name
        ))
        .at(at, "taken by this Service")
        .all(taken.iter().map(|(at, _)| (*at, "kube-dns cannot get the address".to_owned())))
        .fix(format!(
            "kubectl -n {} delete service {}   # create it again to get another address\nkubectl -n kube-system get service kube-dns   # k3s creates it within a minute",
            service.namespace, service.name
        )),
        (_, Some((at, address))) => Told::new(format!("another Service uses `{address}`, the address of the cluster DNS"))
            .at(*at, "already allocated")
            .fix(format!(
                "kubectl get services -A | grep -w '{address}'   # delete that Service and create it again; k3s then creates kube-dns"
            )),
        _ => return,
    };
    let told = told.why("in a small range Kubernetes allocates addresses at random from the whole range, so in a /24 the tenth address is soon taken");
    case.error(&DNS_ADDRESS_TAKEN, told);
    case.unreachable = true;
}

pub fn down(case: &mut Case<'_>) {
    let facts = case.facts;
    let all: Vec<&Pod> = facts.pods.iter().filter(|pod| pod.is_dns()).collect();
    let refused: Vec<Span> = facts
        .lookups
        .iter()
        .filter(|lookup| {
            lookup.outcome == Outcome::Refused && lookup.address.is_some_and(|address| case.is_dns(address))
        })
        .filter(|lookup| !lookup.probed)
        .map(|lookup| lookup.at)
        .collect();
    let looped = case.seen(|event| matches!(event, Event::Loop { .. }).then_some(()));
    // CoreDNS is not ready before it reaches the API, and then that is what has to be explained.
    let api = case.seen(|event| matches!(event, Event::Api { .. }).then_some(()));
    if case.has(&COREDNS_CUSTOM)
        || !api.is_empty() && case.measured.works & API == 0
        || case.unreachable
        // The kubelet asks from the machine whether CoreDNS is ready.
        || case.broken & HOST != 0
        || case.has(&SELINUX_DENIAL)
        || case.has(&FORWARD_TO_LOOPBACK)
        || !looped.is_empty()
        || all.iter().any(|pod| pod.ready)
    {
        return;
    }
    let key = ("kube-system".to_owned(), "kube-dns".to_owned());
    let nobody = facts
        .endpoints
        .get(&key)
        .filter(|endpoints| endpoints.addresses.is_empty());
    let told = match all.first() {
        Some(pod) => {
            let why = match (&pod.unscheduled, pod.troubles.first()) {
                (Some((words, at)), _) => (*at, format!("not schedulable: {}", super::scheduler(words))),
                (None, Some(trouble)) => (trouble.at, format!("it is in {}", trouble.reason)),
                (None, None) => (pod.at, format!("it is {} and not ready", if pod.phase.is_empty() { "there" } else { &pod.phase })),
            };
            let command = match pod.unscheduled {
                Some(_) => format!("kubectl -n kube-system describe pod {}   # taint: add a node without it, or remove the taint", pod.name),
                None => format!("kubectl -n kube-system logs {}{}; kubectl -n kube-system describe pod {}", pod.name, if pod.crashes() { " --previous" } else { "" }, pod.name),
            };
            Told::new(format!("CoreDNS is not ready: pod `{}`", pod.name)).at(why.0, why.1).fix(command)
        }
        None if facts.lists("Pod") && facts.pods.len() > 1 => {
            let Some(pod) = facts.pods.iter().find(|pod| pod.namespace == "kube-system") else {
                return;
            };
            Told::new("no CoreDNS pod in kube-system")
                .at(pod.at, "kube-system has pods, but none of CoreDNS")
                .fix("kubectl -n kube-system get deployment,addon coredns   # check the k3s config for `disable: [coredns]`")
        }
        None if nobody.is_some() => Told::new("no CoreDNS pod is ready: the Service kube-dns has no endpoints")
            .all(nobody.map(|endpoints| (endpoints.at, "no address".to_owned())))
            .fix("kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide; kubectl -n kube-system logs -l k8s-app=kube-dns"),
        None if !refused.is_empty() => Told::new("the cluster DNS address refuses connections: no CoreDNS pod is ready")
            .fix("kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide; kubectl -n kube-system logs -l k8s-app=kube-dns"),
        None => return,
    };
    let told = told
        .all(refused.iter().map(|at| (*at, "refused: no endpoint".to_owned())))
        .why("all lookups of pods go through CoreDNS, and k3s runs a single replica");
    case.error(&COREDNS_DOWN, told);
    case.unreachable = true;
    case.outside = true;
}

impl Case<'_> {
    /// Whether an address is the tenth of a range that Services are known to have.
    fn is_tenth_of_services(&self, address: IpAddr) -> bool {
        let key = ("default".to_owned(), "kubernetes".to_owned());
        let Some(api) = self
            .facts
            .services
            .get(&key)
            .and_then(|service| service.addresses.first())
        else {
            return false;
        };
        match (api.0, address) {
            (IpAddr::V4(api), IpAddr::V4(ip)) => u32::from(api).checked_add(9) == Some(u32::from(ip)),
            (IpAddr::V6(api), IpAddr::V6(ip)) => u128::from(api).checked_add(9) == Some(u128::from(ip)),
            _ => false,
        }
    }
}
