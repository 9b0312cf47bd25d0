//! Mistakes with quotes, and with text that needs them.

use std::ops::Range;

use super::{Insertion, Mistake, Scene};
use crate::diagnostic::Applicability;
use crate::syntax::lines::{brackets, line_at, trim, value_at, without_comment};

/// A quote that nothing closes where it should be closed.
pub(super) fn unclosed(scene: &Scene<'_>) -> Mistake {
    let at = opening(scene);
    let line = line_at(scene.text, at);
    let rest = at..line.end;
    let at = scene.char_at(at);
    let mark = scene.slice(at.clone()).to_owned();
    if mark != "'" && mark != "\"" {
        return Mistake::new(at, "unclosed quote", "add the closing quote").cut(rest);
    }
    let mistake = Mistake::new(
        at.clone(),
        format!("unclosed `{mark}`"),
        format!("add a `{mark}` at the end of the value"),
    );
    // Brackets that are open on this line are mostly closed inside the quote.
    match scene
        .bracket
        .filter(|bracket| line.contains(bracket) && *bracket < at.start)
    {
        Some(bracket) => mistake.cut(bracket..line.end).surely(),
        None => mistake.cut(rest).surely(),
    }
}

/// Text behind a closing quote.
pub(super) fn text_after(scene: &Scene<'_>) -> Mistake {
    let open = opening(scene);
    let line = scene.line();
    if line_at(scene.text, open) != line {
        return unclosed(scene);
    }
    let rest = scene.fault.at..without_comment(scene.text, scene.fault.at..line.end).end;
    let at = if rest.is_empty() {
        scene.char_at(scene.fault.at)
    } else {
        rest
    };
    let shown = scene.slice(at.clone());
    let value = open..line.end.max(open);
    if shown.starts_with('#') {
        let message = "missing space before `#`";
        return Mistake::new(at.start..at.start + 1, message, "add a space before the `#`").cut(at);
    }
    let apostrophe =
        scene.slice(open..open + 1) == "'" && scene.slice(at.start.saturating_sub(1)..at.start) == "'";
    if apostrophe && shown.starts_with(char::is_alphanumeric) {
        return Mistake::new(
            at.start - 1..at.start,
            "unescaped apostrophe in single quotes",
            "double it, `''`, or put the text in double quotes",
        )
        .cut(value);
    }
    let key = scene.slice(at.clone()).contains(": ") || shown.ends_with(':');
    let help = if key {
        "start a new line here, or put the whole value in one pair of quotes"
    } else {
        "put the whole value in one pair of quotes, or remove the text after them"
    };
    Mistake::new(at, "unexpected text after the closing quote", help).cut(value)
}

/// A `\` in double quotes with something that it cannot escape.
pub(super) fn escape(scene: &Scene<'_>) -> Mistake {
    let at = bad_escape(scene.text, opening(scene)).unwrap_or_else(|| scene.char_at(scene.fault.at));
    let shown = scene.slice(at.clone()).to_owned();
    let value = value_at(scene.text, at.start);
    let kind: String = shown.chars().take(2).collect();
    let (message, help) = if matches!(kind.as_str(), "\\x" | "\\u" | "\\U") {
        (
            format!("invalid escape: `{kind}` without a character code"),
            "use two hexadecimal digits after `\\x`, four after `\\u`, eight after `\\U`, or `\\\\` for a backslash",
        )
    } else {
        (
            "unknown escape in double quotes".to_owned(),
            "use `\\\\` for a backslash, or put the text in single quotes",
        )
    };
    let mistake = Mistake::new(at, message, help);
    if value.is_empty() {
        mistake
    } else {
        mistake.cut(value)
    }
}

/// A value that begins with a character that YAML keeps for itself, or that cannot stand in YAML at all.
pub(super) fn reserved(scene: &Scene<'_>, c: char) -> Mistake {
    let at = scene.fault.at;
    if c.is_control() || !matches!(c, '%' | '@' | '`' | '&' | '*' | ',') {
        let escape = format!("\\u{:04X}", u32::from(c));
        let message = format!("invalid character U+{:04X}", u32::from(c));
        let help = format!("remove it, or use `{escape}` in double quotes");
        let end = scene
            .slice(at..scene.text.len())
            .chars()
            .next()
            .map_or(at, |c| at + c.len_utf8());
        return Mistake::new(at..end, message, help).cut(at..end);
    }
    let line = without_comment(scene.text, scene.line());
    let value = trim(scene.text, at..line.end);
    // The parser takes brackets that begin an item for a possible key, and does not tell of them before their end.
    let mut open = Vec::new();
    brackets(scene.text, line.start..at, &mut open);
    let in_brackets = scene.bracket.is_some() || !open.is_empty();
    let before = scene.slice(line.start..at).trim_end();
    if c == ',' && !in_brackets && before.ends_with(['}', ']', '"', '\'']) {
        // As in JSON, from which it was mostly pasted.
        let message = "unexpected `,` after the end of the value";
        let help = "remove the `,`: only entries between brackets are separated by commas";
        return Mistake::new(at..at + 1, message, help).cut(value);
    }
    let value = if in_brackets {
        let word = scene.word_at(at);
        // A bracket behind it closes what it is in.
        let bare = scene.slice(word.clone()).trim_end_matches(['}', ']', ',']).len();
        word.start..word.start + bare
    } else {
        // A part of it may have been read as an alias, as in `*/30 * * * *`.
        let whole = value_at(scene.text, at);
        match c == '*' && whole.start < at && scene.slice(whole.clone()).starts_with('*') {
            true => whole,
            false => value,
        }
    };
    let value = if value.is_empty() {
        scene.char_at(at)
    } else {
        value
    };
    let shown = if c == '`' {
        "a backtick".to_owned()
    } else {
        format!("`{c}`")
    };
    let mut mistake = Mistake::new(
        value.clone(),
        format!("unquoted value starts with {shown}"),
        "put the whole value in double quotes",
    );
    if !in_brackets && !scene.slice(value.clone()).contains(": ") {
        // Backticks around a value are those of Markdown, and mostly no part of it.
        let how = match c {
            '`' => Applicability::Unsafe,
            _ => Applicability::Safe,
        };
        mistake.fix = Some(("quote the value", how, quote(scene.text, value.clone())));
    }
    mistake.cut(value)
}

