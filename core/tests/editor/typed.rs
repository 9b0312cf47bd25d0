//! Texts that are being typed.

use crate::goldens::configurations;
use gkc_core::editor::{
    self, Draft, Names, completions, folds, hints, hover, leave_to_terraform, links, literal_secrets,
    selections, symbols, tokens,
};
use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile, Span};

/// Every how many configurations one is typed: all of them take a minute.
const EACH: usize = 12;

/// Asks everything about a place. Every span lies in the text, between characters.
fn ask(text: &str, offset: usize) {
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let draft = Draft::of(&file, &NoInputs);
    let offset_of = u32::try_from(offset).unwrap();
    let check = |span: Span| {
        if span.file == FileId::CONFIG {
            assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        }
    };
    let found = &draft.analysis.diagnostics;
    if let Some(hover) = hover(&draft, &NoInputs, found, FileId::CONFIG, offset_of) {
        check(hover.span);
    }
    for completion in completions(&draft, &[], FileId::CONFIG, offset) {
        check(completion.span);
        assert!(
            completion.span.range().contains(&offset) || completion.span.end as usize == offset,
            "{completion:?}"
        );
    }
    let names = Names::of(&draft);
    for name in names.iter() {
        check(name.span);
        assert_eq!(file.slice(name.span), name.text);
    }
    if let Some(name) = names.at(FileId::CONFIG, offset_of) {
        let _ = names.rename(&draft, &NoInputs, name, "zz");
    }
    let mut before = 0;
    for token in tokens(&draft) {
        check(token.span);
        assert!(token.span.start >= before, "{token:?}");
        before = token.span.end;
    }
    let lines = file.lines().count();
    for fold in folds(&draft) {
        assert!(
            fold.first < fold.last && fold.last < lines,
            "{fold:?} of {text:?}"
        );
    }
    let spans = selections(&draft, offset_of);
    spans.iter().copied().for_each(check);
    for (inner, outer) in spans.iter().zip(spans.iter().skip(1)) {
        assert!(outer.contains(*inner) && outer != inner, "{spans:?}");
    }
    for hint in hints(&draft) {
        assert!(
            text.is_char_boundary(hint.offset as usize),
            "{hint:?} of {text:?}"
        );
    }
    links(&draft).iter().for_each(|link| check(link.span));
    symbols(&draft).iter().for_each(|symbol| check(symbol.span));
    for finding in found {
        if let Some(comment) = editor::suppress(&draft, finding) {
            check(comment.span);
        }
    }
    let _ = literal_secrets(&draft, file.span(offset..offset)).count();
    if let Some(edit) = leave_to_terraform(&draft, offset_of) {
        check(edit.span);
    }
}

#[test]
fn every_beginning_of_a_configuration_can_be_asked_about() {
    for (_, text) in configurations().into_iter().step_by(EACH) {
        let places = text.char_indices().map(|(at, _)| at);
        for at in places.step_by(23) {
            ask(&text[..at], at);
        }
    }
}

#[test]
fn every_place_of_a_damaged_configuration_can_be_asked_about() {
    for (_, text) in configurations().into_iter().skip(5).step_by(EACH) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for (index, at) in places.iter().enumerate().step_by(41) {
            for damage in ["{", "\"", ": ", "\n- ", "é🚀", "|\n", "*a", "&"] {
                let mut text = text.clone();
                text.insert_str(*at, damage);
                ask(&text, at + damage.len());
            }
            let end = places.get(index + 17).copied().unwrap_or(text.len());
            let mut text = text.clone();
            text.replace_range(*at..end, "");
            ask(&text, *at);
        }
    }
}
