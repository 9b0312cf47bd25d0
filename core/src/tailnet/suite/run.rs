//! Running suites.

use std::net::IpAddr;

use super::shape::{PacketShape, Proto, Query, Suite, Vector};
use super::{CheckResult, Confidence};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::tailscale as facts;
use crate::source::{FileId, SourceFile};
use crate::tailnet::addr::{IpSet, Prefix};
use crate::tailnet::approve::approve;
use crate::tailnet::check::{Checked, check_text};
use crate::tailnet::claim::Claim;
use crate::tailnet::compile::Service;
use crate::tailnet::control::Control;
use crate::tailnet::filter::{self, FilterRule, Packet, PacketKind};
use crate::tailnet::prove::{Proof, Prover};
use crate::tailnet::ranges::Ranges;
use crate::tailnet::reach::{Engine, Flow};
use crate::tailnet::reason::ReasonClass;
use crate::tailnet::selector::parse_proto;
use crate::tailnet::ssh;

/// Runs every vector of a suite.
pub fn run(suite: &Suite) -> Vec<CheckResult> {
    let mut results = Vec::new();
    suite.vectors.iter().for_each(|v| vector(v, &mut results));
    results
}

fn vector(v: &Vector, out: &mut Vec<CheckResult>) {
    let mut run = Run { v, out };
    if v.kind == "filter" {
        return run.filter();
    }
    let text = match (&v.policy_text, &v.policy) {
        (Some(text), _) => text.clone(),
        (None, Some(policy)) => policy.to_string(),
        (None, None) => "{}".to_owned(),
    };
    let file = SourceFile::new(FileId::CONFIG, v.id.clone(), text);
    let checked = check_text(&file, Control::Tailscale, Some(&v.tailnet));
    match v.kind.as_str() {
        "invalid" | "valid" => run.validity(&checked),
        "tests" => run.tests(&checked),
        kind @ ("reach" | "k3s-reach" | "ssh" | "autoapprove" | "claim") => {
            // Whether gkc would reject the policy is not the question here, so it is only shown.
            if let Some(error) = checked.found.iter().find(|d| d.severity == Severity::Error) {
                run.result(
                    "the policy",
                    "valid",
                    &format!("rejected: {}", error.message),
                    false,
                    true,
                );
            }
            let engine = Engine::new(&checked.policy, &v.tailnet);
            match kind {
                "reach" => run.each(|q| reach(&engine, q)),
                "k3s-reach" => run.each(|q| end_to_end(&engine, q)),
                "ssh" => run.each(|q| session(&engine, q)),
                "autoapprove" => run.each(|q| approval(&engine, q)),
                _ => run.claim(&engine),
            }
        }
        other => run.push("the kind", "a supported one", other),
    }
}

/// Writes the results of one vector.
struct Run<'a> {
    v: &'a Vector,
    out: &'a mut Vec<CheckResult>,
}

