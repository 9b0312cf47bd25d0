//! From a key to what it ends in, and from a generated line back to what it comes from.

use super::context::place;
use super::draft::Draft;
use super::effective::set_at;
use super::outline::{Id, Node, Step, bare, shown};
use crate::Checked;
use crate::emission;
use crate::emit::{self, Artifact, Consumer, Filled, size};
use crate::facts::providers;
use crate::inputs::Inputs;
use crate::origin::Origin;
use crate::plan::{NodeSet, Plan};
use crate::secrets::{Late, Masked};
use crate::source::{SourceFile, Span};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An artifact that a key ends in, as it would be written now. Instead of each secret it has the secret's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// Its path in the tree.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The lines (from 0) that come from the key.
    pub lines: Vec<usize>,
    /// The paths of all artifacts that the key ends in, this one among them.
    pub paths: Vec<String>,
}

/// The artifact that the key at a byte ends in: the one at the path `wanted`, or the one with most lines of it. A key that ends in none is
/// shown with what the mapping that it is in ends in. `None` where that is nothing.
pub fn preview(draft: &Draft, inputs: &dyn Inputs, offset: u32, wanted: Option<&str>) -> Option<Preview> {
    let artifacts = masked(draft);
    let of_key = draft
        .outline
        .at(offset)
        .map(|at| ends_in(draft, inputs, at, &artifacts));
    let mut found = of_key.unwrap_or_default();
    if let Some(wanted) = wanted
        && !found.iter().any(|(artifact, _)| artifact.path == wanted)
    {
        let artifact = artifacts.iter().find(|artifact| artifact.path == wanted)?;
        found.push((artifact, Vec::new()));
    }
    let paths: Vec<String> = found.iter().map(|(artifact, _)| artifact.path.clone()).collect();
    let (artifact, lines) = match wanted {
        Some(wanted) => found.into_iter().find(|(artifact, _)| artifact.path == wanted),
        // What people read tells of everything. Of those with as many lines, the first.
        None => {
            let for_machines = |artifact: &Artifact| artifact.consumer() != Consumer::Index;
            let order = |(artifact, lines): &(&Artifact, Vec<usize>)| (for_machines(artifact), lines.len());
            found.into_iter().rev().max_by_key(order)
        }
    }?;
    Some(Preview {
        path: artifact.path.clone(),
        text: draft.analysis.without_literals(artifact.text()),
        lines,
        paths,
    })
}

/// What would be written, with the names of secrets in their places.
fn masked(draft: &Draft) -> Vec<Artifact> {
    let Some(planned) = &draft.analysis.planned else {
        return Vec::new();
    };
    let emission = emission(&draft.analysis, &planned.plan);
    let values = Masked(draft.analysis.secrets.lookup(Late::Open));
    Filled::new(&emission, &values, None, |_| true)
        .artifacts(&emission)
        .unwrap_or_default()
}

