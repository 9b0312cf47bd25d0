//! Strings that may hold `${`: filled in by Terraform, or handed through as they are.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Newtype names under which the decoder hands out text that may hold `${`.
pub(super) const BINDABLE: &str = "$gkc::Bindable";
/// See [`BINDABLE`].
pub(super) const VERBATIM: &str = "$gkc::Verbatim";

/// A string that may be known only to Terraform, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bindable {
    /// The pieces in order; neighbouring literals are merged.
    pub parts: Vec<BindablePart>,
}

/// A piece of a [`Bindable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindablePart {
    /// Text as it is.
    Text(String),
    /// A Terraform expression.
    Late(String),
}

impl Bindable {
    #[cfg(any(test, feature = "internals"))]
    /// A string that is known now.
    pub fn known(text: impl Into<String>) -> Bindable {
        Bindable {
            parts: vec![BindablePart::Text(text.into())],
        }
    }

    /// The text, where all of it is known now.
    pub fn as_known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [BindablePart::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The Terraform expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            BindablePart::Late(expression) => Some(expression.as_str()),
            BindablePart::Text(_) => None,
        })
    }

    /// For messages: the text with `${…}` where it is not known.
    pub fn shown(&self) -> String {
        let show = |part: &BindablePart| match part {
            BindablePart::Text(text) => text.clone(),
            BindablePart::Late(expression) => format!("${{{expression}}}"),
        };
        self.parts.iter().map(show).collect()
    }

    /// Reads `${expression}` and `$${`, the literal `${`.
    ///
    /// # Errors
    /// Says which `${` is not closed, or holds nothing.
    pub fn parse(text: &str) -> Result<Bindable, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, after) = (&rest[..at], &rest[at + 2..]);
            if let Some(before) = before.strip_suffix('$') {
                literal.push_str(before);
                literal.push_str("${");
                rest = after;
                continue;
            }
            literal.push_str(before);
            let end = closing_brace(after).ok_or("`${` without a closing `}`")?;
            let expression = after[..end].trim();
            if expression.is_empty() {
                return Err("empty expression `${}`".to_owned());
            }
            if let Some(fault) = fault(expression) {
                return Err(format!("invalid Terraform expression: {fault}"));
            }
            if !literal.is_empty() {
                parts.push(BindablePart::Text(std::mem::take(&mut literal)));
            }
            parts.push(BindablePart::Late(expression.to_owned()));
            rest = &after[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(BindablePart::Text(literal));
        }
        Ok(Bindable { parts })
    }
}

/// The offset of the `}` that closes an expression, skipping nested braces and quoted strings.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quoted = false;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 0 => return Some(i),
            '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a text that should be an expression is a template: it interpolates before any quote or heredoc, where none is open.
pub(super) fn is_template(text: &str) -> bool {
    let quoted = text.find('"').into_iter().chain(text.find("<<")).min();
    text[..quoted.unwrap_or(text.len())].contains("${")
}

/// What a schema says of an expression: the same as [`is_template`], and no name alone.
pub(super) fn expression_schema() -> Schema {
    json_schema!({
        "type": "string", "minLength": 1, "$comment": "an expression",
        "not": { "pattern": "^([^\"<]|<(?!<))*\\$\\{|^\\s*[A-Za-z_][A-Za-z0-9_-]*\\s*$" }
    })
}

/// Why Terraform could not read an expression, as far as its brackets, quotes and ends tell; the rest is for Terraform to judge.
pub(super) fn fault(expression: &str) -> Option<&'static str> {
    let text = expression.trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(is_name) {
        return Some("a name alone refers to nothing; a variable is `var.name`");
    }
    if text.contains("<<") {
        return None;
    }
    if text.starts_with(|c| "*/%&|=<>?:,.+)]}".contains(c))
        || text.ends_with(|c| "+-*/%&|=!<>?:,.".contains(c))
    {
        return Some("a part is missing");
    }
    // What is open: brackets, quotes, and interpolations in them.
    let mut open: Vec<char> = Vec::new();
    // The character before, and the last that is no space.
    let (mut before, mut last) = (' ', ' ');
    let operand = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | ')' | ']');
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = text.get(at..).unwrap_or("");
        if open.last() == Some(&'"') {
            match c {
                '\n' | '\r' => return Some("a line break in a string"),
                '\\' => drop(chars.next()),
                '"' => drop(open.pop()),
                '$' | '%' if rest.starts_with("$${") || rest.starts_with("%%{") => drop(chars.next()),
                '{' if matches!(before, '$' | '%') => open.push('{'),
                _ => {}
            }
        } else {
            let ended = operand(last);
            let apart = ended && before.is_whitespace();
            let closes = |bracket| open.last() == Some(&bracket);
            match c {
                '(' | '[' | '{' if open.is_empty() && apart => return Some("an operator is missing"),
                '"' if open.is_empty() && ended => return Some("an operator is missing"),
                '(' | '[' | '{' | '"' => open.push(c),
                ')' if closes('(') => drop(open.pop()),
                ']' if closes('[') => drop(open.pop()),
                '}' if closes('{') => drop(open.pop()),
                ')' | ']' | '}' => return Some("a closing bracket without its opening one"),
                '\'' => return Some("strings are in double quotes"),
                '`' | ';' | '$' | '@' | '\\' => return Some("unexpected character"),
                '#' => return Some("a comment in an expression"),
                '\n' | '\r' if open.is_empty() => return Some("a line break"),
                '=' if open.is_empty()
                    && !matches!(before, '=' | '!' | '<' | '>')
                    && !rest.starts_with("==")
                    && !rest.starts_with("=>") =>
                {
                    return Some("an assignment");
                }
                '.' if open.is_empty() && before == '.' => return Some("a name between two dots is missing"),
                '0'..='9' if !operand(before) && !matches!(before, '.' | '-') => {
                    let end = rest.find(|c: char| !is_name(c) && c != '.').unwrap_or(rest.len());
                    let word = rest.get(..end).unwrap_or(rest);
                    if word.contains(char::is_alphabetic) && word.parse::<f64>().is_err() {
                        return Some("a name starts with a digit");
                    }
                }
                _ if open.is_empty() && apart && (c.is_alphanumeric() || c == '_') => {
                    return Some("an operator is missing");
                }
                _ => {}
            }
        }
        before = c;
        if !c.is_whitespace() {
            last = c;
        }
    }
    match open.last() {
        Some('"') => Some("a string without its closing quote"),
        Some(_) => Some("a bracket that is not closed"),
        None => None,
    }
}

