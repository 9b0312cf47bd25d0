//! The tailnet's policy beside the configuration that refers to it: what a name stands for, what a rule lets through, and what can be
//! typed.

use super::draft::Draft;
use super::names::{Name, NameKind, Names};
use crate::acl;
use crate::facts::headscale::{AutogroupUse, autogroups, field_since};
use crate::facts::tailscale::ROLES;
use crate::source::{FileId, SourceFile, Span};
use crate::tailnet::control::Control;
use crate::tailnet::hujson::{self, Kind, Value};
use crate::tailnet::policy::{self, Entry, List, Policy};
use std::collections::BTreeSet;

/// The sections of a policy, the form of each, and what it is for (tailscale.com, "Tailnet policy file syntax").
const SECTIONS: [(&str, &str, &str); 16] = [
    (
        "acls",
        "[]",
        "Rules of who may connect to what. What no rule allows is denied.",
    ),
    (
        "autoApprovers",
        "{}",
        "Who may advertise routes and exit nodes without an administrator's approval.",
    ),
    (
        "defaultSrcPosture",
        "[]",
        "The postures that sources of rules need which name none.",
    ),
    (
        "derpMap",
        "{}",
        "Relay servers besides those of Tailscale, or in their place.",
    ),
    ("disableIPv4", "true", "Whether devices get no IPv4 address."),
    (
        "grants",
        "[]",
        "Rules of who may connect to what, with ports and with capabilities of applications.",
    ),
    (
        "groups",
        "{}",
        "Names for lists of users, `group:NAME`, which rules use.",
    ),
    ("hosts", "{}", "Names for addresses and ranges, which rules use."),
    (
        "ipsets",
        "{}",
        "Names for sets of addresses, `ipset:NAME`, which rules use.",
    ),
    (
        "nodeAttrs",
        "[]",
        "Attributes of devices, such as Funnel and DNS settings.",
    ),
    (
        "oneCGNATRoute",
        "\"\"",
        "Whether devices get one route for all of 100.64.0.0/10.",
    ),
    (
        "postures",
        "{}",
        "Conditions that devices meet, `posture:NAME`, which rules can require.",
    ),
    (
        "randomizeClientPort",
        "true",
        "Whether devices use a random port for WireGuard.",
    ),
    (
        "ssh",
        "[]",
        "Rules of who may log in by Tailscale SSH, and as which users.",
    ),
    (
        "tagOwners",
        "{}",
        "Tags and who may give them to devices. A tag without an entry does not exist.",
    ),
    (
        "tests",
        "[]",
        "Connections that must be allowed or denied. Tailscale refuses a policy that fails them.",
    ),
];

/// Fields, each with the form of its value.
type Fields = [(&'static str, &'static str)];

const LIST: &str = "[]";
const TEXT: &str = "\"\"";

/// The fields of the rules of a section.
const FIELDS: [(&str, &Fields); 4] = [
    (
        "acls",
        &[
            ("action", TEXT),
            ("src", LIST),
            ("dst", LIST),
            ("proto", TEXT),
            ("srcPosture", LIST),
        ],
    ),
    (
        "grants",
        &[
            ("src", LIST),
            ("dst", LIST),
            ("ip", LIST),
            ("app", "{}"),
            ("via", LIST),
            ("srcPosture", LIST),
        ],
    ),
    (
        "ssh",
        &[
            ("action", TEXT),
            ("src", LIST),
            ("dst", LIST),
            ("users", LIST),
            ("checkPeriod", TEXT),
            ("acceptEnv", LIST),
            ("srcPosture", LIST),
        ],
    ),
    (
        "tests",
        &[("src", TEXT), ("proto", TEXT), ("accept", LIST), ("deny", LIST)],
    ),
];