/// The artifacts with lines that come from a node, or from what it is in.
fn ends_in<'a>(
    draft: &Draft,
    inputs: &dyn Inputs,
    id: Id,
    artifacts: &'a [Artifact],
) -> Vec<(&'a Artifact, Vec<usize>)> {
    let change = changes(draft, inputs, id, artifacts);
    // Everything comes from the whole document.
    let around = draft
        .outline
        .ancestors(id)
        .filter(|at| Some(*at) != draft.outline.root());
    for at in around {
        let is_it = is_of(draft, at);
        let found = artifacts.iter().enumerate().map(|(index, artifact)| {
            let mut lines = lines_of(artifact, &is_it);
            if at == id {
                lines.extend(change.get(index).into_iter().flatten());
                crate::sorted::sort(&mut lines);
                lines.dedup();
            }
            (artifact, lines)
        });
        let found: Vec<_> = found.filter(|(_, lines)| !lines.is_empty()).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether something comes from a key, or from its default.
fn is_of(draft: &Draft, id: Id) -> impl Fn(&Origin) -> bool {
    let extent = draft.outline.node(id).map(Node::extent);
    let path = shown(&draft.outline.path(draft.file(), id));
    let is_below = move |key: &str| {
        let rest = key.strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    move |origin| match origin {
        Origin::Config(span) => extent.is_some_and(|extent| extent.contains(*span)),
        Origin::Default(key) => is_below(key),
        _ => false,
    }
}

fn lines_of(artifact: &Artifact, is_it: &dyn Fn(&Origin) -> bool) -> Vec<usize> {
    let origins = artifact.line_origins.iter().enumerate();
    let of_it = origins.filter(|(_, origin)| origin.iter().flat_map(flat).any(is_it));
    of_it.map(|(line, _)| line).collect()
}

/// What an origin is made of.
fn flat(origin: &Origin) -> Vec<&Origin> {
    match origin {
        Origin::All(all) => all.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

/// The lines of each artifact that another value of a scalar would change, or that are not there without a mapping or a list. What a value such
/// as the domain ends in is spread over the tree, where lines tell of one origin at most.
fn changes(draft: &Draft, inputs: &dyn Inputs, id: Id, artifacts: &[Artifact]) -> Vec<Vec<usize>> {
    let file = draft.file();
    let Some(node) = draft.outline.node(id) else {
        return Vec::new();
    };
    let value = draft.outline.text(file, id);
    let (span, others) = match (value, node.key) {
        (Some(text), _) => (bare(file, node.span), others(draft, id, text)),
        // A key without a value is as one that is not there.
        (None, Some(key)) => {
            let end = match file.slice(node.span).ends_with('\n') {
                true => ":\n",
                false => ": ",
            };
            let from_colon = Span {
                start: key.end,
                ..node.span
            };
            (from_colon, vec![end.to_owned()])
        }
        (None, None) => return Vec::new(),
    };
    for other in others {
        let mut changed = file.text().to_owned();
        changed.replace_range(span.range(), &other);
        let changed = Draft::of(&SourceFile::new(file.id(), file.path(), changed), inputs);
        let after = masked(&changed);
        let lines: Vec<Vec<usize>> = artifacts
            .iter()
            .map(|artifact| {
                let same = after.iter().find(|other| other.path == artifact.path);
                match (same, value) {
                    (Some(other), _) => differ(artifact.text(), other.text()),
                    (None, _) if after.is_empty() => Vec::new(),
                    // Its path is another one now.
                    (None, Some(value)) => with_word(artifact.text(), value),
                    (None, None) => (0..artifact.text().lines().count()).collect(),
                }
            })
            .collect();
        if lines.iter().any(|lines| !lines.is_empty()) {
            return lines;
        }
    }
    Vec::new()
}

/// The lines of a text that have a word.
fn with_word(text: &str, word: &str) -> Vec<usize> {
    let lines = text.lines().enumerate();
    let with = lines.filter(|(_, line)| has_word(line, word));
    with.map(|(at, _)| at).collect()
}

/// Other values that a scalar could have.
fn others(draft: &Draft, id: Id, text: &str) -> Vec<String> {
    let words = match draft.outline.path(draft.file(), id).as_slice() {
        [parents @ .., Step::Key(key)] => place(parents).words(key),
        [parents @ .., Step::Key(key), Step::Item] => place(parents).item_words(key),
        _ => Vec::new(),
    };
    let words = words.iter().map(|(word, _)| (*word).to_owned());
    let mut others: Vec<String> = words.filter(|word| word != text).collect();
    if !others.is_empty() {
        return others;
    }
    // Counts of servers are odd.
    others.extend(
        text.parse::<u32>()
            .ok()
            .and_then(|number| number.checked_add(2))
            .map(|number| number.to_string()),
    );
    if let Ok(range) = text.parse::<IpNet>() {
        let next = range
            .supernet()
            .map_or_else(|| range.network(), |wider| wider.network());
        others.push(format!("{next}/{}", range.prefix_len() + 1));
    }
    others.extend(text.parse::<IpAddr>().ok().map(|address| match address {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() ^ 1).to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() ^ 1).to_string(),
    }));
    others.push(format!("x{text}"));
    // A name in a URL, and the last number of a version.
    others.extend(text.contains("://").then(|| text.replacen("://", "://x", 1)));
    let digit = text.rfind(|c: char| c.is_ascii_digit());
    others.extend(digit.and_then(|at| {
        let other = if text.get(at..)?.starts_with('1') {
            "2"
        } else {
            "1"
        };
        Some(format!("{}{other}{}", text.get(..at)?, text.get(at + 1..)?))
    }));
    others
}

/// The lines of a text that another does not have: all between the beginnings and the ends that they have in common, but those that the other
/// has there too.
fn differ(text: &str, other: &str) -> Vec<usize> {
    let (lines, others): (Vec<&str>, Vec<&str>) = (text.lines().collect(), other.lines().collect());
    let start = lines.iter().zip(&others).take_while(|(a, b)| a == b).count();
    let ends = lines
        .iter()
        .rev()
        .zip(others.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let most = lines.len().min(others.len()) - start;
    let end = ends.min(most);
    let kept: BTreeSet<&str> = crate::sorted::set(others[start..others.len() - end].iter().copied());
    let between = lines.iter().enumerate().take(lines.len() - end).skip(start);
    between
        .filter(|(_, line)| !kept.contains(**line))
        .map(|(at, _)| at)
        .collect()
}

/// A reason for a generated line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It is set here.
    Set(Span),
    /// It is the default of a key.
    Default(&'static str),
    /// Upstream demands it; the name of the fact.
    Fact(&'static str),
}

/// Why a line (from 0) of an artifact says what it says: where it comes from, and the values of the configuration that are spread over the
/// tree. Empty where it is the same in every tree.
pub fn reasons(draft: &Draft, inputs: &dyn Inputs, path: &str, line: usize) -> Vec<Reason> {
    let artifacts = masked(draft);
    let Some(index) = artifacts.iter().position(|artifact| artifact.path == path) else {
        return Vec::new();
    };
    let origin = artifacts[index].line_origins.get(line).and_then(Option::as_ref);
    let reason = |origin: &Origin| match origin {
        Origin::Config(span) => Some(Reason::Set(*span)),
        // What is made from a key knows it by its name, set or not.
        Origin::Default(key) => Some(match set_key(draft, key) {
            Some(span) => Reason::Set(span),
            None => Reason::Default(key),
        }),
        Origin::Fact(name) => Some(Reason::Fact(name)),
        Origin::All(_) => None,
    };
    let mut reasons: Vec<Reason> = origin.map_or(Vec::new(), |origin| {
        flat(origin).into_iter().filter_map(reason).collect()
    });
    let shown = artifacts[index].text().lines().nth(line).unwrap_or_default();
    for (id, span) in shown_in(draft, shown) {
        let is_known = |reason: &Reason| matches!(reason, Reason::Set(known) if known.contains(span));
        let lines = || changes(draft, inputs, id, &artifacts).into_iter().nth(index);
        if !reasons.iter().any(is_known) && lines().is_some_and(|lines| lines.contains(&line)) {
            reasons.push(Reason::Set(span));
        }
    }
    reasons
}

/// The values of the configuration that are in a text: those first whose keys are in it too, then the longest.
fn shown_in(draft: &Draft, text: &str) -> Vec<(Id, Span)> {
    let file = draft.file();
    let scalars = draft.outline.nodes().filter_map(|(id, node)| {
        let value = draft.outline.text(file, id)?;
        let has_key = draft.outline.key(file, id).is_some_and(|key| text.contains(key));
        let is_shown = match value.len() {
            0 => false,
            SHORTEST.. => text.contains(value),
            _ => has_key && has_word(text, value),
        };
        is_shown.then_some((id, node.span, has_key, value.len()))
    });
    let mut found: Vec<_> = scalars.collect();
    crate::sorted::sort_by_key(&mut found, |(_, span, has_key, len)| {
        (std::cmp::Reverse((*has_key, *len)), span.start)
    });
    let found = found.into_iter().take(MOST_TRIED);
    found.map(|(id, span, ..)| (id, span)).collect()
}

/// Whether a text has a word, and not as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    let is_other = |c: char| !c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let (before, behind) = (text.get(..at), text.get(at + word.len()..));
        before.is_some_and(|before| before.is_empty() || before.ends_with(is_other))
            && behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(is_other))
    })
}

/// Bytes of a value that is looked for in generated lines: shorter ones are in many by chance, unless they are words beside their keys.
const SHORTEST: usize = 4;

/// How many values are tried for a line. Each takes a tree of its own.
const MOST_TRIED: usize = 3;

/// Where a key is set, by the path to it.
fn set_key(draft: &Draft, path: &str) -> Option<Span> {
    let keys: Vec<&str> = path.split('.').collect();
    let found = draft.outline.find(draft.file(), &keys)?;
    Some(draft.outline.node(found)?.span)
}

/// How much user-data a set of machines has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserData {
    /// The key of the set, or the item that it is.
    pub span: Span,
    /// The path of the largest in the tree.
    pub path: String,
    /// Its bytes, about that many where Terraform fills something in.
    pub bytes: usize,
    /// How many the provider takes at most, where it says.
    pub most: Option<usize>,
}

