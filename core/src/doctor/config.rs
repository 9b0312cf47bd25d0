//! Where a configuration has the key that a cause is about.

use super::cause_of;
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, SourceFile};
use crate::syntax::{self, NodeId, Tree};

/// Adds to each finding the place of its key in the configuration: where it is set, or where it belongs.
pub fn point_at(found: Vec<Diagnostic>, config: &SourceFile) -> Vec<Diagnostic> {
    let mut ignored = Sink::new();
    let tree = syntax::parse(config, &mut ignored);
    let point = |found: Diagnostic| {
        let Some(key) = cause_of(found.rule.name).and_then(|cause| cause.key) else {
            return found;
        };
        let file = SourceFile::new(FileId::CONFIG, "key", key);
        let wanted = syntax::parse(&file, &mut Sink::new());
        match (wanted.root(), tree.root()) {
            (Some(from), Some(to)) => places(&wanted, from, &tree, to)
                .into_iter()
                .fold(found, |found, (at, words)| found.and(at, words)),
            _ => found,
        }
    };
    found.into_iter().map(point).collect()
}

type Places = Vec<(crate::source::Span, String)>;

/// The keys of the one mapping in the other: those that are there, and what is missing in those.
fn places(wanted: &Tree<'_>, from: NodeId, tree: &Tree<'_>, to: NodeId) -> Places {
    let mut found = Places::new();
    for entry in wanted.entries(from).iter() {
        let Some(key) = wanted.key_text(entry.key) else {
            continue;
        };
        let Some(there) = tree.get(to, key) else {
            continue;
        };
        let below = places(wanted, entry.value, tree, there.value);
        let deeper = wanted.entries(entry.value);
        let missing = deeper
            .iter()
            .filter_map(|entry| wanted.key_text(entry.key))
            .next();
        match (below.is_empty(), missing) {
            (true, Some(missing)) => found.push((tree.span(there.key), format!("add `{missing}` here"))),
            (true, None) => found.push((tree.span(there.value), format!("`{key}` is set here"))),
            (false, _) => found.extend(below),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str, config: &str) -> Vec<(String, String)> {
        let (key, config) = (
            SourceFile::new(FileId::CONFIG, "key", key),
            SourceFile::new(FileId::CONFIG, "config", config),
        );
        let (wanted, tree) = (
            syntax::parse(&key, &mut Sink::new()),
            syntax::parse(&config, &mut Sink::new()),
        );
        places(&wanted, wanted.root().unwrap(), &tree, tree.root().unwrap())
            .into_iter()
            .map(|(at, words)| (config.slice(at).to_owned(), words))
            .collect()
    }

    #[test]
    fn a_key_is_shown_where_it_is_set_or_belongs() {
        let key = "cluster: {network: {pods: …, services: …}}";
        let set = shown(key, "domain: a.b\ncluster:\n  network:\n    pods: 10.44.0.0/16\n");
        assert_eq!(
            set,
            [("10.44.0.0/16".to_owned(), "`pods` is set here".to_owned())]
        );
        let near = shown(key, "cluster:\n  servers: 3\n");
        assert_eq!(near, [("cluster".to_owned(), "add `network` here".to_owned())]);
        assert!(shown(key, "domain: a.b\n").is_empty());
    }
}
