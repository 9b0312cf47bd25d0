//! The keys of a mapping: which are unknown, missing, exclude each other or need another.

use super::{Context, Decoder};
use crate::diagnostic::stages::{CONFLICTING_KEYS, MISSING_KEY, UNKNOWN_KEY};
use crate::diagnostic::{Diagnostic, Fix};
use crate::model::mask::names_a_secret;
use crate::model::platform;
use crate::model::report::{SMALLEST, all_of, one_of};
use crate::model::shape::{GROUPS, Group, NEEDS, Shape, folded, required};
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId, scalar};
use crate::words::nearest;

/// Keys of k3s and other tools that people bring along, folded, and what they are called here. Those of platforms stand in their folders.
const CALLED_HERE: &[(&str, &str)] = &[
    ("managers", "cluster.servers"),
    ("masters", "cluster.servers"),
    ("workers", "cluster.pools"),
    ("agents", "cluster.pools"),
    ("nodepools", "cluster.pools"),
    ("vpnauth", "tailscale.authKey"),
    ("clustercidr", "cluster.network.pods"),
    ("servicecidr", "cluster.network.services"),
    ("clusterdns", "cluster.network.dns"),
    ("tlssan", "cluster.api.sans"),
    ("joinkey", "tailscale.authKey"),
];

/// Sections of a tailnet's policy, which gkc reads as Tailscale does and so from a file of its own.
const POLICY_SECTIONS: [&str; 6] = [
    "acls",
    "autoapprovers",
    "grants",
    "nodeattrs",
    "tagowners",
    "tests",
];

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
    if names_a_secret(text) {
        decoder.hide(value);
    }
    let finding = UNKNOWN_KEY.at(span, format!("unknown key `{text}`"));
    let same = known.iter().find(|k| folded(k) == folded(text)).copied();
    let called = CALLED_HERE
        .iter()
        .chain(platform::CALLED_HERE)
        .find(|(old, _)| *old == folded(text));
    let homes: Vec<&String> = Shape::get()
        .homes(text)
        .iter()
        .filter(|home| !home.is_empty() || of != "Config")
        .take(MAX_HOMES)
        .collect();
    // A key that is right elsewhere is more likely in the wrong place than misspelt, unless a single letter is off.
    let slip = |near: &&str| homes.is_empty() || strsim::damerau_levenshtein(text, near) <= 1;
    let meant = same.or_else(|| {
        nearest(text, known.iter().copied())
            .filter(|_| called.is_none())
            .filter(slip)
    });
    let finding = match (meant, called) {
        (Some(meant), _) => {
            let finding = finding.help(format!("did you mean `{meant}`?"));
            let title = format!("use `{meant}`");
            match decoder.has_key(meant) {
                // Renaming it would only make a duplicate.
                true => finding,
                false if same.is_some() => finding.fix(Fix::safe(title, span, meant)),
                false => finding.fix(Fix::risky(title, span, meant)),
            }
        }
        (None, Some((_, here))) => finding.help(format!("use `{here}` instead")),
        (None, None) if POLICY_SECTIONS.contains(&folded(text).as_str()) => {
            finding.help("move the policy to its own file and set `tailscale: {policy: tailnet.hujson}`")
        }
        (None, None) if homes.is_empty() => finding.help(known_here(known)),
        (None, None) => {
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
    meant: &'d [&'static str],
    /// Part of the mapping could not be read, so nothing can be said of what is absent.
    damaged: bool,
}

