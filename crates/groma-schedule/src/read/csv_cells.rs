//! What the cells of a table hold: dates, lengths, links, resources, as people write them.

use crate::schedule::{ActivityIndex, Lag, LinkKind, ProjectIndex};
use crate::time::{DAY, Minutes, parse_clock};
use std::collections::HashMap;

/// A date as written: day and month where the text itself tells them, else in the order in which they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Written {
    pub(super) first: i8,
    pub(super) second: i8,
    pub(super) year: i16,
    /// Minutes since midnight, where a time is written.
    pub(super) clock: Option<i32>,
    /// True when the month is a name, and so comes second.
    pub(super) is_named: bool,
}

/// Whether a date is marked as an actual one, as Primavera P6 shows them: `05-Jan-26 A`. Its mark of a constraint is a
/// star.
pub(super) fn marked(text: &str) -> (&str, bool) {
    let text = text.trim().trim_end_matches('*').trim_end();
    text.strip_suffix(" A").map_or((text, false), |rest| (rest.trim_end(), true))
}

/// The parts of `31/12/2026`, `31.12.26 14:30`, `Mon 12/31/26`, `31-Dec-26 8:00 AM`.
pub(super) fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    // A weekday before the date says nothing more.
    let text = match text.split_once(' ') {
        Some((day, rest)) if day.chars().all(char::is_alphabetic) && day.len() >= 2 => rest.trim_start(),
        _ => text,
    };
    let (date, time) = text.split_once(' ').map_or((text, None), |(date, time)| (date, Some(time)));
    let clock = match time {
        Some(time) => Some(clock(time)?),
        None => None,
    };
    let mut numbers = date.split(['/', '.', '-']);
    let (first, second) = (numbers.next()?.parse().ok()?, numbers.next()?);
    let year: i16 = numbers.next()?.parse().ok()?;
    // Two digits are of this century, or of the last from 70 on.
    let year = match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    };
    let (second, is_named) = match second.parse() {
        Ok(number) => (number, false),
        Err(_) => (month(second)?, true),
    };
    numbers.next().is_none().then_some(Written { first, second, year, clock, is_named })
}

/// The number of a month of which at least three letters are written, in English.
fn month(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| text.len() >= 3 && m.starts_with(&text))?;
    Some(at as i8 + 1)
}

/// `14:30`, `2:30 PM`.
fn clock(text: &str) -> Option<i32> {
    let upper = text.trim().to_ascii_uppercase();
    let half = |rest: &str, noon: i32| {
        let minutes = parse_clock(rest.trim()).filter(|m| (60..13 * 60).contains(m))?;
        Some(minutes % 720 + noon)
    };
    match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(rest), _) => half(rest, 0),
        (_, Some(rest)) => half(rest, 720),
        _ => parse_clock(&upper),
    }
}

/// A length with its unit, and whether it passes round the clock: `5d`, `-8h`, `2ed`, `2d16h`, `3 days?`. A bare
/// number is so many minutes each; `day` is the minutes of a day of work.
pub(super) fn length(text: &str, minutes_of_one: f64, day: f64) -> Option<(Minutes, bool)> {
    let text = text.trim().to_ascii_lowercase();
    // Microsoft Project marks estimates so.
    let mut rest = text.trim_end_matches('?').trim();
    let (sign, unsigned) = rest.strip_prefix('-').map_or((1.0, rest), |u| (-1.0, u));
    rest = unsigned.trim_start_matches('+');
    let (mut minutes, mut is_elapsed, mut any) = (0.0, false, false);
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let number: f64 = number.trim().replace(',', ".").parse().ok()?;
        let end = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(end);
        let (unit, elapsed) = unit.strip_prefix('e').map_or((unit, false), |rest| (rest, true));
        let one = match (unit, elapsed) {
            ("", _) if !any && next.is_empty() => minutes_of_one,
            ("m" | "min" | "mins" | "minutes", _) => 1.0,
            ("h" | "hr" | "hrs" | "hour" | "hours", _) => 60.0,
            ("d" | "day" | "days" | "wd", false) => day,
            ("d" | "day" | "days", true) => f64::from(DAY),
            ("w" | "wk" | "week" | "weeks", false) => 5.0 * day,
            ("w" | "wk" | "week" | "weeks", true) => 7.0 * f64::from(DAY),
            ("mo" | "mon" | "month" | "months", _) => 20.0 * day,
            _ => return None,
        };
        minutes += number * one;
        is_elapsed |= elapsed;
        any = true;
        rest = next.trim_start();
    }
    (any && minutes.is_finite()).then(|| ((sign * minutes).round() as Minutes, is_elapsed))
}

/// Activities by their ids in each project, in all projects where an id is that of one alone, and by what is left of
/// such an id without points and blanks.
#[derive(Default)]
pub(super) struct Known {
    own: HashMap<(ProjectIndex, String), ActivityIndex>,
    by_id: HashMap<String, Option<ActivityIndex>>,
    by_letters: HashMap<String, Option<ActivityIndex>>,
}

impl Known {
    /// Adds an activity; true where its project has one of this id, which is then forgotten.
    pub(super) fn add(&mut self, project: ProjectIndex, id: &str, index: ActivityIndex) -> bool {
        let again = self.own.insert((project, id.to_owned()), index).is_some();
        // Of two in one project the last counts; of two in two projects none is meant.
        let alone = |found: &mut Option<ActivityIndex>| *found = found.filter(|_| again).map(|_| index);
        self.by_id.entry(id.to_owned()).and_modify(alone).or_insert(Some(index));
        let letters = id.chars().filter(|c| c.is_alphanumeric()).collect();
        self.by_letters.entry(letters).and_modify(alone).or_insert(Some(index));
        again
    }

