//! What can be typed at a place: keys that the mapping does not have yet, the words that a value takes, and names.

use super::context::{Context, context, is_value_word, is_word, place};
use super::draft::Draft;
use super::effective::{machine, role_of};
use super::form::Form;
use super::names::{NameKind, Names};
use super::outline::{Step, shown};
use super::policy;
use crate::acl::PARTIES;
use crate::facts::k3s::{COMPONENTS, key as k3s_key};
use crate::facts::k3s_flags::program_of;
use crate::facts::k3s_keys::{KEYS, Key, ValueType};
use crate::facts::releases::K3S;
use crate::facts::tailscale::UP_FLAGS;
use crate::facts::{locations, machine_types, platforms, timezones};
use crate::model::{ITEMS, PULL_SECRETS, SchemaPlace, TRACING_SECRET};
use crate::plan::{Plan, SecretSource};
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

/// Something that can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The key, the word or the name.
    pub label: String,
    /// What it means, in Markdown.
    pub docs: Option<String>,
    /// The word so far, which it replaces.
    pub span: Span,
    /// What to write. Lines behind the first are indented as the place wants it.
    pub text: String,
    /// The same with what is needed below it, for editors that fill in `${1}`, `${2}` and so on.
    pub snippet: String,
    /// What it is.
    pub kind: CompletionKind,
}

impl Completion {
    /// Changes what to write, holes or not.
    fn change(&mut self, change: impl Fn(&str) -> String) {
        self.text = change(&self.text);
        self.snippet = change(&self.snippet);
    }
}

/// What can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of the language.
    Key,
    /// A word of the language, or of what it is compiled to.
    Word,
    /// A name that is given elsewhere.
    Name,
}

/// What can be typed at a byte of a configuration, broken or not, or of its policy. Keys come in the order of the documentation.
/// `variables` are names that the value of a secret can have.
pub fn completions(draft: &Draft, variables: &[String], file: FileId, offset: usize) -> Vec<Completion> {
    if file != FileId::CONFIG {
        return in_policy(draft, file, offset);
    }
    let context = context(draft.file(), offset);
    let aliases = aliases(draft, offset);
    let Some(context) = context.filter(|context| aliases.is_empty() || context.quote.is_some()) else {
        return aliases;
    };
    let span = draft.file().span(context.word.clone());
    let mut found = match context.is_value || context.quote.is_some() {
        true => Vec::new(),
        false => keys(draft, &context, span),
    };
    let is_item = context.path.last() == Some(&Step::Item);
    if context.is_value || is_item {
        found.extend(values(draft, variables, &context.path, span));
    }
    if place(&context.path).is_list() && context.quote.is_none() {
        found.extend(first_items(draft, variables, &context, span));
    }
    if !context.is_value && context.quote.is_none() {
        found.extend(passthrough(draft, &context, span));
        found.extend(variables_of_server(&context, span));
    }
    found.retain(|found| match found.kind {
        CompletionKind::Key => true,
        // In quotes it would be a text.
        _ if context.quote.is_some() && matches!(found.label.as_str(), "true" | "false") => false,
        _ => !context.items.contains(&found.label),
    });
    let text = draft.file().text();
    found
        .into_iter()
        .filter_map(|found| fitted(found, &context, text))
        .collect()
}

/// The first item of a list that has none: behind its key in brackets, or with a dash.
fn first_items(draft: &Draft, variables: &[String], context: &Context, span: Span) -> Vec<Completion> {
    let mut path = context.path.clone();
    path.push(Step::Item);
    let item = place(&path);
    if item.is_map() {
        if context.in_brackets {
            return Vec::new();
        }
        // Behind the key it begins in the next line, further in than the key.
        let (column, before) = match context.is_value {
            true => (
                context.column + 2,
                format!("\n{}", " ".repeat(context.column + 2)),
            ),
            false => (context.column, String::new()),
        };
        let mut keys = item.required();
        keys.retain(|key| !context.below.iter().any(|below| below == key));
        if keys.is_empty() && !context.below.is_empty() {
            return Vec::new();
        }
        let of_item = |snippet| {
            let mut form = Form::new(snippet, false);
            let fields = form.fields_of(&item, keys.clone(), column + 2, 0);
            // Without holes there would be no first key in front of those below.
            match (fields.as_str(), keys.first()) {
                ("", Some(first)) if !context.below.is_empty() => format!("{before}- {first}: "),
                _ => format!("{before}- {fields}"),
            }
        };
        return vec![Completion {
            label: format!("- {}", keys.first().unwrap_or(&"")).trim_end().to_owned(),
            text: of_item(false),
            snippet: of_item(true),
            ..word("", None, span)
        }];
    }
    // A word by itself is offered where the key takes one.
    if let [parents @ .., Step::Key(key)] = context.path.as_slice()
        && context.is_value
        && place(parents).takes_scalar(key)
    {
        return Vec::new();
    }
    let mut found = values(draft, variables, &path, span);
    for found in &mut found {
        found.change(|text| match context.is_value {
            true => format!("[{text}]"),
            false => format!("- {text}"),
        });
    }
    found
}

