//! Names that one place of a configuration or of its policy gives and others use: where they are given and used.

mod policy;
mod rename;

use super::draft::Draft;
use super::outline::{Id, Outline, Shape, bare};
use crate::acl::party_of;
use crate::model::{PATCH, PULL_SECRETS, TRACING_SECRET};
use crate::source::{FileId, SourceFile, Span};
use crate::tailnet::selector::Selector;
use policy::in_policy;

/// What a name is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// An anchor of YAML.
    Anchor,
    /// A pool of agents.
    Pool,
    /// A named machine.
    Node,
    /// A Kubernetes secret.
    Secret,
    /// A variable that a secret comes from.
    Variable,
    /// A tag of the tailnet.
    Tag,
    /// A group of the tailnet.
    Group,
    /// A name for an address in the policy.
    Host,
    /// A named set of addresses in the policy.
    IpSet,
    /// A named device condition in the policy.
    Posture,
}

impl NameKind {
    /// What the kind is called in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            NameKind::Anchor => "anchor",
            NameKind::Pool => "pool",
            NameKind::Node => "node",
            NameKind::Secret => "secret",
            NameKind::Variable => "variable",
            NameKind::Tag => "tag",
            NameKind::Group => "group",
            NameKind::Host => "host",
            NameKind::IpSet => "IP set",
            NameKind::Posture => "posture",
        }
    }

    /// What names of this kind begin with.
    fn prefix(self) -> &'static str {
        match self {
            NameKind::Tag => "tag:",
            NameKind::Group => "group:",
            NameKind::IpSet => "ipset:",
            NameKind::Posture => "posture:",
            _ => "",
        }
    }

    /// The kind whose prefix a text has.
    fn by_prefix(text: &str) -> Option<NameKind> {
        let prefixed = [NameKind::Tag, NameKind::Group, NameKind::IpSet, NameKind::Posture];
        prefixed.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

/// A name where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What it is one of.
    pub kind: NameKind,
    /// The name, with its prefix.
    pub text: String,
    /// Where it stands, without quotes, in the configuration or in the policy.
    pub span: Span,
    /// Whether it is given here. Otherwise it is used.
    pub is_given: bool,
    /// An anchor can be given again further down: which of them it is, by where it is given.
    scope: u32,
}

/// The names of a configuration and of the policy that it refers to.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<Name>);

impl Names {
    /// Those of a configuration, and of its policy as the analysis read it.
    pub fn of(draft: &Draft) -> Names {
        let mut names = Names::in_config(draft.file(), &draft.outline);
        names
            .0
            .extend(draft.analysis.files.others().iter().flat_map(in_policy));
        names
    }

    fn in_config(file: &SourceFile, outline: &Outline) -> Names {
        let mut found = Vec::new();
        anchors(file, outline, &mut found);
        let mut add = |kind: NameKind, span: Span, is_given: bool| {
            let span = bare(file, span);
            found.push(Name {
                kind,
                text: file.slice(span).to_owned(),
                span,
                is_given,
                scope: 0,
            });
        };
        let scalar = |id: Id| {
            let node = outline.node(id)?;
            let one_line = !file.slice(node.span).contains('\n');
            (node.shape == Shape::Scalar && one_line).then_some(node.span)
        };
        let key = |id: Id| outline.node(id)?.key;
        for (list, kind) in [("pools", NameKind::Pool), ("nodes", NameKind::Node)] {
            for item in outline.inside(file, &["cluster", list]) {
                let name = outline.get(file, item, "name").and_then(scalar);
                name.into_iter().for_each(|span| add(kind, span, true));
            }
        }
        for secret in outline.inside(file, &["secrets"]).filter_map(key) {
            add(NameKind::Secret, secret, true);
        }
        for list in &PULL_SECRETS {
            for secret in outline.inside(file, list).filter_map(scalar) {
                add(NameKind::Secret, secret, false);
            }
        }
        if let Some(secret) = outline.find(file, &TRACING_SECRET).and_then(scalar) {
            add(NameKind::Secret, secret, false);
        }
        for secret in patched_secrets(file, outline).into_iter().filter_map(scalar) {
            add(NameKind::Secret, secret, false);
        }
        for (id, node) in outline.nodes() {
            // The only key of its mapping: other mappings may have a key of that name too.
            let is_alone = |parent| outline.children(parent).nth(1).is_none();
            if outline.key(file, id) == Some("env") && node.parent().is_some_and(is_alone) {
                scalar(id)
                    .into_iter()
                    .for_each(|span| add(NameKind::Variable, span, false));
            }
        }
        for tag in scalars_below(outline, outline.find(file, &["tailscale", "tags"])).filter_map(scalar) {
            add(NameKind::Tag, tag, true);
        }
        for group in outline.inside(file, &["tailscale", "groups"]).filter_map(key) {
            add(NameKind::Group, group, true);
        }
        let admins = outline.inside(file, &["tailscale", "admins"]);
        let claims = outline.inside(file, &["tailscale", "expect"]);
        let ends = claims.flat_map(|claim| {
            let end = |key| outline.get(file, claim, key);
            ["from", "only", "to"]
                .into_iter()
                .filter_map(end)
                .collect::<Vec<_>>()
        });
        let ends = ends.flat_map(|end| scalars_below(outline, Some(end)).collect::<Vec<_>>());
        for span in admins.chain(ends).filter_map(scalar) {
            if let Some(kind) = selector(file.slice(bare(file, span))) {
                add(kind, span, false);
            }
        }
        Names(found)
    }

