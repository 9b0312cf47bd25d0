//! Cron expressions as Kubernetes and k3s take them: both read them with robfig/cron v3's standard parser (kubernetes
//! `pkg/apis/batch/validation`, k3s `pkg/etcd/snapshot.go`).

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
    fields
        .iter()
        .zip(FIELDS)
        .find_map(|(text, (name, least, most, words))| {
            let fits = text.split(',').all(|part| is_range(part, least, most, words));
            (!fits).then(|| format!("invalid {name} `{text}`, expected {least}-{most}"))
        })
}

/// `*`, `?`, a value, `from-to`, and any of them with `/step`.
fn is_range(text: &str, least: u32, most: u32, words: &[&str]) -> bool {
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (text, None),
    };
    if step.is_some_and(|step| step.parse::<u32>().is_err() || step == "0") {
        return false;
    }
    let value = |text: &str| -> Option<u32> {
        let word = words
            .iter()
            .zip(least..)
            .find(|(word, _)| text.eq_ignore_ascii_case(word));
        let value = word.map(|(_, value)| value).or_else(|| text.parse().ok())?;
        (least..=most).contains(&value).then_some(value)
    };
    match range.split_once('-') {
        _ if range == "*" || range == "?" => true,
        Some((from, to)) => matches!((value(from), value(to)), (Some(from), Some(to)) if from <= to),
        None => value(range).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::mistake;

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
