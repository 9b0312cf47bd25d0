//! Required keys that are absent or have no value, and the version of the language, which gkc can write itself.

use super::{Context, Decoder};
use crate::diagnostic::stages::MISSING_KEY;
use crate::diagnostic::{Diagnostic, Fix};
use crate::model::shape::Shape;
use crate::source::Span;
use crate::syntax::{Entry, Kind};
use crate::words::{and, quoted};

/// What to write as the version of the language.
const API_VERSION: &str = "apiVersion: gitpod-k3s/v1";

/// Reports a required key that is there and has no value.
pub(super) fn report_empty(decoder: &Decoder<'_, '_>, of: &str, name: &str, entry: Entry) {
    let cx = decoder.cx;
    let value = cx.tree.node(cx.tree.resolve(entry.value));
    let at = match &value.kind {
        Kind::Null => cx.tree.span(entry.key),
        Kind::Scalar(scalar) if scalar.text.is_empty() && Shape::get().is_text(of, name) => value.span,
        _ => return,
    };
    let mut finding = MISSING_KEY.at(at, format!("`{name}` is empty"));
    if name == "apiVersion" {
        finding = finding.help(format!("use `{API_VERSION}`"));
        finding = fill(cx, entry).into_iter().fold(finding, Diagnostic::fix);
    } else if let Some(meaning) = meaning(of, name) {
        finding = finding.help(format!("set it to {meaning}"));
    } else {
        finding = finding.help(format!("set `{name}`, or remove it"));
    }
    cx.sink.borrow_mut().push(finding);
}

/// The fix that writes the version where there is none after its key.
fn fill(cx: &Context<'_>, entry: Entry) -> Option<Fix> {
    let value = cx.tree.node(entry.value);
    let version = API_VERSION.rsplit(' ').next()?;
    let gap = match cx.file.text().get(..value.span.range().start)?.ends_with(':') {
        true => " ",
        false => "",
    };
    // After a tag or an anchor it would not be what it stands for.
    let marked = cx
        .file
        .text()
        .get(cx.tree.span(entry.key).range().end..value.span.range().start)?;
    (value.kind == Kind::Null && marked.trim() == ":").then(|| {
        Fix::safe(
            format!("use `{API_VERSION}`"),
            value.span,
            format!("{gap}{version}"),
        )
    })
}

/// Reports required keys at the key that holds the mapping; for an item of a list and for the whole file, at its first key.
pub(super) fn report_missing(decoder: &Decoder<'_, '_>, entries: &[Entry], of: &str, names: &[&str]) {
    let cx = decoder.cx;
    let Some((name, others)) = names.split_first() else {
        return;
    };
    let inner = decoder.key == decoder.span();
    let at = match entries.first() {
        Some(entry) if inner => cx.tree.span(entry.key),
        _ if inner => Span {
            end: decoder.span().start,
            ..decoder.span()
        },
        _ => decoder.key,
    };
    if !others.is_empty() {
        let keys = quoted(names.iter().copied());
        let finding = MISSING_KEY.at(at, format!("missing keys {}", and(&keys)));
        let meanings = names
            .iter()
            .filter_map(|name| Some(format!("`{name}`: {}", meaning(of, name)?)));
        let help = meanings.fold("add them".to_owned(), |help, meaning| {
            format!("{help}\n{meaning}")
        });
        cx.sink.borrow_mut().push(finding.help(help));
        return;
    }
    let mut finding = MISSING_KEY.at(at, format!("missing key `{name}`"));
    finding = match (*name, meaning(of, name)) {
        ("apiVersion", _) => finding.help(format!("add `{API_VERSION}` as the first line")),
        (_, None) => finding.help(format!("add `{name}`")),
        (_, Some(meaning)) => finding.help(format!("add `{name}`: {meaning}")),
    };
    if *name == "apiVersion" && inner && !entries.is_empty() {
        finding = first_line(cx, at).into_iter().fold(finding, Diagnostic::fix);
    }
    cx.sink.borrow_mut().push(finding);
}

