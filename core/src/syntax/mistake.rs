//! What a person would call a syntax error: where it is, what it is, and what to type instead.

use std::ops::Range;

use super::events::{Fault, FaultKind};
use super::lines::{self, line_at, trim, value_at, without_comment};
use super::mistake_flow as flow;
use super::mistake_quote as quote;
use super::recover::Cut;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::SourceFile;

/// A fault with what is known about the place.
pub(super) struct Scene<'a> {
    /// The text, with earlier mistakes blanked.
    pub(super) text: &'a str,
    /// The top-level block with the fault.
    pub(super) block: Range<usize>,
    /// What the parser noticed.
    pub(super) fault: Fault,
    /// Where the last thing that was read ended.
    pub(super) last_end: usize,
    /// Where the innermost open bracket stands.
    pub(super) bracket: Option<usize>,
}

/// A fault in words, with regions worth blanking to read on.
pub(super) struct Mistake {
    pub(super) rule: &'static str,
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) note: Option<&'static str>,
    /// Title, place and text of a safe fix.
    pub(super) fix: Option<(String, Range<usize>, String)>,
    pub(super) cuts: Vec<Cut>,
}

impl Mistake {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake {
            rule: "syntax",
            at,
            message: message.into(),
            help: help.into(),
            note: None,
            fix: None,
            cuts: Vec::new(),
        }
    }

    pub(super) fn cut(mut self, range: Range<usize>) -> Mistake {
        self.cuts.push(vec![range]);
        self
    }

    pub(super) fn into_diagnostic(self, file: &SourceFile) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.rule, file.span(self.at), self.message).help(self.help);
        if let Some(note) = self.note {
            diagnostic = diagnostic.note(note);
        }
        if let Some((title, range, text)) = self.fix {
            diagnostic = diagnostic.fix(Fix::safe(title, file.span(range), text));
        }
        diagnostic
    }
}

impl Scene<'_> {
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    pub(super) fn line(&self) -> Range<usize> {
        line_at(self.text, self.fault.at)
    }

    /// The character at an offset; the last one that is no blank where the text ends there.
    pub(super) fn char_at(&self, at: usize) -> Range<usize> {
        match self.slice(at..self.text.len()).chars().next() {
            Some(c) if !c.is_whitespace() => at..at + c.len_utf8(),
            _ => {
                let before = self.slice(0..at).trim_end();
                let last = before.chars().next_back().map_or(0, char::len_utf8);
                before.len() - last..before.len()
            }
        }
    }

    /// The word at an offset, up to a blank or a bracket.
    pub(super) fn word_at(&self, at: usize) -> Range<usize> {
        let rest = self.slice(at..self.text.len());
        let end = rest
            .find(|c: char| c.is_whitespace() || ",[]{}".contains(c))
            .unwrap_or(rest.len());
        if end == 0 { self.char_at(at) } else { at..at + end }
    }
}

/// Puts a fault into words.
pub(super) fn explain(scene: &Scene<'_>) -> Mistake {
    if let Some(mistake) = conflict_marker(scene) {
        return mistake;
    }
    match scene.fault.kind {
        FaultKind::Tab => tab(scene),
        FaultKind::Quote => quote::unclosed(scene),
        FaultKind::AfterQuote => quote::text_after(scene),
        FaultKind::Escape => quote::escape(scene),
        FaultKind::BracketUnclosed => flow::unclosed(scene, scene.fault.at),
        FaultKind::BracketMismatch(close) => flow::mismatch(scene, close),
        FaultKind::BracketStray => flow::stray(scene),
        FaultKind::FlowSeparator => flow::separator(scene),
        FaultKind::KeyWithoutColon => no_colon(scene, scene.line()),
        FaultKind::StrayText => stray_text(scene),
        FaultKind::ColonNotAllowed => colon(scene),
        FaultKind::KeyExpected => key_expected(scene),
        FaultKind::DashExpected => dash_expected(scene),
        FaultKind::DashNotAllowed => dash_not_allowed(scene),
        FaultKind::Reserved(c) => quote::reserved(scene, c),
        FaultKind::Name => quote::reserved(
            scene,
            if scene.slice(scene.char_at(scene.fault.at)) == "&" {
                '&'
            } else {
                '*'
            },
        ),
        FaultKind::Depth => depth(scene),
        _ => {
            let value = value_at(scene.text, scene.fault.at);
            let mistake = rare(scene);
            let mistake = if value.is_empty() {
                mistake
            } else {
                mistake.cut(value)
            };
            mistake.cut(scene.line())
        }
    }
}

