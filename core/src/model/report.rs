//! The words of the findings that decoding makes about values and forms.

use super::shape::folded;
use crate::diagnostic::stages::{CONFLICTING_KEYS, INVALID_VALUE, MISSING_KEY, UNKNOWN_KEY};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;
use crate::syntax::{Scalar, Style};
use crate::tokens;
use crate::words::{and, nearest, or, quoted as quoted_each};

/// Values longer than this are cut in messages; the label shows where the rest is.
const SHOWN_CHARS: usize = 60;

/// A scalar for a message, in back quotes and not too long.
pub(super) fn quoted(scalar: &Scalar<'_>) -> String {
    let mut text: String = scalar.text.chars().take(SHOWN_CHARS).collect();
    if text.len() < scalar.text.len() {
        text.push('…');
    }
    let text = text.replace('\n', "⏎");
    match scalar.style {
        Style::Plain => format!("`{text}`"),
        _ => format!("`\"{text}\"`"),
    }
}

/// "`a`, `b` or `c`".
pub(super) fn one_of(words: &[&str]) -> String {
    or(&quoted_each(words.iter().copied()))
}

/// "`a`, `b` and `c`".
pub(super) fn all_of(words: &[&str]) -> String {
    and(&quoted_each(words.iter().copied()))
}

/// What to write where there is nothing yet.
pub(super) const SMALLEST: &str = "start with `apiVersion: gitpod-k3s/v1` and `domain: dev.acme.dev`";

pub(super) fn empty_document(span: Span) -> Diagnostic {
    MISSING_KEY.at(span, "empty configuration").help(SMALLEST)
}

/// A character that some file could not hold, or that nobody sees.
pub(super) fn control_character(span: Span, c: char) -> Diagnostic {
    let name = match c {
        '\u{feff}' => "byte order mark",
        '\r' => "carriage return",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        _ => "control character",
    };
    let message = format!("{name} U+{:04X} in this value", u32::from(c));
    INVALID_VALUE.at(span, message).help("remove it")
}

pub(super) fn not_bindable(span: Span, secret: bool) -> Diagnostic {
    let finding = INVALID_VALUE.at(span, "`${…}` is not supported in this key");
    match secret {
        true => finding.help("use `{terraform: expression}` for a secret from Terraform, or `$${` for a literal `${`"),
        false => finding.help("use `$${` for a literal `${`").note(
            "only secrets, hosts, users, URLs, addresses and names that a provider assigns can come from Terraform",
        ),
    }
}

pub(super) fn unknown_word(span: Span, text: &str, variants: &[&str]) -> Diagnostic {
    let finding = INVALID_VALUE.at(span, format!("unknown value `{text}`"));
    let finding = finding.help(format!("use {}", one_of(variants)));
    let Some(near) = nearest(text, variants.iter().copied()) else {
        return finding;
    };
    let safe = folded(near) == folded(text);
    let title = format!("use `{near}`");
    let fix = if safe {
        Fix::safe(title, span, near)
    } else {
        Fix::risky(title, span, near)
    };
    finding
        .help(format!("did you mean `{near}`? Expected {}", one_of(variants)))
        .fix(fix)
}

/// A secret that an alias brings to where none belongs.
pub(super) fn alias_of_secret(span: Span) -> Diagnostic {
    INVALID_VALUE
        .at(span, "the alias of a secret in a value that is not secret")
        .help("write the value here")
        .note("it would be in files and messages that anyone may read")
}

/// What to write for a form of a secret.
pub(super) fn form_help(form: &str) -> &'static str {
    match form {
        "env" => "use the name of a variable: `{env: DATABASE_PASSWORD}`",
        "file" => "use a path relative to this file: `{file: tls.key}`",
        _ => "use a Terraform expression: `{terraform: random_password.db.result}`",
    }
}

/// The value is not repeated.
pub(super) fn secret_as_name(span: Span, form: &str) -> Diagnostic {
    let wanted = match form {
        "env" => "the name of a variable",
        "file" => "a path",
        _ => "a Terraform expression",
    };
    let message = format!("expected {wanted}, found what looks like a secret");
    INVALID_VALUE
        .at(span, message)
        .help(form_help(form))
        .note("anyone who sees a copy of this file or its history knows the secret")
}

/// The value is not repeated.
pub(super) fn secret_in_the_open(span: Span, kind: tokens::Kind) -> Diagnostic {
    let found = match kind {
        tokens::Kind::TailscaleKey => "Tailscale key",
        tokens::Kind::Token => "access token",
        tokens::Kind::Pem => "PEM block",
    };
    INVALID_VALUE
        .at(span, format!("{found} in a value that is not secret"))
        .help("remove it, and replace it where it was valid")
        .note("anyone who sees a copy of this file or its history knows the secret")
}

pub(super) fn unknown_form(span: Span, text: &str, forms: &[&str]) -> Diagnostic {
    let known: Vec<String> = forms.iter().map(|f| format!("{{{f}: …}}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let finding = UNKNOWN_KEY.at(span, format!("unknown key `{text}`"));
    // Without the space, the value is a part of the key.
    let glued = text.split_once(':').filter(|(form, _)| forms.contains(form));
    if let Some((form, value)) = glued {
        let better = format!("{form}: {value}");
        let plain = value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_./".contains(c));
        let finding = finding.help(format!("add a space after `{form}:`"));
        return match plain {
            true => finding.fix(Fix::safe(format!("use `{better}`"), span, better)),
            false => finding,
        };
    }
    match nearest(text, forms.iter().copied()) {
        Some(near) => finding
            .help(format!("did you mean `{near}`? Expected {}", one_of(&known)))
            .fix(Fix::risky(format!("use `{near}`"), span, near)),
        None => finding.help(format!("use {}", one_of(&known))),
    }
}

/// `keys` are the forms that are written, in the value at `value`.
pub(super) fn two_forms(keys: &[Span], value: Span) -> Diagnostic {
    let (first, rest) = match keys.split_first() {
        Some((first, rest)) => (*first, rest),
        None => (value, &[][..]),
    };
    let finding = CONFLICTING_KEYS.at(first, "more than one source for a value");
    rest.iter()
        .fold(finding, |finding, span| finding.and(*span, "second source here"))
        .help("keep one of them")
}

/// A value in braces is a key without a value. It is not repeated, since it may be the secret.
pub(super) fn in_braces(span: Span, forms: &[&str]) -> Diagnostic {
    let known: Vec<String> = forms.iter().map(|form| format!("{{{form}: …}}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    INVALID_VALUE
        .at(
            span,
            "expected a source for the value, found a key without a value",
        )
        .help(format!("use {}, or remove the braces", one_of(&known)))
}

pub(super) fn no_form(span: Span, forms: &[&str]) -> Diagnostic {
    let keys = one_of(forms);
    MISSING_KEY.at(span, format!("missing {keys}"))
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, findings};

    #[test]
    fn every_mistake_of_a_file_is_told_at_once() {
        let text = "platform: gitpot\nssh: {port: many}\ncluster: {size: [small]}\nk3s: {foo: 1}\nstorage: {s3: {}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let count = |rule: &str| found.iter().filter(|d| d.rule == rule).count();
        assert_eq!(
            (
                count("invalid-value"),
                count("wrong-type"),
                count("unknown-key"),
                count("missing-key")
            ),
            (1, 2, 1, 1)
        );
    }

    #[test]
    fn an_empty_item_of_a_list_is_pointed_at() {
        check(
            r"
domain_passlist: [acme.dev, ~]
#                           ^ error[wrong-type]: empty list item
",
        );
    }
}
