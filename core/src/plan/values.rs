//! Secrets and late-bound values by name: what the plan holds instead of the values.

use crate::model::{self, Bindable, BindablePart, Field, Spanned};
use crate::source::Span;
use crate::text::{Hole, Late, Part, Text};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Secret values that stand in the configuration itself, by the secret's name. No `Debug`: it holds secrets.
#[derive(Default)]
pub struct Literals(pub BTreeMap<String, String>);

/// A secret that the deployment needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SecretNeed {
    /// Its name: the path of the key that asks for it.
    pub name: String,
    /// Where its value comes from.
    pub source: SecretSource,
    /// How it can be made up, where it can.
    pub generate: Option<Generate>,
    /// Whether what it belongs to is left out while it has no value: nobody asked for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_optional: bool,
    /// Where the configuration asks for it.
    #[serde(skip)]
    pub span: Span,
}

/// Where a secret's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum SecretSource {
    /// The variable of that name.
    Env(String),
    /// The file at that path.
    File(String),
    /// Terraform knows it, in that variable.
    Terraform(String),
    /// It stands in the configuration.
    Literal,
}

/// How a secret is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Generate {
    /// 32 random bytes in hexadecimal.
    Token,
    /// 32 random bytes in standard base64.
    EncryptionKey,
    /// An Ed25519 private key in OpenSSH's format.
    SshHostKey,
    /// The seconds from 1970 on after which a link does not work any more: a week from today.
    LinkExpiry,
}

/// A value that only Terraform knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateVariable {
    /// The module's variable.
    pub variable: String,
    /// The expression that the module call binds it to.
    pub expression: String,
    /// Whether Terraform has to keep it to itself.
    pub sensitive: bool,
    /// Whether the expression is a variable that only gkc names, for a secret without a value. The caller declares every other one.
    #[serde(skip)]
    pub of_secret: bool,
    /// Where the configuration names it.
    #[serde(skip)]
    pub span: Span,
}

/// Collects secrets and late values while the plan is made.
pub(super) struct Names {
    pub secrets: BTreeMap<String, SecretNeed>,
    pub late: BTreeMap<String, LateVariable>,
    pub literals: Literals,
    /// Two expressions that would become one variable: both places.
    pub collisions: Vec<(Span, Span, String)>,
    /// Whether every `{env}` becomes a Terraform variable.
    pub secrets_late: bool,
}

