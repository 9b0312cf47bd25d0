//! From a key to what it ends in, and from a generated line back to what it comes from.

use super::draft::Draft;
use super::effective::set_at;
use super::outline::{Id, shown};
use crate::emission;
use crate::emit::{self, Artifact, Document, Filled, size};
use crate::facts::providers;
use crate::origin::Origin;
use crate::plan::Plan;
use crate::secrets::{Late, Masked};
use crate::source::Span;

/// An artifact that a key ends in, as it would be written now. Instead of each secret it has the secret's name.
#[derive(Debug, Clone, PartialEq, Eq)]
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
/// shown with what the key that it belongs to ends in. `None` where nothing is generated.
pub fn preview(draft: &Draft, offset: u32, wanted: Option<&str>) -> Option<Preview> {
    let plan = &draft.analysis.planned.as_ref()?.plan;
    let emission = emission(&draft.analysis, plan);
    let documents = emission.documents();
    let lines = |origin: &dyn Fn(&Origin) -> bool| -> Vec<(&Document, Vec<usize>)> {
        let found = documents
            .iter()
            .map(|document| (document, lines_of(document, origin)));
        found.filter(|(_, lines)| !lines.is_empty()).collect()
    };
    let at = draft.outline.at(offset);
    let found = at.and_then(|at| {
        let around = draft.outline.ancestors(at).map(|id| lines(&is_of(draft, id)));
        around.into_iter().find(|found| !found.is_empty())
    });
    let mut found = found.unwrap_or_default();
    if let Some(wanted) = wanted
        && !found.iter().any(|(document, _)| document.file_path() == wanted)
    {
        let document = documents.iter().find(|document| document.file_path() == wanted)?;
        found.push((document, Vec::new()));
    }
    let paths: Vec<String> = found.iter().map(|(document, _)| document.file_path()).collect();
    let shown = match wanted {
        Some(wanted) => found
            .into_iter()
            .find(|(document, _)| document.file_path() == wanted),
        // Of those with as many lines, the first.
        None => found.into_iter().rev().max_by_key(|(_, lines)| lines.len()),
    };
    let (document, lines) = shown?;
    let artifact = masked(draft, plan, document)?;
    Some(Preview {
        text: artifact.text().to_owned(),
        path: artifact.path,
        lines,
        paths,
    })
}

