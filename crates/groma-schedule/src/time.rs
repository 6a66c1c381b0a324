//! Instants and days, without time zones: a programme is written in the site's wall clock.

use jiff::civil::{Date, DateTime, Time as ClockTime, date};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, Sub};

/// Minutes in a day.
pub const DAY: i32 = 1440;

/// The first day that can be told: a Monday, so that `day % 7` is the weekday.
const EPOCH: Date = date(1900, 1, 1);

/// A length of work, or of wall-clock time, in minutes.
pub type Minutes = i32;

/// An instant: whole minutes since 1900-01-01T00:00 (a Monday), on the wall clock of the site.
///
/// What a file says lies in `Time::MIN..=Time::MAX` (years 1900 to 2199); what is computed may lie beyond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Time(i32);

impl Time {
    /// 1900-01-01T00:00.
    pub const MIN: Self = Self(0);
    /// 2200-01-01T00:00.
    pub const MAX: Self = Self(109_573 * DAY);

    /// So many minutes after 1900-01-01T00:00.
    pub const fn from_minutes(minutes: i32) -> Self {
        Self(minutes)
    }

    /// Minutes since 1900-01-01T00:00.
    pub const fn minutes(self) -> i32 {
        self.0
    }

    /// The instant of a civil date and time, rounded to the nearest minute; `None` outside 1900 to 2199.
    pub fn from_civil(at: DateTime) -> Option<Self> {
        let day = Day::from_civil(at.date())?;
        let t = at.time();
        let round_up = i32::from(t.second() >= 30);
        let minutes = i32::from(t.hour()) * 60 + i32::from(t.minute()) + round_up;
        Some(Self(day.0 * DAY + minutes))
    }

    /// The civil date and time; clamped to what a calendar can say.
    pub fn civil(self) -> DateTime {
        let minute = self.0.rem_euclid(DAY);
        let (hour, minute) = (minute / 60, minute % 60);
        // Both fit an i8: below 24 and below 60.
        self.day().civil().to_datetime(ClockTime::constant(hour as i8, minute as i8, 0, 0))
    }

    /// The day it lies in.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY))
    }

    /// Minutes since midnight.
    pub const fn minute_of_day(self) -> i32 {
        self.0.rem_euclid(DAY)
    }

    /// `2026-01-05T08:00` (or with a blank, or a date alone, or with seconds, a fraction or `Z`, which is dropped).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
        let mut parts = date.splitn(3, '-');
        let year: i16 = parts.next()?.parse().ok()?;
        let month: i8 = parts.next()?.parse().ok()?;
        let day: i8 = parts.next()?.parse().ok()?;
        let day = Day::from_ymd(year, month, day)?;
        Some(day.at(parse_clock(time)?))
    }
}

impl Time {
    /// As [`Time::parse`], but a date alone means its last minute: what happens on that day has happened by then.
    pub fn parse_evening(text: &str) -> Option<Self> {
        let text = text.trim();
        let time = Self::parse(text)?;
        Some(if text.contains(['T', ' ']) { time } else { time + (DAY - 1) })
    }
}

/// `08:00`, `8:00:30`, `08:00:00.000Z` as minutes since midnight, rounded; `24:00` is 1440.
pub(crate) fn parse_clock(text: &str) -> Option<i32> {
    let text = text.trim().trim_end_matches('Z');
    let mut parts = text.splitn(3, ':');
    let hour: i32 = parts.next()?.parse().ok()?;
    let minute: i32 = parts.next().map_or(Some(0), |p| p.parse().ok())?;
    let second: f64 = parts.next().map_or(Some(0.0), |p| p.parse().ok())?;
    let inside = (0..=23).contains(&hour) && (0..=59).contains(&minute) || (hour, minute) == (24, 0);
    (inside && (0.0..=60.0).contains(&second)).then(|| hour * 60 + minute + i32::from(second >= 30.0))
}