fn rare(scene: &Scene<'_>) -> Mistake {
    let at = scene.fault.at;
    match scene.fault.kind {
        FaultKind::Tag => Mistake::new(
            scene.word_at(at),
            "A value that begins with `!` is read as a tag, and this one is not valid",
            "Remove the tag, or quote the value if the `!` belongs to it",
        ),
        FaultKind::BlockHeader => Mistake::new(
            value_at(scene.text, at),
            "Only a digit from 1 to 9, `+` or `-` can stand beside `|` or `>`",
            "Begin the text on the next line, indented: `key: |`",
        ),
        FaultKind::BlockIndent => Mistake::new(
            trim(scene.text, scene.line()),
            "This line is indented differently from the text block that it stands in",
            "Indent it like the first line of the text",
        ),
        FaultKind::Comment => Mistake::new(
            scene.char_at(at),
            "A `#` without a space before it, or between the lines of one value, does not begin a comment",
            "Write a space before the `#`, or move the comment to a line before the value",
        ),
        FaultKind::Directive => Mistake::new(
            trim(scene.text, scene.line()),
            "A line that begins with `%` is an instruction to the YAML reader, and this one cannot stand here",
            "Remove the line, or quote the text if the `%` belongs to a value",
        ),
        FaultKind::DocumentEnd => Mistake::new(
            trim(scene.text, scene.line()),
            "Nothing but a comment can follow `...` on its line",
            "Remove the line",
        ),
        FaultKind::ByteOrderMark => Mistake::new(
            scene.char_at(at),
            "A byte-order mark stands in the middle of the text",
            "Remove this invisible character; two files may have been joined here",
        ),
        _ => Mistake::new(
            scene.word_at(at),
            "This cannot be read as YAML",
            "Check the indentation, quotes and brackets here and on the line before",
        ),
    }
}

fn depth(scene: &Scene<'_>) -> Mistake {
    let message = format!("Values nest more than {} deep here", super::limits::MAX_DEPTH);
    Mistake {
        rule: "limit",
        ..Mistake::new(
            scene.char_at(scene.fault.at),
            message,
            "Remove the brackets or levels that hold only one another",
        )
    }
}

/// Lines that git leaves behind: one mistake, however many conflicts there are.
fn conflict_marker(scene: &Scene<'_>) -> Option<Mistake> {
    let markers = ["<<<<<<< ", ">>>>>>> ", "||||||| "];
    let is_marker = |line: &Range<usize>| {
        let line = scene.slice(line.clone());
        line == "=======" || markers.iter().any(|m| line.starts_with(m))
    };
    let line = scene.line();
    let before = lines::before(scene.text, line.start);
    if !is_marker(&line) && !before.as_ref().is_some_and(is_marker) {
        return None;
    }
    let mut all: Cut = Vec::new();
    let mut at = 0;
    while at < scene.text.len() {
        let line = line_at(scene.text, at);
        at = line.end + 1;
        if is_marker(&line) {
            all.push(line);
        }
    }
    let first = all.first()?.clone();
    let mut mistake = Mistake::new(
        first,
        "A conflict that git could not merge was left in the file",
        "Keep one of the two sides, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
    );
    mistake.cuts = vec![all];
    Some(mistake)
}

