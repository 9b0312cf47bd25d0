//! `hairpin`, `server-silent`, `server-refuses`, `server-unreachable`, `url-fails` and certificates: what URLs that were tried say.

use super::lines::{fill, filled};
use super::{Case, Told};
use crate::doctor::cause::{
    CERTIFICATE_EXPIRED, CERTIFICATE_NAME, CERTIFICATE_UNTRUSTED, Cause, HAIRPIN, SERVER_REFUSES,
    SERVER_SILENT, SERVER_UNREACHABLE, URL_FAILS,
};
use crate::doctor::facts::{Answer, Fetch, Net};
use crate::doctor::ways::{ACROSS, OUTSIDE, SERVICE};
use crate::facts::networks::is_private;
use crate::source::Span;
use ipnet::IpNet;
use std::collections::BTreeMap;

/// Statuses that say that the server, or what is in front of it, does not serve this URL.
fn is_failure(status: u16) -> bool {
    status == NOT_FOUND || status >= SERVER_ERROR
}

const NOT_FOUND: u16 = 404;
const SERVER_ERROR: u16 = 500;

/// Where a machine looks for the server that it joins (k3s `pkg/server/router.go`).
const JOIN: &str = ":6443/ping";

/// What URLs that do not answer as they should are a sign of; what broke names or the network is told already.
pub fn urls(case: &mut Case<'_>) {
    let mut by_url: BTreeMap<&str, Vec<&Fetch>> = BTreeMap::new();
    for fetch in &case.facts.fetches {
        by_url.entry(&fetch.url).or_default().push(fetch);
    }
    let broken = case.unreachable || (case.broken | case.measured.dead()) & (SERVICE | ACROSS | OUTSIDE) != 0;
    let mut found: Vec<(&Cause, Vec<&Fetch>)> = Vec::new();
    for fetches in by_url.values() {
        for (cause, shown) in causes(fetches, broken) {
            match found.iter_mut().find(|(known, _)| *known == cause) {
                Some((_, known)) => known.extend(shown),
                None => found.push((cause, shown)),
            }
        }
    }
    for (cause, fetches) in found {
        tell(case, cause, &fetches);
    }
}

/// What the tries of one URL are a sign of, each with those that show it, the failures first.
fn causes<'a>(fetches: &[&'a Fetch], broken: bool) -> Vec<(&'static Cause, Vec<&'a Fetch>)> {
    let picked = |pick: &dyn Fn(&Fetch) -> bool| -> Vec<&'a Fetch> {
        fetches.iter().copied().filter(|fetch| pick(fetch)).collect()
    };
    let mut found = Vec::new();
    let certificates = picked(&|fetch| fetch.answer == Answer::Certificate);
    if let Some(first) = certificates.first() {
        found.push((certificate(&first.said), certificates));
    }
    let failing = picked(&|fetch| fetch.answer == Answer::Http && fetch.status.is_some_and(is_failure));
    if !failing.is_empty() {
        found.push((&URL_FAILS, failing));
    }
    let lost = picked(&|fetch| !fetch.answer.got_through() && fetch.answer != Answer::Unresolved);
    let pods = |fetch: &&Fetch| fetch.net == Net::Pod;
    let joins = fetches.iter().any(|fetch| fetch.url.ends_with(JOIN));
    let through = picked(&|fetch| fetch.answer.got_through());
    let from_machine = through.iter().find(|fetch| fetch.net == Net::Host);
    if joins {
        let lost = picked(&|fetch| !fetch.answer.got_through());
        if !lost.is_empty() && through.is_empty() {
            found.push((&SERVER_UNREACHABLE, lost));
        }
    } else if broken || lost.is_empty() {
    } else if let (Some(good), false) = (from_machine, through.iter().any(pods)) {
        let public = |fetch: &Fetch| {
            fetch
                .address
                .is_some_and(|address| !is_private(IpNet::from(address)))
        };
        if lost.iter().copied().all(public) {
            found.push((&HAIRPIN, lost.into_iter().chain([*good]).collect()));
        }
    } else if through.is_empty() {
        let refused = lost.iter().all(|fetch| fetch.answer == Answer::Refused);
        found.push((if refused { &SERVER_REFUSES } else { &SERVER_SILENT }, lost));
    }
    found
}

/// What is wrong with a certificate, by the words of curl and OpenSSL.
fn certificate(said: &str) -> &'static Cause {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["expired", "not yet valid"]) {
        &CERTIFICATE_EXPIRED
    } else if says(&["subject name", "does not match", "alternative certificate"]) {
        &CERTIFICATE_NAME
    } else if says(&["certificate", "issuer"]) {
        &CERTIFICATE_UNTRUSTED
    } else {
        &URL_FAILS
    }
}

fn tell(case: &mut Case<'_>, cause: &'static Cause, fetches: &[&Fetch]) {
    let is_of_name = *cause == CERTIFICATE_NAME;
    let Some(first) = fetches.first() else {
        return;
    };
    if case.has(cause) || is_of_name && super::search::wild(case).is_some() {
        return;
    }
    let about = match first.port {
        _ if *cause == URL_FAILS => first.url.clone(),
        Some(port) if *cause != HAIRPIN && !is_of_name => format!("{}:{port}", first.host),
        _ => first.host.clone(),
    };
    let told = Told::new(fill(cause.message, Some(&about), &[]))
        .all(fetches.iter().map(|fetch| shown(fetch)))
        .fix(filled(cause.fix, Some(&about), None))
        .why(cause.why);
    case.error(cause, told);
}

/// "from a pod on `a`, 203.0.113.9: timeout".
fn shown(fetch: &Fetch) -> (Span, String) {
    let from = match fetch.net {
        Net::Pod => format!("from a pod on `{}`", fetch.node),
        Net::Host => format!("from machine `{}`", fetch.node),
    };
    let at = fetch
        .address
        .map_or_else(String::new, |address| format!(" at `{address}`"));
    let what = match (fetch.answer, fetch.status) {
        (Answer::Http | Answer::Answered, Some(status)) => format!("status {status}"),
        (answer, _) => answer.as_str().to_owned(),
    };
    (fetch.at, format!("{from}{at}: {what}"))
}
