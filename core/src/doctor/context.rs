//! Where a line came from, by what stands in front of it.

use std::ops::Range;

/// Where a line came from, as `kubectl logs --prefix` and `kubectl logs --timestamps` write it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The pod, where the line says so.
    pub pod: Option<String>,
    /// When, where the line says so.
    pub time: Option<String>,
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