/// The fix that adds the version before the first key and the comments that belong to it. None where that key does not begin a line:
/// in braces, or indented.
fn first_line(cx: &Context<'_>, key: Span) -> Option<Fix> {
    const BOM: char = '\u{feff}';
    let text = cx.file.text();
    let before = text.get(..key.range().start)?;
    if !before.trim_end_matches(BOM).is_empty() && !before.ends_with('\n') {
        return None;
    }
    let is_comment = |line: &&str| line.trim_start_matches(BOM).starts_with('#');
    let comments = before.split_inclusive('\n').rev().take_while(is_comment);
    let at = before.len() - comments.map(str::len).sum::<usize>();
    let at = at
        + text
            .get(at..)
            .filter(|rest| rest.starts_with(BOM))
            .map_or(0, |_| BOM.len_utf8());
    let line_break = match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let place = cx.file.span(at..at);
    Some(Fix::safe(
        format!("add `{API_VERSION}`"),
        place,
        format!("{API_VERSION}{line_break}"),
    ))
}

/// What a key means, to follow a verb.
fn meaning(of: &str, name: &str) -> Option<String> {
    let doc = Shape::get().doc(of, name);
    (!doc.is_empty()).then(|| lower_first(doc))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        // An acronym keeps its capitals.
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::apply;
    use crate::source::{FileId, SourceFile};
    use crate::testing::{TestInputs, check, findings};

    #[test]
    fn a_key_without_a_value_is_said_at_the_key() {
        check(
            r"
database:
  external:
    host:
#   ^^^^ error[missing-key]: `host` is empty
    username: ~
#   ^^^^^^^^ error[missing-key]: `username` is empty
    password: {env: P}
",
        );
        check(
            r"
apiVersion:
^^^^^^^^^^ error[missing-key]: `apiVersion` is empty
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
    }

    #[test]
    fn the_version_is_written_once() {
        for (before, after) in [
            (
                "apiVersion:\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1\nplatform: none\n",
            ),
            (
                "apiVersion: # which?\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1 # which?\nplatform: none\n",
            ),
            (
                "apiVersion: ~\nplatform: none\n",
                "apiVersion: gitpod-k3s/v1\nplatform: none\n",
            ),
            (
                "{apiVersion: , platform: none}\n",
                "{apiVersion: gitpod-k3s/v1 , platform: none}\n",
            ),
            (
                "# head\n\n# gkc: ignore[no-authorized-keys]\nplatform: none\n",
                "# head\n\napiVersion: gitpod-k3s/v1\n# gkc: ignore[no-authorized-keys]\nplatform: none\n",
            ),
            (
                "\u{feff}# ours\nplatform: none\n",
                "\u{feff}apiVersion: gitpod-k3s/v1\n# ours\nplatform: none\n",
            ),
            (
                "platform: none\r\n",
                "apiVersion: gitpod-k3s/v1\r\nplatform: none\r\n",
            ),
        ] {
            assert_eq!(first_fix(before).as_deref(), Some(after));
        }
        for text in ["{platform: none}\n", "  platform: none\n"] {
            assert_eq!(first_fix(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_needed_has_to_say_something() {
        let (_, found) = findings(
            "cluster: {autoscaler: {hetzner: {token: {env: T}, network: n, firewall: \"\"}}}\ncloudInit: {files: [{path: /x, content: \"\"}]}\n",
            &TestInputs::default(),
        );
        let found: Vec<&str> = found
            .iter()
            .filter(|d| d.rule == "missing-key")
            .map(|d| d.message.as_str())
            .collect();
        assert_eq!(found, ["`firewall` is empty"]);
    }

    /// What the first fix of a finding about the version makes of a text that is not completed.
    fn first_fix(text: &str) -> Option<String> {
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        let found = crate::check(&file, &TestInputs::default()).diagnostics;
        let finding = found
            .iter()
            .find(|found| found.message.contains("apiVersion"))
            .unwrap();
        let fix = finding.fixes.first()?;
        Some(apply(FileId::CONFIG, text, [fix]).0)
    }
}
