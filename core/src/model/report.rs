//! The words of the findings that decoding makes: unknown, missing and conflicting keys, wrong forms.

use super::decode::{Context, Decoder};
use super::shape::{GROUPS, Group, NEEDS, folded};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::syntax::{Kind, NodeId, Scalar, Style, scalar};

/// Values longer than this are cut in messages; the label shows where the rest is.
const SHOWN_CHARS: usize = 60;

/// Keys of the Gitpod Installer, of KOTS and of k3s that people bring along, and what they are called here.
const CALLED_HERE: &[(&str, &str)] = &[
    ("containerregistry", "registry"),
    ("objectstorage", "storage"),
    ("cloudsql", "database.cloudSql"),
    ("passlist", "domain_passlist"),
    ("managers", "cluster.servers"),
    ("masters", "cluster.servers"),
    ("workers", "cluster.pools"),
    ("agents", "cluster.pools"),
    ("nodepools", "cluster.pools"),
    ("openvsx", "gitpod.openVsxUrl"),
    ("sshgatewayhostkey", "ssh.workspaceGateway.hostKey"),
    ("vpnauth", "tailscale.authKey"),
    ("clustercidr", "cluster.network.pods"),
    ("servicecidr", "cluster.network.services"),
    ("clusterdns", "cluster.network.dns"),
    ("tlssan", "cluster.api.sans"),
    ("customcacert", "certificate.customCa"),
    ("joinkey", "tailscale.authKey"),
];

/// A scalar for a message, in back quotes and not too long.
pub(super) fn quoted(scalar: &Scalar<'_>) -> String {
    let mut text: String = scalar.text.chars().take(SHOWN_CHARS).collect();
    if text.len() < scalar.text.len() {
        text.push('…');
    }
    let text = text.replace('\n', "⏎");
    match scalar.style {
        Style::Plain => format!("`{text}`"),
        _ => format!("`\"{text}\"`"),
    }
}

/// "`a`, `b` or `c`".
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// "`a`, `b` and `c`".
fn all_of(words: &[&str]) -> String {
    let text = one_of(words);
    match text.rsplit_once(" or ") {
        Some((rest, last)) => format!("{rest} and {last}"),
        None => text,
    }
}

/// The known name nearest to what was written, where it is near enough to be a slip.
pub fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&written, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
        .min()
        .map(|(_, name)| name)
}

/// True for keys whose values are secrets by their name, in sections that are handed through untyped and in lines that
/// could not be read.
pub fn names_a_secret(key: &str) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "secret",
        "token",
        "credential",
        "privatekey",
        "accesskey",
        "authkey",
        "joinkey",
        "apikey",
        "vpnauth",
        "datastoreendpoint",
        "material",
        "hostkey",
        "dockerconfig",
        "identitytoken",
        "cacert",
        "customca",
        "serviceaccount",
    ];
    const EXACT: &[&str] = &["auth", "key", "cert", "authorization"];
    let key = folded(key.trim().trim_matches(['"', '\'']));
    WORDS.iter().any(|word| key.contains(word)) || EXACT.contains(&key.as_str())
}

/// True for a scalar that holds a secret's key with its value: the colon between them, or the space after it, is missing.
pub(super) fn swallows_a_secret(text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let mut words = text.split(|c| !word(c)).filter(|part| !part.is_empty());
    text.contains(|c| !word(c)) && words.any(names_a_secret)
}

pub(super) fn empty_document(cx: &Context<'_>) {
    if !cx.tree.damaged().is_empty() {
        return;
    }
    let span = cx.file.span(0..0);
    let help = "the smallest configuration is `apiVersion: gitpod-k3s/v1` and `domain: gitpod.acme.dev`";
    cx.sink
        .borrow_mut()
        .push(Diagnostic::error("missing-key", span, "the file holds no configuration").help(help));
}

pub(super) fn not_bindable(span: Span, secret: bool) -> Diagnostic {
    let finding = Diagnostic::error("invalid-value", span, "`${` has no meaning in this key");
    match secret {
        true => finding.help("write `{terraform: expression}` for a secret that Terraform knows, `$${` for a literal `${`"),
        false => finding.help("write `$${` for a literal `${`").note(
            "values from Terraform can be used for secrets, hosts, users, URLs, addresses and names that a provider makes",
        ),
    }
}

