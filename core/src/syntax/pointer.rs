//! Paths into a tree, written as JSON pointers: `/cluster/pools/0/name`.

use super::tree::{Kind, NodeId, Tree};

/// One step down.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list, from 0.
    Index(usize),
}

/// What stands at an offset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeAtOffset {
    /// The way from the root to the innermost value there, or to the value whose key stands there.
    pub path: Vec<Step>,
    /// That value.
    pub node: NodeId,
    /// The key, where the offset lies in a key and not in its value.
    pub key: Option<NodeId>,
}

/// A path as a JSON pointer; the empty path is the whole document.
pub fn render(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        out.push('/');
        match step {
            Step::Key(key) => out.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => out.push_str(&index.to_string()),
        }
    }
    out
}

impl Tree<'_> {
    /// The node that a JSON pointer leads to, through aliases and merge keys; an alias at the end is not followed.
    pub fn locate(&self, pointer: &str) -> Option<NodeId> {
        let mut node = self.root()?;
        let Some(steps) = pointer.strip_prefix('/') else {
            return pointer.is_empty().then_some(node);
        };
        for step in steps.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            node = match self.kind(node) {
                Kind::Map(_) => self.get(node, &step)?.value,
                Kind::Seq(items) => *items.get(index(&step)?)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// What stands at a byte offset: the innermost node whose span holds it, its end included, so that a cursor
    /// behind a word is at the word.
    pub fn node_at_offset(&self, offset: u32) -> Option<NodeAtOffset> {
        let holds = |id: NodeId| {
            let span = self.span(id);
            span.start <= offset && offset <= span.end
        };
        let mut node = self.roots().iter().copied().find(|root| holds(*root))?;
        let mut path = Vec::new();
        loop {
            let next = match &self.node(node).kind {
                Kind::Map(entries) => {
                    let entry = entries.iter().find(|e| holds(e.key) || holds(e.value));
                    let step = entry.and_then(|e| Some((e, Step::Key(self.key_text(e.key)?.to_owned()))));
                    let Some((entry, step)) = step else { break };
                    path.push(step);
                    if holds(entry.key) {
                        let (node, key) = (entry.value, Some(entry.key));
                        return Some(NodeAtOffset { path, node, key });
                    }
                    entry.value
                }
                Kind::Seq(items) => {
                    let Some(index) = items.iter().position(|item| holds(*item)) else {
                        break;
                    };
                    path.push(Step::Index(index));
                    items[index]
                }
                _ => break,
            };
            node = next;
        }
        Some(NodeAtOffset {
            path,
            node,
            key: None,
        })
    }

    /// The way from the root of its document to a node that is a value. The key of an entry has its value's path.
    pub fn path_of(&self, id: NodeId) -> Option<Vec<Step>> {
        // Ids rise in file order, so the last child that is not after `id` holds it.
        let mut node = self.roots().iter().copied().rfind(|root| *root <= id)?;
        let mut path = Vec::new();
        while node != id {
            match &self.node(node).kind {
                Kind::Map(entries) => {
                    let after = entries.partition_point(|entry| entry.key <= id);
                    let entry = entries.get(after.checked_sub(1)?)?;
                    path.push(Step::Key(self.key_text(entry.key)?.to_owned()));
                    if entry.key == id {
                        return Some(path);
                    }
                    node = entry.value;
                }
                Kind::Seq(items) => {
                    let index = items.partition_point(|item| *item <= id).checked_sub(1)?;
                    path.push(Step::Index(index));
                    node = *items.get(index)?;
                }
                _ => return None,
            }
        }
        Some(path)
    }
}

/// An index as JSON pointers write it: no sign, no leading zero.
fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || !step.starts_with(['0', '+']);
    if canonical { step.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile};
    use crate::syntax::tests::parse_clean;

    const TEXT: &str =
        "base: &b {x/y: 1}\ncluster:\n  pools:\n  - name: one\n  - name: two\n    <<: *b\nz~: {k: v}\n";

    #[test]
    fn pointers_lead_to_nodes_and_back() {
        let file = SourceFile::new(FileId::CONFIG, "x", TEXT);
        let tree = parse_clean(&file);
        for (pointer, text) in [
            ("/cluster/pools/1/name", "two"),
            ("/cluster/pools/0", "name: one"),
            ("/z~0/k", "v"),
            ("/base/x~1y", "1"),
        ] {
            let node = tree.locate(pointer).unwrap();
            assert_eq!(file.slice(tree.span(node)), text);
            assert_eq!(render(&tree.path_of(node).unwrap()), pointer);
        }
        assert_eq!(tree.locate(""), tree.root());
        let merged = tree.locate("/cluster/pools/1/x~1y").unwrap();
        assert_eq!(render(&tree.path_of(merged).unwrap()), "/base/x~1y");
        for wrong in [
            "cluster",
            "/",
            "/cluster/pools/2",
            "/cluster/pools/01",
            "/cluster/pools/-1",
            "/base/x/y",
        ] {
            assert_eq!(tree.locate(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_offset_knows_its_path() {
        let file = SourceFile::new(FileId::CONFIG, "x", TEXT);
        let tree = parse_clean(&file);
        let at = |needle: &str| {
            tree.node_at_offset(TEXT.find(needle).unwrap() as u32 + 1)
                .unwrap()
        };
        assert_eq!(render(&at("one").path), "/cluster/pools/0/name");
        assert_eq!(at("one").key, None);
        assert_eq!(render(&at("pools").path), "/cluster/pools");
        assert!(at("pools").key.is_some());
        assert_eq!(render(&at("v}").path), "/z~0/k");
        assert_eq!(tree.node_at_offset(9999), None);
    }
}