/// The user-data of the servers, pools and nodes that a configuration writes down.
pub fn user_data(draft: &Draft) -> Vec<UserData> {
    let Some(planned) = &draft.analysis.planned else {
        return Vec::new();
    };
    let sets = sets(draft, &planned.plan);
    if sets.is_empty() {
        return Vec::new();
    }
    let emission = emission(&draft.analysis, &planned.plan);
    let secrets = draft.analysis.secrets.lookup(Late::StandIn);
    let filled = Filled::new(&emission, &secrets, None, |_| true);
    sizes(&planned.plan, sets, &emission, &filled)
}

/// Makes the artifacts of a draft, and measures the user-data among them.
pub fn prove(draft: Draft) -> (Checked, Vec<UserData>) {
    let proof = crate::proof(&draft.analysis);
    let sizes = draft.analysis.planned.as_ref().map_or(Vec::new(), |planned| {
        let plan = &planned.plan;
        sizes(plan, sets(&draft, plan), &proof.emission, &proof.filled)
    });
    (Checked::of(draft.analysis, proof), sizes)
}

/// The sets of machines that a configuration writes down, each with its place.
fn sets<'p>(draft: &Draft, plan: &'p Plan) -> Vec<(Span, &'p NodeSet)> {
    let set = |(id, node): (Id, &Node)| {
        let set = set_at(draft.file(), &draft.outline, plan, id)?;
        Some((node.key.unwrap_or(node.span), set))
    };
    draft.outline.nodes().filter_map(set).collect()
}

