//! Mistakes in gkc's own part of a policy come from the configuration: the value there that one comes from.

use crate::diagnostic::Diagnostic;
use crate::model::{Model, Spanned};
use crate::source::Span;

/// Moves what is wrong with `value` in gkc's own part of a policy to the key of the configuration that it comes from.
pub(super) fn at_its_cause(error: &Diagnostic, value: &str, model: &Model, fallback: Span) -> Diagnostic {
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
