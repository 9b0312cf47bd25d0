//! What is to say about a place in a configuration: the findings there, what the key means, and what follows from its value.

use super::context::{key_of_line, place};
use super::draft::Draft;
use super::effective::{defaults, follows};
use super::names::{Name, NameKind, Names};
use super::outline::{Id, Shape, Step, shown};
use super::policy;
use crate::diagnostic::Diagnostic;
use crate::inputs::Inputs;
use crate::model::{ITEMS, users_of};
use crate::page_of;
use crate::plan::{SecretNeed, SecretSource};
use crate::source::{FileId, Span};
use crate::tokens::hidden;
use crate::words::and;

/// What an editor shows for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown. It repeats no value of the configuration but those that findings repeat, and they repeat no secret.
    pub markdown: String,
}

/// What is to say about the byte at `offset` of the configuration or of its policy, where `found` is known to be wrong; `None` where
/// there is nothing.
pub fn hover(
    draft: &Draft,
    inputs: &dyn Inputs,
    found: &[Diagnostic],
    file: FileId,
    offset: u32,
) -> Option<Hover> {
    let at = Span {
        file,
        start: offset,
        end: offset,
    };
    let here = found.iter().filter(|finding| finding.span.touches(at));
    let mut parts: Vec<(Span, String)> = here.map(|finding| (finding.span, page(finding))).collect();
    parts.extend(match draft.analysis.files.get(file)? {
        policy if file != FileId::CONFIG => policy::about(draft, policy, offset),
        _ => named(draft, inputs, offset)
            .or_else(|| about(draft, inputs, offset))
            .or_else(|| described(draft, offset)),
    });
    // A value is explained by its key; what the editor marks is where it was asked.
    let first = parts.first()?.0;
    let value = || {
        draft
            .outline
            .node(draft.outline.at(offset)?)
            .map(|node| node.span)
    };
    let span = match first.touches(at) {
        true => first,
        false => value().filter(|value| value.touches(at)).unwrap_or(at),
    };
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    Some(Hover {
        span,
        markdown: hidden(&parts.join("\n\n---\n\n")).into_owned(),
    })
}

/// The page of a finding's rule, under its message.
fn page(finding: &Diagnostic) -> String {
    let rule = finding.rule;
    format!(
        "**{}**: {}\n\n{}\n[{}]({})",
        finding.severity.as_str(),
        finding.message,
        rule.page(),
        rule.name,
        page_of(rule)
    )
}

/// What the key at an offset means, or the key whose value is there, and what follows from the value.
fn about(draft: &Draft, inputs: &dyn Inputs, offset: u32) -> Option<(Span, String)> {
    let (file, outline) = (draft.file(), &draft.outline);
    let id = outline.at(offset)?;
    let node = outline.node(id)?;
    let on_key = node.key.filter(|key| key.start <= offset && offset <= key.end);
    if on_key.is_none() && matches!(node.shape, Shape::Map | Shape::List) {
        return None;
    }
    // An item of a list is explained by the key of the list.
    let (of, key) = outline
        .ancestors(id)
        .find_map(|id| outline.node(id)?.key.map(|key| (id, key)))?;
    let mut parts: Vec<String> = meaning(&outline.path(file, of)).into_iter().collect();
    parts.extend(policy::named(draft, offset));
    parts.extend(follows(file, outline, &draft.analysis, inputs, id));
    parts.extend(in_force(draft, id));
    parts.extend(origin(draft, inputs, id));
    (!parts.is_empty()).then(|| (key, parts.join("\n\n")))
}

/// Where the value of a secret comes from, and nothing of the value.
fn origin(draft: &Draft, inputs: &dyn Inputs, id: Id) -> Option<String> {
    let node = draft.outline.node(id)?;
    let needs = &draft.analysis.planned.as_ref()?.plan.secrets;
    // One that is not written down is at the place of something else.
    let path = draft.outline.path(draft.file(), id);
    let is_below = |need: &&SecretNeed| match path.first() {
        Some(Step::Key(key)) => need.name.split('.').next() == Some(key),
        _ => false,
    };
    let need = needs
        .iter()
        .filter(is_below)
        .find(|need| need.span == node.span)?;
    Some(format!("Comes from {}.", source(need, inputs)))
}

