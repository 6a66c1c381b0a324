//! Primavera P6's XML.

use super::dom::{self, Element};
use super::mspdi::{date, label, number, other_fields};
use super::{Notes, ReadError};
use crate::activity::{Activity, ActivityKind, Baseline, Constraint, ConstraintKind, PercentKind, Status};
use crate::calendar::{Calendar, CalendarKind, Exception, Periods, Shift, Shifts};
use crate::options::{CriticalBy, FloatKind, LagCalendar, Profile, ProgressMode};
use crate::resource::{Assignment, Rate, Resource, ResourceKind};
use crate::schedule::{
    ActivityIndex, CalendarIndex, Lag, Link, LinkKind, Project, ProjectIndex, ResourceIndex, Schedule,
    SourceFormat, WbsIndex, WbsNode,
};
use crate::time::{DAY, Minutes, Time, parse_clock};
use groma_model::codes;
use std::collections::HashMap;

pub(crate) fn read(text: &str, notes: &mut Notes) -> Result<Schedule, ReadError> {
    let root = dom::parse(text, notes)?;
    let mut reader = Reader {
        schedule: Schedule { format: SourceFormat::Pmxml, ..Schedule::default() },
        calendars: HashMap::new(),
        wbs: HashMap::new(),
        activities: HashMap::new(),
        resources: HashMap::new(),
        notes,
    };
    let projects: Vec<&Element<'_>> = root.all("Project").collect();
    reader.calendars(root.all("Calendar").chain(projects.iter().flat_map(|p| p.all("Calendar"))));
    reader.resources(&root);
    for project in &projects {
        reader.project(project);
    }
    // Links of one project may lead into another.
    for project in &projects {
        reader.links(project);
        reader.assignments(project);
    }
    reader.baselines(&root);
    if reader.schedule.projects.is_empty() {
        reader.schedule.projects.push(Project::new("0", "project"));
    }
    Ok(reader.schedule)
}

/// Hours as minutes.
fn minutes(element: &Element<'_>, name: &str, notes: &mut Notes) -> Option<Minutes> {
    number(element, name, notes).map(|h| (h * 60.0).round() as Minutes)
}

fn is_true(element: &Element<'_>, name: &str) -> bool {
    matches!(element.text_of(name), Some("1" | "true"))
}

struct Reader<'n> {
    schedule: Schedule,
    calendars: HashMap<String, CalendarIndex>,
    wbs: HashMap<String, WbsIndex>,
    activities: HashMap<String, ActivityIndex>,
    resources: HashMap<String, ResourceIndex>,
    notes: &'n mut Notes,
}

