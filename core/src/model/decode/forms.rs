//! Values of more than one form: which of them is written, as the variant of an enum.

use super::{Decoder, Error, Result, keys};
use crate::diagnostic::Fix;
use crate::diagnostic::stages::INVALID_VALUE;
use crate::model::references::{self, Reference, SOURCES, is_source, is_variable, reference};
use crate::model::{arguments, bindable, report};
use crate::syntax::{Kind, NodeId};
use crate::tokens;
use crate::words::{nearest, variable_of};

impl<'a> Decoder<'a, '_> {
    /// The variant of an enum of words.
    pub(super) fn word_of(&self, of: &str, variants: &'static [&'static str]) -> Result<&'static str> {
        let text = &*self.scalar(&report::one_of(variants))?.text;
        if let Some(variant) = variants.iter().find(|v| **v == text) {
            return Ok(variant);
        }
        // Where only a word can stand, a login is one that belongs into a mapping.
        let unknown = match tokens::has_login(text) {
            true => {
                self.hide(self.id);
                self.secret().mismatch(&report::one_of(variants))
            }
            false => self.fail(report::unknown_word(self.span(), text, variants)),
        };
        // Nearly everything follows from the platform: it is read as the one that is meant.
        let meant = variants.iter().filter(|_| of == "Platform").find(|variant| {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|word| nearest(word, [**variant]).is_some())
        });
        meant.copied().map_or(unknown, Ok)
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
            let scalar = self
                .secret()
                .scalar("a secret: text, or `{env: NAME}`, `{file: path}` or `{terraform: expression}`")?;
            return match reference(&scalar.text).filter(|found| !is_secret_itself(found)) {
                Some(found) => self.foreign(&found),
                None => Ok(("literal", self.secret())),
            };
        }
        // Without quotes a template is a mapping with a mapping as its key.
        let written = self.cx.file.slice(self.span());
        if written.starts_with("{{")
            && let Some(found) = reference(written)
        {
            return self.foreign(&found);
        }
        self.single_form(&SOURCES)
    }

    /// Whether a mapping of a section that is handed through says where a text is: one key of a secret's, with a text of its own.
    pub(super) fn is_reference(&self) -> bool {
        let Kind::Map(entries) = self.kind() else {
            return false;
        };
        let [entry] = entries.as_slice() else {
            return false;
        };
        let value = self.child(entry.value, self.cx.tree.span(entry.key));
        match (self.cx.tree.key_text(entry.key), value.kind()) {
            (Some(key), Kind::Scalar(scalar)) => is_source(key, &scalar.text),
            _ => false,
        }
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
                    let is_form = |(form, _): (&str, &str)| forms.contains(&form);
                    let is_meant = || {
                        text.split_once(':').is_some_and(is_form)
                            || nearest(text, forms.iter().copied()).is_some()
                    };
                    if matches!(self.cx.tree.kind(entry.value), Kind::Null) && !is_meant() {
                        self.hide(entry.key);
                        return self.fail(report::in_braces(self.span(), forms));
                    }
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
                if tokens::is_token(&scalar.text) || form == "env" && arguments::is_random(&scalar.text) =>
            {
                self.hide(entry.value);
                value.fail(report::secret_as_name(value.span(), form))
            }
            Kind::Scalar(scalar) if form == "terraform" && bindable::is_template(&scalar.text) => {
                value.template(&scalar.text)
            }
            Kind::Scalar(scalar) if form == "terraform" && bindable::fault(&scalar.text).is_some() => {
                let fault = bindable::fault(&scalar.text).unwrap_or_default();
                let message = format!("invalid Terraform expression: {fault}");
                value.fail(
                    INVALID_VALUE
                        .at(value.span(), message)
                        .help(report::form_help(form)),
                )
            }
            Kind::Scalar(scalar) if form == "file" && scalar.text.starts_with(['~', '$']) => {
                let message = format!(
                    "`{}` is not replaced in a path",
                    scalar.text.split('/').next().unwrap_or("")
                );
                value.fail(
                    INVALID_VALUE
                        .at(value.span(), message)
                        .help("use a path relative to this file, or an absolute one"),
                )
            }
            Kind::Scalar(scalar) if form == "env" && !is_variable(&scalar.text) => {
                value.no_variable(&scalar.text)
            }
            Kind::Scalar(_) => Ok((form, value)),
            Kind::Null => {
                let message = format!("`{form}` is empty");
                let key = self.cx.tree.span(entry.key);
                value.fail(INVALID_VALUE.at(key, message).help(report::form_help(form)))
            }
            _ => {
                self.hide(entry.value);
                value.mismatch("a string")
            }
        }
    }

    /// Reports a text that another tool would replace by a secret.
    fn foreign<T>(&self, found: &Reference<'_>) -> Result<T> {
        let (what, better, safe) = match found {
            Reference::Variable { name, certain } => {
                ("the name of a variable", format!("{{env: {name}}}"), *certain)
            }
            Reference::File(path) => ("the path of a file", format!("{{file: {path}}}"), true),
            Reference::Expression(inner) => {
                let quoted = inner.replace('\'', "''");
                (
                    "a Terraform template",
                    format!("{{terraform: '{quoted}'}}"),
                    bindable::fault(inner).is_none(),
                )
            }
            Reference::Tool(what) => (*what, format!("{{env: {}}}", self.variable()), false),
        };
        let message = format!("expected a secret or where it comes from, found {what}");
        let finding = INVALID_VALUE.at(self.span(), message);
        let finding = finding.help(match found {
            Reference::Tool(_) => format!("set a variable to the value, and use `{better}`"),
            _ => format!("use `{better}`"),
        });
        let finding = finding.note("gkc does not replace it: the text itself would be the secret");
        let written = self.cx.file.slice(self.span());
        if written.contains('\n') || written.starts_with('*') || !is_plain_path(found) {
            return self.fail(finding);
        }
        let title = format!("use `{better}`");
        self.fail(finding.fix(match safe {
            true => Fix::safe(title, self.span(), better),
            false => Fix::risky(title, self.span(), better),
        }))
    }

    /// A name for the variable of a secret, from the keys that lead to it.
    fn variable(&self) -> String {
        let tree = self.cx.tree;
        let holds =
            |id: NodeId| tree.span(id).start <= self.span().start && self.span().end <= tree.span(id).end;
        let mut words = Vec::new();
        let mut next = tree.root();
        while let Some(node) = next.filter(|node| *node != self.id) {
            next = match &tree.node(node).kind {
                Kind::Map(entries) => entries.iter().find(|entry| holds(entry.value)).map(|entry| {
                    words.push(tree.key_text(entry.key).unwrap_or("").to_owned());
                    entry.value
                }),
                Kind::Seq(items) => items.iter().position(|item| holds(*item)).map(|index| {
                    words.push(index.to_string());
                    items[index]
                }),
                _ => None,
            };
        }
        variable_of(&words.join("."))
    }

    /// Reports what no shell can set as a variable.
    fn no_variable<T>(&self, text: &str) -> Result<T> {
        let written = self.cx.file.slice(self.span());
        if let Some(name) = references::name_in(text).and_then(|at| text.get(at)) {
            let message = format!("expected the name of a variable, found `{text}`");
            let finding = INVALID_VALUE
                .at(self.span(), message)
                .help(format!("use `{name}`"));
            let fix = Fix::safe(format!("use `{name}`"), self.span(), name);
            return self.fail(match written.contains('\n') || written.starts_with('*') {
                true => finding,
                false => finding.fix(fix),
            });
        }
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        if !text.chars().all(is_part) {
            self.hide(self.id);
            return self.fail(report::secret_as_name(self.span(), "env"));
        }
        let message = format!("invalid variable name `{text}`");
        let finding = INVALID_VALUE
            .at(self.span(), message)
            .note("no shell can set a variable of this name");
        let better: String = text
            .trim()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        self.fail(match is_variable(&better) {
            true => finding
                .help(format!("rename the variable: `{better}`"))
                .fix(Fix::risky(format!("use `{better}`"), self.span(), better)),
            false => finding.help("use letters, digits and `_`, with a letter first"),
        })
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
        let fix = self
            .only(inner)
            .filter(|_| inner.starts_with(char::is_alphabetic));
        self.fail(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        })
    }
}

