//! Findings for people, drawn by miette.

use super::Findings;
use super::snippet::Snippet;
use super::text::{one_line, readable};
use gkc_core::diagnostic::stages::SECRET_UNRESOLVED;
use gkc_core::diagnostic::{Applicability, Diagnostic, Fix, Label, Severity};
use gkc_core::source::{FileId, SourceFile, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::collections::BTreeMap;
use std::fmt;

/// A diagnostic as miette wants it.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    snippet: &'a Snippet<'a>,
    help: Option<String>,
    elsewhere: Vec<Elsewhere<'a>>,
}

/// A place in another file that belongs to a diagnostic.
struct Elsewhere<'a> {
    label: &'a Label,
    snippet: Snippet<'a>,
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.label.message))
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.snippet.place(self.label.span.range());
        let label = LabeledSpan::new_primary_with_span(None, place);
        Some(Box::new(std::iter::once(label)))
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = |span: Span| self.snippet.place(span.range());
        let diagnostic = self.diagnostic;
        let primary = LabeledSpan::new_primary_with_span(
            diagnostic.label.as_deref().map(readable),
            place(diagnostic.span),
        );
        let others = diagnostic
            .labels
            .iter()
            .filter(|label| label.span.file == diagnostic.span.file);
        let others = others
            .map(move |label| LabeledSpan::new_with_span(Some(readable(&label.message)), place(label.span)));
        Some(Box::new(std::iter::once(primary).chain(others)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        let places = self
            .elsewhere
            .iter()
            .map(|place| place as &dyn miette::Diagnostic);
        Some(Box::new(places))
    }
}

