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
        .help(format!("did you mean `{near}`? Known are {}", one_of(variants)))
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

pub(super) fn unknown_key(
    decoder: &Decoder<'_, '_>,
    of: &str,
    known: &[&str],
    key: NodeId,
    value: NodeId,
    text: &str,
) {
    let cx = decoder.cx;
    let span = cx.tree.node(key).span;
    if names_a_secret(text) {
        hide(decoder, value);
    }
    let finding = Diagnostic::error("unknown-key", span, format!("unknown key `{text}`"));
    let same = known.iter().find(|k| folded(k) == folded(text));
    let homes: Vec<&String> = cx
        .shape
        .homes(text)
        .iter()
        .filter(|home| !home.is_empty() || of != "Config")
        .collect();
    let finding = if let Some(near) = same {
        finding
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::safe(format!("write `{near}`"), span, *near))
    } else if let Some((_, here)) = CALLED_HERE.iter().find(|(old, _)| *old == folded(text)) {
        finding.help(format!("here it is called `{here}`"))
    } else if let Some(near) = nearest(text, known.iter().copied()) {
        finding
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::risky(format!("write `{near}`"), span, near))
    } else if let [home, ..] = homes.as_slice() {
        let place = |home: &str| {
            if home.is_empty() {
                "the top level".to_owned()
            } else {
                format!("`{home}`")
            }
        };
        let places: Vec<String> = homes.iter().take(3).map(|home| place(home)).collect();
        let _ = home;
        finding.help(format!("`{text}` belongs under {}", places.join(" or ")))
    } else {
        finding.help(format!(
            "known here are {}",
            one_of(known).replace(" or ", " and ")
        ))
    };
    cx.sink.borrow_mut().push(finding);
}

/// Reports required keys that are absent, alternatives that exclude each other, and keys that need another.
pub(super) fn check_keys(decoder: &Decoder<'_, '_>, of: &str, entries: &[(NodeId, NodeId)]) {
    let cx = decoder.cx;
    let Some(shape) = cx.shape.of(of) else { return };
    let written = |name: &str| {
        let key_is = |key: NodeId| matches!(&cx.tree.node(cx.tree.resolve(key)).kind, Kind::Scalar(s) if s.text == name);
        let entry = entries.iter().find(|(key, _)| key_is(*key))?;
        let null = matches!(cx.tree.node(cx.tree.resolve(entry.1)).kind, Kind::Null);
        (!null).then_some(*entry)
    };
    let chosen = |name: &str| written(name).filter(|(_, value)| !is_false(cx, *value));
    let damaged = cx.tree.touches_damage(decoder.span());
    for name in shape
        .required
        .iter()
        .filter(|name| written(name).is_none() && !damaged)
    {
        let doc = shape.docs.get(name).map_or("", String::as_str);
        report_missing(decoder, entries, name, doc);
    }
    for group in GROUPS.iter().filter(|group| group.of == of) {
        let all: Vec<_> = group
            .members
            .iter()
            .filter_map(|m| chosen(m).map(|entry| (*m, entry)))
            .collect();
        if all.len() > 1 {
            report_conflict(decoder, group, &all);
        }
        let off = group
            .switch
            .and_then(|switch| written(switch))
            .filter(|(_, value)| is_false(cx, *value));
        if all.is_empty() && !damaged && (group.required || off.is_some()) {
            let at = off.map_or(decoder.key, |(key, _)| cx.tree.node(key).span);
            let members: Vec<&str> = group
                .members
                .iter()
                .filter(|m| off.is_none() || Some(**m) != group.switch)
                .copied()
                .collect();
            let message = format!("nothing is chosen: one of {} is needed", one_of(&members));
            cx.sink
                .borrow_mut()
                .push(Diagnostic::error("missing-key", at, message));
        }
    }
    for (_, key, other) in NEEDS.iter().filter(|(owner, ..)| *owner == of) {
        if let (Some((at, _)), None, false) = (chosen(key), chosen(other), damaged) {
            let message = format!("`{key}` needs `{other}` beside it");
            let finding = Diagnostic::error("missing-key", cx.tree.node(at).span, message);
            cx.sink.borrow_mut().push(finding.help(format!("add `{other}`")));
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
    let message = format!("{} exclude each other", one_of(&names).replace(" or ", " and "));
    let finding = Diagnostic::error("conflicting-keys", *first, message);
    let finding = rest
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "this one too"));
    let help = format!("keep one of {}", one_of(group.members));
    cx.sink.borrow_mut().push(finding.help(help));
}
