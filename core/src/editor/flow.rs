//! Collections in brackets, read up to the place where one is typing: their text is rarely one that can be parsed.

/// A collection in brackets that has not closed yet.
#[derive(Default)]
pub(super) struct Open {
    /// Whether it is a mapping.
    pub is_map: bool,
    /// The keys so far.
    pub keys: Vec<String>,
    /// The words so far that are items.
    pub items: Vec<String>,
    /// The key whose value comes next.
    pub key: Option<String>,
}

/// A text that begins with a bracket, read up to a place in it.
pub(super) struct Flow {
    /// What is open there, from the outside in.
    pub open: Vec<Open>,
    /// Where the word there begins; `None` inside quotes and comments.
    pub word: Option<usize>,
    /// Where the text begins in quotes that are still open, and the quote.
    pub quoted: Option<(usize, char)>,
}

impl Flow {
    /// Whether a bracket is open there.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Reads a text; `None` where something is not as brackets have it.
    pub fn of(text: &str) -> Option<Flow> {
        let mut open: Vec<Open> = Vec::new();
        // The word that is being read, with its beginning.
        let mut word: Option<(usize, &str)> = None;
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let next = at + c.len_utf8();
            let before = text.get(..at)?.chars().next_back();
            match c {
                '"' | '\'' if word.is_none() => {
                    let Some(end) = closing_quote(text, next, c) else {
                        return Some(Flow {
                            open,
                            word: None,
                            quoted: Some((next, c)),
                        });
                    };
                    word = Some((at, text.get(next..end)?));
                    at = end + 1;
                    continue;
                }
                '#' if before.is_none_or(char::is_whitespace) => {
                    let Some(end) = text.get(at..)?.find('\n') else {
                        return Some(Flow::without_word(open));
                    };
                    at += end;
                    continue;
                }
                '{' | '[' => {
                    open.push(Open {
                        is_map: c == '{',
                        ..Open::default()
                    });
                    word = None;
                }
                '}' | ']' => {
                    open.pop();
                    word = None;
                    if open.is_empty() {
                        return Some(Flow::without_word(open));
                    }
                }
                ',' => {
                    let last = open.last_mut()?;
                    last.key = None;
                    let item = word.take().filter(|_| !last.is_map);
                    last.items.extend(item.map(|(_, item)| item.to_owned()));
                }
                ':' if text.get(next..)?.is_empty() && is_prefix(open.last(), word) => {
                    word = word.map(|(start, _)| (start, text.get(start..next).unwrap_or("")));
                }
                ':' if text
                    .get(next..)?
                    .chars()
                    .next()
                    .is_none_or(|c| c.is_whitespace() || "[{,".contains(c)) =>
                {
                    let last = open.last_mut()?;
                    if let Some((_, key)) = word.take() {
                        last.keys.push(key.to_owned());
                        last.key = Some(key.to_owned());
                    }
                }
                // An anchor and a tag are in front of a value.
                c if c.is_whitespace() => {
                    word = word.filter(|(_, word)| !word.starts_with(['&', '!']));
                }
                _ => {
                    let start = word.map_or(at, |(start, _)| start);
                    word = Some((start, text.get(start..next)?));
                }
            }
            at = next;
        }
        let word = word.map_or(text.len(), |(start, _)| start);
        Some(Flow {
            open,
            word: Some(word),
            quoted: None,
        })
    }

    fn without_word(open: Vec<Open>) -> Flow {
        Flow {
            open,
            word: None,
            quoted: None,
        }
    }

    /// What the innermost collection has behind a place in it.
    pub fn behind(text: &str, is_map: bool) -> Open {
        let rest = match closing_bracket(text) {
            Some(end) => text.get(..end).unwrap_or(""),
            // Brackets that are not closed yet end with the line.
            None => text.lines().next().unwrap_or(""),
        };
        let bracket = if is_map { '{' } else { '[' };
        let flow = Flow::of(&format!("{bracket}{rest},"));
        let outermost = flow.and_then(|flow| flow.open.into_iter().next());
        outermost.unwrap_or_default()
    }
}

/// What names begin with, up to a colon that makes no key of it.
pub(super) const PREFIXES: [&str; 5] = ["group", "tag", "autogroup", "ipset", "posture"];

/// Whether a colon at the end belongs to the word before it: to a value, or to an item that is a name.
fn is_prefix(last: Option<&Open>, word: Option<(usize, &str)>) -> bool {
    let is_name = word.is_some_and(|(_, word)| PREFIXES.contains(&word));
    is_name && last.is_some_and(|last| !last.is_map || last.key.is_some())
}

/// Lines below in which brackets around a place close.
const MAX_LINES_BELOW: usize = 200;

/// Where the bracket closes that is open around the beginning of a text.
fn closing_bracket(text: &str) -> Option<usize> {
    let (mut at, mut depth, mut lines) = (0, 0_usize, 0);
    let mut before = ',';
    while lines < MAX_LINES_BELOW {
        let c = text.get(at..)?.chars().next()?;
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            '\n' => lines += 1,
            '#' if text.get(..at)?.ends_with(char::is_whitespace) => at += text.get(at + 1..)?.find('\n')?,
            '"' | '\'' if matches!(before, ',' | ':' | '{' | '[') => at = closing_quote(text, at + 1, c)?,
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
        at += c.len_utf8();
    }
    None
}

/// Where quotes close.
pub(super) fn closing_quote(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut at = from;
    loop {
        let c = text.get(at..)?.chars().next()?;
        match c {
            '\\' if quote == '"' => at += 1 + text.get(at + 1..)?.chars().next()?.len_utf8(),
            c if c == quote => return Some(at),
            c => at += c.len_utf8(),
        }
    }
}