/// Terraform's variable for an expression: what is not alphanumeric becomes `_`.
pub(super) fn variable_name(expression: &str) -> String {
    let name: String = expression
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    // An identifier does not begin with a digit.
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

impl Names {
    pub fn new(secrets_late: bool) -> Names {
        Names {
            secrets: BTreeMap::new(),
            late: BTreeMap::new(),
            literals: Literals::default(),
            collisions: Vec::new(),
            secrets_late,
        }
    }

    /// The variable of a late expression.
    fn late_variable(&mut self, expression: &str, sensitive: bool, of_secret: bool, span: Span) -> String {
        let variable = variable_name(expression);
        let new = LateVariable {
            variable: variable.clone(),
            expression: expression.to_owned(),
            sensitive,
            of_secret,
            span,
        };
        match self.late.get_mut(&variable) {
            Some(known) if known.expression != new.expression => {
                self.collisions.push((known.span, span, variable.clone()));
            }
            Some(known) => {
                known.sensitive |= sensitive;
                known.of_secret &= of_secret;
            }
            None => {
                self.late.insert(variable.clone(), new);
            }
        }
        variable
    }

    /// A string that may be late-bound. Every position of this kind is written alike whether it is known or not.
    pub fn bindable(&mut self, value: &Bindable, span: Span) -> Text {
        let mut text = Text::new();
        for part in &value.parts {
            match part {
                BindablePart::Text(known) => text.append(&Text::bindable(known.clone())),
                BindablePart::Late(expression) => {
                    let variable = self.late_variable(expression, false, false, span);
                    text.append(&Text::late(variable, false));
                }
            }
        }
        text
    }

    /// The same for a key, with a default.
    pub fn bindable_or(&mut self, field: &Field<Bindable>, default: &str) -> Text {
        match field.spanned() {
            Some(spanned) => self.bindable(&spanned.value, spanned.span),
            None => Text::bindable(default),
        }
    }

    /// The same for a key without one.
    pub fn bindable_opt(&mut self, field: &Field<Bindable>) -> Option<Text> {
        field
            .spanned()
            .map(|spanned| self.bindable(&spanned.value, spanned.span))
    }

    /// Registers the secret `name` as the configuration gives it, and returns a text that stands for it.
    pub fn secret(&mut self, name: &str, value: &Spanned<model::SecretSource>) -> Text {
        let source = match &value.value {
            model::SecretSource::Literal(text) => {
                self.literals.0.insert(name.to_owned(), text.clone());
                SecretSource::Literal
            }
            model::SecretSource::Env(variable) => self.env(&variable.value, value.span),
            model::SecretSource::File(path) => SecretSource::File(path.value.clone()),
            model::SecretSource::Terraform(expression) => {
                SecretSource::Terraform(self.late_variable(expression.value.trim(), true, false, value.span))
            }
        };
        self.need(name, source, value.span)
    }

    /// The same for a key that may be absent: the secret comes from the variable of `default` then, and may be one that can be made up.
    pub fn secret_or(
        &mut self,
        name: &str,
        field: &Field<model::SecretSource>,
        default: (&str, Option<Generate>),
        anchor: Span,
    ) -> Text {
        let (variable, generate) = default;
        let text = match field.spanned() {
            Some(value) => self.secret(name, value),
            None => {
                let source = self.env(variable, anchor);
                self.need(name, source, anchor)
            }
        };
        if let Some(need) = self.secrets.get_mut(name) {
            need.generate = generate;
        }
        text
    }

    /// Marks a secret whose part of the plan is left out while it has no value.
    pub fn optional(&mut self, name: &str) {
        if let Some(need) = self.secrets.get_mut(name) {
            need.is_optional = true;
        }
    }

    fn env(&mut self, variable: &str, span: Span) -> SecretSource {
        if !self.secrets_late {
            return SecretSource::Env(variable.to_owned());
        }
        let variable = variable.to_lowercase();
        let new = self.late_variable(&format!("var.{variable}"), true, true, span);
        SecretSource::Terraform(new)
    }

    fn need(&mut self, name: &str, source: SecretSource, span: Span) -> Text {
        self.secrets.entry(name.to_owned()).or_insert_with(|| SecretNeed {
            name: name.to_owned(),
            source,
            generate: None,
            is_optional: false,
            span,
        });
        Text::secret(name)
    }
}

// The plan is shown to people: holes appear as what would be filled in.
impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&shown(self))
    }
}

/// A text for people: late values as `${variable}`, secrets as `<secret name>`.
pub fn shown(text: &Text) -> String {
    text.parts()
        .iter()
        .map(|part| match part {
            Part::Lit(text) | Part::Bound(text) => text.clone(),
            Part::Hole(Hole::Late(Late { variable, .. })) => format!("${{{variable}}}"),
            Part::Hole(Hole::Secret(id)) => format!("<secret {}>", id.0),
            Part::Hole(
                Hole::Json(inner)
                | Hole::Base64(inner)
                | Hole::Sha512(inner)
                | Hole::Url(inner)
                | Hole::Shell(inner),
            ) => shown(inner),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn two_expressions_of_one_variable_collide() {
        let mut names = Names::new(false);
        let span = |start| Span::new(FileId::CONFIG, start, start + 1);
        let late = |e: &str| Bindable {
            parts: vec![BindablePart::Late(e.into())],
        };
        names.bindable(&late("a.b"), span(0));
        names.bindable(&late("a.b"), span(2));
        assert!(names.collisions.is_empty());
        names.bindable(&late("a_b"), span(4));
        assert_eq!(names.collisions, [(span(0), span(4), "a_b".to_owned())]);
    }
}
