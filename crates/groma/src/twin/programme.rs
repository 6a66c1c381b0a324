//! The tasks of a project: those of its programme, or those in its models.

use super::TwinError;
use super::rows::bytes_of;
use crate::{Project, ProjectConfig};
use groma_exchange::project_file::Spanned;
use groma_exchange::project_plan::{DatesName, ProfileName, ProgrammeEntry};
use groma_model::Diagnostics;
use groma_schedule::whatif::{Outcome, Scenario, ScenarioError, evaluate};
use groma_schedule::{
    ActivityDates, ActivityIndex, ActivityKind, DateOrder, Dates, Minutes, Network, Profile, ReadError,
    ReadOptions, Schedule, Time, WorkCalendar, only_project, read, solve, stated_dates, stated_profile,
};
use std::path::PathBuf;
use std::sync::Arc;

/// A task with dates.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Task {
    /// What people call it by.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The names of what it is part of (WBS), from the top.
    pub above: Vec<String>,
    /// When it starts, or has started.
    pub start: Time,
    /// When it finishes, or is finished.
    pub finish: Time,
    /// When it must be finished for the project to be in time; `None` where no logic says.
    pub late_finish: Option<Time>,
    /// Hours of work that it may slip until then.
    pub float_h: Option<f64>,
    /// The finish of the project hangs on it.
    pub critical: bool,
    /// Start and finish of the first baseline.
    pub baseline: Option<(Time, Time)>,
    slot: Option<usize>,
    activity: Option<ActivityIndex>,
    /// The model that holds it, and its place among the tasks there.
    pub(super) of_model: Option<(u32, u32)>,
}

impl Task {
    /// The names of what it is part of with `/` between them, as people write it.
    pub fn wbs(&self) -> String {
        self.above.join("/")
    }
}

/// A programme as its file has it.
struct Stated {
    schedule: Schedule,
    network: Network,
    /// As computed, whatever the file states.
    dates: Dates,
    /// Those of the network, for whoever outlives it.
    calendars: Vec<Arc<WorkCalendar>>,
}

/// The tasks of a project, in the order of their file; those that take part and have dates.
pub struct Programme {
    /// What it was read from.
    pub label: String,
    /// The tasks.
    pub tasks: Vec<Task>,
    stated: Option<Arc<Stated>>,
}

impl Programme {
    pub(super) fn open(project: &Project, config: &ProjectConfig) -> Result<(Self, Diagnostics), TwinError> {
        match &config.file.programme {
            Some(entry @ ProgrammeEntry { path: Some(path), .. }) => Self::read(config, entry, path),
            _ => Self::of_models(project, config),
        }
    }

    fn read(
        config: &ProjectConfig,
        entry: &ProgrammeEntry,
        stated: &Spanned<PathBuf>,
    ) -> Result<(Self, Diagnostics), TwinError> {
        let path = config.resolve(stated.as_ref());
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let bytes = bytes_of(config, stated)?;
        let options = ReadOptions {
            dates: match entry.dates {
                Some(DatesName::DayFirst) => DateOrder::DayFirst,
                Some(DatesName::MonthFirst) => DateOrder::MonthFirst,
                None => DateOrder::Unstated,
            },
            columns: entry.columns.clone().into_iter().collect(),
            minutes_of_day: match &entry.hours_per_day {
                Some(hours) if !(1..=24).contains(hours.as_ref()) => {
                    let what = format!("a day has from 1 to 24 hours of work, not {}", hours.as_ref());
                    return Err(Box::new(config.mistake(hours.span(), what)).into());
                }
                hours => hours.as_ref().map(|hours| Minutes::from(*hours.as_ref()) * 60),
            },
            ..ReadOptions::labelled(&label)
        };
        let (mut schedule, mut said) = read(&bytes, &options).map_err(|source| match source {
            ReadError::Ifc => {
                let mistake = config.mistake(stated.span(), format!("{label} is a model"));
                let hint = "leave this path out: without one the tasks of the models count";
                TwinError::from(Box::new(mistake.hint(hint)))
            }
            source => TwinError::Programme { path: path.clone(), source },
        })?;
        let profile = match entry.profile {
            Some(ProfileName::P6) => Profile::P6,
            Some(ProfileName::Msp) => Profile::Msp,
            None => stated_profile(&schedule),
        };
        if let Some(wanted) = &entry.project {
            let named = |p: &&groma_schedule::Project| {
                [&p.code, &p.name, &p.uid].into_iter().any(|text| text.eq_ignore_ascii_case(wanted.as_ref()))
            };
            let Some(uid) = schedule.projects.iter().find(named).map(|p| p.uid.clone()) else {
                let known: Vec<&str> = schedule.projects.iter().map(|p| p.code.as_str()).collect();
                let what = format!("{label} has no project `{}`", wanted.as_ref());
                let mistake =
                    config.mistake(wanted.span(), what).hint(format!("there are {}", known.join(", ")));
                return Err(Box::new(mistake).into());
            };
            let (only, found) = only_project(&schedule, &uid, profile);
            schedule = only;
            said.extend(found);
        }
        let (network, found) = Network::compile(&schedule, profile);
        said.extend(found);
        let computed = solve(&network);
        let dates = stated_dates(&schedule, &computed);
        let tasks = schedule
            .indices()
            .filter_map(|at| {
                let activity = &schedule.activities[at.at()];
                let dates = dates.of(at).filter(|_| activity.kind != ActivityKind::WbsSummary)?;
                Some(Task {
                    code: activity.code.clone(),
                    name: activity.name.clone(),
                    above: breakdown(&schedule, at),
                    start: dates.start,
                    finish: dates.finish.max(dates.start),
                    late_finish: Some(dates.late_finish),
                    float_h: Some(hours(dates)),
                    critical: dates.critical,
                    baseline: activity.baselines.iter().find_map(|b| b.start.zip(b.finish)),
                    slot: network.slot(at),
                    activity: Some(at),
                    of_model: None,
                })
            })
            .collect();
        let calendars = network.calendars.iter().cloned().map(Arc::new).collect();
        let stated = Stated { schedule, network, dates: computed, calendars };
        Ok((Self { label, tasks, stated: Some(Arc::new(stated)) }, said))
    }

