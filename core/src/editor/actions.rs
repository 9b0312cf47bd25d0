//! What can be done about a finding: its fixes, all safe fixes at once, and a comment that suppresses it.

use super::draft::Draft;
use super::over::Over;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, apply, edited};
use crate::inputs::Inputs;
use crate::rules::MARK;
use crate::source::{SourceFile, Span};
use crate::{Checked, Options, analyse, check};

/// Rounds of fixing: one fix may make room for another, and none may go round in circles.
const MAX_ROUNDS: usize = 10;

/// Applies fixes round by round until none is left, in the configuration and in the files that it refers to, such as the tailnet's own
/// policy. Returns the configuration as it is then, with what was found in it; its files have the texts to write.
///
/// Of each finding the first fix is applied that is at most as risky as `most`.
pub fn fix(
    file: &SourceFile,
    checked: Checked,
    inputs: &dyn Inputs,
    most: Applicability,
) -> (SourceFile, Checked) {
    fix_some(file, checked, inputs, most, &|_| true)
}

/// [`fix`] for some findings only.
pub fn fix_some(
    file: &SourceFile,
    checked: Checked,
    inputs: &dyn Inputs,
    most: Applicability,
    is_meant: &dyn Fn(&Diagnostic) -> bool,
) -> (SourceFile, Checked) {
    let wanted = |fix: &&Fix| most == Applicability::Unsafe || fix.applicability == Applicability::Safe;
    let mut now = (file.clone(), checked);
    let mut changed: Vec<SourceFile> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let (file, checked) = &now;
        let fixes: Vec<&Fix> = checked
            .diagnostics
            .iter()
            .filter(|finding| is_meant(finding) && !is_taken(finding, &checked.diagnostics))
            .filter_map(|d| d.fixes.iter().find(wanted))
            .collect();
        let after = |fixes: &[&Fix]| {
            let fixed = |of: &SourceFile| {
                let (text, _) = apply(of.id(), of.text(), fixes.iter().copied());
                (text != of.text()).then(|| SourceFile::new(of.id(), of.path(), text))
            };
            let config = fixed(file);
            let others: Vec<SourceFile> = checked.analysis.files.others().iter().filter_map(fixed).collect();
            if config.is_none() && others.is_empty() {
                return None;
            }
            let mut changed = changed.clone();
            changed.retain(|old| others.iter().all(|new| new.path() != old.path()));
            changed.extend(others);
            let file = config.unwrap_or_else(|| file.clone());
            let over = Over {
                inputs,
                config: &file,
                changed: &changed,
            };
            let checked = check(&file, &over);
            Some((file, checked, changed))
        };
        let mut next = after(&fixes);
        let meet = |next: &Option<(SourceFile, Checked, Vec<SourceFile>)>| {
            let next = next.as_ref();
            next.is_some_and(|(_, after, _)| {
                duplicates(&after.diagnostics) > duplicates(&checked.diagnostics)
            })
        };
        if meet(&next) {
            // Of those that meet, the first is kept.
            let mut kept: Vec<&Fix> = Vec::new();
            for fix in fixes.into_iter().take(MAX_ALONE) {
                kept.push(fix);
                if meet(&after(&kept)) {
                    kept.pop();
                }
            }
            next = after(&kept);
        }
        let Some((file, checked, files)) = next else {
            break;
        };
        now = (file, checked);
        changed = files;
    }
    now
}

/// So many fixes are tried one after the other where some of them meet. The rest is left to the next run.
const MAX_ALONE: usize = 100;

/// How many names are given twice: two fixes that are right by themselves, such as those of the case of two names, can make one of them.
fn duplicates(found: &[Diagnostic]) -> usize {
    found.iter().filter(|found| found.rule.doubles).count()
}

/// Whether a finding is at a name that another has already, but for its case: a fix of the case would make them the same.
pub fn is_taken(finding: &Diagnostic, found: &[Diagnostic]) -> bool {
    let is_it = |other: &Diagnostic| other.span == finding.span && other.rule != finding.rule;
    let mut others = found.iter().filter(|other| is_it(other));
    others.any(|other| other.rule.doubles)
}

/// Whether edits of a configuration would give a name twice.
pub fn collide(draft: &Draft, inputs: &dyn Inputs, edits: &[Edit]) -> bool {
    let file = draft.file();
    let own = edits.iter().filter(|edit| edit.span.file == file.id());
    let text = edited(file.text(), own);
    let after = SourceFile::new(file.id(), file.path(), text);
    let after = analyse(&after, inputs, Options::default());
    duplicates(&after.diagnostics) > duplicates(&draft.analysis.diagnostics)
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

#[cfg(test)]
mod tests {
    use super::fix;
    use crate::diagnostic::Applicability;
    use crate::source::{FileId, SourceFile};
    use crate::testing::TestInputs;

    #[test]
    fn two_fixes_make_no_duplicate() {
        let text = "apiVersion: gitpod-k3s/v1\nplatform: none\ncluster:\n  name: Web\n  api: {host: k3s.acme.dev}\n  nodes:\n    - {name: Db, role: server, address: 10.0.0.1}\n    - {name: DB, role: agent, address: 10.0.0.2}\n";
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        let inputs = TestInputs::default();
        let before = crate::check(&file, &inputs);
        let given = super::duplicates(&before.diagnostics);
        let (fixed, checked) = fix(&file, before, &inputs, Applicability::Safe);
        assert!(fixed.text().contains("name: web"), "{}", fixed.text());
        assert!(
            super::duplicates(&checked.diagnostics) <= given,
            "{}",
            fixed.text()
        );
    }

    #[test]
    fn the_policy_is_fixed_too() {
        let text = "apiVersion: gitpod-k3s/v1\nplatform: none\ntailscale: {admins: [ada@acme.dev], policy: own/tailnet.hujson}\ncluster: {name: Web}\n";
        let file = SourceFile::new(FileId::CONFIG, "env/gitpod-k3s.yaml", text);
        let policy = "{\n  # ours\n  'Acls': [\n    {action: \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]}\n  ],\n}\n";
        let inputs = TestInputs {
            files: vec![("own/tailnet.hujson", policy)],
            ..Default::default()
        };
        let checked = crate::check(&file, &inputs);
        let (fixed, checked) = fix(&file, checked, &inputs, Applicability::Safe);
        assert!(fixed.text().ends_with("cluster: {name: web}\n"));
        let others = checked.analysis.files.others();
        let others: Vec<_> = others.iter().map(|file| (file.path(), file.text())).collect();
        let wanted = "{\n  // ours\n  \"acls\": [\n    {\"action\": \"accept\", \"src\": [\"*\"], \"dst\": [\"*:*\"]}\n  ],\n}\n";
        assert_eq!(others, [("env/own/tailnet.hujson", wanted)]);
    }
}
