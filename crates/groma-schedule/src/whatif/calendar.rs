//! Calendars as a scenario changes them.

use super::apply::Layer;
use super::scenario::{Change, ScenarioError};
use super::select::is_match;
use crate::calendar::{Calendar, Exception, Shift, Shifts};
use crate::schedule::{ActivityIndex, CalendarIndex};
use crate::time::{Day, parse_clock};

impl Layer<'_> {
    /// Days without work, days with work and other shifts, in the calendars of a name.
    pub(super) fn recalendar(&mut self, pattern: &str, change: &Change) -> Result<(), ScenarioError> {
        let stop = self.spans("stop", &change.stop)?;
        let work = self.spans("work", &change.work)?;
        let shifts = change.shifts.iter().map(|text| self.shift(text)).collect::<Result<Shifts, _>>()?;
        let found = self.calendars(pattern)?;
        for index in found {
            let hours =
                if shifts.is_empty() { usual(&self.schedule.calendars, index) } else { shifts.clone() };
            if hours.is_empty() {
                let name = &self.schedule.calendars[index.at()].name;
                return Err(self.wrong(format!(
                    "{name:?} has no working day: say its hours, shifts = [\"08:00-16:00\"]"
                )));
            }
            let all = self.schedule.calendars.clone();
            let calendar = &mut self.schedule.calendars[index.at()];
            if work.is_empty() && !shifts.is_empty() {
                reshift(&all, index, calendar, &shifts);
            }
            let off = stop.iter().map(|(from, to)| (*from, *to, Shifts::new()));
            let on = work.iter().map(|(from, to)| (*from, *to, hours.clone()));
            // The first exception of a day counts.
            let new = off.chain(on).map(|(from, to, shifts)| Exception { to, ..Exception::on(from, shifts) });
            calendar.exceptions.splice(0..0, new.collect::<Vec<_>>());
        }
        Ok(())
    }

    /// The calendars of a name.
    fn calendars(&self, pattern: &str) -> Result<Vec<CalendarIndex>, ScenarioError> {
        let all = self.schedule.calendars.iter().enumerate();
        let found: Vec<CalendarIndex> =
            all.filter(|(_, c)| is_match(pattern, &c.name)).map(|(k, _)| CalendarIndex::new(k)).collect();
        if found.is_empty() { Err(self.nothing(format!("calendar = {pattern:?}"))) } else { Ok(found) }
    }

    /// Lets tasks work on the one calendar of a name.
    pub(super) fn move_to_calendar(
        &mut self,
        name: &str,
        tasks: &[ActivityIndex],
    ) -> Result<(), ScenarioError> {
        let found = self.calendars(name)?;
        let [calendar] = found.as_slice() else {
            let names: Vec<&str> =
                found.iter().map(|c| self.schedule.calendars[c.at()].name.as_str()).collect();
            return Err(self.wrong(format!(
                "calendar = {name:?} is several calendars ({}): say which one the tasks work on",
                names.join(", ")
            )));
        };
        for task in tasks {
            let activity = &mut self.schedule.activities[task.at()];
            activity.calendar = Some(*calendar);
            activity.elapsed = false;
        }
        Ok(())
    }

    fn spans(&self, key: &str, spans: &[String]) -> Result<Vec<(Day, Day)>, ScenarioError> {
        let span = |text: &String| {
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            let (from, to) = (self.date(from)?.day(), self.date(to)?.day());
            if from > to {
                return Err(self.wrong(format!("{key}: {text:?} ends before it begins")));
            }
            Ok((from, to))
        };
        spans.iter().map(span).collect()
    }

    fn shift(&self, text: &str) -> Result<Shift, ScenarioError> {
        let clocks = text.split_once('-').and_then(|(from, to)| parse_clock(from).zip(parse_clock(to)));
        let shift = clocks.and_then(|(from, to)| Shift::new(from, to));
        shift.ok_or_else(|| {
            self.wrong(format!("shifts: {text:?} is no shift of a day: write \"06:00-14:00\""))
        })
    }
}

/// The shifts of the first day of the week that has any.
fn usual(all: &[Calendar], index: CalendarIndex) -> Shifts {
    let chain = Calendar::chain(all, index);
    let of_day = |d: usize| chain.iter().find_map(|c| c.week[d].clone()).unwrap_or_default();
    (0..7).map(of_day).find(|shifts| !shifts.is_empty()).unwrap_or_default()
}

/// Gives each day that has work other hours.
fn reshift(all: &[Calendar], index: CalendarIndex, calendar: &mut Calendar, shifts: &Shifts) {
    let chain = Calendar::chain(all, index);
    for d in 0..7 {
        let own = chain.iter().find_map(|c| c.week[d].as_ref());
        if own.is_some_and(|own| !own.is_empty()) {
            calendar.week[d] = Some(shifts.clone());
        }
    }
    let weeks = calendar.work_weeks.iter_mut().flat_map(|w| w.week.iter_mut().flatten());
    let exceptions = calendar.exceptions.iter_mut().map(|e| &mut e.shifts);
    weeks.chain(exceptions).filter(|own| !own.is_empty()).for_each(|own| own.clone_from(shifts));
}
