//! `textDocument/codeAction`

use crate::lsp::capabilities::{APPLY, FIX_ALL, MOVE_SECRET};
use crate::lsp::differences::differences;
use crate::lsp::look::Look;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, Diagnostic as LspDiagnostic, WorkspaceEdit,
};
use gkc_core::check;
use gkc_core::diagnostic::{Applicability, Diagnostic, Edit};
use gkc_core::editor;
use gkc_core::source::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Fixes of the findings in a range, comments that suppress them, and all safe fixes of the document at once.
pub fn answer(state: &mut State, params: &CodeActionParams) -> Result<Value, Refusal> {
    let Some(look) = state.look(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let wants = |kind: &str| {
        let only = params.context.only.as_deref();
        only.is_none_or(|only| only.iter().any(|wanted| is_below(kind, wanted)))
    };
    let (start, end) = (look.offset(params.range.start), look.offset(params.range.end));
    let file = look.file.id();
    let here = Span { file, start, end };
    let mut actions = Vec::new();
    if wants("quickfix") {
        let found = look.findings();
        let mut rules = BTreeSet::new();
        for finding in found.iter().filter(|finding| finding.span.touches(here)) {
            actions.extend(quick_fixes(&look, finding));
            if rules.insert(finding.rule.name) {
                actions.extend(all_of_its_rule(&look, finding, &found));
            }
        }
        let asked = &params.context.diagnostics;
        actions.sort_by_key(|action| (!is_about(action, asked), action.is_preferred != Some(true)));
    }
    if wants("refactor.rewrite") && look.is_config() {
        actions.extend(move_secrets(&look, here));
        actions.extend(leave_to_terraform(&look, here));
    }
    // Not offered unasked: it is for commands and for saving.
    if params.context.only.is_some() && wants(FIX_ALL) {
        let changes = all_safe_fixes(&look);
        if !changes.is_empty() && !look.tell_a_secret(&changes) {
            actions.push(CodeAction {
                title: "Apply all safe fixes".to_owned(),
                kind: Some(CodeActionKind::Custom(FIX_ALL.into())),
                edit: Some(look.edit(&changes)),
                ..CodeAction::default()
            });
        }
    }
    match look.agreed().action_literals {
        true => write(actions),
        false => write(commands(&look, actions)),
    }
}

/// Actions as commands, for clients that know nothing else. Those that are changes need a client that the server can ask for them.
fn commands(look: &Look<'_>, actions: Vec<CodeAction>) -> Vec<Command> {
    let applies = look.agreed().applies_edits;
    let apply = |title: String, edit: WorkspaceEdit| Command {
        title,
        tooltip: None,
        command: APPLY.to_owned(),
        arguments: Some(vec![json!(edit)]),
    };
    let command = |action: CodeAction| match (action.command, action.edit) {
        (Some(command), _) => Some(command),
        (None, Some(edit)) if applies => Some(apply(action.title, edit)),
        _ => None,
    };
    actions.into_iter().filter_map(command).collect()
}

/// What all safe fixes change in the document that was asked about: saving one changes no other.
fn all_safe_fixes(look: &Look<'_>) -> Vec<Edit> {
    let config = look.draft.file();
    let checked = check(config, &look.inputs);
    let (fixed, after) = editor::fix(config, checked, &look.inputs, Applicability::Safe);
    let fixed = match look.is_config() {
        true => Some(&fixed),
        false => after.analysis.files.get(look.file.id()),
    };
    fixed.map_or(Vec::new(), |fixed| differences(look.file, fixed.text()))
}

/// Whether an action resolves something that the client asks about.
fn is_about(action: &CodeAction, asked: &[LspDiagnostic]) -> bool {
    let mut resolved = action.diagnostics.iter().flatten();
    resolved.any(|known| {
        let is_same = |asked: &LspDiagnostic| asked.range == known.range && asked.code == known.code;
        asked.iter().any(is_same)
    })
}

/// Kinds are paths: who wants `source` wants `source.fixAll` too.
fn is_below(kind: &str, wanted: &CodeActionKind) -> bool {
    let wanted = wanted.to_string();
    let rest = kind.strip_prefix(&wanted);
    wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn quick_fixes(look: &Look<'_>, finding: &Diagnostic) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = Vec::new();
    for fix in &finding.fixes {
        actions.push(CodeAction {
            is_preferred: Some(actions.is_empty() && fix.applicability == Applicability::Safe),
            ..quick_fix(look, &fix.title, &fix.edits, [finding])
        });
    }
    let comment = editor::suppress(look.draft, finding);
    let title = format!("suppress `{}` with a comment", finding.rule.name);
    actions.extend(comment.map(|comment| quick_fix(look, &title, &[comment], [finding])));
    actions
}

/// The first fix of every finding of a rule that has more than one, where none of them is risky.
fn all_of_its_rule(look: &Look<'_>, finding: &Diagnostic, found: &[Diagnostic]) -> Option<CodeAction> {
    let alike = found
        .iter()
        .filter(|other| other.rule == finding.rule && !editor::is_taken(other, found));
    let safe = |fix: &&gkc_core::diagnostic::Fix| fix.applicability == Applicability::Safe;
    let fixes = alike.filter_map(|finding| Some((finding, finding.fixes.first().filter(safe)?)));
    let mut edits: Vec<Edit> = Vec::new();
    let mut fixed = Vec::new();
    for (finding, fix) in fixes {
        let meets = |edit: &Edit| edits.iter().any(|other| other.span.touches(edit.span));
        if !fix.edits.iter().any(meets) {
            edits.extend(fix.edits.iter().cloned());
            fixed.push(finding);
        }
    }
    finding.fixes.first().filter(safe)?;
    let title = format!("fix all {} findings of `{}`", fixed.len(), finding.rule.name);
    let is_fine = fixed.len() > 1 && !editor::collide(look.draft, &look.inputs, &edits);
    is_fine.then(|| quick_fix(look, &title, &edits, fixed))
}

/// The secrets at a place go to the secrets file, each by itself. The server does that: their values are in no message.
fn move_secrets(look: &Look<'_>, here: Span) -> Vec<CodeAction> {
    let names = editor::literal_secrets(look.draft, here).filter(|_| look.can_move_secrets());
    let names: Vec<&str> = names.collect();
    let title = |name: &str| match names.as_slice() {
        [_] => "Move the secret to the secrets file".to_owned(),
        _ => format!("Move the secret `{name}` to the secrets file"),
    };
    let action = |name: &&str| CodeAction {
        title: title(name),
        kind: Some(CodeActionKind::RefactorRewrite),
        command: Some(Command {
            title: title(name),
            tooltip: None,
            command: MOVE_SECRET.to_owned(),
            arguments: Some(vec![json!(look.document.uri), json!(name)]),
        }),
        ..CodeAction::default()
    };
    names.iter().map(action).collect()
}

/// The value at a place becomes a variable of Terraform.
fn leave_to_terraform(look: &Look<'_>, here: Span) -> Option<CodeAction> {
    let edit = editor::leave_to_terraform(look.draft, here.start)?;
    Some(CodeAction {
        kind: Some(CodeActionKind::RefactorRewrite),
        ..quick_fix(
            look,
            &format!("replace by `{}`", edit.text.trim().trim_matches('"')),
            std::slice::from_ref(&edit),
            [],
        )
    })
}

fn quick_fix<'d>(
    look: &Look<'_>,
    title: &str,
    edits: &[Edit],
    resolved: impl IntoIterator<Item = &'d Diagnostic>,
) -> CodeAction {
    let resolved = look.diagnostics(resolved);
    CodeAction {
        diagnostics: (!resolved.is_empty()).then_some(resolved),
        title: sentence(title),
        edit: Some(look.edit(edits)),
        kind: Some(CodeActionKind::QuickFix),
        ..CodeAction::default()
    }
}

/// A title as menus have it, with a capital.
fn sentence(title: &str) -> String {
    let mut chars = title.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
