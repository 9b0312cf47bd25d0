//! Scalars as the type that is asked for: text, whole numbers, booleans.

use super::{Ambiguous, Decoder, Result};
use crate::diagnostic::stages::{INVALID_VALUE, MISSING_KEY, WRONG_TYPE};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::facts::placeholders::is_placeholder;
use crate::facts::tailscale::KEY_PREFIX;
use crate::model::report;
use crate::model::shape::MAY_BE_EMPTY;
use crate::syntax::{Kind, Scalar, Style, Tag, quoted_whole, scalar};
use crate::tokens;
use std::borrow::Cow;
use std::ops::Range;

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

/// Ends of lines but the one of text: what reads a name, a path or an argument may read two lines.
fn is_odd_break(c: char) -> bool {
    matches!(c, '\r' | '\u{2028}' | '\u{2029}')
}

/// Keys whose values are names that nothing else here knows. A URL there may have a login.
const NAMES: [&str; 6] = [
    "instance",
    "location",
    "machineType",
    "project",
    "resourceGroup",
    "tailnet",
];

/// Numbers of things without which there is nothing.
const NOT_ZERO: [&str; 2] = ["maxPods", "replicas"];

/// Quotes as text programs write them.
const CURLY: [char; 7] = ['“', '”', '„', '‘', '’', '«', '»'];