/// What is to say about a byte of a policy: what the name there stands for, and what the rule around it lets through.
pub(super) fn about(draft: &Draft, file: &SourceFile, offset: u32) -> Option<(Span, String)> {
    let (policy, _) = policy::read(file, control(draft));
    let names = Names::of(draft);
    let named = names.at(file.id(), offset).and_then(|name| {
        let words = stands_for(draft, Some(&policy), name)?;
        Some((name.span, words))
    });
    let section = || {
        let at = place_in(file, offset).filter(|at| at.is_key && at.path.is_empty())?;
        let name = file.slice(at.span).trim_matches('"');
        let (.., words) = SECTIONS.iter().find(|(section, ..)| *section == name)?;
        Some((at.span, format!("`{name}`: {words}")))
    };
    let rule = rule_at(&policy, offset).or_else(section);
    match (named, rule) {
        (Some((span, name)), Some((_, rule))) => Some((span, format!("{name}\n\n{rule}"))),
        (Some(named), None) => Some(named),
        (None, rule) => rule,
    }
}

/// The control server that the configuration names.
fn control(draft: &Draft) -> Control {
    let planned = draft.analysis.planned.as_ref();
    let tailnet = planned.and_then(|planned| planned.plan.tailnet.as_ref());
    tailnet.map_or(Control::Tailscale, acl::control)
}

/// What the name of the tailnet stands for that is at a byte of the configuration.
pub(super) fn named(draft: &Draft, offset: u32) -> Option<String> {
    let names = Names::of(draft);
    let name = names.at(FileId::CONFIG, offset)?;
    let policy = draft.analysis.files.others().first();
    let policy = policy.map(|file| policy::read(file, control(draft)).0);
    stands_for(draft, policy.as_ref(), name)
}

/// What a name of the tailnet stands for, in words that begin with it.
fn stands_for(draft: &Draft, policy: Option<&Policy>, name: &Name) -> Option<String> {
    let list = |entries: &[Entry]| {
        let entry = entries.iter().find(|entry| entry.name.value == name.text)?;
        Some(items(&entry.list))
    };
    let words = match name.kind {
        NameKind::Group => {
            let users = policy.and_then(|policy| list(&policy.groups));
            format!("the users {}.", users.or_else(|| members(draft, &name.text))?)
        }
        NameKind::Tag => {
            let owners = policy.and_then(|policy| list(&policy.tag_owners));
            let owners = owners.map(|owners| format!("owned by {owners}."));
            let role = role_of_tag(draft, &name.text);
            let words: Vec<String> = owners.into_iter().chain(role).collect();
            (!words.is_empty()).then(|| words.join(" "))?
        }
        NameKind::Host => {
            let (_, address) = policy?.hosts.iter().find(|(host, _)| host.value == name.text)?;
            format!("the address `{}`.", address.value)
        }
        NameKind::IpSet => format!("the addresses {}.", list(&policy?.ipsets)?),
        NameKind::Posture => format!("devices with {}.", list(&policy?.postures)?),
        _ => return None,
    };
    Some(format!("`{}`: {words}", name.text))
}

/// The members of a group that the configuration gives.
fn members(draft: &Draft, group: &str) -> Option<String> {
    let (file, outline) = (draft.file(), &draft.outline);
    let group = outline.find(file, &["tailscale", "groups", group])?;
    let members = outline
        .children(group)
        .filter_map(|member| outline.text(file, member));
    Some(listed(members))
}

/// The machines of the cluster that have a tag.
fn role_of_tag(draft: &Draft, tag: &str) -> Option<String> {
    let tailnet = draft.analysis.planned.as_ref()?.plan.tailnet.as_ref()?;
    let has = |tags: &[String]| tags.iter().any(|own| own == tag);
    Some(match (has(&tailnet.server_tags), has(&tailnet.agent_tags)) {
        (true, true) => "All machines of this cluster have it.".to_owned(),
        (true, false) => "The servers of this cluster have it.".to_owned(),
        (false, true) => "The agents of this cluster have it.".to_owned(),
        (false, false) => return None,
    })
}

/// The items of a list in words.
fn items(list: &List) -> String {
    listed(list.items.iter().map(|item| item.value.as_ref()))
}

fn listed<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let items: Vec<String> = items.map(|item| format!("`{item}`")).collect();
    match items.is_empty() {
        true => "nobody".to_owned(),
        false => items.join(", "),
    }
}

