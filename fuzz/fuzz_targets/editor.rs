//! Any edits of any text, at positions in any encoding, leave a text that can be asked about everywhere: no panic, no span outside of it, and
//! nothing known that a fresh look at the text does not find.
#![no_main]

use gkc_core::editor::{
    Draft, Names, completions, folds, hints, hover, leave_to_terraform, links, preview, selections, symbols, tokens, user_data,
};
use gkc_core::inputs::NoInputs;
use gkc_core::source::{Encoding, FileId, Position, SourceFile};
use libfuzzer_sys::fuzz_target;

/// A line and a column, how many characters go, and what comes.
type Edit = (u8, u8, u8, String);

fuzz_target!(|input: (String, u8, Vec<Edit>)| {
    let (mut text, encoding, edits) = input;
    let encoding = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][usize::from(encoding) % 3];
    for (line, column, gone, new) in edits {
        let file = SourceFile::new(FileId::CONFIG, "fuzz", text.as_str());
        let position = Position {
            line: u32::from(line) + 1,
            column: u32::from(column) + 1,
        };
        let start = file.lines().offset(&text, position, encoding) as usize;
        let end = text[start..].char_indices().nth(usize::from(gone)).map_or(text.len(), |(at, _)| start + at);
        text.replace_range(start..end, &new);
        ask(&text, start + new.len());
    }
});

fn ask(text: &str, offset: usize) {
    let file = SourceFile::new(FileId::CONFIG, "fuzz", text);
    let draft = Draft::of(&file, &NoInputs);
    assert_eq!(draft.analysis.diagnostics, gkc_core::analyse(&file, &NoInputs, gkc_core::Options::default()).diagnostics);
    let at = u32::try_from(offset).unwrap_or(u32::MAX);
    let _ = hover(&draft, &NoInputs, &draft.analysis.diagnostics, FileId::CONFIG, at);
    for completion in completions(&draft, &[], FileId::CONFIG, offset) {
        assert!(text.get(completion.span.range()).is_some());
    }
    let names = Names::of(&draft);
    if let Some(name) = names.at(FileId::CONFIG, at) {
        let _ = names.rename(&draft, &NoInputs, name, "fuzzed");
    }
    assert!(tokens(&draft).iter().all(|token| text.get(token.span.range()).is_some()));
    assert!(folds(&draft).iter().all(|fold| fold.last < file.lines().count()));
    assert!(selections(&draft, at).iter().all(|span| text.get(span.range()).is_some()));
    assert!(hints(&draft).iter().all(|hint| text.is_char_boundary(hint.offset as usize)));
    let _ = (links(&draft), symbols(&draft), user_data(&draft));
    let _ = preview(&draft, &NoInputs, at, None);
    let _ = leave_to_terraform(&draft, at);
}
