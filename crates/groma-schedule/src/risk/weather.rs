//! Days with weather of their own.

use crate::time::Day;
use std::collections::BTreeMap;

/// The probability, 0 to 1, that a day is lost, of days that are named.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WeatherDays {
    days: BTreeMap<Day, f64>,
    /// By month and day, from 1 on.
    each_year: BTreeMap<(i8, i8), f64>,
}

impl WeatherDays {
    /// Sets a day.
    pub fn on(&mut self, day: Day, lost: f64) {
        self.days.insert(day, lost);
    }

    /// Sets a day of each year, by month and day from 1 on; one with a date of its own keeps it.
    pub fn each_year(&mut self, month: i8, day: i8, lost: f64) {
        self.each_year.insert((month, day), lost);
    }

    /// The probability that a day is lost; `None` where it is not named.
    pub fn lost(&self, day: Day) -> Option<f64> {
        let of_year = || {
            let date = day.civil();
            self.each_year.get(&(date.month(), date.day()))
        };
        self.days.get(&day).or_else(of_year).copied()
    }

    pub(super) fn probabilities(&self) -> impl Iterator<Item = f64> {
        self.days.values().chain(self.each_year.values()).copied()
    }

    /// The probabilities of the days of any year, with those of the months where a day is not named.
    pub(super) fn of_each_year(&self, months: &[f64; 12]) -> impl Iterator<Item = f64> {
        months.iter().zip(1i8..).flat_map(move |(own, month)| {
            (1..=28i8).map(move |day| self.each_year.get(&(month, day)).copied().unwrap_or(*own))
        })
    }
}
