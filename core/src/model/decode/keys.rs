//! The keys of a mapping: which are unknown, missing, exclude each other or need another.

use super::called::{CALLED_HERE, CALLED_IN, MEANT_IN, POLICY_SECTIONS, flag_of_k3s};
use super::missing::{report_empty, report_missing};
use super::{Context, Decoder};
use crate::diagnostic::Fix;
use crate::diagnostic::stages::{CONFLICTING_KEYS, MISSING_KEY, UNKNOWN_KEY};
use crate::model::mask::names_a_secret;
use crate::model::platform;
use crate::model::report::{SMALLEST, all_of, one_of};
use crate::model::shape::{GROUPS, Group, NEEDS, Shape, folded, required};
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId, scalar};
use crate::words::nearest;

/// What to write for a mapping of the type `of`.
pub(super) fn keys_of(of: &str, known: &[&str]) -> String {
    match of {
        "Config" => SMALLEST.to_owned(),
        _ => known_here(known),
    }
}

/// The keys of a mapping.
pub(super) fn known_here(known: &[&str]) -> String {
    format!("valid keys are {}", all_of(known))
}

/// Reports a key that the mapping does not have. Returns the key that is meant, where it is clear.
pub(super) fn unknown_key<'k>(
    decoder: &Decoder<'_, '_>,
    of: &str,
    known: &[&'k str],
    Entry { key, value }: Entry,
    text: &str,
) -> Option<&'k str> {
    let cx = decoder.cx;
    let span = cx.tree.node(key).span;
    // A secret's key that is misspelt has its value all the same.
    let near = nearest(text, known.iter().copied());
    if names_a_secret(text) || near.is_some_and(names_a_secret) {
        decoder.hide(value);
    }
    let finding = UNKNOWN_KEY.at(span, format!("unknown key `{text}`"));
    let plain = folded(text);
    let same = known.iter().find(|known| folded(known) == plain).copied();
    let called = CALLED_HERE
        .iter()
        .chain(platform::CALLED_HERE)
        .find(|(old, _)| *old == plain);
    let other = CALLED_IN
        .iter()
        .chain(platform::CALLED_IN)
        .find(|(mapping, old, _)| (*mapping, *old) == (of, plain.as_str()))
        .map(|(.., help)| (*help).to_owned());
    let habit = MEANT_IN
        .iter()
        .find(|(mapping, old, _)| (*mapping, *old) == (of, plain.as_str()))
        .and_then(|(.., key)| known.iter().find(|known| *known == key))
        .copied();
    let homes: Vec<&String> = Shape::get()
        .homes(text)
        .iter()
        .filter(|home| !home.is_empty() || of != "Config")
        .take(MAX_HOMES)
        .collect();
    // A key that is right elsewhere is more likely in the wrong place than misspelt, unless a single letter is off.
    let slip = |near: &&str| homes.is_empty() || strsim::damerau_levenshtein(text, near) <= 1;
    let meant = same
        .or(habit)
        .or_else(|| near.filter(|_| called.is_none() && other.is_none()).filter(slip));
    let other = other.or_else(|| flag_of_k3s(of, text).filter(|_| meant.is_none()));
    let finding = match (other, meant, called) {
        (Some(help), ..) => finding.help(help),
        (None, Some(meant), _) => {
            let finding = finding.help(format!("did you mean `{meant}`?"));
            let title = format!("use `{meant}`");
            match decoder.has_key(meant) {
                // Renaming it would only make a duplicate.
                true => finding,
                false if same.is_some() => finding.fix(Fix::safe(title, span, meant)),
                false => finding.fix(Fix::risky(title, span, meant)),
            }
        }
        (None, None, Some((_, here))) => finding.help(format!("use `{here}` instead")),
        (None, None, None) if POLICY_SECTIONS.contains(&plain.as_str()) => {
            finding.help("move the policy to its own file and set `tailscale: {policy: tailnet.hujson}`")
        }
        (None, None, None) if homes.is_empty() => finding.help(known_here(known)),
        (None, None, None) => {
            let places: Vec<String> = homes.iter().map(|home| place(home)).collect();
            let belongs = format!("`{text}` belongs {}", places.join(" or "));
            let inside = |home: &str| home.rsplit('.').next().is_some_and(|last| known.contains(&last));
            // Far from here, what is meant may as well be a key of this mapping under another name.
            match homes.iter().all(|home| home.is_empty() || inside(home)) {
                true => finding.help(belongs),
                false => finding.help(format!("{belongs}; {}", known_here(known))),
            }
        }
    };
    cx.sink.borrow_mut().push(finding);
    if of == "Config" {
        let named = meant
            .map(str::to_owned)
            .or(called.map(|(_, here)| (*here).to_owned()));
        cx.notes.borrow_mut().meant.extend(named);
    }
    meant
}

