//! Line of balance: which trade works where and when, its rhythm, and who stands in whose way.

use crate::activity::ActivityKind;
use crate::network::Network;
use crate::schedule::{ActivityIndex, Schedule};
use crate::solve::Dates;
use crate::time::Time;
use std::collections::BTreeMap;

/// What names the location or the trade of an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// The node of the breakdown that it stands in.
    Wbs,
    /// The node above it at a level, from 1 at the top.
    WbsLevel(usize),
    /// The value of an activity code.
    Code(String),
    /// Its name.
    Name,
    /// Its first resource.
    Resource,
}

impl Grouping {
    /// `wbs`, `wbs:2`, `code:Floor`, `name`, `resource`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Some(match text.split_once(':') {
            Some(("wbs", level)) => Self::WbsLevel(level.trim().parse().ok().filter(|l| *l >= 1)?),
            Some(("code", name)) if !name.trim().is_empty() => Self::Code(name.trim().to_owned()),
            None if text == "wbs" => Self::Wbs,
            None if text == "name" => Self::Name,
            None if text == "resource" => Self::Resource,
            _ => return None,
        })
    }

    fn of(&self, s: &Schedule, index: ActivityIndex, resources: &[Option<String>]) -> Option<String> {
        let a = &s.activities[index.at()];
        let found = match self {
            Self::Wbs => s.wbs.get(a.wbs?.at())?.name.clone(),
            Self::WbsLevel(level) => s.wbs_path(a.wbs?).get(level - 1)?.name.clone(),
            Self::Code(kind) => a.codes.iter().find(|(k, _)| k.eq_ignore_ascii_case(kind))?.1.clone(),
            Self::Name => a.name.clone(),
            Self::Resource => resources[index.at()].clone()?,
        };
        Some(found).filter(|name| !name.trim().is_empty())
    }
}

/// A trade at work in a location.
#[derive(Clone, PartialEq, Debug)]
pub struct TaktCell {
    /// Of [`Takt::locations`].
    pub location: usize,
    /// Of [`Takt::trades`].
    pub trade: usize,
    /// The first start of its activities.
    pub start: Time,
    /// Their last finish.
    pub finish: Time,
    /// Work hours between the two, on the calendar of the first of them.
    pub hours: f64,
    /// In the order of their starts.
    pub activities: Vec<ActivityIndex>,
}

/// How evenly a trade goes from location to location.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rhythm {
    /// Of [`Takt::trades`].
    pub trade: usize,
    /// In how many locations it works.
    pub locations: usize,
    /// Work hours in a location: the least, the middle one, the most.
    pub hours: [f64; 3],
    /// Work hours that it waits between one location and the next, added up.
    pub idle_hours: f64,
    /// How often it waits.
    pub breaks: usize,
    /// How often it works in two locations at once.
    pub doubled: usize,
}

/// Two trades in one location at the same time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TradeClash {
    /// Of [`Takt::locations`].
    pub location: usize,
    /// Of [`Takt::trades`]; the one that comes first in that list first.
    pub trades: [usize; 2],
    /// When it begins.
    pub from: Time,
    /// When the last of it ends.
    pub to: Time,
    /// Work hours that activities of both go on, added up over pairs of activities.
    pub hours: f64,
}

/// The line of balance of a programme.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Takt {
    /// By their first start.
    pub locations: Vec<String>,
    /// By their first start.
    pub trades: Vec<String>,
    /// By trade, then by start.
    pub cells: Vec<TaktCell>,
    /// One for each trade.
    pub rhythm: Vec<Rhythm>,
    /// By location, then by trades.
    pub clashes: Vec<TradeClash>,
    /// Activities with work whose location or trade is not named.
    pub without: usize,
}

