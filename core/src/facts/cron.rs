//! Cron expressions as Kubernetes and k3s take them: both read them with robfig/cron v3's standard parser (kubernetes
//! `pkg/apis/batch/validation`, k3s `pkg/etcd/snapshot.go`).

use crate::date::Date;

/// The words that stand for a whole expression.
const DESCRIPTORS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

/// The five fields in their order: name, smallest and largest value, words for values from the smallest on.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    (
        "month",
        1,
        12,
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ),
    (
        "day of the week",
        0,
        6,
        &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    ),
];

/// The time zone before an expression, which some readers take in one of these forms, and the expression without it.
pub fn zone_and_fields<'t>(text: &'t str, forms: &[&str]) -> (Option<&'t str>, &'t str) {
    let zoned = text.split_once(' ').and_then(|(word, fields)| {
        let zone = forms.iter().find_map(|form| word.strip_prefix(form))?;
        Some((Some(zone), fields))
    });
    zoned.unwrap_or((None, text))
}

/// What is wrong with an expression, for the end of a message; none where it is valid.
pub fn mistake(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(every) = text.strip_prefix("@every ") {
        let whole = super::go::duration(every).is_some();
        return (!whole).then(|| format!("invalid duration `{every}`"));
    }
    if text.starts_with('@') {
        return (!DESCRIPTORS.contains(&text)).then(|| format!("expected one of {}", DESCRIPTORS.join(", ")));
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let descriptor = DESCRIPTORS
            .iter()
            .find(|word| word[1..].eq_ignore_ascii_case(text));
        return Some(match (descriptor, fields.len()) {
            (Some(word), _) => format!("expected `{word}`"),
            (None, 1) => "expected 5 fields, found 1".to_owned(),
            (None, n) => format!("expected 5 fields, found {n}"),
        });
    }
    let wrong = fields
        .iter()
        .zip(FIELDS)
        .find_map(|(text, (name, least, most, words))| {
            let fits = text
                .split(',')
                .all(|part| values(part, least, most, words).is_some());
            (!fits).then(|| format!("invalid {name} `{text}`, expected {least}-{most}"))
        });
    wrong.or_else(|| match &*fields {
        [_, _, days, months, weekdays] if !is_any(weekdays) || is_any(days) || comes(days, months) => None,
        [_, _, days, months, _] => Some(format!("day `{days}` does not exist in month `{months}`")),
        _ => None,
    })
}

/// A step that goes beyond its field, with the field's name: only the first value of the field remains.
pub fn idle_step(text: &str) -> Option<(&str, &'static str)> {
    let fields = text.split_whitespace().zip(FIELDS);
    fields.into_iter().find_map(|(text, (name, least, most, _))| {
        let step = text.strip_prefix("*/")?;
        (step.parse::<u32>().ok()? > most - least).then_some((text, name))
    })
}

/// Whether one of the months has one of the days.
fn comes(days: &str, months: &str) -> bool {
    const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months = (1..).zip(LENGTHS).filter(|(month, _)| fits(months, 3, *month));
    let mut lengths = months.map(|(_, length)| length);
    lengths.any(|length| (1..=length).any(|day| fits(days, 2, day)))
}

/// Whether a value is among those of a field.
fn fits(text: &str, field: usize, value: u32) -> bool {
    let (_, least, most, words) = FIELDS[field];
    text.split(',').any(|part| {
        values(part, least, most, words).is_some_and(|(from, to, step)| {
            (from..=to).contains(&value) && (value - from).is_multiple_of(step)
        })
    })
}

/// Whether a field has every value.
fn is_any(text: &str) -> bool {
    text.starts_with(['*', '?'])
}

