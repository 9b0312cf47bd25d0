//! Auto-approval: which advertised routes come into force without an admin.

use super::addr::Prefix;
use super::expand::{DeviceId, World};
use super::policy::List;
use super::selector::Selector;
use crate::source::Span;

/// The fate of one advertised route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The route.
    pub route: Prefix,
    /// The approver entry that lets it in; none where it stays pending.
    pub by: Option<Span>,
}

/// Decides each of the routes that a device advertises. A route is approved where it equals or lies inside a prefix
/// of `routes` whose approvers match the device; default routes only by `exitNode`.
pub fn approve(world: &World<'_>, node: DeviceId, advertised: &[Prefix]) -> Vec<Approval> {
    let approvers = &world.policy.auto_approvers;
    let decide = |route: &Prefix| {
        if route.is_default_route() {
            return matching(world, node, &approvers.exit_node);
        }
        let covering = approvers
            .routes
            .iter()
            .filter(|entry| entry.name.value.parse::<Prefix>().is_ok_and(|p| p.covers(*route)));
        covering
            .into_iter()
            .find_map(|entry| matching(world, node, &entry.list))
    };
    advertised
        .iter()
        .map(|route| Approval {
            route: *route,
            by: decide(route),
        })
        .collect()
}

/// The first approver that stands for the device. People stand for their untagged devices only.
fn matching(world: &World<'_>, node: DeviceId, approvers: &List) -> Option<Span> {
    let matches = |text: &&super::policy::Text| world.stands_for(&Selector::parse(&text.value), node);
    approvers.items.iter().find(matches).map(|text| text.span)
}
