//! Lines that name a cause by themselves, as data: the words that programs write, and what they are a sign of.
//!
//! Lines of CoreDNS, of resolvers and of packet filters say more than that, and are read in `log`.

mod table;

pub use table::SIGNS;

/// The cause that is told where no other is.
pub use super::cause::UNDECIDED as LAST_RESORT;

use super::cause::Cause;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// What is said where a sign tells more precisely than its cause what is wrong. As there, `{…}` is what the line is about.
#[derive(Debug, PartialEq, Eq)]
pub struct Variant {
    /// See `Cause::message`.
    pub message: &'static str,
    /// See `Cause::fix`.
    pub fix: &'static str,
    /// See `Cause::why`.
    pub why: &'static str,
    /// See `Cause::key`; empty where none prevents this.
    pub key: &'static str,
}

/// Words that a program writes, and the cause that they are a sign of.
#[derive(Debug, PartialEq, Eq)]
pub struct Sign {
    /// A word of the first of `words`, which decides whether the rest is looked for.
    on: &'static str,
    /// The cause; none where the line says that something is over.
    pub cause: Option<&'static Cause>,
    /// Causes that are over once the line was written.
    pub ends: &'static [&'static Cause],
    /// What all stands in the line, in this order.
    words: &'static [&'static str],
    /// What must not stand in it.
    not: &'static [&'static str],
    /// What stands before and after what the line is about.
    name: (&'static str, &'static str),
    /// Whether healthy clusters say so too: then it counts only where something fails that the cause breaks.
    pub hint: bool,
    /// Whether healthy clusters say so once or twice: then it counts where it is said again and again.
    pub often: bool,
    /// Whether it counts only where the sign before it is of the same cause.
    pub follows: bool,
    /// Whether healthy clusters say so, too, and it counts only with another sign of the cause.
    pub leads: bool,
    /// What is said instead of the cause's own words.
    pub says: Option<&'static Variant>,
    /// Whether the line has to begin with the words.
    begins: bool,
    /// Whether all of the rest of the line says it.
    whole: bool,
}

const fn sign(on: &'static str, cause: &'static Cause, words: &'static [&'static str]) -> Sign {
    Sign {
        on,
        cause: Some(cause),
        ends: &[],
        words,
        not: &[],
        name: ("", ""),
        hint: false,
        often: false,
        follows: false,
        leads: false,
        says: None,
        begins: false,
        whole: false,
    }
}

