//! What a person would call a syntax error: where it is, what it is, and what to type instead.
//!
//! Messages, helps and fixes hold keys but never values, nor text that may be a part of one: it may be a password or
//! a line of a private key, and at this stage nobody knows.

mod block;
mod flow;
pub(super) mod quote;

use crate::diagnostic::Rule;
use crate::diagnostic::stages::{LIMIT, SYNTAX};
use std::ops::Range;

use super::cut::Cut;
use super::events::{Fault, FaultKind};
use super::lines::{self, line_at, start_of_line, trim, value_at};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
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

/// An offset, and what to write there.
pub(super) type Insertion = (usize, &'static str);

/// A fault in words, with regions worth blanking to read on.
pub(super) struct Mistake {
    pub(super) rule: &'static Rule,
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) note: Option<&'static str>,
    /// Texts that a fix writes in place of others.
    pub(super) swaps: Vec<(Range<usize>, String)>,
    /// Title and insertions of a fix.
    pub(super) fix: Option<(&'static str, Applicability, Vec<Insertion>)>,
    pub(super) cuts: Vec<Cut>,
    /// Characters that are missing, to be read in place of blanks: where that leads on, nothing is lost.
    pub(super) missing: Vec<(usize, char)>,
    /// Set where the first cut is known to be right however little further it leads.
    pub(super) sure: bool,
}

impl Mistake {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake {
            rule: &SYNTAX,
            at,
            message: message.into(),
            help: help.into(),
            note: None,
            swaps: Vec::new(),
            fix: None,
            cuts: Vec::new(),
            missing: Vec::new(),
            sure: false,
        }
    }

    pub(super) fn cut(mut self, range: Range<usize>) -> Mistake {
        self.cuts.push(vec![range]);
        self
    }

    pub(super) fn missing(mut self, characters: Vec<(usize, char)>) -> Mistake {
        self.missing = characters;
        self
    }

    pub(super) fn surely(mut self) -> Mistake {
        self.sure = true;
        self
    }

    pub(super) fn into_diagnostic(self, file: &SourceFile) -> Diagnostic {
        let mut diagnostic = self.rule.at(file.span(self.at), self.message).help(self.help);
        if let Some(note) = self.note {
            diagnostic = diagnostic.note(note);
        }
        if !self.swaps.is_empty() {
            let edits = self.swaps.into_iter().map(|(at, text)| Edit {
                span: file.span(at),
                text,
            });
            diagnostic = diagnostic.fix(Fix {
                title: "use spaces".to_owned(),
                applicability: Applicability::Safe,
                edits: edits.collect(),
            });
        }
        if let Some((title, applicability, insertions)) = self.fix {
            diagnostic = diagnostic.fix(insert(file, title, applicability, insertions));
        }
        diagnostic
    }
}

/// A fix that only inserts.
pub(super) fn insert(
    file: &SourceFile,
    title: &str,
    applicability: Applicability,
    insertions: Vec<Insertion>,
) -> Fix {
    let edits = insertions.into_iter().map(|(at, text)| Edit {
        span: file.span(at..at),
        text: text.to_owned(),
    });
    Fix {
        title: title.to_owned(),
        applicability,
        edits: edits.collect(),
    }
}

impl<'a> Scene<'a> {
    /// A fault with the bracket that was open for the parser.
    pub(super) fn of(
        text: &'a str,
        block: Range<usize>,
        fault: Fault,
        last_end: usize,
        bracket: Option<usize>,
    ) -> Scene<'a> {
        Scene {
            text,
            fault,
            last_end,
            bracket: bracket.or_else(|| in_json(text, &block, fault.at)),
            block,
        }
    }

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

/// The innermost open bracket of a block that is written as JSON. The parser takes brackets at the start for a possible key, and does not
/// tell of them until it knows.
fn in_json(text: &str, block: &Range<usize>, at: usize) -> Option<usize> {
    let start = trim(text, block.clone()).start;
    let mut open = Vec::new();
    if text.get(start..)?.starts_with(['{', '[']) {
        lines::brackets(text, start..at.max(start), &mut open);
    }
    open.pop()
}