/// Puts the activities of a programme into locations and trades.
///
/// # Panics
///
/// If the network or the dates are of another schedule.
pub fn takt(
    schedule: &Schedule,
    network: &Network,
    dates: &Dates,
    location: &Grouping,
    trade: &Grouping,
) -> Takt {
    let resources = first_resources(schedule);
    let mut takt = Takt::default();
    // (location, trade, activity, start, finish), by their starts.
    let mut found: Vec<(String, String, ActivityIndex, Time, Time)> = Vec::new();
    for index in schedule.indices() {
        let a = &schedule.activities[index.at()];
        let is_work = a.active && !a.kind.is_milestone() && a.kind != ActivityKind::WbsSummary;
        let Some(d) = dates.of(index).filter(|d| is_work && d.finish > d.start) else { continue };
        match location.of(schedule, index, &resources).zip(trade.of(schedule, index, &resources)) {
            Some((location, trade)) => found.push((location, trade, index, d.start, d.finish)),
            None => takt.without += 1,
        }
    }
    found.sort_by_key(|(_, _, index, start, _)| (*start, *index));
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut kind: BTreeMap<String, usize> = BTreeMap::new();
    let number = |of: &mut BTreeMap<String, usize>, list: &mut Vec<String>, name: &String| {
        let next = list.len();
        let at = *of.entry(name.clone()).or_insert(next);
        if at == next {
            list.push(name.clone());
        }
        at
    };
    let mut cells: BTreeMap<(usize, usize), TaktCell> = BTreeMap::new();
    let mut by_location: Vec<Vec<(usize, ActivityIndex, Time, Time)>> = Vec::new();
    for (location, trade, index, start, finish) in &found {
        let location = number(&mut place, &mut takt.locations, location);
        let trade = number(&mut kind, &mut takt.trades, trade);
        by_location.resize(takt.locations.len().max(by_location.len()), Vec::new());
        by_location[location].push((trade, *index, *start, *finish));
        let cell = cells.entry((trade, location)).or_insert_with(|| TaktCell {
            location,
            trade,
            start: *start,
            finish: *finish,
            hours: 0.0,
            activities: Vec::new(),
        });
        cell.finish = cell.finish.max(*finish);
        cell.activities.push(*index);
    }
    let between = |index: ActivityIndex, from: Time, to: Time| {
        let calendar = network.slot(index).map(|slot| network.calendar(slot));
        f64::from(calendar.map_or(to - from, |c| c.between(from, to)).max(0)) / 60.0
    };
    takt.cells = cells.into_values().collect();
    for cell in &mut takt.cells {
        cell.hours = between(cell.activities[0], cell.start, cell.finish);
    }
    takt.cells.sort_by_key(|c| (c.trade, c.start, c.location));
    takt.rhythm = (0..takt.trades.len()).map(|trade| rhythm(&takt.cells, trade, &between)).collect();
    takt.clashes =
        by_location.iter().enumerate().flat_map(|(k, works)| clashes(k, works, &between)).collect();
    takt
}

fn first_resources(s: &Schedule) -> Vec<Option<String>> {
    let mut first = vec![None; s.activities.len()];
    for assignment in &s.assignments {
        if let Some(resource) = assignment.resource.and_then(|r| s.resources.get(r.at())) {
            first[assignment.activity.at()].get_or_insert_with(|| resource.name.clone());
        }
    }
    first
}

fn rhythm(cells: &[TaktCell], trade: usize, between: &dyn Fn(ActivityIndex, Time, Time) -> f64) -> Rhythm {
    let own: Vec<&TaktCell> = cells.iter().filter(|c| c.trade == trade).collect();
    let mut hours: Vec<f64> = own.iter().map(|c| c.hours).collect();
    hours.sort_by(f64::total_cmp);
    let (mut idle_hours, mut breaks, mut doubled) = (0.0, 0, 0);
    let mut busy_until = own.first().map(|c| c.finish);
    for cell in own.iter().skip(1) {
        let until = busy_until.unwrap_or(cell.start);
        let idle = if cell.start > until { between(cell.activities[0], until, cell.start) } else { 0.0 };
        if idle > 0.0 {
            idle_hours += idle;
            breaks += 1;
        } else if cell.start < until && between(cell.activities[0], cell.start, until.min(cell.finish)) > 0.0
        {
            doubled += 1;
        }
        busy_until = Some(until.max(cell.finish));
    }
    let at = |k: usize| hours.get(k).copied().unwrap_or(0.0);
    Rhythm {
        trade,
        locations: own.len(),
        hours: [at(0), at(hours.len() / 2), at(hours.len().saturating_sub(1))],
        idle_hours,
        breaks,
        doubled,
    }
}