fn source(need: &SecretNeed, inputs: &dyn Inputs) -> String {
    let mut words = match &need.source {
        SecretSource::Env(name) => match inputs.var(name) {
            Some(_) => format!("the variable `{name}`, which is set"),
            None => format!("the variable `{name}`, which is not set"),
        },
        SecretSource::File(path) => match inputs.read(path) {
            Ok(_) => format!("the file `{path}`"),
            Err(_) => format!("the file `{path}`, which cannot be read"),
        },
        SecretSource::Terraform(variable) => format!("Terraform's variable `{variable}`"),
        SecretSource::Literal => "this file, in plain text".to_owned(),
    };
    if need.generate.is_some() {
        words.push_str("; `gkc secrets generate` can create it");
    }
    words
}

/// What a name of the configuration stands for: a secret of the cluster, or an anchor.
fn named(draft: &Draft, inputs: &dyn Inputs, offset: u32) -> Option<(Span, String)> {
    let names = Names::of(draft);
    let name = names.at(FileId::CONFIG, offset)?;
    let words = match name.kind {
        NameKind::Secret => secret(draft, inputs, &names, name),
        NameKind::Anchor => anchor(draft, &names, name),
        _ => None,
    }?;
    Some((name.span, words))
}

/// The keys of a secret with their sources, and what uses it.
fn secret(draft: &Draft, inputs: &dyn Inputs, names: &Names, name: &Name) -> Option<String> {
    let (file, outline) = (draft.file(), &draft.outline);
    let needs = &draft.analysis.planned.as_ref()?.plan.secrets;
    let prefix = format!("secrets.{}.", name.text);
    let keys = needs.iter().filter_map(|need| {
        let key = need.name.strip_prefix(&prefix)?;
        Some(format!("\n- `{key}`: {}", source(need, inputs)))
    });
    let keys: String = keys.collect();
    let users = names
        .same(name)
        .filter(|user| !user.is_given && user.span.file == FileId::CONFIG);
    let mut users: Vec<String> = users
        .filter_map(|user| {
            Some(format!(
                "`{}`",
                shown(&outline.path(file, outline.at(user.span.start)?))
            ))
        })
        .collect();
    users.dedup();
    let used = match users.is_empty() {
        true => "Nothing in this file uses it.".to_owned(),
        false => format!("Used by {}.", users.join(", ")),
    };
    match keys.is_empty() {
        true => None,
        false => Some(format!("Secret `{}`:\n{keys}\n\n{used}", name.text)),
    }
}

/// What an anchor holds, and where it is. Values are not repeated: they may be secrets.
fn anchor(draft: &Draft, names: &Names, name: &Name) -> Option<String> {
    let (file, outline) = (draft.file(), &draft.outline);
    let given = names.same(name).find(|other| other.is_given)?;
    // The value is the first node behind the anchor.
    let (id, node) = outline
        .nodes()
        .find(|(_, node)| node.span.start >= given.span.end)?;
    let count = outline.children(id).count();
    let held = match node.shape {
        Shape::Map => {
            let keys = outline.children(id).filter_map(|child| outline.key(file, child));
            let keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
            format!("a mapping with {}", keys.join(", "))
        }
        Shape::List if count == 1 => "a list of 1 item".to_owned(),
        Shape::List => format!("a list of {count} items"),
        _ => "a single value".to_owned(),
    };
    let line = file.lines().line_of(given.span.start) + 1;
    let place = shown(&outline.path(file, id));
    Some(format!(
        "Anchor `{}`: {held}, defined in line {line} at `{place}`.",
        name.text
    ))
}

/// What a key means, by the path to its value.
fn meaning(path: &[Step]) -> Option<String> {
    let (Step::Key(name), parents) = path.split_last()? else {
        return None;
    };
    let place = place(parents);
    let words = place.describe(name)?;
    let types = place
        .types(name)
        .map_or(String::new(), |types| format!(": {types}"));
    let steps = path.iter().map(|step| match step {
        Step::Key(key) => key.as_str(),
        Step::Item => ITEMS,
    });
    let steps: Vec<&str> = steps.collect();
    let users = users_of(&steps).map_or(String::new(), |users| {
        let titles: Vec<&str> = users.iter().map(|user| user.title()).collect();
        format!("\n\nRead by {}.", and(&titles))
    });
    Some(format!("`{}`{types}\n\n{words}{users}", shown(path)))
}

