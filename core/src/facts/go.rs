//! How Go programs read durations and Kubernetes reads quantities, which configurations hand on to them.
//!
//! Sources: Go `time.ParseDuration`; Kubernetes `apimachinery/pkg/api/resource/quantity.go`.

use std::cmp::Ordering;

/// The units of a duration, in nanoseconds.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// The suffixes of a quantity, besides an exponent.
const SUFFIXES: [&str; 16] = [
    "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
];

/// Reads a duration such as `1h30m`, in seconds.
pub fn duration(text: &str) -> Option<f64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: f64 = number.parse().ok()?;
        let end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        total += number * UNITS.iter().find(|(name, _)| *name == unit)?.1;
        rest = tail;
    }
    Some(if negative { -total } else { total } / 1e9)
}

/// The digits and the suffix of a quantity, without its sign.
fn amount(text: &str) -> (&str, &str) {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
    unsigned.split_at(end.unwrap_or(unsigned.len()))
}

/// Whether Kubernetes takes `text` as a quantity, such as `500m` or `2Gi`.
pub fn is_quantity(text: &str) -> bool {
    let (number, suffix) = amount(text);
    let digits = number.bytes().any(|b| b.is_ascii_digit());
    let exponent = |suffix: &str| {
        let digits = suffix.strip_prefix(['e', 'E'])?;
        let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())
    };
    digits && number.matches('.').count() <= 1 && (SUFFIXES.contains(&suffix) || exponent(suffix).is_some())
}

/// The whole number that a quantity stands for, rounded up as Kubernetes does: `5Gi` of bytes. Absent for what is no quantity, negative, or
/// more than 64 bits hold with their sign.
pub fn whole_quantity(text: &str) -> Option<i64> {
    if !is_quantity(text) || text.starts_with('-') {
        return None;
    }
    let (number, suffix) = amount(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let below = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let (times, parts) = match suffix {
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1000),
        "" => (1, 1),
        suffix => (multiple(suffix)?, 1),
    };
    let value = digits.checked_mul(times)?.div_ceil(below.checked_mul(parts)?);
    i64::try_from(value).ok()
}

/// How two quantities compare; none where one is no quantity, negative, or too large.
pub fn compare_quantities(first: &str, second: &str) -> Option<Ordering> {
    // As fractions: rounding up would make 1500m of two.
    let of = |text: &str| {
        let (number, suffix) = amount(text);
        let number: f64 = number.parse().ok()?;
        let unit = match suffix {
            "n" => 1e-9,
            "u" => 1e-6,
            "m" => 1e-3,
            "" => 1.0,
            suffix => multiple(suffix)? as f64,
        };
        (is_quantity(text) && !text.starts_with('-')).then_some(number * unit)
    };
    of(first)?.partial_cmp(&of(second)?)
}

/// What a suffix multiplies with.
fn multiple(suffix: &str) -> Option<u128> {
    const UNITS: [&str; 6] = ["k", "M", "G", "T", "P", "E"];
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let power = |units: &[&str]| units.iter().position(|unit| *unit == suffix);
    let pow = |base: u128, power: usize| base.checked_pow(u32::try_from(power + 1).ok()?);
    if let Some(power) = power(&UNITS) {
        return pow(1000, power);
    }
    if let Some(power) = power(&BINARY) {
        return pow(1024, power);
    }
    // A negative exponent is written by nobody for bytes.
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    10_u128.checked_pow(exponent.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        assert_eq!(duration("1h30m"), Some(5400.0));
        assert_eq!(duration("36h"), Some(129_600.0));
        assert_eq!(duration("1.5s"), Some(1.5));
        assert_eq!(duration(".5m"), Some(30.0));
        assert_eq!(duration("0"), Some(0.0));
        assert_eq!(duration("-1m"), Some(-60.0));
        for wrong in [
            "",
            "-",
            "2d",
            "30",
            "1h 30m",
            "1h ",
            "h",
            "1H",
            "1..5h",
            ".s",
            "5 minutes",
        ] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn quantities_are_whole_numbers_rounded_up() {
        for (text, number) in [
            ("5Gi", Some(5_368_709_120)),
            ("5368709120", Some(5_368_709_120)),
            ("1.5k", Some(1500)),
            ("0.5", Some(1)),
            ("1500m", Some(2)),
            ("2e3", Some(2000)),
            ("7Ei", Some(8_070_450_532_247_928_832)),
            ("8Ei", None),
            ("-1", None),
            ("5gb", None),
            ("1e400", None),
        ] {
            assert_eq!(whole_quantity(text), number, "{text}");
        }
    }

    #[test]
    fn quantities_are_read_as_kubernetes_reads_them() {
        for good in ["1", "500m", "2Gi", "0.5", "1e3", "1E", "+1", "2M", "100k", "1."] {
            assert!(is_quantity(good), "{good}");
        }
        for wrong in [
            "", "2gb", "2GB", "2gi", "2 Gi", "Gi", "1.2.3", "two", "1K", "1e", "2G i",
        ] {
            assert!(!is_quantity(wrong), "{wrong}");
        }
    }
}
