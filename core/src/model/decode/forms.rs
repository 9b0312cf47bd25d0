//! Values of more than one form: which of them is written, as the variant of an enum.

use super::{Decoder, Error, Result, keys};
use crate::diagnostic::stages::INVALID_VALUE;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::model::{bindable, report, tokens};
use crate::syntax::Kind;
use std::ops::Range;

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
            Kind::Scalar(scalar)
                if tokens::is_token(&scalar.text) || form == "env" && tokens::is_random(&scalar.text) =>
            {
                self.hide(entry.value);
                value.fail(report::secret_as_name(value.span(), form))
            }
            Kind::Scalar(scalar) if form == "terraform" && bindable::is_template(&scalar.text) => {
                value.template(&scalar.text)
            }
            Kind::Scalar(_) => Ok((form, value)),
            _ => value.mismatch("a string"),
        }
    }

    /// Reports a template where an expression belongs: Terraform would read `x = ${y}`.
    fn template<T>(&self, text: &str) -> Result<T> {
        let message = "expected a Terraform expression, found a template with `${`";
        let finding = INVALID_VALUE.at(self.span(), message);
        let Some(inner) = bindable::sole_expression(text) else {
            let help =
                "use an expression: a template in double quotes of its own, as in `'\"${var.a}-${var.b}\"'`";
            return self.fail(finding.help(help));
        };
        let finding = finding.help(format!("use `{inner}`"));
        // Only what surrounds it is removed, so that quotes and escapes stay right.
        let written = self.cx.file.slice(self.span());
        let around = written
            .find(inner)
            .filter(|_| inner.starts_with(char::is_alphabetic));
        self.fail(match around {
            Some(at) if written.matches(inner).count() == 1 => {
                let quote = usize::from(written.starts_with(['"', '\'']));
                let Range { start, end } = self.span().range();
                let cut = |range: Range<usize>| Edit {
                    span: self.cx.file.span(range),
                    text: String::new(),
                };
                finding.fix(Fix {
                    title: format!("use `{inner}`"),
                    applicability: Applicability::Safe,
                    edits: vec![
                        cut(start + quote..start + at),
                        cut(start + at + inner.len()..end - quote),
                    ],
                })
            }
            _ => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn a_template_where_an_expression_belongs() {
        check(
            r#"
database: {external: {host: {terraform: "${aws_db.main.host}"}, username: gitpod, password: {terraform: "x-${var.a}"}}}
#                                       ^^^^^^^^^^^^^^^^^^^^^ error[invalid-value]: expected a Terraform expression, found a template with `${`
#                                                                                                       ^^^^^^^^^^^^ error[invalid-value]: expected a Terraform expression, found a template with `${`
"#,
        );
        check(
            r#"
database: {external: {host: {terraform: aws_db.main.host}, username: gitpod, password: {terraform: '"x-${var.a}"'}}}
"#,
        );
    }

    #[test]
    fn one_interpolation_is_its_expression() {
        let with = |form: &str| format!("k3s: {{token: {{terraform: {form}}}}}\n");
        let fix = |before: &str, after: &str| check_fix("invalid-value", &with(before), &with(after));
        fix(
            "\"${random_password.k3s.result}\"",
            "\"random_password.k3s.result\"",
        );
        fix("'${ var.tokens[\"k3s\"] }'", "'var.tokens[\"k3s\"]'");
        check_applicability(
            "invalid-value",
            &[
                (&with("\"${var.a}\""), "safe"),
                (&with("\"${var.a}${var.b}\""), "none"),
                (&with("'${[var.a][0]}'"), "none"),
            ],
        );
    }
}
