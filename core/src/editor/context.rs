//! Where in a configuration the cursor is, read off the lines: a text that is being typed is rarely one that can be parsed.
//!
//! Inside comments and texts of several lines there is no context, and none in quotes around a key.

use super::flow::{Flow, PREFIXES, closing_quote};
use super::outline::Step;
use crate::model::SchemaPlace;
use crate::source::SourceFile;
use std::ops::Range;

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    /// The mapping or the value that it is typed in, from the top.
    pub path: Vec<Step>,
    /// The bytes of the word so far, up to the cursor.
    pub word: Range<usize>,
    /// The column of the word's mapping, in blanks.
    pub column: usize,
    /// Whether a value is typed, behind a colon; else a key, or an item.
    pub is_value: bool,
    /// Whether it is typed inside brackets.
    pub in_brackets: bool,
    /// Whether it is typed directly in a list in brackets.
    pub is_item: bool,
    /// The keys that the mapping has already.
    pub siblings: Vec<String>,
    /// The words that the list has already, where an item is typed.
    pub items: Vec<String>,
    /// The quote that the word stands in.
    pub quote: Option<char>,
    /// The keys that an item has in the lines below its dash.
    pub below: Vec<String>,
}

/// What is typed at `offset`. `None` where nothing can be said.
pub(super) fn context(file: &SourceFile, offset: usize) -> Option<Context> {
    let is_apart =
        |context: &Context| context.in_brackets || context.is_value || !tears(file, offset, context);
    around(file, offset).filter(is_apart)
}

/// The same, whatever a key would do there.
fn around(file: &SourceFile, offset: usize) -> Option<Context> {
    match opening(file, offset) {
        Some(opening) => in_brackets(file, opening, offset),
        None => in_lines(file, offset),
    }
}

/// What words are made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// What words of values are made of: names have prefixes.
pub(super) fn is_value_word(c: char) -> bool {
    is_word(c) || c == ':'
}

/// The same where there are no brackets around it.
fn in_lines(file: &SourceFile, offset: usize) -> Option<Context> {
    let text = file.text();
    let before = text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut line = Line::of(before.get(start..)?)?;
    // The beginning of a name looks like a key.
    let is_name = |key: &str| PREFIXES.contains(&key) && line.rest.ends_with(':');
    if !line.dashes.is_empty() && line.key.is_some_and(|(key, _)| is_name(key)) {
        line.key = None;
    }
    let (column, key_word, value) = match line.key {
        Some((key, value)) => (line.column, key, Some(value)),
        None => (line.column, line.rest, None),
    };
    let word = value.map_or(key_word, without_properties);
    let is_value = value.is_some() || !line.dashes.is_empty();
    let quote = word
        .chars()
        .next()
        .filter(|c| is_value && matches!(c, '"' | '\''));
    let word = quote.map_or(word, |_| &word[1..]);
    let is_part = if is_value { is_value_word } else { is_word };
    if !word.chars().all(is_part) {
        return None;
    }
    let (above, below) = (before.get(..start)?, text.get(offset..)?);
    let above = || above.lines().rev().filter_map(Line::of);
    let below = || below.lines().skip(1).filter_map(Line::of);
    let (mut path, mut siblings) = enclosing(&line, above())?;
    let same =
        below().take_while(|next| next.column > column || (next.column == column && next.dashes.is_empty()));
    siblings.extend(
        same.filter(|next| next.column == column)
            .filter_map(|next| next.name()),
    );
    if value.is_some() {
        path.push(Step::Key(key_word.to_owned()));
    }
    // An item that has no dash yet has it here.
    let dash = line.dashes.last().or((word.is_empty()).then_some(&column));
    let items = match dash {
        Some(dash) if value.is_none() => items(above(), *dash).chain(items(below(), *dash)).collect(),
        _ => Vec::new(),
    };
    let first = below()
        .find(|next| !next.is_blank())
        .map_or(0, |next| next.column);
    let of_item = below().take_while(|next| word == "-" && next.column >= first && first > column);
    let of_item = of_item.filter(|next| next.column == first && next.dashes.is_empty());
    let of_item = of_item.filter_map(|next| next.name()).collect();
    Some(Context {
        path,
        items,
        below: of_item,
        quote,
        word: offset - word.len()..offset,
        column,
        is_value: value.is_some(),
        in_brackets: false,
        is_item: false,
        siblings,
    })
}