/// Pairs of trades of a location of which activities go on at the same time; works come by their starts.
fn clashes(
    location: usize,
    works: &[(usize, ActivityIndex, Time, Time)],
    between: &dyn Fn(ActivityIndex, Time, Time) -> f64,
) -> Vec<TradeClash> {
    let mut found: BTreeMap<[usize; 2], TradeClash> = BTreeMap::new();
    let mut open: Vec<(usize, ActivityIndex, Time)> = Vec::new();
    for (trade, index, start, finish) in works {
        open.retain(|(_, _, until)| until > start);
        for (other, _, until) in open.iter().filter(|(other, ..)| other != trade) {
            let to = (*until).min(*finish);
            let hours = between(*index, *start, to);
            if hours <= 0.0 {
                continue;
            }
            let trades = [*trade.min(other), *trade.max(other)];
            let clash =
                found.entry(trades).or_insert(TradeClash { location, trades, from: *start, to, hours: 0.0 });
            clash.to = clash.to.max(to);
            clash.hours += hours;
        }
        open.push((*trade, *index, *finish));
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::calendar::Calendar;
    use crate::options::Profile;
    use crate::schedule::{Lag, Link, LinkKind, Project, ProjectIndex};
    use crate::solve::solve;

    /// Walls and pipes on three floors; pipes begin on the second floor while the walls there still go on.
    fn programme() -> Schedule {
        let mut project = Project::new("P", "P");
        project.start = Time::parse("2026-01-05T08:00");
        let task = |code: &str, trade: &str, floor: &str, days: i32| {
            let mut a = Activity::new(code, trade, ProjectIndex::new(0), days * 480);
            a.codes.push(("Floor".into(), floor.into()));
            a
        };
        let link = |a: usize, b: usize, kind: LinkKind, days: i32| Link {
            predecessor: ActivityIndex::new(a),
            successor: ActivityIndex::new(b),
            kind,
            lag: Lag::Work(days * 480),
        };
        use LinkKind::{FinishStart as FS, StartStart as SS};
        Schedule {
            projects: vec![project],
            calendars: vec![Calendar::standard("1", "1")],
            activities: vec![
                task("W1", "Walls", "1", 3),
                task("W2", "Walls", "2", 3),
                task("W3", "Walls", "3", 5),
                task("P1", "Pipes", "1", 1),
                task("P2", "Pipes", "2", 2),
                Activity::new("X", "Nowhere", ProjectIndex::new(0), 480),
            ],
            // Pipes: day 3 on floor 1, a day of waiting, then floor 2 from day 5 on, where walls go on until day 6.
            links: vec![link(0, 1, FS, 0), link(1, 2, FS, 0), link(0, 3, FS, 0), link(1, 4, SS, 2)],
            ..Schedule::default()
        }
    }

    #[test]
    fn trades_have_a_rhythm_and_get_in_each_others_way() {
        let s = programme();
        let (network, _) = Network::compile(&s, Profile::P6);
        let floor = Grouping::parse("code:floor").unwrap();
        let found = takt(&s, &network, &solve(&network), &floor, &Grouping::Name);
        assert_eq!(
            (found.locations.join(" "), found.trades.join(" ")),
            ("1 2 3".into(), "Walls Pipes".into())
        );
        assert_eq!(found.without, 1);
        let walls = found.rhythm[0];
        assert_eq!((walls.locations, walls.hours, walls.breaks), (3, [24.0, 24.0, 40.0], 0));
        let pipes = found.rhythm[1];
        assert_eq!((pipes.locations, pipes.breaks, pipes.idle_hours), (2, 1, 8.0));
        let [clash] = found.clashes.as_slice() else { panic!("{:?}", found.clashes) };
        assert_eq!((clash.location, clash.trades, clash.hours), (1, [0, 1], 8.0));
        assert_eq!(clash.from.to_string(), "2026-01-12T08:00");
    }

    #[test]
    fn groupings_are_named() {
        assert_eq!(Grouping::parse("wbs:2"), Some(Grouping::WbsLevel(2)));
        for wrong in ["wbs:0", "code:", "floor", "wbs:x"] {
            assert_eq!(Grouping::parse(wrong), None, "{wrong}");
        }
    }
}
