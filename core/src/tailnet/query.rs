//! One question to a policy: may this reach that, and by which step.

use super::addr::{IpSet, Prefix};
use super::claim::ends;
use super::compile::Service;
use super::explain::Explanation;
use super::prove::Prover;
use super::ranges::Ranges;
use super::reach::{Engine, Flow};
use super::selector::{all_ports, parse_ports, parse_proto, split_host_port};
use std::fmt;
use std::net::IpAddr;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// No protocol has that name or number.
    UnknownProtocol(String),
    /// Nothing in the tailnet is called so.
    NoAddress(String),
    /// One end has IPv4 addresses only, the other IPv6.
    NoCommonFamily,
    /// Too many cases to decide.
    TooLarge,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueryError::UnknownProtocol(name) => write!(f, "unknown protocol `{name}`"),
            QueryError::NoAddress(name) => write!(
                f,
                "`{name}` matches no address in this tailnet; use a device name, an address or a selector"
            ),
            QueryError::NoCommonFamily => {
                f.write_str("source and destination have no address family in common")
            }
            QueryError::TooLarge => f.write_str(
                "the query is too large to decide; use a smaller source, destination or port range",
            ),
        }
    }
}

impl std::error::Error for QueryError {}

/// Whether every address of `from` reaches every address of `to`. Ends are written as in a [`Claim`](super::claim::Claim); `to` may end
/// in a colon and ports (`tag:k3s:6443`), without which all ports are meant; `proto` is a protocol's name or number.
///
/// What is told is a flow that does not get through, else one that does.
///
/// # Errors
/// Words that mean nothing here, and questions that are too large.
pub fn query(engine: &Engine<'_>, from: &str, to: &str, proto: &str) -> Result<Explanation, QueryError> {
    let proto = parse_proto(proto).ok_or_else(|| QueryError::UnknownProtocol(proto.to_owned()))?;
    let (to, ports) = destination(to);
    let service = Service {
        protos: vec![proto],
        ports: ports.unwrap_or_else(all_ports),
    };
    let (from, to) = (addresses(engine, from)?, addresses(engine, to)?);
    let flow = some_flow(&from, &to, &service).ok_or(QueryError::NoCommonFamily)?;
    let prover = Prover::new(engine);
    let proof = prover.in_families(true, &from, &to, &service);
    if proof.undecided {
        return Err(QueryError::TooLarge);
    }
    Ok(match proof.witnesses.first() {
        Some(witness) => prover.explain(witness),
        None => engine.explain(flow),
    })
}

/// `Y:PORT`, where the colon is not part of an address or of a selector.
fn destination(text: &str) -> (&str, Option<Ranges>) {
    let bare = |text| {
        str::strip_prefix(text, '[')
            .and_then(|t| t.strip_suffix(']'))
            .unwrap_or(text)
    };
    if text.parse::<IpAddr>().is_ok() || text.parse::<Prefix>().is_ok() {
        return (text, None);
    }
    match split_host_port(text) {
        Some((host, ports)) if !KINDS.contains(&host) => match parse_ports(ports) {
            Ok(ports) => (bare(host), Some(ports)),
            Err(_) => (bare(text), None),
        },
        _ => (bare(text), None),
    }
}

/// What stands before the colon of a selector.
const KINDS: [&str; 6] = ["tag", "group", "autogroup", "ipset", "svc", "user"];

fn addresses(engine: &Engine<'_>, name: &str) -> Result<IpSet, QueryError> {
    let set = ends(engine.world(), &engine.routes, &[name.to_owned()]);
    if set.is_empty() {
        return Err(QueryError::NoAddress(name.to_owned()));
    }
    Ok(set)
}

fn some_flow(from: &IpSet, to: &IpSet, service: &Service) -> Option<Flow> {
    let pair = |ipv6| Some((from.family(ipv6).first()?, to.family(ipv6).first()?));
    let (src, dst) = pair(false).or_else(|| pair(true))?;
    Some(Flow {
        src,
        dst,
        proto: *service.in_family(dst.is_ipv6()).protos.first()?,
        port: u16::try_from(service.ports.first().unwrap_or(0)).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile};
    use crate::tailnet::check::check_text;
    use crate::tailnet::control::Control;
    use crate::tailnet::model::Tailnet;

    fn asked(from: &str, to: &str, proto: &str) -> Result<bool, QueryError> {
        let text = r#"{
            "tagOwners": {"tag:k3s": []},
            "acls": [{"action": "accept", "src": ["tag:k3s"], "dst": ["tag:k3s:6443"]}],
        }"#;
        let checked = check_text(
            &SourceFile::new(FileId::CONFIG, "policy.hujson", text),
            Control::Tailscale,
            None,
        );
        let tailnet: Tailnet = serde_json::from_str(
            r#"{"nodes": [
                {"name": "server", "tags": ["tag:k3s"], "ips": ["100.64.0.1", "fd7a:115c:a1e0::1"]},
                {"name": "agent", "tags": ["tag:k3s"], "ips": ["100.64.0.3"]},
                {"name": "laptop", "user": "ada@corp.example", "ips": ["100.64.0.2"]}]}"#,
        )
        .unwrap();
        let engine = Engine::new(&checked.policy, &tailnet);
        query(&engine, from, to, proto).map(|explanation| explanation.allowed)
    }

    #[test]
    fn ends_may_be_selectors_devices_and_addresses_with_ports() {
        assert_eq!(asked("agent", "tag:k3s:6443", "tcp"), Ok(true));
        assert_eq!(asked("100.64.0.3", "100.64.0.1:6443", "6"), Ok(true));
        assert_eq!(
            asked("agent", "[fd7a:115c:a1e0::1]:6443", "tcp"),
            Err(QueryError::NoCommonFamily)
        );
        assert_eq!(asked("agent", "server", "tcp"), Ok(false));
        assert_eq!(asked("ada@corp.example", "server:6443", "tcp"), Ok(false));
    }

    #[test]
    fn words_that_mean_nothing_are_errors() {
        assert_eq!(
            asked("agent", "server:6443", "tpc"),
            Err(QueryError::UnknownProtocol("tpc".into()))
        );
        let error = asked("printer", "server:6443", "tcp").unwrap_err();
        assert_eq!(error, QueryError::NoAddress("printer".into()));
        assert!(error.to_string().starts_with("`printer` matches no address"));
    }
}
