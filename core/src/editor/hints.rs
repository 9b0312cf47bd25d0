//! What is true at a place and does not stand there.

use super::draft::Draft;
use super::effective::{defaults, range_words};
use super::outline::{Id, Shape, shown};

/// A text that an editor shows beside a place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hint {
    /// The byte that it is shown before.
    pub offset: u32,
    /// The text.
    pub text: String,
}

/// What is true of a configuration and does not stand there: defaults in force, the sizes of address ranges.
pub fn hints(draft: &Draft) -> Vec<Hint> {
    let (file, outline) = (draft.file(), &draft.outline);
    let mut hints = Vec::new();
    for (id, node) in outline.nodes() {
        // Most of a long file is elsewhere.
        if !has_hints(draft, id) {
            continue;
        }
        match node.shape {
            Shape::Map => hints.extend(in_force(draft, id)),
            Shape::Scalar => {
                let path = shown(&outline.path(file, id));
                let range = outline.text(file, id).filter(|text| text.contains('/'));
                let range = range
                    .filter(|_| path.starts_with("cluster.network."))
                    .and_then(|text| text.parse().ok());
                let words = range.and_then(|range| range_words(range, path == "cluster.network.pods"));
                hints.extend(words.map(|text| Hint {
                    offset: node.span.end,
                    text,
                }));
            }
            _ => {}
        }
    }
    hints
}

/// Whether a node is in a section that has any.
fn has_hints(draft: &Draft, id: Id) -> bool {
    let (file, outline) = (draft.file(), &draft.outline);
    let top = outline
        .ancestors(id)
        .find(|id| outline.node(*id).and_then(super::outline::Node::parent) == outline.root());
    top.and_then(|top| outline.key(file, top))
        .is_some_and(|key| matches!(key, "cluster" | "k3s" | "ssh"))
}

/// The defaults in force, behind the key of a mapping or the name of an item. In brackets there is no room for them.
fn in_force(draft: &Draft, id: Id) -> Option<Hint> {
    let (file, outline) = (draft.file(), &draft.outline);
    let node = outline.node(id)?;
    if file.slice(node.span).starts_with('{') {
        return None;
    }
    let offset = match node.key {
        // Behind the colon.
        Some(key) => key.end + 1,
        None => outline.node(outline.get(file, id, "name")?)?.span.end,
    };
    let plan = &draft.analysis.planned.as_ref()?.plan;
    let defaults = defaults(file, outline, plan, id);
    let words: Vec<String> = defaults
        .into_iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    (!words.is_empty()).then(|| Hint {
        offset,
        text: words.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted;
    use super::*;

    #[test]
    fn defaults_and_ranges() {
        let text = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ncluster:\n  provider: hetzner\n  network: {pods: 10.42.0.0/16}\n\
                    \x20 pools:\n    - name: main\n      count: 2\n";
        let mut shown = text.to_owned();
        for hint in hints(&drafted(text)).iter().rev() {
            shown.insert_str(hint.offset as usize, &format!(" <{}>", hint.text));
        }
        assert_eq!(
            shown,
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n\
             cluster: <name: gitpod, size: small, os: ubuntu-22.04>\n  provider: hetzner\n\
             \x20 network: {pods: 10.42.0.0/16 <65,536 addresses: a /24 for each of 256 nodes>}\n\
             \x20 pools:\n    - name: main <machineType: cpx42>\n      count: 2\n"
        );
    }
}
