//! A day, for findings about what has a last one.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, of the years 0 to 9999; earlier days are less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a date like 2026-01-31")
    }
}

impl std::error::Error for NotADate {}

/// As UTC counts them.
pub(crate) const SECONDS_A_DAY: u64 = 24 * 60 * 60;

impl Date {
    /// The day with that number in its month; `None` where there is none.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        if year > 9999 || month == 0 || month > 12 || day == 0 || day > days(year, month) {
            return None;
        }
        Some(Date { year, month, day })
    }

    /// The day that it is in UTC so many seconds after 1970 began; `None` after the year 9999.
    pub fn from_unix(seconds: u64) -> Option<Date> {
        let mut left = seconds / SECONDS_A_DAY;
        for year in 1970..=9999 {
            for month in 1..=12 {
                let in_month = u64::from(days(year, month));
                if left < in_month {
                    return Date::new(year, month, u8::try_from(left).ok()? + 1);
                }
                left -= in_month;
            }
        }
        None
    }

    /// The seconds from the beginning of 1970 to that of the day, in UTC; `None` before 1970.
    pub fn to_unix(self) -> Option<u64> {
        let years = 1970..self.year;
        let days_of = |year| (1..=12).map(move |month| u64::from(days(year, month)));
        let before = years.flat_map(days_of).sum::<u64>();
        let this_year = days_of(self.year).take(usize::from(self.month) - 1).sum::<u64>();
        let whole = before + this_year + u64::from(self.day) - 1;
        (self.year >= 1970).then_some(whole * SECONDS_A_DAY)
    }

    /// Whole months since an earlier day; none if that is later.
    pub fn months_since(self, earlier: Date) -> u32 {
        let months = |date: Date| u32::from(date.year) * 12 + u32::from(date.month);
        let begun = u32::from(self.day < earlier.day);
        months(self).saturating_sub(months(earlier) + begun)
    }

    /// The number of the month, from 1.
    pub fn month(self) -> u32 {
        self.month.into()
    }

    /// The number of the day in its month, from 1.
    pub fn day(self) -> u32 {
        self.day.into()
    }

    /// The day of the week, Sunday is 0.
    pub fn weekday(self) -> u32 {
        // Zeller's congruence counts January and February with the year before, and from Saturday.
        let (year, month) = match self.month {
            month @ (1 | 2) => (u32::from(self.year) + 399, u32::from(month) + 12),
            month => (u32::from(self.year) + 400, u32::from(month)),
        };
        let days = u32::from(self.day) + 13 * (month + 1) / 5 + year + year / 4 + year / 400 - year / 100;
        (days + 6) % 7
    }

    /// The day after; `None` after the year 9999.
    pub fn tomorrow(self) -> Option<Date> {
        let Date { year, month, day } = self;
        Date::new(year, month, day + 1)
            .or_else(|| Date::new(year, month + 1, 1))
            .or_else(|| Date::new(year + 1, 1, 1))
    }
}

/// How many days a month has.
const fn days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = NotADate;

    /// Reads `YYYY-MM-DD`, and no other form.
    fn from_str(text: &str) -> Result<Date, NotADate> {
        let number = |part: Option<&str>, digits: usize| -> Option<u16> {
            let part =
                part.filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?;
            part.parse().ok()
        };
        let mut parts = text.split('-');
        let year = number(parts.next(), 4);
        let month = number(parts.next(), 2).and_then(|month| u8::try_from(month).ok());
        let day = number(parts.next(), 2).and_then(|day| u8::try_from(day).ok());
        match (year, month, day, parts.next()) {
            (Some(year), Some(month), Some(day), None) => Date::new(year, month, day).ok_or(NotADate),
            _ => Err(NotADate),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_shown() {
        for text in [
            "0000-01-01",
            "2024-02-29",
            "2000-02-29",
            "2026-12-31",
            "9999-12-31",
        ] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026",
            "2026-1-01",
            "26-01-01",
            "2026-01-1",
            "2026-00-01",
            "2026-13-01",
            "2026-01-00",
            "2026-04-31",
            "2025-02-29",
            "1900-02-29",
            "2026-01-01-",
            "+026-01-01",
            "2026-01-01T00:00",
            " 2026-01-01",
            "２026-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn days_of_the_week_go_round() {
        let mut day: Date = "1999-12-26".parse().unwrap();
        for at in 0..1000 {
            assert_eq!(day.weekday(), at % 7, "{day}");
            day = day.tomorrow().unwrap();
        }
        assert_eq!(day.to_string(), "2002-09-21");
    }

    #[test]
    fn days_are_in_order() {
        let dates = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"]
            .map(|text| text.parse::<Date>().unwrap());
        assert!(dates.is_sorted());
    }

    #[test]
    fn seconds_and_back() {
        for text in [
            "1970-01-01",
            "2000-02-29",
            "2026-12-31",
            "2100-03-01",
            "9999-12-31",
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_unix().and_then(Date::from_unix), Some(date), "{text}");
        }
        let new_year: Date = "2027-01-01".parse().unwrap();
        assert_eq!(new_year.to_unix(), Some(1_798_761_600));
        assert_eq!("1969-12-31".parse::<Date>().unwrap().to_unix(), None);
    }

    #[test]
    fn seconds_are_days_in_utc() {
        let of = |seconds| Date::from_unix(seconds).map(|date| date.to_string());
        for (seconds, date) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (1_798_761_599, "2026-12-31"),
            (1_798_761_600, "2027-01-01"),
            (253_402_300_799, "9999-12-31"),
        ] {
            assert_eq!(of(seconds).as_deref(), Some(date));
        }
        assert_eq!(of(253_402_300_800), None);
        assert_eq!(of(u64::MAX), None);
    }
}