fn sizes(
    plan: &Plan,
    sets: Vec<(Span, &NodeSet)>,
    emission: &emit::Emission,
    filled: &Filled,
) -> Vec<UserData> {
    let documents = filled.with_sections(emission);
    let sizes: BTreeMap<&str, usize> =
        crate::sorted::map(documents.map(|(document, sections)| (document.path.as_str(), size(sections))));
    let of = |(span, set): (Span, &NodeSet)| {
        let documents = emit::user_data(emission, plan, set).into_iter();
        let sized = documents.filter_map(|document| {
            let bytes = sizes.get(document.path.as_str())?;
            Some((*bytes, document))
        });
        let (bytes, document) = sized.max_by_key(|(bytes, _)| *bytes)?;
        Some(UserData {
            span,
            path: document.file_path(),
            bytes,
            most: providers::facts(plan.provider).user_data_limit,
        })
    };
    sets.into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::draft::{drafted, drafted_at};
    use super::*;
    use crate::inputs::NoInputs;

    const CONFIG: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nssh:\n  po|rt: 2222\nk3s:\n  token: hunter2hunter2\n\
                          cluster:\n  provider: hetzner\n  pools:\n    - name: main\n";

    #[test]
    fn a_key_leads_to_its_lines_and_back() {
        let (draft, offset) = drafted_at(CONFIG);
        let found = preview(&draft, &NoInputs, offset, None).unwrap();
        let lines: Vec<&str> = found
            .lines
            .iter()
            .map(|line| found.text.lines().nth(*line).unwrap())
            .collect();
        assert!(
            lines.iter().any(|line| line.contains("2222")),
            "{}: {lines:?}",
            found.path
        );
        assert!(found.paths.contains(&found.path));
        for line in &found.lines {
            let reasons = reasons(&draft, &NoInputs, &found.path, *line);
            let set = reasons.iter().find_map(|reason| match reason {
                Reason::Set(span) => Some(draft.file().slice(*span)),
                _ => None,
            });
            assert_eq!(set, Some("2222"), "{line}: {reasons:?}");
        }
    }

    #[test]
    fn a_value_that_is_spread_over_the_tree_is_found_everywhere() {
        let (draft, offset) = drafted_at(&CONFIG.replace('|', "").replace("gitpod.acme", "gitpod.ac|me"));
        let found = preview(&draft, &NoInputs, offset, None).unwrap();
        for path in [
            "README.md",
            "cloud-init/pool-main.yaml",
            "gitpod/installer-config.yaml",
            "k3s/manifests/gkc-21-certificate.yaml",
        ] {
            assert!(
                found.paths.iter().any(|found| found == path),
                "{path}: {:?}",
                found.paths
            );
        }
        for line in &found.lines {
            assert!(
                found.text.lines().nth(*line).unwrap().contains("gitpod"),
                "{line}"
            );
            if !found.text.lines().nth(*line).unwrap().contains("gitpod.acme.dev") {
                continue;
            }
            let reasons = reasons(&draft, &NoInputs, &found.path, *line);
            let is_domain = |reason: &Reason| matches!(reason, Reason::Set(span) if draft.file().slice(*span) == "gitpod.acme.dev");
            assert!(reasons.iter().any(is_domain), "{line}: {reasons:?}");
        }
    }

    #[test]
    fn a_mapping_or_a_list_leads_to_what_is_not_there_without_it() {
        let config = "k3s:\n  registries:\n    mirrors:\n      docker.io: {endpoint: [\"https://m.acme.dev\"]}\n  disable: [metrics-server]\n";
        let config = format!("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n{config}");
        for (key, shown) in [
            ("registries:", "m.acme.dev"),
            ("disable:", "metrics-server"),
            ("k3s:", "m.acme.dev"),
        ] {
            let text = config.replacen(key, &format!("|{key}"), 1);
            let (draft, offset) = drafted_at(&text);
            let found = preview(&draft, &NoInputs, offset, None).unwrap();
            let mut lines = found
                .lines
                .iter()
                .map(|line| found.text.lines().nth(*line).unwrap());
            assert!(lines.any(|line| line.contains(shown)), "{key} {}", found.path);
        }
    }

    #[test]
    fn a_short_value_is_a_reason_beside_its_key() {
        let text = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ngitpod: {workspace: {timeout: 4|5m, requests: {cpu: 2}}}\n";
        for text in [
            text.to_owned(),
            text.replace("4|5m", "45m").replace("cpu: 2", "cpu: |2"),
        ] {
            let (draft, offset) = drafted_at(&text);
            let found = preview(&draft, &NoInputs, offset, None).unwrap();
            let reasons = reasons(&draft, &NoInputs, &found.path, found.lines[0]);
            let is_it = |reason: &Reason| matches!(reason, Reason::Set(span) if span.start <= offset && offset <= span.end);
            assert!(reasons.iter().any(is_it), "{reasons:?}");
        }
    }

    #[test]
    fn a_key_that_ends_nowhere_is_not_shown() {
        let (draft, offset) = drafted_at(&CONFIG.replace('|', "").replace("api", "a|pi"));
        assert!(preview(&draft, &NoInputs, offset, None).is_none());
    }

    #[test]
    fn lines_that_differ() {
        assert_eq!(differ("a\nb\nc\n", "a\nx\nc\n"), [1]);
        assert_eq!(differ("a\nb\nc\n", "a\nc\n"), [1]);
        assert_eq!(differ("a\nc\n", "a\nb\nc\n"), [0; 0]);
        assert_eq!(differ("a\na\n", "a\n"), [1]);
        assert_eq!(differ("a\nb\nc\nd\n", "a\nx\nc\ny\n"), [1, 3]);
    }

    #[test]
    fn an_artifact_that_is_asked_for_is_shown() {
        let (draft, offset) = drafted_at(CONFIG);
        let found = preview(&draft, &NoInputs, offset, Some("README.md")).unwrap();
        assert_eq!(found.path, "README.md");
        assert!(preview(&draft, &NoInputs, offset, Some("nothing")).is_none());
    }

    #[test]
    fn secrets_are_shown_by_their_names() {
        let text = CONFIG.replacen('|', "", 1);
        let draft = drafted(&text);
        let found = preview(&draft, &NoInputs, 0, Some("cloud-init/server-init.yaml")).unwrap();
        assert!(found.text.contains("[k3s.token]"), "{}", found.text);
        assert!(!found.text.contains("hunter2"), "{}", found.text);
    }

    #[test]
    fn secrets_that_are_handed_through_are_not_shown() {
        let text = CONFIG.replacen('|', "", 1).replace(
            "cluster:",
            "tailscale:\n  extraArgs:\n    - --ssh\n    - \"--auth-key=\\x63anary-1\"\ncloudInit:\n  beforeK3s:\n    - |\n      echo before\n      tailscale up --auth-key=canary-2\ncluster:",
        );
        let draft = drafted(&text);
        let found = preview(&draft, &NoInputs, 0, Some("cloud-init/server-init.yaml")).unwrap();
        assert!(found.text.contains("--auth-key=[secret]"), "{}", found.text);
        assert!(!found.text.contains("canary"), "{}", found.text);
        assert!(found.text.contains("echo before"), "{}", found.text);
    }

    #[test]
    fn user_data_of_what_is_written_down() {
        let text = CONFIG.replacen('|', "", 1);
        let found = user_data(&drafted(&text));
        let [pool] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(pool.path, "cloud-init/pool-main.yaml");
        assert_eq!(pool.most, Some(32768));
        assert!((4_000..32_768).contains(&pool.bytes), "{}", pool.bytes);
    }
}