/// The rule around a place, in words.
fn rule_at(policy: &Policy, offset: u32) -> Option<(Span, String)> {
    let around = |span: &Span| span.start <= offset && offset <= span.end;
    // Groups are spelled out: who they are is what a reader wants to know of a rule.
    let from = |list: &List| {
        let item = |name: &str| {
            let group = policy.groups.iter().find(|group| group.name.value == name);
            match group {
                Some(group) => format!("`{name}` ({})", items(&group.list)),
                None => format!("`{name}`"),
            }
        };
        let names: Vec<String> = list.items.iter().map(|source| item(source.trimmed())).collect();
        names.join(", ")
    };
    if let Some(acl) = policy.acls.iter().flatten().find(|acl| around(&acl.span)) {
        let proto = acl
            .proto
            .as_ref()
            .map_or(String::new(), |proto| format!(" over protocol `{}`", proto.value));
        let words = format!("Lets {} connect to {}{proto}.", from(&acl.src), items(&acl.dst));
        return Some((acl.span, words));
    }
    if let Some(grant) = policy.grants.iter().flatten().find(|grant| around(&grant.span)) {
        let ports = match grant.ip.items.is_empty() {
            true => String::new(),
            false => format!(" on {}", items(&grant.ip)),
        };
        let words = format!(
            "Lets {} connect to {}{ports}.",
            from(&grant.src),
            items(&grant.dst)
        );
        return Some((grant.span, words));
    }
    let ssh = policy.ssh.iter().find(|ssh| around(&ssh.span))?;
    let words = format!(
        "Lets {} log in to {} as {}.",
        from(&ssh.src),
        items(&ssh.dst),
        items(&ssh.users)
    );
    Some((ssh.span, words))
}

/// Words that can be typed at a place of a policy.
pub(super) struct Words {
    /// What they replace.
    pub span: Span,
    pub words: Vec<Word>,
    /// What each needs in front of it and behind it.
    pub around: (&'static str, String),
}

/// A word that can be typed.
pub(super) struct Word {
    pub text: String,
    pub is_name: bool,
    /// For a key without a value, the form of its value.
    pub form: Option<&'static str>,
}

/// What can be typed at a byte of a policy, closed or not: a key, or a text.
pub(super) fn words(draft: &Draft, file: &SourceFile, offset: u32) -> Option<Words> {
    let (at, slot) = match place_in(file, offset) {
        Some(at) => {
            let slot = Slot::of(at.span);
            (at, slot)
        }
        None => typed(file, offset as usize)?,
    };
    let path: Vec<&str> = at.path.iter().map(String::as_str).collect();
    let word = |text: &str, form: Option<&'static str>| Word {
        text: text.to_owned(),
        is_name: false,
        form: form.filter(|_| slot.needs_value),
    };
    let mut words = match (at.is_key, path.as_slice()) {
        (true, []) => {
            let has =
                |section: &str| !control(draft).is_headscale() || field_since("a policy", section).is_some();
            let sections = SECTIONS.iter().filter(|(section, ..)| has(section));
            sections
                .map(|(section, form, _)| word(section, Some(form)))
                .collect()
        }
        (true, [section]) => {
            let fields = FIELDS.iter().find(|(name, _)| name == section);
            let fields = fields.into_iter().flat_map(|(_, fields)| *fields);
            fields.map(|(field, form)| word(field, Some(form))).collect()
        }
        (false, ["acls", "action"]) => vec![word("accept", None)],
        (false, ["ssh", "action"]) => ["accept", "check"].map(|action| word(action, None)).into(),
        (
            false,
            [
                _,
                "proto" | "srcPosture" | "ip" | "app" | "users" | "checkPeriod" | "acceptEnv",
                ..,
            ],
        ) => Vec::new(),
        (
            false,
            [
                "tagOwners" | "autoApprovers" | "acls" | "grants" | "ssh" | "tests" | "nodeAttrs",
                _,
                ..,
            ],
        ) => selectors(draft),
        _ => Vec::new(),
    };
    words.retain(|word| !at.others.contains(&word.text));
    Some(Words {
        span: slot.span,
        words,
        around: (slot.before, slot.behind),
    })
}

/// Where a word is typed.
struct Slot {
    span: Span,
    before: &'static str,
    behind: String,
    needs_value: bool,
}

impl Slot {
    /// Inside the quotes of a string that is there.
    fn of(string: Span) -> Slot {
        let start = string.start + 1;
        let end = string.end.saturating_sub(1).max(start);
        Slot {
            span: Span { start, end, ..string },
            before: "",
            behind: String::new(),
            needs_value: false,
        }
    }
}

