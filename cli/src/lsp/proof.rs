//! What artifacts showed, which is looked at seldom, in texts that change often.

use super::differences::without_ends;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::editor::UserData;
use gkc_core::source::{Files, SourceFile, Span};
use std::collections::HashSet;
use std::ops::Range;

/// What artifacts showed.
pub struct Shown {
    /// What is wrong beyond what the analysis finds.
    pub diagnostics: Vec<Diagnostic>,
    /// How much user-data machines have.
    pub sizes: Vec<UserData>,
    /// Whether the tree beside the configuration is what would be written; `None` where there is none.
    pub is_built: Option<bool>,
    /// The texts that the places of both are in.
    pub files: Files,
}

/// What artifacts showed, moved with the changes since.
#[derive(Default)]
pub struct Proof {
    /// After how many changes artifacts were last made, or are being made; `None` since the last one that concerns them.
    pub of: Option<u64>,
    /// What was found beyond the analysis.
    pub found: Vec<Diagnostic>,
    /// How much user-data machines have; `None` before artifacts were made.
    pub sizes: Option<Vec<UserData>>,
    /// Whether the tree beside the configuration is what would be written; `None` where there is none, and since the last change.
    pub is_built: Option<bool>,
    /// The texts that the places of both are in.
    files: Option<Files>,
}

impl Proof {
    /// Takes what artifacts showed.
    pub fn take(&mut self, shown: Shown) {
        self.found = shown.diagnostics;
        self.sizes = Some(shown.sizes);
        self.is_built = shown.is_built;
        self.files = Some(shown.files);
    }

    /// Has artifacts made again.
    pub fn outdate(&mut self) {
        self.of = None;
        self.is_built = None;
    }

    /// Moves what was found with what changed, in whatever way, in the texts. What is not there any more is left out.
    pub fn follow(&mut self, now: &Files) {
        let Some(before) = &self.files else { return };
        let old = std::iter::once(before.config()).chain(before.others());
        let changes: Vec<Change> = old.filter_map(|old| Change::of(old, now)).collect();
        if changes.is_empty() {
            return;
        }
        self.found.retain_mut(|found| {
            // Fixes were made for the texts as they were.
            found.fixes.clear();
            let labels = found.labels.iter_mut().map(|label| &mut label.span);
            labels.chain([&mut found.span]).all(|span| moved(span, &changes))
        });
        if let Some(sizes) = &mut self.sizes {
            sizes.retain_mut(|size| moved(&mut size.span, &changes));
        }
        self.files = Some(now.clone());
    }
}

/// Takes out findings that are known already. There may be many of both.
pub fn remove_known(found: &mut Vec<Diagnostic>, known: &[Diagnostic]) {
    let known: HashSet<(&str, Span)> = known.iter().map(|known| (known.rule.name, known.span)).collect();
    found.retain(|found| !known.contains(&(found.rule.name, found.span)));
}

/// What became of a text.
struct Change {
    old: SourceFile,
    /// The text now; `None` where the configuration refers to another file.
    new: Option<SourceFile>,
    /// What was replaced in the old text.
    replaced: Range<usize>,
    /// How many bytes are in its place.
    by: usize,
}

impl Change {
    /// `None` where the text is still the same.
    fn of(old: &SourceFile, now: &Files) -> Option<Change> {
        let new = now.get(old.id()).filter(|new| new.path() == old.path());
        let new_text = new.map_or("", SourceFile::text);
        if new.is_some() && new_text == old.text() {
            return None;
        }
        let (start, replaced, by) = without_ends(old.text(), new_text);
        Some(Change {
            old: old.clone(),
            new: new.cloned(),
            replaced: start..start + replaced.len(),
            by: by.len(),
        })
    }
}

/// Moves a place with its text. Returns false where that is not there any more.
fn moved(span: &mut Span, changes: &[Change]) -> bool {
    let Some(change) = changes.iter().find(|change| change.old.id() == span.file) else {
        return true;
    };
    let Some(new) = &change.new else { return false };
    let (place, replaced) = (span.range(), &change.replaced);
    let before = *span;
    if place.end > replaced.start || place.is_empty() && place.end == replaced.start {
        let shift = |at: usize| (at + change.by).saturating_sub(replaced.len());
        *span = Span::new(span.file, shift(place.start), shift(place.end));
    }
    // What begins like the text in front of it seems to be touched by the change.
    place.start >= replaced.end || new.slice(*span) == change.old.slice(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::source::FileId;

    #[test]
    fn places_move_with_their_texts() {
        let file = |text: &str| SourceFile::new(FileId::CONFIG, "x", text);
        // What the word `b.dev` spans in the new text.
        let after = |old: &str, new: &str| {
            let (old, new) = (file(old), file(new));
            let start = old.text().find("b.dev").unwrap();
            let mut span = old.span(start..start + "b.dev".len());
            let changes: Vec<Change> = Change::of(&old, &Files::of(new.clone())).into_iter().collect();
            moved(&mut span, &changes).then(|| span.range())
        };
        assert_eq!(after("[b.dev]", "[b.dev]"), Some(1..6));
        assert_eq!(after("[b.dev]", "[b.dev, c.dev]"), Some(1..6));
        assert_eq!(after("[b.dev]", "# é\n[b.dev]"), Some(6..11));
        assert_eq!(after("[b.dev]", "[b.com, b.dev]"), Some(8..13));
        assert_eq!(after("[b.dev]", "[b.com]"), None);
        assert_eq!(after("[b.dev]", "[]"), None);
        assert_eq!(after("[b.dev]", ""), None);
    }
}
