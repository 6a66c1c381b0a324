//! groma's own JSON: the whole schedule as it is in memory.

use super::ReadError;
use crate::schedule::{Schedule, SourceFormat};
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    /// The version of the format.
    groma_schedule: u32,
    schedule: Schedule,
}

pub(crate) fn read(bytes: &[u8]) -> Result<Schedule, ReadError> {
    let malformed = |what: String| ReadError::Malformed { format: "JSON", what };
    let document: Document = serde_json::from_slice(bytes).map_err(|e| malformed(e.to_string()))?;
    if document.groma_schedule != 1 {
        return Err(malformed(format!("version {} of the format is not known", document.groma_schedule)));
    }
    let schedule = Schedule { format: SourceFormat::Json, ..document.schedule };
    match dangling(&schedule) {
        Some(what) => Err(malformed(what)),
        None => Ok(schedule),
    }
}

/// The first thing that refers to something that is not there.
fn dangling(s: &Schedule) -> Option<String> {
    let [projects, wbs, activities, calendars, resources] =
        [s.projects.len(), s.wbs.len(), s.activities.len(), s.calendars.len(), s.resources.len()];
    let beyond = |at: Option<usize>, most: usize| at.is_some_and(|at| at >= most);
    let tell = |kind: &str, number: usize, bad: bool| {
        bad.then(|| format!("{kind} {number} refers to something that is not there"))
    };
    let each = [
        s.projects.iter().position(|p| beyond(p.calendar.map(|c| c.at()), calendars)).map(|k| ("project", k)),
        s.wbs
            .iter()
            .position(|w| beyond(Some(w.project.at()), projects) || beyond(w.parent.map(|p| p.at()), wbs))
            .map(|k| ("wbs node", k)),
        s.activities
            .iter()
            .position(|a| {
                beyond(Some(a.project.at()), projects)
                    || beyond(a.wbs.map(|w| w.at()), wbs)
                    || beyond(a.calendar.map(|c| c.at()), calendars)
            })
            .map(|k| ("activity", k)),
        s.links
            .iter()
            .position(|l| beyond(Some(l.predecessor.at().max(l.successor.at())), activities))
            .map(|k| ("link", k)),
        s.calendars
            .iter()
            .position(|c| {
                beyond(c.base.map(|b| b.at()), calendars) || beyond(c.project.map(|p| p.at()), projects)
            })
            .map(|k| ("calendar", k)),
        s.resources
            .iter()
            .position(|r| {
                beyond(r.calendar.map(|c| c.at()), calendars) || beyond(r.parent.map(|p| p.at()), resources)
            })
            .map(|k| ("resource", k)),
        s.assignments
            .iter()
            .position(|a| {
                beyond(Some(a.activity.at()), activities) || beyond(a.resource.map(|r| r.at()), resources)
            })
            .map(|k| ("assignment", k)),
    ];
    let bad_shift = s.calendars.iter().position(|c| {
        let usual = c.week.iter().flatten().chain(c.work_weeks.iter().flat_map(|w| w.week.iter().flatten()));
        let mut shifts = usual.chain(c.exceptions.iter().map(|e| &e.shifts)).flatten();
        shifts.any(|shift| shift.start >= shift.end || shift.end > 1440)
    });
    if let Some(number) = bad_shift {
        return Some(format!("calendar {number} has a shift that ends before it begins, or after its day"));
    }
    each.into_iter().flatten().find_map(|(kind, number)| tell(kind, number, true))
}
