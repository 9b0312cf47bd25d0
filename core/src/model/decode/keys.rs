//! The keys of a mapping: which are unknown, missing, exclude each other or need another.

use super::called::{CALLED_HERE, CALLED_IN, MEANT_IN, POLICY_SECTIONS, flag_of_k3s};
use super::missing::{report_empty, report_missing};
use super::{Context, Decoder};
use crate::diagnostic::stages::{CONFLICTING_KEYS, MISSING_KEY, UNKNOWN_KEY};
use crate::diagnostic::{Diagnostic, Fix};
use crate::model::platform;
use crate::model::report::{SMALLEST, all_of, one_of};
use crate::model::secret_names::names_a_secret;
use crate::model::shape::{GROUPS, Group, NEEDS, Shape, folded, required};
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId, Tree, scalar};
use crate::words::nearest;

/// Whether an entry merges what could not be read.
fn merges_nothing(tree: &Tree<'_>, entry: &Entry) -> bool {
    tree.key_text(entry.key) == Some("<<")
        && matches!(tree.node(tree.resolve(entry.value)).kind, Kind::Broken)
}

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
    let meant = same.or(habit).or_else(|| {
        // The plural of a key here is no name from elsewhere.
        let plural =
            |near: &str| text.strip_suffix('s') == Some(near) || near.strip_suffix('s') == Some(text);
        near.filter(|near| called.is_none() && other.is_none() || plural(near))
            .filter(|near| slip(near))
    });
    // What nothing here is called may be another name of a secret's key.
    if meant.is_none() && of != "Config" && Shape::get().is_for_secrets(of) {
        decoder.hide(value);
    }
    let glued = text
        .split_once(':')
        .map(|(name, _)| name)
        .filter(|name| known.contains(name));
    let other = other.or_else(|| glued.map(|name| format!("add a space after `{name}:`")));
    let other = other.or_else(|| flag_of_k3s(of, text).filter(|_| meant.is_none()));
    let other = other.filter(|_| meant.is_none());
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
    // As a key of the top level, it is written there but for its place.
    if of != "Config" && homes.iter().any(|home| home.is_empty()) {
        cx.notes.borrow_mut().meant.push(text.to_owned());
    }
    if of == "Config" {
        let named = meant
            .map(str::to_owned)
            .or(called.map(|(_, here)| (*here).to_owned()));
        cx.notes.borrow_mut().meant.extend(named);
    }
    meant
}

/// The finding on a mapping that has only keys of an alternative to its own key: the keys of one provider under another.
pub(super) fn of_another(decoder: &Decoder<'_, '_>, known: &[&str], entries: &[Entry]) -> Option<Diagnostic> {
    let tree = decoder.cx.tree;
    let keys = entries.iter().map(|entry| tree.key_text(entry.key));
    let keys: Vec<&str> = keys.collect::<Option<_>>()?;
    let own = decoder.cx.file.slice(decoder.key);
    let mut groups = GROUPS
        .iter()
        .filter(|group| group.members.contains(&own))
        .peekable();
    groups.peek()?;
    if keys.len() < 2 || keys.iter().any(|key| known.contains(key)) {
        return None;
    }
    let has = |home: &String, other: &str| home.rsplit('.').next() == Some(other);
    let has_all = |other: &&str| {
        let mut keys = keys.iter();
        keys.all(|key| Shape::get().homes(key).iter().any(|home| has(home, other)))
    };
    let others = groups.flat_map(|group| group.members.iter().copied());
    let other = others.filter(|other| *other != own).find(has_all)?;
    for entry in entries
        .iter()
        .filter(|entry| tree.key_text(entry.key).is_some_and(names_a_secret))
    {
        decoder.hide(entry.value);
    }
    let finding = UNKNOWN_KEY.at(decoder.key, format!("`{own}` has the keys of `{other}`"));
    Some(finding.help(format!(
        "use `{other}`, or the keys of `{own}`: {}",
        known_here(known)
    )))
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
    /// Keys that seem to be written, though not here or not by their names.
    lost: Vec<&'static str>,
    /// Part of the mapping could not be read, so nothing can be said of what is absent.
    damaged: bool,
}

