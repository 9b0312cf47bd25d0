//! What the Installer of the release that is aimed at makes of its config, what `gitpod.configPatch` adds included.

use super::keys::{Ignored, Refused, dotted, read, unescaped};
use super::{CONFIG_PATCH_IGNORED, CONFIG_PATCH_REJECTED};
use crate::diagnostic::Sink;
use crate::model::{Raw, Spanned};
use crate::plan::platform::gitpod::Gitpod;
use crate::source::Span;
use crate::verify::reading::Object;
use crate::verify::report;
use serde_json::Value;

pub(super) fn verify(gitpod: &Gitpod, config: Object<'_>, anchor: Span, sink: &mut Sink) {
    let (refused, ignored) = read(config.data, gitpod.release);
    let patch = gitpod.config_patch.as_ref();
    let written = |at: &str| place(&patch?.written, config.data, at);
    let value = |at: &str| value_at(&patch?.written, config.data, at);
    for Refused {
        at,
        problem,
        help,
        of_value,
    } in refused
    {
        let place = match of_value {
            true => value(&at),
            false => written(&at),
        };
        match place {
            Some(place) => {
                let message = format!("the Installer rejects this patch: {problem}");
                let finding = CONFIG_PATCH_REJECTED.at(place, message);
                sink.push(
                    finding.help(help.unwrap_or_else(|| "remove it, or use another `gitpod.release`".into())),
                );
            }
            None => report(sink, anchor, config.path, &problem),
        }
    }
    for Ignored { at, why } in ignored {
        // What gkc writes itself is the business of the key's own rules.
        if let Some(place) = written(&at) {
            let message = format!("Gitpod {} ignores `{}`", gitpod.release, dotted(&at));
            let finding = CONFIG_PATCH_IGNORED.at(place, message);
            let note = format!("its Installer accepts the key, but {why}");
            sink.push(finding.note(note).help("remove it"));
        }
    }
}

/// Where a patch writes what is at a JSON pointer into the config: the key, or the value of an item. Lists that the patch adds to have its
/// items at their end.
pub(super) fn place(patch: &Spanned<Raw>, config: &Value, pointer: &str) -> Option<Span> {
    places(patch, config, pointer).map(|(key, _)| key)
}

/// The same for the value, where that is on one line; the key of all others.
fn value_at(patch: &Spanned<Raw>, config: &Value, pointer: &str) -> Option<Span> {
    let (key, value) = places(patch, config, pointer)?;
    Some(match value.value {
        Raw::Map(_) | Raw::List(_) | Raw::Null => key,
        _ => value.span,
    })
}

/// The place of the key, and the value.
fn places<'p>(patch: &'p Spanned<Raw>, config: &Value, pointer: &str) -> Option<(Span, &'p Spanned<Raw>)> {
    let (mut at, mut whole) = (patch, config);
    let mut span = None;
    for step in pointer.split('/').skip(1).map(unescaped) {
        match (&at.value, whole) {
            (Raw::Map(entries), Value::Object(map)) => {
                let (key, value) = entries.iter().find(|(key, _)| key.value == step)?;
                (span, at, whole) = (Some(key.span), value, map.get(&step)?);
            }
            (Raw::List(items), Value::Array(all)) => {
                let number = step.parse::<usize>().ok()?;
                let before = all.len().checked_sub(items.len())?;
                at = items.get(number.checked_sub(before)?)?;
                (span, whole) = (Some(at.span), all.get(number)?);
            }
            _ => return None,
        }
    }
    Some((span?, at))
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, findings};

    #[test]
    fn keys_with_a_slash_are_found_in_the_patch() {
        let text = "gitpod: {configPatch: {\"fd00::/64\": 1, \"a~b\": 2}}\n";
        let (file, found) = findings(text, &TestInputs::default());
        let rejected = found
            .iter()
            .filter(|found| found.rule.name.ends_with("-rejected"));
        let rejected: Vec<_> = rejected
            .map(|found| (found.rule.name, file.slice(found.span)))
            .collect();
        let both = [
            ("config-patch-rejected", "\"fd00::/64\""),
            ("config-patch-rejected", "\"a~b\""),
        ];
        assert_eq!(rejected, both);
    }
}
