//! Bytes to tokens: white space and comments are skipped and remembered, bad tokens are reported and mended.

use super::MAX_ERRORS;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{FileId, Span};
use crate::tailnet::reason::ReasonClass;

/// A token's kind.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    Open(u8),
    Close(u8),
    Colon,
    Comma,
    Text(String),
    Number(String),
    Word(String),
    End,
}

/// Reads tokens one after the other.
pub(super) struct Lexer<'a> {
    text: &'a str,
    file: FileId,
    pos: usize,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<Diagnostic>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, file: FileId) -> Lexer<'a> {
        let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Lexer {
            text,
            file,
            pos,
            comments: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Records an error, and gives up on the rest of the text after too many.
    pub(super) fn error(&mut self, error: Diagnostic) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
        if self.errors.len() >= MAX_ERRORS {
            self.stop();
        }
    }

    pub(super) fn syntax(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.error(ReasonClass::Syntax.error(span, message).help(help));
    }

    /// Makes every following token the end.
    pub(super) fn stop(&mut self) {
        self.pos = self.text.len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }

    /// The next token with its span.
    pub(super) fn next(&mut self) -> (Token, Span) {
        loop {
            self.skip_trivia();
            let start = self.pos;
            let token = match self.peek() {
                None => Token::End,
                Some(b @ (b'{' | b'[')) => self.single(Token::Open(b)),
                Some(b @ (b'}' | b']')) => self.single(Token::Close(b)),
                Some(b':') => self.single(Token::Colon),
                Some(b',') => self.single(Token::Comma),
                Some(b'"') => self.string(),
                Some(b'\'') => self.single_quoted(),
                Some(b) if b.is_ascii_alphabetic() || b == b'_' || b == b'$' => self.word(),
                Some(b) if b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.') => self.number(),
                Some(_) => {
                    self.stray();
                    continue;
                }
            };
            return (token, self.span(start, self.pos));
        }
    }

    fn single(&mut self, token: Token) -> Token {
        self.pos += 1;
        token
    }

    fn skip_trivia(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' | b'\n' => self.pos += 1,
                b'/' if self.rest().starts_with("//") => self.line_comment(),
                b'/' if self.rest().starts_with("/*") => self.block_comment(),
                b'#' => self.hash_comment(),
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) -> usize {
        self.pos += self.rest().find('\n').unwrap_or(self.rest().len());
        self.pos
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        let end = self.skip_line();
        let span = self.span(start, end);
        self.comments.push(span);
        if end == self.text.len() {
            let fix = Fix::safe("add a newline", self.span(end, end), "\n");
            self.error(
                ReasonClass::Syntax
                    .error(
                        span,
                        "missing newline after a `//` comment at the end of the file",
                    )
                    .help("add a newline at the end of the file")
                    .fix(fix),
            );
        }
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        match self.rest().get(2..).and_then(|body| body.find("*/")) {
            Some(at) => self.pos += at + 4,
            None => {
                self.stop();
                let open = self.span(start, start + 2);
                self.error(
                    ReasonClass::Syntax
                        .error(open, "unclosed `/*` comment")
                        .help("close it with `*/`; comments do not nest"),
                );
            }
        }
        let span = self.span(start, self.pos);
        self.comments.push(span);
    }

    fn hash_comment(&mut self) {
        let start = self.pos;
        self.skip_line();
        let span = self.span(start, start + 1);
        self.error(
            ReasonClass::Syntax
                .error(span, "unexpected `#`")
                .help("start comments with `//`")
                .fix(Fix::safe("use `//`", span, "//")),
        );
    }

    fn stray(&mut self) {
        let start = self.pos;
        let c = self.rest().chars().next().unwrap_or(' ');
        self.pos += c.len_utf8();
        let span = self.span(start, self.pos);
        if c.is_whitespace() || c == '\u{feff}' {
            let code = c as u32;
            self.error(
                ReasonClass::Syntax
                    .error(span, format!("invalid white space: character U+{code:04X}"))
                    .help("use a space")
                    .fix(Fix::safe("use a space", span, " ")),
            );
        } else {
            self.syntax(
                span,
                format!("unexpected `{}`", c.escape_debug()),
                "remove it, or put it in double quotes",
            );
        }
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.')));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
        self.pos += word.len();
        Token::Word(word.to_owned())
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
        let number = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
        let span = self.span(self.pos, self.pos + number.len());
        self.pos += number.len();
        if let Some(why) = number_fault(number) {
            self.syntax(
                span,
                format!("invalid number `{number}`: {why}"),
                "use a number such as `0`, `-1.5` or `2e3`, or put it in double quotes",
            );
        }
        Token::Number(number.to_owned())
    }

    fn single_quoted(&mut self) -> Token {
        let start = self.pos;
        let body = self.rest().get(1..).unwrap_or("");
        let close = body.find(['\'', '\n']).filter(|at| body[*at..].starts_with('\''));
        let length = close.unwrap_or_else(|| body.find(['\r', '\n']).unwrap_or(body.len()));
        let content = body.get(..length).unwrap_or("").to_owned();
        self.pos = start + 1 + length + usize::from(close.is_some());
        let span = self.span(start, self.pos);
        let mut error = ReasonClass::Syntax
            .error(span, "string in single quotes")
            .help("use double quotes");
        if close.is_some() && !content.contains(['"', '\\']) {
            error = error.fix(Fix::safe("use double quotes", span, format!("\"{content}\"")));
        }
        self.error(error);
        Token::Text(content)
    }

    fn string(&mut self) -> Token {
        let start = self.pos;
        self.pos += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or(""));
            self.pos += plain;
            match self.peek() {
                Some(b'"') => {
                    self.pos += 1;
                    return Token::Text(out);
                }
                Some(b'\\') => self.escape(&mut out),
                None | Some(b'\n' | b'\r') => {
                    let span = self.span(start, self.pos);
                    self.error(
                        ReasonClass::Syntax
                            .error(span, "unclosed string")
                            .help("close it with `\"`, and use `\\n` for a line break"),
                    );
                    return Token::Text(out);
                }
                Some(b) => {
                    let span = self.span(self.pos, self.pos + 1);
                    self.pos += 1;
                    out.push(char::from(b));
                    let message = format!("invalid control character U+{b:04X} in a string");
                    self.error(
                        ReasonClass::Syntax
                            .error(span, message)
                            .help(format!("use `\\u{b:04x}`")),
                    );
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) {
        let start = self.pos;
        let c = self.rest().chars().nth(1);
        self.pos += 1 + c.map_or(0, char::len_utf8);
        let plain = match c {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode_escape(start, out),
            _ => {
                if matches!(c, Some('\n' | '\r')) {
                    self.pos -= 1;
                }
                let span = self.span(start, self.pos);
                let written = self.text.get(span.range()).unwrap_or("\\").to_owned();
                let message = format!("unknown escape `{}`", written.trim_end());
                return self.error(
                    ReasonClass::Syntax
                        .error(span, message)
                        .help("use `\\\\` for a backslash"),
                );
            }
        };
        out.push(plain);
    }

    /// `\uXXXX`, two of them for a character beyond the basic plane. A lone half becomes U+FFFD, as in Go.
    fn unicode_escape(&mut self, start: usize, out: &mut String) {
        let Some(first) = self.hex4() else {
            let span = self.span(start, self.pos);
            return self.syntax(
                span,
                "invalid escape: expected four hexadecimal digits after `\\u`",
                "use four of `0-9a-f`, such as `\\u00e9`",
            );
        };
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            let back = self.pos;
            self.pos += 2;
            match self.hex4() {
                Some(second @ 0xdc00..=0xdfff) => {
                    let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    return;
                }
                _ => self.pos = back,
            }
        }
        out.push(char::from_u32(first).unwrap_or('\u{fffd}'));
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.pos += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// What keeps a text from being a JSON number.
fn number_fault(text: &str) -> Option<&'static str> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let digits = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let whole = digits(body);
    if text.starts_with('+') {
        return Some("leading plus sign");
    }
    if whole == 0 {
        return Some("expected a digit at the start");
    }
    if whole > 1 && body.starts_with('0') {
        return Some("leading zero");
    }
    let mut rest = &body[whole..];
    if rest.starts_with(['x', 'X', 'o', 'O', 'b', 'B']) {
        return Some("expected a decimal number");
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = digits(fraction);
        if n == 0 {
            return Some("expected a digit after the decimal point");
        }
        rest = &fraction[n..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let n = digits(exponent);
        if n == 0 {
            return Some("expected a digit in the exponent");
        }
        rest = &exponent[n..];
    }
    (!rest.is_empty()).then_some("contains letters or signs")
}