pub(super) fn unknown_word(span: Span, key: &str, text: &str, variants: &[&str]) -> Diagnostic {
    let finding = Diagnostic::error(
        "invalid-value",
        span,
        format!("`{text}` is not a known `{}`", key.trim()),
    );
    let finding = finding.help(format!("write {}", one_of(variants)));
    let Some(near) = nearest(text, variants.iter().copied()) else {
        return finding;
    };
    let safe = folded(near) == folded(text);
    let title = format!("write `{near}`");
    let fix = if safe {
        Fix::safe(title, span, near)
    } else {
        Fix::risky(title, span, near)
    };
    finding
        .help(format!("did you mean `{near}`? Known are {}", all_of(variants)))
        .fix(fix)
}

/// What to write for a form of a secret.
pub(super) fn form_help(form: &str) -> &'static str {
    match form {
        "env" => "write the name of a variable: `{env: GITPOD_DB_PASSWORD}`",
        "file" => "write a path relative to this file: `{file: tls.key}`",
        _ => "write a Terraform expression: `{terraform: random_password.db.result}`",
    }
}

pub(super) fn unknown_form(span: Span, text: &str, forms: &[&str]) -> Diagnostic {
    let known: Vec<String> = forms.iter().map(|f| format!("{{{f}: …}}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let finding = Diagnostic::error(
        "unknown-key",
        span,
        format!("`{text}` is no form that a value can have here"),
    );
    match nearest(text, forms.iter().copied()) {
        Some(near) => finding
            .help(format!("did you mean `{near}`? Write {}", one_of(&known)))
            .fix(Fix::risky(format!("write `{near}`"), span, near)),
        None => finding.help(format!("write {}", one_of(&known))),
    }
}

pub(super) fn two_forms(decoder: &Decoder<'_, '_>, keys: impl Iterator<Item = NodeId>) -> Diagnostic {
    let spans: Vec<Span> = keys.map(|key| decoder.cx.tree.node(key).span).collect();
    let (first, rest) = match spans.split_first() {
        Some((first, rest)) => (*first, rest),
        None => (decoder.span(), &[][..]),
    };
    let finding = Diagnostic::error("conflicting-keys", first, "a value comes from one place only");
    rest.iter()
        .fold(finding, |finding, span| finding.and(*span, "and from here"))
        .help("keep one of them")
}

pub(super) fn no_form(span: Span, forms: &[&str]) -> Diagnostic {
    let keys = one_of(forms);
    Diagnostic::error(
        "missing-key",
        span,
        format!("this mapping says nothing: it needs {keys}"),
    )
}

/// Marks every scalar below `id` as a secret: it stands where one belongs, in a form that was not understood.
pub(super) fn hide(decoder: &Decoder<'_, '_>, id: NodeId) {
    decoder
        .cx
        .notes
        .borrow_mut()
        .sensitive
        .push(decoder.cx.tree.node(id).span);
}

/// Reports a key that the mapping does not have. Returns the key that is meant, where it is clear.
pub(super) fn unknown_key<'k>(
    decoder: &Decoder<'_, '_>,
    of: &str,
    known: &[&'k str],
    key: NodeId,
    value: NodeId,
    text: &str,
) -> Option<&'k str> {
    let cx = decoder.cx;
    let span = cx.tree.node(key).span;
    if names_a_secret(text) {
        hide(decoder, value);
    }
    let finding = Diagnostic::error("unknown-key", span, format!("unknown key `{text}`"));
    let same = known.iter().find(|k| folded(k) == folded(text)).copied();
    let called = CALLED_HERE.iter().find(|(old, _)| *old == folded(text));
    let homes = cx
        .shape
        .homes(text)
        .iter()
        .filter(|home| !home.is_empty() || of != "Config");
    let homes: Vec<String> = homes.take(MAX_HOMES).map(|home| place(home)).collect();
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
            let title = format!("write `{meant}`");
            match decoder.has_key(meant) {
                // Renaming it would only make a duplicate.
                true => finding,
                false if same.is_some() => finding.fix(Fix::safe(title, span, meant)),
                false => finding.fix(Fix::risky(title, span, meant)),
            }
        }
        (None, Some((_, here))) => finding.help(format!("here it is called `{here}`")),
        (None, None) if !homes.is_empty() => {
            finding.help(format!("`{text}` belongs under {}", homes.join(" or ")))
        }
        (None, None) => finding.help(format!("known here are {}", all_of(known))),
    };
    cx.sink.borrow_mut().push(finding);
    meant
}

