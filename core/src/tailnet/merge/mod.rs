//! Merging needs into a tailnet's own policy: own entries stand together between marker comments, everything else
//! stays byte for byte.
//!
//! Entries go right behind the bracket that opens their section, each with a comma behind it. So not even a comma
//! has to be added to the author's text, and taking the parts out restores it exactly.

mod insert;
mod markers;
mod needs;
#[cfg(test)]
mod tests;

pub use needs::{Accept, AclNeed, GrantNeed, Needs, SshNeed, SshTestNeed, TestNeed};

pub(crate) use self::insert::one_line;
use self::insert::{Insertion, insertions};
use self::markers::{Base, strip};
use super::check::check_text;
use super::control::Control;
use super::model::Tailnet;
use super::policy;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::source::{SourceFile, Span};
use crate::tailnet::findings::control::CONTROL_UNSUPPORTED;
use crate::tailnet::findings::merge::DEFAULT_DENY;
use crate::tailnet::findings::syntax::SURROUNDING_BLANK;

/// A merged policy.
#[derive(Clone, PartialEq, Debug)]
pub struct Merged {
    /// The new text.
    pub text: String,
    /// Warnings about the merge, at places of the text that was merged into.
    pub found: Vec<Diagnostic>,
    base: Base,
    inserted: Vec<Insertion>,
}

impl Merged {
    /// Where a place of the merged text stands in the text that was merged into; none within an own part.
    pub fn original(&self, span: Span) -> Option<Span> {
        let places = Places {
            base: &self.base,
            inserted: &self.inserted,
        };
        let (start, last) = (span.start as usize, (span.end as usize).saturating_sub(1));
        if places.is_own(start) || places.is_own(last) || span.is_empty() {
            return None;
        }
        Some(Span::new(
            span.file,
            places.original(start),
            places.original(last) + 1,
        ))
    }
}

/// Why nothing was merged, at places of the text that was to be merged into.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Refused {
    /// What is wrong with the text, or contradicts the needs.
    pub found: Vec<Diagnostic>,
    /// What is wrong with the needs, each with the value of theirs.
    pub of_needs: Vec<(String, Diagnostic)>,
}

