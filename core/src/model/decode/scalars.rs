//! Scalars as the type that is asked for: text, whole numbers, booleans.

use super::{Ambiguous, Decoder, Result};
use crate::diagnostic::Fix;
use crate::diagnostic::stages::WRONG_TYPE;
use crate::facts::tailscale::KEY_PREFIX;
use crate::model::report;
use crate::syntax::{Kind, Scalar, Style, scalar};
use std::borrow::Cow;

impl<'a> Decoder<'a, '_> {
    pub(super) fn scalar(&self, wanted: &str) -> Result<&'a Scalar<'a>> {
        match self.kind() {
            Kind::Scalar(scalar) => Ok(scalar),
            _ => self.mismatch(wanted),
        }
    }

    /// Text where a string is wanted; notes what other readers would see.
    pub(super) fn string(&self) -> Result<&'a str> {
        let scalar = self.scalar("a string")?;
        if scalar.style == Style::Plain {
            let seen = scalar::yaml11_differs(scalar).map(|seen| (seen, "YAML 1.1"));
            let seen = scalar::core_differs(scalar)
                .map(|seen| (seen, "a schema"))
                .or(seen);
            if let Some((seen_as, reader)) = seen {
                let text = if self.secret {
                    String::new()
                } else {
                    scalar.text.to_string()
                };
                let note = Ambiguous {
                    span: self.span(),
                    text,
                    seen_as: seen_as.to_owned(),
                    reader,
                };
                self.cx.notes.borrow_mut().ambiguous.push(note);
            }
        }
        // A key of a tailnet is one wherever it stands: in an argument, in a script.
        if self.secret || scalar.text.contains(KEY_PREFIX) {
            self.cx.notes.borrow_mut().sensitive.push(self.span());
        }
        Ok(&scalar.text)
    }

    /// Text of a key that is not filled in by Terraform: `${` is a mistake, `$${` a literal `${`.
    pub(super) fn fixed_string(&self) -> Result<Cow<'a, str>> {
        let text = self.string()?;
        if self.raw || !text.contains("${") {
            return Ok(text.into());
        }
        if text.replace("$${", "").contains("${") {
            return self.fail(report::not_bindable(self.span(), self.secret));
        }
        Ok(text.replace("$${", "${").into())
    }

    pub(super) fn whole_number<N: TryFrom<i128>>(&self, range: &str) -> Result<N> {
        let wanted = || format!("an integer {range}");
        let Kind::Scalar(scalar) = self.kind() else {
            return self.mismatch(&wanted());
        };
        if let Some(number) = scalar::as_int(scalar) {
            return match N::try_from(number) {
                Ok(number) => Ok(number),
                Err(_) => {
                    let message = format!("expected {}, found `{}`", wanted(), scalar.text);
                    self.fail(WRONG_TYPE.at(self.span(), message))
                }
            };
        }
        let bare = scalar.text.trim();
        if scalar.style != Style::Plain
            && !self.secret
            && bare.parse::<i128>().is_ok_and(|n| N::try_from(n).is_ok())
        {
            let message = format!(
                "expected {}, found the string {}",
                wanted(),
                report::quoted(scalar)
            );
            let finding = WRONG_TYPE.at(self.span(), message).help("remove the quotes");
            return self.fail(finding.fix(Fix::safe(format!("use `{bare}`"), self.span(), bare)));
        }
        self.mismatch(&wanted())
    }

    pub(super) fn boolean(&self) -> Result<bool> {
        let scalar = self.scalar("`true` or `false`")?;
        if let Some(value) = scalar::as_bool(scalar) {
            return Ok(value);
        }
        let meant = match scalar.text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => "true",
            "no" | "off" | "n" | "false" => "false",
            _ => return self.mismatch("`true` or `false`"),
        };
        let message = format!("expected `true` or `false`, found {}", report::quoted(scalar));
        let finding = WRONG_TYPE.at(self.span(), message).help(format!("use `{meant}`"));
        let finding = finding
            .note("YAML 1.2 reads only `true` and `false` as booleans, and a quoted value is a string");
        self.fail(finding.fix(Fix::safe(format!("use `{meant}`"), self.span(), meant)))
    }
}