/// A name behind a `$` may be a password that begins with one.
fn is_secret_itself(found: &Reference<'_>) -> bool {
    matches!(found, Reference::Variable { name, .. } if tokens::is_token(name) || arguments::is_random(name))
}

/// Whether a path can be written in braces without quotes.
fn is_plain_path(found: &Reference<'_>) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "/._-~".contains(c);
    !matches!(found, Reference::File(path) if !path.chars().all(plain))
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
    fn references_in_what_is_handed_through() {
        check(
            r#"
k3s:
  serverConfig: {etcd-s3-session-token: {env: A-B}, kube-apiserver-arg: [{env: $X}]}
#                                             ^^^ error[invalid-value]: invalid variable name `A-B`
#                                                                              ^^ error[invalid-value]: expected the name of a variable, found `$X`
  agentConfig: {resolv-conf: {terraform: "x y"}}
#                                        ^^^^^ error[invalid-value]: invalid Terraform expression: an operator is missing
cloudInit: {files: [{path: /etc/acme, content: {var: X}}]}
#                                               ^^^ error[unknown-key]: unknown key `var`
"#,
        );
        // Mappings of the other program's own.
        check(
            r"
platform: coder
coder: {valuesPatch: {coder: {podAnnotations: {env: prod, team: ide}, nodeSelector: {env: prod}, volumes: [{name: x, emptyDir: {}}]}}}
cloudInit: {files: [{path: /etc/acme, content: {terraform: module.x.value}}]}
",
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