impl Refused {
    /// All of it, in the order of the places.
    pub fn into_found(self) -> Vec<Diagnostic> {
        let mut sink = Sink::new();
        sink.extend(self.found);
        sink.extend(self.of_needs.into_iter().map(|(_, finding)| finding));
        sink.finish()
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut found = self
            .found
            .iter()
            .chain(self.of_needs.iter().map(|(_, found)| found));
        match found.next() {
            Some(first) => f.write_str(&first.message),
            None => f.write_str("the policy cannot be merged into"),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Vec<Diagnostic>> for Refused {
    fn from(found: Vec<Diagnostic>) -> Refused {
        Refused {
            found,
            of_needs: Vec::new(),
        }
    }
}

/// Merges `needs` into a policy, replacing what an earlier merge put there. The result is checked, its tests
/// included where a tailnet is given.
///
/// # Errors
/// Why nothing was merged: the text cannot be read, contradicts the needs, or would not be saved by the control plane.
pub fn merge(
    file: &SourceFile,
    needs: &Needs,
    control: Control,
    tailnet: Option<&Tailnet>,
) -> Result<Merged, Refused> {
    let base = strip(file)?;
    let base_file = SourceFile::new(file.id(), file.path(), base.text.clone());
    let (policy, document, mut found) = policy::read_with_tree(&base_file, control);
    // What the control server does not take hinders no merge, and is found again below with everything else.
    let taken = |d: &Diagnostic| d.rule == &CONTROL_UNSUPPORTED || d.rule == &SURROUNDING_BLANK;
    if found.iter().any(|d| d.severity == Severity::Error && !taken(d)) {
        return Err(mapped(found, |at| base.original(at)).into());
    }
    found.clear();
    let inserted =
        insertions(&base.text, file.id(), &document, needs).map_err(|f| mapped(f, |at| base.original(at)))?;
    let text = apply(&base.text, &inserted);
    let merged_file = SourceFile::new(file.id(), file.path(), text.clone());
    let checked = check_text(&merged_file, control, tailnet);
    let places = Places {
        base: &base,
        inserted: &inserted,
    };
    if !checked.is_valid() {
        let errors = checked
            .found
            .into_iter()
            .filter(|d| d.severity == Severity::Error);
        let errors = errors.map(|d| places.moved_to_author(d));
        let (own, found): (Vec<_>, Vec<_>) = errors.partition(|d| places.is_own(d.span.start as usize));
        let map = |found| mapped(found, |at| places.original(at));
        let of_needs = own.into_iter().flat_map(|error| {
            let value = value_at(&merged_file, error.span);
            map(vec![error])
                .into_iter()
                .map(move |error| (value.clone(), error))
        });
        return Err(Refused {
            of_needs: of_needs.collect(),
            found: map(found),
        });
    }
    if policy.allows_all() && needs.has_rules() {
        // The bracket stands for the whole: the finding is about what is not there.
        let start = policy.span.map_or(0, |span| span.start as usize);
        found.push(turns_to_deny(Span::new(file.id(), start, start + 1)));
    }
    Ok(Merged {
        text,
        found: mapped(found, |at| base.original(at)),
        base,
        inserted,
    })
}

/// The value that stands at a place: of a string, what is between its quotes.
pub(crate) fn value_at(file: &SourceFile, span: Span) -> String {
    file.slice(span).trim_matches('"').to_owned()
}

/// Takes out what [`merge`] put into a policy.
///
/// # Errors
/// Markers that do not pair.
pub fn remove(file: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    strip(file).map(|base| base.text)
}

fn turns_to_deny(span: Span) -> Diagnostic {
    DEFAULT_DENY.at(span,
        "this policy has no rules, so everybody reaches everything; with the merged rules only what they admit is left",
    )
    .help("to keep it open, add `\"grants\": [{\"src\": [\"*\"], \"dst\": [\"*\"], \"ip\": [\"*\"]}]` before merging")
    .note("the first rule of a policy turns it from allowing all to denying by default, for every device of the tailnet")
}

fn apply(text: &str, inserted: &[Insertion]) -> String {
    let mut out = String::with_capacity(text.len() + inserted.iter().map(|i| i.text.len()).sum::<usize>());
    let mut from = 0;
    for insertion in inserted {
        out.push_str(text.get(from..insertion.at).unwrap_or(""));
        out.push_str(&insertion.text);
        from = insertion.at;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// Maps places of the merged text back to the text that was merged into.
struct Places<'a> {
    base: &'a Base,
    inserted: &'a [Insertion],
}

impl Places<'_> {
    /// An error in an own part that another place explains is shown at that place: it is the author who can act.
    fn moved_to_author(&self, mut error: Diagnostic) -> Diagnostic {
        let theirs = error
            .labels
            .iter()
            .position(|l| !self.is_own(l.span.start as usize));
        if let Some(at) = theirs.filter(|_| self.is_own(error.span.start as usize)) {
            let label = error.labels.remove(at);
            error.span = label.span;
            error.label = Some(label.message);
            error.fixes.clear();
        }
        error
    }

    /// True where a byte of the merged text is one that was put in.
    fn is_own(&self, at: usize) -> bool {
        let mut added = 0;
        self.inserted.iter().any(|insertion| {
            let start = insertion.at + added;
            added += insertion.text.len();
            (start..start + insertion.text.len()).contains(&at)
        })
    }

    /// A place within an own part becomes the bracket before it.
    fn original(&self, at: usize) -> usize {
        let mut added = 0;
        for insertion in self.inserted {
            let start = insertion.at + added;
            if at < start {
                break;
            }
            if at < start + insertion.text.len() {
                return self.base.original(insertion.at.saturating_sub(1));
            }
            added += insertion.text.len();
        }
        self.base.original(at - added)
    }
}

/// Moves findings; an end is mapped with the byte before it, so that a span does not grow over a part behind it.
fn mapped(found: Vec<Diagnostic>, to: impl Fn(usize) -> usize) -> Vec<Diagnostic> {
    let moved = |span: Span| {
        let start = to(span.start as usize);
        let end = if span.is_empty() {
            start
        } else {
            to(span.end as usize - 1) + 1
        };
        Span::new(span.file, start, end)
    };
    let mut sink = Sink::new();
    sink.extend(found.into_iter().map(|mut d| {
        d.span = moved(d.span);
        d.labels.iter_mut().for_each(|l| l.span = moved(l.span));
        d.fixes
            .iter_mut()
            .flat_map(|f| &mut f.edits)
            .for_each(|e| e.span = moved(e.span));
        d
    }));
    sink.finish()
}