impl Add<Minutes> for Time {
    type Output = Self;
    fn add(self, minutes: Minutes) -> Self {
        Self(self.0.saturating_add(minutes))
    }
}

impl Sub<Minutes> for Time {
    type Output = Self;
    fn sub(self, minutes: Minutes) -> Self {
        Self(self.0.saturating_sub(minutes))
    }
}

impl Sub for Time {
    type Output = Minutes;
    fn sub(self, other: Self) -> Minutes {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for Time {
    /// `2026-01-05T08:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.day().civil();
        let m = self.minute_of_day();
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}", d.year(), d.month(), d.day(), m / 60, m % 60)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A day: days since 1900-01-01, which was a Monday.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(i32);

impl Day {
    /// 1900-01-01.
    pub const MIN: Self = Self(0);
    /// 2199-12-31.
    pub const MAX: Self = Self(109_572);

    /// So many days after 1900-01-01.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Days since 1900-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day of a civil date; `None` outside 1900 to 2199.
    pub fn from_civil(at: Date) -> Option<Self> {
        // Days of a year that begins in March, so that the leap day comes last (Howard Hinnant, "chrono-
        // compatible low-level date algorithms").
        let (month, day) = (i32::from(at.month()), i32::from(at.day()));
        let year = i32::from(at.year()) - i32::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 693_901;
        (Self::MIN.0..=Self::MAX.0).contains(&days).then_some(Self(days))
    }

    /// The day of a year, a month and a day of it; `None` where there is none, or outside 1900 to 2199.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        Self::from_civil(Date::new(year, month, day).ok()?)
    }

    /// The civil date; clamped to what a calendar can say.
    pub fn civil(self) -> Date {
        let span = jiff::Span::new().try_days(self.0);
        span.map_or(Date::MAX, |span| EPOCH.saturating_add(span))
    }

    /// The instant so many minutes after its midnight.
    pub const fn at(self, minute: i32) -> Time {
        Time(self.0.saturating_mul(DAY).saturating_add(minute))
    }

    /// 0 is Monday, 6 is Sunday.
    pub const fn weekday(self) -> usize {
        self.0.rem_euclid(7) as usize
    }
}

impl Add<i32> for Day {
    type Output = Self;
    fn add(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl fmt::Display for Day {
    /// `2026-01-05`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.civil();
        write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is no date between 1900 and 2199")))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Time::deserialize(deserializer).map(Time::day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_instants_agree() {
        for (text, expect) in [
            ("1900-01-01T00:00", "1900-01-01T00:00"),
            ("2026-01-05 08:00", "2026-01-05T08:00"),
            ("2015-02-18T17:00:29", "2015-02-18T17:00"),
            ("2015-02-18T23:59:30", "2015-02-19T00:00"),
            ("2199-12-31", "2199-12-31T00:00"),
        ] {
            let time = Time::parse(text).unwrap();
            assert_eq!(time.to_string(), expect);
            assert_eq!(Time::from_civil(time.civil()), Some(time));
        }
        assert_eq!(Day::from_civil(date(2026, 1, 5)).unwrap().weekday(), 0);
        assert_eq!(Day::MAX.at(DAY), Time::MAX);
        for number in (0..=Day::MAX.number()).step_by(13) {
            let day = Day::from_number(number);
            assert_eq!(Day::from_civil(day.civil()), Some(day));
        }
    }

    #[test]
    fn a_date_alone_may_mean_its_evening() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(Time::parse_evening(text).map(|t| t.to_string()).as_deref(), expect, "{text}");
        };
        check("2026-05-08", Some("2026-05-08T23:59"));
        check(" 2026-05-08 ", Some("2026-05-08T23:59"));
        check("2026-05-08T00:00", Some("2026-05-08T00:00"));
        check("2026-05-08 12:30", Some("2026-05-08T12:30"));
        check("soon", None);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "2026-02-30", "1899-12-31", "2200-01-01", "2026-01-05T25:00", "05.01.2026", "2026-1"]
        {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
