//! The plan as users of the crate see it: named and printed, while what it is made of may change.

use crate::flows::{Verdict, service};
use crate::plan;
use crate::text::{SecretBytes, spellings};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

pub use crate::plan::{Generate, SecretNeed, SecretSource};

/// A whole deployment, resolved: every default is decided, every secret and late value is named and none is held.
#[derive(Clone, Copy, PartialEq)]
pub struct Plan<'a> {
    plan: &'a plan::Plan,
    /// Literal secrets that are handed through to it.
    literals: &'a [SecretBytes],
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without(self.literals, &format!("{:?}", self.plan)))
    }
}

/// A text with `[secret]` in place of literal secrets, as they are and as they are escaped between quotes.
pub(crate) fn without(literals: &[SecretBytes], text: &str) -> String {
    let mut text = text.to_owned();
    for spelt in spellings(literals) {
        if text.contains(spelt.as_str()) {
            text = text.replace(spelt.as_str(), "[secret]");
        }
    }
    text
}

/// A plan that cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError(String);

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PlanError {}

impl<'a> Plan<'a> {
    pub(crate) fn of(plan: &'a plan::Plan, literals: &'a [SecretBytes]) -> Plan<'a> {
        Plan { plan, literals }
    }

    /// The cluster's name.
    pub fn name(self) -> &'a str {
        &self.plan.name
    }

    /// The host name that the platform answers at.
    pub fn domain(self) -> Option<&'a str> {
        self.plan.domain.as_deref()
    }

    /// What the network probe tries on behalf of this deployment. Names that only a secret or Terraform knows are left out.
    pub fn probed(self) -> Probed {
        let reached = &self.plan.needs.reached;
        let lines = |lines: &[&[String]]| -> Vec<String> {
            let lines = lines.iter().copied().flatten();
            lines.map(|line| without(self.literals, line)).collect()
        };
        let own = PROBED.map(str::to_owned);
        let public = PROBED_OUTSIDE.map(str::to_owned);
        // Without a world outside, names of the Internet have to be known to somebody else.
        let (names, external) = match self.plan.k3s.airgap {
            Some(_) => (lines(&[&own, &reached.names, &reached.external]), Vec::new()),
            None => (
                lines(&[&own, &reached.names]),
                lines(&[&public, &reached.external]),
            ),
        };
        let urls = reached.urls.iter().map(|reach| {
            let url = without(self.literals, &reach.url);
            match reach.is_trusted {
                true => url,
                false => format!("{url} {UNTRUSTED}"),
            }
        });
        Probed {
            names,
            external: unique(external),
            urls: urls.collect(),
        }
    }

    /// Every secret that is needed, by name.
    pub fn secrets(self) -> &'a [SecretNeed] {
        &self.plan.secrets
    }

    /// The plan in Rusty Object Notation, with `[secret]` in place of literal secrets.
    ///
    /// # Errors
    /// Never for a plan that was built here; the writer's error is handed on all the same.
    pub fn to_ron(self) -> Result<String, PlanError> {
        let ron = self.plan.to_ron().map_err(|error| PlanError(error.to_string()))?;
        Ok(without(self.literals, &ron))
    }

    /// The same in JSON, over several lines.
    ///
    /// # Errors
    /// As [`Plan::to_ron`].
    pub fn to_json(self) -> Result<String, PlanError> {
        let json = serde_json::to_string_pretty(self.plan.writable())
            .map_err(|error| PlanError(error.to_string()))?;
        Ok(without(self.literals, &json) + "\n")
    }
}

/// The name that every cluster has, which the probe tries in any case.
const PROBED: [&str; 1] = ["kubernetes.default"];
/// The names on the Internet that it tries in any case.
const PROBED_OUTSIDE: [&str; 2] = ["registry.k8s.io", "github.com"];
/// The word after a URL whose certificate not everybody trusts.
const UNTRUSTED: &str = "untrusted";

/// The names, each once, in their order.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .filter(|name| seen.insert(name.clone()))
        .collect()
}

/// What the network probe tries, each a line of its ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// Names that have to resolve: `service.namespace`, or a host name.
    pub names: Vec<String>,
    /// Names on the Internet.
    pub external: Vec<String>,
    /// URLs that have to answer; `untrusted` behind one whose certificate not everybody trusts.
    pub urls: Vec<String>,
}

/// A connection that the cluster needs, and whether it gets through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Flow {
    /// The service, as the firewall names it.
    pub service: &'static str,
    /// Who connects: `servers`, `agents`, `machines`, `pods`, `admins` (over the tailnet), `operators` (from the ranges in
    /// `cluster.firewall`), `clients`.
    pub from: &'static str,
    /// The ranges that a firewall sees it come from; empty where no firewall is on the way.
    pub sources: Vec<String>,
    /// To whom, in the same words.
    pub to: &'static str,
    /// Which address of theirs: `public`, `node network`, `tailnet`, `pod network`, `configured`.
    pub address: &'static str,
    /// Ports and protocol: `2379-2380/tcp`, or `any port`.
    pub ports: String,
    /// What for.
    pub why: &'static str,
    /// Whether it gets through.
    pub result: FlowResult,
    /// What stops it, or what is not known.
    pub because: Option<String>,
}

/// Whether a connection gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FlowResult {
    /// It does.
    Open,
    /// It does not.
    Blocked,
    /// It depends on what the configuration does not say.
    Unknown,
}

/// The flows of a plan with their verdicts.
pub(crate) fn flows(plan: &plan::Plan, verdicts: &[Verdict]) -> Vec<Flow> {
    let shown = |(flow, verdict): (&plan::Flow, &Verdict)| {
        let (result, because) = match verdict {
            Verdict::Open => (FlowResult::Open, None),
            Verdict::Blocked(block) => (FlowResult::Blocked, Some(block.why.clone())),
            Verdict::Unknown(what) => (FlowResult::Unknown, Some((*what).to_owned())),
        };
        let sources = flow.sources.iter().flat_map(|peer| peer.ranges(&plan.networks));
        Flow {
            service: flow.kind.as_str(),
            from: flow.from.as_str(),
            sources: sources.collect(),
            to: flow.to.as_str(),
            address: flow.at.as_str(),
            ports: service(flow),
            why: flow.why,
            result,
            because,
        }
    };
    plan.flows.iter().zip(verdicts).map(shown).collect()
}
