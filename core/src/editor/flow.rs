//! Collections in brackets, read up to the place where one is typing: their text is rarely one that can be parsed.

/// A collection in brackets that has not closed yet.
#[derive(Default)]
pub(super) struct Open {
    /// Whether it is a mapping.
    pub is_map: bool,
    /// The keys so far.
    pub keys: Vec<String>,
    /// The key whose value comes next.
    pub key: Option<String>,
}

/// A text that begins with a bracket, read up to a place in it.
pub(super) struct Flow {
    /// What is open there, from the outside in.
    pub open: Vec<Open>,
    /// Where the word there begins; `None` inside quotes and comments.
    pub word: Option<usize>,
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
                        return Some(Flow { open, word: None });
                    };
                    word = Some((at, text.get(next..end)?));
                    at = end + 1;
                    continue;
                }
                '#' if before.is_none_or(char::is_whitespace) => {
                    let Some(end) = text.get(at..)?.find('\n') else {
                        return Some(Flow { open, word: None });
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
                        return Some(Flow { open, word: None });
                    }
                }
                ',' => {
                    let last = open.last_mut()?;
                    last.key = None;
                    word = None;
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
                c if c.is_whitespace() => {}
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
        })
    }

    /// The keys of the innermost collection behind a place in it.
    pub fn keys_behind(text: &str) -> Vec<String> {
        let mut depth = 0_usize;
        let mut end = text.len();
        for (at, c) in text.char_indices() {
            match c {
                '{' | '[' => depth += 1,
                '}' | ']' if depth == 0 => {
                    end = at;
                    break;
                }
                '}' | ']' => depth -= 1,
                // Brackets that are not closed yet end with the line.
                '\n' if depth == 0 => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let rest = text.get(..end).unwrap_or("");
        let flow = Flow::of(&format!("{{{rest}"));
        let outermost = flow.and_then(|flow| flow.open.into_iter().next());
        outermost.map_or(Vec::new(), |open| open.keys)
    }
}

/// Where quotes close.
fn closing_quote(text: &str, from: usize, quote: char) -> Option<usize> {
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
