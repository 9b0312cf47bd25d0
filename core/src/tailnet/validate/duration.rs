//! Durations as Go writes them: `1h30m`, `-5s`, `0`.

/// The seconds of a duration; none where the text is no duration.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, after) = rest.split_at(end);
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: f64 = number.parse().ok()?;
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let unit = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        total += number * unit;
        rest = next;
    }
    Some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn go_durations_are_read() {
        assert_eq!(seconds("1h30m"), Some(5400.0));
        assert_eq!(seconds("-1m0s"), Some(-60.0));
        assert_eq!(seconds("0"), Some(0.0));
        assert_eq!(seconds("1.5h"), Some(5400.0));
        for bad in ["", "abc", "1", "h", "1x", "1h ", "-", "1..5h", ".s"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
