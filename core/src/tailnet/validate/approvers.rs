//! The sections `autoApprovers` and `nodeAttrs`.

use super::Check;
use super::selectors::Usage;
use crate::facts::{headscale, tailscale as facts};
use crate::tailnet::addr::{IpSet, Prefix};
use crate::tailnet::findings::access::RULE_WITHOUT_EFFECT;
use crate::tailnet::findings::approvers::DEFAULT_ROUTE_APPROVER;
use crate::tailnet::policy::{NodeAttr, Text};
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::Selector;

pub(super) fn check(check: &mut Check<'_>) {
    let policy = check.policy;
    for route in &policy.auto_approvers.routes {
        prefix(check, &route.name);
        for approver in &route.list.items {
            check.selector(Usage::Approver, approver);
        }
    }
    let exit = policy.auto_approvers.exit_node.items.iter();
    let services = policy.auto_approvers.services.iter().flat_map(|s| &s.list.items);
    for approver in exit.chain(services) {
        check.selector(Usage::Approver, approver);
    }
    policy.node_attrs.iter().for_each(|entry| node_attr(check, entry));
}

fn prefix(check: &mut Check<'_>, route: &Text) {
    match route.value.parse::<Prefix>() {
        Err(why) => {
            let message = format!("invalid route `{}`: {why}", route.value);
            check.error(
                R::BadRoutePrefix,
                route.span,
                message,
                "use a prefix, such as `10.42.0.0/16`",
            );
        }
        Ok(prefix) if prefix.has_host_bits() => {
            let message = format!("invalid prefix `{prefix}`: host bits are set");
            check.error(
                R::CidrHostBits,
                route.span,
                message,
                format!("use `{}`", prefix.network()),
            );
        }
        Ok(prefix) if prefix.is_default_route() => check.warn(
            &DEFAULT_ROUTE_APPROVER,
            route.span,
            format!("`{prefix}` approves all subnet routes, but no exit nodes"),
            "list the subnets, and use `exitNode` for exit nodes",
        ),
        Ok(_) => {}
    }
}

fn node_attr(check: &mut Check<'_>, entry: &NodeAttr) {
    for target in &entry.target.items {
        check.selector(Usage::Target, target);
    }
    entry.app.iter().for_each(|name| {
        if !name.value.contains('/') {
            let message = format!("invalid capability name `{}`", name.value);
            check.error(R::BadCapName, name.span, message, "use `your.domain/path`");
        }
    });
    if check.control.is_headscale() {
        for attr in &entry.attr.items {
            let refused = headscale::ATTRIBUTES_REFUSED.iter();
            let issue = refused.clone().find(|(name, _)| *name == attr.trimmed());
            if let Some((name, issue)) = issue {
                let help = format!("remove it; {issue} tracks it");
                check.unsupported(attr.span, format!("the attribute `{name}`"), help);
            }
        }
    }
    let reserved = IpSet::from_facts(&facts::RESERVED_IN_POOL);
    for pool in &entry.ip_pool.items {
        match Selector::parse(&pool.value) {
            Selector::Net(prefix) if IpSet::from_prefixes([prefix]).overlaps(&reserved) => {
                let message = format!("`{prefix}` overlaps addresses reserved by Tailscale");
                check.error(
                    R::BadSelector,
                    pool.span,
                    message,
                    "use another part of `100.64.0.0/10`",
                );
            }
            Selector::Net(_) => {}
            _ => {
                let message = format!("invalid prefix `{}`", pool.value);
                check.error(
                    R::BadSelector,
                    pool.span,
                    message,
                    "use a part of `100.64.0.0/10`",
                );
            }
        }
    }
    if entry.attr.items.is_empty() && entry.app.is_empty() && entry.ip_pool.items.is_empty() {
        check.warn(
            &RULE_WITHOUT_EFFECT,
            entry.span,
            "entry without an attribute",
            "add `attr`, `app` or `ipPool`, or remove the entry",
        );
    }
}