    /// Every name, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Name> {
        self.0.iter()
    }

    /// The name at a byte of a file.
    pub fn at(&self, file: FileId, offset: u32) -> Option<&Name> {
        let at = Span {
            file,
            start: offset,
            end: offset,
        };
        self.0.iter().find(|name| name.span.touches(at))
    }

    /// Every place where a name is given or used.
    pub fn same<'n>(&'n self, name: &'n Name) -> impl Iterator<Item = &'n Name> {
        self.0.iter().filter(move |other| {
            (other.kind, other.scope, &other.text) == (name.kind, name.scope, &name.text)
        })
    }
}

/// Anchors and their aliases. An alias stands for the last anchor of its name above it.
fn anchors(file: &SourceFile, outline: &Outline, found: &mut Vec<Name>) {
    let name = |span: Span, is_given: bool| {
        let span = Span {
            start: span.start + 1,
            ..span
        };
        Name {
            kind: NameKind::Anchor,
            text: file.slice(span).to_owned(),
            span,
            is_given,
            scope: span.start,
        }
    };
    let given = outline.anchors().iter().map(|span| name(*span, true));
    let used = outline.nodes().filter(|(_, node)| node.shape == Shape::Alias);
    let mut all: Vec<Name> = given
        .chain(used.map(|(_, node)| name(node.span, false)))
        .collect();
    crate::sorted::sort_by_key(&mut all, |name| name.span.start);
    for at in 0..all.len() {
        let (before, rest) = all.split_at_mut(at);
        let Some(name) = rest.first_mut().filter(|name| !name.is_given) else {
            continue;
        };
        let meant = before
            .iter()
            .rev()
            .find(|other| other.is_given && other.text == name.text);
        if let Some(meant) = meant {
            name.scope = meant.scope;
        }
    }
    found.append(&mut all);
}

/// Names of secrets in the Installer's configuration: `{kind: secret, name: NAME}`.
fn patched_secrets(file: &SourceFile, outline: &Outline) -> Vec<Id> {
    let Some(patch) = outline.find(file, &PATCH) else {
        return Vec::new();
    };
    let name = |id: Id| {
        let kind = outline.text(file, outline.get(file, id, "kind")?)?;
        (kind == "secret").then(|| outline.get(file, id, "name"))?
    };
    outline.below(patch).filter_map(name).collect()
}

/// A value and what is in it.
fn scalars_below(outline: &Outline, id: Option<Id>) -> impl Iterator<Item = Id> {
    id.into_iter()
        .flat_map(|id| std::iter::once(id).chain(outline.below(id)))
}

/// The kind of name that an end of a claim is.
fn selector(text: &str) -> Option<NameKind> {
    if party_of(text).is_some() {
        return None;
    }
    match Selector::parse(text) {
        Selector::Group(_) => Some(NameKind::Group),
        Selector::Tag(_) => Some(NameKind::Tag),
        Selector::IpSet(_) => Some(NameKind::IpSet),
        Selector::Host(_) => Some(NameKind::Host),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted_at;
    use super::*;

    /// What is the same name as the one at the mark, each as `TEXT@LINE`.
    fn same(text: &str) -> Vec<String> {
        let (draft, offset) = drafted_at(text);
        let names = Names::of(&draft);
        let name = names.at(FileId::CONFIG, offset).unwrap();
        let line = |name: &Name| draft.file().lines().line_of(name.span.start);
        names
            .same(name)
            .map(|name| format!("{}@{}", name.text, line(name)))
            .collect()
    }

    #[test]
    fn an_alias_stands_for_the_last_anchor_above_it() {
        let text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n";
        assert_eq!(same(&text.replace("b: *", "b: *|")), ["x@0", "x@1"]);
        assert_eq!(same(&text.replace("d: *", "d: *|")), ["x@2", "x@3"]);
    }

    #[test]
    fn names_of_one_text_are_told_apart_by_their_kinds() {
        let text = "secrets: {main: {a: b}}\ncluster: {pools: [{name: ma|in}]}\ngitpod: {imagePullSecrets: [main]}\n";
        assert_eq!(same(text), ["main@1"]);
        assert_eq!(
            same(&text.replace("ma|in", "main").replace("[main", "[|main")),
            ["main@0", "main@2"]
        );
    }

    #[test]
    fn strings_of_a_policy_that_only_look_like_names_are_none() {
        let file = SourceFile::new(
            FileId(1),
            "p",
            r#"{"hosts": {"db": "10.0.0.1"}, "acls": [{"src": ["db@acme.dev", "db/24", "dbx", "db"], "dst": ["db:80"]}]}"#,
        );
        let found: Vec<_> = in_policy(&file).into_iter().map(|name| name.span.start).collect();
        let text = file.text();
        let at = |word: &str| u32::try_from(text.find(word).unwrap() + 1).unwrap();
        assert_eq!(found, [at("\"db\": "), at("\"db\"], \"dst"), at("\"db:80")]);
    }
}