/// A completion as it fits between what stands around it: it replaces the rest of the word, and writes no colon, comma or blank that is
/// there, and those that are not.
fn fitted(mut found: Completion, context: &Context, text: &str) -> Option<Completion> {
    let (before, behind) = (text.get(..context.word.start)?, text.get(context.word.end..)?);
    let is_key = found.kind == CompletionKind::Key;
    let is_part = if is_key { is_word } else { is_value_word };
    let mut rest = behind.len() - behind.trim_start_matches(is_part).len();
    // The colon of a key is none of its word.
    if behind.get(..rest)?.ends_with(':') {
        rest -= 1;
    }
    if !is_key {
        rest = whole_value(context, behind, rest)?;
    }
    if let Some(quote) = context.quote.filter(|quote| !behind[rest..].starts_with(*quote)) {
        found.change(|text| format!("{text}{quote}"));
    }
    if is_key && context.is_item {
        found.change(|text| format!("{{{text}}}"));
    }
    match (is_key, context.word.is_empty() && rest > 0) {
        // In front of another key.
        (true, true) if context.in_brackets => {
            found.change(|text| format!("{text}, "));
            return Some(found);
        }
        (true, true) => return None,
        _ => found.span.end += u32::try_from(rest).ok()?,
    }
    if is_key && behind.get(rest..)?.trim_start_matches(' ').starts_with(':') {
        let label = found.label.clone();
        found.change(|_| label.clone());
    }
    if found.text.starts_with('\n') {
        let blanks = before.len() - before.trim_end_matches(' ').len();
        found.span.start -= u32::try_from(blanks).ok()?;
    } else if context.is_value && context.word.is_empty() && before.ends_with(':') {
        found.change(|text| format!(" {text}"));
    }
    Some(found)
}

/// How much of what stands behind the cursor a value replaces: `rest`, and a value in front of which the cursor stands apart. `None` where more
/// is behind it, with which it would become another value.
fn whole_value(context: &Context, behind: &str, rest: usize) -> Option<usize> {
    let ends = |at: usize| {
        let line = behind.get(at..)?.lines().next().unwrap_or("");
        let line = context
            .quote
            .and_then(|quote| line.strip_prefix(quote))
            .unwrap_or(line);
        let next = line.trim_start().chars().next();
        let is_over = match next {
            None => true,
            Some('#') => line.starts_with([' ', '\t']),
            Some(next) => context.in_brackets && matches!(next, ',' | ']' | '}'),
        };
        is_over.then_some(at)
    };
    let other = || {
        let word = behind.trim_start_matches(' ').trim_start_matches(is_value_word);
        let is_free = rest == 0 && context.word.is_empty() && context.quote.is_none();
        is_free.then_some(behind.len() - word.len())
    };
    ends(rest).or_else(|| ends(other()?))
}

fn in_policy(draft: &Draft, file: FileId, offset: usize) -> Vec<Completion> {
    let file = draft.analysis.files.get(file);
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    let Some(found) = file.and_then(|file| policy::words(draft, file, offset)) else {
        return Vec::new();
    };
    let (before, behind) = found.around;
    let completion = |typed: policy::Word| {
        let mut completion = match typed.is_name {
            true => name(&typed.text, found.span),
            false => word(&typed.text, None, found.span),
        };
        completion.change(|text| format!("{before}{text}{behind}"));
        if let Some(form) = typed.form {
            // The value is in front of the comma that follows it.
            let value = |form: &str, text: &str| match text.strip_suffix(',') {
                Some(key) => format!("{key}: {form},"),
                None => format!("{text}: {form}"),
            };
            completion.text = value(form, &completion.text);
            completion.snippet = value(&with_hole(form), &completion.snippet);
        }
        completion
    };
    found.words.into_iter().map(completion).collect()
}