    /// The activities as the rows of a project name them.
    pub(super) fn of(&self, project: ProjectIndex) -> KnownOf<'_> {
        KnownOf { known: self, project }
    }
}

/// What the rows of one project name: its own activities first.
pub(super) struct KnownOf<'a> {
    known: &'a Known,
    project: ProjectIndex,
}

impl KnownOf<'_> {
    fn by_id(&self, id: &str) -> Option<ActivityIndex> {
        // Most names that are tried are none, and cost no key.
        let alone = *self.known.by_id.get(id)?;
        alone.or_else(|| self.known.own.get(&(self.project, id.to_owned())).copied())
    }

    fn get(&self, id: &str) -> Option<ActivityIndex> {
        self.by_id(id).or_else(|| self.known.by_letters.get(id).copied().flatten())
    }

    /// `A100`, `A100FS+2d`, `A100 SS-8h`, `A100 FF+50%`: an id, a kind, a lag.
    pub(super) fn other_end(&self, text: &str, day: f64) -> Option<(ActivityIndex, LinkKind, Lag)> {
        if let Some(index) = self.by_id(text) {
            return Some((index, LinkKind::FinishStart, Lag::default()));
        }
        // From the right: an id may itself hold the letters of a kind, or a sign.
        for (at, _) in text.char_indices().rev() {
            let (id, rest) = text.split_at(at);
            let Some(index) = self.by_id(id.trim_end()) else { continue };
            let rest = rest.trim();
            let (kind, rest) = match rest.get(..2).and_then(LinkKind::parse) {
                Some(kind) => (kind, rest[2..].trim()),
                None => (LinkKind::FinishStart, rest),
            };
            if let Some(lag) = lag(rest, day) {
                return Some((index, kind, lag));
            }
        }
        None
    }

    /// `111FS112`: both ends of a link, with or without the points of their ids, and a lag behind them.
    pub(super) fn both_ends(
        &self,
        text: &str,
        day: f64,
    ) -> Option<(ActivityIndex, ActivityIndex, LinkKind, Lag)> {
        for (at, _) in text.char_indices().skip(1) {
            let Some(kind) = text.get(at..at + 2).and_then(LinkKind::parse) else { continue };
            let (Some(from), rest) = (self.get(text[..at].trim()), text[at + 2..].trim()) else { continue };
            let ends = rest.char_indices().map(|(k, _)| k).skip(1).chain([rest.len()]);
            // The longest id that is known.
            for end in ends.collect::<Vec<_>>().into_iter().rev() {
                if let (Some(to), Some(lag)) = (self.get(rest[..end].trim()), lag(rest[end..].trim(), day)) {
                    return Some((from, to, kind, lag));
                }
            }
        }
        None
    }
}

fn lag(text: &str, day: f64) -> Option<Lag> {
    match text.strip_suffix('%') {
        _ if text.is_empty() => Some(Lag::default()),
        Some(percent) => percent.trim().parse().ok().map(Lag::Percent),
        None => {
            length(text, day, day).map(|(m, elapsed)| if elapsed { Lag::Elapsed(m) } else { Lag::Work(m) })
        }
    }
}

/// `Crew 1`, `Crane[2]`, `Mason[250%]`: a resource and how many of it.
pub(super) fn resource(text: &str) -> (&str, f64) {
    let amount = |text: &str| match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|p| p / 100.0),
        None => text.trim().parse().ok(),
    };
    let parts = text.strip_suffix(']').and_then(|t| t.rsplit_once('['));
    match parts
        .and_then(|(name, units)| Some((name.trim(), amount(units).filter(|u| u.is_finite() && *u > 0.0)?)))
    {
        Some(found) => found,
        None => (text.trim(), 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_add_up() {
        let check = |text: &str, expect: Option<(Minutes, bool)>| {
            assert_eq!(length(text, 60.0, 480.0), expect, "{text}")
        };
        check("2d16h", Some((1_920, false)));
        check("-2d 4h", Some((-1_200, false)));
        check("3 days?", Some((1_440, false)));
        check("1,5", Some((90, false)));
        check("2ed", Some((2_880, true)));
        check("2d16", None);
        check("soon", None);
    }

    #[test]
    fn dates_are_read_as_programs_show_them() {
        let check = |text: &str, expect: Option<(i8, i8, i16, i32)>| {
            let found = written(marked(text).0).map(|w| (w.first, w.second, w.year, w.clock.unwrap_or(0)));
            assert_eq!(found, expect, "{text}");
        };
        check("05-Jan-26 A", Some((5, 1, 2026, 0)));
        check("Mon 1/5/26", Some((1, 5, 2026, 0)));
        check("13/04/2026 8:00 PM", Some((13, 4, 2026, 1_200)));
        check("13/04/2026 12:15 AM", Some((13, 4, 2026, 15)));
        check("13/04/2026 13:15 PM", None);
        check("05-Foo-26", None);
        assert!(marked("05-Jan-26 A").1 && !marked("05-Jan-26*").1);
    }

    #[test]
    fn resources_come_in_numbers() {
        assert_eq!(resource("Crane [2]"), ("Crane", 2.0));
        assert_eq!(resource("Mason[250%]"), ("Mason", 2.5));
        assert_eq!(resource("Crew [north]"), ("Crew [north]", 1.0));
    }
}
