//! Values of more than one form: which of them is written, as the variant of an enum.

use super::{Decoder, Error, Result, keys};
use crate::diagnostic::stages::INVALID_VALUE;
use crate::model::report;
use crate::syntax::Kind;

impl<'a> Decoder<'a, '_> {
    /// The variant of an enum of words.
    pub(super) fn word_of(&self, variants: &'static [&'static str]) -> Result<&'static str> {
        let text = &*self.scalar(&report::one_of(variants))?.text;
        match variants.iter().find(|v| **v == text) {
            Some(variant) => Ok(variant),
            None => self.fail(report::unknown_word(self.span(), text, variants)),
        }
    }

    /// The variant of an enum that is told apart by scalar, list and mapping.
    pub(super) fn shape_form(&self, variants: &'static [&'static str]) -> Result<&'static str> {
        let wanted: &[&str] = match self.kind() {
            Kind::Scalar(_) | Kind::Null => &["scalar", "short"],
            Kind::Seq(_) => &["list", "short"],
            Kind::Map(_) => &["map", "scalar"],
            Kind::Alias(_) | Kind::Broken => return Err(Error::RECORDED),
        };
        match variants.iter().find(|v| wanted.contains(v)) {
            Some(variant) => Ok(variant),
            None => self.mismatch("a value or a list of values"),
        }
    }

    /// One secret, or a mapping with one for each role.
    pub(super) fn auth_key_form(&self) -> &'static str {
        let Kind::Map(entries) = self.kind() else {
            return "one";
        };
        let role = |key| matches!(self.key_text(key), Ok("server" | "agent"));
        if entries.iter().any(|entry| role(entry.key)) {
            "roles"
        } else {
            "one"
        }
    }

    /// A secret: text, or a mapping of the one key that says where it comes from.
    pub(super) fn secret_form(self) -> Result<(&'static str, Self)> {
        if !matches!(self.kind(), Kind::Map(_)) {
            self.secret()
                .scalar("a secret: text, or `{env: NAME}`, `{file: path}` or `{terraform: expression}`")?;
            return Ok(("literal", self.secret()));
        }
        self.single_form(&["env", "file", "terraform"])
    }

    pub(super) fn terraform_form(self) -> Result<Self> {
        self.single_form(&["terraform"]).map(|(_, value)| value)
    }

    fn single_form(self, forms: &'static [&'static str]) -> Result<(&'static str, Self)> {
        let entries = self.entries(|| keys::known_here(forms))?;
        let mut chosen = None;
        for entry in entries.iter() {
            let Ok(text) = self.key_text(entry.key) else {
                return Err(Error::RECORDED);
            };
            match forms.iter().find(|f| **f == text) {
                Some(form) if chosen.is_none() => chosen = Some((*form, *entry)),
                Some(_) => {
                    let keys: Vec<_> = entries.iter().map(|entry| self.cx.tree.span(entry.key)).collect();
                    return self.fail(report::two_forms(&keys, self.span()));
                }
                None => {
                    self.hide(entry.value);
                    return self.fail(report::unknown_form(self.cx.tree.span(entry.key), text, forms));
                }
            }
        }
        let Some((form, entry)) = chosen else {
            return self.fail(report::no_form(self.span(), forms));
        };
        let value = Decoder {
            secret: false,
            // An expression is Terraform's business, `${` and all.
            raw: form == "terraform",
            ..self.child(entry.value, self.cx.tree.span(entry.key))
        };
        match value.kind() {
            Kind::Scalar(scalar) if scalar.text.trim().is_empty() => {
                let message = format!("`{form}` is empty");
                value.fail(
                    INVALID_VALUE
                        .at(value.span(), message)
                        .help(report::form_help(form)),
                )
            }
            Kind::Scalar(_) => Ok((form, value)),
            _ => value.mismatch("a string"),
        }
    }
}
