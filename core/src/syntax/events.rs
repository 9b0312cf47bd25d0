//! The YAML event parser, and the only file that knows which crate it is.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser as granit;
use granit_parser::{ErrorKind, StructureStyle};

use super::limits::{MAX_DEPTH, MAX_KEY_LOOKAHEAD};

/// What comes next in the text.
#[derive(Debug)]
pub(super) enum Event<'b> {
    /// A document begins. Its range holds the `---`, or nothing.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// A scalar; one that is not written comes as an empty plain one.
    Scalar { text: Cow<'b, str>, style: Style },
    /// A sequence begins.
    SeqStart { flow: bool },
    /// A mapping begins.
    MapStart { flow: bool },
    /// The innermost open collection ends.
    End,
    /// An alias; holds the name.
    Alias(Cow<'b, str>),
    /// The anchor of the node before.
    Anchor,
    /// A comment.
    Comment,
}

/// An event with where it stands, counted from the start of the text given to [`Events::new`].
#[derive(Debug)]
pub(super) struct Item<'b> {
    pub(super) event: Event<'b>,
    pub(super) range: Range<usize>,
    pub(super) tag: Option<TagItem>,
}

/// The tag of an event.
#[derive(Debug)]
pub(super) struct TagItem {
    pub(super) range: Range<usize>,
    pub(super) core: Option<&'static str>,
}

/// How a scalar was written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Style {
    /// Without quotes: the one style whose text may mean a number, a boolean or nothing.
    Plain,
    /// Between `'`.
    SingleQuoted,
    /// Between `"`; also a plain scalar tagged `!!str`, which reads as if it were quoted.
    DoubleQuoted,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// Why the text cannot be read on, and where that was noticed, which is often after the mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) at: usize,
}

/// What kind of mistake it seems to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultKind {
    Tab,
    Quote,
    AfterQuote,
    Escape,
    BracketUnclosed,
    BracketMismatch(char),
    BracketStray,
    FlowSeparator,
    KeyWithoutColon,
    ColonNotAllowed,
    KeyExpected,
    DashExpected,
    DashNotAllowed,
    Reserved(char),
    Name,
    Tag,
    BlockHeader,
    BlockIndent,
    Comment,
    CommentInside,
    Directive,
    DocumentEnd,
    ByteOrderMark,
    Depth,
    /// Found by the builder: content where only the keys of the top-level mapping can stand.
    StrayText,
    Other,
}

/// The events of a text, up to its end or its first fault.
pub(super) struct Events<'b> {
    text: &'b str,
    parser: granit::Parser<'b, granit::StrInput<'b>>,
}

impl<'b> Events<'b> {
    /// `comments` says whether they are among the events.
    pub(super) fn new(text: &'b str, comments: bool) -> Events<'b> {
        let options = granit::options! {
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            emit_comments: comments,
            max_buffered_comment_events: usize::MAX,
            simple_key_max_lookahead: MAX_KEY_LOOKAHEAD,
            flow_nesting_limit: MAX_DEPTH + 1,
            block_nesting_limit: MAX_DEPTH + 1,
        };
        Events {
            text,
            parser: granit::Parser::new_from_str_with_options(text, options),
        }
    }

    fn convert(&self, event: granit::Event<'b>, range: &Range<usize>) -> Option<Event<'b>> {
        Some(match event {
            granit::Event::DocumentStart(..) => Event::DocumentStart,
            granit::Event::DocumentEnd => Event::DocumentEnd,
            granit::Event::Scalar(text, style, ..) => {
                // A scalar that is not written arrives as a plain `~` without a range.
                let absent = range.is_empty() && style == granit::ScalarStyle::Plain;
                Event::Scalar {
                    text: if absent { Cow::Borrowed("") } else { text },
                    style: convert_style(style),
                }
            }
            granit::Event::SequenceStart(style, ..) => Event::SeqStart {
                flow: style == StructureStyle::Flow,
            },
            granit::Event::MappingStart(style, ..) => Event::MapStart {
                flow: style == StructureStyle::Flow,
            },
            granit::Event::SequenceEnd | granit::Event::MappingEnd => Event::End,
            granit::Event::UnresolvedAlias(name) => Event::Alias(name),
            granit::Event::Alias(_) => {
                let written = self.text.get(range.clone()).unwrap_or("");
                Event::Alias(Cow::Borrowed(written.strip_prefix('*').unwrap_or(written)))
            }
            granit::Event::Anchor(..) => Event::Anchor,
            granit::Event::Comment(..) => Event::Comment,
            _ => return None,
        })
    }

    /// A range that the crate reports, held to the text and to whole characters.
    fn range(&self, span: granit::Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or(0..0);
        let end = floor(self.text, range.end);
        floor(self.text, range.start).min(end)..end
    }
}

impl<'b> Iterator for Events<'b> {
    type Item = Result<Item<'b>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(found) => found,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    return Some(Err(Fault {
                        kind: convert_error(error.kind()),
                        at: floor(self.text, at),
                    }));
                }
            };
            let range = self.range(span);
            let tag = event.tag().zip(span.tag_span()).map(|(tag, span)| TagItem {
                range: self.range(span),
                core: core_name(tag),
            });
            if let Some(event) = self.convert(event, &range) {
                return Some(Ok(Item { event, range, tag }));
            }
        }
    }
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn core_name(tag: &granit::Tag) -> Option<&'static str> {
    let known = ["str", "int", "float", "bool", "null", "seq", "map"];
    let name = tag.core_suffix()?;
    known.into_iter().find(|k| *k == name)
}

