//! `search-wildcard`, `search-dot`: search lists that lead names elsewhere, or nowhere.

use super::resolver::is_outside;
use super::{Case, Told};
use crate::doctor::cause::{SEARCH_DOT, SEARCH_WILDCARD};
use crate::doctor::facts::{Class, Event, Outcome};
use crate::source::Span;
use std::collections::BTreeSet;

/// A name outside that was found under a search domain.
pub struct Wild {
    at: Span,
    domain: String,
    name: String,
    seen: String,
}

/// Where a search domain has a record for every name.
pub fn wild(case: &Case<'_>) -> Option<Wild> {
    let domains: BTreeSet<&str> = crate::sorted::set(
        case.facts
            .resolvs
            .iter()
            .flat_map(|resolv| resolv.search.iter())
            .chain(&case.facts.searched)
            .map(|domain| domain.trim_end_matches('.'))
            .filter(|domain| !domain.ends_with("cluster.local") && domain.contains('.')),
    );
    let found = case.facts.lookups.iter().find_map(|lookup| {
        let name = lookup.name.trim_end_matches('.');
        let (head, domain) = domains
            .iter()
            .find_map(|domain| {
                Some((
                    name.strip_suffix(domain)?.strip_suffix('.')?,
                    (*domain).to_owned(),
                ))
            })
            .or_else(|| under(name))?;
        let wild = lookup.class == Class::Search
            || crate::facts::public_suffix::is_known(head) && head.contains('.');
        (lookup.outcome.is_good() && wild).then(|| Wild {
            at: lookup.at,
            domain,
            name: head.to_owned(),
            seen: format!("`{head}` is found under the search domain"),
        })
    });
    let shown = || {
        let certificates = case.seen(|event| match event {
            Event::OtherCertificate { names, asked } => Some((names, asked)),
            _ => None,
        });
        certificates.into_iter().find_map(|(at, (names, asked))| {
            let bare = |name: &String| name.trim_start_matches("*.").to_owned();
            let domain = names
                .iter()
                .map(bare)
                .find(|name| domains.contains(name.as_str()))?;
            (!asked.ends_with(&domain)).then(|| Wild {
                at,
                name: asked.clone(),
                seen: "a certificate of the search domain".to_owned(),
                domain,
            })
        })
    };
    found.or_else(shown)
}

/// Endings of names that are looked up everywhere; in the middle of a name they show that a domain was appended.
const COMMON: [&str; 5] = ["com", "org", "io", "net", "dev"];

/// A whole name outside, and the domain behind it: `github.com.lab.example.net`.
fn under(name: &str) -> Option<(&str, String)> {
    let labels: Vec<&str> = name.split('.').collect();
    let last = labels.iter().skip(1).position(|label| COMMON.contains(label))? + 1;
    let domain = labels.get(last + 1..)?;
    if domain.len() < 2 || domain.contains(&"svc") {
        return None;
    }
    let domain = domain.join(".");
    Some((name.strip_suffix(&domain)?.strip_suffix('.')?, domain))
}

/// A search domain with a wildcard record: every name outside is found there first.
pub fn wildcard(case: &mut Case<'_>) {
    let Some(found) = wild(case) else {
        return;
    };
    let (domain, name) = (&found.domain, &found.name);
    let files = case
        .facts
        .resolvs
        .iter()
        .filter(|resolv| resolv.search.iter().any(|search| search == domain));
    let other = case.seen(|event| matches!(event, Event::OtherCertificate { .. }).then_some(()));
    let told = Told::new(format!(
        "search domain `{domain}` has a wildcard record: pods find `{name}` there, at the wrong address"
    ))
    .at(found.at, found.seen)
    .all(other.iter().map(|(at, ())| (*at, "the wrong server answers".to_owned())))
    .all(files.map(|resolv| (resolv.at, format!("`{}` has the search domain", resolv.path))))
    .fix(format!(
        "dig +short gkc-no-such-name.{domain}   # an address: it has a wildcard record\n\
         remove the record `*.{domain}`, or the search domain from the machines, or only from pods: on every machine: printf 'nameserver ADDRESS-OF-YOUR-RESOLVER\\n' > /etc/rancher/k3s/resolv.conf; echo 'resolv-conf: /etc/rancher/k3s/resolv.conf' >> /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent; then restart the pods"
    ))
    .why("pods inherit the machine's search domains with `ndots:5`, so a name with fewer than five dots is tried under each of them first");
    case.error(&SEARCH_WILDCARD, told);
    case.explained.insert(found.name);
}

/// A search list with the root in it, which musl takes for a name that cannot be.
pub fn dot(case: &mut Case<'_>) {
    let resolvs = case
        .facts
        .resolvs
        .iter()
        .map(|resolv| (resolv.at, &resolv.search));
    let lists: Vec<Span> = resolvs
        .filter(|(_, search)| search.iter().any(|domain| domain == "."))
        .map(|(at, _)| at)
        .chain(case.facts.roots.iter().copied())
        .collect();
    let mut failed = case.signs_of(&SEARCH_DOT);
    let unresolved: Vec<&super::Failed<'_>> = case
        .failed
        .iter()
        .filter(|failed| {
            is_outside(failed.name)
                && failed
                    .lookups
                    .iter()
                    .all(|lookup| lookup.outcome == Outcome::Unresolved)
        })
        .collect();
    failed.extend(
        unresolved
            .iter()
            .filter_map(|failed| Some(failed.lookups.first()?.at)),
    );
    let explained: Vec<String> = unresolved.iter().map(|failed| failed.name.to_owned()).collect();
    if lists.is_empty() || failed.is_empty() {
        return;
    }
    let told = Told::new("the search list of pods has `.`, which programs with musl (Alpine) cannot use: they find no names outside")
        .all(lists.into_iter().map(|at| (at, "`.` is not a search domain".to_owned())))
        .all(failed.into_iter().map(|at| (at, "not found".to_owned())))
        .fix(
            "kubectl run -it --rm musl --image=alpine --restart=Never -- nslookup github.com; kubectl run -it --rm glibc --image=debian --restart=Never -- getent hosts github.com   # only the first fails: this is it\n\
             on every machine: printf 'nameserver ADDRESS-OF-YOUR-RESOLVER\\n' > /etc/rancher/k3s/resolv.conf; echo 'resolv-conf: /etc/rancher/k3s/resolv.conf' >> /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent; then restart the pods",
        )
        .why("systemd-resolved writes `search .` where no search domain is set, pods inherit it, and glibc skips it; musl builds a name with an empty label and gives up");
    case.error(&SEARCH_DOT, told);
    case.explained.extend(explained);
    case.outside = true;
}
