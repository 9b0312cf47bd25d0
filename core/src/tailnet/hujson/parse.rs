//! Tokens to the tree. Every mistake is reported where it stands, and reading goes on behind it.

use std::collections::BTreeMap;

use super::lex::{Lexer, Token};
use super::{Array, Document, Kind, MAX_DEPTH, MAX_VALUES, Member, Object, Value};
use crate::diagnostic::{Applicability, Diagnostic, Fix, Severity, apply};
use crate::source::{SourceFile, Span};
use crate::tailnet::reason::ReasonClass;

/// Words of other languages that may be meant as `null` or as nothing, rather than as a string.
const NOTHING: [&str; 5] = ["none", "nil", "undefined", "nan", "infinity"];

/// Reads a whole text. The tree holds what could be read; the findings say what could not.
pub fn parse(file: &SourceFile) -> (Document, Vec<Diagnostic>) {
    let (document, mut found) = read(file);
    doubt(file, &mut found);
    (document, found)
}

/// What follows from an error is found as well, and its fixes would do harm: they are safe only where the text can be read with all of them.
fn doubt(file: &SourceFile, found: &mut [Diagnostic]) {
    let safe = || {
        let fixes = found.iter().flat_map(|finding| &finding.fixes);
        fixes.filter(|fix| fix.applicability == Applicability::Safe)
    };
    let count = safe().count();
    if count == 0 {
        return;
    }
    let (text, applied) = apply(file.id(), file.text(), safe());
    let mended = SourceFile::new(file.id(), file.path(), text);
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    if applied == count && !read(&mended).1.iter().any(is_error) {
        return;
    }
    found.iter_mut().for_each(Diagnostic::doubt_fixes);
}

fn read(file: &SourceFile) -> (Document, Vec<Diagnostic>) {
    let mut lexer = Lexer::new(file.text(), file.id());
    let (token, span) = lexer.next();
    let mut parser = Parser {
        lexer,
        token,
        span,
        open: Vec::new(),
        values: 0,
    };
    let root = parser.root(file);
    let document = Document {
        root,
        comments: std::mem::take(&mut parser.lexer.comments),
    };
    (document, parser.lexer.errors)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token,
    span: Span,
    /// Brackets that are open, outermost first.
    open: Vec<u8>,
    values: usize,
}