fn convert_style(style: granit::ScalarStyle) -> Style {
    match style {
        granit::ScalarStyle::Plain => Style::Plain,
        granit::ScalarStyle::SingleQuoted => Style::SingleQuoted,
        granit::ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        granit::ScalarStyle::Literal => Style::Literal,
        granit::ScalarStyle::Folded => Style::Folded,
    }
}

fn convert_error(kind: &ErrorKind) -> FaultKind {
    use ErrorKind as E;
    match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation => FaultKind::Tab,
        E::TabInPlainScalar | E::TabAtBlockScalarStart => FaultKind::Tab,
        E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent => FaultKind::Quote,
        E::DocumentIndicatorInQuotedScalar => FaultKind::Quote,
        E::InvalidTrailingSingleQuotedScalar => FaultKind::AfterQuote,
        E::InvalidTrailingDoubleQuotedScalar => FaultKind::AfterQuote,
        E::UnclosedFlowCollection { .. } => FaultKind::BracketUnclosed,
        E::UnexpectedEofFlowSequence | E::UnexpectedEofFlowMapping => FaultKind::BracketUnclosed,
        E::UnexpectedEofImplicitFlowMapping => FaultKind::BracketUnclosed,
        E::MismatchedFlowCollectionEnd { close, .. } => FaultKind::BracketMismatch(*close),
        E::MisplacedFlowCollectionEnd => FaultKind::BracketStray,
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => FaultKind::FlowSeparator,
        E::InvalidColonPlacement | E::FlowMappingValueAdjacentCollection => FaultKind::FlowSeparator,
        E::InvalidFlowScalarIndent => FaultKind::FlowSeparator,
        E::SimpleKeyExpected | E::InvalidSimpleKey => FaultKind::KeyWithoutColon,
        E::MappingValueNotAllowed | E::MappingKeyNotAllowed => FaultKind::ColonNotAllowed,
        E::InvalidMappingValueWhitespace => FaultKind::ColonNotAllowed,
        E::ExpectedBlockMappingKey | E::InvalidIndentation => FaultKind::KeyExpected,
        E::ExpectedDocumentStart | E::UnexpectedEofBlockMapping => FaultKind::KeyExpected,
        E::ExpectedNodeContent => FaultKind::KeyExpected,
        E::ExpectedBlockSequenceEntry | E::UnexpectedEofBlockSequence => FaultKind::DashExpected,
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => FaultKind::DashNotAllowed,
        E::InvalidBlockEntryWhitespace => FaultKind::DashNotAllowed,
        E::PlainScalarStartsWithDashFlowIndicator => FaultKind::DashNotAllowed,
        E::UnexpectedCharacter { character } => FaultKind::Reserved(*character),
        E::MissingAnchorOrAliasName => FaultKind::Name,
        E::CommentNotSeparated => FaultKind::Comment,
        E::CommentInterceptedScalar => FaultKind::CommentInside,
        E::InvalidDocumentEnd => FaultKind::DocumentEnd,
        E::BomInsideDocument => FaultKind::ByteOrderMark,
        E::RecursionLimitExceeded => FaultKind::Depth,
        _ => convert_rare_error(kind),
    }
}

fn convert_rare_error(kind: &ErrorKind) -> FaultKind {
    use ErrorKind as E;
    match kind {
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape => FaultKind::Escape,
        E::InvalidLowSurrogateHexEscape | E::InvalidLowSurrogate => FaultKind::Escape,
        E::MissingLowSurrogate | E::UnpairedLowSurrogate | E::InvalidUnicodeEscape => FaultKind::Escape,
        E::UndeclaredTagHandle | E::ExpectedTagBang | E::InvalidGlobalTagCharacter => FaultKind::Tag,
        E::InvalidTagTerminator | E::MissingTagUri | E::UnclosedVerbatimTag => FaultKind::Tag,
        E::InvalidTagEscape | E::InvalidTagUtf8LeadingByte => FaultKind::Tag,
        E::InvalidTagUtf8TrailingByte | E::InvalidTagUtf8 => FaultKind::Tag,
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader => FaultKind::BlockHeader,
        E::InvalidBlockScalarIndent => FaultKind::BlockIndent,
        E::DuplicateVersionDirective | E::UnsupportedYamlMajorVersion => FaultKind::Directive,
        E::DuplicateTagDirective | E::MissingDocumentEndBeforeDirective => FaultKind::Directive,
        E::ExpectedTagDirectiveBang | E::InvalidDirectiveTerminator => FaultKind::Directive,
        E::MissingYamlVersionSeparator | E::MissingDirectiveName => FaultKind::Directive,
        E::InvalidDirectiveName | E::DirectiveByteLimitExceeded { .. } => FaultKind::Directive,
        E::TooManyReservedDirectiveParams { .. } | E::YamlVersionTooLong => FaultKind::Directive,
        E::MissingYamlVersion | E::InvalidTagDirectiveTerminator => FaultKind::Directive,
        _ => FaultKind::Other,
    }
}