fn tab(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    // The tab stands on the line of the fault, or on one after it where a value that goes on was noticed at its start.
    let mut at = scene.line().start;
    let mut found = None;
    while found.is_none() && at < scene.block.end {
        let line = line_at(text, at);
        let blanks = lines::indent(text, &line);
        found = scene
            .slice(line.start..line.start + blanks)
            .find('\t')
            .map(|i| line.start + i);
        at = line.end + 1;
    }
    let Some(start) = found else {
        let rest = scene.slice(scene.fault.at..text.len());
        let at = rest.find('\t').map_or(scene.fault.at, |i| scene.fault.at + i);
        return Mistake::new(
            at..at + 1,
            "A tab cannot stand here",
            "Replace the tab by a space",
        )
        .cut(at..at + 1);
    };
    let run = scene
        .slice(start..text.len())
        .bytes()
        .take_while(|b| *b == b'\t')
        .count();
    let mut mistake = Mistake::new(
        start..start + run,
        "A tab is used for indentation, which YAML does not allow",
        "Replace each tab by spaces, as many as the lines around have",
    );
    // All lines that are indented so, one after the other, are one mistake.
    let mut tabs: Cut = Vec::new();
    let mut at = line_at(text, start).start;
    while at < scene.block.end {
        let line = line_at(text, at);
        let blanks = line.start..line.start + lines::indent(text, &line);
        if !line.is_empty() && !scene.slice(blanks.clone()).contains('\t') {
            break;
        }
        tabs.push(blanks);
        at = line.end + 1;
    }
    mistake.cuts = vec![tabs];
    let line = line_at(text, start);
    mistake.cut(line)
}

/// A line without a `:` that makes its text a key.
fn no_colon(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    let text = scene.text;
    let content = trim(text, without_comment(text, line.clone()));
    let mut content = content;
    while scene.slice(content.clone()).starts_with("- ") {
        content = trim(text, content.start + 2..content.end);
    }
    let shown = scene.slice(content.clone());
    if let Some(mistake) = unlike_a_key(scene, content.clone()) {
        return mistake.cut(line);
    }
    if shown.len() > super::limits::MAX_KEY_BYTES && lines::key_colon(text, &line).is_some() {
        let message = format!("This key is longer than {} bytes", super::limits::MAX_KEY_BYTES);
        let help = "Check for a `:` that was forgotten";
        return Mistake {
            rule: "limit",
            ..Mistake::new(content, message, help)
        }
        .cut(line);
    }
    if let Some(mistake) = space_after_colon(scene, content.clone()) {
        return mistake.cut(line);
    }
    let word = shown.split_whitespace().next().unwrap_or("key");
    let message = if shown.contains(char::is_whitespace) {
        "This line has no `:`, so it is neither a key nor a value".to_owned()
    } else {
        format!("`{shown}` has no `:` after it, so it is neither a key nor a value")
    };
    let help = format!("Write `{word}: ` and its value, or remove the line");
    Mistake::new(content, message, help).cut(line)
}

/// Text without a `:` that was not meant as a key.
fn unlike_a_key(scene: &Scene<'_>, content: Range<usize>) -> Option<Mistake> {
    let shown = scene.slice(content.clone());
    let item = shown
        .strip_prefix('-')
        .filter(|item| item.starts_with(char::is_alphabetic));
    if let Some(item) = item {
        let message = "There is no space after the `-` of this list item";
        let dash = content.start..content.start + 1;
        return Some(Mistake::new(dash, message, format!("Write `- {item}`")));
    }
    shown.starts_with(['{', '[']).then(|| {
        let message = "These brackets belong to no key";
        Mistake::new(
            content,
            message,
            "Write the key and a `:` before them, or remove them",
        )
    })
}

/// `key:value`, which is one word to YAML.
fn space_after_colon(scene: &Scene<'_>, content: Range<usize>) -> Option<Mistake> {
    let shown = scene.slice(content.clone());
    let colon = shown.find(':')?;
    let (key, value) = (&shown[..colon], &shown[colon + 1..]);
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if key.is_empty() || !key.chars().all(name) || value.is_empty() || value.starts_with("//") {
        return None;
    }
    let at = content.start + colon;
    let mut mistake = Mistake::new(
        at..at + 1,
        format!("There is no space after the `:` of `{key}`"),
        format!("Write `{key}: {value}`"),
    );
    mistake.fix = Some((
        "write a space after `:`".to_owned(),
        at + 1..at + 1,
        " ".to_owned(),
    ));
    Some(mistake)
}