/// A line with a `*` that was not meant as an alias: other text follows it, or it is a key.
pub(super) fn star(scene: &Scene<'_>) -> Option<Mistake> {
    let line = without_comment(scene.text, scene.line());
    let dashes = |c: char| c == '-' || c == ' ';
    let mut at = line.end - scene.slice(line.clone()).trim_start_matches(dashes).len();
    if !scene.slice(at..line.end).starts_with('*') {
        at = value_at(scene.text, line.start).start;
    }
    let shown = scene.slice(at..line.end);
    let rest = shown.strip_prefix('*')?;
    let message = "unquoted value starts with `*`";
    if rest.starts_with(": ") || rest == ":" {
        let key = at..at + 1;
        let mut mistake = Mistake::new(key.clone(), message, "put the key in double quotes");
        mistake.fix = Some(("quote the key", Applicability::Safe, quote(scene.text, key)));
        return Some(mistake.cut(line));
    }
    if !rest.contains(' ') || rest.contains(": ") {
        return None;
    }
    let value = at..line.end;
    let mut mistake = Mistake::new(value.clone(), message, "put the whole value in double quotes");
    mistake.fix = Some((
        "quote the value",
        Applicability::Safe,
        quote(scene.text, value.clone()),
    ));
    Some(mistake.cut(value).cut(line))
}

/// What to insert to put the text at `at` into quotes that read back as that text.
pub(in crate::syntax) fn quote(text: &str, at: Range<usize>) -> Vec<Insertion> {
    let part = text.get(at.clone()).unwrap_or("");
    if !part.contains(['"', '\\']) {
        return vec![(at.start, "\""), (at.end, "\"")];
    }
    let inner = part.match_indices('\'').map(|(i, _)| (at.start + i, "'"));
    std::iter::once((at.start, "'"))
        .chain(inner)
        .chain([(at.end, "'")])
        .collect()
}

/// The quote that the parser is in: the first one behind what was read that stands where a value can begin.
fn opening(scene: &Scene<'_>) -> usize {
    let text = scene.text;
    let limit = scene.fault.at.max(scene.last_end) + 1;
    let region = scene.last_end..limit.min(text.len());
    let mut before = ' ';
    for (i, c) in scene.slice(region.clone()).char_indices() {
        if matches!(c, '"' | '\'') && (before.is_whitespace() || "[{,:".contains(before)) {
            return region.start + i;
        }
        before = c;
    }
    let is_quote = |at: usize| matches!(scene.slice(at..at + 1), "\"" | "'");
    if is_quote(scene.fault.at) {
        return scene.fault.at;
    }
    // The key before may be what was quoted: then it has not been read yet as one.
    scene
        .slice(scene.block.start..limit.min(text.len()))
        .rfind(['"', '\''])
        .map_or(scene.fault.at, |i| scene.block.start + i)
}

/// The first escape in a double-quoted text that YAML does not know.
fn bad_escape(text: &str, open: usize) -> Option<Range<usize>> {
    let body = text.get(open + 1..)?;
    let mut chars = body.char_indices();
    while let Some((i, c)) = chars.next() {
        if c == '"' {
            return None;
        }
        if c != '\\' {
            continue;
        }
        let (j, escaped) = chars.next()?;
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ if "0abt\tnvfre \"/\\N_LP\n\r".contains(escaped) => continue,
            _ => return Some(open + 1 + i..open + 1 + j + escaped.len_utf8()),
        };
        let rest = &body[j + 1..];
        let hex = rest
            .bytes()
            .take(digits)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        let code = u32::from_str_radix(&rest[..hex], 16).ok();
        // Half of a surrogate pair may be half of a valid pair; the parser decides, and this is the place to show.
        if hex < digits || code.is_none_or(|code| char::from_u32(code).is_none()) {
            return Some(open + 1 + i..open + 1 + j + 1 + hex);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_comma_behind_a_value_that_has_ended() {
        check(
            r#"
"cluster": {"name": "lab"},
#                         ^ error[syntax]: unexpected `,` after the end of the value
"storage": {"inCluster": true}, # ours
#                             ^ error[syntax]: unexpected `,` after the end of the value
"#,
        );
    }
}