/// The defaults that are in force in a mapping.
fn in_force(draft: &Draft, id: Id) -> Option<String> {
    let plan = &draft.analysis.planned.as_ref()?.plan;
    let defaults = defaults(draft.file(), &draft.outline, plan, id);
    let lines = defaults
        .iter()
        .map(|(key, value)| format!("\n- `{key}: {value}`"));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| format!("Defaults in effect:\n{}", lines.concat()))
}

/// What the key of a line means that could not be read, and so has no place in the outline.
fn described(draft: &Draft, offset: u32) -> Option<(Span, String)> {
    let file = draft.file();
    let (mut path, key) = key_of_line(file, offset as usize)?;
    path.push(Step::Key(file.text().get(key.clone())?.to_owned()));
    Some((file.span(key), meaning(&path)?))
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted_at;
    use super::*;
    use crate::inputs::NoInputs;

    fn hover_at(text: &str) -> Option<(Draft, Hover)> {
        let (draft, offset) = drafted_at(text);
        let hover = hover(&draft, &NoInputs, &[], FileId::CONFIG, offset)?;
        Some((draft, hover))
    }

    fn at(text: &str) -> String {
        hover_at(text).map_or("nothing".to_owned(), |(draft, hover)| {
            let first = hover.markdown.lines().next().unwrap();
            format!("{}: {first}", draft.file().slice(hover.span))
        })
    }

    fn said(text: &str) -> String {
        hover_at(text).unwrap().1.markdown
    }

    #[test]
    fn keys_and_values_in_block_style() {
        assert_eq!(at("dom|ain: gitpod.acme.dev\n"), "domain: `domain`: text");
        assert_eq!(
            at("domain: gitpod.ac|me.dev\n"),
            "gitpod.acme.dev: `domain`: text"
        );
        assert_eq!(
            at("cluster:\n  pools:\n    - name: main\n      cou|nt: 3\n"),
            "count: `cluster.pools[].count`: a whole number"
        );
        assert_eq!(
            at("cluster:\n  pools:\n    - na|me: main\n"),
            "name: `cluster.pools[].name`: text"
        );
    }

    #[test]
    fn keys_and_values_in_brackets() {
        assert_eq!(
            at("cluster: {provider: het|zner}\n"),
            "hetzner: `cluster.provider`: a word"
        );
        assert_eq!(
            at("cluster: {pools: [{na|me: main}]}\n"),
            "name: `cluster.pools[].name`: text"
        );
        assert_eq!(
            at("domain_passlist: [acme.dev, ac|me.com]\n"),
            "acme.com: `domain_passlist`: a list"
        );
    }

    #[test]
    fn keys_of_one_platform_say_whose_they_are() {
        assert!(said("gitp|od: {}\n").contains("Read by Gitpod."));
        assert!(said("domain_pass|list: [acme.dev]\n").contains("Read by Gitpod and Coder."));
        assert!(!said("cluster: {na|me: lab}\n").contains("Read by"));
    }

    #[test]
    fn nothing_about_names_of_the_users_own() {
        assert_eq!(at("# a comm|ent\n"), "nothing");
    }

    #[test]
    fn keys_of_lines_that_cannot_be_read() {
        assert_eq!(
            at("cluster:\n  prov|ider: [\n"),
            "provider: `cluster.provider`: a word"
        );
    }

    const HEAD: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n";

    #[test]
    fn what_follows_from_a_value() {
        let said = |text: &str| said(&format!("{HEAD}{text}"));
        let ends = |text: &str, end: &str| {
            let said = said(text);
            assert!(said.ends_with(end), "{said}");
        };
        ends(
            "cluster: {network: {pods: 10.42.0.0/1|6}}",
            "65,536 addresses: a /24 for each of 256 nodes",
        );
        ends("cluster: {firewall: {ssh: [203.0.113.7/3|2]}}", "1 address");
        ends(
            "cluster: {network: {ipv6: {nodes: 'fd00::/6|4'}}}",
            "2^64 addresses",
        );
        ends(
            "cluster: {size: medium, servers: {count: |3}}",
            "etcd with 3 servers survives the loss of 1.",
        );
        ends(
            "cluster: {provider: hetzner, servers: {count: 1, machineType: cx|43}}",
            "8 CPUs, 16 GB of memory.",
        );
        ends(
            "domain_passlist: [ac|me.dev]",
            "at one of these domains, such as `ada@acme.dev`.",
        );
        ends(
            "k3s: {serverConfig: {write-kubeconfig-mo|de: '0644'}}",
            "The flag `--write-kubeconfig-mode` of `k3s server`: text.",
        );
        ends(
            "k3s: {token: {env: K3S_TO|KEN}}",
            "`K3S_TOKEN` is not set, neither in the environment nor in the secrets file.",
        );
    }

    #[test]
    fn names_of_secrets_and_anchors() {
        let text = format!(
            "{HEAD}secrets:\n  pull: {{.dockerconfigjson: {{file: a.json}}}}\n  own: {{key: sesame-sesame}}\ngitpod: {{imagePullSecrets: [pu|ll]}}\n"
        );
        let pull = "Secret `pull`:\n\n- `.dockerconfigjson`: the file `a.json`, which cannot be read\n\nUsed by `gitpod.imagePullSecrets[]`.";
        assert_eq!(said(&text), pull);
        let own = said(&text.replace("pu|ll", "pull").replace("own:", "o|wn:"));
        assert_eq!(
            own,
            "Secret `own`:\n\n- `key`: this file, in plain text\n\nNothing in this file uses it."
        );
        let text = "ssh: &one {port: 22, user: sesame}\nproxy: *o|ne\n";
        let one = "Anchor `one`: a mapping with `port`, `user`, defined in line 1 at `ssh`.";
        assert_eq!(said(text), one);
        assert_eq!(said(&text.replace("*o|ne", "*one").replace("&one", "&o|ne")), one);
        assert!(!said("apiVersion: gitpod-k3s/v1\ndom|ain: a.acme.dev\n").contains("Comes from"));
        let token = said(&format!("{HEAD}k3s: {{to|ken: {{env: K3S_TOKEN}}}}\n"));
        assert!(
            token.ends_with(
                "Comes from the variable `K3S_TOKEN`, which is not set; `gkc secrets generate` can create it."
            ),
            "{token}"
        );
    }

    #[test]
    fn names_of_the_tailnet() {
        let text = "tailscale:\n  tags: tag:k3s\n  groups: {'group:a': [ada@acme.dev]}\n  admins: ['group:a']\n  expect: [{from: 'tag:k3s', to: db, deny: tcp:22}]\n  policy: p.hujson\n";
        let policy = r#"{"hosts": {"db": "10.0.0.1"}, "tagOwners": {"tag:k3s": ["ada@acme.dev"]}}"#;
        let said = |from: &str, to: &str| {
            let text = format!("{HEAD}{}", text.replacen(from, to, 1));
            let offset = text.find('|').unwrap();
            let inputs = crate::editor::draft::Beside("p.hujson", policy);
            let draft = crate::editor::draft::drafted_with(&text.replacen('|', "", 1), &inputs);
            let offset = u32::try_from(offset).unwrap();
            hover(&draft, &inputs, &[], FileId::CONFIG, offset)
                .unwrap()
                .markdown
        };
        let group = "`group:a`: the users `ada@acme.dev`.";
        assert_eq!(said("{'group:a", "{'gro|up:a"), group);
        let used = said("['group:a", "['gro|up:a");
        assert!(
            used.starts_with("`tailscale.admins`") && used.ends_with(group),
            "{used}"
        );
        let tag = "`tag:k3s`: owned by `ada@acme.dev`. All machines of this cluster have it.";
        for tagged in [said("tags: tag", "tags: t|ag"), said("from: 'tag", "from: 't|ag")] {
            assert!(tagged.ends_with(tag), "{tagged}");
        }
        let host = said("to: db", "to: d|b");
        assert!(host.ends_with("`db`: the address `10.0.0.1`."), "{host}");
    }

    #[test]
    fn defaults_in_force() {
        let text = format!("{HEAD}clu|ster: {{provider: hetzner, size: medium}}\n");
        assert!(
            said(&text).ends_with("Defaults in effect:\n\n- `name: gitpod`\n- `os: ubuntu-22.04`"),
            "{}",
            said(&text)
        );
    }
}