/// Help, note and fix in the order in which they are read.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let mut lines: Vec<String> = diagnostic.help.clone().into_iter().collect();
    lines.extend(diagnostic.note.as_ref().map(|note| format!("note: {note}")));
    // `--fix` edits the configuration alone.
    let own = |fix: &&Fix| fix.edits.iter().all(|edit| edit.span.file == FileId::CONFIG);
    let fix = diagnostic
        .fixes
        .first()
        .filter(own)
        .map(|fix| match fix.applicability {
            Applicability::Safe => "run `gkc check --fix` to apply the fix",
            Applicability::Unsafe => "run `gkc check --fix --unsafe-fixes` to apply the fix",
        });
    lines.extend(fix.map(str::to_owned));
    let lines: Vec<String> = lines.iter().map(|line| readable(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How findings are shown.
pub struct Manner {
    /// Whether the terminal shows colors.
    pub color: bool,
    /// The most drawings; the most severe findings are kept.
    pub most: usize,
    /// Whether infos are drawn, too; otherwise there is a line for those of a rule.
    pub infos: bool,
}

impl Manner {
    /// Everything, with a line for the infos of a rule.
    pub fn all(color: bool) -> Manner {
        Manner {
            color,
            most: usize::MAX,
            infos: false,
        }
    }

    /// Whether a finding is part of the line of its rule.
    fn folds(&self, found: &Diagnostic) -> bool {
        found.severity == Severity::Info && !self.infos
    }
}

/// How many findings are not shown: beyond the most there are no lines for infos, either.
pub fn left_out<'d>(found: impl Iterator<Item = &'d Diagnostic>, manner: &Manner) -> usize {
    let (folded, drawn): (Vec<_>, Vec<_>) = found.partition(|found| manner.folds(found));
    match drawn.len() > manner.most {
        true => drawn.len() - manner.most + folded.len(),
        false => 0,
    }
}

/// The findings of all files, the most severe last: they are nearest to the prompt.
pub fn report(all: &[&Findings], manner: &Manner) -> String {
    let pages: Vec<Page<'_>> = all.iter().copied().map(Page::of).collect();
    let every = pages
        .iter()
        .flat_map(|page| page.findings.diagnostics.iter().map(move |found| (page, found)));
    let (folded, mut drawn): (Vec<_>, Vec<_>) = every.partition(|(_, found)| manner.folds(found));
    drawn.sort_by_key(|(_, found)| std::cmp::Reverse(found.severity));
    let is_cut = drawn.len() > manner.most;
    drawn.truncate(manner.most);
    // Stable: those of one severity stay in the order of the files.
    drawn.sort_by_key(|(_, found)| found.severity);
    let mut out = match is_cut {
        true => String::new(),
        false => fold(&folded),
    };
    let handler = handler(manner.color);
    for (page, found) in drawn {
        page.draw(found, &handler, &mut out);
    }
    out
}

/// The findings of one file, each as a drawing, in their own order.
pub fn render(findings: &Findings, color: bool) -> String {
    let (page, handler) = (Page::of(findings), handler(color));
    let mut out = String::new();
    for found in &findings.diagnostics {
        page.draw(found, &handler, &mut out);
    }
    out
}

/// A line for each rule: what it says first, where, and how often.
fn fold(found: &[(&Page<'_>, &Diagnostic)]) -> String {
    let mut rules: BTreeMap<&str, Vec<(&Page<'_>, &Diagnostic)>> = BTreeMap::new();
    for (page, diagnostic) in found {
        let of = rules.entry(diagnostic.rule.name).or_default();
        of.push((page, diagnostic));
    }
    let mut out = String::new();
    for (rule, found) in &rules {
        let Some((page, first)) = found.first() else {
            continue;
        };
        let count = found.len();
        let words = match count > 1 && first.rule == &SECRET_UNRESOLVED {
            // They are set one after the other from a list.
            true => format!("{count} secrets have no value yet: run `gkc secrets list`"),
            false => {
                let file = page.findings.file_of(first.span.file);
                let at = file.position(first.span.start);
                let more = match count {
                    1 => String::new(),
                    _ => format!(", and {} more", count - 1),
                };
                let help = first
                    .help
                    .as_ref()
                    .map_or(String::new(), |help| format!("; {}", one_line(help)));
                let message = one_line(&first.message);
                format!(
                    "{message} ({}:{}:{}{more}){help}",
                    file.path(),
                    at.line,
                    at.column
                )
            }
        };
        out.push_str(&format!("  ☞ {rule}: {words}\n"));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn handler(color: bool) -> GraphicalReportHandler {
    let theme = if color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_context_lines(1)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_links(false)
}

/// Findings with the texts of their files, in which literal secrets are blanked.
struct Page<'f> {
    findings: &'f Findings,
    texts: Vec<(&'f SourceFile, String)>,
}

impl<'f> Page<'f> {
    fn of(findings: &'f Findings) -> Page<'f> {
        // A long policy of which nothing is said is not looked through for secrets.
        let is_shown = |file: &&SourceFile| {
            let in_it = |span: Span| span.file == file.id();
            file.id() == findings.file.id()
                || findings
                    .diagnostics
                    .iter()
                    .any(|found| in_it(found.span) || found.labels.iter().any(|label| in_it(label.span)))
        };
        let files = findings.files().filter(is_shown);
        Page {
            findings,
            texts: files.map(|file| (file, findings.masked_of(file))).collect(),
        }
    }

    fn snippet(&self, of: FileId, spans: &[Span]) -> Option<Snippet<'_>> {
        let mut texts = self.texts.iter();
        let (file, text) = texts.find(|(file, _)| file.id() == of).or(self.texts.first())?;
        let spans: Vec<_> = spans.iter().map(|span| span.range()).collect();
        Some(Snippet::new(file.path(), text, file.lines(), &spans))
    }

    fn draw(&self, diagnostic: &Diagnostic, handler: &GraphicalReportHandler, out: &mut String) {
        let here = |label: &&Label| label.span.file == diagnostic.span.file;
        let labels = diagnostic.labels.iter().filter(here).map(|label| label.span);
        let spans: Vec<_> = std::iter::once(diagnostic.span).chain(labels).collect();
        let Some(own) = self.snippet(diagnostic.span.file, &spans) else {
            return;
        };
        let others = diagnostic.labels.iter().filter(|label| !here(label));
        let shown = Shown {
            diagnostic,
            message: readable(&diagnostic.message),
            snippet: &own,
            help: help(diagnostic),
            elsewhere: others
                .filter_map(|label| {
                    Some(Elsewhere {
                        label,
                        snippet: self.snippet(label.span.file, &[label.span])?,
                    })
                })
                .collect(),
        };
        if handler.render_report(out, &shown).is_err() {
            out.push_str(&diagnostic.message);
        }
        out.push('\n');
    }
}