/// The words of a list whose dashes are in a column, in the lines next to one of its items.
fn items<'t>(lines: impl Iterator<Item = Line<'t>>, dash: usize) -> impl Iterator<Item = String> {
    let inside = lines
        .filter(|line| !line.is_blank())
        .take_while(move |line| line.column > dash);
    inside
        .filter(move |line| line.dashes.first() == Some(&dash) && line.key.is_none())
        .map(|line| {
            let word = line.rest.split(" #").next().unwrap_or("").trim();
            word.trim_matches(['"', '\'']).to_owned()
        })
}

/// Whether a key at `offset` would part what stands around it: the rest of its line, the lines above it, or those below it, where they
/// belong to one mapping in another column.
fn tears(file: &SourceFile, offset: usize, context: &Context) -> bool {
    let (before, behind) = file.text().split_at_checked(offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let (line, rest) = (
        before.get(start..).unwrap_or(""),
        behind.lines().next().unwrap_or(""),
    );
    let is_blank = line.trim().is_empty();
    if is_blank && rest.starts_with(' ') && !rest.trim().is_empty() {
        return true;
    }
    if line.trim_start().starts_with('-') {
        return false;
    }
    let content = |line: &Line<'_>| !line.is_blank();
    let above = || {
        let lines = before.get(..start).unwrap_or("").lines().rev();
        lines.filter_map(Line::of).filter(content)
    };
    let last = above().next();
    let next = behind.lines().skip(1).filter_map(Line::of).find(content);
    let column = context.column;
    let is_deeper = |other: &Line<'_>| other.start() > column;
    // Deeper lines above are those of a key before this one, or of an item, unless there is none.
    let is_next_item = || {
        let mut list = above().take_while(|line| line.start() >= column);
        list.any(|line| line.dashes.first() == Some(&column))
    };
    let wrong_above =
        context.siblings.is_empty() && column > 0 && last.as_ref().is_some_and(is_deeper) && !is_next_item();
    let wrong_below = match (&last, &next) {
        _ if !is_blank => false,
        (_, Some(next)) if is_deeper(next) => true,
        // The first key of a mapping stands where the others do.
        (Some(last), Some(next)) => {
            last.column < column && last.column < next.start() && next.start() != column
        }
        _ => false,
    };
    wrong_above || wrong_below
}

/// Lines above the cursor in which brackets around it are looked for: longer collections are written in lines.
const MAX_LINES_IN_BRACKETS: usize = 200;

/// Where the outermost brackets around `offset` open: at the beginning of a value, in this line or above.
fn opening(file: &SourceFile, offset: usize) -> Option<usize> {
    let text = file.text();
    let mut end = offset;
    let mut found = None;
    for _ in 0..MAX_LINES_IN_BRACKETS {
        let start = text.get(..end)?.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(start..)?.lines().next().unwrap_or("");
        if let Some(read) = Line::of(line).filter(|line| !line.is_blank()) {
            // What brackets go on from does not end here; what is open above is another mistake.
            if found.is_some() && !line.split(" #").next()?.trim_end().ends_with([',', '{', '[']) {
                return found;
            }
            let value = without_properties(read.key.map_or(read.rest, |(_, value)| value));
            if value.starts_with(['{', '[']) {
                let opening = start + line.rfind(value)?;
                let is_open = opening < offset
                    && Flow::of(text.get(opening..offset)?).is_some_and(|flow| flow.is_open());
                found = is_open.then_some(opening).or(found);
            }
            // Brackets cannot go on in the first column.
            if read.column == 0 && read.key.is_some() && end != offset {
                return found;
            }
        }
        let Some(before) = start.checked_sub(1) else { break };
        end = before;
    }
    found
}

/// A value without the anchor and the tag in front of it.
fn without_properties(value: &str) -> &str {
    let mut value = value;
    while value.starts_with(['&', '!'])
        && let Some((_, rest)) = value.split_once(' ')
    {
        value = rest.trim_start();
    }
    value
}

/// What is typed inside brackets that open at `opening`.
fn in_brackets(file: &SourceFile, opening: usize, offset: usize) -> Option<Context> {
    let text = file.text();
    let mut path = base(file, opening)?;
    let mut flow = Flow::of(text.get(opening..offset)?)?;
    let (word, quote) = match flow.quoted {
        Some((word, quote)) => (word, Some(quote)),
        None => (flow.word?, None),
    };
    let last = flow.open.pop()?;
    for around in flow.open {
        path.push(match around.key {
            Some(key) => Step::Key(key),
            None => Step::Item,
        });
    }
    let (is_value, last_is_map) = (last.key.is_some(), last.is_map);
    let in_quotes = text.get(opening + word..offset)?;
    if quote.is_some() && (!is_value && last_is_map || !in_quotes.chars().all(is_value_word)) {
        return None;
    }
    // A key that begins here is one that is there already; an item that goes on here is the one that is typed.
    let mut behind = text.get(offset..)?;
    if quote.is_some() || !last_is_map {
        behind = behind.trim_start_matches(is_value_word);
    }
    if let Some(quote) = quote {
        behind = behind.strip_prefix(quote).unwrap_or(behind);
    }
    let behind = Flow::behind(behind, last_is_map);
    let (mut siblings, mut items) = (last.keys, last.items);
    siblings.extend(behind.keys);
    items.extend(behind.items);
    match last.key {
        Some(key) => path.push(Step::Key(key)),
        None if !last.is_map => path.push(Step::Item),
        None => {}
    }
    Some(Context {
        path,
        word: opening + word..offset,
        column: 0,
        is_value,
        in_brackets: true,
        is_item: !last_is_map,
        siblings,
        items,
        quote,
        below: Vec::new(),
    })
}

/// The path to the value that begins at `opening`.
fn base(file: &SourceFile, opening: usize) -> Option<Vec<Step>> {
    let start = file.text().get(..opening)?.rfind('\n').map_or(0, |at| at + 1);
    let line = Line::of(file.text().get(start..opening)?)?;
    let mut path = in_lines(file, start + line.column)?.path;
    path.extend(line.name().map(Step::Key));
    Some(path)
}

/// The key of the line at `offset`, with the mapping that it is in, where the cursor is on the key or on a value without brackets.
pub(super) fn key_of_line(file: &SourceFile, offset: usize) -> Option<(Vec<Step>, Range<usize>)> {
    let line = file
        .lines()
        .range_of(file.text(), file.lines().line_of(u32::try_from(offset).ok()?));
    let read = Line::of(file.text().get(line.clone())?)?;
    let (key, value) = read.key?;
    let column = line.start + read.column;
    let start = column + usize::from(read.rest.starts_with(['"', '\'']));
    let on_key = (column..=start + key.len()).contains(&offset);
    let on_value = offset > start && !value.starts_with(['{', '[', '&', '*', '|', '>']);
    if !on_key && !on_value {
        return None;
    }
    Some((around(file, column)?.path, start..start + key.len()))
}

/// What the model says about the value at the end of a path.
pub(super) fn place(path: &[Step]) -> SchemaPlace {
    path.iter().fold(SchemaPlace::root(), |place, step| match step {
        Step::Key(key) => place.key(key),
        Step::Item => place.item(),
    })
}

/// A line as block style has it: dashes, then a key with what stands behind its colon, or something else.
struct Line<'t> {
    /// The columns of its dashes.
    dashes: Vec<usize>,
    /// The column behind the dashes.
    column: usize,
    /// What stands there.
    rest: &'t str,
    /// The key without its quotes and the text behind the colon, where there is one.
    key: Option<(&'t str, &'t str)>,
}

