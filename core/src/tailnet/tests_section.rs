//! The sections `tests` and `sshTests`: what the control plane evaluates before it saves a policy.
//!
//! A test looks at the rules, not at routes.

use std::net::IpAddr;
use std::rc::Rc;

use super::addr::IpSet;
use super::compile::{Rule, Target, To};
use super::expand::{DeviceId, World};
use super::model::{Device, Tailnet};
use super::policy::{Policy, Test, Text};
use super::posture::{self, Verdict};
use super::reach::{Engine, Flow};
use super::reason::ReasonClass as R;
use super::selector::{self, Selector};
use super::ssh_tests_section;
use super::stand_ins::with_stand_ins;
use crate::diagnostic::Diagnostic;
use crate::facts::tailscale as facts;

/// A test that fails, or may fail.
pub struct Failed {
    /// Why it does.
    pub why: Why,
    /// The finding.
    pub found: Diagnostic,
}

/// Why a test fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// Its source or destination has no device; the control plane may know of one.
    NoDevice,
    /// Its attributes do not meet a posture.
    Posture,
    /// No rule admits what must be reached.
    Closed,
    /// A rule admits what must not be reached.
    Open,
    /// SSH.
    Ssh,
}

/// Runs the tests of a valid policy. An empty answer, warnings aside, means that the policy would be saved.
pub fn run(policy: &Policy, tailnet: &Tailnet) -> Vec<Failed> {
    if policy.tests.is_empty() && policy.ssh_tests.is_empty() {
        return Vec::new();
    }
    let (tailnet, without) = with_stand_ins(policy, tailnet);
    let mut found: Vec<Failed> = without.into_iter().map(|found| Why::NoDevice.of(found)).collect();
    let engine = Engine::new(policy, &tailnet);
    policy.tests.iter().for_each(|t| run_test(&engine, t, &mut found));
    let mut ssh = Vec::new();
    policy
        .ssh_tests
        .iter()
        .for_each(|t| ssh_tests_section::run(&engine, t, &mut ssh));
    found.extend(ssh.into_iter().map(|found| Why::Ssh.of(found)));
    found
}

impl Why {
    fn of(self, found: Diagnostic) -> Failed {
        Failed { why: self, found }
    }
}

/// Whether a policy has rules about addresses that devices of a tailnet can have. They may be those of a device that is not known.
pub fn names_devices_by_address(policy: &Policy) -> bool {
    let acls = policy.acls.iter().flatten();
    let acls = acls.flat_map(|rule| {
        let hosts = rule
            .dst
            .items
            .iter()
            .filter_map(|dst| selector::split_host_port(&dst.value));
        rule.src
            .items
            .iter()
            .map(|src| src.value.as_str())
            .chain(hosts.map(|(host, _)| host))
    });
    let grants = policy.grants.iter().flatten();
    let grants = grants.flat_map(|rule| {
        rule.src
            .items
            .iter()
            .chain(&rule.dst.items)
            .map(|text| text.value.as_str())
    });
    let own = IpSet::from_facts(&facts::TAILNET_RANGES);
    let nobody = Tailnet::default();
    let world = World::new(policy, &nobody);
    acls.chain(grants).any(|text| match Selector::parse(text) {
        selector @ (Selector::Ip(_) | Selector::Net(_) | Selector::Host(_) | Selector::IpSet(_)) => {
            world.addresses(&selector).overlaps(&own)
        }
        _ => false,
    })
}

/// The addresses of each thing that a selector stands for: devices one by one, or the one address.
fn members(engine: &Engine<'_>, selector: &Selector) -> Vec<Vec<IpAddr>> {
    let world = engine.world();
    if let Some(devices) = world.devices(selector) {
        let ips = |id: &DeviceId| world.tailnet.nodes.get(*id).map(|n| n.ips.clone());
        return devices.iter().filter_map(ips).collect();
    }
    let addresses = world.addresses(selector);
    addresses.first().map(|addr| vec![addr]).into_iter().collect()
}

