//! Source text and places in it.
//!
//! Everything that gkc says about a file it says with a [`Span`]: a half-open range of byte offsets into a
//! [`SourceFile`]. Lines and columns exist only at the edges, where a [`LineIndex`] translates.

use std::fmt;
use std::sync::Arc;

/// The largest source file that is read. Real configurations stay under 100 KiB; the bound keeps a wrongly
/// named disk image from being parsed, and every offset within 32 bits.
pub const MAX_SOURCE_BYTES: usize = 8 * 1024 * 1024;

/// Identifies a [`SourceFile`] within one run. The configuration is [`FileId::CONFIG`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct FileId(pub u32);

impl FileId {
    /// The configuration file itself; files that it refers to come after it.
    pub const CONFIG: FileId = FileId(0);
}

/// A half-open range of byte offsets in one file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file that the offsets count in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; equal to `start` for a place between two characters.
    pub end: u32,
}

impl Span {
    /// A span of `file` from `start` to before `end`, both byte offsets.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span {
            file,
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// The bytes as a range to index the file's text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// True where the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// True where `other` lies within this span of the same file.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// True where the two spans of one file share a byte, or touch while one is empty.
    pub fn touches(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.end && other.start <= self.end
    }

    /// The smallest span that holds both. Both must lie in the same file; else `self` is returned.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// Offsets beyond 32 bits cannot occur in a file of at most [`MAX_SOURCE_BYTES`].
fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Why bytes cannot be read as a source file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// More than [`MAX_SOURCE_BYTES`] bytes; holds how many.
    TooLarge(usize),
    /// Not UTF-8; holds the offset of the first byte that is not, and what the bytes look like.
    NotUtf8 {
        /// Offset of the first byte that is not UTF-8.
        at: usize,
        /// What the bytes look like, for the message: `UTF-16`, or `binary data`.
        looks_like: &'static str,
    },
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::TooLarge(_) => {
                write!(f, "file is larger than {} MiB", MAX_SOURCE_BYTES / (1024 * 1024))
            }
            SourceError::NotUtf8 { at, looks_like } => {
                write!(
                    f,
                    "file is not UTF-8 text: looks like {looks_like} from byte {at} on"
                )
            }
        }
    }
}

impl std::error::Error for SourceError {}

/// A file's text with the path that its user knows it by. A copy shares the text.
#[derive(Clone, Debug)]
pub struct SourceFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: FileId,
    path: String,
    text: String,
    lines: LineIndex,
}

impl SourceFile {
    /// Takes `text` as it is; `path` is only shown, never opened.
    pub fn new(id: FileId, path: impl Into<String>, text: impl Into<String>) -> SourceFile {
        let text = text.into();
        let lines = LineIndex::new(&text);
        SourceFile(Arc::new(Inner {
            id,
            path: path.into(),
            text,
            lines,
        }))
    }

    /// Checks size and encoding first.
    ///
    /// # Errors
    /// [`SourceError::TooLarge`] and [`SourceError::NotUtf8`].
    pub fn from_bytes(
        id: FileId,
        path: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Result<SourceFile, SourceError> {
        if bytes.len() > MAX_SOURCE_BYTES {
            return Err(SourceError::TooLarge(bytes.len()));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(SourceFile::new(id, path, text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
                Err(SourceError::NotUtf8 {
                    at,
                    looks_like: if utf16 { "UTF-16" } else { "binary data" },
                })
            }
        }
    }

    /// The file's identity within this run.
    pub fn id(&self) -> FileId {
        self.0.id
    }

    /// The path as the user named it, for messages.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The path of a file that this one names relative to itself, as the user would name it.
    pub(crate) fn beside(&self, path: &str) -> String {
        let folder = match self.path().rfind('/') {
            Some(slash) if !path.starts_with('/') => self.path().get(..=slash).unwrap_or(""),
            _ => "",
        };
        format!("{folder}{path}")
    }

    /// The whole text, byte-order mark included.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The line index of the text.
    pub fn lines(&self) -> &LineIndex {
        &self.0.lines
    }

    /// A span of this file.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.id(), range.start, range.end)
    }

    /// The text under `span`; empty where the span is not one of this file's.
    pub fn slice(&self, span: Span) -> &str {
        if span.file != self.id() {
            return "";
        }
        self.text().get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset, both from 1, columns in characters.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(self.text(), offset, Encoding::Utf32)
    }
}

/// The files of one run, each of which spans lead to: the configuration, and what it refers to.
#[derive(Clone, Debug)]
pub struct Files {
    config: SourceFile,
    others: Vec<SourceFile>,
}

impl Files {
    /// A configuration by itself.
    pub fn of(config: SourceFile) -> Files {
        Files {
            config,
            others: Vec::new(),
        }
    }