impl Run<'_> {
    fn push(&mut self, check: &str, expected: &str, found: &str) {
        self.result(check, expected, found, expected == found, false);
    }

    fn result(&mut self, check: &str, expected: &str, found: &str, passed: bool, advisory: bool) {
        let low = self.v.confidence == "low";
        self.out.push(CheckResult {
            vector: self.v.id.clone(),
            kind: self.v.kind.clone(),
            check: check.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            passed,
            confidence: if low || advisory {
                Confidence::Advisory
            } else {
                Confidence::Counts
            },
        });
    }

    fn each(&mut self, answer: impl Fn(&Query) -> Option<(String, String, String)>) {
        for query in &self.v.queries {
            match answer(query) {
                Some((check, expected, found)) => self.push(&check, &expected, &found),
                None => self.push("a query", "all required fields", "missing or invalid fields"),
            }
        }
    }

    fn validity(&mut self, checked: &Checked) {
        let errors: Vec<&Diagnostic> = checked
            .found
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        let word = |valid: bool| if valid { "valid" } else { "invalid" };
        let expected = self.v.expect.valid.unwrap_or(self.v.kind == "valid");
        let first = errors
            .first()
            .map_or_else(String::new, |d| format!(": {}", d.message));
        let found = word(errors.is_empty());
        let passed = expected == errors.is_empty();
        self.result(
            "the policy",
            word(expected),
            &format!("{found}{first}"),
            passed,
            false,
        );
        self.reason(&errors);
    }

    /// A differing reason class is shown and does not count.
    fn reason(&mut self, errors: &[&Diagnostic]) {
        let Some(reason) = self.v.expect.reason.clone() else {
            return;
        };
        let mut classes: Vec<&str> = errors
            .iter()
            .filter_map(|d| ReasonClass::of_rule(d.rule))
            .map(ReasonClass::as_str)
            .collect();
        classes.dedup();
        let passed = classes.contains(&reason.as_str());
        self.result("the reason class", &reason, &classes.join(", "), passed, true);
    }

    fn tests(&mut self, checked: &Checked) {
        let errors: Vec<&Diagnostic> = checked
            .found
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        let found = if errors.is_empty() { "accepted" } else { "rejected" };
        let expected = self
            .v
            .expect
            .save
            .clone()
            .unwrap_or_else(|| "accepted".to_owned());
        let first = errors
            .first()
            .map_or_else(String::new, |d| format!(": {}", d.message));
        self.result(
            "saving",
            &expected,
            &format!("{found}{first}"),
            expected == found,
            false,
        );
        self.reason(&errors);
    }

    fn claim(&mut self, engine: &Engine<'_>) {
        let claim = self.v.claim.as_ref().filter(|c| c.kind == "only-these-sources");
        let parsed = claim.and_then(|c| {
            Some((
                c.dst_tag.clone()?,
                proto_number(c.proto.as_ref()?, false)?,
                c.port?,
                c.allowed_sources.clone(),
            ))
        });
        let Some((dst, proto, port, allowed)) = parsed else {
            return self.push("the claim", "a supported one", "an unknown one");
        };
        let service = Service {
            protos: vec![proto],
            ports: Ranges::from_range(u128::from(port), u128::from(port)),
        };
        let proof = Prover::new(engine).decide(&Claim::OnlySources {
            dst: vec![dst],
            service,
            allowed,
        });
        let expected = self.v.expect.holds.unwrap_or(true);
        let word = |holds: bool| if holds { "holds" } else { "does not hold" };
        self.push("the claim", word(expected), word(proof.holds));
        self.witnesses(&proof);
    }

    fn witnesses(&mut self, proof: &Proof) {
        let found: Vec<[&str; 2]> = proof
            .witnesses
            .iter()
            .map(|w| [w.from.as_str(), w.to.as_str()])
            .collect();
        let listed: Vec<String> = found.iter().map(|[a, b]| format!("{a} -> {b}")).collect();
        for witness in &self.v.expect.witnesses {
            let pair: Option<[&str; 2]> = witness
                .as_array()
                .and_then(|w| Some([w.first()?.as_str()?, w.get(1)?.as_str()?]));
            let Some([from, to]) = pair else { continue };
            let check = format!("the witness {from} -> {to}");
            let passed = found.contains(&[from, to]);
            self.result(&check, "found", &listed.join(", "), passed, false);
        }
    }

    fn filter(&mut self) {
        let nets = |texts: &[String]| {
            IpSet::union_of(
                &texts
                    .iter()
                    .filter_map(|t| filter::parse_net(t))
                    .collect::<Vec<_>>(),
            )
        };
        let rules: Vec<FilterRule> = self
            .v
            .rules
            .iter()
            .map(|r| FilterRule {
                srcs: nets(&r.srcs),
                dsts: nets(&r.dsts),
                ports: r.ports.unwrap_or((0, facts::PORT_MAX)),
                protos: if r.protos.is_empty() {
                    facts::DEFAULT_PROTOS.to_vec()
                } else {
                    r.protos.clone()
                },
            })
            .collect();
        let local = nets(&self.v.local);
        for shape in &self.v.packets {
            let check = format!(
                "{} {} -> {} port {}",
                shape.packet, shape.src, shape.dst, shape.port
            );
            let found = match packet(shape) {
                Some(packet) if filter::accepts(&rules, &local, packet) => "accept",
                Some(_) => "drop",
                None => "an invalid packet",
            };
            self.push(&check, &shape.expect, found);
        }
    }
}