fn run_test(engine: &Engine<'_>, test: &Test, found: &mut Vec<Failed>) {
    let Some(src) = &test.src else { return };
    let sources = members(engine, &Selector::parse(&src.value));
    if sources.is_empty() {
        let error = R::TestsFailed.error(src.span, format!("`{}` matches no device", src.trimmed()));
        found.push(Why::NoDevice.of(error.help("use a source that has devices")));
        return;
    }
    let proto = test.proto.as_ref().filter(|p| !p.trimmed().is_empty());
    let protos: Vec<u8> = match proto.and_then(|p| selector::parse_proto(&p.value)) {
        Some(proto) => vec![proto],
        None => vec![facts::PROTO_TCP, facts::PROTO_UDP],
    };
    for (list, wanted) in [(&test.accept, true), (&test.deny, false)] {
        for dst in &list.items {
            check_dst(engine, test, &sources, dst, &protos, wanted, found);
        }
    }
}

fn check_dst(
    engine: &Engine<'_>,
    test: &Test,
    sources: &[Vec<IpAddr>],
    dst: &Text,
    protos: &[u8],
    wanted: bool,
    found: &mut Vec<Failed>,
) {
    let (Some(src), Some((host, port))) = (&test.src, selector::split_host_port(&dst.value)) else {
        return;
    };
    let Ok(port) = port.parse::<u16>() else { return };
    let destinations = members(engine, &Selector::parse(host));
    if destinations.is_empty() {
        let message = format!("`{}` matches no device", host.trim());
        let error = R::TestsFailed.error(dst.span, message);
        found.push(Why::NoDevice.of(error.help("use a destination that has devices")));
        return;
    }
    let names: Vec<String> = protos.iter().map(|p| selector::proto_name(*p)).collect();
    let names = names.join(" or ");
    let pairs = destinations.iter().flat_map(|to| {
        let rules = candidates(engine, to, protos, port);
        let open = |rule: &&Rule| applies(engine, rule, test, wanted);
        let applying: Rc<[&Rule]> = rules.iter().copied().filter(open).collect();
        sources
            .iter()
            .map(move |from| (from, to, rules.clone(), applying.clone()))
    });
    for (from, to, rules, applying) in pairs {
        let admitted = between(engine, &applying, from, to, protos, port);
        if wanted
            && admitted.is_none()
            && let Some(rule) = between(engine, &rules, from, to, protos, port)
        {
            found.push(Why::Posture.of(unmet(engine, test, src, dst, rule)));
            return;
        }
        let error = match (admitted, wanted) {
            (None, true) => {
                let message = format!(
                    "`{}` must reach `{}`, but no rule allows {names}",
                    src.trimmed(),
                    dst.trimmed()
                );
                let error = R::TestsFailed.error(dst.span, message);
                Why::Closed.of(error.help("add a rule that allows it, or remove it from `accept`"))
            }
            (Some(rule), false) => {
                let (span, src, dst, title) = (dst.span, src.trimmed(), dst.trimmed(), rule.title());
                let message = format!("`{src}` must not reach `{dst}`, but {title} allows {names}");
                let error = R::TestsFailed.error(span, message).and(rule.span, "this rule");
                Why::Open.of(error.help("narrow the rule, or remove it from `deny`"))
            }
            _ => continue,
        };
        found.push(error);
        return;
    }
}

/// Whether a rule takes the device that a test describes. What cannot be decided is taken as the test wants it.
fn applies(engine: &Engine<'_>, rule: &Rule, test: &Test, wanted: bool) -> bool {
    match posture_of(engine, rule, test).0 {
        Verdict::Meets => true,
        Verdict::Unknown => wanted,
        Verdict::Fails => false,
    }
}

/// What the postures of a rule say to the attributes of a test: those that it does not name, its device does not have.
fn posture_of<'p>(engine: &'p Engine<'_>, rule: &Rule, test: &Test) -> (Verdict, Option<&'p Text>) {
    let policy = engine.world().policy;
    let Some(own) = rule.own_posture(policy) else {
        return (Verdict::Meets, None);
    };
    posture::decide(
        policy,
        posture::wanted(policy, own),
        &test.posture,
        Verdict::Fails,
    )
}

