//! Where a line came from, by what stands in front of it.

use std::ops::Range;

/// Where a line came from, as `kubectl logs --prefix` and `kubectl logs --timestamps` write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The pod, where the line says so.
    pub pod: Option<String>,
    /// When, where the line says so.
    pub time: Option<String>,
    /// The machine, where the report says so.
    pub machine: Option<String>,
}

/// Parts a line into what `kubectl logs` puts in front, and the rest with its place.
pub fn prefix(text: &str, start: usize) -> (Context, Range<usize>) {
    let end = start + text.len();
    let mut context = Context::default();
    let mut rest = text;
    if let Some((pod, tail)) = rest.strip_prefix("[pod/").and_then(|tail| tail.split_once("] ")) {
        context.pod = pod.split('/').next().map(str::to_owned);
        rest = tail;
    }
    if let Some((time, tail)) = rest.split_once(' ').filter(|(time, _)| is_time(time)) {
        context.time = Some(time.to_owned());
        rest = tail;
    }
    (context, end - rest.len()..end)
}

/// The machine that a line of a journal is of: the word in front of `k3s[911]:`, behind a time of either kind or none.
pub fn machine(text: &str) -> Option<&str> {
    let mut before = "";
    for word in text.split_whitespace().take(JOURNAL_WORDS) {
        let program = word.ends_with("]:") && word.contains('[') || word == "kernel:";
        if program {
            let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            return Some(before).filter(|host| !host.is_empty() && host.chars().all(name));
        }
        before = word;
    }
    None
}

/// `Jan  2 15:04:05 machine k3s[911]:` has no more words.
const JOURNAL_WORDS: usize = 5;

/// Whether a word is a moment as RFC 3339 writes it.
pub fn is_time(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = |range: Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    bytes.len() >= 19
        && digits(0..4)
        && bytes.get(4) == Some(&b'-')
        && digits(5..7)
        && bytes.get(10) == Some(&b'T')
        && digits(11..13)
}

/// A day, as far as a line says which: klog and syslog leave out the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    year: Option<i32>,
    /// Month and day in one number; months count as 31 days.
    of_year: i32,
}

impl Day {
    fn new(year: Option<i32>, month: i32, day: i32) -> Option<Day> {
        let real = (1..=12).contains(&month) && (1..=31).contains(&day);
        real.then_some(Day {
            year,
            of_year: month * 31 + day,
        })
    }

    /// How many days this one is older than another, about.
    pub fn before(self, other: Day) -> i32 {
        match (self.year, other.year) {
            (Some(own), Some(year)) => (year - own) * YEAR + other.of_year - self.of_year,
            _ => (other.of_year - self.of_year).rem_euclid(YEAR),
        }
    }

    /// The newer of two. A day without a year is taken where no other is known, and then the later in the report.
    pub fn newer(known: Option<Day>, other: Day) -> Day {
        match known {
            Some(known) if known.year.is_some() && other.year.is_none() => known,
            Some(known) if known.year.is_some() && other.before(known) > 0 => known,
            _ => other,
        }
    }
}

/// Twelve months of 31 days.
const YEAR: i32 = 372;

/// How English names of months begin.
pub const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The day that a line begins with: RFC 3339 with or without `time="`, klog, syslog, `dmesg -T`.
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim_start_matches(['[', ' ']);
    let text = text.strip_prefix("time=\"").unwrap_or(text);
    let number = |range: Range<usize>| {
        text.get(range)
            .and_then(|digits| digits.trim().parse::<i32>().ok())
    };
    let bytes = text.as_bytes();
    let month = |at: usize| {
        let word = text.get(at..at + 3)?;
        let index = MONTHS.iter().position(|month| *month == word)?;
        i32::try_from(index + 1).ok()
    };
    if matches!(bytes.get(4), Some(b'-' | b'/')) && bytes.get(4) == bytes.get(7) {
        return Day::new(Some(number(0..4)?), number(5..7)?, number(8..10)?);
    }
    if matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F')) && bytes.get(5) == Some(&b' ') {
        return Day::new(None, number(1..3)?, number(3..5)?);
    }
    if let Some(month) = month(0) {
        return Day::new(None, month, number(4..6)?);
    }
    // `Mon May  4 07:30:22 2026`
    let month = month(4)?;
    Day::new(number(20..24), month, number(8..10)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_name_their_machine() {
        for line in [
            "May  1 10:00:00 node-1 k3s[911]: hello",
            "2026-05-01T10:00:00+00:00 node-1 tailscaled[7]: hello",
            "node-1 kernel: hello",
        ] {
            assert_eq!(machine(line), Some("node-1"), "{line}");
        }
        for line in ["E0501 10:00:00.000000       1 x.go:1] x", "k3s[911]: x", "a b c"] {
            assert_eq!(machine(line), None, "{line}");
        }
    }

    #[test]
    fn days_are_read_from_every_kind_of_log() {
        let newest = day("2026-05-08T08:11:02Z x").unwrap();
        for line in [
            "2026-05-01T10:00:00Z x",
            "2026-05-01 10:00:00 x",
            "2026/05/01 10:00:00 x",
            "time=\"2026-05-01T10:00:00Z\" level=info",
            "E0501 10:00:00.000000       1 x.go:1] x",
            "May  1 10:00:00 node kernel: x",
            "[Fri May  1 07:30:22 2026] x",
        ] {
            assert_eq!(day(line).unwrap().before(newest), 7, "{line}");
        }
        for line in [
            "[ 1234.567890] x",
            "Every day",
            "",
            "10.0.0.1 a",
            "E99 x",
            "2026-99-99T",
        ] {
            assert_eq!(day(line), None, "{line}");
        }
        let old = day("2019-03-05T16:36:21Z").unwrap();
        assert_eq!(Day::newer(Some(newest), old), newest);
        assert_eq!(Day::newer(Some(old), newest), newest);
    }
}
