//! What can be done about a finding: its fixes, all safe fixes at once, and a comment that suppresses it.

use super::draft::Draft;
use super::over::Over;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, apply};
use crate::inputs::Inputs;
use crate::rules::MARK;
use crate::source::{SourceFile, Span};
use crate::{Checked, check};

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
    let wanted = |fix: &&Fix| most == Applicability::Unsafe || fix.applicability == Applicability::Safe;
    let mut now = (file.clone(), checked);
    let mut changed: Vec<SourceFile> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let (file, checked) = &now;
        let fixes: Vec<&Fix> = checked
            .diagnostics
            .iter()
            .filter_map(|d| d.fixes.iter().find(wanted))
            .collect();
        let fixed = |of: &SourceFile| {
            let (text, _) = apply(of.id(), of.text(), fixes.iter().copied());
            (text != of.text()).then(|| SourceFile::new(of.id(), of.path(), text))
        };
        let config = fixed(file);
        let others: Vec<SourceFile> = checked.analysis.files.others().iter().filter_map(fixed).collect();
        if config.is_none() && others.is_empty() {
            break;
        }
        changed.retain(|old| others.iter().all(|new| new.path() != old.path()));
        changed.extend(others);
        let file = config.unwrap_or_else(|| file.clone());
        let over = Over {
            inputs,
            config: &file,
            changed: &changed,
        };
        let checked = check(&file, &over);
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

#[cfg(test)]
mod tests {
    use super::fix;
    use crate::diagnostic::Applicability;
    use crate::source::{FileId, SourceFile};
    use crate::testing::TestInputs;

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
