//! ISO 8601 durations, as minutes of work or of the wall clock.

use crate::time::{DAY, Minutes};

/// Minutes of a day and of a week.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    pub(super) day: f64,
    pub(super) week: f64,
}

impl Lengths {
    /// Of the wall clock.
    pub(super) const CLOCK: Self = Self { day: DAY as f64, week: 7.0 * DAY as f64 };
}

/// `P1DT4H`, `-PT30M`, `P2W` as minutes, rounded.
pub(super) fn parse(text: &str, lengths: Lengths) -> Option<Minutes> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (mut minutes, mut number, mut in_time) = (0.0, String::new(), false);
    for c in text.strip_prefix(['P', 'p'])?.chars() {
        let one = match (c.to_ascii_uppercase(), in_time) {
            ('T', false) => {
                in_time = true;
                continue;
            }
            ('Y', false) => 52.0 * lengths.week,
            ('M', false) => 52.0 / 12.0 * lengths.week,
            ('W', false) => lengths.week,
            ('D', false) => lengths.day,
            ('H', true) => 60.0,
            ('M', true) => 1.0,
            ('S', true) => 1.0 / 60.0,
            _ => {
                number.push(if c == ',' { '.' } else { c });
                continue;
            }
        };
        minutes += number.parse::<f64>().ok()? * one;
        number.clear();
    }
    (number.is_empty() && f64::is_finite(minutes)).then_some((sign * minutes).round() as Minutes)
}

/// Hours and minutes, which mean the same on every calendar: `PT36H30M`.
pub(super) fn text(minutes: Minutes) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let all = minutes.unsigned_abs();
    match all % 60 {
        0 => format!("{sign}PT{}H", all / 60),
        rest => format!("{sign}PT{}H{rest}M", all / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_minutes() {
        let work = Lengths { day: 480.0, week: 2_400.0 };
        for (given, expect) in [
            ("P4D", Some(1_920)),
            ("P1W", Some(2_400)),
            ("P1DT4H30M", Some(750)),
            ("-PT90M", Some(-90)),
            ("PT0.5H", Some(30)),
            ("PT30S", Some(1)),
            ("4D", None),
            ("P4", None),
        ] {
            assert_eq!(parse(given, work), expect, "{given}");
        }
        for minutes in [0, 59, 60, -750, 1_000_000] {
            assert_eq!(parse(&text(minutes), work), Some(minutes));
        }
        assert_eq!(parse("P1D", Lengths::CLOCK), Some(DAY));
    }
}
