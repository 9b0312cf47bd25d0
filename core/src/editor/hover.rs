//! What is to say about a place in a configuration: the findings there, what the key means, and what follows from its value.

use super::context::{key_of_line, place};
use super::draft::Draft;
use super::effective::{defaults, follows};
use super::outline::{Id, Shape, Step, shown};
use super::policy;
use crate::diagnostic::Diagnostic;
use crate::inputs::Inputs;
use crate::page_of;
use crate::source::{FileId, Span};

/// What an editor shows for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        _ => about(draft, inputs, offset).or_else(|| described(draft, offset)),
    });
    let span = parts.first()?.0;
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    Some(Hover {
        span,
        markdown: parts.join("\n\n---\n\n"),
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
        page_of(rule.name)
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
    parts.extend(follows(file, outline, &draft.analysis, inputs, id));
    parts.extend(in_force(draft, id));
    (!parts.is_empty()).then(|| (key, parts.join("\n\n")))
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
    Some(format!("`{}`{types}\n\n{words}", shown(path)))
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
        assert_eq!(at("domain: gitpod.ac|me.dev\n"), "domain: `domain`: text");
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
            "provider: `cluster.provider`: a word"
        );
        assert_eq!(
            at("cluster: {pools: [{na|me: main}]}\n"),
            "name: `cluster.pools[].name`: text"
        );
        assert_eq!(
            at("domain_passlist: [acme.dev, ac|me.com]\n"),
            "domain_passlist: `domain_passlist`: a list"
        );
    }

    #[test]
    fn nothing_about_names_of_the_users_own() {
        assert_eq!(at("secrets:\n  ow|n: {key: x}\n"), "nothing");
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
    fn defaults_in_force() {
        let text = format!("{HEAD}clu|ster: {{provider: hetzner, size: medium}}\n");
        assert!(
            said(&text).ends_with("Defaults in effect:\n\n- `name: gitpod`\n- `os: ubuntu-22.04`"),
            "{}",
            said(&text)
        );
    }
}