fn stray_text(scene: &Scene<'_>) -> Mistake {
    let line = scene.line();
    let content = trim(scene.text, without_comment(scene.text, line.clone()));
    let shown = scene.slice(content.clone());
    if shown.starts_with("- ") || shown == "-" {
        return Mistake::new(
            content,
            "This list item belongs to no key",
            "Write the key of the list on the line before it, or remove the item",
        )
        .cut(line);
    }
    no_colon(scene, line)
}

/// A `:` where no key can be.
fn colon(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let whole = without_comment(text, line.clone());
    let first = lines::key_colon(text, &whole);
    if let Some(first) = first
        && first < scene.fault.at
    {
        return colon_in_value(scene, first, whole);
    }
    let Some(before) = lines::before(text, line.start).filter(|b| b.start >= scene.block.start) else {
        return colon_alone(scene, line);
    };
    let own = lines::key_on(text, &line).unwrap_or(line.start..line.start);
    let content = trim(text, without_comment(text, before.clone()));
    let is_item = scene.slice(content).starts_with("- ");
    if lines::key_on(text, &before).is_none() && !is_item {
        return no_colon(scene, before);
    }
    deeper(scene, own, &before)
}

fn colon_in_value(scene: &Scene<'_>, first: usize, line: Range<usize>) -> Mistake {
    let value = trim(scene.text, first + 1..line.end);
    let shown = scene.slice(value.clone());
    if shown.starts_with(['"', '\'', '[', '{', '*', '&', '|', '>']) {
        let rest = scene.fault.at..line.end;
        return Mistake::new(
            scene.fault.at..scene.fault.at + 1,
            "The value ends before this `:`, and only one value can follow a key",
            "Write what follows as a key of its own, on its own line",
        )
        .cut(rest);
    }
    let quoted = quote::quoted(shown);
    let mut mistake = Mistake::new(
        value.clone(),
        "A `: ` inside a value without quotes makes YAML read it as another key",
        format!("Write {}", quote::shown(&quoted)),
    );
    if !shown.ends_with(':') {
        mistake.fix = Some(("quote the value".to_owned(), value.clone(), quoted));
    }
    mistake.cut(value)
}

fn colon_alone(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    Mistake::new(
        scene.char_at(scene.fault.at),
        "A key cannot stand here",
        "Put the key on a line of its own, indented like the keys around it",
    )
    .cut(line)
}

/// A key that stands deeper than the line before it, which has a value already.
fn deeper(scene: &Scene<'_>, own: Range<usize>, before: &Range<usize>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let above = lines::key_on(text, before);
    let shown = scene.slice(own.clone());
    let (message, help) = match above {
        Some(above) => {
            let name = scene.slice(above.clone());
            let mend = match above.start - before.start {
                0 => format!("Remove the spaces before `{shown}`"),
                column => format!("Indent `{shown}` by {}, as `{name}` is", spaces(column)),
            };
            (
                format!("`{shown}` is indented deeper than `{name}`, which has a value already"),
                format!("{mend}; or remove the value of `{name}` if `{shown}` is a part of it"),
            )
        }
        None => (
            format!("`{shown}` is indented as part of the list item before it, which is plain text"),
            format!("Indent `{shown}` like the other keys, or write the item before it as `key: value`"),
        ),
    };
    let own = if own.is_empty() {
        scene.char_at(scene.fault.at)
    } else {
        own
    };
    Mistake::new(own, message, help).cut(line)
}