/// Reports required keys that are absent, alternatives that exclude each other, and keys that need another. Returns the keys that are absent
/// only because what they hold is under an unknown key: that was reported.
pub(super) fn check_keys(
    decoder: &Decoder<'_, '_>,
    of: &str,
    known: &[&'static str],
    entries: &[Entry],
    meant: &[(Entry, &'static str)],
    unclear: &[Entry],
) -> Vec<&'static str> {
    let tree = decoder.cx.tree;
    let mut keys = Keys {
        decoder,
        entries,
        meant,
        lost: Vec::new(),
        damaged: tree.touches_damage(decoder.span())
            || entries.iter().any(|entry| merges_nothing(tree, entry)),
    };
    let absent: Vec<&'static str> = known
        .iter()
        .copied()
        .filter(|name| keys.written(name).is_none() && !keys.meant.iter().any(|(_, meant)| meant == name))
        .collect();
    let elsewhere = |name: &&str| {
        let stray = is_astray(decoder, name);
        stray || unclear.iter().any(|entry| holds(decoder, *entry, name))
    };
    keys.lost = absent.iter().copied().filter(elsewhere).collect();
    // A value that is under the next key, since that lost its indent.
    let next_is_unclear = |name: &&'static str| {
        let empty = keys.named(name);
        empty.is_some_and(|empty| unclear.iter().any(|next| follows(decoder, empty, *next)))
    };
    let emptied: Vec<&'static str> = absent.iter().copied().filter(next_is_unclear).collect();
    keys.lost.extend(emptied);
    let groups = || GROUPS.iter().filter(|group| group.of == of);
    let needs = || NEEDS.iter().filter(|(owner, ..)| *owner == of);
    // Of a mapping without any key that is known, nothing is known to be absent.
    let is_foreign = entries.is_empty() && meant.is_empty();
    let required: Vec<&'static str> = required(of).to_vec();
    let wanted: Vec<&'static str> = required
        .iter()
        .copied()
        .filter(|name| keys.can_tell(name) && keys.named(name).is_none())
        .collect();
    if !unclear.is_empty() && of != "Config" {
        if is_foreign || wanted.len() <= unclear.len() {
            keys.lost.extend(wanted);
        }
        for group in groups().filter(|group| group.required) {
            if group.members.iter().all(|member| keys.chosen(member).is_none()) {
                keys.lost.extend(group.members);
            }
        }
        for (_, key, other) in needs() {
            if keys.chosen(key).is_some() && keys.named(other).is_none() {
                keys.lost.push(other);
            }
        }
    }
    let mut missing = Vec::new();
    for name in required {
        match keys.named(name) {
            _ if !keys.can_tell(name) && keys.lost.contains(&name) => {}
            Some(entry) => report_empty(decoder, of, name, entry),
            // The version of the language has a fix of its own.
            None if keys.can_tell(name) && name == "apiVersion" => {
                report_missing(decoder, entries, of, &[name])
            }
            None if keys.can_tell(name) => missing.push(name),
            None => {}
        }
    }
    report_missing(decoder, entries, of, &missing);
    let mut needed = Vec::new();
    for (_, key, other) in needs() {
        if let (Some(entry), None, true) = (keys.chosen(key), keys.chosen(other), keys.can_tell(other)) {
            needed.push(*other);
            let finding = match keys.named(other) {
                Some(empty) => MISSING_KEY
                    .at(
                        tree.span(empty.key),
                        format!("`{other}` is empty, and `{key}` requires it"),
                    )
                    .help("add a value"),
                None => MISSING_KEY
                    .at(tree.span(entry.key), format!("`{key}` requires `{other}`"))
                    .help(format!("add `{other}`")),
            };
            decoder.cx.sink.borrow_mut().push(finding);
        }
    }
    let missed = |group: &&Group| !group.members.iter().any(|member| needed.contains(member));
    let mut conflicts = Vec::new();
    for group in groups().filter(missed) {
        conflicts.extend(keys.check_group(group).map(|all| (group, all)));
    }
    report_conflicts(decoder, conflicts);
    let mut lost = keys.lost;
    crate::sorted::sort(&mut lost);
    lost.dedup();
    lost.retain(|name| known.contains(name));
    lost
}

/// Whether a mapping around this one has an unknown key of that name.
fn is_astray(decoder: &Decoder<'_, '_>, name: &str) -> bool {
    let here = decoder.span();
    let strays = decoder.cx.strays.borrow();
    strays
        .iter()
        .any(|(text, within)| *text == name && *within != here && within.contains(here))
}

/// Whether an unknown key has the value of a known one: the known one is in it, or it is a key of that.
fn holds(decoder: &Decoder<'_, '_>, unclear: Entry, name: &str) -> bool {
    let tree = decoder.cx.tree;
    let Some(text) = tree.key_text(unclear.key) else {
        return false;
    };
    let deeper = tree.get(tree.resolve(unclear.value), name).is_some();
    // A space is missing behind the colon.
    let glued = || text.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    let belongs = || {
        let homes = Shape::get().homes(text);
        homes.iter().any(|home| home.split('.').any(|part| part == name))
    };
    deeper || glued() || belongs()
}

/// Whether an entry comes directly after another.
fn follows(decoder: &Decoder<'_, '_>, entry: Entry, next: Entry) -> bool {
    let tree = decoder.cx.tree;
    let (end, start) = (
        tree.span(entry.key).range().end,
        tree.span(next.key).range().start,
    );
    let between = decoder.cx.file.text().get(end..start).unwrap_or("");
    between.trim_start().strip_prefix(':').is_some_and(|rest| {
        let mut lines = rest.lines();
        lines.all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    })
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
        !self.damaged && !self.lost.contains(&name) && !self.meant.iter().any(|(_, meant)| *meant == name)
    }

    /// Reports that none of a group is chosen. Returns what is, where that is more than one.
    fn check_group<'g>(&self, group: &'g Group) -> Option<Vec<(&'g str, Entry)>> {
        let all: Vec<_> = group
            .members
            .iter()
            .filter_map(|m| self.chosen(m).map(|entry| (*m, entry)))
            .collect();
        let cx = self.decoder.cx;
        let off = group
            .switch
            .and_then(|switch| self.written(switch))
            .filter(|entry| is_false(cx, entry.value));
        let none = all.is_empty() && group.members.iter().all(|member| self.can_tell(member));
        let empty = group
            .members
            .iter()
            .find_map(|member| Some((member, self.named(member)?)));
        if let (true, None, true, Some((member, entry))) = (none, off, group.required, empty) {
            let finding = MISSING_KEY.at(cx.tree.span(entry.key), format!("`{member}` is empty"));
            cx.sink.borrow_mut().push(finding.help("add a value"));
        } else if none && (group.required || off.is_some()) {
            let at = off.map_or(self.decoder.key, |entry| cx.tree.span(entry.key));
            let others = group
                .members
                .iter()
                .filter(|m| off.is_none() || Some(**m) != group.switch);
            let others: Vec<&str> = others.copied().collect();
            let message = format!("missing {}", one_of(&others));
            cx.sink.borrow_mut().push(MISSING_KEY.at(at, message));
        }
        (all.len() > 1).then_some(all)
    }
}

