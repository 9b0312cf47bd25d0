//! Mistakes in gkc's own part of a policy come from the configuration: the value there that one comes from.

use crate::diagnostic::{Diagnostic, Sink};
use crate::facts::tailscale::tag_mistake;
use crate::model::{Model, OneOrMany, ShortOrMap, Spanned};
use crate::source::Span;
use crate::tailnet::findings::selectors::UNDEFINED_GROUP;
use std::collections::BTreeSet;

/// Moves what is wrong with `value` in gkc's own part of a policy to the key of the configuration that it comes from.
fn at_its_cause(error: &Diagnostic, value: &str, model: &Model, fallback: Span) -> Diagnostic {
    let mut moved = error.clone();
    let cause = cause(value, model);
    moved.span = cause.unwrap_or(fallback);
    moved.labels.clear();
    // What replaces the whole value replaces it in the configuration as well: strings are written alike.
    moved
        .fixes
        .retain_mut(|fix| match (fix.edits.as_mut_slice(), cause) {
            ([edit], Some(cause)) if edit.span == error.span => {
                edit.span = cause;
                true
            }
            _ => false,
        });
    moved
}

/// Reports what is wrong with values of gkc's own part of a policy, one finding for each of the configuration's values: it is one mistake,
/// however many places of the policy have it.
pub(super) fn report<'e>(
    errors: impl IntoIterator<Item = (&'e Diagnostic, String)>,
    model: &Model,
    fallback: Span,
    sink: &mut Sink,
) {
    let tailscale = model.config.as_ref().and_then(|config| config.tailscale.get());
    let groups = tailscale
        .into_iter()
        .flat_map(|tailscale| tailscale.groups.entries());
    let bare: BTreeSet<&str> = crate::sorted::set(groups.map(|(name, _)| name.value.as_str()));
    let mut seen = BTreeSet::new();
    for (error, value) in errors {
        // A group whose name lacks its prefix is reported where it is defined.
        let meant = value
            .strip_prefix("group:")
            .is_some_and(|name| bare.contains(name));
        if error.rule.name == UNDEFINED_GROUP.name && meant {
            continue;
        }
        let moved = at_its_cause(error, &value, model, fallback);
        if moved.span == fallback || seen.insert(moved.span) {
            sink.push(moved);
        }
    }
}

/// Whether a tag of the machines is none: that is reported at the tag, and with it every rule of the policy is wrong.
pub(super) fn has_wrong_tag(model: &Model) -> bool {
    let tailscale = model.config.as_ref().and_then(|config| config.tailscale.get());
    let Some(tags) = tailscale.and_then(|tailscale| tailscale.tags.get()) else {
        return false;
    };
    match tags {
        ShortOrMap::Short(tag) => tag_mistake(tag).is_some(),
        ShortOrMap::Map(roles) => [&roles.server, &roles.agent]
            .into_iter()
            .filter_map(|role| role.get())
            .flat_map(OneOrMany::items)
            .any(|tag| tag_mistake(&tag.value).is_some()),
    }
}

/// Where that value is written under `tailscale`.
fn cause(value: &str, model: &Model) -> Option<Span> {
    let tailscale = model.config.as_ref()?.tailscale.get()?;
    let members = tailscale.groups.entries().flat_map(|(_, members)| &members.value);
    let members = members.filter_map(|member| member.spanned());
    let users = tailscale.ssh.get().into_iter().flat_map(|ssh| ssh.users.items());
    let values = tailscale.admins.items().chain(members).chain(users);
    let names = tailscale.groups.entries().map(|(name, _)| name);
    let named = |written: &&Spanned<String>| written.value == value;
    values.chain(names).find(named).map(|written| written.span)
}
