//! Proofs on the policy that is written: what the cluster needs gets through, nobody else gets at it, and what the
//! configuration claims holds.

use super::cause;
use super::needs::{carried, control, every_service, party_of, service_of, words};
use super::own::Own;
use super::scene::{Scene, pod_ranges, posture_of_machines, scene};
use crate::acl::findings::{EXPOSED, FLOW_DENIED, POSTURE_FAILS};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::facts::k3s as k3s_facts;
use crate::facts::releases::TAILSCALE;
use crate::model::Model;
use crate::origin::Origin;
use crate::plan::{Address, Claimed, Flow, Party, Plan, Tailnet};
use crate::source::{FileId, SourceFile, Span};
use crate::tailnet::addr::IpSet;
use crate::tailnet::check::check_text;
use crate::tailnet::claim::ends;
use crate::tailnet::compile::{Section, Service, service};
use crate::tailnet::explain::Explanation;
use crate::tailnet::merge::value_at;
use crate::tailnet::policy::Policy;
use crate::tailnet::posture::{Verdict, decide};
use crate::tailnet::prove::{Proof, Prover, Witness};
use crate::tailnet::reach::Engine;
use crate::tailnet::selector::{Selector, split_host_port};
use crate::words::and;
use std::collections::HashSet;

/// Decides everything that has to hold of the policy `text`, and reports what does not. Returns the plan's flows that it denies, by
/// their place; none where it cannot be read.
pub fn prove(
    plan: &Plan,
    model: &Model,
    own: Option<&Own>,
    text: &str,
    sink: &mut Sink,
) -> Option<Vec<usize>> {
    let tailnet = plan.tailnet.as_ref()?;
    let file = SourceFile::new(FileId(1), "tailscale/policy.hujson", text);
    let checked = check_text(&file, control(tailnet), None);
    let errors = || checked.found.iter().filter(|d| d.severity == Severity::Error);
    if errors().next().is_some() {
        let errors = errors().map(|error| (error, value_at(&file, error.span)));
        cause::report(errors, model, place(tailnet, model), sink);
        return None;
    }
    let scene = scene(plan, tailnet, &checked.policy);
    let engine = Engine::new(&checked.policy, &scene.tailnet);
    let stage = Stage {
        plan,
        tailnet,
        policy: &checked.policy,
        own,
        scene: &scene,
        prover: Prover::new(&engine),
        engine: &engine,
        place: place(tailnet, model),
    };
    let denied = stage.flows(sink);
    stage.guards(sink);
    stage.tests(&file, sink);
    tailnet
        .expect
        .iter()
        .for_each(|expected| stage.expectation(expected, sink));
    Some(denied)
}

/// Where what is wrong with no line in particular is shown.
fn place(tailnet: &Tailnet, model: &Model) -> Span {
    match (&tailnet.policy, &tailnet.origin) {
        (Some(own), _) => own.span,
        (None, Origin::Config(span)) => *span,
        _ => model.anchor,
    }
}

/// A policy with the tailnet that it is looked at in.
pub(super) struct Stage<'a> {
    pub(super) plan: &'a Plan,
    pub(super) tailnet: &'a Tailnet,
    pub(super) policy: &'a Policy,
    pub(super) own: Option<&'a Own>,
    pub(super) scene: &'a Scene,
    pub(super) prover: Prover<'a, 'a>,
    engine: &'a Engine<'a>,
    pub(super) place: Span,
}

/// What nobody but the cluster and its admins may reach.
struct Guard {
    what: &'static str,
    to: IpSet,
    service: Service,
}