/// The same in a text that is none of a policy yet: one that is not closed, a word without quotes, or a key without a value. The text is read
/// as it would be with what is missing.
fn typed(file: &SourceFile, offset: usize) -> Option<(PolicyString, Slot)> {
    let (before, behind) = file.text().split_at_checked(offset)?;
    let Open {
        brackets,
        quote,
        last,
    } = Open::of(before)?;
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let (start, end, rest) = match quote {
        Some(quote) => {
            let line = behind.lines().next().unwrap_or("");
            let closed = line.find('"').filter(|at| !line[..*at].contains([',', ']', '}']));
            let end = closed.map_or(offset, |at| offset + at);
            (
                quote + 1,
                end,
                file.text().get(end + usize::from(closed.is_some())..)?,
            )
        }
        None => {
            let start = before.trim_end_matches(is_word).len();
            let rest = behind.trim_start_matches(is_word);
            (start, file.text().len() - rest.len(), rest)
        }
    };
    let word = file.text().get(start..end)?;
    // A number, `true` and the like are complete.
    if quote.is_none() && last.is_some_and(is_word) {
        return None;
    }
    let (innermost, next) = (*brackets.last()?, rest.trim_start().chars().next());
    let is_key = match (innermost, last) {
        ('{', Some('{' | ',')) => true,
        (_, Some(':')) | ('[', Some('[' | ',')) => false,
        _ => return None,
    };
    let needs_value = is_key && next != Some(':');
    let front = file.text().get(..start - usize::from(quote.is_some()))?;
    let value = if needs_value { ": null" } else { "" };
    let closing: String = brackets
        .iter()
        .rev()
        .map(|open| if *open == '{' { '}' } else { ']' })
        .collect();
    let at = u32::try_from(front.len() + 1).ok()?;
    let read = |more: &str| {
        let text = format!("{front}\"{word}\"{value}{more}");
        place_in(&SourceFile::new(file.id(), file.path(), text), at)
    };
    let place = read(rest)
        .or_else(|| read(&format!(",{rest}")))
        .or_else(|| read(&closing))?;
    let needs_comma = needs_value && next.is_some_and(|next| !matches!(next, ',' | '}' | ']'));
    let is_closed = rest.len() + end < file.text().len();
    let slot = Slot {
        span: file.span(start..end + usize::from(needs_value && is_closed)),
        before: if quote.is_some() { "" } else { "\"" },
        behind: match (needs_value || !is_closed, needs_comma) {
            (true, true) => "\",".to_owned(),
            (true, false) => "\"".to_owned(),
            _ => String::new(),
        },
        needs_value,
    };
    Some((place, slot))
}

/// What is open at the end of a text of a policy.
struct Open {
    brackets: Vec<char>,
    /// Where the quote is that the end is in.
    quote: Option<usize>,
    /// The last sign in front of the quote, or of the word without quotes.
    last: Option<char>,
}

impl Open {
    /// `None` inside of a comment.
    fn of(text: &str) -> Option<Open> {
        let word = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let mut open = Open {
            brackets: Vec::new(),
            quote: None,
            last: None,
        };
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at + c.len_utf8()..)?;
            match c {
                '"' => match end_of_string(rest) {
                    Some(length) => {
                        open.last = Some(c);
                        at += length;
                    }
                    None => {
                        open.quote = Some(at);
                        return Some(open);
                    }
                },
                '/' if rest.starts_with('/') => at += rest.find('\n')?,
                '/' if rest.starts_with('*') => at += rest.find("*/")? + 1,
                c if c.is_whitespace() || at >= word => {}
                c => {
                    match c {
                        '{' | '[' => open.brackets.push(c),
                        '}' | ']' => drop(open.brackets.pop()),
                        _ => {}
                    }
                    open.last = Some(c);
                }
            }
            at += c.len_utf8();
        }
        Some(open)
    }
}

/// How long the rest of a string is, with its quote. `None` where its line ends first.
fn end_of_string(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' => return None,
            '"' if !is_escaped => return Some(at + 1),
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    None
}