/// The form of a value with a hole in its brackets or quotes.
fn with_hole(form: &str) -> String {
    match form.split_at_checked(1) {
        Some((open, close)) if close.len() == 1 => format!("{open}${{1}}{close}"),
        _ => form.to_owned(),
    }
}

/// The keys that a mapping does not have yet.
fn keys(draft: &Draft, context: &Context, span: Span) -> Vec<Completion> {
    let place = place(&context.path).with(&context.siblings);
    let path: Vec<&str> = context.path.iter().map(step).collect();
    // Where none is written, any may be meant.
    let config = draft.analysis.model.config.as_ref();
    let platform = config.and_then(|config| config.platform.get().copied());
    let is_read = |key: &&str| platform.is_none_or(|platform| platform.reads(&[&path[..], &[*key]].concat()));
    let keys = place.keys().into_iter().filter(is_read);
    let is_there = |key: &str| context.siblings.iter().any(|sibling| sibling == key);
    let fits = |key: &&str| !is_there(key) && !place.others_of(key).any(is_there);
    keys.filter(fits)
        .map(|key| Completion {
            label: key.to_owned(),
            docs: place.describe(key),
            span,
            text: with_value(&place, key, context, false),
            snippet: with_value(&place, key, context, true),
            kind: CompletionKind::Key,
        })
        .collect()
}

/// A step as the tables of keys have it.
fn step(step: &Step) -> &str {
    match step {
        Step::Key(key) => key,
        Step::Item => ITEMS,
    }
}

/// A key with the form of its value: in a snippet with the keys that the value needs.
fn with_value(place: &SchemaPlace, key: &str, context: &Context, snippet: bool) -> String {
    let mut form = Form::new(snippet, context.in_brackets);
    format!("{key}:{}", form.value(place, key, context.column + 2, 0))
}

fn word(label: &str, docs: Option<&str>, span: Span) -> Completion {
    Completion {
        label: label.to_owned(),
        docs: docs.map(str::to_owned),
        span,
        text: label.to_owned(),
        snippet: escaped(label),
        kind: CompletionKind::Word,
    }
}

fn name(label: &str, span: Span) -> Completion {
    Completion {
        kind: CompletionKind::Name,
        ..word(label, None, span)
    }
}

/// A text as snippets have it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// The words and names that a value takes.
fn values(draft: &Draft, variables: &[String], path: &[Step], span: Span) -> Vec<Completion> {
    let words = match path {
        [parents @ .., Step::Key(key)] => place(parents).words(key),
        [parents @ .., Step::Key(key), Step::Item] => place(parents).item_words(key),
        _ => Vec::new(),
    };
    let mut found: Vec<Completion> = words
        .into_iter()
        .map(|(label, meaning)| word(label, meaning, span))
        .collect();
    let plan = draft.analysis.planned.as_ref().map(|planned| &planned.plan);
    let names = names(draft, plan, variables, path);
    found.extend(names.iter().map(|label| name(label, span)));
    let facts = facts(plan, path);
    found.extend(
        facts
            .iter()
            .map(|(label, docs)| word(label, docs.as_deref(), span)),
    );
    found
}