    /// The same tasks by other dates; a task that has none there keeps its own.
    fn by(&self, dates: &Dates) -> Vec<Task> {
        let moved = |task: &Task| {
            let Some(found) = task.activity.and_then(|at| dates.of(at)) else { return task.clone() };
            Task {
                start: found.start,
                finish: found.finish.max(found.start),
                late_finish: Some(found.late_finish),
                float_h: Some(hours(found)),
                critical: found.critical,
                ..task.clone()
            }
        };
        self.tasks.iter().map(moved).collect()
    }

    /// The programme by the dates that its logic computes, whatever its file states; `None` where it was read from
    /// the models, which state dates alone.
    pub fn computed(&self) -> Option<Self> {
        let stated = self.stated.clone()?;
        Some(Self { label: self.label.clone(), tasks: self.by(&stated.dates), stated: Some(stated) })
    }

    /// The programme under a scenario, and what comes of it; `None` where it was read from the models.
    ///
    /// # Errors
    ///
    /// When the scenario cannot be laid over it.
    pub fn under(&self, scenario: &Scenario) -> Option<Result<(Self, Outcome), ScenarioError>> {
        let stated = self.stated.clone()?;
        let of = &*stated;
        let scenarios = std::slice::from_ref(scenario);
        let outcome = match evaluate(&of.schedule, &of.network, &of.dates, scenarios) {
            Ok(outcomes) => outcomes.into_iter().next()?,
            Err(error) => return Some(Err(error)),
        };
        let label = format!("{}: {}", self.label, outcome.name);
        let tasks = self.by(&outcome.dates);
        Some(Ok((Self { label, tasks, stated: Some(stated) }, outcome)))
    }

    /// The tasks in the models that have a start and a finish.
    fn of_models(project: &Project, config: &ProjectConfig) -> Result<(Self, Diagnostics), TwinError> {
        let mut tasks = Vec::new();
        for (loaded, m) in project.models.iter().zip(0..) {
            let all = &loaded.model.processes.tasks;
            for (task, nth) in all.iter().zip(0..).filter(|(t, _)| t.object.children.is_empty()) {
                let time =
                    |pick: fn(&groma_model::process::TaskTime) -> [&Option<std::sync::Arc<str>>; 3]| {
                        let time = task.time.as_ref()?;
                        pick(time).into_iter().flatten().find_map(|text| Time::parse(text))
                    };
                let start = time(|t| [&t.actual_start, &t.schedule_start, &t.early_start]);
                let finish = time(|t| [&t.actual_finish, &t.schedule_finish, &t.early_finish]);
                let (Some(start), Some(finish)) = (start, finish) else { continue };
                let text = |t: &Option<std::sync::Arc<str>>| t.as_deref().unwrap_or_default().to_owned();
                let mut above = Vec::new();
                let mut next = task.object.parent;
                while let Some(parent) =
                    next.and_then(|at| all.get(at as usize)).filter(|_| above.len() < all.len())
                {
                    above.push(text(&parent.object.name));
                    next = parent.object.parent;
                }
                above.reverse();
                let code = task.object.identification.as_deref().unwrap_or(&task.object.global_id);
                tasks.push(Task {
                    code: code.to_owned(),
                    name: text(&task.object.name),
                    above,
                    start,
                    finish: finish.max(start),
                    of_model: Some((m, nth)),
                    ..Task::default()
                });
            }
        }
        if tasks.is_empty() {
            let hint = "name a programme: [programme] and path = \"programme.xml\" in the next line";
            let mistake =
                config.mistake(0..0, "no programme is named, and the models hold no task with dates");
            return Err(Box::new(mistake.hint(hint)).into());
        }
        Ok((Self { label: "the models".to_owned(), tasks, stated: None }, Diagnostics::default()))
    }

    /// When the work of a task goes on; `None` is round the clock.
    pub(super) fn calendar(&self, task: &Task) -> Option<Arc<WorkCalendar>> {
        let (slot, stated) = (task.slot?, self.stated.as_ref()?);
        Some(stated.calendars[usize::from(stated.network.calendar[slot])].clone())
    }
}

/// The total float in hours.
fn hours(dates: &ActivityDates) -> f64 {
    f64::from(dates.total_float) / 60.0
}

/// The names above an activity: those of its breakdown.
fn breakdown(schedule: &Schedule, at: ActivityIndex) -> Vec<String> {
    let node = schedule.activities[at.at()].wbs;
    let names = node.map(|node| schedule.wbs_path(node)).unwrap_or_default();
    names.iter().map(|n| n.name.clone()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::Task;

    /// A task at a place of the breakdown.
    pub(in super::super) fn task(above: &[&str]) -> Task {
        Task { above: above.iter().map(|name| (*name).to_owned()).collect(), ..Task::default() }
    }
}