fn is_false(cx: &Context<'_>, value: NodeId) -> bool {
    match &cx.tree.node(cx.tree.resolve(value)).kind {
        Kind::Scalar(s) => scalar::as_bool(s) == Some(false),
        _ => false,
    }
}

/// Reports alternatives that are chosen together. What is in several groups conflicts with all that is chosen of them, which is one mistake.
fn report_conflicts(decoder: &Decoder<'_, '_>, mut conflicts: Vec<(&Group, Vec<(&str, Entry)>)>) {
    while !conflicts.is_empty() {
        let (group, mut all) = conflicts.remove(0);
        let shared = |others: &[(&str, Entry)]| {
            others
                .iter()
                .any(|(name, _)| all.iter().any(|(other, _)| name == other))
        };
        let (also, rest): (Vec<_>, Vec<_>) = conflicts.into_iter().partition(|(_, others)| shared(others));
        conflicts = rest;
        let odd = all.iter().position(|(name, _)| {
            !also.is_empty()
                && also
                    .iter()
                    .all(|(_, others)| others.iter().any(|(other, _)| other == name))
        });
        for (name, entry) in also.into_iter().flat_map(|(_, others)| others) {
            if !all.iter().any(|(other, _)| *other == name) {
                all.push((name, entry));
            }
        }
        report_conflict(decoder, group, all, odd);
    }
}