impl Parser<'_> {
    fn advance(&mut self) -> Span {
        let span = self.span;
        (self.token, self.span) = self.lexer.next();
        span
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.lexer.syntax(span, message, help);
    }

    fn root(&mut self, file: &SourceFile) -> Option<Value> {
        if self.token == Token::End {
            if self.lexer.errors.is_empty() {
                let all = file.span(0..file.text().len());
                self.error(all, "empty policy file", "use `{}` for an empty policy");
            }
            return None;
        }
        let mut root = None;
        while root.is_none() && self.token != Token::End {
            root = self.value();
        }
        if self.token != Token::End {
            let span = self.span;
            self.error(
                span,
                "unexpected text after the end of the policy",
                "remove the text",
            );
        }
        root
    }

    /// The value at the current token. Where there is none, says so and passes over what stands there.
    fn value(&mut self) -> Option<Value> {
        self.values += 1;
        if self.values > MAX_VALUES {
            let span = self.span;
            self.error(span, format!("more than {MAX_VALUES} values"), "split the policy");
            self.lexer.stop();
            self.advance();
            return None;
        }
        let kind = match std::mem::replace(&mut self.token, Token::End) {
            Token::Open(bracket) => return self.container(bracket),
            Token::Text(text) => Kind::String(text),
            Token::Number(number) => Kind::Number(number),
            Token::Word(word) => self.word(&word),
            other => {
                let span = self.span;
                self.error(
                    span,
                    format!("missing value before {}", describe(&other)),
                    "add a value, or remove this",
                );
                self.token = other;
                self.advance();
                return None;
            }
        };
        let span = self.advance();
        Some(Value { span, kind })
    }

    fn word(&mut self, word: &str) -> Kind {
        match word {
            "true" => return Kind::Bool(true),
            "false" => return Kind::Bool(false),
            "null" => return Kind::Null,
            _ => {}
        }
        let span = self.span;
        let lower = word.to_ascii_lowercase();
        let (help, text) = match lower.as_str() {
            "true" | "false" | "null" => (format!("use `{lower}`"), lower.clone()),
            _ => (format!("use `\"{word}\"`"), format!("\"{word}\"")),
        };
        self.lexer.error(
            ReasonClass::Syntax
                .error(span, format!("unquoted string `{word}`"))
                .help(help)
                .fix(match NOTHING.contains(&lower.as_str()) {
                    true => Fix::risky(format!("use `{text}`"), span, text),
                    false => Fix::safe(format!("use `{text}`"), span, text),
                }),
        );
        match lower.as_str() {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => Kind::String(word.to_owned()),
        }
    }

    fn container(&mut self, bracket: u8) -> Option<Value> {
        let start = self.advance();
        if self.open.len() >= MAX_DEPTH {
            self.error(
                start,
                format!("values are nested more than {MAX_DEPTH} levels deep"),
                "remove levels: no section of a policy is nested so deeply",
            );
            self.lexer.stop();
            self.advance();
            return None;
        }
        self.open.push(bracket);
        let kind = if bracket == b'{' {
            Kind::Object(self.object())
        } else {
            Kind::Array(self.array())
        };
        self.open.pop();
        let end = self.close(bracket, start);
        Some(Value {
            span: start.to(end),
            kind,
        })
    }

    /// Consumes the closing bracket; where it is not there, says which one was not closed.
    fn close(&mut self, bracket: u8, start: Span) -> Span {
        let wanted = partner(bracket);
        if self.token == Token::Close(wanted) {
            return self.advance();
        }
        let (wanted, bracket) = (char::from(wanted), char::from(bracket));
        if self.lexer.errors.len() < super::MAX_ERRORS {
            let found = describe(&self.token);
            let message = format!("unclosed `{bracket}`: expected `{wanted}`, found {found}");
            let at = if self.token == Token::End {
                start
            } else {
                self.span
            };
            self.lexer.error(
                ReasonClass::Syntax
                    .error(at, message)
                    .and(start, format!("`{bracket}` opened here"))
                    .help(format!("close it with `{wanted}`")),
            );
        }
        Span::new(start.file, self.span.start as usize, self.span.start as usize)
    }

    /// True where the current token ends the innermost container, rightly or by closing one around it. A closing
    /// bracket that nothing opened is reported and passed over.
    fn at_end(&mut self) -> bool {
        loop {
            match self.token {
                Token::End => return true,
                Token::Close(b) => {
                    if self.open.iter().any(|open| partner(*open) == b) {
                        return true;
                    }
                    let span = self.span;
                    self.error(span, format!("unmatched `{}`", char::from(b)), "remove it");
                    self.advance();
                }
                _ => return false,
            }
        }
    }

    fn array(&mut self) -> Array {
        let mut array = Array::default();
        while !self.at_end() {
            array.trailing_comma = None;
            if let Some(value) = self.value() {
                let end = value.span;
                array.items.push(value);
                array.trailing_comma = self.separator(end);
            }
        }
        array
    }

    fn object(&mut self) -> Object {
        let mut object = Object::default();
        while !self.at_end() {
            object.trailing_comma = None;
            let Some((key, key_span)) = self.key() else {
                continue;
            };
            if self.token == Token::Colon {
                self.advance();
            } else {
                let message = format!("missing `:` between `{key}` and its value");
                let at = Span::new(key_span.file, key_span.end as usize, key_span.end as usize);
                let starts_value = !matches!(self.token, Token::Comma | Token::Close(_) | Token::End);
                self.error(key_span, message, "add `:` after the key");
                if !starts_value {
                    self.separator(at);
                    continue;
                }
            }
            if matches!(self.token, Token::Comma | Token::Close(_) | Token::End) {
                self.error(
                    key_span,
                    format!("missing value of `{key}`"),
                    "add a value after the `:`",
                );
                self.separator(key_span);
                continue;
            }
            if let Some(value) = self.value() {
                let end = value.span;
                object.members.push(Member { key, key_span, value });
                object.trailing_comma = self.separator(end);
            }
        }
        self.duplicates(&object);
        object
    }

    fn key(&mut self) -> Option<(String, Span)> {
        match std::mem::replace(&mut self.token, Token::End) {
            Token::Text(key) => Some((key, self.advance())),
            Token::Word(key) => {
                let span = self.span;
                self.lexer.error(
                    ReasonClass::Syntax
                        .error(span, format!("key `{key}` is not in double quotes"))
                        .help(format!("use `\"{key}\"`"))
                        .fix(Fix::safe(format!("use `\"{key}\"`"), span, format!("\"{key}\""))),
                );
                Some((key, self.advance()))
            }
            Token::Number(key) => {
                let span = self.span;
                self.error(
                    span,
                    format!("key `{key}` is not in double quotes"),
                    &format!("use `\"{key}\"`"),
                );
                Some((key, self.advance()))
            }
            other => {
                let span = self.span;
                self.error(
                    span,
                    format!("missing key before {}", describe(&other)),
                    "add `\"key\": value`, or remove this",
                );
                self.token = other;
                if let Token::Open(bracket) = self.token {
                    self.container(bracket);
                } else {
                    self.advance();
                }
                None
            }
        }
    }

    /// The comma after a value. None where the container ends; a missing one is reported.
    fn separator(&mut self, before: Span) -> Option<Span> {
        match self.token {
            Token::Comma => Some(self.advance()),
            Token::Close(_) | Token::End => None,
            Token::Colon => {
                let span = self.span;
                self.error(
                    span,
                    "unexpected `:` after a value",
                    "use `,` before the next value",
                );
                self.advance();
                None
            }
            _ => {
                let gap = Span::new(before.file, before.end as usize, before.end as usize);
                let span = self.span;
                self.lexer.error(
                    ReasonClass::Syntax
                        .error(span, "missing `,`")
                        .and(before, "after this value")
                        .help("add `,` between the two")
                        .fix(Fix::safe("add `,`", gap, ",")),
                );
                None
            }
        }
    }

    fn duplicates(&mut self, object: &Object) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for member in &object.members {
            match first.get(member.key.as_str()) {
                None => {
                    first.insert(&member.key, member.key_span);
                }
                Some(earlier) => self.lexer.error(
                    ReasonClass::Syntax
                        .error(member.key_span, format!("duplicate key `{}`", member.key))
                        .and(*earlier, "first defined here")
                        .help("merge their values into one of them"),
                ),
            }
        }
    }
}

fn partner(open: u8) -> u8 {
    if open == b'{' { b'}' } else { b']' }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Open(b) | Token::Close(b) => format!("`{}`", char::from(*b)),
        Token::Colon => "`:`".to_owned(),
        Token::Comma => "`,`".to_owned(),
        Token::Text(_) => "a string".to_owned(),
        Token::Number(number) => format!("`{number}`"),
        Token::Word(word) => format!("`{word}`"),
        Token::End => "the end of the file".to_owned(),
    }
}
