//! What a plain scalar means, in YAML 1.2's core schema and in the eyes of YAML 1.1 readers.
//!
//! Nothing here guesses: the caller knows which type it wants and asks for that. Only plain scalars mean anything
//! but text.

use super::events::Style;
use super::mistake::{self, quote};
use super::tree::{Kind, Scalar, SyntaxNode, Tag};
use crate::diagnostic::stages::SYNTAX;
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::source::SourceFile;
use crate::words::variable_of;

/// `true` and `false`, also capitalised or in capitals.
pub fn as_bool(scalar: &Scalar<'_>) -> Option<bool> {
    match plain(scalar)? {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A whole number: decimal, `0o17` or `0xff`. `None` also beyond 128 bits.
pub fn as_int(scalar: &Scalar<'_>) -> Option<i128> {
    let text = plain(scalar)?;
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !all(digits, |b| b.is_ascii_digit()) {
        return None;
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

/// A number, whole or not; `.inf` and `.nan` too.
pub fn as_float(scalar: &Scalar<'_>) -> Option<f64> {
    let text = plain(scalar)?;
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        _ => {}
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(f64::NAN);
    }
    if is_decimal(unsigned) {
        return text.parse().ok();
    }
    // Beyond 2^53 a float rounds, as everywhere.
    as_int(scalar).map(|int| int as f64)
}

/// `null`, `~` or nothing. The tree has [`Kind::Null`] for these, so this is for scalars made otherwise.
pub fn is_null(scalar: &Scalar<'_>) -> bool {
    plain(scalar).is_some_and(is_null_word)
}

/// What YAML 1.2's core schema sees in the scalar where that is not text: for a warning where text is wanted.
pub fn core_differs(scalar: &Scalar<'_>) -> Option<&'static str> {
    if is_null(scalar) {
        Some("null")
    } else if as_bool(scalar).is_some() {
        Some("a boolean")
    } else if starts_as_number(&scalar.text) && as_float(scalar).is_some() {
        Some("a number")
    } else {
        None
    }
}

/// What a YAML 1.1 reader (PyYAML, and in part Go's yaml.v2 and v3) sees in the scalar where YAML 1.2 sees text, or
/// another number.
pub fn yaml11_differs(scalar: &Scalar<'_>) -> Option<&'static str> {
    let text = plain(scalar)?;
    if is_boolean_of_yaml11(text) {
        return Some("a boolean");
    }
    if text == "=" {
        return Some("a default value");
    }
    if !starts_as_number(text) {
        return None;
    }
    if is_date(text) {
        return Some("a date");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_base_60(unsigned) {
        return Some("a base-60 number");
    }
    if let Some(rest) = unsigned.strip_prefix('0')
        && !rest.is_empty()
        && all(rest, |b| matches!(b, b'0'..=b'7' | b'_'))
    {
        return Some("an octal number");
    }
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all(digits, |b| matches!(b, b'0' | b'1' | b'_')).then_some("a binary number");
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        // A sign or an underscore is what 1.2 does not allow in a hexadecimal number.
        let hex = all(digits, |b| b.is_ascii_hexdigit() || b == b'_');
        return (hex && as_int(scalar).is_none()).then_some("a number");
    }
    let underscored =
        unsigned.contains('_') && unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    (underscored && is_decimal(&unsigned.replace('_', ""))).then_some("a number")
}

/// What YAML 1.1 reads as `true` or `false` and 1.2 as text.
fn is_boolean_of_yaml11(text: &str) -> bool {
    let word = |word: &&str| text.eq_ignore_ascii_case(word);
    let one_case = || {
        let upper = text.bytes().all(|b| b.is_ascii_uppercase());
        let lower = text.bytes().all(|b| b.is_ascii_lowercase());
        upper || lower || is_capitalised(text)
    };
    ["y", "n", "yes", "no", "on", "off"].iter().any(word) && one_case()
}

/// Dates and numbers, in every notation, start with a digit, a sign or a point: most text is none of them at first sight.
fn starts_as_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
}

pub(super) fn is_null_word(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// What is wrong with an explicit tag, if anything: gkc's language has no use for tags of its own.
pub(super) fn tag_problem(node: &SyntaxNode<'_>, tag: &Tag<'_>, file: &SourceFile) -> Option<Diagnostic> {
    if tag.text == "!" {
        return Some(lone_mark(node, tag, file));
    }
    let Some(core) = tag.core else {
        return Some(unknown_tag(node, tag));
    };
    let fits = match &node.kind {
        Kind::Scalar(scalar) => scalar_fits(core, &scalar.text),
        Kind::Seq(_) => core == "seq",
        Kind::Map(_) => core == "map",
        _ => true,
    };
    (!fits).then(|| {
        SYNTAX
            .at(tag.span, format!("value does not match its tag `!!{core}`"))
            .help("remove the tag, or use a value of its type")
    })
}

/// A tag of another tool, or a text that begins with `!`. Tools have tags for secrets: `!secret x` in Home Assistant, `!env X` and `!ENV ${X}`
/// of readers for Python, `!vault |` in Ansible.
fn unknown_tag(node: &SyntaxNode<'_>, tag: &Tag<'_>) -> Diagnostic {
    const OF_SECRETS: [&str; 5] = ["!secret", "!env", "!env_var", "!vault", "!sops"];
    let finding = SYNTAX.at(
        tag.span,
        "unknown tag: a value that starts with `!` is a YAML tag",
    );
    if !OF_SECRETS.contains(&tag.text.to_ascii_lowercase().as_str()) {
        return finding.help("remove the tag, or quote the whole value if the `!` is part of it");
    }
    let name = match &node.kind {
        Kind::Scalar(scalar) => variable_of(&scalar.text),
        _ => String::new(),
    };
    // A longer one is an encrypted value, or a secret itself.
    const LONGEST: usize = 40;
    let finding = finding.help("use `{env: NAME}` with the name of a variable, or `{file: path}`");
    match name.is_empty() || name.len() > LONGEST {
        true => finding,
        false => finding.fix(Fix::risky(
            "read it from a variable of this name",
            tag.span.to(node.span),
            format!("{{env: {name}}}"),
        )),
    }
}

/// A `!` alone, as before a command that is to fail: YAML drops it, and what is left is the opposite command.
fn lone_mark(node: &SyntaxNode<'_>, tag: &Tag<'_>, file: &SourceFile) -> Diagnostic {
    let finding = SYNTAX.at(
        tag.span,
        "unquoted `!` before a value: YAML reads it as a tag and drops it",
    );
    let whole = tag.span.to(node.span);
    let plain = matches!(&node.kind, Kind::Scalar(scalar) if scalar.style == Style::Plain);
    if !plain || file.slice(whole).contains('\n') {
        return finding.help("remove the `!`, or put the whole value in quotes");
    }
    let quotes = quote::quote(file.text(), whole.range());
    // With the `!` a command does something else than before.
    let fix = mistake::insert(file, "quote the value", Applicability::Unsafe, quotes);
    finding
        .help("put the whole value in quotes, with the `!`")
        .fix(fix)
}

/// True where a text, quoted or not, is one of the values of a core type.
pub(super) fn scalar_fits(core: &str, text: &str) -> bool {
    let scalar = Scalar {
        text: text.into(),
        style: Style::Plain,
    };
    match core {
        "str" => true,
        "int" => as_int(&scalar).is_some(),
        "float" => as_float(&scalar).is_some(),
        "bool" => as_bool(&scalar).is_some(),
        "null" => is_null(&scalar),
        _ => false,
    }
}

fn plain<'a>(scalar: &'a Scalar<'_>) -> Option<&'a str> {
    (scalar.style == Style::Plain).then_some(&scalar.text)
}

fn all(text: &str, allowed: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(allowed)
}

fn radix(digits: &str, radix: u32) -> Option<i128> {
    let digits = all(digits, |b| b.is_ascii_hexdigit()).then_some(digits)?;
    i128::from_str_radix(digits, radix).ok()
}

/// `1`, `1.`, `.5`, `1.5e-3`, without a sign.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        digits(e) && !e.is_empty()
    });
    mantissa_fits && exponent_fits
}

fn is_capitalised(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && chars.all(|c| c.is_ascii_lowercase())
}

/// `1:30`, `190:20:30.15`: what 1.1 reads as minutes and seconds.
fn is_base_60(text: &str) -> bool {
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or("");
    let mut count = 0;
    for part in parts {
        count += 1;
        let whole = part.split_once('.').map_or(part, |(whole, _)| whole);
        let fraction = &part[whole.len()..];
        let sixtieth = matches!(whole.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        if !sixtieth
            || !fraction
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b'_')
        {
            return false;
        }
    }
    let starts = first.starts_with(|c: char| c.is_ascii_digit());
    count > 0 && starts && all(first, |b| b.is_ascii_digit() || b == b'_')
}

/// `2022-10-01`, alone or with a time after it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let digits = |t: &str, min, max| (min..=max).contains(&t.len()) && all(t, |b| b.is_ascii_digit());
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, time) = rest.split_at(day_length);
    if time.is_empty() {
        return digits(year, 4, 4) && digits(month, 2, 2) && digits(day, 2, 2);
    }
    let time = time.trim_start_matches([' ', '\t', 'T', 't']);
    let clock = time
        .bytes()
        .all(|b| b.is_ascii_digit() || b":.+-Zz \t".contains(&b));
    let hours = time.split(':').count() >= 3 && time.starts_with(|c: char| c.is_ascii_digit());
    digits(year, 4, 4) && digits(month, 1, 2) && digits(day, 1, 2) && clock && hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_of(text: &str) -> Scalar<'_> {
        Scalar {
            text: text.into(),
            style: Style::Plain,
        }
    }

    fn quoted(text: &str) -> Scalar<'_> {
        Scalar {
            text: text.into(),
            style: Style::SingleQuoted,
        }
    }

    #[test]
    fn plain_scalars_resolve_as_the_core_schema_says() {
        for (text, bool) in [("true", true), ("True", true), ("FALSE", false)] {
            assert_eq!(as_bool(&plain_of(text)), Some(bool));
        }
        for text in ["yes", "tRUE", "", "1"] {
            assert_eq!(as_bool(&plain_of(text)), None, "{text}");
        }
        let ints = [
            ("0", 0),
            ("-12", -12),
            ("+7", 7),
            ("0644", 644),
            ("0o17", 15),
            ("0xFf", 255),
        ];
        for (text, int) in ints {
            assert_eq!(as_int(&plain_of(text)), Some(int), "{text}");
        }
        for text in [
            "", "-", "0x", "0o8", "1_0", "1.0", "--1", "+-1", "0x-1", "0b1", " 1",
        ] {
            assert_eq!(as_int(&plain_of(text)), None, "{text}");
        }
        let floats = [
            ("1", 1.0),
            ("2022.10", 2022.1),
            (".5", 0.5),
            ("-1.e3", -1000.0),
            ("1e2", 100.0),
        ];
        for (text, float) in floats {
            assert_eq!(as_float(&plain_of(text)), Some(float), "{text}");
        }
        for text in [
            "", ".", "e1", "1e", "inf", "nan", "1.2.3", "+.nan", "infinity", "NaN",
        ] {
            assert_eq!(as_float(&plain_of(text)), None, "{text}");
        }
        assert_eq!(as_float(&plain_of("-.inf")), Some(f64::NEG_INFINITY));
        assert!(as_float(&plain_of(".NaN")).is_some_and(f64::is_nan));
    }

    #[test]
    fn quotes_make_text_of_everything() {
        for text in ["true", "1", "null", "no", "2022-10-01", "1:30"] {
            let scalar = quoted(text);
            assert_eq!(as_bool(&scalar), None);
            assert_eq!(as_int(&scalar), None);
            assert_eq!(as_float(&scalar), None);
            assert!(!is_null(&scalar));
            assert_eq!(core_differs(&scalar), None);
            assert_eq!(yaml11_differs(&scalar), None);
        }
    }

    #[test]
    fn what_older_readers_would_see_is_named() {
        let cases = [
            ("no", "a boolean"),
            ("Yes", "a boolean"),
            ("OFF", "a boolean"),
            ("y", "a boolean"),
            ("0644", "an octal number"),
            ("-017", "an octal number"),
            ("1:30", "a base-60 number"),
            ("190:20:30.15", "a base-60 number"),
            ("1_000", "a number"),
            ("1_0.5", "a number"),
            ("0b11", "a binary number"),
            ("0x_ff", "a number"),
            ("2022-10-01", "a date"),
            ("2001-1-2T3:04:05Z", "a date"),
            ("2001-12-14 21:59:43.10 -5", "a date"),
            ("=", "a default value"),
        ];
        for (text, seen) in cases {
            assert_eq!(yaml11_differs(&plain_of(text)), Some(seen), "{text}");
        }
        let same = [
            "yEs", "nope", "0", "0xff", "12", "1.5", "00:1a", "10:99", "2022-10", "a:30", "_1", "1__a", "",
        ];
        for text in same {
            assert_eq!(yaml11_differs(&plain_of(text)), None, "{text}");
        }
    }

    #[test]
    fn what_the_core_schema_sees_is_named() {
        let cases = [
            ("2022.10", Some("a number")),
            ("true", Some("a boolean")),
            ("~", Some("null")),
            ("no", None),
        ];
        for (text, seen) in cases {
            assert_eq!(core_differs(&plain_of(text)), seen, "{text}");
        }
    }
}