/// Something that is indented less than the mapping it stands in, or trails a value.
fn key_expected(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let first = scene.block.start..line_at(text, scene.block.start).end;
    if scene.slice(first.clone()).starts_with('%') {
        return Mistake::new(
            first.clone(),
            "A line that begins with `%` is an instruction to the YAML reader, and needs `---` behind it",
            "Remove the line; or write `---` on a line before the first key",
        )
        .cut(first);
    }
    let content = trim(text, without_comment(text, line.clone()));
    if scene.fault.at > content.start {
        let rest = scene.fault.at..content.end.max(scene.fault.at);
        let rest = if rest.is_empty() {
            scene.char_at(scene.fault.at)
        } else {
            rest
        };
        let shown = scene.slice(rest.clone());
        if shown.starts_with(',') {
            return quote::reserved(scene, ',');
        }
        return Mistake::new(
            trim(text, rest.clone()),
            "The value ended before this text",
            "Quote the whole value, or move the rest to a line of its own",
        )
        .cut(rest);
    }
    wrong_indent(scene, line)
}

fn wrong_indent(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    let text = scene.text;
    let own = lines::indent(text, &line);
    let mut columns: Vec<usize> = Vec::new();
    let mut at = line.start;
    while let Some(before) = lines::before(text, at).filter(|b| b.start >= scene.block.start) {
        let column = lines::indent(text, &before);
        let content = scene.slice(before.start + column..before.end);
        let dash = content.len() - content.trim_start_matches(['-', ' ']).len();
        for level in [column + dash, column] {
            if columns.last().is_none_or(|last| level < *last) {
                columns.push(level);
            }
        }
        if column == 0 {
            break;
        }
        at = before.start;
    }
    let wanted = columns
        .iter()
        .rev()
        .find(|c| **c > own)
        .or(columns.first())
        .copied();
    let outer = columns.iter().find(|c| **c < own).copied();
    let key = lines::key_on(text, &line).unwrap_or_else(|| scene.word_at(line.start + own));
    let shown = scene.slice(key.clone());
    let help = match (wanted, outer) {
        (Some(inner), Some(outer)) => {
            format!("Indent it by {inner} spaces, as the line before it, or by {outer}")
        }
        (Some(inner), None) => format!("Indent it by {inner} spaces, as the lines before it"),
        _ => "Indent it like the lines before it".to_owned(),
    };
    let message = format!(
        "The indentation of `{shown}`, {}, matches no line before it",
        spaces(own)
    );
    Mistake::new(key.clone(), message, help).cut(line)
}

/// A number of spaces in words.
fn spaces(count: usize) -> String {
    if count == 1 {
        "1 space".to_owned()
    } else {
        format!("{count} spaces")
    }
}

fn dash_expected(scene: &Scene<'_>) -> Mistake {
    let line = scene.line();
    let mut at = line.start;
    while let Some(before) = lines::before(scene.text, at).filter(|b| b.start >= scene.block.start) {
        let column = lines::indent(scene.text, &before);
        if column < lines::indent(scene.text, &line) {
            return wrong_indent(scene, line);
        }
        if column == lines::indent(scene.text, &line) {
            break;
        }
        at = before.start;
    }
    let content = trim(scene.text, without_comment(scene.text, line.clone()));
    let shown = scene.slice(content.clone());
    let own = lines::key_on(scene.text, &line).unwrap_or_else(|| content.clone());
    let name = scene.slice(own.clone());
    Mistake::new(
        own.clone(),
        format!("`{name}` stands among list items, but has no `-`"),
        format!("Write `- {shown}`, or indent it as part of the item before it"),
    )
    .cut(line)
}

fn dash_not_allowed(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    let at = scene.fault.at;
    let line = scene.line();
    let value = value_at(text, at);
    let key = lines::key_on(text, &line).map(|key| scene.slice(key).to_owned());
    if let (Some(key), true) = (key, scene.bracket.is_none()) {
        let item = scene.slice(value.clone()).trim_start_matches(['-', ' ']);
        return Mistake::new(
            scene.char_at(at),
            format!("A list cannot begin on the line of its key `{key}`"),
            format!("Write `- {item}` on the next line, indented, or `{key}: [{item}]`"),
        )
        .cut(value);
    }
    Mistake::new(
        scene.char_at(at),
        "A `-` cannot begin a list item here",
        "Inside brackets separate items by `,` and no `-`; quote a value that begins with `-`",
    )
}
