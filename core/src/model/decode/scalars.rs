//! Scalars as the type that is asked for: text, whole numbers, booleans.

use super::{Ambiguous, Decoder, Result};
use crate::diagnostic::stages::WRONG_TYPE;
use crate::diagnostic::{Edit, Fix};
use crate::facts::tailscale::KEY_PREFIX;
use crate::model::report;
use crate::syntax::{Kind, Scalar, Style, Tag, scalar};
use std::borrow::Cow;

/// What YAML cannot write in every style (1.2.2, section 5.1), shells cannot hold, or editors put in front of a file.
pub(super) fn is_unprintable(c: char) -> bool {
    matches!(
        c,
        '\0' | '\u{80}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// The same, and characters that have no place in a name, a path or an argument.
pub(super) fn is_control(c: char) -> bool {
    is_unprintable(c) || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

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
        self.holdable(&scalar.text, is_control)
    }

    /// Text that is handed through as it is: what a terminal obeys may be meant.
    pub(super) fn verbatim(&self) -> Result<&'a str> {
        let scalar = self.scalar("a string")?;
        if self.secret || scalar.text.contains(KEY_PREFIX) {
            self.cx.notes.borrow_mut().sensitive.push(self.span());
        }
        self.holdable(&scalar.text, is_unprintable)
    }

    /// A text that all files that are written can hold.
    pub(super) fn holdable(&self, text: &'a str, refused: fn(char) -> bool) -> Result<&'a str> {
        // Nearly every text.
        if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Ok(text);
        }
        match text.chars().find(|c| refused(*c)) {
            Some(c) => self.fail(report::control_character(self.span(), c)),
            None => Ok(text),
        }
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
            let finding = WRONG_TYPE.at(self.span(), message);
            let finding = finding.help(match self.tag() {
                Some(_) => "remove the tag",
                None => "remove the quotes",
            });
            return self.fail(finding.fix(self.rewritten(bare)));
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
        let finding = WRONG_TYPE.at(self.span(), message);
        let finding = finding.help(match self.tag() {
            Some(_) => format!("remove the tag, and use `{meant}`"),
            None => format!("use `{meant}`"),
        });
        let finding = finding
            .note("YAML 1.2 reads only `true` and `false` as booleans, and a quoted value is a string");
        self.fail(finding.fix(self.rewritten(meant)))
    }

    /// The tag of the value, where it is written.
    fn tag(&self) -> Option<&'a Tag<'a>> {
        self.cx.tree.node(self.id).tag.as_ref()
    }

    /// The fix that writes `text` in place of the value and its tag, which would make a string of it again.
    fn rewritten(&self, text: &str) -> Fix {
        let mut fix = Fix::safe(format!("use `{text}`"), self.span(), text);
        if let Some(tag) = self.tag() {
            let behind = self.cx.file.text().get(tag.span.range().end..).unwrap_or("");
            let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            let end = tag.span.range().end + blanks;
            fix.edits.push(Edit {
                span: self.cx.file.span(tag.span.range().start..end),
                text: String::new(),
            });
        }
        fix
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_tag_that_makes_a_string_of_a_number() {
        check(
            r#"
cluster: {servers: {count: !!str 3}}
#                                ^ error[wrong-type]: expected an integer of at least 0, found the string `"3"`
ssh: {port: !!str "2244"}
^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#                 ^^^^^^ error[wrong-type]: expected an integer from 0 to 65535, found the string `"2244"`
"#,
        );
        check_fix(
            "wrong-type",
            "cluster: {servers: {count: !!str  3}}\nssh: {port: !!str \"2244\"}\nblockNewUsers: !!str true\n",
            "cluster: {servers: {count: 3}}\nssh: {port: 2244}\nblockNewUsers: true\n",
        );
    }

    #[test]
    fn characters_that_some_file_could_not_hold() {
        check(
            r#"
cloudInit:
  packages: ["htop\0"]
#            ^^^^^^^^ error[invalid-value]: control character U+0000 in this value
  files: [{path: "/etc/motd\u007f", content: "\e[31mred\n"}, {path: /etc/x, content: "a\uFEFF"}]
#                ^^^^^^^^^^^^^^^^^ error[invalid-value]: control character U+007F in this value
#                                                                                    ^^^^^^^^^ error[invalid-value]: byte order mark U+FEFF in this value
proxy: {http: "http://proxy.acme.dev:3128", noProxy: ["a\x07.dev"]}
#                                                     ^^^^^^^^^^^ error[invalid-value]: control character U+0007 in this value
k3s: {serverConfig: {kubelet-arg: ["v=2\x85"]}}
#                                  ^^^^^^^^^ error[invalid-value]: control character U+0085 in this value
"#,
        );
    }
}
