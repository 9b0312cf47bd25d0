//! Text to bytes: with every value known, or as a Terraform template for the values that are late.
//!
//! The two agree: a template that Terraform's `templatefile` renders with some values is byte for byte what
//! [`super::filled`] writes when it knows those values. To that end a hole is encoded exactly as Terraform's functions
//! encode it, and a text with holes is put into Unicode's form C, as Terraform does with every string.

use std::fmt;

use base64::Engine;
use sha2::{Digest, Sha512};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::hcl::{self, Piece};
use super::written::is_line_break;
use crate::text::{Hole, Late, Part, SecretId, SecretValue, Text, Values};

/// Why a text cannot be rendered. Names a value and never shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RenderError {
    /// The store has no secret of this name.
    MissingSecret(SecretId),
    /// A value cannot stand where the text puts it.
    Unfit {
        /// The secret or the variable; `None` where the text itself is at fault.
        name: Option<String>,
        /// What is wrong, ending in what the value must be.
        why: &'static str,
    },
}

impl RenderError {
    /// The secret or the variable whose value is at fault.
    pub fn value(&self) -> Option<&str> {
        match self {
            RenderError::Unfit { name, .. } => name.as_deref(),
            RenderError::MissingSecret(_) => None,
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RenderError::MissingSecret(id) => write!(f, "unknown secret `{}`", id.0),
            RenderError::Unfit {
                name: Some(name),
                why,
            } => write!(f, "the value of `{name}` {why}"),
            RenderError::Unfit { name: None, why } => write!(f, "the text {why}"),
        }
    }
}

impl std::error::Error for RenderError {}

/// A part of a document with its holes filled in.
pub struct Section {
    /// The bytes; several pieces where Terraform has to fill something in.
    pub(super) pieces: Vec<Piece>,
}

impl Section {
    /// The bytes, where all of them are known.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self.pieces.as_slice() {
            [] => Some(&[]),
            [Piece::Known(bytes)] => Some(bytes),
            _ => None,
        }
    }
}

/// Fills in the holes of a part of a document; `has_hole` says whether the document has any.
///
/// # Errors
/// A secret that is missing, and a value that cannot stand where it is put.
pub(super) fn render_section(
    text: &Text,
    has_hole: bool,
    values: &dyn Values,
) -> Result<Section, RenderError> {
    let mut pieces = Filler(values).text(text)?;
    if has_hole {
        normalise(&mut pieces);
    }
    Ok(Section { pieces })
}

pub(super) const NOT_TEXT: RenderError = RenderError::Unfit {
    name: None,
    why: "holds bytes that are not UTF-8, which only base64 can carry",
};

/// Fills holes in by these values.
struct Filler<'a>(&'a dyn Values);