/// A key can stand in many mappings; the first few are enough of a hint.
const MAX_HOMES: usize = 3;

fn place(home: &str) -> String {
    if home.is_empty() {
        "the top level".to_owned()
    } else {
        format!("`{home}`")
    }
}

/// The keys of a mapping while it is looked at as a whole.
struct Keys<'d, 'a, 'c> {
    decoder: &'d Decoder<'a, 'c>,
    entries: &'d [(NodeId, NodeId)],
    /// Keys that were meant by misspelt ones.
    meant: &'d [&'static str],
    /// Part of the mapping could not be read, so nothing can be said of what is absent.
    damaged: bool,
}

/// Reports required keys that are absent, alternatives that exclude each other, and keys that need another.
pub(super) fn check_keys(
    decoder: &Decoder<'_, '_>,
    of: &str,
    entries: &[(NodeId, NodeId)],
    meant: &[&'static str],
) {
    let Some(shape) = decoder.cx.shape.of(of) else {
        return;
    };
    let damaged = decoder.cx.tree.touches_damage(decoder.span());
    let keys = Keys {
        decoder,
        entries,
        meant,
        damaged,
    };
    for name in shape
        .required
        .iter()
        .filter(|name| keys.written(name).is_none() && keys.can_tell(name))
    {
        let doc = shape.docs.get(name).map_or("", String::as_str);
        report_missing(decoder, entries, name, doc);
    }
    for group in GROUPS.iter().filter(|group| group.of == of) {
        keys.check_group(group);
    }
    for (_, key, other) in NEEDS.iter().filter(|(owner, ..)| *owner == of) {
        if let (Some((at, _)), None, true) = (keys.chosen(key), keys.chosen(other), keys.can_tell(other)) {
            let message = format!("`{key}` needs `{other}` beside it");
            let finding = Diagnostic::error("missing-key", decoder.cx.tree.node(at).span, message);
            decoder
                .cx
                .sink
                .borrow_mut()
                .push(finding.help(format!("add `{other}`")));
        }
    }
}

impl Keys<'_, '_, '_> {
    /// The entry of a key; none where it is absent or null.
    fn written(&self, name: &str) -> Option<(NodeId, NodeId)> {
        let tree = self.decoder.cx.tree;
        let entry = self
            .entries
            .iter()
            .find(|(key, _)| tree.key_text(*key) == Some(name))?;
        (!matches!(tree.kind(entry.1), Kind::Null)).then_some(*entry)
    }

    /// The same, where it is not `false` either.
    fn chosen(&self, name: &str) -> Option<(NodeId, NodeId)> {
        self.written(name)
            .filter(|(_, value)| !is_false(self.decoder.cx, *value))
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
            .filter(|(_, value)| is_false(cx, *value));
        let none = all.is_empty() && group.members.iter().all(|member| self.can_tell(member));
        if none && (group.required || off.is_some()) {
            let at = off.map_or(self.decoder.key, |(key, _)| cx.tree.node(key).span);
            let others = group
                .members
                .iter()
                .filter(|m| off.is_none() || Some(**m) != group.switch);
            let others: Vec<&str> = others.copied().collect();
            let message = format!("nothing is chosen: one of {} is needed", one_of(&others));
            cx.sink
                .borrow_mut()
                .push(Diagnostic::error("missing-key", at, message));
        }
    }
}

fn is_false(cx: &Context<'_>, value: NodeId) -> bool {
    match &cx.tree.node(cx.tree.resolve(value)).kind {
        Kind::Scalar(s) => scalar::as_bool(s) == Some(false),
        _ => false,
    }
}