impl<'t> Line<'t> {
    /// `None` for lines without content.
    fn of(line: &'t str) -> Option<Line<'t>> {
        let line = line.trim_end_matches('\r');
        // Only the first line of a file can begin with the mark.
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let mut rest = line.trim_start_matches(' ');
        let mut dashes = Vec::new();
        while let Some(behind) = rest.strip_prefix("- ") {
            dashes.push(line.len() - rest.len());
            rest = behind.trim_start_matches(' ');
        }
        if rest.starts_with('#') {
            return None;
        }
        let key = match rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            Some(quote) => closing_quote(rest, 1, quote).and_then(|end| {
                let behind = rest.get(end + 1..)?.strip_prefix(':')?;
                let value = behind.is_empty() || behind.starts_with(' ');
                value.then_some((rest.get(1..end)?, behind))
            }),
            None => {
                let key = rest
                    .split_once(": ")
                    .or_else(|| Some((rest.strip_suffix(':')?, "")));
                key.filter(|(key, _)| !key.contains([' ', '{', '[', '"', '\'', '#']))
            }
        };
        let key = key.filter(|(key, _)| !key.is_empty());
        Some(Line {
            dashes,
            column: line.len() - rest.len(),
            rest,
            key: key.map(|(key, value)| (key, value.trim_start())),
        })
    }