/// Puts a fault into words.
pub(super) fn explain(scene: &Scene<'_>) -> Mistake {
    if let Some(mistake) = conflict_marker(scene) {
        return mistake;
    }
    if let Some(mistake) = flow::text_after(scene) {
        return mistake;
    }
    let kinds = [
        FaultKind::ColonNotAllowed,
        FaultKind::DashExpected,
        FaultKind::KeyExpected,
        FaultKind::StrayText,
    ];
    if let Some(mistake) = quote::star(scene).filter(|_| kinds.contains(&scene.fault.kind)) {
        return mistake;
    }
    match scene.fault.kind {
        FaultKind::Tab => tab(scene),
        FaultKind::Quote => quote::unclosed(scene),
        FaultKind::AfterQuote => flow::next_part(scene).unwrap_or_else(|| quote::text_after(scene)),
        FaultKind::Escape => quote::escape(scene),
        FaultKind::BracketUnclosed => flow::unclosed(scene, scene.fault.at),
        FaultKind::BracketMismatch(close) => flow::mismatch(scene, close),
        FaultKind::BracketStray => flow::stray(scene),
        FaultKind::FlowSeparator => flow::separator(scene),
        FaultKind::KeyWithoutColon => block::no_colon(scene, scene.line()),
        FaultKind::StrayText => block::stray_text(scene),
        FaultKind::ColonNotAllowed => block::colon(scene),
        FaultKind::KeyExpected => block::key_expected(scene),
        FaultKind::DashExpected => block::dash_expected(scene),
        FaultKind::DashNotAllowed => block::dash_not_allowed(scene),
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
            "invalid tag: a value that starts with `!` is a YAML tag",
            "remove the tag, or quote the value if the `!` is part of it",
        ),
        FaultKind::BlockHeader => Mistake::new(
            value_at(scene.text, at),
            "invalid block header: expected only a digit from 1 to 9, `+` or `-` after `|` or `>`",
            "start the text on the next line, indented below `key: |`",
        ),
        FaultKind::BlockIndent => Mistake::new(
            trim(scene.text, scene.line()),
            "inconsistent indentation in a block of text",
            "indent it like the first line of the text",
        ),
        FaultKind::Comment => Mistake::new(
            scene.char_at(at),
            "missing space before `#`",
            "add a space before the `#`",
        ),
        FaultKind::CommentInside => Mistake::new(
            trim(scene.text, scene.line()),
            "comment inside a value that spans several lines",
            "move the comment above the value, or quote the value",
        ),
        FaultKind::Directive => Mistake::new(
            trim(scene.text, scene.line()),
            "unexpected directive: a line that starts with `%` is a YAML directive",
            "remove the line, or quote the text if the `%` is part of a value",
        ),
        FaultKind::DocumentEnd => Mistake::new(
            trim(scene.text, scene.line()),
            "unexpected text after the end of document marker `...`",
            "remove the line",
        ),
        FaultKind::ByteOrderMark => Mistake::new(
            scene.char_at(at),
            "byte order mark in the middle of the file",
            "remove this invisible character; two files may have been joined here",
        ),
        _ => Mistake::new(
            scene.word_at(at),
            "invalid YAML",
            "check the indentation, quotes and brackets here and on the line before",
        ),
    }
}

