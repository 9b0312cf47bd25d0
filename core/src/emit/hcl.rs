//! The escapes of Terraform's template language: bare, as in a `templatefile`, and in a quoted string.

use std::fmt::Write;

/// What a template is made of: text to stand as it is, and expressions in HCL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// Bytes that are known. No two stand next to each other.
    Known(Vec<u8>),
    /// An expression that gives a string.
    Expr(String),
}

/// How template text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TemplateForm {
    /// A file for `templatefile`.
    File,
    /// Between double quotes.
    Quoted,
}

/// `text` for a string in Terraform's JSON syntax, where every string is a template: stands for exactly `text`.
pub fn literal(text: &str) -> String {
    let mut out = String::new();
    known(&mut out, text, TemplateForm::File, true, false);
    out
}

#[cfg(any(test, feature = "internals"))]
/// `text` as a quoted string of HCL, quotes included: stands for exactly `text`.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    escape(&mut out, text, TemplateForm::Quoted);
    out.push('"');
    out
}

/// The pieces as one expression that gives a string. `None` where known bytes are not UTF-8.
pub(super) fn expression(pieces: &[Piece]) -> Option<String> {
    if let [Piece::Expr(expr)] = pieces {
        return Some(expr.clone());
    }
    Some(format!("\"{}\"", template(pieces, TemplateForm::Quoted)?))
}

/// The pieces as template text. `None` where known bytes are not UTF-8.
pub(super) fn template(pieces: &[Piece], form: TemplateForm) -> Option<String> {
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Expr(expr) => {
                out.push_str("${");
                out.push_str(expr);
                out.push('}');
            }
            Piece::Known(bytes) => {
                let text = std::str::from_utf8(bytes).ok()?;
                known(&mut out, text, form, i == 0, i + 1 < pieces.len());
            }
        }
    }
    Some(out)
}

/// A `$` right before `${` would read as the escape `$${`, so a run of them at the end becomes an expression;
/// Terraform drops a byte-order mark that begins a template, so that becomes one too.
fn known(out: &mut String, text: &str, form: TemplateForm, first: bool, expression_follows: bool) {
    let mut body = text;
    if first
        && form == TemplateForm::File
        && let Some(rest) = body.strip_prefix('\u{feff}')
    {
        out.push_str("${\"\\ufeff\"}");
        body = rest;
    }
    let kept = if expression_follows {
        body.trim_end_matches('$')
    } else {
        body
    };
    escape(out, kept, form);
    if kept.len() < body.len() {
        let _ = write!(out, "${{\"{}\"}}", &body[kept.len()..]);
    }
}

fn escape(out: &mut String, text: &str, form: TemplateForm) {
    // Most of what files hold.
    if form == TemplateForm::File && !text.contains("${") && !text.contains("%{") {
        out.push_str(text);
        return;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c if form == TemplateForm::File => out.push(c),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c if u32::from(c) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
}

/// Characters that a person reads as what they are.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') || (c > '\u{a0}' && c.is_alphanumeric())
}

/// `expr` as a part of a URL; agrees with [`super::render`]. Terraform encodes for the query of a URL, where a space is a `+`.
pub(super) fn url_expression(expr: &str) -> String {
    format!(r#"replace(urlencode({expr}), "+", "%20")"#)
}

/// `expr` as one single-quoted word of sh; agrees with [`super::render::shell_word`].
pub(super) fn shell_expression(expr: &str) -> String {
    format!(r#""'${{replace(replace({expr}, "\n", " "), "'", "'\\''")}}'""#)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, then_expression: bool) -> String {
        let mut pieces = vec![Piece::Known(text.into())];
        if then_expression {
            pieces.push(Piece::Expr("v".to_owned()));
        }
        template(&pieces, TemplateForm::File).unwrap()
    }

    #[test]
    fn only_what_would_open_a_sequence_is_escaped() {
        assert_eq!(file("a$b %c {d}", false), "a$b %c {d}");
        assert_eq!(file("${HOME} %{http_code}", false), "$${HOME} %%{http_code}");
        assert_eq!(file("$${x %%{y", false), "$$${x %%%{y");
        assert_eq!(file("%${x $%{y", false), "%$${x $%%{y");
    }

    #[test]
    fn a_dollar_before_an_expression_stands_in_one_of_its_own() {
        assert_eq!(file("a$", true), "a${\"$\"}${v}");
        assert_eq!(file("a$$", true), "a${\"$$\"}${v}");
        assert_eq!(file("a$", false), "a$");
        assert_eq!(file("a%", true), "a%${v}");
    }

    #[test]
    fn a_leading_byte_order_mark_survives() {
        assert_eq!(file("\u{feff}a", true), "${\"\\ufeff\"}a${v}");
    }

    #[test]
    fn quoted_text_escapes_what_a_quoted_string_cannot_hold() {
        let pieces = [
            Piece::Known("a\"b\\c\n${x}\u{1}\u{2028}é\u{1f600}".into()),
            Piece::Expr("v".to_owned()),
        ];
        assert_eq!(
            expression(&pieces).unwrap(),
            "\"a\\\"b\\\\c\\n$${x}\\u0001\\u2028é\\U0001f600${v}\""
        );
        assert_eq!(expression(&pieces[1..]).unwrap(), "v");
    }
}
