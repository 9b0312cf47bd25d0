//! The files that a configuration names.

use super::context::place;
use super::draft::Draft;
use super::outline::bare;
use crate::source::Span;

/// A file that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Where its path stands.
    pub span: Span,
    /// Its path, relative to the configuration.
    pub path: String,
}

/// The files that a configuration names: those of secrets and certificates, and the tailnet's policy.
pub fn links(draft: &Draft) -> Vec<Link> {
    let (file, outline) = (draft.file(), &draft.outline);
    let policy = outline.find(file, &["tailscale", "policy"]);
    let names_a_file = |id| {
        let node = outline.node(id)?;
        let path = outline.path(file, node.parent()?);
        // The user's own keys can have that name too.
        place(&path).keys().contains(&"file").then_some(())
    };
    let files = outline
        .nodes()
        .map(|(id, _)| id)
        .filter(|id| outline.key(file, *id) == Some("file") && names_a_file(*id).is_some());
    let link = |id| {
        let path = outline.text(file, id).filter(|path| !path.is_empty())?;
        Some(Link {
            span: bare(file, outline.node(id)?.span),
            path: path.to_owned(),
        })
    };
    policy.into_iter().chain(files).filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted;
    use super::*;

    #[test]
    fn files_of_secrets_and_the_policy() {
        let draft = drafted(
            "certificate:\n  customCa: {file: ca.crt}\nsecrets:\n  own: {file: {file: 'pull.json'}}\n\
             tailscale:\n  policy: tailnet.hujson\ncluster:\n  servers:\n    labels: {file: x}\n",
        );
        let mut paths: Vec<_> = links(&draft).into_iter().map(|link| link.path).collect();
        paths.sort();
        assert_eq!(paths, ["ca.crt", "pull.json", "tailnet.hujson"]);
    }
}