fn depth(scene: &Scene<'_>) -> Mistake {
    let message = format!(
        "values are nested more than {} levels deep",
        super::limits::MAX_DEPTH
    );
    Mistake {
        rule: &LIMIT,
        ..Mistake::new(
            scene.char_at(scene.fault.at),
            message,
            "remove the brackets or levels that only contain each other",
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
        "unresolved merge conflict",
        "keep one of the two sides, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
    );
    mistake.cuts = vec![all];
    Some(mistake)
}

/// Spaces in place of tabs, each up to the next level, where every line then stands as deep as one of the lines around, or is the first below
/// its key. A line below one that has its value already may be meant to stand beside it, or that value not to be there.
fn spaces(scene: &Scene<'_>, tabs: &Cut) -> Vec<(Range<usize>, String)> {
    let text = scene.text;
    let Some(first) = tabs.first() else {
        return Vec::new();
    };
    let mut levels = Vec::new();
    let mut at = scene.block.start;
    while at < scene.block.end {
        let line = line_at(text, at);
        at = line.end + 1;
        let blanks = line.start..line.start + lines::indent(text, &line);
        if !scene.slice(blanks.clone()).contains('\t') && !scene.slice(line.clone()).trim().is_empty() {
            levels.push(blanks.len());
        }
    }
    let unit = levels
        .iter()
        .copied()
        .filter(|level| *level > 0)
        .min()
        .unwrap_or(2);
    let width = |blanks: &Range<usize>| {
        scene.slice(blanks.clone()).chars().fold(0, |width, c| match c {
            '\t' => (width / unit + 1) * unit,
            _ => width + 1,
        })
    };
    let before = lines::before(text, first.start);
    let mut above = before.map(|line| (lines::indent(text, &line), line));
    let mut deepest = above.as_ref().map_or(0, |(depth, _)| *depth);
    let fits = tabs.iter().all(|blanks| {
        let (width, line) = (width(blanks), line_at(text, blanks.start));
        let is_below = above
            .as_ref()
            .is_none_or(|(depth, above)| width <= *depth || opens(text, above));
        let fits = is_below && (levels.contains(&width) || width <= deepest + unit);
        deepest = deepest.max(width);
        // What is below a block of text is text.
        let is_text = above
            .as_ref()
            .is_some_and(|(depth, above)| width > *depth && holds_text(text, above));
        if !is_text && !lines::without_comment(text, line.clone()).is_empty() {
            above = Some((width, line));
        }
        fits
    });
    let swap = |blanks: &Range<usize>| (blanks.clone(), " ".repeat(width(blanks)));
    match fits {
        true => tabs.iter().map(swap).collect(),
        false => Vec::new(),
    }
}

/// Whether what a line holds goes on below it.
fn opens(text: &str, line: &Range<usize>) -> bool {
    let content = lines::without_comment(text, line.clone());
    let content = text.get(content).unwrap_or("").trim();
    content.ends_with([':', '-', '{', '[', ',']) || content.starts_with("- ") || holds_text(text, line)
}

/// Whether a block of text is below a line.
fn holds_text(text: &str, line: &Range<usize>) -> bool {
    let content = lines::without_comment(text, line.clone());
    let last = text.get(content).unwrap_or("").split_whitespace().next_back();
    last.is_some_and(|last| last.starts_with(['|', '>']))
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
        return Mistake::new(at..at + 1, "unexpected tab", "replace the tab with a space").cut(at..at + 1);
    };
    let run = scene
        .slice(start..text.len())
        .bytes()
        .take_while(|b| *b == b'\t')
        .count();
    let mut mistake = Mistake::new(
        start..start + run,
        "tab used for indentation",
        "replace tabs with spaces, aligned with the lines around",
    );
    // All lines that are indented so, one after the other, are one mistake.
    let mut tabs: Cut = Vec::new();
    let mut at = start_of_line(text, start);
    while at < scene.block.end {
        let line = line_at(text, at);
        let blanks = line.start..line.start + lines::indent(text, &line);
        if !line.is_empty() && !scene.slice(blanks.clone()).contains('\t') {
            break;
        }
        tabs.push(blanks);
        at = line.end + 1;
    }
    mistake.swaps = spaces(scene, &tabs);
    let lines: Cut = tabs.iter().map(|blanks| line_at(text, blanks.start)).collect();
    mistake.cuts = match stay_in_place(scene, &tabs, &mistake.swaps) {
        true => vec![tabs],
        false => vec![lines],
    };
    let line = line_at(text, start);
    mistake.cut(line)
}

/// Whether lines with one space in place of each tab stand as deep, beside the lines before and after them, as they are meant to.
fn stay_in_place(scene: &Scene<'_>, tabs: &Cut, meant: &[(Range<usize>, String)]) -> bool {
    let text = scene.text;
    let (Some(first), Some(last)) = (tabs.first(), tabs.last()) else {
        return true;
    };
    let before = lines::before(text, first.start).filter(|line| line.start >= scene.block.start);
    let behind = line_at(text, last.start).end + 1;
    let after = (behind < scene.block.end).then(|| line_at(text, behind));
    let beside = [before, after];
    let columns = beside.iter().flatten().map(|line| lines::indent(text, line));
    let same = |column: usize| {
        meant
            .iter()
            .all(|(at, blanks)| at.len().cmp(&column) == blanks.len().cmp(&column))
    };
    columns.into_iter().all(same)
}
