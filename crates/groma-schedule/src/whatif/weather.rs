//! Days that weather takes, from a table.

use super::scenario::ScenarioError;
use crate::read::csv_columns::delimiter;
use crate::risk::WeatherDays;
use crate::time::{Day, Time};

/// The columns that a table may have.
const COLUMNS: [&str; 5] = ["date", "from", "to", "lost", "work"];
/// Days of a row from its first to its last.
const MOST_DAYS: i32 = 4_000;

/// Reads a calendar of weather: CSV, one row for a day (`date`) or for some (`from`, `to`), with the probability
/// that such a day is lost (`lost`, 0 to 1, or 35 %), or with `work`: `no` where it is lost, `yes` where not.
///
/// A date is `2026-06-01`, or `06-01` for each year; without `lost` and `work` the day is lost. Of rows that name
/// the same day the last counts, and one with a year before one of each year. Lines after `#` are comments.
/// `file` is what errors call it.
///
/// # Errors
///
/// What cannot be understood, with its line.
pub fn parse_weather(file: &str, text: &str) -> Result<WeatherDays, ScenarioError> {
    read(text.trim_start_matches('\u{feff}'))
        .map_err(|what| ScenarioError::Weather { file: file.to_owned(), what })
}

fn read(text: &str) -> Result<WeatherDays, String> {
    let first = text.lines().find(|l| !l.trim().is_empty() && !l.starts_with('#')).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(first))
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let mut columns = [None; COLUMNS.len()];
    for (at, header) in headers.iter().enumerate() {
        match COLUMNS.iter().position(|c| c.eq_ignore_ascii_case(header)) {
            Some(known) => columns[known] = Some(at),
            None => {
                let all = COLUMNS.join(", ");
                return Err(format!("its first line has a column {header:?}; there are {all}"));
            }
        }
    }
    let [date, from, to, lost, work] = columns;
    if date.is_none() && from.is_none() {
        return Err("its first line needs a column `date`, or `from` and `to`".to_owned());
    }
    if lost.is_some() && work.is_some() {
        return Err("its columns `lost` and `work` say the same; keep one of them".to_owned());
    }
    let mut days = WeatherDays::default();
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: Option<usize>| column.and_then(|c| record.get(c)).filter(|c| !c.is_empty());
        let set = || {
            let (from, to) = match (cell(date), cell(from), cell(to)) {
                (Some(date), None, None) => (date, date),
                (None, Some(from), to) => (from, to.unwrap_or(from)),
                _ => return Err("say either `date`, or `from` and `to`".to_owned()),
            };
            Ok((days_of(from)?, days_of(to)?, probability(cell(lost), cell(work))?))
        };
        let (from, to, lost) = set().map_err(|what| format!("line {line}: {what}"))?;
        fill(&mut days, from, to, lost).map_err(|what| format!("line {line}: {what}"))?;
        rows += 1;
    }
    if rows == 0 { Err("it names no day".to_owned()) } else { Ok(days) }
}

fn fill(days: &mut WeatherDays, from: Named, to: Named, lost: f64) -> Result<(), String> {
    match (from, to) {
        (Named::Day(from), Named::Day(to)) => {
            let (first, last) = (from.number(), to.number());
            if last < first {
                return Err(format!("{to} is before {from}"));
            }
            if last - first >= MOST_DAYS {
                return Err(format!("from {from} to {to} are more than {MOST_DAYS} days"));
            }
            (first..=last).for_each(|d| days.on(Day::from_number(d), lost));
        }
        (Named::EachYear(from), Named::EachYear(to)) => {
            // Over the turn of the year too.
            let mut day = from;
            days.each_year(day.0, day.1, lost);
            while day != to {
                day = next_of_year(day);
                days.each_year(day.0, day.1, lost);
            }
        }
        _ => return Err("one of its dates has a year, and the other has none".to_owned()),
    }
    Ok(())
}

/// A day of a table.
#[derive(Clone, Copy)]
enum Named {
    Day(Day),
    /// Month and day, each from 1 on.
    EachYear((i8, i8)),
}

