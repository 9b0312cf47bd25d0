//! Mistakes with lines and their indentation: keys, list items, and text that is neither.

use crate::diagnostic::Applicability;
use crate::diagnostic::stages::LIMIT;
use std::ops::Range;

use super::{Mistake, Scene, flow, quote};
use crate::syntax::limits::MAX_KEY_BYTES;
use crate::syntax::lines::{self, is_of_a_name, line_at, trim, value_at, without_comment};

/// A line without a `:` that makes its text a key.
pub(super) fn no_colon(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    let text = scene.text;
    let content = trim(text, without_comment(text, line.clone()));
    let mut content = content;
    while scene.slice(content.clone()).starts_with("- ") {
        content = trim(text, content.start + 2..content.end);
    }
    let shown = scene.slice(content.clone());
    if let Some(name) = shown.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        && !name.is_empty()
        && name.chars().all(is_of_a_name)
    {
        return section(content.clone()).cut(line.start..lines::last_inside(scene.text, &scene.block, &line));
    }
    if let Some(mistake) = unlike_a_key(scene, content.clone()) {
        return mistake.cut(line);
    }
    if shown.len() > MAX_KEY_BYTES && lines::key_colon(text, &line).is_some() {
        let message = format!("key is longer than {} bytes", MAX_KEY_BYTES);
        let help = "check for a missing `:`";
        return Mistake {
            rule: &LIMIT,
            ..Mistake::new(content, message, help)
        }
        .cut(line);
    }
    if let Some(mistake) = space_after_colon(scene, content.clone()) {
        return mistake.cut(line);
    }
    let message = "expected `key: value`, found a line without `:`";
    let help = if shown.starts_with("-----BEGIN ") {
        "add `|` after the key, and indent every line of the text below it"
    } else {
        "add a `:` and a space after the key, or indent the line if it belongs to the value before it"
    };
    Mistake::new(content, message, help)
        .cut(line.start..last_alike(scene, &line))
        .cut(line)
}

/// The end of the lines from `line` on that are indented like it and have no key either: one text, one mistake.
fn last_alike(scene: &Scene<'_>, line: &Range<usize>) -> usize {
    let indent = lines::indent(scene.text, line);
    let mut end = line.end;
    while end < scene.block.end {
        let next = line_at(scene.text, end + 1);
        let content = scene.slice(trim(scene.text, next.clone()));
        let alike = lines::indent(scene.text, &next) == indent && !content.is_empty();
        let item = content.starts_with(['-', '#']) && !content.starts_with("-----");
        if next.start <= end || !alike || item || content.contains(':') {
            break;
        }
        end = next.end;
    }
    end.min(scene.block.end)
}

/// `[name]` in the place of `name:`. The name may be a value all the same, so that it is not repeated.
fn section(at: Range<usize>) -> Mistake {
    let message = "brackets without a key: YAML has no sections like TOML's";
    Mistake::new(
        at,
        message,
        "use `key:` instead of `[key]`, and indent what belongs to it",
    )
}

/// Text without a `:` that was not meant as a key.
fn unlike_a_key(scene: &Scene<'_>, content: Range<usize>) -> Option<Mistake> {
    let shown = scene.slice(content.clone());
    let dashed = shown
        .strip_prefix('-')
        .is_some_and(|item| item.starts_with(char::is_alphabetic));
    if dashed {
        let message = "missing space after `-`";
        let dash = content.start..content.start + 1;
        return Some(Mistake::new(dash, message, "use `- ` with a space"));
    }
    shown.starts_with(['{', '[']).then(|| {
        let message = "brackets without a key";
        Mistake::new(
            content,
            message,
            "add the key and a `:` before them, or remove them",
        )
    })
}

/// `key:value`, which is one word to YAML.
fn space_after_colon(scene: &Scene<'_>, content: Range<usize>) -> Option<Mistake> {
    let shown = scene.slice(content.clone());
    let colon = shown.find(':')?;
    let (key, value) = (&shown[..colon], &shown[colon + 1..]);
    if key.is_empty() || !key.chars().all(is_of_a_name) || value.is_empty() || value.starts_with("//") {
        return None;
    }
    let at = content.start + colon;
    let mut mistake = Mistake::new(
        at..at + 1,
        format!("missing space after `{key}:`"),
        format!("use `{key}: ` with a space"),
    );
    mistake.fix = Some(("add a space after `:`", Applicability::Safe, vec![(at + 1, " ")]));
    Some(mistake)
}