impl<'a> Decoder<'a, '_> {
    pub(super) fn scalar(&self, wanted: &str) -> Result<&'a Scalar<'a>> {
        match self.kind() {
            Kind::Scalar(scalar) => Ok(scalar),
            _ => self.mismatch(wanted),
        }
    }

    /// Text where a string is wanted; notes what other readers would see.
    pub(super) fn string(&self) -> Result<&'a str> {
        self.text(is_control)
    }

    /// The same, with other characters that it must not have.
    fn text(&self, refused: fn(char) -> bool) -> Result<&'a str> {
        let scalar = match self.kind() {
            Kind::Scalar(scalar) => scalar,
            Kind::Map(_) if self.cx.file.slice(self.key) == "policy" => {
                let help = "move the policy to its own file and use `policy: tailnet.hujson`";
                return self.mismatch_with("the path of a file", Some(help));
            }
            _ => return self.mismatch("a string"),
        };
        if !self.secret && self.is_alias() && self.is_hidden() {
            self.hide(self.id);
            return self.fail(report::alias_of_secret(self.span()));
        }
        let inner = scalar.text.trim().trim_matches(CURLY);
        if scalar.text.trim().len() > inner.len() && scalar.text.trim().starts_with(CURLY) && !self.raw {
            return self.curly(inner);
        }
        if scalar.style == Style::Plain {
            let seen = scalar::yaml11_differs(scalar).map(|seen| (seen, "YAML 1.1"));
            let seen = scalar::core_differs(scalar)
                .map(|seen| (seen, "a schema"))
                .or(seen);
            if let Some((seen_as, reader)) = seen {
                let note = Ambiguous {
                    span: self.span(),
                    text: self.shown(scalar),
                    seen_as: seen_as.to_owned(),
                    reader,
                    number: None,
                };
                self.cx.notes.borrow_mut().ambiguous.push(note);
            }
        }
        // A key of a tailnet is one wherever it stands: in an argument, in a script.
        if self.secret || scalar.text.contains(KEY_PREFIX) {
            self.hide(self.id);
        }
        self.holdable(&scalar.text, refused)
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

    /// Reports quotes that a text program has made of `"`: YAML takes them for a part of the value.
    fn curly<T>(&self, inner: &str) -> Result<T> {
        let finding = INVALID_VALUE.at(self.span(), "typographic quotes are part of the value");
        let finding = finding.help("use straight quotes, `\"`, or none");
        let written = self.cx.file.slice(self.span());
        let plain = written.starts_with(CURLY) && written.ends_with(CURLY);
        self.fail(match plain && !inner.contains(['"', '\\', '\n']) {
            true => finding.fix(Fix::safe(
                "use straight quotes",
                self.span(),
                format!("\"{inner}\""),
            )),
            false => finding,
        })
    }

    /// Text that means something: not empty where a key of the language asks for it.
    pub(super) fn filled(&self) -> Result<&'a str> {
        let text = self.string()?;
        self.note_placeholder(text);
        let key = self.cx.file.slice(self.key).trim_matches(['"', '\'']);
        if let Some(kind) = tokens::kind(text).filter(|_| !self.secret) {
            self.hide(self.id);
            return self.fail(report::secret_in_the_open(self.span(), kind));
        }
        if self.named && !self.secret {
            self.plain(text)?;
        }
        if !self.secret && !self.raw {
            self.holdable(text, is_odd_break)?;
        }
        let found = match NAMES.contains(&key) {
            true if text.contains("://") => Some("a URL"),
            true if tokens::has_login(text) => Some("a login"),
            _ => None,
        };
        if let Some(found) = found {
            let message = format!("expected a name, found {found} in `{key}`");
            return self.fail(INVALID_VALUE.at(self.span(), message));
        }
        if key == "tailnet" && text.ends_with('.') {
            let finding = INVALID_VALUE.at(self.span(), format!("`{text}` ends with a dot"));
            return self.fail(finding.help("use the name that the admin console shows, without the dot"));
        }
        if !text.trim().is_empty() || !self.named || MAY_BE_EMPTY.contains(&key) {
            return Ok(text);
        }
        let finding = MISSING_KEY.at(self.span(), format!("`{key}` is empty"));
        self.fail(finding.help(match self.secret {
            true => format!("use `{key}: {{env: NAME}}`"),
            false => format!("add a value, or remove `{key}`"),
        }))
    }

    /// The fix that leaves only a part of a scalar, with its quotes; none where the part is not once in what is written.
    pub(super) fn only(&self, part: &str) -> Option<Fix> {
        let written = self.cx.file.slice(self.span());
        let mut places = written.match_indices(part);
        let (Some((at, _)), None) = (places.next(), places.next()) else {
            return None;
        };
        let quote = usize::from(written.starts_with(['"', '\'']));
        let Range { start, end } = self.span().range();
        let cut = |range: Range<usize>| Edit {
            span: self.cx.file.span(range),
            text: String::new(),
        };
        Some(Fix {
            title: format!("use `{part}`"),
            applicability: Applicability::Safe,
            edits: vec![
                cut(start + quote..start + at),
                cut(start + at + part.len()..end - quote),
            ],
        })
    }

    /// Refuses blanks around a text of one line, and quotes within its quotes: YAML takes both for a part of the value.
    fn plain(&self, text: &str) -> Result<()> {
        let inner = text.trim_matches([' ', '\t']);
        if inner.len() < text.len() && !inner.is_empty() && !text.contains('\n') {
            let finding = INVALID_VALUE.at(self.span(), "leading or trailing blanks are part of the value");
            let finding = finding.help(format!("use `{inner}`"));
            let written = self.cx.file.slice(self.span());
            let quoted = written.starts_with(['"', '\'']) && written.len() == text.len() + 2;
            return self.fail(match self.only(inner).filter(|_| quoted) {
                Some(fix) => finding.fix(fix),
                None => finding,
            });
        }
        for quote in ['"', '\''] {
            let within = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
            if let Some(within) = within.filter(|within| !within.is_empty() && !within.contains(quote)) {
                let finding = INVALID_VALUE.at(self.span(), "quotes inside quotes are part of the value");
                return self.fail(finding.help(format!("use `{within}`")));
            }
        }
        Ok(())
    }

    /// Remembers a text that a person should have replaced.
    pub(super) fn note_placeholder(&self, text: &str) {
        if is_placeholder(text) {
            self.cx.notes.borrow_mut().placeholders.push(self.span());
        }
    }

    /// Text that is handed on as it is, such as a command. YAML reads a list or a mapping in some that have no quotes.
    pub(super) fn command(&self) -> Result<&'a str> {
        if matches!(self.kind(), Kind::Scalar(_)) {
            // What a terminal obeys may be meant.
            return self.text(is_unprintable);
        }
        let written = self.cx.file.slice(self.span());
        let line = written.trim_end();
        let (finding, help) = match (self.kind(), line.chars().next()) {
            _ if line.contains('\n') || line.is_empty() => return self.mismatch("a string"),
            (Kind::Seq(_), Some('[')) => ("a list", "an unquoted value that starts with `[` is a list"),
            (Kind::Map(_), Some('{')) => ("a mapping", "an unquoted value that starts with `{` is a mapping"),
            (Kind::Map(_), _) => (
                "a mapping",
                "`: ` in an unquoted value makes a key of what is before it",
            ),
            _ => return self.mismatch("a string"),
        };
        let finding = WRONG_TYPE
            .at(self.span(), format!("expected a string, found {finding}"))
            .help(format!("put the whole value in quotes: {help}"));
        let start = self.span().range().start;
        // A comment behind it would become a part of it.
        self.fail(match line.contains(" #") {
            true => finding,
            false => finding.fix(quoted_whole(self.cx.file, start..start + line.len())),
        })
    }

    /// Text of a key that is not filled in by Terraform: `${` is a mistake, `$${` a literal `${`.
    pub(super) fn fixed_string(&self) -> Result<Cow<'a, str>> {
        let text = match self.raw {
            true => self.string()?,
            false => self.filled()?,
        };
        if self.raw || !text.contains("${") {
            return Ok(text.into());
        }
        // `${1}` is a group of a pattern: no expression is a number alone.
        let is_group = |(at, _): (usize, &str)| {
            let inner = text.get(at + 2..).and_then(|rest| rest.split('}').next());
            inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()))
        };
        let is_escaped = |(at, _): (usize, &str)| text.get(..at).is_some_and(|before| before.ends_with('$'));
        if text
            .match_indices("${")
            .any(|found| !is_escaped(found) && !is_group(found))
        {
            return self.fail(report::not_bindable(self.span(), self.secret));
        }
        Ok(text.replace("$${", "${").into())
    }

    /// The text of a scalar for a note that may become a message.
    fn shown(&self, scalar: &Scalar<'_>) -> String {
        match self.secret || self.is_hidden() {
            true => String::new(),
            false => scalar.text.to_string(),
        }
    }

    pub(super) fn whole_number<N: TryFrom<i128>>(&self, range: &str) -> Result<N> {
        let wanted = || format!("an integer {range}");
        let Kind::Scalar(scalar) = self.kind() else {
            return self.mismatch(&wanted());
        };
        if let Some(number) = scalar::as_int(scalar) {
            if let Some(seen) = scalar::yaml11_differs(scalar) {
                self.cx.notes.borrow_mut().ambiguous.push(Ambiguous {
                    span: self.span(),
                    text: self.shown(scalar),
                    seen_as: seen.to_owned(),
                    reader: "YAML 1.1",
                    number: Some(number.to_string()),
                });
            }
            let key = self.cx.file.slice(self.key).trim_matches(['"', '\'']);
            if number == 0 && NOT_ZERO.contains(&key) {
                let finding = INVALID_VALUE.at(self.span(), format!("`{key}` is zero, so nothing runs"));
                return self.fail(finding.help("use at least 1, or remove the key"));
            }
            return match N::try_from(number) {
                Ok(number) => Ok(number),
                Err(_) => {
                    let message = format!("expected {}, found {}", wanted(), self.found());
                    self.fail(WRONG_TYPE.at(self.span(), message))
                }
            };
        }
        let bare = scalar.text.trim();
        if scalar.style != Style::Plain
            && !self.secret
            && bare.parse::<i128>().is_ok_and(|n| N::try_from(n).is_ok())
        {
            let found = match self.is_hidden() {
                true => self.found(),
                false => format!("the string {}", report::quoted(scalar)),
            };
            let message = format!("expected {}, found {found}", wanted());
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
        let message = format!("expected `true` or `false`, found {}", self.found());
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
    fn what_surrounds_a_value_in_its_quotes() {
        check(
            r#"
gitpod: {shortname: " acme", repository: "'registry.acme.dev/gitpod'"}
#                   ^^^^^^^ error[invalid-value]: leading or trailing blanks are part of the value
#                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-value]: quotes inside quotes are part of the value
"#,
        );
        let with =
            |name: &str| format!("gitpod: {{shortname: {name}, repository: registry.acme.dev/gitpod}}\n");
        check_fix("invalid-value", &with("'acme  '"), &with("'acme'"));
    }

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
        check(
            r#"
proxy: {http: {env: PROXY}, noProxy: ["a\u2028b.dev", "a\r"]}
#             ^^^^^^^^^^^^ error[proxy-url-invalid]: invalid proxy URL in `proxy.http`
#                                     ^^^^^^^^^^^^^^ error[invalid-value]: line separator U+2028 in this value
#                                                     ^^^^^ error[invalid-value]: carriage return U+000D in this value
"#,
        );
    }
}
