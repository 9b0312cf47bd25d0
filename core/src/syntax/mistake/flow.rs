//! Mistakes with brackets and what stands between them.

use super::{Mistake, Scene, quote};
use crate::diagnostic::Applicability;
use crate::syntax::lines::{self, brackets, is_of_a_name, line_at, trim, without_comment};
use std::ops::Range;

/// The word for what a bracket holds.
fn noun(open: &str) -> (&'static str, &'static str) {
    if open == "{" {
        ("}", "mapping")
    } else {
        ("]", "list")
    }
}

/// A bracket that nothing closes.
pub(super) fn unclosed(scene: &Scene<'_>, at: usize) -> Mistake {
    if scene.slice(scene.char_at(at)) == "," {
        let end = scene.bracket.map_or(at + 1, |bracket| extent(scene, bracket));
        let message = "missing value before `,`";
        return Mistake::new(
            scene.char_at(at),
            message,
            "remove the `,`, or add the value before it",
        )
        .cut(at..at + 1)
        .cut(scene.bracket.unwrap_or(at)..end);
    }
    let at = match scene.slice(scene.char_at(at)) {
        "[" | "{" => at,
        _ => scene.bracket.unwrap_or(at),
    };
    if let Some(inner) = unclosed_inside(scene, at) {
        return inner;
    }
    let (mistake, _) = without_end(scene, at);
    mistake.cut(at..extent(scene, at)).surely()
}

/// What is said of a bracket without an end, and that end.
fn without_end(scene: &Scene<'_>, at: usize) -> (Mistake, &'static str) {
    let open = scene.slice(scene.char_at(at)).to_owned();
    let (close, noun) = noun(&open);
    let message = format!("unclosed `{open}`");
    let help = format!("add `{close}` where the {noun} ends");
    (Mistake::new(scene.char_at(at), message, help), close)
}

/// A bracket inside the one at `outer` that is still open where a line is indented no deeper than its own: as JSON is laid out, that is the
/// one without an end.
fn unclosed_inside(scene: &Scene<'_>, outer: usize) -> Option<Mistake> {
    let text = scene.text;
    let mut open = Vec::new();
    let mut at = outer;
    let mut last_end = outer;
    while at < scene.block.end {
        let line = line_at(text, at);
        let content = trim(text, without_comment(text, at..line.end));
        let shown = scene.slice(content.clone());
        at = line.end + 1;
        if shown.is_empty() {
            continue;
        }
        let column = lines::indent(text, &line);
        let own = |bracket: usize| lines::indent(text, &line_at(text, bracket));
        if let Some(bracket) = open.last().copied().filter(|bracket| column <= own(*bracket))
            && bracket != outer
            && !shown.starts_with(['}', ']'])
        {
            let (mistake, close) = without_end(scene, bracket);
            let end = close.chars().map(|close| (last_end, close));
            let separator = (content.start.saturating_sub(1), ',');
            let missing = end.chain([separator]).collect();
            return Some(mistake.missing(missing).cut(bracket..last_end));
        }
        brackets(text, content.clone(), &mut open);
        last_end = content.end;
    }
    None
}

/// Text behind a list or a mapping in brackets, as of a command: `[ -d /x ] || y`.
pub(super) fn text_after(scene: &Scene<'_>) -> Option<Mistake> {
    let value = lines::value_at(scene.text, scene.fault.at);
    let shown = scene.slice(value.clone());
    let open = shown.get(..1).filter(|open| matches!(*open, "[" | "{"))?;
    let (_, noun) = noun(open);
    let mut depth = 0usize;
    let end = shown.char_indices().find_map(|(at, c)| {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at + c.len_utf8())
    })?;
    let rest = shown.get(end..)?.trim_start();
    if scene.bracket.is_some()
        || scene.fault.at < value.start + end
        || rest.is_empty()
        || rest.starts_with([':', ',', ']', '}'])
    {
        return None;
    }
    if rest == ";" || rest.starts_with("//") {
        let help = match rest {
            ";" => "remove it",
            _ => "start comments with `#`",
        };
        let rest = value.end - rest.len()..value.end;
        let message = format!("unexpected text after a {noun}");
        return Some(Mistake::new(rest.clone(), message, help).cut(rest));
    }
    let mut mistake = Mistake::new(
        value.clone(),
        format!("unexpected text after a {noun}"),
        format!("put the whole value in quotes: an unquoted value that starts with `{open}` is a {noun}"),
    );
    let quotes = quote::quote(scene.text, value.clone());
    // A command that was never run is run then.
    mistake.fix = Some(("quote the value", Applicability::Unsafe, quotes));
    Some(mistake.cut(value))
}

/// A bracket with all that it seems to hold.
pub(super) fn part(scene: &Scene<'_>, bracket: usize) -> Range<usize> {
    bracket..extent(scene, bracket)
}

/// Where a bracket that is not closed seems to end: before the next line that is not indented deeper than its own.
fn extent(scene: &Scene<'_>, at: usize) -> usize {
    lines::last_inside(scene.text, &scene.block, &line_at(scene.text, at))
}