/// Words with which a program says that it ends, whatever the reason: all that follows is worth reading.
const fn last(on: &'static str, words: &'static [&'static str]) -> Sign {
    let mut last = sign(on, &LAST_RESORT, words);
    last.whole = true;
    last
}

/// Words that a program writes when what was a sign of these causes is over.
const fn over(on: &'static str, ends: &'static [&'static Cause], words: &'static [&'static str]) -> Sign {
    let mut over = sign(on, &LAST_RESORT, words);
    over.cause = None;
    over.ends = ends;
    over
}

impl Sign {
    const fn without(mut self, not: &'static [&'static str]) -> Sign {
        self.not = not;
        self
    }

    const fn about(mut self, before: &'static str, after: &'static str) -> Sign {
        self.name = (before, after);
        self
    }

    const fn hint(mut self) -> Sign {
        self.hint = true;
        self
    }

    const fn often(mut self) -> Sign {
        self.often = true;
        self
    }

    const fn begins(mut self) -> Sign {
        self.begins = true;
        self
    }

    const fn follows(mut self) -> Sign {
        self.follows = true;
        self
    }

    const fn leads(mut self) -> Sign {
        self.leads = true;
        self
    }

    const fn says(mut self, variant: &'static Variant) -> Sign {
        self.says = Some(variant);
        self
    }

    /// The part of a line that says so.
    fn find(&self, text: &str) -> Option<Range<usize>> {
        let mut end = 0;
        let mut start = None;
        for words in self.words {
            let at = end + text.get(end..)?.find(words)?;
            start.get_or_insert(at);
            end = at + words.len();
        }
        let start = start?;
        let not = self.not.iter().any(|words| text.contains(words));
        let within = self.begins && text.get(..start).is_some_and(|before| !before.trim().is_empty());
        let end = if self.whole { text.trim_end().len() } else { end };
        Some(start..end.max(start)).filter(|_| !not && !within)
    }

    fn about_what(&self, text: &str) -> Option<String> {
        let (before, after) = self.name;
        if before.is_empty() {
            return None;
        }
        if self.whole {
            let words = text.get(text.find(before)? + before.len()..)?;
            let words = words.trim().trim_matches(['"', '\\']);
            return (!words.is_empty()).then(|| words.chars().take(MAX_NAME).collect());
        }
        let rest = text.get(text.find(before)? + before.len()..)?;
        let rest = rest.trim_start_matches(['\\', '"', '\'']);
        let end = rest.find(|c: char| after.contains(c)).unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end_matches(['\\', '"', ' ']);
        (!name.is_empty() && name.len() <= MAX_NAME).then(|| name.to_owned())
    }
}

/// What a line is about is a name, not a sentence.
const MAX_NAME: usize = 120;

/// The first sign in a line, where it is, and what it is about.
pub fn of(text: &str) -> Option<(Range<usize>, &'static Sign, Option<String>)> {
    let mut best: Option<usize> = None;
    for word in words(text).filter(|word| STARTS.may_have(word)) {
        let of_word = BY_WORD.get(word).into_iter().flatten().copied();
        let better = of_word
            .take_while(|at| best.is_none_or(|best| *at < best))
            .find(|at| SIGNS.get(*at).is_some_and(|sign| sign.find(text).is_some()));
        best = better.or(best);
    }
    let sign = SIGNS.get(best?)?;
    Some((sign.find(text)?, sign, sign.about_what(text)))
}

/// The places of the signs of each word, in their order.
static BY_WORD: LazyLock<HashMap<&'static [u8], Vec<usize>>> = LazyLock::new(|| {
    let mut by_word: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, sign) in SIGNS.iter().enumerate() {
        by_word.entry(sign.on.as_bytes()).or_default().push(at);
    }
    by_word
});

/// The words of a line.
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes()
        .split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Words that decide whether a line is worth a closer look; nearly all words of logs are none of them.
pub struct Words {
    known: &'static [&'static str],
    starts: Starts,
}

impl Words {
    /// A set of words.
    pub const fn new(known: &'static [&'static str]) -> Words {
        let mut starts = Starts::new();
        let mut at = 0;
        while at < known.len() {
            starts = starts.with(known[at]);
            at += 1;
        }
        Words { known, starts }
    }

    /// Those that a line has.
    pub fn of(&self, text: &str) -> Vec<&'static str> {
        let likely = words(text).filter(|word| self.starts.may_have(word));
        // The first letter tells most of them apart, without a call.
        let is =
            |known: &str, word: &[u8]| known.as_bytes().first() == word.first() && known.as_bytes() == word;
        let known = likely.filter_map(|word| self.known.iter().find(|known| is(known, word)));
        known.copied().collect()
    }
}

/// The lengths of words by their first letter.
struct Starts([u32; 256]);

static STARTS: Starts = starts();

impl Starts {
    const fn new() -> Starts {
        Starts([0; 256])
    }

    const fn with(mut self, word: &str) -> Starts {
        self.0[word.as_bytes()[0] as usize] |= length(word.as_bytes());
        self
    }

    fn may_have(&self, word: &[u8]) -> bool {
        let first = word.first().map_or(0, |first| usize::from(*first));
        self.0
            .get(first)
            .is_some_and(|lengths| lengths & length(word) != 0)
    }
}

const fn length(word: &[u8]) -> u32 {
    1 << if word.len() < 31 { word.len() } else { 31 }
}

const fn starts() -> Starts {
    let mut starts = Starts::new();
    let mut at = 0;
    while at < SIGNS.len() {
        starts = starts.with(SIGNS[at].on);
        at += 1;
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_found_by_its_word_and_begins_or_ends_causes() {
        for sign in SIGNS {
            let text = sign.words.join("|");
            assert!(words(&text).any(|word| word == sign.on.as_bytes()), "{sign:?}");
            assert_eq!(sign.cause.is_none(), !sign.ends.is_empty(), "{sign:?}");
            assert!(sign.on.bytes().all(|b| b.is_ascii_alphanumeric()), "{sign:?}");
        }
    }
}