pub(super) fn stray_text(scene: &Scene<'_>) -> Mistake {
    let line = scene.line();
    let content = trim(scene.text, without_comment(scene.text, line.clone()));
    let shown = scene.slice(content.clone());
    if shown.starts_with("- ") || shown == "-" {
        return Mistake::new(
            content,
            "list item without a key",
            "add the key of the list on the line before it, or remove the item",
        )
        .cut(line);
    }
    no_colon(scene, line)
}

/// A `:` where no key can be.
pub(super) fn colon(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let whole = without_comment(text, line.clone());
    let first = lines::key_colon(text, &whole);
    if let Some(first) = first
        && first < scene.fault.at
    {
        return colon_in_value(scene, first, whole);
    }
    let Some(before) = lines::before(text, line.start).filter(|b| b.start >= scene.block.start) else {
        return colon_alone(scene, line);
    };
    let own = lines::key_on(text, &line).unwrap_or(line.start..line.start);
    let content = trim(text, without_comment(text, before.clone()));
    let is_item = scene.slice(content).starts_with("- ");
    if lines::key_on(text, &before).is_none() && !is_item {
        return no_colon(scene, before);
    }
    deeper(scene, own, &before)
}

fn colon_in_value(scene: &Scene<'_>, first: usize, line: Range<usize>) -> Mistake {
    let text = scene.text;
    let value = trim(text, first + 1..line.end);
    let colon = scene.fault.at..scene.fault.at + 1;
    if let Some(bracket) = scene.bracket {
        let message = "second `:` in an entry between brackets";
        let help = "separate entries with `,`, or quote a value that contains `: `";
        return Mistake::new(colon, message, help).cut(flow::part(scene, bracket));
    }
    let shown = scene.slice(value.clone());
    if shown.starts_with(['"', '\'', '[', '{', '*', '&', '|', '>']) {
        let message = "unexpected `:` after the end of the value";
        let help = "move what follows to its own line as a separate key";
        return Mistake::new(colon, message, help).cut(scene.fault.at..line.end);
    }
    let meant_as_key = shown.ends_with(':');
    // What could be a key may be one that lost its line.
    let before = shown.split(": ").next().unwrap_or_default();
    // So may be the last word, set apart as entries are: `acme  provider: hetzner`, `n1, role: server`.
    let set_apart = before
        .rsplit_once([' ', ','])
        .is_some_and(|(rest, word)| rest.ends_with([' ', ',']) && word.chars().all(is_of_a_name));
    let like_a_key = before.chars().all(is_of_a_name) || set_apart;
    let how = match like_a_key {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let mut mistake = Mistake::new(
        value.clone(),
        "unquoted value contains `: `, which YAML reads as another key",
        "put the whole value in double quotes",
    );
    if !meant_as_key {
        mistake.fix = Some(("quote the value", how, quote::quote(text, value.clone())));
    }
    mistake.cut(value)
}

fn colon_alone(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    Mistake::new(
        scene.char_at(scene.fault.at),
        "unexpected key",
        "move the key to its own line, indented like the keys around it",
    )
    .cut(line)
}

/// A key that stands deeper than the line before it, which has a value already.
fn deeper(scene: &Scene<'_>, own: Range<usize>, before: &Range<usize>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let above = lines::key_on(text, before);
    let shown = named(scene, &own);
    let (message, help) = match above {
        Some(above) => {
            let name = scene.slice(above.clone());
            let mend = match above.start - before.start {
                0 => format!("remove the spaces before {shown}"),
                column => format!("indent {shown} by {}, like `{name}`", spaces(column)),
            };
            (
                format!("{shown} is indented deeper than `{name}`, which already has a value"),
                format!("{mend}, or remove the value of `{name}` if {shown} belongs under it"),
            )
        }
        None => (
            format!("{shown} is indented below a list item that is plain text"),
            format!("indent {shown} like the other keys, or change the item before it to `key: value`"),
        ),
    };
    let own = if own.is_empty() {
        scene.char_at(scene.fault.at)
    } else {
        own
    };
    Mistake::new(own, message, help).cut(line)
}

/// Something that is indented less than the mapping it stands in, or trails a value.
pub(super) fn key_expected(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    let line = scene.line();
    let first = scene.block.start..line_at(text, scene.block.start).end;
    if scene.slice(first.clone()).starts_with('%') {
        return Mistake::new(
            first.clone(),
            "directive without a following `---`",
            "remove the line, or add a `---` line before the first key",
        )
        .cut(first);
    }
    let content = trim(text, without_comment(text, line.clone()));
    if scene.fault.at > content.start {
        let rest = scene.fault.at..content.end.max(scene.fault.at);
        let rest = if rest.is_empty() {
            scene.char_at(scene.fault.at)
        } else {
            rest
        };
        let shown = scene.slice(rest.clone());
        if shown.starts_with(',') {
            return quote::reserved(scene, ',');
        }
        if scene.slice(content.start..scene.fault.at).trim_end() == "-" {
            return item_without_key(scene, line);
        }
        return Mistake::new(
            trim(text, rest.clone()),
            "unexpected text after the end of the value",
            "quote the whole value, or move the rest to its own line",
        )
        .cut(rest);
    }
    wrong_indent(scene, line)
}

fn wrong_indent(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    let text = scene.text;
    let own = lines::indent(text, &line);
    let mut columns: Vec<usize> = Vec::new();
    let mut at = line.start;
    while let Some(before) = lines::before(text, at).filter(|b| b.start >= scene.block.start) {
        let column = lines::indent(text, &before);
        let content = scene.slice(before.start + column..before.end);
        let dash = content.len() - content.trim_start_matches(['-', ' ']).len();
        for level in [column + dash, column] {
            if columns.last().is_none_or(|last| level < *last) {
                columns.push(level);
            }
        }
        if column == 0 {
            break;
        }
        at = before.start;
    }
    let wanted = columns
        .iter()
        .rev()
        .find(|c| **c > own)
        .or(columns.first())
        .copied();
    let outer = columns.iter().find(|c| **c < own).copied();
    let key = lines::key_on(text, &line);
    let name = named(scene, &key.clone().unwrap_or(0..0));
    let key = key.unwrap_or_else(|| scene.word_at(line.start + own));
    let help = match (wanted, outer) {
        (Some(inner), Some(0)) => format!("indent it by {}, or remove the indentation", spaces(inner)),
        (Some(inner), Some(outer)) => format!("indent it by {}, or by {outer}", spaces(inner)),
        (Some(inner), None) => format!("indent it by {}, like the lines before it", spaces(inner)),
        _ => "indent it like the lines before it".to_owned(),
    };
    let message = format!(
        "indentation of {name}, {}, does not match any line before it",
        spaces(own)
    );
    Mistake::new(key.clone(), message, help).cut(line)
}

/// A key as messages name it, and what to call a line without one.
fn named(scene: &Scene<'_>, key: &Range<usize>) -> String {
    match scene.slice(key.clone()) {
        "" => "this line".to_owned(),
        key => format!("`{key}`"),
    }
}

/// A number of spaces in words.
fn spaces(count: usize) -> String {
    if count == 1 {
        "1 space".to_owned()
    } else {
        format!("{count} spaces")
    }
}

pub(super) fn dash_expected(scene: &Scene<'_>) -> Mistake {
    let line = scene.line();
    let mut at = line.start;
    while let Some(before) = lines::before(scene.text, at).filter(|b| b.start >= scene.block.start) {
        let column = lines::indent(scene.text, &before);
        if column < lines::indent(scene.text, &line) {
            return wrong_indent(scene, line);
        }
        if column == lines::indent(scene.text, &line) {
            break;
        }
        at = before.start;
    }
    let own = lines::key_on(scene.text, &line);
    let name = named(scene, &own.clone().unwrap_or(0..0));
    let content = trim(scene.text, without_comment(scene.text, line.clone()));
    Mistake::new(
        own.unwrap_or(content),
        format!("missing `-` before {name} in a list"),
        "add `- ` before it, or indent it as part of the item before it",
    )
    .cut(line)
}

pub(super) fn dash_not_allowed(scene: &Scene<'_>) -> Mistake {
    let text = scene.text;
    if let Some(bracket) = scene.bracket
        && bracket < scene.line().start
        && !flow::closed_behind(scene, scene.line().start)
    {
        return flow::unclosed(scene, bracket);
    }
    let at = scene.fault.at;
    let line = scene.line();
    let value = value_at(text, at);
    let key = lines::key_on(text, &line).map(|key| scene.slice(key).to_owned());
    if let (Some(key), true) = (key, scene.bracket.is_none()) {
        return Mistake::new(
            scene.char_at(at),
            format!("list item on the line of its key `{key}`"),
            format!("move the item to the next line and indent it, or use brackets: `{key}: [...]`"),
        )
        .cut(value);
    }
    if scene.bracket.is_none() {
        return item_without_key(scene, line);
    }
    Mistake::new(
        scene.char_at(at),
        "unexpected list item `-` between brackets",
        "separate items with `,` instead of `-`, or quote a value that starts with `-`",
    )
}

/// A list item behind a key that has a value.
fn item_without_key(scene: &Scene<'_>, line: Range<usize>) -> Mistake {
    let dash = line.start + lines::indent(scene.text, &line);
    Mistake::new(
        scene.char_at(dash),
        "list item without a key: the key before it already has a value",
        "indent it like the other items of its list, or add a key for it on the line before",
    )
    .cut(line)
}
