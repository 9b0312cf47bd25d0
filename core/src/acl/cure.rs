//! Edits of the tailnet's own policy that make a claim true. One is offered only where the claim is proven to hold with it.

use super::needs::{party_of, selectors};
use super::proof::Stage;
use crate::diagnostic::{Fix, apply};
use crate::plan::{Claimed, Expected, Party};
use crate::source::{SourceFile, Span};
use crate::tailnet::check::check_text;
use crate::tailnet::compile::Service;
use crate::tailnet::hujson::{Kind, Object, Value, parse};
use crate::tailnet::merge::{AclNeed, GrantNeed, merge, one_line};
use crate::tailnet::prove::{Proof, Prover};
use crate::tailnet::reach::Engine;

/// What a cure is called in help texts, and the edit.
pub(super) struct Cure {
    /// "add `{…}` to `acls`".
    pub words: String,
    /// The edit in the tailnet's own policy.
    pub fix: Fix,
}

impl Stage<'_> {
    /// An edit that makes a failing claim true: a rule that admits what is missing, or a destination less in the author's rule
    /// at `rule` that lets through what must not be.
    pub(super) fn cure(
        &self,
        expected: &Expected,
        service: &Service,
        rule: Option<Span>,
        holds: &dyn Fn(&Prover<'_, '_>) -> Proof,
    ) -> Option<Cure> {
        let own = self.own?;
        let (document, _) = parse(&own.file);
        let Kind::Object(root) = &document.root.as_ref()?.kind else {
            return None;
        };
        let cure = match expected.claimed {
            // No rule leads to the pods.
            Claimed::Allow if party_of(&expected.to) == Some(Party::Pods) => return None,
            Claimed::Allow => self.admit(root, expected, service)?,
            Claimed::Deny | Claimed::Only => narrow(&own.file, root, rule?)?,
        };
        self.holds_with(&own.file, &cure.fix, holds).then_some(cure)
    }

    /// Whether the claim holds where the policy is merged with this edit in it.
    fn holds_with(&self, own: &SourceFile, fix: &Fix, holds: &dyn Fn(&Prover<'_, '_>) -> Proof) -> bool {
        let (text, _) = apply(own.id(), own.text(), [fix]);
        let file = SourceFile::new(own.id(), own.path(), text);
        let control = super::control(self.tailnet);
        let Ok(merged) = merge(&file, &super::needs(self.plan, self.tailnet), control, None) else {
            return false;
        };
        let checked = check_text(&SourceFile::new(own.id(), own.path(), merged.text), control, None);
        let engine = Engine::new(&checked.policy, &self.scene.tailnet);
        holds(&Prover::new(&engine)).holds
    }

    /// A rule for the claim, behind the bracket that opens the section.
    fn admit(&self, root: &Object, expected: &Expected, service: &Service) -> Option<Cure> {
        let section = if self.tailnet.acls { "acls" } else { "grants" };
        let list = &root.get(section)?.value;
        let Kind::Array(array) = &list.kind else {
            return None;
        };
        let from: Vec<String> = expected
            .from
            .iter()
            .flat_map(|name| self.selectors(name))
            .collect();
        let to = self.selectors(&expected.to);
        let rule = match self.tailnet.acls {
            true => {
                let (protocol, ports) = expected.service.split_once(':').unwrap_or(("", "*"));
                let named = !protocol.is_empty() && service.protos.len() == 1;
                one_line(&AclNeed {
                    src: from,
                    proto: named.then(|| protocol.to_owned()),
                    dst: to.iter().map(|to| format!("{to}:{ports}")).collect(),
                    ..AclNeed::default()
                })
            }
            false => one_line(&GrantNeed {
                src: from,
                dst: to,
                ip: vec![expected.service.clone()],
                ..GrantNeed::default()
            }),
        };
        // Where nothing follows, a comma would stand for nothing; elsewhere the list goes on in its own lines.
        let text = match array.items.first() {
            None => rule.clone(),
            Some(first) => format!("{}{rule},", self.gap_before(list, first)),
        };
        let behind = Span::new(
            list.span.file,
            list.span.start as usize + 1,
            list.span.start as usize + 1,
        );
        let words = format!("add `{rule}` to `{section}`");
        Some(Cure {
            fix: Fix::risky(words.replace('`', ""), behind, text),
            words,
        })
    }

    /// The line break and the indentation before the first item, as far as it is white space.
    fn gap_before(&self, list: &Value, first: &Value) -> String {
        let own = self.own.map_or("", |own| own.file.text());
        let between = own
            .get(list.span.start as usize + 1..first.span.start as usize)
            .unwrap_or("");
        let white = between.len() - between.trim_start().len();
        between.get(..white).unwrap_or("").to_owned()
    }

    /// How a policy names an end of a claim.
    fn selectors(&self, name: &str) -> Vec<String> {
        match party_of(name) {
            Some(party) => selectors(self.tailnet, party),
            None => vec![name.trim().to_owned()],
        }
    }
}

/// The author's rule without its only destination, which is to take it out.
fn narrow(own: &SourceFile, root: &Object, rule: Span) -> Option<Cure> {
    let lists = ["acls", "grants"]
        .into_iter()
        .filter_map(|section| Some((section, &root.get(section)?.value)));
    for (section, list) in lists {
        let Kind::Array(array) = &list.kind else { continue };
        let Some(item) = array.items.iter().find(|item| item.span == rule) else {
            continue;
        };
        let Kind::Object(members) = &item.kind else {
            return None;
        };
        let Kind::Array(destinations) = &members.get("dst")?.value.kind else {
            return None;
        };
        // With several destinations nobody here knows which of them the others need.
        let [_] = destinations.items.as_slice() else {
            return None;
        };
        let words = format!("remove that rule from `{section}`");
        let whole = with_its_line(own.text(), rule)?;
        return Some(Cure {
            fix: Fix::risky(words.replace('`', ""), whole, ""),
            words,
        });
    }
    None
}

/// An item of a list with the comma behind it, and with its line where nothing else is on it.
fn with_its_line(text: &str, item: Span) -> Option<Span> {
    let (before, behind) = (text.get(..item.start as usize)?, text.get(item.end as usize..)?);
    let rest = behind.trim_start();
    let end = match rest.strip_prefix(',') {
        Some(rest) => text.len() - rest.len(),
        None => item.end as usize,
    };
    let indentation = before.len() - before.trim_end_matches([' ', '\t']).len();
    let alone = before.trim_end_matches([' ', '\t']).ends_with('\n');
    let line_ends = text
        .get(end..)?
        .trim_start_matches([' ', '\t', '\r'])
        .starts_with('\n');
    let start = match alone && line_ends {
        true => before.len() - indentation - 1,
        false => before.len(),
    };
    Some(Span::new(item.file, start, end))
}