/// Names that are given elsewhere and can be used at a place.
fn names(draft: &Draft, plan: Option<&Plan>, variables: &[String], path: &[Step]) -> BTreeSet<String> {
    let given = |kinds: &[NameKind]| -> BTreeSet<String> {
        let names = Names::of(draft);
        let given = names
            .iter()
            .filter(|name| name.is_given && kinds.contains(&name.kind));
        crate::sorted::set(given.map(|name| name.text.clone()))
    };
    if let [Step::Key(section), Step::Key(list), Step::Item] = path
        && PULL_SECRETS.contains(&[section.as_str(), list])
    {
        return given(&[NameKind::Secret]);
    }
    let place = shown(path);
    if place == TRACING_SECRET.join(".") {
        return given(&[NameKind::Secret]);
    }
    match place.as_str() {
        "tailscale.admins[]" => given(&[NameKind::Group]),
        "tailscale.expect[].from" | "tailscale.expect[].to" | "tailscale.expect[].only[]" => {
            let mut names = given(&[NameKind::Group, NameKind::Tag, NameKind::Host, NameKind::IpSet]);
            names.extend(PARTIES.iter().map(|(word, _)| (*word).to_owned()));
            names.extend(["autogroup:member", "autogroup:tagged"].map(str::to_owned));
            let tailnet = plan.and_then(|plan| plan.tailnet.as_ref());
            if !tailnet.is_some_and(|tailnet| tailnet.is_headscale()) {
                names.insert("autogroup:admin".to_owned());
            }
            names
        }
        _ if matches!(path.last(), Some(Step::Key(key)) if key == "env") => {
            let needed = plan.into_iter().flat_map(|plan| &plan.secrets);
            let needed = needed.filter_map(|need| match &need.source {
                SecretSource::Env(name) => Some(name.clone()),
                _ => None,
            });
            needed
                .chain(variables.iter().cloned())
                .filter(|name| !name.is_empty())
                .collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Words that upstream knows, each with what is to say about it.
fn facts(plan: Option<&Plan>, path: &[Step]) -> Vec<(String, Option<String>)> {
    let owned = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), None)).collect();
    let plain = |words: Vec<String>| words.into_iter().map(|word| (word, None)).collect();
    let place = shown(path);
    match (place.as_str(), plan) {
        ("cluster.servers.machineType" | "cluster.pools[].machineType", Some(plan)) => {
            let mut types = machine_types::named(plan.provider, plan.location.as_deref());
            types.retain(|name| !plan.needs.only_amd64 || !machine_types::is_arm(plan.provider, name));
            let sized = types.into_iter().map(|name| {
                let size = machine(plan, &name);
                (name, size)
            });
            sized.collect()
        }
        ("cluster.location", Some(plan)) => owned(locations::all(plan.provider)),
        ("k3s.version", _) => K3S
            .lines
            .iter()
            .rev()
            .map(|line| (line.version.to_owned(), None))
            .collect(),
        ("k3s.disable[]", _) => {
            let version = plan.and_then(|plan| plan.k3s.install.version());
            let is_known = |since: u32| version.as_ref().is_none_or(|version| version.at_least(since, 0));
            let known = COMPONENTS.iter().filter(|(_, since)| is_known(*since));
            known.map(|(name, _)| ((*name).to_owned(), None)).collect()
        }
        ("tailscale.extraArgs[]", _) => {
            let flag = |(name, takes_value): (&str, bool)| match takes_value {
                true => format!("--{name}="),
                false => format!("--{name}"),
            };
            plain(UP_FLAGS.map(flag).to_vec())
        }
        ("cloudInit.timezone", _) => timezones::names().map(|name| (name.to_owned(), None)).collect(),
        _ => match path {
            [Step::Key(k3s), Step::Key(section), Step::Key(key), rest @ ..]
                if role_of(k3s, section).is_some() =>
            {
                if let ([Step::Item], Some(program)) = (rest, program_of(key)) {
                    let version = plan.and_then(|plan| plan.k3s.install.version());
                    let flags = program
                        .flags()
                        .filter(|flag| version.as_ref().is_none_or(|version| flag.is_in(version.minor)));
                    return plain(flags.map(|flag| format!("{}=", flag.name)).collect());
                }
                let key = k3s_key(key);
                match key {
                    Some(key) if key.kind == ValueType::Bool => owned(&["true", "false"]),
                    Some(key) => owned(key.words),
                    None => Vec::new(),
                }
            }
            _ => Vec::new(),
        },
    }
}

/// Keys of k3s that its version knows in a role.
fn passthrough(draft: &Draft, context: &Context, span: Span) -> Vec<Completion> {
    let [Step::Key(k3s), Step::Key(section)] = context.path.as_slice() else {
        return Vec::new();
    };
    let Some(role) = role_of(k3s, section) else {
        return Vec::new();
    };
    let plan = draft.analysis.planned.as_ref().map(|planned| &planned.plan);
    let version = plan.and_then(|plan| plan.k3s.install.version());
    let has = |since: &[(u32, u32)]| version.as_ref().is_none_or(|version| version.has(since));
    let is_current = |key: &Key| key.replaced.as_ref().is_none_or(|replaced| !has(replaced.since));
    let indent = " ".repeat(context.column + 2);
    KEYS.iter()
        .filter(|key| key.roles.contains(&role) && has(key.since) && is_current(key))
        .filter(|key| !context.siblings.iter().any(|sibling| sibling == key.key))
        .map(|key| {
            let text = match (key.kind, context.in_brackets) {
                (ValueType::List, true) => format!("{}: []", key.key),
                (ValueType::List, false) => format!("{}:\n{indent}- ", key.key),
                _ => format!("{}: ", key.key),
            };
            Completion {
                label: key.key.to_owned(),
                docs: Some(format!("The flag `--{}` of `k3s {role}`.", key.key)),
                span,
                snippet: escaped(&text),
                text,
                kind: CompletionKind::Key,
            }
        })
        .collect()
}