/// A bracket closed by the wrong one.
pub(super) fn mismatch(scene: &Scene<'_>, close: char) -> Mistake {
    let at = scene.fault.at;
    let open = scene.slice(scene.char_at(at)).to_owned();
    let (wanted, _) = noun(&open);
    let rest = scene.slice(at..scene.block.end);
    let wrong = rest.find(close).map_or(at, |i| at + i);
    let end = line_at(scene.text, at).end;
    Mistake::new(
        scene.char_at(wrong),
        format!("mismatched brackets: `{open}` closed by `{close}`"),
        format!("use `{wanted}`, or close the inner bracket first"),
    )
    .cut(at..end)
    .cut(at..line_at(scene.text, wrong).end)
}

/// A closing bracket without an opening one.
pub(super) fn stray(scene: &Scene<'_>) -> Mistake {
    let at = scene.char_at(scene.fault.at);
    let close = scene.slice(at.clone()).to_owned();
    let open = if close == "}" { "{" } else { "[" };
    Mistake::new(
        at.clone(),
        format!("unmatched `{close}`"),
        format!("remove it, or add `{open}` where the list or mapping starts"),
    )
    .cut(at)
}

/// Two parts between brackets without a comma; or the bracket was never closed, and the next key was read as a part.
pub(super) fn separator(scene: &Scene<'_>) -> Mistake {
    let at = scene.fault.at;
    let Some(bracket) = scene.bracket else {
        let end = line_at(scene.text, at).end;
        let message = "unexpected text between brackets";
        return Mistake::new(scene.word_at(at), message, "separate entries with `,`").cut(at..end);
    };
    let line = scene.line();
    let later = bracket < line.start;
    if later && lines::key_colon(scene.text, &line).is_some() && !closed_behind(scene, line.start) {
        return unclosed(scene, bracket);
    }
    let open = scene.slice(scene.char_at(bracket)).to_owned();
    let (close, _) = noun(&open);
    // A plain value goes on over lines, so that the fault is noticed behind the word that begins the next part.
    let part = if later {
        line.start + lines::indent(scene.text, &line)
    } else {
        at
    };
    let help = format!(
        "add `,` between entries and `{close}` at the end, and quote values that contain `,`, `:` or brackets"
    );
    let mistake = missing_comma(scene, bracket, part, &help);
    // In a mapping, what has no `:` belongs to the value before it.
    match open == "[" || begins_entry(scene.slice(part..line.end)) {
        true => mistake.missing(vec![(part.saturating_sub(1), ',')]),
        false => mistake,
    }
}

/// What is said of a part that no `,` separates from the one before it.
fn missing_comma(scene: &Scene<'_>, bracket: usize, part: usize, help: &str) -> Mistake {
    let (_, noun) = noun(scene.slice(scene.char_at(bracket)));
    let message = format!("missing `,` in the {noun}");
    Mistake::new(scene.word_at(part), message, help).cut(bracket..extent(scene, bracket))
}

/// What follows a quoted part of a list or a mapping without a `,` or a `:`.
pub(super) fn next_part(scene: &Scene<'_>) -> Option<Mistake> {
    let (text, at) = (scene.text, scene.fault.at);
    let bracket = scene.bracket?;
    let line = scene.line();
    let before = scene.slice(line.start..at).trim_end();
    let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let inside = scene.slice(bracket..bracket + 1) == "{";
    let key = before
        .strip_suffix(quote)
        .and_then(|rest| rest.rsplit_once(quote));
    let is_key =
        key.is_some_and(|(before, _)| before.trim_end().ends_with(['{', ',']) || before.trim().is_empty());
    if !inside || begins_entry(scene.slice(at..line.end)) {
        let help = "add `,` between entries, or put the whole value in one pair of quotes";
        let mistake = missing_comma(scene, bracket, at, help);
        return Some(mistake.missing(vec![(at.saturating_sub(1), ',')]));
    }
    let (_, key) = key.filter(|(_, key)| is_key && key.chars().all(is_of_a_name))?;
    let mistake = Mistake::new(
        scene.word_at(at),
        format!("missing `:` after `{key}`"),
        format!("add `:` between `{key}` and its value"),
    );
    Some(
        mistake
            .missing(vec![(at.saturating_sub(1), ':')])
            .cut(at..without_comment(text, line).end),
    )
}

/// Whether a text begins with `key:`.
fn begins_entry(text: &str) -> bool {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let behind = match quote {
        Some(quote) => text
            .get(1..)
            .and_then(|rest| rest.split_once(quote))
            .map(|(_, rest)| rest),
        None => text
            .find(|c: char| !is_of_a_name(c))
            .and_then(|end| text.get(end..)),
    };
    behind.is_some_and(|rest| rest.starts_with(':'))
}

/// True where, from `at` on, the block closes more brackets than it opens.
pub(super) fn closed_behind(scene: &Scene<'_>, at: usize) -> bool {
    let mut depth = 0i64;
    for c in scene.slice(at..scene.block.end).chars() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return true;
        }
    }
    false
}