    /// Adds files that the configuration refers to.
    pub fn extend(&mut self, files: impl IntoIterator<Item = SourceFile>) {
        self.others.extend(files);
    }

    /// The configuration.
    pub fn config(&self) -> &SourceFile {
        &self.config
    }

    /// The files that the configuration refers to.
    pub fn others(&self) -> &[SourceFile] {
        &self.others
    }

    /// The file that a span is in.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        std::iter::once(&self.config)
            .chain(&self.others)
            .find(|file| file.id() == id)
    }

    /// The file that a span is in, with the lines and columns of its beginning and its end.
    pub fn position(&self, span: Span) -> Option<(&SourceFile, Position, Position)> {
        let file = self.get(span.file)?;
        Some((file, file.position(span.start), file.position(span.end)))
    }
}

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the language server protocol.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in the units that were asked for.
    pub column: u32,
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or a lone `\r`, as in YAML.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> LineIndex {
        // A search for one character is fast, and few texts have the other.
        let behind = |line_break: char| text.match_indices(line_break).map(|(at, _)| clamp(at + 1));
        let mut starts = vec![0];
        starts.extend(behind('\n'));
        if text.contains('\r') {
            let is_alone = |start: &u32| text.as_bytes().get(*start as usize) != Some(&b'\n');
            starts.extend(behind('\r').filter(is_alone));
            crate::sorted::sort(&mut starts);
        }
        LineIndex { starts }
    }

    /// How many lines there are, at least one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// Byte offset at which line `line` (from 0) begins; the end of the last line for any later one.
    pub fn start_of(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    /// The bytes of line `line` (from 0) without its line break.
    pub fn range_of(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |s| *s as usize);
        let end = self.starts.get(line + 1).map_or(text.len(), |s| *s as usize);
        let body = text.get(start..end).unwrap_or("");
        start..start + body.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column of a byte offset. Offsets past the end or inside a character count as the place before.
    /// A byte-order mark at the start of the text takes no column.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_of(clamp(at));
        let start = self.starts.get(line).map_or(0, |s| *s as usize);
        let before = text.get(start..at).unwrap_or("");
        let before = match start {
            0 => before.strip_prefix('\u{feff}').unwrap_or(before),
            _ => before,
        };
        let column = match encoding {
            Encoding::Utf8 => before.len(),
            // A long list in one line has many findings, and to count its characters one by one takes long.
            _ if before.is_ascii() => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position {
            line: clamp(line + 1),
            column: clamp(column + 1),
        }
    }

    /// The byte offset of a position; clamped to the line's end, and to the text's.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let range = self.range_of(text, (position.line.max(1) - 1) as usize);
        let line = text.get(range.clone()).unwrap_or("");
        let bom = if range.start == 0 && line.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let wanted = (position.column.max(1) - 1) as usize;
        let mut units = 0;
        for (i, c) in line.get(bom..).unwrap_or("").char_indices() {
            if units >= wanted {
                return clamp(range.start + bom + i);
            }
            units += match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
        }
        clamp(range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_was_asked_for() {
        let file = SourceFile::new(FileId::CONFIG, "x", "a: 1\nb: \u{1f600}é!\n");
        let at = file.text().find('!').unwrap() as u32;
        let position = |e| file.lines().position(file.text(), at, e);
        assert_eq!(position(Encoding::Utf8), Position { line: 2, column: 10 });
        assert_eq!(position(Encoding::Utf16), Position { line: 2, column: 7 });
        assert_eq!(position(Encoding::Utf32), Position { line: 2, column: 6 });
        for e in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(file.lines().offset(file.text(), position(e), e), at);
        }
    }

    #[test]
    fn every_line_break_of_yaml_ends_a_line() {
        let text = "a\r\nb\rc\nd";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..index.count())
            .map(|l| &text[index.range_of(text, l)])
            .collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let file = SourceFile::new(FileId::CONFIG, "x", "\u{feff}a: 1");
        assert_eq!(file.position(3), Position { line: 1, column: 1 });
        assert_eq!(
            file.lines()
                .offset(file.text(), Position { line: 1, column: 1 }, Encoding::Utf16),
            3
        );
    }

    #[test]
    fn unreadable_bytes_say_what_they_are() {
        let utf16 = SourceFile::from_bytes(FileId::CONFIG, "x", vec![0xff, 0xfe, b'a', 0]).unwrap_err();
        assert_eq!(
            utf16,
            SourceError::NotUtf8 {
                at: 0,
                looks_like: "UTF-16"
            }
        );
        let binary = SourceFile::from_bytes(FileId::CONFIG, "x", vec![b'a', 0xc3, 0x28]).unwrap_err();
        assert_eq!(
            binary,
            SourceError::NotUtf8 {
                at: 1,
                looks_like: "binary data"
            }
        );
    }
}