/// Everything that a rule can name.
fn selectors(draft: &Draft) -> Vec<Word> {
    let kinds = [NameKind::Group, NameKind::Tag, NameKind::Host, NameKind::IpSet];
    let names = Names::of(draft);
    let given = names
        .iter()
        .filter(|name| name.is_given && kinds.contains(&name.kind));
    let given: BTreeSet<String> = crate::sorted::set(given.map(|name| name.text.clone()));
    let groups: BTreeSet<String> = match control(draft) {
        Control::Headscale => [AutogroupUse::Source, AutogroupUse::Destination]
            .into_iter()
            .flat_map(autogroups)
            .map(str::to_owned)
            .collect(),
        Control::Tailscale => ROLES
            .iter()
            .chain(&["member", "tagged", "self", "internet"])
            .map(|name| format!("autogroup:{name}"))
            .collect(),
    };
    let word = |is_name: bool| {
        move |text: String| Word {
            text,
            is_name,
            form: None,
        }
    };
    let groups = groups.into_iter().map(word(false));
    given.into_iter().map(word(true)).chain(groups).collect()
}

fn place_in(file: &SourceFile, offset: u32) -> Option<PolicyString> {
    let (document, _) = hujson::parse(file);
    place(&document.root?, offset, &mut Vec::new())
}

/// A string of a policy.
struct PolicyString {
    /// Its quotes included.
    span: Span,
    is_key: bool,
    /// The keys around it.
    path: Vec<String>,
    /// The keys beside a key, or the strings beside an item.
    others: Vec<String>,
}

