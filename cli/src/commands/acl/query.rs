//! `gkc acl query`

use super::{read, show, tailnet};
use crate::args::AclQuery;
use crate::commands::print;
use crate::exit::{Failure, Status};
use gkc_core::diagnostic::Severity;
use gkc_core::source::SourceFile;
use gkc_core::tailnet::addr::{IpSet, Prefix};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::claim::ends;
use gkc_core::tailnet::compile::Service;
use gkc_core::tailnet::explain::Explanation;
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::ranges::Ranges;
use gkc_core::tailnet::reach::{Engine, Flow};
use gkc_core::tailnet::selector::{all_ports, parse_ports, parse_proto, split_host_port};
use std::net::IpAddr;

pub fn run(args: &AclQuery, color: bool) -> Result<Status, Failure> {
    let tailnet = tailnet(&args.tailnet)?;
    let (file, problem) = read(&args.policy)?;
    // The tests of a policy say nothing about the question, so they do not run.
    let checked = check_text(&file, None);
    let errors = checked.found.iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<_> = problem.into_iter().chain(errors.cloned()).collect();
    if !errors.is_empty() {
        show(file, errors, color);
        return Err(Failure::new(
            "cannot query an invalid policy; fix the errors above first",
        ));
    }
    let engine = Engine::new(&checked.policy, &tailnet);
    let (to, ports) = destination(&args.to);
    let proto =
        parse_proto(&args.proto).ok_or_else(|| Failure::new(format!("unknown protocol `{}`", args.proto)))?;
    let service = Service {
        protos: vec![proto],
        ports: ports.unwrap_or_else(all_ports),
    };
    let explanation = decide(
        &engine,
        addresses(&engine, &args.from)?,
        addresses(&engine, to)?,
        &service,
    )?;
    print(&told(&explanation, args, &file))?;
    Ok(if explanation.allowed {
        Status::Clean
    } else {
        Status::Findings
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

fn addresses(engine: &Engine<'_>, name: &str) -> Result<IpSet, Failure> {
    let set = ends(engine.world(), &engine.routes, &[name.to_owned()]);
    if set.is_empty() {
        let message = format!(
            "`{name}` matches no address in this tailnet; use a device name, an address or a selector"
        );
        return Err(Failure::new(message));
    }
    Ok(set)
}

/// Everything must get through; what is told is a flow that does not, or one that does.
fn decide(engine: &Engine<'_>, from: IpSet, to: IpSet, service: &Service) -> Result<Explanation, Failure> {
    let Some(flow) = some_flow(&from, &to, service) else {
        return Err(Failure::new(
            "source and destination have no address family in common",
        ));
    };
    let prover = Prover::new(engine);
    let proof = prover.in_families(true, &from, &to, service);
    if proof.undecided {
        return Err(Failure::new(
            "the query is too large to decide; use a smaller source, destination or port range",
        ));
    }
    Ok(match proof.witnesses.first() {
        Some(witness) => prover.explain(witness),
        None => engine.explain(flow),
    })
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

fn told(explanation: &Explanation, args: &AclQuery, file: &SourceFile) -> String {
    let verdict = if explanation.allowed { "allowed" } else { "denied" };
    let mut text = format!("{verdict}: {} to {}, {}\n", args.from, args.to, args.proto);
    for step in &explanation.steps {
        let mark = if step.holds { "yes" } else { "no " };
        text.push_str(&format!("  {mark}  {}\n", step.text));
        if let Some(span) = step.span {
            let at = file.position(span.start);
            text.push_str(&format!("       at {}:{}:{}\n", file.path(), at.line, at.column));
        }
    }
    text
}