fn packet(shape: &PacketShape) -> Option<Packet> {
    let dst: IpAddr = shape.dst.parse().ok()?;
    Some(Packet {
        src: shape.src.parse().ok()?,
        dst,
        port: shape.port,
        proto: proto_number(&shape.proto, dst.is_ipv6())?,
        kind: match shape.packet.as_str() {
            "new-flow" => PacketKind::NewFlow,
            "tcp-non-syn" => PacketKind::TcpNonSyn,
            "reply-to-outbound" => PacketKind::ReplyToOutbound,
            "icmp-echo-reply" => PacketKind::IcmpEchoReply,
            "icmp-error" => PacketKind::IcmpError,
            _ => return None,
        },
    })
}

/// `icmp` in a vector means the ICMP of the flow's family.
fn proto_number(proto: &Proto, ipv6: bool) -> Option<u8> {
    match proto {
        Proto::Number(number) => Some(*number),
        Proto::Name(name) if name == "icmp" && ipv6 => Some(facts::PROTO_ICMP6),
        Proto::Name(name) => parse_proto(name),
    }
}

fn flow(query: &Query) -> Option<(String, Flow)> {
    let (src, dst) = (query.src.as_ref()?, query.dst.as_ref()?);
    let to: IpAddr = dst.parse().ok()?;
    let flow = Flow {
        src: src.parse().ok()?,
        dst: to,
        proto: proto_number(query.proto.as_ref()?, to.is_ipv6())?,
        port: query.port.unwrap_or(0),
    };
    Some((
        format!("{src} -> {dst} proto {} port {}", flow.proto, flow.port),
        flow,
    ))
}

fn verdict(allowed: bool) -> String {
    if allowed { "allow" } else { "deny" }.to_owned()
}

fn reach(engine: &Engine<'_>, query: &Query) -> Option<(String, String, String)> {
    let (check, flow) = flow(query)?;
    let at = engine.world().node_named(query.at.as_ref()?)?;
    Some((
        check,
        query.expect.clone()?,
        verdict(engine.filter(at, flow).accepts()),
    ))
}

fn end_to_end(engine: &Engine<'_>, query: &Query) -> Option<(String, String, String)> {
    let (check, flow) = flow(query)?;
    Some((check, query.expect.clone()?, verdict(engine.reaches(flow))))
}

fn session(engine: &Engine<'_>, query: &Query) -> Option<(String, String, String)> {
    let (from, to, login) = (
        query.src_node.as_ref()?,
        query.dst_node.as_ref()?,
        query.login.as_ref()?,
    );
    let world = engine.world();
    let (src, dst) = (world.node_named(from)?, world.node_named(to)?);
    let (verdict, _) = ssh::decide(world, src, dst, login, None);
    Some((
        format!("ssh {login}@{to} from {from}"),
        query.expect.clone()?,
        verdict.as_str().to_owned(),
    ))
}

fn approval(engine: &Engine<'_>, query: &Query) -> Option<(String, String, String)> {
    let name = query.node.as_ref()?;
    let node = engine.world().node_named(name)?;
    let decided = approve(engine.world(), node, &query.advertised);
    let part = |approved: bool| -> Vec<Prefix> {
        decided
            .iter()
            .filter(|a| a.by.is_some() == approved)
            .map(|a| a.route)
            .collect()
    };
    let words = |mut approved: Vec<Prefix>, mut pending: Vec<Prefix>| {
        crate::sorted::sort(&mut approved);
        crate::sorted::sort(&mut pending);
        let list = |p: &[Prefix]| p.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        format!("approved [{}], pending [{}]", list(&approved), list(&pending))
    };
    let expected = words(query.expect_approved.clone(), query.expect_pending.clone());
    Some((
        format!("routes of {name}"),
        expected,
        words(part(true), part(false)),
    ))
}