/// The variables of a platform's server that are not set yet.
fn variables_of_server(context: &Context, span: Span) -> Vec<Completion> {
    let (names, are_secret) = platforms::variables(&shown(&context.path));
    let (text, snippet) = match are_secret {
        true => ("{env: }", "{env: ${1}}"),
        false => ("", ""),
    };
    let names = names.filter(|name| !context.siblings.iter().any(|sibling| sibling == name));
    let completion = |name: &str| Completion {
        text: format!("{name}: {text}"),
        snippet: format!("{name}: {snippet}"),
        kind: CompletionKind::Key,
        ..word(name, None, span)
    };
    names.map(completion).collect()
}

/// The anchors above an asterisk.
fn aliases(draft: &Draft, offset: usize) -> Vec<Completion> {
    let file = draft.file();
    let before = file.text().get(..offset).unwrap_or("");
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = before.trim_end_matches(is_word).len();
    let value = before.get(..start).and_then(|before| before.strip_suffix('*'));
    let begins = |value: &str| {
        value
            .trim_end_matches(' ')
            .ends_with([':', '-', '[', '{', ',', '\n'])
    };
    if !value.is_some_and(begins) {
        return Vec::new();
    }
    let names = Names::of(draft);
    let above = names
        .iter()
        .filter(|name| name.kind == NameKind::Anchor && name.is_given && (name.span.start as usize) < start);
    let labels: BTreeSet<&str> = crate::sorted::set(above.map(|name| name.text.as_str()));
    labels
        .into_iter()
        .map(|label| name(label, file.span(start..offset)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted_at;
    use super::*;

    fn all(text: &str) -> Vec<Completion> {
        let (draft, offset) = drafted_at(text);
        completions(&draft, &["OWN".to_owned()], FileId::CONFIG, offset as usize)
    }

    fn at(text: &str) -> Vec<String> {
        all(text).into_iter().map(|completion| completion.text).collect()
    }

    fn snippet(text: &str, label: &str) -> String {
        let mut all = all(text).into_iter();
        all.find(|completion| completion.label == label).unwrap().snippet
    }

    #[test]
    fn keys_that_are_not_there_yet_with_the_form_of_their_values() {
        assert_eq!(
            at("cluster:\n  pools:\n    - name: main\n      autoscale:\n        min: 1\n        |"),
            ["max: "]
        );
        let top = at("apiVersion: gitpod-k3s/v1\n|");
        assert!(!top.contains(&"apiVersion: ".to_owned()));
        assert!(top.contains(&"domain: ".to_owned()));
        assert!(top.contains(&"domain_passlist:\n  - ".to_owned()));
        assert!(top.contains(&"cluster:\n  ".to_owned()));
        assert!(!at("domain_passlist: []\n|").contains(&"domainPasslist:\n  - ".to_owned()));
        assert_eq!(at("storage:\n  s3: {}\n  |"), ["blobQuota: "]);
        // Of the forms of a secret only one can be chosen.
        for text in [
            "tailscale: {authKey: {env: TS, |}}",
            "database:\n  external:\n    password:\n      file: x\n      |",
        ] {
            assert_eq!(at(text), [""; 0], "{text}");
        }
        assert_eq!(
            at("tailscale: {authKey: {server: {env: TS}, |}}"),
            ["agent: {env: }"]
        );
    }

    #[test]
    fn keys_in_brackets() {
        assert_eq!(
            at("cluster: {pools: [{name: a, autoscale: {min: 1, |}}]}"),
            ["max: "]
        );
        let keys = at("cluster: {pools: [{name: a, |, count: 1}]}");
        assert!(keys.contains(&"workloads: []".to_owned()));
        assert!(keys.contains(&"taints: []".to_owned()), "{keys:?}");
        assert!(
            !keys.contains(&"autoscale: {}".to_owned()),
            "it cannot be set beside a count"
        );
        assert!(!keys.contains(&"count: ".to_owned()));
    }

    /// The text with the completion of that label taken, without its holes.
    fn taken(text: &str, label: &str) -> String {
        let mut all = all(text).into_iter();
        let taken = all.find(|completion| completion.label == label);
        let mut text = text.replacen('|', "", 1);
        match taken {
            Some(taken) => text.replace_range(taken.span.range(), &taken.text),
            None => text.push_str("<nothing>"),
        }
        text
    }

    #[test]
    fn a_completion_fits_what_is_around_it() {
        assert_eq!(taken("platform:|", "none"), "platform: none");
        assert_eq!(taken("gitpod: {kind:|}", "Full"), "gitpod: {kind: Full}");
        assert_eq!(taken("plat|: none", "platform"), "platform: none");
        assert_eq!(taken("platform:| gitpod", "none"), "platform: none");
        assert_eq!(taken("platform: |  gitpod # x\n", "none"), "platform: none # x\n");
        assert_eq!(
            taken("cluster: {size:| small, name: x}", "large"),
            "cluster: {size: large, name: x}"
        );
        for text in ["platform:| a b\n", "platform:| \"a\"\n", "platform: | #x\n"] {
            assert_eq!(at(text).is_empty(), !text.contains('#'), "{text}");
        }
        assert_eq!(taken("plat|form: none", "platform"), "platform: none");
        assert_eq!(taken("cluster: {si|: small}", "size"), "cluster: {size: small}");
        assert_eq!(
            taken("cluster:\n  os: ubu|ntu", "ubuntu-24.04"),
            "cluster:\n  os: ubuntu-24.04"
        );
        assert_eq!(
            taken("gitpod: {|repository: x}", "region"),
            "gitpod: {region: , repository: x}"
        );
        assert_eq!(
            taken("cluster: {pools: [|]}", "name"),
            "cluster: {pools: [{name: }]}"
        );
    }

    #[test]
    fn nothing_where_a_key_would_tear_a_block_apart() {
        assert!(at("cluster:\n    name: x\n  |").is_empty());
        assert!(at("cluster:\n|\n  size: small\n").is_empty());
        assert!(at("gitpod:\n        |\n  repository: x\n").is_empty());
        assert!(at("storage:\n |   s3: {}\n").is_empty());
        assert!(!at("cluster:\n  name: x\n  |").is_empty());
        assert!(!at("cluster:\n  |\nssh: {}\n").is_empty());
    }

    #[test]
    fn snippets_have_what_a_value_needs() {
        assert_eq!(snippet("cluster:\n  |", "pools"), "pools:\n    - name: ${1}");
        assert_eq!(
            snippet("database:\n  |", "external"),
            "external:\n    host: ${1}\n    username: ${2}\n    password: {env: ${3}}"
        );
        assert_eq!(
            snippet("database: {|}", "external"),
            "external: {host: ${1}, username: ${2}, password: {env: ${3}}}"
        );
        assert_eq!(snippet("k3s:\n  |", "token"), "token: {env: ${1}}");
        assert_eq!(snippet("|", "blockNewUsers"), "blockNewUsers: ${1}");
        assert_eq!(
            snippet("certificate:\n  |", "acme"),
            "acme:\n    dns01:\n      ${1}"
        );
        assert_eq!(
            snippet("certificate:\n  acme:\n    dns01:\n      |", "cloudflare"),
            "cloudflare:\n        apiToken: {env: ${1}}"
        );
        assert_eq!(snippet("|", "secrets"), "secrets:\n  ${1}");
        assert_eq!(snippet("k3s:\n  |", "agentConfig"), "agentConfig:\n    ${1}");
        assert_eq!(snippet("k3s: {|}", "agentConfig"), "agentConfig: {${1}}");
    }

    #[test]
    fn the_first_item_of_a_list() {
        let pool = "cluster:\n  pools:\n    - name: a\n      workloads:";
        let workloads = at(&format!("{pool} |"));
        assert!(workloads.contains(&"[regular]".to_owned()), "{workloads:?}");
        let workloads = at(&format!("{pool}\n        |"));
        assert!(workloads.contains(&"- regular".to_owned()), "{workloads:?}");
        let wanted =
            "- id: ${1}\n    type: ${2}\n    host: ${3}\n    clientId: ${4}\n    clientSecret: {env: ${5}}";
        let first = &all("authProviders:\n  |")[0];
        assert_eq!((first.label.as_str(), first.snippet.as_str()), ("- id", wanted));
        assert_eq!(all("authProviders: |")[0].snippet, format!("\n  {wanted}"));
        assert_eq!(taken("authProviders: |", "- id"), "authProviders:\n  - ");
    }

    #[test]
    fn the_next_item_of_a_list() {
        for pool in ["- name: a", "- name: a\n      count: 1", "- {name: a}"] {
            let all = all(&format!("cluster:\n  pools:\n    {pool}\n    |\n    - name: b\n"));
            let labels: Vec<&str> = all.iter().map(|found| found.label.as_str()).collect();
            assert_eq!(labels, ["- name"], "{pool}");
        }
        let workloads =
            at("cluster:\n  pools:\n    - name: a\n      workloads:\n        - regular\n        |\n");
        assert!(workloads.contains(&"- headless".to_owned()), "{workloads:?}");
        assert!(!workloads.contains(&"- regular".to_owned()), "{workloads:?}");
    }

    #[test]
    fn the_first_key_of_an_item_that_has_others_below() {
        let text =
            "authProviders:\n  -|\n    type: GitHub\n    host: github.com\n    clientSecret: {env: B}\n";
        let first = &all(text)[0];
        assert_eq!(
            (first.label.as_str(), first.snippet.as_str()),
            ("- id", "- id: ${1}\n    clientId: ${2}")
        );
        assert!(taken(text, "- id").starts_with("authProviders:\n  - id: \n    type: GitHub\n"));
        assert!(all("cluster:\n  pools:\n    -|\n      name: a\n").is_empty());
    }

    #[test]
    fn aliases_in_brackets_and_in_no_text() {
        let names = |text: &str| at(&format!("ssh: &one {{port: 22}}\n{text}"));
        for text in ["cluster: {<<: *|}", "cluster:\n  <<: [*o|]", "cluster:\n  - *|"] {
            assert_eq!(names(text), ["one"], "{text}");
        }
        for text in [
            "k3s: {snapshots: {schedule: \"*|\"}}",
            "k3s:\n  snapshots:\n    schedule: 0 * *|",
        ] {
            assert!(names(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn items_that_a_list_has_are_not_offered_again() {
        let offered = |list: &str| {
            at(&format!(
                "cluster:\n  pools:\n    - name: a\n      workloads:{list}"
            ))
        };
        let block = offered("\n        - regular\n        - |\n        - \"headless\" # x\n      count: 1\n");
        let flow = offered(" [regular, |, headless]");
        for offered in [&block, &flow] {
            assert!(!offered.is_empty());
            assert!(!offered.contains(&"regular".to_owned()), "{offered:?}");
            assert!(!offered.contains(&"headless".to_owned()), "{offered:?}");
        }
    }

    #[test]
    fn inside_quotes_and_behind_prefixes() {
        assert_eq!(taken("platform: \"no|\"\n", "none"), "platform: \"none\"\n");
        assert_eq!(taken("platform: \"no|", "none"), "platform: \"none\"");
        assert_eq!(taken("platform: '|'", "none"), "platform: 'none'");
        assert_eq!(
            taken("cluster: {size: \"sm|\"}", "small"),
            "cluster: {size: \"small\"}"
        );
        assert_eq!(at("blockNewUsers:\n  enabled: \"|\""), [""; 0]);
        let groups = format!("{HEAD}tailscale:\n  groups: {{'group:ops': [ada@acme.dev]}}\n  admins:");
        for admins in [
            " [group:|]",
            "\n    - group:|",
            " [\"group:o|\"]",
            "\n    - 'gr|'",
        ] {
            let taken = taken(&format!("{groups}{admins}"), "group:ops");
            assert_eq!(taken.matches("group:ops").count(), 2, "{taken}");
            assert!(!taken.contains("group:group"), "{taken}");
        }
    }

    #[test]
    fn words_of_values() {
        assert_eq!(at("platform: |"), ["gitpod", "none", "coder"]);
        assert_eq!(at("cluster:\n  size: m|"), ["small", "medium", "large"]);
        assert_eq!(at("blockNewUsers:\n  enabled: |"), ["true", "false"]);
        assert_eq!(at("cluster: {size: |}"), ["small", "medium", "large"]);
        let workloads = at("cluster:\n  pools:\n    - name: a\n      workloads:\n        - |");
        assert!(workloads.contains(&"regular".to_owned()), "{workloads:?}");
        assert_eq!(workloads, at("cluster: {pools: [{name: a, workloads: [|]}]}"));
    }

    const HEAD: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n";

    #[test]
    fn names_that_are_given_elsewhere() {
        let at = |text: &str| at(&format!("{HEAD}{text}"));
        assert_eq!(
            at("secrets: {pull: {.dockerconfigjson: {file: a}}}\ngitpod:\n  imagePullSecrets: [|]"),
            ["pull"]
        );
        assert_eq!(
            at("tailscale:\n  groups: {'group:ops': [ada@acme.dev]}\n  admins:\n    - |"),
            ["group:ops"]
        );
        let ends = at("tailscale:\n  tags: tag:k3s\n  expect:\n    - from: |");
        assert!(ends.contains(&"tag:k3s".to_owned()) && ends.contains(&"pods".to_owned()));
        let variables = at("k3s:\n  token: {env: |}");
        assert!(variables.contains(&"OWN".to_owned()), "{variables:?}");
        assert!(variables.contains(&"K3S_AGENT_TOKEN".to_owned()), "{variables:?}");
        assert_eq!(at("ssh: &one {port: 22}\nproxy: *|"), ["one"]);
    }

    #[test]
    fn words_of_upstream() {
        let at = |text: &str| at(&format!("{HEAD}{text}"));
        assert!(at("cluster: {provider: hetzner, location: |}").contains(&"nbg1".to_owned()));
        let types = at("cluster:\n  provider: hetzner\n  servers:\n    machineType: |");
        assert!(types.contains(&"cpx42".to_owned()), "{types:?}");
        assert!(
            !types.contains(&"cax11".to_owned()),
            "Gitpod has no images for Arm"
        );
        let sized = all(&format!(
            "{HEAD}cluster:\n  provider: gcp\n  servers:\n    machineType: |"
        ));
        let sized = sized.iter().find(|found| found.label == "e2-standard-4").unwrap();
        assert_eq!(sized.docs.as_deref(), Some("4 CPUs, 16 GB of memory."));
        assert!(at("cluster: {provider: azure, location: |}").contains(&"westeurope".to_owned()));
        assert!(
            at("k3s: {version: |}")
                .iter()
                .any(|version| version.starts_with("v1."))
        );
        assert!(at("tailscale: {extraArgs: [--|]}").contains(&"--accept-dns".to_owned()));
        assert!(at("k3s:\n  serverConfig:\n    kubelet-arg:\n      - |").contains(&"max-pods=".to_owned()));
        assert!(at("k3s:\n  serverConfig:\n    |").contains(&"tls-san:\n      - ".to_owned()));
        assert_eq!(
            at("k3s:\n  serverConfig:\n    flannel-ipv6-masq: |"),
            ["true", "false"]
        );
        assert!(at("k3s:\n  disable:\n    - |").contains(&"traefik".to_owned()));
    }

    #[test]
    fn variables_of_a_server() {
        let of = |key: &str| {
            let key = key.to_owned();
            at(&format!(
                "{HEAD}platform: coder\ncoder:\n  {key}:\n    CODER_VERBOSE: 'true'\n    CODER_|"
            ))
        };
        let (open, secret) = (of("env"), of("secretEnv"));
        assert!(open.contains(&"CODER_UPDATE_CHECK: ".to_owned()), "{open:?}");
        assert!(
            !open
                .iter()
                .any(|name| name.starts_with("CODER_VERBOSE") || name.contains("API_KEY"))
        );
        assert!(
            secret.iter().all(|name| name.ends_with(": {env: }")),
            "{secret:?}"
        );
    }

    #[test]
    fn only_keys_that_the_version_has_and_does_not_replace() {
        let at = |version: &str, text: &str| at(&format!("{HEAD}k3s:\n  version: {version}\n  {text}"));
        let keys = |version: &str| at(version, "serverConfig:\n    |");
        let has = |version: &str, key: &str| keys(version).contains(&key.to_owned());
        assert!(
            has("v1.37.0+k3s1", "write-kubeconfig-name: ") && !has("v1.36.5+k3s1", "write-kubeconfig-name: ")
        );
        assert!(has("v1.36.2+k3s1", "helm-job-image: ") && !has("v1.36.5+k3s1", "helm-job-image: "));
        assert!(!has("v1.36.2+k3s1", "kube-controller-arg:\n      - "));
        let parts = |version: &str| at(version, "disable:\n    - |");
        assert!(parts("v1.37.0+k3s1").contains(&"gateway-api-crd".to_owned()));
        assert!(!parts("v1.36.5+k3s1").contains(&"gateway-api-crd".to_owned()));
    }

    #[test]
    fn nothing_where_names_are_the_users_own() {
        assert!(at("secrets:\n  |").is_empty());
        assert!(at("cluster:\n  servers:\n    labels:\n      |").is_empty());
    }
}