/// The expression in a template that is one interpolation and nothing else.
pub(super) fn sole_expression(template: &str) -> Option<&str> {
    let inner = template.trim().strip_prefix("${")?;
    let end = closing_brace(inner).filter(|end| end + 1 == inner.len())?;
    Some(inner[..end].trim()).filter(|inner| !inner.is_empty() && !is_template(inner))
}

struct BindableVisitor;

impl<'de> Visitor<'de> for BindableVisitor {
    type Value = Bindable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bindable, E> {
        Bindable::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bindable, A::Error> {
        let mut found = None;
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if key == "terraform" {
                found = Some(value);
            }
        }
        let expression =
            found.ok_or_else(|| de::Error::custom("expected a string or `{terraform: expression}`"))?;
        Ok(Bindable {
            parts: vec![BindablePart::Late(expression.trim().to_owned())],
        })
    }
}

impl<'de> Deserialize<'de> for Bindable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(BINDABLE, BindableVisitor)
    }
}

impl JsonSchema for Bindable {
    fn schema_name() -> Cow<'static, str> {
        "Bindable".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A string; `${expression}` in it is filled in by Terraform, `$${` is a literal `${`.",
            "anyOf": [
                { "type": "string", "$comment": "may hold `${`" },
                {
                    "type": "object", "required": ["terraform"], "additionalProperties": false,
                    "properties": { "terraform": expression_schema() }
                }
            ]
        })
    }
}

/// Text that is handed through untouched, `${` and all: scripts and file contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim(pub String);

struct VerbatimVisitor;

impl Visitor<'_> for VerbatimVisitor {
    type Value = Verbatim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Verbatim, E> {
        Ok(Verbatim(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(VERBATIM, VerbatimVisitor)
    }
}

impl JsonSchema for Verbatim {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Verbatim".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "$comment": "handed through as it is" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_escapes_are_told_apart() {
        let parse = |text| Bindable::parse(text).map(|b| b.parts);
        let (text, late) = (
            |t: &str| BindablePart::Text(t.into()),
            |t: &str| BindablePart::Late(t.into()),
        );
        assert_eq!(parse("plain"), Ok(vec![text("plain")]));
        assert_eq!(parse("${a.b}.x"), Ok(vec![late("a.b"), text(".x")]));
        assert_eq!(
            parse("$${a} and ${b.c}"),
            Ok(vec![text("${a} and "), late("b.c")])
        );
        assert_eq!(
            parse("${f({k = \"}\"})}!"),
            Ok(vec![late("f({k = \"}\"})"), text("!")])
        );
        assert!(parse("${open").is_err());
        assert!(is_template("${a.b}") && is_template("x-${a}") && is_template("a < ${b}"));
        assert!(
            !is_template("a.b") && !is_template("\"x-${a[\"k\"]}-${b}\"") && !is_template("\"\\\"${a}\"")
        );
        assert!(!is_template("<<EOT\n${a}\nEOT"));
        assert_eq!(sole_expression(" ${ f({k = \"}\"}) } "), Some("f({k = \"}\"})"));
        assert_eq!(
            (sole_expression("${a}${b}"), sole_expression("${ }")),
            (None, None)
        );
        assert!(parse("${ }").is_err());
    }

    #[test]
    fn what_terraform_could_not_read() {
        for bad in [
            "db",
            "var.a[0",
            "var.a)",
            "a.b c.d",
            "f(x",
            "\"x",
            "a.b +",
            ".b",
            "'a.b'",
            "a.b; c",
            "a.b\nc.d",
            "a.b # c",
            "f(\"x\")\"y\"",
            "\"a\nb\"",
            "$x.y",
            "f(]",
            "password = db.password",
            "google_sql_user..password",
            "1password.gitpod",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        for good in [
            "var.a",
            "module.db[\"x\"].host",
            "f(\n  var.a,\n)",
            "var.a ? \":1\" : 2",
            "[for x in var.l : x.y if x.z]",
            "\"x-${var.a[\"k\"]}-$${b}\"",
            "-var.a",
            "!var.a",
            "base64decode(google_service_account_key.dns.private_key)",
            "one(aws_db.main[*].host)",
            "<<EOT\nx\nEOT",
            "{ a = 1 }",
            "var.a == null ? 1 : 2",
            "var.a >= 1 && var.b != 2",
            "f(var.l...)",
            "aws_db.main[0].host",
            "random_password.2nd.result",
            "1e3 + 0.5",
            "data.x.y.z",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
    }
}