impl Reader<'_> {
    fn calendars<'e, 'a: 'e>(&mut self, elements: impl Iterator<Item = &'e Element<'a>>) {
        let mut bases = Vec::new();
        for element in elements {
            let Some(id) = element.text_of("ObjectId") else {
                self.notes.add(codes::BROKEN_ROW, || "a calendar without ObjectId");
                continue;
            };
            let index = CalendarIndex::new(self.schedule.calendars.len());
            let mut calendar = Calendar::standard(id, element.text_of("Name").unwrap_or_default());
            calendar.kind = match element.text_of("Type") {
                Some("Project") => CalendarKind::Project,
                Some("Resource") => CalendarKind::Resource,
                _ => CalendarKind::Global,
            };
            let usual = Periods::default();
            let mut hours = |name: &str, usual: Minutes| {
                minutes(element, name, self.notes).filter(|m| *m > 0).unwrap_or(usual)
            };
            calendar.periods = Periods {
                day: hours("HoursPerDay", usual.day),
                week: hours("HoursPerWeek", usual.week),
                month: hours("HoursPerMonth", usual.month),
                year: hours("HoursPerYear", usual.year),
            };
            if let Some(week) = element.child("StandardWorkWeek") {
                calendar.week = std::array::from_fn(|_| Some(Shifts::new()));
                for day in week.all("StandardWorkHours") {
                    const DAYS: [&str; 7] =
                        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
                    match DAYS.iter().position(|d| Some(*d) == day.text_of("DayOfWeek")) {
                        Some(number) => calendar.week[number] = Some(self.shifts(day)),
                        None => self.notes.add(codes::UNREADABLE_CALENDAR, || label(element)),
                    }
                }
            }
            for day in element.child("HolidayOrExceptions").iter().flat_map(|h| h.all("HolidayOrException")) {
                if let Some(at) = date(day, "Date", self.notes) {
                    calendar.exceptions.push(Exception::on(at.day(), self.shifts(day)));
                }
            }
            bases.extend(element.text_of("BaseCalendarObjectId").map(|b| (index, b.to_owned())));
            self.calendars.insert(id.to_owned(), index);
            self.schedule.calendars.push(calendar);
        }
        for (index, base) in bases {
            self.schedule.calendars[index.at()].base = self.calendars.get(&base).copied();
        }
    }

    fn shifts(&mut self, day: &Element<'_>) -> Shifts {
        let mut found = Shifts::new();
        for time in day.all("WorkTime") {
            let clock = |name: &str| time.text_of(name).and_then(parse_clock);
            let Some((start, finish)) = clock("Start").zip(clock("Finish")) else { continue };
            // The last minute of work is stated: 11:59 is work until 12:00.
            let finish = if finish % 10 == 9 { finish + 1 } else { finish };
            match Shift::new(start, finish.min(DAY)) {
                Some(shift) => found.push(shift),
                None => self
                    .notes
                    .add(codes::UNREADABLE_CALENDAR, || format!("a shift from {start} to {finish} minutes")),
            }
        }
        found
    }

    fn resources(&mut self, root: &Element<'_>) {
        const KNOWN: &[&str] =
            &["ObjectId", "Id", "Name", "ResourceType", "CalendarObjectId", "ParentObjectId"];
        let mut parents = Vec::new();
        for element in root.all("Resource") {
            let Some(id) = element.text_of("ObjectId") else {
                self.notes.add(codes::BROKEN_ROW, || "a resource without ObjectId");
                continue;
            };
            let index = ResourceIndex::new(self.schedule.resources.len());
            let mut resource = Resource::new(id, element.text_of("Name").unwrap_or_default());
            resource.code = element.text_of("Id").unwrap_or_default().to_owned();
            resource.kind = match element.text_of("ResourceType") {
                Some("Nonlabor") => ResourceKind::Equipment,
                Some("Material") => ResourceKind::Material,
                _ => ResourceKind::Labour,
            };
            resource.calendar =
                element.text_of("CalendarObjectId").and_then(|c| self.calendars.get(c).copied());
            resource.fields = other_fields(element, KNOWN);
            parents.extend(element.text_of("ParentObjectId").map(|p| (index, p.to_owned())));
            self.resources.insert(id.to_owned(), index);
            self.schedule.resources.push(resource);
        }
        for (index, parent) in parents {
            self.schedule.resources[index.at()].parent = self.resources.get(&parent).copied();
        }
        for element in root.all("ResourceRate") {
            let resource = element.text_of("ResourceObjectId").and_then(|r| self.resources.get(r).copied());
            let Some(resource) = resource else { continue };
            self.schedule.resources[resource.at()].rates.push(Rate {
                from: date(element, "EffectiveDate", self.notes),
                max_units: number(element, "MaxUnitsPerTime", self.notes).unwrap_or(1.0),
                price: number(element, "PricePerUnit", self.notes).unwrap_or(0.0),
                overtime_price: 0.0,
            });
        }
        for resource in &mut self.schedule.resources {
            resource.rates.sort_by_key(|r| r.from);
        }
    }

    fn project(&mut self, element: &Element<'_>) {
        let index = ProjectIndex::new(self.schedule.projects.len());
        let mut project = Project::new(
            element.text_of("ObjectId").unwrap_or_default(),
            element.text_of("Name").unwrap_or_default(),
        );
        project.code = element.text_of("Id").unwrap_or_default().to_owned();
        project.start = date(element, "PlannedStartDate", self.notes);
        project.data_date = date(element, "DataDate", self.notes);
        project.must_finish_by = date(element, "MustFinishByDate", self.notes);
        project.calendar =
            element.text_of("ActivityDefaultCalendarObjectId").and_then(|c| self.calendars.get(c).copied());
        // Newer files hold the options in an element of their own.
        let own = element.child("ScheduleOptions").unwrap_or(element);
        let stated = |name: &str| own.text_of(name).or(element.text_of(name));
        let options = &mut project.options;
        options.profile = Profile::P6;
        options.progress = match stated("OutOfSequenceScheduleType") {
            Some("Progress Override") => ProgressMode::ProgressOverride,
            Some("Actual Dates") => ProgressMode::ActualDates,
            _ => ProgressMode::RetainedLogic,
        };
        options.lag_calendar = match stated("RelationshipLagCalendar") {
            Some("Successor Activity Calendar") => LagCalendar::Successor,
            Some("Project Default Calendar") => LagCalendar::Project,
            Some("24 Hour Calendar") => LagCalendar::RoundTheClock,
            _ => LagCalendar::Predecessor,
        };
        options.float = match stated("ComputeTotalFloatType") {
            Some(text) if text.starts_with("Start Float") => FloatKind::Start,
            Some(text) if text.starts_with("Smallest") => FloatKind::Smallest,
            _ => FloatKind::Finish,
        };
        options.open_ends_critical = is_true(own, "MakeOpenEndedActivitiesCritical")
            || is_true(element, "MakeOpenEndedActivitiesCritical");
        options.use_expected_finish =
            is_true(own, "UseExpectedFinishDates") || is_true(element, "UseExpectedFinishDates");
        options.ignore_other_projects = is_true(own, "IgnoreOtherProjectRelationships")
            || is_true(element, "IgnoreOtherProjectRelationships");
        let limit = ["CriticalActivityFloatThreshold", "CriticalActivityFloatLimit"];
        let limit = limit.iter().find_map(|name| minutes(element, name, self.notes)).unwrap_or(0);
        options.critical = match stated("CriticalActivityPathType") {
            Some("Longest Path") => CriticalBy::LongestPath,
            _ => CriticalBy::TotalFloat(limit),
        };
        project.fields = element
            .children
            .iter()
            .filter(|c| c.children.is_empty())
            .map(|c| (c.name.into(), c.text.clone().into_owned()))
            .collect();
        self.schedule.projects.push(project);
        self.wbs(element, index);
        for activity in element.all("Activity") {
            self.activity(activity, index);
        }
    }

    fn wbs(&mut self, project: &Element<'_>, index: ProjectIndex) {
        const KNOWN: &[&str] = &["ObjectId", "Code", "Name", "ParentObjectId", "ProjectObjectId"];
        let mut parents = Vec::new();
        for element in project.all("WBS") {
            let Some(id) = element.text_of("ObjectId") else { continue };
            let node = WbsIndex::new(self.schedule.wbs.len());
            parents.extend(element.text_of("ParentObjectId").map(|p| (node, p.to_owned())));
            self.wbs.insert(id.to_owned(), node);
            self.schedule.wbs.push(WbsNode {
                uid: id.to_owned(),
                code: element.text_of("Code").unwrap_or_default().to_owned(),
                name: element.text_of("Name").unwrap_or_default().to_owned(),
                project: index,
                parent: None,
                fields: other_fields(element, KNOWN),
            });
        }
        for (node, parent) in parents {
            self.schedule.wbs[node.at()].parent = self.wbs.get(&parent).copied().filter(|p| *p != node);
        }
    }

    fn activity(&mut self, element: &Element<'_>, project: ProjectIndex) {
        const KNOWN: &[&str] = &[
            "ObjectId",
            "Id",
            "Name",
            "Type",
            "Status",
            "CalendarObjectId",
            "WBSObjectId",
            "PlannedDuration",
            "RemainingDuration",
            "ActualStartDate",
            "ActualFinishDate",
            "PrimaryConstraintType",
            "PrimaryConstraintDate",
            "SecondaryConstraintType",
            "SecondaryConstraintDate",
            "ExpectedFinishDate",
            "ExternalEarlyStartDate",
            "ExternalLateFinishDate",
            "SuspendDate",
            "ResumeDate",
            "PercentCompleteType",
            "PercentComplete",
            "PhysicalPercentComplete",
        ];
        let Some(id) = element.text_of("ObjectId") else {
            self.notes.add(codes::BROKEN_ROW, || label(element));
            return;
        };
        let notes = &mut *self.notes;
        let mut duration = minutes(element, "PlannedDuration", notes).unwrap_or(0);
        if duration < 0 {
            notes.add(codes::NEGATIVE_DURATION, || label(element));
            duration = 0;
        }
        let mut a = Activity::new(id, element.text_of("Name").unwrap_or_default(), project, duration);
        a.code = element.text_of("Id").unwrap_or(id).to_owned();
        a.kind = match element.text_of("Type") {
            Some("Resource Dependent") => ActivityKind::ResourceTask,
            Some("Level of Effort") => ActivityKind::LevelOfEffort,
            Some("Start Milestone") => ActivityKind::StartMilestone,
            Some("Finish Milestone") => ActivityKind::FinishMilestone,
            Some("WBS Summary") => ActivityKind::WbsSummary,
            _ => ActivityKind::Task,
        };
        a.work_driven = a.kind == ActivityKind::ResourceTask;
        a.wbs = element.text_of("WBSObjectId").and_then(|w| self.wbs.get(w).copied());
        if let Some(calendar) = element.text_of("CalendarObjectId") {
            a.calendar = self.calendars.get(calendar).copied();
            if a.calendar.is_none() {
                notes.add(codes::MISSING_CALENDAR, || format!("{}: {calendar}", label(element)));
            }
        }
        a.actual_start = date(element, "ActualStartDate", notes);
        a.actual_finish = date(element, "ActualFinishDate", notes);
        a.status = match (a.actual_start, a.actual_finish) {
            (_, Some(_)) => Status::Complete,
            (Some(_), None) => Status::InProgress,
            (None, None) => Status::NotStarted,
        };
        let left = minutes(element, "RemainingDuration", notes);
        a.remaining = left.unwrap_or(if a.status == Status::NotStarted { duration } else { 0 }).max(0);
        a.constraint = constraint(element, "Primary", notes);
        a.constraint2 = constraint(element, "Secondary", notes);
        a.expected_finish = date(element, "ExpectedFinishDate", notes);
        a.external_start = date(element, "ExternalEarlyStartDate", notes);
        a.external_finish = date(element, "ExternalLateFinishDate", notes);
        a.suspend = date(element, "SuspendDate", notes);
        a.resume = date(element, "ResumeDate", notes);
        a.percent_kind = match element.text_of("PercentCompleteType") {
            Some("Physical") => PercentKind::Physical,
            Some("Units") => PercentKind::Units,
            _ => PercentKind::Duration,
        };
        // Shares of one.
        a.percent = number(element, "PercentComplete", notes).unwrap_or(0.0) * 100.0;
        a.physical_percent = number(element, "PhysicalPercentComplete", notes).unwrap_or(0.0) * 100.0;
        let mut at = |names: [&str; 2]| names.iter().find_map(|name| date(element, name, notes));
        a.stored.start = at(["StartDate", "PlannedStartDate"]);
        a.stored.finish = at(["FinishDate", "PlannedFinishDate"]);
        a.stored.early_start = at(["EarlyStartDate", "RemainingEarlyStartDate"]);
        a.stored.early_finish = at(["EarlyFinishDate", "RemainingEarlyFinishDate"]);
        a.stored.late_start = at(["LateStartDate", "RemainingLateStartDate"]);
        a.stored.late_finish = at(["LateFinishDate", "RemainingLateFinishDate"]);
        a.stored.total_float = minutes(element, "TotalFloat", notes);
        a.stored.free_float = minutes(element, "FreeFloat", notes);
        a.fields = other_fields(element, KNOWN);
        if self.activities.insert(id.to_owned(), ActivityIndex::new(self.schedule.activities.len())).is_some()
        {
            self.notes.add(codes::DUPLICATE_ACTIVITY, || label(element));
        }
        self.schedule.activities.push(a);
    }

    fn links(&mut self, project: &Element<'_>) {
        for element in project.all("Relationship") {
            let end = |name: &str| element.text_of(name).and_then(|id| self.activities.get(id).copied());
            let ends = end("PredecessorActivityObjectId").zip(end("SuccessorActivityObjectId"));
            let Some((predecessor, successor)) = ends else {
                self.notes.add(codes::BROKEN_LINK, || label(element));
                continue;
            };
            let kind = match element.text_of("Type") {
                Some("Start to Start") => LinkKind::StartStart,
                Some("Finish to Finish") => LinkKind::FinishFinish,
                Some("Start to Finish") => LinkKind::StartFinish,
                _ => LinkKind::FinishStart,
            };
            let lag = Lag::Work(minutes(element, "Lag", self.notes).unwrap_or(0));
            self.schedule.links.push(Link { predecessor, successor, kind, lag });
        }
    }

    fn assignments(&mut self, project: &Element<'_>) {
        const KNOWN: &[&str] = &["ObjectId", "ActivityObjectId", "ResourceObjectId"];
        for element in project.all("ResourceAssignment") {
            let activity = element.text_of("ActivityObjectId").and_then(|a| self.activities.get(a).copied());
            let Some(activity) = activity else {
                self.notes.add(codes::BROKEN_LINK, || label(element));
                continue;
            };
            let mut value = |name: &str| number(element, name, self.notes).unwrap_or(0.0);
            self.schedule.assignments.push(Assignment {
                uid: element.text_of("ObjectId").unwrap_or_default().to_owned(),
                activity,
                resource: element.text_of("ResourceObjectId").and_then(|r| self.resources.get(r).copied()),
                units: value("PlannedUnitsPerTime"),
                work: value("PlannedUnits") * 60.0,
                actual_work: value("ActualUnits") * 60.0,
                remaining_work: value("RemainingUnits") * 60.0,
                cost: value("PlannedCost"),
                actual_cost: value("ActualCost"),
                remaining_cost: value("RemainingCost"),
                delay: (value("PlannedLag") * 60.0).round() as Minutes,
                fields: other_fields(element, KNOWN),
            });
        }
    }

    /// Baselines are whole projects of their own; their activities are joined by id.
    fn baselines(&mut self, root: &Element<'_>) {
        let all =
            root.all("BaselineProject").chain(root.all("Project").flat_map(|p| p.all("BaselineProject")));
        let mut codes: HashMap<String, ActivityIndex> = HashMap::new();
        for (k, activity) in self.schedule.activities.iter().enumerate() {
            codes.entry(activity.code.clone()).or_insert(ActivityIndex::new(k));
        }
        for (k, project) in all.enumerate() {
            for element in project.all("Activity") {
                let Some(index) = element.text_of("Id").and_then(|id| codes.get(id)) else { continue };
                let baseline = Baseline {
                    number: u8::try_from(k).unwrap_or(u8::MAX),
                    start: date(element, "PlannedStartDate", self.notes).or(date(
                        element,
                        "StartDate",
                        self.notes,
                    )),
                    finish: date(element, "PlannedFinishDate", self.notes).or(date(
                        element,
                        "FinishDate",
                        self.notes,
                    )),
                    duration: minutes(element, "PlannedDuration", self.notes),
                    work: number(element, "PlannedLaborUnits", self.notes).map(|u| u * 60.0),
                    cost: number(element, "PlannedTotalCost", self.notes),
                };
                self.schedule.activities[index.at()].baselines.push(baseline);
            }
        }
    }
}

fn constraint(element: &Element<'_>, which: &str, notes: &mut Notes) -> Option<Constraint> {
    let kind = match element.text_of(&format!("{which}ConstraintType"))? {
        "Start On" => ConstraintKind::StartOn,
        "Start On or After" => ConstraintKind::StartNoEarlierThan,
        "Start On or Before" => ConstraintKind::StartNoLaterThan,
        "Finish On" => ConstraintKind::FinishOn,
        "Finish On or After" => ConstraintKind::FinishNoEarlierThan,
        "Finish On or Before" => ConstraintKind::FinishNoLaterThan,
        "Mandatory Start" => ConstraintKind::MandatoryStart,
        "Mandatory Finish" => ConstraintKind::MandatoryFinish,
        "As Late As Possible" => ConstraintKind::AsLateAsPossible,
        other => {
            notes.add(codes::BROKEN_ROW, || format!("{}: constraint {other:?}", label(element)));
            return None;
        }
    };
    let date: Option<Time> = date(element, &format!("{which}ConstraintDate"), notes);
    Some(Constraint { kind, date })
}