/// A key can stand in many mappings; the first few are enough of a hint.
const MAX_HOMES: usize = 3;

fn place(home: &str) -> String {
    if home.is_empty() {
        "at the top level".to_owned()
    } else {
        format!("under `{home}`")
    }
}

/// The keys of a mapping while it is looked at as a whole.
struct Keys<'d, 'a, 'c> {
    decoder: &'d Decoder<'a, 'c>,
    entries: &'d [Entry],
    /// Keys that were meant by misspelt ones.
    meant: &'d [(Entry, &'static str)],
    /// Part of the mapping could not be read, so nothing can be said of what is absent.
    damaged: bool,
}

/// Reports required keys that are absent, alternatives that exclude each other, and keys that need another.
pub(super) fn check_keys(
    decoder: &Decoder<'_, '_>,
    of: &str,
    entries: &[Entry],
    meant: &[(Entry, &'static str)],
) {
    let damaged = decoder.cx.tree.touches_damage(decoder.span());
    let keys = Keys {
        decoder,
        entries,
        meant,
        damaged,
    };
    for name in required(of) {
        match keys.named(name) {
            Some(entry) => report_empty(decoder, of, name, entry),
            None if keys.can_tell(name) => report_missing(decoder, entries, of, name),
            None => {}
        }
    }
    for group in GROUPS.iter().filter(|group| group.of == of) {
        keys.check_group(group);
    }
    for (_, key, other) in NEEDS.iter().filter(|(owner, ..)| *owner == of) {
        if let (Some(entry), None, true) = (keys.chosen(key), keys.chosen(other), keys.can_tell(other)) {
            let message = format!("`{key}` requires `{other}`");
            let finding = MISSING_KEY.at(decoder.cx.tree.span(entry.key), message);
            decoder
                .cx
                .sink
                .borrow_mut()
                .push(finding.help(format!("add `{other}`")));
        }
    }
}

impl Keys<'_, '_, '_> {
    /// The entry of a key.
    fn named(&self, name: &str) -> Option<Entry> {
        let tree = self.decoder.cx.tree;
        let mut entries = self.entries.iter();
        entries
            .find(|entry| tree.key_text(entry.key) == Some(name))
            .copied()
    }

    /// The entry of a key; none where it is absent or null.
    fn written(&self, name: &str) -> Option<Entry> {
        let entry = self.named(name)?;
        (!matches!(self.decoder.cx.tree.kind(entry.value), Kind::Null)).then_some(entry)
    }

    /// The same, where it is not `false` either.
    fn chosen(&self, name: &str) -> Option<Entry> {
        self.written(name)
            .filter(|entry| !is_false(self.decoder.cx, entry.value))
    }

    /// Whether a key that is not found is surely not there, and no misspelt key was it.
    fn can_tell(&self, name: &str) -> bool {
        !self.damaged && !self.meant.iter().any(|(_, meant)| *meant == name)
    }

    fn check_group(&self, group: &Group) {
        let all: Vec<_> = group
            .members
            .iter()
            .filter_map(|m| self.chosen(m).map(|entry| (*m, entry)))
            .collect();
        if all.len() > 1 {
            report_conflict(self.decoder, group, &all);
        }
        let cx = self.decoder.cx;
        let off = group
            .switch
            .and_then(|switch| self.written(switch))
            .filter(|entry| is_false(cx, entry.value));
        let none = all.is_empty() && group.members.iter().all(|member| self.can_tell(member));
        if none && (group.required || off.is_some()) {
            let at = off.map_or(self.decoder.key, |entry| cx.tree.span(entry.key));
            let others = group
                .members
                .iter()
                .filter(|m| off.is_none() || Some(**m) != group.switch);
            let others: Vec<&str> = others.copied().collect();
            let message = format!("missing {}", one_of(&others));
            cx.sink.borrow_mut().push(MISSING_KEY.at(at, message));
        }
    }
}

fn is_false(cx: &Context<'_>, value: NodeId) -> bool {
    match &cx.tree.node(cx.tree.resolve(value)).kind {
        Kind::Scalar(s) => scalar::as_bool(s) == Some(false),
        _ => false,
    }
}

fn report_conflict(decoder: &Decoder<'_, '_>, group: &Group, all: &[(&str, Entry)]) {
    let cx = decoder.cx;
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let mut places: Vec<Span> = all.iter().map(|(_, entry)| cx.tree.span(entry.key)).collect();
    places.sort();
    let Some((first, rest)) = places.split_first() else {
        return;
    };
    let message = format!("{} conflict with each other", all_of(&names));
    let finding = CONFLICTING_KEYS.at(*first, message);
    let finding = rest
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "conflicting key"));
    let help = format!("keep only one of {}", one_of(group.members));
    cx.sink.borrow_mut().push(finding.help(help));
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::MOST_ALIKE;
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn a_misspelt_key_is_one_mistake_and_not_two() {
        let text = "database:\n  external: {host: db.acme.dev, usrname: gitpod, password: {env: P}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let rules: Vec<_> = found
            .iter()
            .map(|d| d.rule.name)
            .filter(|r| r.ends_with("-key"))
            .collect();
        assert_eq!(rules, ["unknown-key"]);
    }

    #[test]
    fn more_unknown_keys_than_anybody_reads_are_one_finding() {
        let more = 3;
        let keys = (0..MOST_ALIKE + more).map(|i| format!("x{i}_: token{i}\n"));
        let (_, found) = findings(&keys.collect::<String>(), &TestInputs::default());
        let unknown: Vec<_> = found.iter().filter(|d| d.rule == "unknown-key").collect();
        assert_eq!(unknown.len(), MOST_ALIKE + 1);
        assert_eq!(unknown[MOST_ALIKE].message, "3 more unknown keys");
    }

    #[test]
    fn a_key_in_the_wrong_mapping_says_where_it_belongs() {
        for (text, place) in [
            (
                "cluster: {dns: 10.43.0.10}\n",
                "`dns` belongs under `cluster.network`",
            ),
            ("ingress: {k3s: {}}\n", "`k3s` belongs at the top level"),
        ] {
            let (_, found) = findings(text, &TestInputs::default());
            let help = found
                .iter()
                .find(|d| d.rule == "unknown-key")
                .and_then(|d| d.help.clone());
            assert_eq!(help.as_deref(), Some(place));
        }
    }

    #[test]
    fn a_token_of_a_registry_is_one_of_two_things() {
        let text = "k3s: {registries: {configs: {ghcr.io: {auth: {token: {env: T}}}}}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let helps: Vec<_> = found
            .iter()
            .filter(|d| d.rule == "unknown-key")
            .filter_map(|d| d.help.as_deref())
            .collect();
        assert_eq!(helps.len(), 1);
        assert!(helps.concat().contains("`identity_token` for a refresh token"));
    }

    #[test]
    fn keys_of_the_installer_say_what_they_are_called_here() {
        let (_, found) = findings("containerRegistry: {inCluster: true}\n", &TestInputs::default());
        let help = found
            .iter()
            .find(|d| d.rule == "unknown-key")
            .and_then(|d| d.help.clone());
        assert_eq!(help.as_deref(), Some("use `registry` instead"));
    }

    #[test]
    fn alternatives_are_all_pointed_at() {
        check(
            r"
database:
  inCluster: true
# ^^^^^^^^^ error[conflicting-keys]: `inCluster` and `external` conflict with each other
  external: {host: db.acme.dev, username: u, password: {env: P}}
",
        );
    }

    #[test]
    fn a_choice_that_is_turned_off_needs_another() {
        check(
            r"
storage:
  inCluster: false
# ^^^^^^^^^ error[missing-key]: missing `s3` or `gcs`
",
        );
    }

    #[test]
    fn spelling_of_case_is_mended_without_asking() {
        check_fix(
            "unknown-key",
            "domain_passlist: []\nblocknewusers: false\n",
            "domain_passlist: []\nblockNewUsers: false\n",
        );
    }
}
