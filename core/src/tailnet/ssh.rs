//! The `ssh` section: what Tailscale SSH does with a login, network access on port 22 aside.

use super::expand::{DeviceId, World};
use super::model::Attributes;
use super::policy::{Ssh, Text};
use super::posture::{self, Verdict};
use super::selector::{Autogroup, Selector};
use crate::source::Span;

/// What happens to an SSH session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SshVerdict {
    /// It opens.
    Accept,
    /// It opens after a fresh login.
    Check,
    /// It does not open.
    Deny,
}

impl SshVerdict {
    /// The word that policies and vectors use.
    pub fn as_str(self) -> &'static str {
        match self {
            SshVerdict::Accept => "accept",
            SshVerdict::Check => "check",
            SshVerdict::Deny => "deny",
        }
    }
}

/// Decides a session from one device to another for a login, with the rule that decides. Rules that check come
/// before rules that accept, whatever their order in the file. `attributes` are those that the postures of rules are held against; without
/// them every posture is met.
pub fn decide(
    world: &World<'_>,
    src: DeviceId,
    dst: DeviceId,
    login: &str,
    attributes: Option<&Attributes>,
) -> (SshVerdict, Option<Span>) {
    for (action, verdict) in [("check", SshVerdict::Check), ("accept", SshVerdict::Accept)] {
        let found = world.policy.ssh.iter().find(|rule| {
            rule.action.as_ref().is_some_and(|a| a.trimmed() == action)
                && applies(world, rule, src, dst, login)
                && meets(world, rule, attributes)
        });
        if let Some(rule) = found {
            return (verdict, Some(rule.span));
        }
    }
    (SshVerdict::Deny, None)
}

/// Only the postures that a rule names itself: whether `defaultSrcPosture` covers SSH rules is not documented.
fn meets(world: &World<'_>, rule: &Ssh, attributes: Option<&Attributes>) -> bool {
    attributes.is_none_or(|attributes| {
        let wanted = &rule.src_posture.items;
        posture::decide(world.policy, wanted, attributes, Verdict::Fails).0 != Verdict::Fails
    })
}

fn applies(world: &World<'_>, rule: &Ssh, src: DeviceId, dst: DeviceId, login: &str) -> bool {
    let from = |text: &Text| world.stands_for(&Selector::parse(&text.value), src);
    let to = |text: &Text| destination(world, &Selector::parse(&text.value), src, dst);
    let owner = world.tailnet.nodes.get(src).and_then(|n| n.owner());
    rule.users
        .items
        .iter()
        .any(|user| lets_in(user.trimmed(), login, owner))
        && rule.src.items.iter().any(from)
        && rule.dst.items.iter().any(to)
}

/// People reach devices of people only where these are their own.
fn destination(world: &World<'_>, selector: &Selector, src: DeviceId, dst: DeviceId) -> bool {
    let owner = |id: DeviceId| world.tailnet.nodes.get(id).and_then(|n| n.owner());
    let same_owner = owner(src).is_some() && owner(src) == owner(dst);
    match selector {
        Selector::Autogroup(Autogroup::SelfDevices) => same_owner,
        Selector::User(_) | Selector::Domain(_) => same_owner && world.stands_for(selector, dst),
        Selector::Tag(_) | Selector::Autogroup(Autogroup::Tagged) => world.stands_for(selector, dst),
        _ => false,
    }
}

/// True where an entry of `users` lets a login in. Entries such as `group:x` are names of logins to the control
/// plane, however odd.
fn lets_in(entry: &str, login: &str, owner: Option<&str>) -> bool {
    if login.is_empty() {
        return false;
    }
    if entry == "autogroup:nonroot" {
        return login != "root";
    }
    if let Some(domain) = entry.strip_prefix("localpart:*@") {
        return owner.and_then(|o| o.split_once('@')) == Some((login, domain));
    }
    entry == login
}