/// Whether something comes from a key, or from its default.
fn is_of(draft: &Draft, id: Id) -> impl Fn(&Origin) -> bool {
    let extent = draft.outline.node(id).map(super::outline::Node::extent);
    let path = shown(&draft.outline.path(draft.file(), id));
    let is_below = move |key: &str| {
        let rest = key.strip_prefix(path.as_str());
        !path.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    move |origin| match origin {
        Origin::Config(span) => extent.is_some_and(|extent| extent.contains(*span)),
        Origin::Default(key) => is_below(key),
        _ => false,
    }
}

fn lines_of(document: &Document, is_it: &dyn Fn(&Origin) -> bool) -> Vec<usize> {
    let lines = document.sections.iter().flat_map(|section| &section.line_origins);
    let origins = lines.map(|origin| origin.as_ref().or(document.origin.as_ref()));
    let of_it = origins
        .enumerate()
        .filter(|(_, origin)| origin.is_some_and(|origin| flat(origin).into_iter().any(is_it)));
    of_it.map(|(line, _)| line).collect()
}

/// What an origin is made of.
fn flat(origin: &Origin) -> Vec<&Origin> {
    match origin {
        Origin::All(all) => all.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

/// A document as it would be written, with the names of secrets in their places.
fn masked(draft: &Draft, plan: &Plan, document: &Document) -> Option<Artifact> {
    let values = Masked(draft.analysis.secrets.lookup(Late::Open));
    let emission = emission(&draft.analysis, plan);
    let filled = Filled::new(&emission, &values, None, |_| true);
    let artifacts = filled.artifacts(&emission).ok()?;
    artifacts
        .into_iter()
        .find(|artifact| artifact.path == document.file_path())
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

/// Why a line (from 0) of an artifact says what it says. Empty where it is the same in every tree.
pub fn reasons(draft: &Draft, path: &str, line: usize) -> Vec<Reason> {
    let Some(planned) = &draft.analysis.planned else {
        return Vec::new();
    };
    let emission = emission(&draft.analysis, &planned.plan);
    let document = emission
        .documents()
        .iter()
        .find(|document| document.file_path() == path);
    let Some(document) = document else {
        return Vec::new();
    };
    let mut lines = document.sections.iter().flat_map(|section| &section.line_origins);
    let origin = lines
        .nth(line)
        .and_then(Option::as_ref)
        .or(document.origin.as_ref());
    let reason = |origin: &Origin| match origin {
        Origin::Config(span) => Reason::Set(*span),
        // What is made from a key knows it by its name, set or not.
        Origin::Default(key) => match set_key(draft, key) {
            Some(span) => Reason::Set(span),
            None => Reason::Default(key),
        },
        Origin::Fact(name) => Reason::Fact(name),
        Origin::All(_) => Reason::Fact(""),
    };
    origin.map_or(Vec::new(), |origin| {
        flat(origin).into_iter().map(reason).collect()
    })
}

/// Where a key is set, by the path to it.
fn set_key(draft: &Draft, path: &str) -> Option<Span> {
    let keys: Vec<&str> = path.split('.').collect();
    let found = draft.outline.find(draft.file(), &keys)?;
    Some(draft.outline.node(found)?.span)
}

/// How much user-data a set of machines has.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    let plan = &planned.plan;
    let sets: Vec<_> = draft
        .outline
        .nodes()
        .filter_map(|(id, node)| {
            let set = set_at(draft.file(), &draft.outline, plan, id)?;
            Some((node.key.unwrap_or(node.span), set))
        })
        .collect();
    if sets.is_empty() {
        return Vec::new();
    }
    let emission = emission(&draft.analysis, plan);
    let filled = Filled::new(
        &emission,
        &draft.analysis.secrets.lookup(Late::StandIn),
        None,
        |_| true,
    );
    let sizes: Vec<_> = filled
        .with_sections(&emission)
        .map(|(document, sections)| (document.path.as_str(), size(sections)))
        .collect();
    let of = |(span, set): (Span, &_)| {
        let documents = emit::user_data(&emission, plan, set).into_iter();
        let sized = documents.filter_map(|document| {
            let (_, bytes) = sizes.iter().find(|(path, _)| *path == document.path)?;
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

    const CONFIG: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nssh:\n  po|rt: 2222\nk3s:\n  token: hunter2hunter2\n\
                          cluster:\n  provider: hetzner\n  pools:\n    - name: main\n";

    #[test]
    fn a_key_leads_to_its_lines_and_back() {
        let (draft, offset) = drafted_at(CONFIG);
        let found = preview(&draft, offset, None).unwrap();
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
            let reasons = reasons(&draft, &found.path, *line);
            let set = reasons.iter().find_map(|reason| match reason {
                Reason::Set(span) => Some(draft.file().slice(*span)),
                _ => None,
            });
            assert_eq!(set, Some("2222"), "{line}: {reasons:?}");
        }
    }

    #[test]
    fn an_artifact_that_is_asked_for_is_shown() {
        let (draft, offset) = drafted_at(CONFIG);
        let found = preview(&draft, offset, Some("README.md")).unwrap();
        assert_eq!(found.path, "README.md");
        assert!(preview(&draft, offset, Some("nothing")).is_none());
    }

    #[test]
    fn secrets_are_shown_by_their_names() {
        let text = CONFIG.replacen('|', "", 1);
        let draft = drafted(&text);
        let found = preview(&draft, 0, Some("cloud-init/server-init.yaml")).unwrap();
        assert!(found.text.contains("[k3s.token]"), "{}", found.text);
        assert!(!found.text.contains("hunter2"), "{}", found.text);
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