/// The string around a byte.
fn place(value: &Value, offset: u32, path: &mut Vec<String>) -> Option<PolicyString> {
    let inside = |span: Span| span.start < offset && offset < span.end;
    match &value.kind {
        Kind::String(_) if inside(value.span) => Some(PolicyString {
            span: value.span,
            is_key: false,
            path: path.clone(),
            others: Vec::new(),
        }),
        Kind::Array(array) => {
            let mut found = array.items.iter().find_map(|item| place(item, offset, path))?;
            let others = array.items.iter().filter(|item| item.span != found.span);
            if array.items.iter().any(|item| item.span == found.span) {
                found.others = others
                    .filter_map(|item| match &item.kind {
                        Kind::String(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .collect();
            }
            Some(found)
        }
        Kind::Object(object) => object.members.iter().find_map(|member| {
            if inside(member.key_span) {
                return Some(PolicyString {
                    span: member.key_span,
                    is_key: true,
                    path: path.clone(),
                    others: object
                        .members
                        .iter()
                        .filter(|other| other.key_span != member.key_span)
                        .map(|other| other.key.clone())
                        .collect(),
                });
            }
            path.push(member.key.clone());
            let found = place(&member.value, offset, path);
            path.pop();
            found
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::{Beside, drafted_with};
    use super::*;

    const CONFIG: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ntailscale:\n  tags: tag:k3s\n  policy: p.hujson\n";

    fn at(policy: &str) -> (Draft, SourceFile, u32) {
        let offset = u32::try_from(policy.find('|').unwrap()).unwrap();
        let draft = drafted_with(CONFIG, &Beside("p.hujson", &policy.replacen('|', "", 1)));
        let file = draft.analysis.files.others()[0].clone();
        (draft, file, offset)
    }

    fn said(policy: &str) -> String {
        let (draft, file, offset) = at(policy);
        about(&draft, &file, offset).map_or("nothing".to_owned(), |(_, words)| words)
    }

    fn typed(policy: &str) -> Vec<String> {
        let (draft, file, offset) = at(policy);
        let words = words(&draft, &file, offset).map_or(Vec::new(), |words| words.words);
        words.into_iter().map(|word| word.text).collect()
    }

    /// The policy with a word taken.
    fn taken(policy: &str, wanted: &str) -> String {
        let (draft, file, offset) = at(policy);
        let all = crate::editor::completions(&draft, &[], file.id(), offset as usize);
        let mut text = file.text().to_owned();
        match all.into_iter().find(|found| found.label == wanted) {
            Some(found) => text.replace_range(found.span.range(), &found.text),
            None => text.push_str("<nothing>"),
        }
        text
    }

    #[test]
    fn names_and_rules() {
        assert_eq!(
            said(r#"{"groups": {"group:o|ps": ["ada@acme.dev"]}}"#),
            "`group:ops`: the users `ada@acme.dev`."
        );
        assert_eq!(
            said(r#"{"tagOwners": {"tag:k3|s": ["autogroup:admin"]}}"#),
            "`tag:k3s`: owned by `autogroup:admin`. All machines of this cluster have it."
        );
        assert_eq!(
            said(
                r#"{"groups": {"group:ops": ["ada@acme.dev"]}, "acls": [{"action": "acc|ept", "src": ["group:ops"], "dst": ["*:443"]}]}"#
            ),
            "Lets `group:ops` (`ada@acme.dev`) connect to `*:443`."
        );
    }

    #[test]
    fn what_a_section_is_for() {
        assert!(said(r#"{"gro|ups": {}}"#).starts_with("`groups`: Names for lists of users"));
        assert_eq!(said(r#"{"nonse|nse": {}}"#), "nothing");
    }

    #[test]
    fn what_is_there_is_not_offered_again() {
        let sections = typed(r#"{"acls": [], "|": {}}"#);
        assert!(sections.contains(&"groups".to_owned()) && !sections.contains(&"acls".to_owned()));
        let selectors = typed(r#"{"acls": [{"src": ["tag:k3s", "|"]}]}"#);
        assert!(!selectors.contains(&"tag:k3s".to_owned()), "{selectors:?}");
    }

    #[test]
    fn what_is_typed_is_complete_with_it() {
        for (policy, word, complete) in [
            ("{gr|}", "grants", "{\"grants\": []}"),
            ("{|}", "groups", "{\"groups\": {}}"),
            (
                "{\n  \"acls\": [],\n  |\n}",
                "groups",
                "{\n  \"acls\": [],\n  \"groups\": {}\n}",
            ),
            (
                "{\n  gr|\n  \"acls\": []\n}",
                "grants",
                "{\n  \"grants\": [],\n  \"acls\": []\n}",
            ),
            ("{\"gr|\"}", "grants", "{\"grants\": []}"),
            ("{\"gr|\": []}", "grants", "{\"grants\": []}"),
            (
                "{\"ssh\": [{\"action\": \"check\", \"|\"}]}",
                "checkPeriod",
                "{\"ssh\": [{\"action\": \"check\", \"checkPeriod\": \"\"}]}",
            ),
            (
                "{\"acls\": [{act|}]}",
                "action",
                "{\"acls\": [{\"action\": \"\"}]}",
            ),
            (
                "{\"acls\": [{\"src\": [|]}]}",
                "tag:k3s",
                "{\"acls\": [{\"src\": [\"tag:k3s\"]}]}",
            ),
            (
                "{\"acls\": [{\"src\": [\"*\", |]}]}",
                "tag:k3s",
                "{\"acls\": [{\"src\": [\"*\", \"tag:k3s\"]}]}",
            ),
            (
                "{\"acls\": [{\"action\": |}]}",
                "accept",
                "{\"acls\": [{\"action\": \"accept\"}]}",
            ),
            (
                "{\"acls\": [{\"src\": [\"ta|\n",
                "tag:k3s",
                "{\"acls\": [{\"src\": [\"tag:k3s\"\n",
            ),
            (
                "{\"acls\": [{\"action\": \"accept\", \"|\n",
                "src",
                "{\"acls\": [{\"action\": \"accept\", \"src\": []\n",
            ),
        ] {
            assert_eq!(taken(policy, word), complete, "{policy}");
        }
        for policy in [
            "{ // gr|\n}",
            "{\"acls\" |}",
            "{\"disableIPv4\": tr|}",
            "/* { | */ {}",
        ] {
            assert!(typed(policy).is_empty(), "{policy}");
        }
    }

    #[test]
    fn what_can_be_typed() {
        assert!(typed(r#"{"gr|"}"#).contains(&"grants".to_owned()));
        assert_eq!(
            typed(r#"{"acls": [{"|": 1}]}"#),
            ["action", "src", "dst", "proto", "srcPosture"]
        );
        let selectors = typed(r#"{"groups": {"group:ops": []}, "acls": [{"src": ["|"]}]}"#);
        assert!(selectors.contains(&"group:ops".to_owned()) && selectors.contains(&"tag:k3s".to_owned()));
        assert!(typed(r#"{"acls": [|]}"#).is_empty());
    }
}