/// Reports required keys that are absent, alternatives that exclude each other, and keys that need another.
pub(super) fn check_keys(decoder: &Decoder<'_, '_>, of: &str, entries: &[Entry], meant: &[&'static str]) {
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
        !self.damaged && !self.meant.contains(&name)
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

/// What to write as the version of the language.
const API_VERSION: &str = "apiVersion: gitpod-k3s/v1";

/// Reports a required key that is there and has no value.
fn report_empty(decoder: &Decoder<'_, '_>, of: &str, name: &str, entry: Entry) {
    let cx = decoder.cx;
    let value = cx.tree.node(cx.tree.resolve(entry.value));
    let at = match &value.kind {
        Kind::Null => cx.tree.span(entry.key),
        Kind::Scalar(scalar) if scalar.text.is_empty() && Shape::get().is_text(of, name) => value.span,
        _ => return,
    };
    let mut finding = MISSING_KEY.at(at, format!("`{name}` is empty"));
    if name == "apiVersion" {
        finding = finding.help(format!("use `{API_VERSION}`"));
        finding = fill(cx, entry).into_iter().fold(finding, Diagnostic::fix);
    } else if let Some(meaning) = meaning(of, name) {
        finding = finding.help(format!("set it to {meaning}"));
    } else {
        finding = finding.help(format!("set `{name}`, or remove it"));
    }
    cx.sink.borrow_mut().push(finding);
}

/// The fix that writes the version where there is none after its key.
fn fill(cx: &Context<'_>, entry: Entry) -> Option<Fix> {
    let value = cx.tree.node(entry.value);
    let version = API_VERSION.rsplit(' ').next()?;
    let gap = match cx.file.text().get(..value.span.range().start)?.ends_with(':') {
        true => " ",
        false => "",
    };
    // After a tag or an anchor it would not be what it stands for.
    let marked = cx
        .file
        .text()
        .get(cx.tree.span(entry.key).range().end..value.span.range().start)?;
    (value.kind == Kind::Null && marked.trim() == ":").then(|| {
        Fix::safe(
            format!("use `{API_VERSION}`"),
            value.span,
            format!("{gap}{version}"),
        )
    })
}

/// Reports a required key at the key that holds the mapping; for an item of a list and for the whole file, at its first key.
fn report_missing(decoder: &Decoder<'_, '_>, entries: &[Entry], of: &str, name: &str) {
    let cx = decoder.cx;
    let inner = decoder.key == decoder.span();
    let at = match entries.first() {
        Some(entry) if inner => cx.tree.span(entry.key),
        _ if inner => Span {
            end: decoder.span().start,
            ..decoder.span()
        },
        _ => decoder.key,
    };
    let mut finding = MISSING_KEY.at(at, format!("missing key `{name}`"));
    finding = match (name, meaning(of, name)) {
        ("apiVersion", _) => finding.help(format!("add `{API_VERSION}` as the first line")),
        (_, None) => finding.help(format!("add `{name}`")),
        (_, Some(meaning)) => finding.help(format!("add `{name}`: {meaning}")),
    };
    if name == "apiVersion" && inner && !entries.is_empty() {
        finding = first_line(cx, at).into_iter().fold(finding, Diagnostic::fix);
    }
    cx.sink.borrow_mut().push(finding);
}

/// The fix that adds the version before the first key and the comments that belong to it. None where that key does not begin a line:
/// in braces, or indented.
fn first_line(cx: &Context<'_>, key: Span) -> Option<Fix> {
    const BOM: char = '\u{feff}';
    let text = cx.file.text();
    let before = text.get(..key.range().start)?;
    if !before.trim_end_matches(BOM).is_empty() && !before.ends_with('\n') {
        return None;
    }
    let is_comment = |line: &&str| line.trim_start_matches(BOM).starts_with('#');
    let comments = before.split_inclusive('\n').rev().take_while(is_comment);
    let at = before.len() - comments.map(str::len).sum::<usize>();
    let at = at
        + text
            .get(at..)
            .filter(|rest| rest.starts_with(BOM))
            .map_or(0, |_| BOM.len_utf8());
    let line_break = match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let place = cx.file.span(at..at);
    Some(Fix::safe(
        format!("add `{API_VERSION}`"),
        place,
        format!("{API_VERSION}{line_break}"),
    ))
}

/// What a key means, to follow a verb.
fn meaning(of: &str, name: &str) -> Option<String> {
    let doc = Shape::get().doc(of, name);
    (!doc.is_empty()).then(|| lower_first(doc))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        // An acronym keeps its capitals.
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
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
    use crate::diagnostic::apply;
    use crate::source::{FileId, SourceFile};
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
    fn a_key_without_a_value_is_said_at_the_key() {
        check(
            r"
database:
  external:
    host:
#   ^^^^ error[missing-key]: `host` is empty
    username: ~
#   ^^^^^^^^ error[missing-key]: `username` is empty
    password: {env: P}
",
        );
        check(
            r"
apiVersion:
^^^^^^^^^^ error[missing-key]: `apiVersion` is empty
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: the first visitor of `gitpod.acme.dev` becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
    }

    #[test]
    fn the_version_is_written_once() {
        for (before, after) in [
            (
                "apiVersion:\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1\nplatform: none\n",
            ),
            (
                "apiVersion: # which?\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1 # which?\nplatform: none\n",
            ),
            (
                "apiVersion: ~\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1\nplatform: none\n",
            ),
            (
                "{apiVersion: , platform: none}\n",
                "{apiVersion: gitpod-k3s/v1 , platform: none}\n",
            ),
            (
                "# head\n\n# gkc: ignore[no-authorized-keys]\nplatform: none\n",
                "# head\n\napiVersion: gitpod-k3s/v1\n# gkc: ignore[no-authorized-keys]\nplatform: none\n",
            ),
            (
                "\u{feff}# ours\nplatform: none\n",
                "\u{feff}apiVersion: gitpod-k3s/v1\n# ours\nplatform: none\n",
            ),
            (
                "platform: none\r\n",
                "apiVersion: gitpod-k3s/v1\r\nplatform: none\r\n",
            ),
        ] {
            assert_eq!(first_fix(before).as_deref(), Some(after));
        }
        for text in ["{platform: none}\n", "  platform: none\n"] {
            assert_eq!(first_fix(text), None, "{text}");
        }
    }

    /// What the first fix of a finding about the version makes of a text that is not completed.
    fn first_fix(text: &str) -> Option<String> {
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        let found = crate::check(&file, &TestInputs::default()).diagnostics;
        let finding = found
            .iter()
            .find(|found| found.message.contains("apiVersion"))
            .unwrap();
        let fix = finding.fixes.first()?;
        Some(apply(FileId::CONFIG, text, [fix]).0)
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
    fn what_is_needed_has_to_say_something() {
        let (_, found) = findings(
            "cluster: {autoscaler: {hetzner: {token: {env: T}, network: n, firewall: \"\"}}}\ncloudInit: {files: [{path: /x, content: \"\"}]}\n",
            &TestInputs::default(),
        );
        let found: Vec<&str> = found
            .iter()
            .filter(|d| d.rule == "missing-key")
            .map(|d| d.message.as_str())
            .collect();
        assert_eq!(found, ["`firewall` is empty"]);
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
