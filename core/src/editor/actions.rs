//! What can be done about a finding: its fixes, all safe fixes at once, and a comment that suppresses it.

use super::draft::Draft;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, apply};
use crate::inputs::Inputs;
use crate::rules::MARK;
use crate::source::{SourceFile, Span};
use crate::{Checked, check};

/// Rounds of fixing: one fix may make room for another, and none may go round in circles.
const MAX_ROUNDS: usize = 10;

/// Applies fixes round by round until none is left. Returns the file as it is then, with what was found in it.
///
/// Of each finding the first fix is applied that is at most as risky as `most`.
pub fn fix(
    file: &SourceFile,
    checked: Checked,
    inputs: &dyn Inputs,
    most: Applicability,
) -> (SourceFile, Checked) {
    let wanted = |fix: &&Fix| most == Applicability::Unsafe || fix.applicability == Applicability::Safe;
    let mut now = (file.clone(), checked);
    for _ in 0..MAX_ROUNDS {
        let (file, checked) = &now;
        let fixes = checked
            .diagnostics
            .iter()
            .filter_map(|d| d.fixes.iter().find(wanted));
        let (fixed, applied) = apply(file.id(), file.text(), fixes);
        if applied == 0 || fixed == file.text() {
            break;
        }
        let file = SourceFile::new(file.id(), file.path(), fixed);
        let checked = check(&file, inputs);
        now = (file, checked);
    }
    now
}

/// The comment that suppresses a finding, on a line of its own above it. `None` where its rule cannot be suppressed, and where no
/// comment can stand: inside a text of several lines.
pub fn suppress(draft: &Draft, finding: &Diagnostic) -> Option<Edit> {
    let file = draft.file();
    if !finding.rule.suppressible || finding.span.file != file.id() {
        return None;
    }
    let line = file.lines().line_of(finding.span.start);
    let start = file.lines().start_of(line)?;
    if draft.outline.is_in_text(start) {
        return None;
    }
    let text = file.text().get(file.lines().range_of(file.text(), line))?;
    let indent = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
    let line_break = if file.text().contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    Some(Edit {
        span: Span {
            start,
            end: start,
            ..finding.span
        },
        text: format!("{indent}# {MARK} ignore[{}]{line_break}", finding.rule.name),
    })
}