/// Reports alternatives that are chosen together; `odd` is the one that conflicts with all others, which do not with each other.
fn report_conflict(
    decoder: &Decoder<'_, '_>,
    group: &Group,
    mut all: Vec<(&str, Entry)>,
    odd: Option<usize>,
) {
    let cx = decoder.cx;
    let place = |(_, entry): &(&str, Entry)| cx.tree.span(entry.key);
    let (message, help, first) = match odd.filter(|odd| *odd < all.len()) {
        Some(odd) => {
            let (name, entry) = all.remove(odd);
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            let message = format!("`{name}` conflicts with {}", all_of(&names));
            (
                message,
                format!("keep only `{name}`, or remove it"),
                cx.tree.span(entry.key),
            )
        }
        None => {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            crate::sorted::sort_by_key(&mut all, place);
            let first = all.remove(0);
            let message = format!("{} conflict with each other", all_of(&names));
            (
                message,
                format!("keep only one of {}", one_of(group.members)),
                place(&first),
            )
        }
    };
    let mut places: Vec<Span> = all.iter().map(place).collect();
    crate::sorted::sort(&mut places);
    let finding = CONFLICTING_KEYS.at(first, message);
    let finding = places
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "conflicting key"));
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

    #[test]
    fn what_an_unknown_key_holds_is_not_missed() {
        // By elimination, in the mapping around, in one inside, and by a merge key that is none.
        check(
            r"
certificate: {acme: {email: ops@acme.dev}, dns01: {cloudflare: {apiToken: {env: T}}}}
#                                          ^^^^^ error[unknown-key]: unknown key `dns01`
tailscale: {authKey: {env: K}, tags: {tag: k3s}}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
^^^^^^^^^ warning[tailscale-no-admins]: nobody can reach the machines through the tailnet
#                                     ^^^ error[unknown-key]: unknown key `tag`
cluster:
  autoscaler: {hcloud: {token: {env: T}}}
#              ^^^^^^ error[unknown-key]: unknown key `hcloud`
  nodes:
    - {name: a, type: server, address: 10.2.0.2}
#               ^^^^ error[unknown-key]: unknown key `type`
    - <: {name: b, role: agent, address: 10.2.0.3}
#     ^ error[unknown-key]: unknown key `<`
",
        );
        check(
            r"
authProviders:
  - id: github
    type: GitHub
    host: github.com
    clientId: c
    clientSecret:
    env: SECRET
#   ^^^ error[unknown-key]: unknown key `env`
",
        );
    }

    #[test]
    fn names_from_elsewhere_with_one_reading() {
        check(
            r"
certificate: {provided: {certificate: {file: cert.pem}, tls.key: {file: key.pem}}}
#                        ^^^^^^^^^^^ error[unknown-key]: unknown key `certificate`
#                                     ^^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `certificate.provided.cert`: cannot read file `cert.pem`: no such file
#                                                       ^^^^^^^ error[unknown-key]: unknown key `tls.key`
#                                                                ^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `certificate.provided.key`: cannot read file `key.pem`: no such file
tailscale: {authKey: {server: {env: A}, agents: {env: B}}}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
^^^^^^^^^ warning[tailscale-no-admins]: nobody can reach the machines through the tailnet
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[tailscale-key-expiry]: auth keys expire after 90 days, but pool `a` adds machines later
#                                       ^^^^^^ error[unknown-key]: unknown key `agents`
cluster: {provider: hetzner, pools: [{name: a, autoscale: {minCount: 1, max: 3}}]}
#                                              ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `a`
#                                              ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
#                                                          ^^^^^^^^ error[unknown-key]: unknown key `minCount`
",
        );
    }

    #[test]
    fn what_is_empty_is_said_there() {
        check(
            r"
gitpod: {tracing: {endpoint: }, repository: registry.acme.dev/gitpod}
#                  ^^^^^^^^ error[missing-key]: `endpoint` is empty
tailscale: {use: access, authKey: {env: K}, admins: [ada@acme.dev], expect: [{from: , to: servers, deny: 'tcp:22'}]}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
#                                                                             ^^^^ error[missing-key]: `from` is empty, and `deny` requires it
",
        );
    }

    #[test]
    fn keys_of_an_alternative_are_one_mistake() {
        check(
            r"
cluster:
  provider: azure
#           ^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#           ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
  pools: [{name: a, autoscale: {min: 1, max: 3}}]
#                   ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
  autoscaler: {gcp: {resourceGroup: dev, subscription: 7c9e6679-7425-40de-944b-e07fc1f90ae7}}
#              ^^^ error[unknown-key]: `gcp` has the keys of `azure`
",
        );
    }

    #[test]
    fn a_key_of_several_groups_conflicts_once() {
        check(
            r"
database: {inCluster: true, backup: {s3: {endpoint: s3.acme.dev, region: eu, bucket: backups, accessKeyId: {env: A}, secretAccessKey: {env: B}}}, external: {host: db.acme.dev, username: u, password: {env: P}}}
#                                                                                                                                                 ^^^^^^^^ error[conflicting-keys]: `external` conflicts with `inCluster` and `backup`
",
        );
    }

    #[test]
    fn a_lost_indentation_is_said_at_its_key() {
        check(
            r"
gitpod:
  repository: registry.acme.dev/gitpod
workspace:
^^^^^^^^^ error[unknown-key]: unknown key `workspace`
    timeout: 30m
  openVsxUrl: https://open-vsx.org
",
        );
    }
}