impl Stage<'_> {
    /// The addresses that a party has in the tailnet. What pods send to anything but pods leaves with their machine's.
    fn party(&self, party: Party) -> IpSet {
        match party {
            Party::Servers => self.scene.servers.clone(),
            Party::Agents => self.scene.agents.clone(),
            Party::Nodes | Party::Pods => self.scene.nodes(),
            // A prefix among the admins holds more addresses than there are devices.
            Party::Admins => self.named(&self.tailnet.admins).intersect(&self.scene.devices),
            Party::Operators | Party::Clients => IpSet::default(),
        }
    }

    /// Whether an end of a claim means pods: by that word, or by addresses of theirs.
    pub(super) fn means_pods(&self, name: &str) -> bool {
        let written = match Selector::parse(name.trim()) {
            Selector::Ip(address) => IpSet::from_addrs([address]),
            Selector::Net(prefix) => IpSet::from_prefixes([prefix]),
            _ => IpSet::default(),
        };
        party_of(name) == Some(Party::Pods)
            || !written.is_empty() && written.subtract(&pod_ranges(self.plan)).is_empty()
    }

    /// The ways to an end of a claim. Those to pods are the port of their machine's overlay, and the pod range itself, which the
    /// configuration may have a machine advertise.
    pub(super) fn ways(&self, to: &str, service: &Service) -> Vec<(IpSet, Service)> {
        if !self.means_pods(to) {
            return vec![(self.end(to), service.clone())];
        }
        let over_tailnet = |flow: &&Flow| flow.at == Address::Tailnet && flow.kind.is_overlay();
        let overlay = self.plan.flows.iter().find(over_tailnet);
        let overlay = overlay.map(|flow| (self.scene.nodes(), service_of(flow)));
        let range = self.scene.pods.clone();
        let range = (!range.is_empty()).then(|| (range, service.clone()));
        overlay.into_iter().chain(range).collect()
    }

    pub(super) fn named(&self, names: &[String]) -> IpSet {
        ends(self.engine.world(), &self.engine.routes, names)
    }

    /// An end of a claim.
    pub(super) fn end(&self, name: &str) -> IpSet {
        match party_of(name) {
            Some(party) => self.party(party),
            None if self.means_pods(name) => self.party(Party::Pods),
            None => self.named(&[name.trim().to_owned()]),
        }
    }

    /// The chain in words, and the author's line that decides it.
    pub(super) fn told(&self, explanation: &Explanation) -> (String, Option<Span>) {
        let steps: Vec<&str> = explanation.steps.iter().map(|step| step.text.as_str()).collect();
        let deciding = explanation.deciding().and_then(|step| step.span);
        (steps.join("; "), deciding.and_then(|span| self.authors(span)))
    }

    /// A place in the tailnet's own policy; none for what gkc wrote.
    pub(super) fn authors(&self, span: Span) -> Option<Span> {
        self.own?.merged.as_ref()?.original(span)
    }

    fn flows(&self, sink: &mut Sink) -> Vec<usize> {
        let mut denied = Vec::new();
        let posture = self.posture();
        let cut_off = posture
            .as_ref()
            .is_some_and(|finding| finding.severity == Severity::Error);
        let mut concerned = false;
        for (at, flow) in carried(self.plan, self.tailnet) {
            let (from, to) = (self.party(flow.from), self.party(flow.to));
            let proof = self.prover.all_reach(&from, &to, &service_of(flow));
            let of_machines = flow.from != Party::Admins;
            concerned |= of_machines && !(cut_off && proof.holds);
            if proof.holds || from.is_empty() || to.is_empty() {
                continue;
            }
            denied.push(at);
            if cut_off && of_machines {
                continue;
            }
            let (from, to) = (flow.from.as_str(), flow.to.as_str());
            let message = format!("{from} cannot reach {to} on `{}`: {}", words(flow), flow.why);
            let finding = FLOW_DENIED
                .at(self.place, message)
                .help("allow it in the policy; `gkc acl query` shows the missing step");
            sink.push(self.with_chain(finding, &proof, "closest rule"));
        }
        sink.extend(posture.filter(|_| concerned));
        denied
    }

    /// What the tailnet's default posture says to the machines.
    fn posture(&self) -> Option<Diagnostic> {
        let wanted = &self.policy.default_src_posture.items;
        let machine = posture_of_machines(self.plan);
        let (verdict, assertion) = decide(self.policy, wanted, &machine, Verdict::Unknown);
        let written = assertion.map_or("", |assertion| assertion.trimmed());
        let message = match verdict {
            Verdict::Meets => return None,
            Verdict::Fails => format!("machines do not meet `{written}`, which `defaultSrcPosture` requires"),
            Verdict::Unknown => {
                format!("unknown whether machines meet `{written}`, which `defaultSrcPosture` requires")
            }
        };
        let span = assertion.and_then(|assertion| self.authors(assertion.span));
        let version = self.plan.releases.of(&TAILSCALE).trim_start_matches('v');
        let mut finding = POSTURE_FAILS
            .at(span.unwrap_or(self.place), message)
            .help(format!(
                "add a posture that machines meet to `defaultSrcPosture`, such as `[\"node:os == 'linux'\", \"node:tsVersion >= '{version}'\"]`"
            ))
            .note("the default posture covers the rules that gkc merges in: without it machines cannot reach each other");
        if verdict == Verdict::Unknown {
            finding.severity = Severity::Warning;
        }
        Some(finding)
    }

    pub(super) fn with_chain(&self, finding: Diagnostic, proof: &Proof, label: &str) -> Diagnostic {
        let Some(witness) = proof.witnesses.first() else {
            return finding.note("the query is too large to decide");
        };
        let (chain, line) = self.told(&self.prover.explain(witness));
        let finding = finding.note(format!("{} to {}: {chain}", witness.from, witness.to));
        match line {
            Some(line) if line != finding.span => finding.and(line, label),
            _ => finding,
        }
    }

    fn guarded(&self) -> Vec<Guard> {
        let guard = |what, to: IpSet, words: String| {
            let service = service(&words)?;
            (!to.is_empty()).then_some(Guard { what, to, service })
        };
        let (first, last) = k3s_facts::ETCD_PORTS;
        let servers = || self.scene.servers.clone();
        let pods = self
            .ways("pods", &every_service())
            .into_iter()
            .map(|(to, service)| Guard {
                what: "pods",
                to,
                service,
            });
        [
            guard(
                "the Kubernetes API",
                servers(),
                format!("tcp:{}", k3s_facts::API_PORT),
            ),
            guard(
                "kubelets",
                self.scene.nodes(),
                format!("tcp:{}", k3s_facts::KUBELET_PORT),
            ),
            guard("etcd", servers(), format!("tcp:{first}-{last}")),
        ]
        .into_iter()
        .flatten()
        .chain(pods)
        .collect()
    }

    /// What holds unless somebody says otherwise: members beside the admins get at nothing of the cluster's.
    fn guards(&self, sink: &mut Sink) {
        let mut exposed: Vec<(Option<Span>, Vec<&'static str>, Witness)> = Vec::new();
        for guard in self.guarded() {
            let proof = self
                .prover
                .none_reach(&self.strangers_to(&guard), &guard.to, &guard.service);
            for witness in proof.witnesses {
                let explanation = self.prover.explain(&witness);
                let rule = explanation.deciding().and_then(|step| step.span);
                match exposed.iter_mut().find(|(known, ..)| *known == rule) {
                    Some((_, what, _)) if what.contains(&guard.what) => {}
                    Some((_, what, _)) => what.push(guard.what),
                    None => exposed.push((rule, vec![guard.what], witness)),
                }
            }
        }
        for (rule, what, witness) in exposed {
            sink.push(self.exposure(rule, &what, &witness));
        }
    }

    fn strangers_to(&self, guard: &Guard) -> IpSet {
        let mut allowed = vec![self.scene.nodes(), self.named(&self.tailnet.admins)];
        let says_so = self.tailnet.expect.iter().filter(|expected| {
            let meant = service(&expected.service).is_some_and(|service| {
                let ways = self.ways(&expected.to, &service);
                ways.iter()
                    .any(|(to, service)| overlap(service, &guard.service) && to.overlaps(&guard.to))
            });
            expected.claimed != Claimed::Deny && meant
        });
        allowed.extend(says_so.flat_map(|expected| expected.from.iter().map(|name| self.end(name))));
        IpSet::all().subtract(&IpSet::union_of(&allowed))
    }

    fn exposure(&self, rule: Option<Span>, what: &[&str], witness: &Witness) -> Diagnostic {
        let line = rule
            .filter(|_| !self.policy.allows_all())
            .and_then(|span| self.authors(span));
        let (chain, _) = self.told(&self.prover.explain(witness));
        let what = and(what);
        let message = match line {
            Some(_) => format!("rule lets users other than the admins reach {what} of the cluster"),
            None => format!("policy lets users other than the admins reach {what} of the cluster"),
        };
        let explicit = rule.is_some_and(|span| self.names_the_cluster(span));
        let mut finding = EXPOSED.at(line.unwrap_or(self.place), message)
            .help("narrow the rule's destinations, or allow it in `tailscale.expect`: `{from: …, to: servers, allow: \"tcp:6443\"}`")
            .note(format!("{} to {}: {chain}", witness.from, witness.to));
        if explicit {
            finding.severity = Severity::Info;
        }
        finding
    }

    /// Whether a rule means the cluster: it names its tags, not just everything or a range that holds it.
    fn names_the_cluster(&self, span: Span) -> bool {
        let Some(rule) = self.engine.compiled.rules.iter().find(|rule| rule.span == span) else {
            return false;
        };
        let tags: HashSet<&str> = self.tailnet.tags().into_iter().map(String::as_str).collect();
        let names = |list: &crate::tailnet::policy::List| {
            list.items.iter().any(|item| {
                let text = item.trimmed();
                let host = match rule.section {
                    Section::Acls => split_host_port(text).map_or(text, |(host, _)| host),
                    _ => text,
                };
                tags.contains(host)
            })
        };
        match rule.section {
            Section::Acls => self
                .policy
                .acls
                .iter()
                .flatten()
                .nth(rule.index)
                .is_some_and(|r| names(&r.dst)),
            Section::Grants => self
                .policy
                .grants
                .iter()
                .flatten()
                .nth(rule.index)
                .is_some_and(|r| names(&r.dst)),
            Section::AllowAll => false,
        }
    }
}

/// Two of them have a packet in common.
fn overlap(a: &Service, b: &Service) -> bool {
    a.protos.iter().any(|proto| b.protos.contains(proto)) && a.ports.overlaps(&b.ports)
}
