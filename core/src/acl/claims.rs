//! The claims of `tailscale.expect`, and the tests of the policy that is merged into.

use super::cure::Cure;
use super::needs::{PARTIES, control, party_of};
use super::proof::Stage;
use crate::acl::findings::{EXPECT_FAILS, EXPECT_VACUOUS};
use crate::diagnostic::stages::INVALID_VALUE;
use crate::diagnostic::{Diagnostic, Fix, Severity, Sink};
use crate::plan::{Claimed, Expected};
use crate::source::{SourceFile, Span};
use crate::tailnet::addr::IpSet;
use crate::tailnet::compile::{Service, service};
use crate::tailnet::merge::remove;
use crate::tailnet::policy;
use crate::tailnet::prove::{Proof, Prover};
use crate::tailnet::tests_section::{self, Failed, Why, names_devices_by_address};
use crate::words::nearest;
use std::collections::BTreeSet;

impl Stage<'_> {
    /// Tests of the author's that passed before the merge and fail after it, and those that no tailnet could pass: the control plane would
    /// not save the policy.
    pub(super) fn tests(&self, merged: &SourceFile, sink: &mut Sink) {
        let Some(before) = self.own.and_then(|own| remove(&own.file).ok()) else {
            return;
        };
        let before = SourceFile::new(merged.id(), "", before);
        let (policy, _) = policy::read(&before, control(self.tailnet));
        let failing = |policy| {
            let failed = tests_section::run(policy, &self.scene.tailnet).into_iter();
            failed.filter(|failed| failed.found.severity == Severity::Error)
        };
        let known: BTreeSet<(String, String)> =
            crate::sorted::set(failing(&policy).map(|Failed { found, .. }| {
                (
                    before.slice(found.span).to_owned(),
                    wish(&found.message).to_owned(),
                )
            }));
        let by_address = names_devices_by_address(self.policy);
        for Failed { why, mut found } in failing(self.policy) {
            let test = (
                merged.slice(found.span).to_owned(),
                wish(&found.message).to_owned(),
            );
            let failed_before = known.contains(&test);
            // Whatever devices the tailnet has.
            let for_sure = match why {
                Why::Posture | Why::Open => true,
                Why::Closed => !by_address,
                Why::NoDevice | Why::Ssh => false,
            };
            if failed_before && !for_sure {
                continue;
            }
            found.span = self.authors(found.span).unwrap_or(self.place);
            found.labels.clear();
            found.fixes.clear();
            sink.push(match failed_before || why == Why::Posture {
                true => found.note("the control server does not save a policy whose tests fail"),
                false => found.help(
                    "change the test or `tailscale.admins`: the test fails after the cluster's rules are merged",
                ),
            });
        }
    }

    pub(super) fn expectation(&self, expected: &Expected, sink: &mut Sink) {
        let Some(service) = service(&expected.service) else {
            let message = format!("invalid service `{}`", expected.service);
            let finding = INVALID_VALUE.at(expected.span, message);
            return sink.push(finding.help("use `tcp:6443`, `udp:53`, `tcp:*` or `*`"));
        };
        let mut ways = self.ways(&expected.to, &service);
        let from: Vec<IpSet> = expected.from.iter().map(|name| self.end(name)).collect();
        let to = IpSet::union_of(&ways.iter().map(|(to, _)| to.clone()).collect::<Vec<_>>());
        let names = expected.from.iter().chain([&expected.to]).zip(&expected.ends);
        let mut empty = names
            .zip(from.iter().chain([&to]))
            .filter(|(_, set)| set.is_empty())
            .peekable();
        if empty.peek().is_some() {
            // A cluster without a server has a finding of its own.
            for ((name, span), _) in empty.filter(|((name, _), _)| *name != "servers") {
                sink.push(self.vacuous(name, *span));
            }
            return;
        }
        if self.stays_on_a_machine(expected, &to) {
            return sink.push(self.untouched(expected));
        }
        let from = IpSet::union_of(&from);
        if expected.claimed == Claimed::Allow && self.means_pods(&expected.to) {
            // Only a machine has an end of the overlay; all others need a route to the pods.
            let machine = from.subtract(&self.scene.nodes()).is_empty();
            match machine {
                true => ways.truncate(1),
                false => ways.retain(|(to, _)| *to == self.scene.pods),
            }
            if ways.is_empty() {
                return sink.push(self.without_a_route(expected));
            }
        }
        let one = |prover: &Prover<'_, '_>, to: &IpSet, service: &Service| match expected.claimed {
            Claimed::Allow => prover.in_families(true, &from, to, service),
            Claimed::Deny => prover.in_families(false, &self.denied(expected, from.clone()), to, service),
            Claimed::Only => prover.in_families(false, &IpSet::all().subtract(&from), to, service),
        };
        let holds = |prover: &Prover<'_, '_>| {
            let mut proofs = ways.iter().map(|(to, service)| one(prover, to, service));
            let first = proofs.next().unwrap_or_default();
            match first.holds {
                true => proofs.find(|proof| !proof.holds).unwrap_or(first),
                false => first,
            }
        };
        let proof = holds(&self.prover);
        if proof.holds {
            return;
        }
        let rule = proof
            .witnesses
            .first()
            .and_then(|witness| self.told(&self.prover.explain(witness)).1);
        let cure = self.cure(expected, &service, rule, &holds);
        sink.push(self.broken(expected, &proof, cure));
    }

    /// Whether the claim denies pods what they reach on their own machine: no packet of theirs enters the tailnet then.
    fn stays_on_a_machine(&self, expected: &Expected, to: &IpSet) -> bool {
        let to_machines = !self.means_pods(&expected.to) && to.overlaps(&self.scene.nodes());
        expected.claimed == Claimed::Deny && self.is_from_pods(expected) && to_machines
    }

    fn is_from_pods(&self, expected: &Expected) -> bool {
        expected.from.iter().any(|name| self.means_pods(name))
    }

    fn without_a_route(&self, expected: &Expected) -> Diagnostic {
        let (from, to) = (expected.from.join("`, `"), &expected.to);
        EXPECT_FAILS
            .at(expected.span, format!("`{from}` does not reach `{to}`: the tailnet has no route to pods"))
            .help("remove the expectation, and let people in by a Service that the machines or a load balancer serve")
            .note("pods of different machines reach each other through the overlay, which only machines are part of")
    }

    fn untouched(&self, expected: &Expected) -> Diagnostic {
        let (to, service) = (&expected.to, &expected.service);
        EXPECT_FAILS
            .at(expected.span, format!("`pods` reaches `{to}` on `{service}`"))
            .help("remove the expectation, and deny it with a NetworkPolicy on the cluster")
            .note("pods use the address of their machine, and reach that machine itself without the tailnet")
    }

    /// Admins are members too; a claim about members is one about the others.
    fn denied(&self, expected: &Expected, from: IpSet) -> IpSet {
        let members = expected.from.iter().all(|name| name.trim() == "autogroup:member");
        let admins = &self.tailnet.admins;
        if members && !admins.iter().any(|admin| admin == "autogroup:member") {
            return from.subtract(&self.named(admins));
        }
        from
    }

    fn broken(&self, expected: &Expected, proof: &Proof, cure: Option<Cure>) -> Diagnostic {
        let (from, to, service) = (expected.from.join("`, `"), &expected.to, &expected.service);
        let other = proof
            .witnesses
            .first()
            .map_or("another source", |witness| witness.from.as_str());
        let (message, label) = match expected.claimed {
            Claimed::Allow => (
                format!("`{from}` does not reach `{to}` on `{service}`"),
                "closest rule",
            ),
            Claimed::Deny if self.is_from_pods(expected) => (
                format!("`{from}` reaches `{to}` on `{service}` with the address of its machine"),
                "this rule allows it",
            ),
            Claimed::Deny => (
                format!("`{from}` reaches `{to}` on `{service}`"),
                "this rule allows it",
            ),
            Claimed::Only => (
                format!("`{other}` reaches `{to}` on `{service}`, but only `{from}` may"),
                "this rule allows it",
            ),
        };
        let policy = self.own.map_or("the tailnet's policy", |own| own.file.path());
        let help = match (&cure, expected.claimed) {
            (Some(cure), _) => format!("{} in `{policy}`, or change the expectation", cure.words),
            (None, Claimed::Allow) => {
                format!("add a rule to {policy} that allows it, or change the expectation")
            }
            (None, _) => "narrow the rule that allows it, or change the expectation".to_owned(),
        };
        let mut finding = EXPECT_FAILS.at(expected.span, message).help(help);
        finding.fixes.extend(cure.map(|cure| cure.fix));
        self.with_chain(finding, proof, label)
    }

    /// A name that nothing has, with what it is a slip of.
    fn vacuous(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("`{name}` matches no address, so the expectation has no effect");
        let known = PARTIES
            .into_iter()
            .map(|(word, _)| word)
            .chain(self.policy.groups.iter().map(|group| group.name.value.as_str()))
            .chain(self.policy.tag_owners.iter().map(|tag| tag.name.value.as_str()))
            .chain(self.policy.hosts.iter().map(|(name, _)| name.value.as_str()));
        let finding = EXPECT_VACUOUS.at(span, message);
        let slip = party_of(name).is_none();
        match nearest(
            name,
            known.filter(|known| slip && *known != name && !self.end(known).is_empty()),
        ) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(Fix::risky(
                format!("use `{meant}`"),
                span,
                quoted(meant),
            )),
            None => finding.help(
                "use `pods`, `servers`, `agents`, `nodes`, `admins`, `*`, or a selector from the policy",
            ),
        }
    }
}

/// What a failing test wants; the rule that is named behind it has another number after the merge.
fn wish(message: &str) -> &str {
    message.split(", but ").next().unwrap_or(message)
}

/// As a YAML string: names of groups and tags have a colon in them.
fn quoted(name: &str) -> String {
    match name.contains(':') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}