    /// The column in which it begins, dashes and all.
    fn start(&self) -> usize {
        self.dashes.first().copied().unwrap_or(self.column)
    }

    fn is_blank(&self) -> bool {
        self.rest.is_empty() && self.dashes.is_empty()
    }

    fn name(&self) -> Option<String> {
        self.key.map(|(key, _)| key.to_owned())
    }
}

/// The steps to the mapping that a line is in, and the keys of that mapping above the line. `None` where it is below something else than a
/// key.
fn enclosing<'t>(line: &Line<'_>, above: impl Iterator<Item = Line<'t>>) -> Option<(Vec<Step>, Vec<String>)> {
    let mut path = Vec::new();
    let mut siblings = Vec::new();
    let mut column = line.column;
    // Whether the next step out is to the key of a list, which may stand in the column of the dashes.
    let mut in_list = false;
    // Whether the mapping that the line is in has not been left yet.
    let mut inside = true;
    for dash in line.dashes.iter().rev() {
        path.push(Step::Item);
        column = *dash;
        in_list = true;
        inside = false;
    }
    for line in above.filter(|line| !line.is_blank()) {
        let at_dash = line.dashes.contains(&column);
        if in_list && at_dash {
            // An item before this one.
            continue;
        }
        let is_parent = line.column < column || (in_list && line.column == column && line.dashes.is_empty());
        if line.column == column && !in_list && inside {
            siblings.extend(line.name());
        }
        if is_parent {
            path.push(Step::Key(line.name()?));
            column = line.column;
            in_list = false;
            inside = false;
        }
        // What is behind a dash in this line is an item of a list that began there.
        if line.column == column {
            for dash in line.dashes.iter().rev() {
                path.push(Step::Item);
                column = *dash;
                in_list = true;
                inside = false;
            }
        }
        // Further up there are only the mapping's own keys.
        if column == 0 && !in_list && !inside {
            break;
        }
    }
    path.reverse();
    Some((path, siblings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    /// The context at the mark `|`, as `path word siblings`.
    fn at(text: &str) -> String {
        let offset = text.find('|').unwrap();
        let file = SourceFile::new(FileId::CONFIG, "x", text.replacen('|', "", 1));
        let Some(context) = context(&file, offset) else {
            return "nothing".to_owned();
        };
        let steps: Vec<String> = context
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.clone(),
                Step::Item => "[]".to_owned(),
            })
            .collect();
        let kind = if context.is_value { "=" } else { ":" };
        let word = &file.text()[context.word];
        format!("{}{kind}{word} {}", steps.join("."), context.siblings.join(","))
            .trim_end()
            .to_owned()
    }

    #[test]
    fn keys_of_mappings_by_their_indentation() {
        assert_eq!(at("dom|"), ":dom");
        assert_eq!(at("a: 1\nb|\nc: 2\n"), ":b a,c");
        assert_eq!(at("cluster:\n  |\n"), "cluster:");
        assert_eq!(
            at("cluster:\n  provider: hetzner\n  po|\nssh:\n"),
            "cluster:po provider"
        );
        assert_eq!(at("cluster:\n  api:\n    host: x\n  po|"), "cluster:po api");
        assert_eq!(at("a:\n  b: 1\n|"), ": a");
    }

    #[test]
    fn items_of_lists() {
        assert_eq!(at("cluster:\n  pools:\n    - na|"), "cluster.pools.[]:na");
        assert_eq!(
            at("cluster:\n  pools:\n    - name: a\n      co|\n    - name: b\n"),
            "cluster.pools.[]:co name"
        );
        assert_eq!(
            at("cluster:\n  pools:\n  - name: a\n    co|"),
            "cluster.pools.[]:co name"
        );
        assert_eq!(
            at("cluster:\n  pools:\n    - name: a\n      labels:\n        x: y\n      co|"),
            "cluster.pools.[]:co labels,name"
        );
        assert_eq!(at("pools:\n  - name: a\n  - na|"), "pools.[]:na");
    }

    #[test]
    fn values_behind_a_colon() {
        assert_eq!(at("cluster:\n  provider: het|"), "cluster.provider=het");
        assert_eq!(at("platform: |\n"), "platform=");
        assert_eq!(at("pools:\n  - role: s|"), "pools.[].role=s");
    }

    #[test]
    fn keys_items_and_values_in_brackets() {
        assert_eq!(at("a: {b|"), "a:b");
        assert_eq!(at("a: {b: 1, c|, d: 2}\n"), "a:c b,d");
        assert_eq!(at("a: {b: x|}\n"), "a.b=x b");
        assert_eq!(at("a: {b: |}\n"), "a.b= b");
        assert_eq!(at("a:\n  b: [x, y|]\n"), "a.b.[]:y");
        assert_eq!(at("pools:\n  - {name: a, co|}\n"), "pools.[]:co name");
        assert_eq!(at("a: {b: {c: 1}, d: [{e: 1}, {f|: 2}]}"), "a.d.[]:f");
        assert_eq!(at("a: {\n  b: 1, # {\n  c|\n}\nd: 1\n"), "a:c b");
        assert_eq!(at("a: {b: 'x}', \"c\\\"\": 1, d|}"), "a:d b,c\\\"");
        assert_eq!(at("a: {b: 1}\nc|"), ":c a");
        assert_eq!(at("a: {b: 1}\nc: |"), "c= a");
        assert_eq!(at("a: [{b: 1}, |]"), "a.[]:");
    }

    #[test]
    fn brackets_over_several_lines() {
        assert_eq!(at("a: {b: 1,\n  c: {d: 1}, e|}\n"), "a:e b,c");
        assert_eq!(at("a: {\n  c: {d: 1},\n  b: 1, |}\n"), "a: c,b");
        assert_eq!(at("a: [\n  {b: 1},\n  {c: 1, |}\n]\n"), "a.[]: c");
        assert_eq!(at("a: [\n  {b: 1}, # x\n\n  {c: [d|]}\n]\n"), "a.[].c.[]:d");
        assert_eq!(at("a: {\n  |\n  b: 1,\n  c: \"}\",\n  d: 2}\n"), "a: b,c,d");
        assert_eq!(at("a: {| b: 1,\n  c: 1}\n"), "a: b,c");
        assert_eq!(at("a: {|\nb: {c: 1}\n"), "a:");
        assert_eq!(at("a:\n  b: [x\n  c: {d: |}\n"), "a.c.d= d");
    }

    #[test]
    fn keys_in_quotes() {
        assert_eq!(at("\"a\":\n  |\n"), "a:");
        assert_eq!(at("a:\n  '*':\n    b: 1\n    |\n"), "a.*: b");
        assert_eq!(at("a:\n  \"x: y\": {b: |}\n"), "a.x: y.b= b");
        assert_eq!(at("\"a\": v|\n"), "a=v");
        assert_eq!(at("\"a\": 1\nb|\n"), ":b a");
        assert_eq!(at("a:\n  text that goes on\n    |\n"), "nothing");
    }

    #[test]
    fn behind_anchors_and_tags() {
        assert_eq!(at("a: &x {b: |}\n"), "a.b= b");
        assert_eq!(at("a:\n  - &x !y {b: 1, |}\n"), "a.[]: b");
        assert_eq!(at("a: {b: &x {c|}}\n"), "a.b:c");
        assert_eq!(at("a: {b: &x c|}\n"), "a.b=c b");
        assert_eq!(at("a: &x b|\n"), "a=b");
    }

    #[test]
    fn values_in_quotes_and_behind_prefixes() {
        assert_eq!(at("a: {b: 'x|"), "a.b=x b");
        assert_eq!(at("a: \"b|"), "a=b");
        assert_eq!(at("a: ['x', \"y|\"]"), "a.[]:y");
        assert_eq!(at("a:\n  - group:|"), "a.[]:group:");
        assert_eq!(at("a:\n  - tag:o|"), "a.[]:tag:o");
        assert_eq!(at("a: [group:|]"), "a.[]:group:");
        assert_eq!(at("a: {from: group:|}"), "a.from=group: from");
    }

    #[test]
    fn nothing_in_comments_and_quotes_around_keys() {
        assert_eq!(at("a: {\"b|"), "nothing");
        assert_eq!(at("a: {b: 1, # x|"), "nothing");
        assert_eq!(at("a: {b: 1}|"), "nothing");
        assert_eq!(at("# a|"), "nothing");
        assert_eq!(at("\"b|"), "nothing");
    }
}