impl Filler<'_> {
    fn text(&self, text: &Text) -> Result<Vec<Piece>, RenderError> {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in text.parts() {
            let piece = match part {
                Part::Lit(text) | Part::Bound(text) => Piece::Known(text.clone().into_bytes()),
                Part::Hole(hole) => self.hole(hole)?,
            };
            match (pieces.last_mut(), piece) {
                (Some(Piece::Known(last)), Piece::Known(more)) => last.extend(more),
                (_, Piece::Known(bytes)) if bytes.is_empty() => {}
                (_, piece) => pieces.push(piece),
            }
        }
        if text.has_hole() && text.parts().len() > 1 {
            normalise(&mut pieces);
        }
        Ok(pieces)
    }

    fn hole(&self, hole: &Hole) -> Result<Piece, RenderError> {
        match hole {
            Hole::Late(late) => Ok(self.late_value(late)),
            Hole::Secret(id) => self.secret(id),
            Hole::Base64(inner) => Ok(match joined(self.text(inner)?)? {
                Piece::Known(bytes) => Piece::Known(
                    base64::engine::general_purpose::STANDARD
                        .encode(bytes)
                        .into_bytes(),
                ),
                Piece::Expr(expr) => Piece::Expr(format!("base64encode({expr})")),
            }),
            Hole::Sha512(inner) => Ok(match joined(self.text(inner)?)? {
                Piece::Known(bytes) => Piece::Known(
                    Sha512::digest(bytes)
                        .iter()
                        .flat_map(|byte| format!("{byte:02x}").into_bytes())
                        .collect(),
                ),
                Piece::Expr(expr) => Piece::Expr(format!("sha512({expr})")),
            }),
            Hole::Url(inner) => Ok(match joined(self.text(inner)?)? {
                Piece::Known(bytes) => Piece::Known(url_part(&bytes).into_bytes()),
                Piece::Expr(expr) => Piece::Expr(hcl::url_expression(&expr)),
            }),
            Hole::Json(inner) => Ok(match joined(self.text(inner)?)? {
                Piece::Known(bytes) => Piece::Known(json(inner, &bytes)?.into_bytes()),
                Piece::Expr(expr) => Piece::Expr(format!("jsonencode({expr})")),
            }),
            Hole::Shell(inner) => Ok(match joined(self.text(inner)?)? {
                Piece::Known(bytes) => {
                    let text = fit(inner, &bytes)?;
                    let is_held = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || is_line_break(c));
                    if !text.chars().all(is_held) {
                        return Err(unfit(
                            inner,
                            "holds a control character that a word of a script cannot hold",
                        ));
                    }
                    Piece::Known(shell_word(&text).into_bytes())
                }
                Piece::Expr(expr) => Piece::Expr(hcl::shell_expression(&expr)),
            }),
        }
    }

    fn late_value(&self, late: &Late) -> Piece {
        match self.0.late(late) {
            Some(value) => Piece::Known(value.into_bytes()),
            None => Piece::Expr(late.variable.clone()),
        }
    }

    fn secret(&self, id: &SecretId) -> Result<Piece, RenderError> {
        match self.0.secret(id) {
            None => Err(RenderError::MissingSecret(id.clone())),
            Some(SecretValue::Bytes(bytes)) => Ok(Piece::Known(bytes)),
            Some(SecretValue::Late(late)) => Ok(self.late_value(&late)),
        }
    }
}

/// The pieces as one.
fn joined(mut pieces: Vec<Piece>) -> Result<Piece, RenderError> {
    match pieces.len() {
        0 => Ok(Piece::Known(Vec::new())),
        1 => Ok(pieces.remove(0)),
        _ => Ok(Piece::Expr(hcl::expression(&pieces).ok_or(NOT_TEXT)?)),
    }
}

/// Most text is ASCII, which has one form.
fn in_form_c(text: &str) -> bool {
    text.is_ascii() || is_nfc(text)
}

/// What Terraform does to every string; where an expression remains, it will.
fn normalise(pieces: &mut [Piece]) {
    if let [Piece::Known(bytes)] = pieces
        && let Ok(text) = std::str::from_utf8(bytes)
        && !in_form_c(text)
    {
        *bytes = text.nfc().collect::<String>().into_bytes();
    }
}

/// The bytes as a JSON string. Terraform puts even what `jsonencode` wrote into form C, and so breaks it where a
/// combining mark follows an escape: `\n` and U+0301 become a backslash and `ń`.
fn json(inner: &Text, bytes: &[u8]) -> Result<String, RenderError> {
    let json = json_string(&fit(inner, bytes)?);
    if in_form_c(&json) {
        return Ok(json);
    }
    let why =
        "is not in Unicode's form C, or a combining mark follows a line break: Terraform would change it";
    Err(unfit(inner, why))
}

/// The bytes as text that may stand inside quotes: what YAML cannot hold raw is refused, since `jsonencode`
/// leaves it raw.
fn fit(inner: &Text, bytes: &[u8]) -> Result<String, RenderError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| unfit(inner, "is not UTF-8; only base64 can carry it here"))?;
    if text
        .chars()
        .any(|c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
    {
        return Err(unfit(
            inner,
            "holds a control character that YAML cannot hold; leave it out",
        ));
    }
    Ok(text.to_owned())
}

fn unfit(inner: &Text, why: &'static str) -> RenderError {
    let secret = inner.secrets().first().map(|id| id.0.clone());
    let name = secret.or_else(|| inner.lates().first().map(|late| late.variable.clone()));
    RenderError::Unfit { name, why }
}

/// `text` as a JSON string, byte for byte as Terraform's `jsonencode` writes it.
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The bytes as a part of a URL.
fn url_part(bytes: &[u8]) -> String {
    let mut part = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                part.push(char::from(*byte));
            }
            _ => part.push_str(&format!("%{byte:02X}")),
        }
    }
    part
}

/// `text` as one single-quoted word of POSIX sh, on one line.
pub fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\n', " ").replace('\'', "'\\''"))
}