fn days_of(text: &str) -> Result<Named, String> {
    let of_year = || {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        let is_day = (1..=12).contains(&month) && (1..=length_of(month)).contains(&day);
        is_day.then_some(Named::EachYear((month, day)))
    };
    let dated = || Time::parse(text).filter(|t| t.minute_of_day() == 0).map(|t| Named::Day(t.day()));
    let named = of_year().or_else(dated);
    named.ok_or_else(|| format!("{text:?} is no date: write 2026-06-01, or 06-01 for each year"))
}

/// Days of a month, those of a leap year.
fn length_of(month: i8) -> i8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn next_of_year((month, day): (i8, i8)) -> (i8, i8) {
    match (month, day) {
        (month, day) if day < length_of(month) => (month, day + 1),
        (12, _) => (1, 1),
        (month, _) => (month + 1, 1),
    }
}

fn probability(lost: Option<&str>, work: Option<&str>) -> Result<f64, String> {
    if let Some(text) = lost {
        let value = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().map(|p| p / 100.0),
            None => text.parse(),
        };
        return match value {
            Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
            _ => Err(format!("{text:?} is no probability: write 0.35, or 35 %")),
        };
    }
    match work.map(str::to_lowercase).as_deref() {
        None | Some("no" | "false" | "0" | "off") => Ok(1.0),
        Some("yes" | "true" | "1" | "on") => Ok(0.0),
        Some(other) => Err(format!("work is {other:?}: write yes or no")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, day: &str, expect: Option<f64>) {
        let days = parse_weather("w.csv", text).unwrap();
        assert_eq!(days.lost(Time::parse(day).unwrap().day()), expect, "{text} {day}");
    }

    #[test]
    fn days_and_spans_of_days() {
        check("date,lost\n2026-06-01,0.35\n", "2026-06-01", Some(0.35));
        check("date,lost\n2026-06-01,0.35\n", "2026-06-02", None);
        check("# storms\ndate;lost\n2026-06-01; 35 %\n", "2026-06-01", Some(0.35));
        check("from,to,work\n2026-06-01,2026-06-05,no\n", "2026-06-05", Some(1.0));
        check("from,to,work\n2026-06-01,2026-06-05,yes\n", "2026-06-03", Some(0.0));
        check("\u{feff}date\n2026-06-01\n", "2026-06-01", Some(1.0));
        // Each year, over its turn; a date with a year counts before.
        let winter = "from,to,lost\n12-20,01-06,0.9\n2027-01-01,2027-01-01,0.1\n";
        check(winter, "2030-12-31", Some(0.9));
        check(winter, "2027-01-06", Some(0.9));
        check(winter, "2027-01-01", Some(0.1));
        check(winter, "2027-01-07", None);
        check("date,lost\n02-29,1\n", "2028-02-29", Some(1.0));
    }

    #[test]
    fn mistakes_have_a_line() {
        let refused = |text: &str, expect: &str| {
            let error = parse_weather("w.csv", text).unwrap_err().to_string();
            assert!(error.contains(expect) && error.contains("w.csv"), "{expect:?} is not in {error}");
        };
        refused("date,lost\n2026-06-01,0.2\n2026-06-31,0.3\n", "line 3: \"2026-06-31\" is no date");
        refused("date,lost\n2026-06-01,1.2\n", "line 2: \"1.2\" is no probability");
        refused("date,lost\n01/06/2026,0.2\n", "line 2: \"01/06/2026\" is no date");
        refused("date,work\n2026-06-01,maybe\n", "line 2: work is \"maybe\"");
        refused("date,wind\n2026-06-01,3\n", "has a column \"wind\"");
        refused("lost\n0.3\n", "needs a column `date`");
        refused("date,lost,work\n", "keep one of them");
        refused("from,to\n2026-06-05,2026-06-01\n", "line 2: 2026-06-01 is before 2026-06-05");
        refused("from,to\n2026-06-05,07-01\n", "line 2: one of its dates has a year");
        refused("date,lost\n2026-06-01\n", "line: 2");
        refused("date,lost\n", "names no day");
        refused("", "needs a column");
    }
}