/// The next times of an expression from the beginning of a day on: day, hour and minute. At most `most`, and none later than in
/// a year; none of `@every`, which counts from the start of the program.
///
/// As robfig/cron has it, a day fits where both of its fields do, or one of them where neither is `*` or `?`.
pub fn next(text: &str, from: Date, most: usize) -> Vec<(Date, u32, u32)> {
    const DAYS: usize = 366;
    let text = match text.trim() {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        other => other,
    };
    let fields: Vec<&str> = text.split_whitespace().collect();
    let (false, [minutes, hours, days, months, weekdays]) = (mistake(text).is_some(), &*fields) else {
        return Vec::new();
    };
    let day_fits = |day: Date| {
        let (by_day, by_weekday) = (fits(days, 2, day.day()), fits(weekdays, 4, day.weekday()));
        fits(months, 3, day.month())
            && match is_any(days) || is_any(weekdays) {
                true => by_day && by_weekday,
                false => by_day || by_weekday,
            }
    };
    let days = std::iter::successors(Some(from), |day| day.tomorrow()).take(DAYS);
    days.filter(|day| day_fits(*day))
        .flat_map(|day| (0..24).map(move |hour| (day, hour)))
        .filter(|(_, hour)| fits(hours, 1, *hour))
        .flat_map(|(day, hour)| (0..60).map(move |minute| (day, hour, minute)))
        .filter(|(_, _, minute)| fits(minutes, 0, *minute))
        .take(most)
        .collect()
}

/// `*`, `?`, and any of them with `/step`.
fn values(text: &str, least: u32, most: u32, words: &[&str]) -> Option<(u32, u32, u32)> {
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, Some(step.parse().ok().filter(|step: &u32| *step > 0)?)),
        None => (text, None),
    };
    let value = |text: &str| -> Option<u32> {
        let word = words
            .iter()
            .zip(least..)
            .find(|(word, _)| text.eq_ignore_ascii_case(word));
        let value = word.map(|(_, value)| value).or_else(|| text.parse().ok())?;
        (least..=most).contains(&value).then_some(value)
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" || range == "?" => (least, most),
        Some((from, to)) => (value(from)?, value(to)?),
        // A value with a step goes on to the end.
        None => (value(range)?, step.map_or(value(range)?, |_| most)),
    };
    (from <= to).then_some((from, to, step.unwrap_or(1)))
}

#[cfg(test)]
mod tests {
    use super::{mistake, next};

    #[test]
    fn the_next_times_of_a_schedule() {
        let times = |text: &str| {
            let next = next(text, "2026-12-30".parse().unwrap(), 3);
            let shown = next
                .iter()
                .map(|(day, hour, minute)| format!("{day} {hour:02}:{minute:02}"));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(
            times("0 */12 * * *"),
            ["2026-12-30 00:00", "2026-12-30 12:00", "2026-12-31 00:00"]
        );
        assert_eq!(
            times("@weekly"),
            ["2027-01-03 00:00", "2027-01-10 00:00", "2027-01-17 00:00"]
        );
        assert_eq!(
            times("30 4 1,31 * ?"),
            ["2026-12-31 04:30", "2027-01-01 04:30", "2027-01-31 04:30"]
        );
        // Either field of the day is enough where both are given.
        assert_eq!(
            times("0 0 1 * fri"),
            ["2027-01-01 00:00", "2027-01-08 00:00", "2027-01-15 00:00"]
        );
        assert_eq!(times("0 20/2 29 2 *"), [""; 0]);
        assert_eq!(times("@every 6h"), [""; 0]);
        assert_eq!(times("nonsense"), [""; 0]);
    }

    #[test]
    fn what_cron_takes_is_taken() {
        for text in [
            "0 3 * * *",
            "*/15 * * * *",
            "0 */6 * * mon-fri",
            "5,35 0-23/2 1 JAN,jul ?",
            "@daily",
            "@every 6h",
            " 0 0 31 12 6 ",
        ] {
            assert_eq!(mistake(text), None, "{text}");
        }
    }

    #[test]
    fn what_it_refuses_is_told() {
        assert_eq!(mistake("hourly").as_deref(), Some("expected `@hourly`"));
        for text in [
            "",
            "0 3 * *",
            "60 3 * * *",
            "0 24 * * *",
            "0 3 0 * *",
            "0 3 * * 7",
            "0 3 * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "@dayly",
            "@every soon",
            "a * * * *",
        ] {
            assert!(mistake(text).is_some(), "{text}");
        }
    }
}