/// A rule would admit it, if the device of the test met a posture.
fn unmet(engine: &Engine<'_>, test: &Test, src: &Text, dst: &Text, rule: &Rule) -> Diagnostic {
    let message = format!(
        "`{}` must reach `{}`, but the test does not meet the posture of {}",
        src.trimmed(),
        dst.trimmed(),
        rule.title()
    );
    let error = R::TestsFailed
        .error(dst.span, message)
        .and(rule.span, "this rule")
        .help("add what the posture asks for to `srcPostureAttrs` of the test");
    match posture_of(engine, rule, test).1 {
        Some(assertion) => error.and(assertion.span, "not met"),
        None => error,
    }
}

/// The rules that may admit the port at a destination, whoever asks.
fn candidates<'e>(engine: &'e Engine<'_>, to: &[IpAddr], protos: &[u8], port: u16) -> Rc<[&'e Rule]> {
    let ping = protos.contains(&facts::PROTO_ICMP) || protos.contains(&facts::PROTO_ICMP6);
    let may_admit = |rule: &&Rule| {
        rule.targets.iter().any(|target| {
            let services = rule.services.get(target.services.clone()).unwrap_or_default();
            let admits = services.iter().any(|s| protos.iter().any(|p| s.admits(*p, port)));
            let there = |dst: &IpAddr| match &target.to {
                To::SelfDevices | To::Any => true,
                To::Devices(set) | To::Addresses { set, .. } => engine.compiled.set(*set).contains(*dst),
                To::Internet => engine.world().internet().contains(*dst),
                To::Nothing => false,
            };
            (ping || admits) && to.iter().any(there)
        })
    };
    engine.compiled.rules.iter().filter(may_admit).collect()
}

/// The first of the rules that admits the port between any two addresses of one family.
fn between<'e>(
    engine: &Engine<'_>,
    rules: &[&'e Rule],
    from: &[IpAddr],
    to: &[IpAddr],
    protos: &[u8],
    port: u16,
) -> Option<&'e Rule> {
    let pairs = from.iter().flat_map(|s| to.iter().map(move |d| (*s, *d)));
    let flows = pairs
        .filter(|(s, d)| s.is_ipv6() == d.is_ipv6())
        .flat_map(|(src, dst)| {
            protos.iter().map(move |proto| Flow {
                src,
                dst,
                // `icmp` in a test means a ping, in whichever family.
                proto: if *proto == facts::PROTO_ICMP && dst.is_ipv6() {
                    facts::PROTO_ICMP6
                } else {
                    *proto
                },
                port,
            })
        });
    flows
        .into_iter()
        .find_map(|flow| rules.iter().find(|rule| admits(engine, rule, flow)).copied())
}

/// True where a rule admits a flow, wherever its destination is.
fn admits(engine: &Engine<'_>, rule: &Rule, flow: Flow) -> bool {
    rule.src
        .iter()
        .any(|id| engine.compiled.set(*id).contains(flow.src))
        && rule.targets.iter().any(|target| {
            let services = rule.services.get(target.services.clone()).unwrap_or_default();
            (flow.is_echo() && !services.is_empty()
                || services.iter().any(|s| s.admits(flow.proto, flow.port)))
                && means(engine, target, flow)
        })
}

fn means(engine: &Engine<'_>, target: &Target, flow: Flow) -> bool {
    let world = engine.world();
    let owner = |addr| {
        world
            .node_at(addr)
            .and_then(|id| world.tailnet.nodes.get(id))
            .and_then(Device::owner)
    };
    match &target.to {
        To::Any => true,
        To::Devices(set) | To::Addresses { set, .. } => engine.compiled.set(*set).contains(flow.dst),
        To::Internet => world.internet().contains(flow.dst),
        To::SelfDevices => owner(flow.src).is_some() && owner(flow.src) == owner(flow.dst),
        To::Nothing => false,
    }
}