/// At the key that holds the mapping; for an item of a list and for the whole file, at its first key.
fn report_missing(decoder: &Decoder<'_, '_>, entries: &[(NodeId, NodeId)], name: &str, doc: &str) {
    let cx = decoder.cx;
    let inner = decoder.key == decoder.span();
    let at = match entries.first() {
        Some((key, _)) if inner => cx.tree.node(*key).span,
        _ if inner => Span {
            end: decoder.span().start,
            ..decoder.span()
        },
        _ => decoder.key,
    };
    let mut finding = Diagnostic::error("missing-key", at, format!("missing key `{name}`"));
    finding = match name {
        "apiVersion" => finding.help("start the file with `apiVersion: gitpod-k3s/v1`"),
        _ if doc.is_empty() => finding.help(format!("add `{name}`")),
        _ => finding.help(format!("add `{name}`: {}", lower_first(doc))),
    };
    if name == "apiVersion" && inner && !entries.is_empty() {
        let edit = Edit {
            span: Span { end: at.start, ..at },
            text: "apiVersion: gitpod-k3s/v1\n".into(),
        };
        let title = "add `apiVersion: gitpod-k3s/v1`".to_owned();
        finding = finding.fix(Fix {
            title,
            applicability: Applicability::Safe,
            edits: vec![edit],
        });
    }
    cx.sink.borrow_mut().push(finding);
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

fn report_conflict(decoder: &Decoder<'_, '_>, group: &Group, all: &[(&str, (NodeId, NodeId))]) {
    let cx = decoder.cx;
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let mut places: Vec<Span> = all.iter().map(|(_, (key, _))| cx.tree.node(*key).span).collect();
    places.sort();
    let Some((first, rest)) = places.split_first() else {
        return;
    };
    let message = format!("{} exclude each other", all_of(&names));
    let finding = Diagnostic::error("conflicting-keys", *first, message);
    let finding = rest
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "this one too"));
    let help = format!("keep one of {}", one_of(group.members));
    cx.sink.borrow_mut().push(finding.help(help));
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn a_misspelt_key_is_one_mistake_and_not_two() {
        let text = "database:\n  external: {host: db.acme.dev, usrname: gitpod, password: {env: P}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let rules: Vec<_> = found
            .iter()
            .map(|d| d.rule)
            .filter(|r| r.ends_with("-key"))
            .collect();
        assert_eq!(rules, ["unknown-key"]);
    }

    #[test]
    fn a_key_in_the_wrong_mapping_says_where_it_belongs() {
        let (_, found) = findings("cluster: {dns: 10.43.0.10}\n", &TestInputs::default());
        let help = found
            .iter()
            .find(|d| d.rule == "unknown-key")
            .and_then(|d| d.help.clone());
        assert_eq!(help.as_deref(), Some("`dns` belongs under `cluster.network`"));
    }

    #[test]
    fn keys_of_the_installer_say_what_they_are_called_here() {
        let (_, found) = findings("containerRegistry: {inCluster: true}\n", &TestInputs::default());
        let help = found
            .iter()
            .find(|d| d.rule == "unknown-key")
            .and_then(|d| d.help.clone());
        assert_eq!(help.as_deref(), Some("here it is called `registry`"));
    }

    #[test]
    fn alternatives_are_all_pointed_at() {
        check(
            "conflicting-keys",
            "
database:
  inCluster: true
# ^^^^^^^^^ error: `inCluster` and `external` exclude each other
  external: {host: db.acme.dev, username: u, password: {env: P}}
",
        );
    }

    #[test]
    fn a_choice_that_is_turned_off_needs_another() {
        check(
            "missing-key",
            "
storage:
  inCluster: false
# ^^^^^^^^^ error: Nothing is chosen: one of `s3` or `gcs` is needed
",
        );
    }

    #[test]
    fn spelling_of_case_is_mended_without_asking() {
        check_fix("unknown-key", "blocknewusers: false\n", "blockNewUsers: false\n");
    }

    #[test]
    fn every_mistake_of_a_file_is_told_at_once() {
        let text = "platform: gitpot\nssh: {port: many}\ncluster: {size: [small]}\nk3s: {foo: 1}\nstorage: {s3: {}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let count = |rule: &str| found.iter().filter(|d| d.rule == rule).count();
        assert_eq!(
            (
                count("invalid-value"),
                count("wrong-type"),
                count("unknown-key"),
                count("missing-key")
            ),
            (1, 2, 1, 5)
        );
    }

    #[test]
    fn an_empty_item_of_a_list_is_pointed_at() {
        check(
            "wrong-type",
            "
domain_passlist: [acme.dev, ~]
#                           ^ error: An item of this list is empty
",
        );
    }
}
