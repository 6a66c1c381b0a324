//! The STEP text of a programme.

use super::Version;
use super::build::{build, global_id};
use crate::schedule::{Lag, Schedule};
use crate::solve::Dates;
use groma_model::process::{LagValue, ProcessObject, Processes, Recurrence, TaskTime, WorkTime};
use groma_model::{Diagnostic, Diagnostics, PropertySet, Value, codes};
use std::fmt::Write;
use std::sync::Arc;

/// Writes the tasks of a programme as an IFC file; the same programme makes the same bytes.
pub(crate) fn write(schedule: &Schedule, dates: &Dates, version: Version, said: &mut Diagnostics) -> String {
    complain(schedule, said);
    let model = build(schedule, dates);
    let schema = match version {
        Version::Ifc4 => "IFC4",
        Version::Ifc4x3 => "IFC4X3_ADD2",
    };
    // Bytes depend on nothing but the programme: its own date stands in the header.
    let date = schedule.projects.iter().find_map(|p| p.data_date.or(p.start)).unwrap_or_default();
    let mut step = Step { text: String::new(), last: 0 };
    let _ = write!(
        step.text,
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('ViewDefinition [NotAssigned]'),'2;1');\nFILE_NAME({},'{date}:00',(''),(''),'groma {}','groma',$);\nFILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n",
        quoted(&schedule.name),
        env!("CARGO_PKG_VERSION"),
    );
    step.all(&model.processes, &model.property_sets, &schedule.name);
    step.text.push_str("ENDSEC;\nEND-ISO-10303-21;\n");
    step.text
}

/// Names what not even a property set holds.
fn complain(s: &Schedule, said: &mut Diagnostics) {
    let mut note = |what: &str, count: usize| {
        if count > 0 {
            said.push(Diagnostic::new(codes::UNSUPPORTED_FIELD).detail(format!("{count} {what}")));
        }
    };
    note("tables that the file held beyond the programme", s.kept.len());
    let odd = |l: &&crate::schedule::Link| matches!(l.lag, Lag::Percent(p) if !p.is_finite());
    note("lags that are no number", s.links.iter().filter(odd).count());
}

struct Step {
    text: String,
    last: usize,
}

/// Text as STEP writes it: quotes and backslashes doubled, all beyond plain ASCII by its code.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            c if u32::from(c) <= 0xff => {
                let _ = write!(out, "\\X\\{:02X}", u32::from(c));
            }
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\X2\\{:04X}\\X0\\", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\X4\\{:08X}\\X0\\", u32::from(c));
            }
        }
    }
    out.push('\'');
    out
}

fn real(x: f64) -> String {
    // The shortest digits that lead back, with the point that STEP wants.
    let text = format!("{x:?}");
    match text.split_once(['e', 'E']) {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.E{exponent}"),
        None => text.strip_suffix(".0").map_or(text.clone(), |whole| format!("{whole}.")),
    }
}

fn text(value: &Option<Arc<str>>) -> String {
    value.as_deref().map_or("$".to_owned(), quoted)
}

fn word(value: Option<&str>) -> String {
    value.map_or("$".to_owned(), |w| format!(".{w}."))
}

fn logical(value: Option<bool>) -> String {
    value.map_or("$".to_owned(), |is| if is { ".T." } else { ".F." }.to_owned())
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    if items.is_empty() { "$".to_owned() } else { format!("({})", items.join(",")) }
}

fn reference(id: usize) -> String {
    format!("#{id}")
}

impl Step {
    /// Adds an instance.
    fn add(&mut self, class: &str, attributes: &[String]) -> usize {
        self.last += 1;
        let _ =
            writeln!(self.text, "#{}={}({});", self.last, class.to_ascii_uppercase(), attributes.join(","));
        self.last
    }

    /// `GlobalId`, `OwnerHistory`, `Name`, `Description`, then what follows.
    fn root(&mut self, class: &str, id: &str, name: String, rest: &[String]) -> usize {
        let mut all = vec![quoted(id), "$".to_owned(), name, "$".to_owned()];
        all.extend_from_slice(rest);
        self.add(class, &all)
    }

    fn all(&mut self, p: &Processes, sets: &[PropertySet], name: &str) {
        let metre = self.add("IfcSIUnit", &["*".into(), ".LENGTHUNIT.".into(), "$".into(), ".METRE.".into()]);
        let units = self.add("IfcUnitAssignment", &[list([reference(metre)])]);
        let none = || "$".to_owned();
        let project = self.root(
            "IfcProject",
            &global_id("programme", &[name]),
            if name.is_empty() { quoted("programme") } else { quoted(name) },
            &[none(), none(), none(), none(), reference(units)],
        );
        let calendars: Vec<usize> = p.calendars.iter().map(|c| self.calendar(c)).collect();
        let controls: Vec<usize> = p.work_controls.iter().map(|c| self.control(c)).collect();
        let tasks: Vec<usize> = p.tasks.iter().map(|t| self.task(t)).collect();
        let resources: Vec<usize> = p.resources.iter().map(|r| self.resource(r)).collect();
        // The plan is the last of the controls and holds the schedules.
        if let Some((plan, schedules)) = controls.split_last() {
            let id = global_id("schedules of", &[name]);
            if !schedules.is_empty() {
                let parts = list(schedules.iter().copied().map(reference));
                self.root("IfcRelAggregates", &id, none(), &[reference(*plan), parts]);
            }
            let declared = calendars.iter().chain([plan]).chain(&resources).copied().map(reference);
            let id = global_id("declared by", &[name]);
            self.root("IfcRelDeclares", &id, none(), &[reference(project), list(declared)]);
        }
        let of = |ids: &[usize], at: &[u32]| list(at.iter().map(|k| reference(ids[*k as usize])));
        for (k, control) in p.work_controls.iter().enumerate().filter(|(_, c)| !c.tasks.is_empty()) {
            let id = global_id("controls", &[&control.object.global_id]);
            let rest = [of(&tasks, &control.tasks), none(), reference(controls[k])];
            self.root("IfcRelAssignsToControl", &id, none(), &rest);
        }
        for (k, calendar) in p.calendars.iter().enumerate() {
            let works = |o: &ProcessObject| o.calendar == Some(k as u32);
            let of_tasks = p.tasks.iter().zip(&tasks).filter(|(t, _)| works(&t.object)).map(|(_, id)| *id);
            let of_resources = p.resources.iter().zip(&resources).filter(|(r, _)| works(&r.object));
            let all: Vec<String> = of_tasks.chain(of_resources.map(|(_, id)| *id)).map(reference).collect();
            if !all.is_empty() {
                let id = global_id("works by", &[&calendar.object.global_id]);
                let rest = [list(all), none(), reference(calendars[k])];
                self.root("IfcRelAssignsToControl", &id, none(), &rest);
            }
        }
        let wholes = p.tasks.iter().map(|t| &t.object).zip(&tasks).map(|(o, id)| (o, *id, &tasks));
        let groups =
            p.resources.iter().map(|r| &r.object).zip(&resources).map(|(o, id)| (o, *id, &resources));
        for (object, id, ids) in wholes.chain(groups).filter(|(o, ..)| !o.children.is_empty()) {
            let rest = [reference(id), of(ids, &object.children)];
            self.root("IfcRelNests", &global_id("parts of", &[&object.global_id]), none(), &rest);
        }
        for sequence in &p.sequences {
            let lag = sequence.lag.as_ref().map_or(none(), |lag| {
                let value = match &lag.value {
                    LagValue::Duration(text) => format!("IFCDURATION({})", quoted(text)),
                    LagValue::Ratio(ratio) => format!("IFCRATIOMEASURE({})", real(*ratio)),
                };
                let kind = word(lag.duration_type.as_deref());
                reference(self.add("IfcLagTime", &[none(), none(), none(), value, kind]))
            });
            let ends = [sequence.predecessor, sequence.successor].map(|k| reference(tasks[k as usize]));
            let [from, to] = ends;
            let rest = [from, to, lag, word(sequence.kind.as_deref()), none()];
            self.root("IfcRelSequence", &sequence.global_id, none(), &rest);
        }
        for (k, task) in p.tasks.iter().enumerate().filter(|(_, t)| !t.resources.is_empty()) {
            let used = list(task.resources.iter().map(|u| reference(resources[u.resource as usize])));
            let id = global_id("uses", &[&task.object.global_id]);
            self.root("IfcRelAssignsToProcess", &id, none(), &[used, none(), reference(tasks[k]), none()]);
        }
        let objects = p.calendars.iter().map(|c| &c.object).zip(&calendars);
        let objects = objects.chain(p.work_controls.iter().map(|c| &c.object).zip(&controls));
        let objects = objects.chain(p.tasks.iter().map(|t| &t.object).zip(&tasks));
        let objects = objects.chain(p.resources.iter().map(|r| &r.object).zip(&resources));
        for (object, id) in objects {
            for set in object.property_sets.iter().filter_map(|k| sets.get(*k as usize)) {
                self.set(set, *id);
            }
        }
    }

    fn set(&mut self, set: &PropertySet, of: usize) {
        let mut properties = Vec::new();
        for property in set.properties.iter() {
            let value = match &property.value {
                Some(Value::Text(text)) => format!("IFCTEXT({})", quoted(text)),
                Some(Value::Integer(integer)) => format!("IFCINTEGER({integer})"),
                Some(Value::Real { value, .. }) => format!("IFCREAL({})", real(*value)),
                Some(Value::Logical(Some(is))) => format!("IFCBOOLEAN({})", logical(Some(*is))),
                _ => "$".to_owned(),
            };
            let all = [quoted(&property.name), "$".to_owned(), value, "$".to_owned()];
            properties.push(reference(self.add("IfcPropertySingleValue", &all)));
        }
        let id = set.global_id.as_deref().unwrap_or_default();
        let own = self.root("IfcPropertySet", id, quoted(&set.name), &[list(properties)]);
        let rest = [list([reference(of)]), reference(own)];
        self.root("IfcRelDefinesByProperties", &global_id("defines", &[id]), "$".to_owned(), &rest);
    }

    fn control(&mut self, c: &groma_model::process::WorkControl) -> usize {
        let o = &c.object;
        let none = || "$".to_owned();
        // Both are obliged to say when they were made and when they start.
        let start = c.start_time.clone().unwrap_or_else(|| "2000-01-01T00:00:00".into());
        let made = c.creation_date.clone().unwrap_or_else(|| start.clone());
        let rest = [
            none(),
            text(&o.identification),
            quoted(&made),
            none(),
            none(),
            none(),
            none(),
            quoted(&start),
            text(&c.finish_time),
            ".NOTDEFINED.".to_owned(),
        ];
        self.root(o.class.name(), &o.global_id, text(&o.name), &rest)
    }

    fn task(&mut self, t: &groma_model::process::Task) -> usize {
        let time = t.time.as_ref().map_or("$".to_owned(), |time| reference(self.time(time)));
        let o = &t.object;
        let rest = [
            text(&o.object_type),
            text(&o.identification),
            text(&o.long_description),
            text(&t.status),
            "$".to_owned(),
            logical(t.is_milestone.or(Some(false))),
            t.priority.map_or("$".to_owned(), |p| p.to_string()),
            time,
            ".NOTDEFINED.".to_owned(),
        ];
        self.root("IfcTask", &o.global_id, text(&o.name), &rest)
    }

    fn time(&mut self, t: &TaskTime) -> usize {
        let none = || "$".to_owned();
        self.add(
            "IfcTaskTime",
            &[
                none(),
                none(),
                none(),
                word(t.duration_type.as_deref()),
                text(&t.schedule_duration),
                text(&t.schedule_start),
                text(&t.schedule_finish),
                text(&t.early_start),
                text(&t.early_finish),
                text(&t.late_start),
                text(&t.late_finish),
                text(&t.free_float),
                text(&t.total_float),
                logical(t.is_critical),
                text(&t.status_time),
                none(),
                text(&t.actual_start),
                text(&t.actual_finish),
                text(&t.remaining_time),
                t.completion.map_or(none(), real),
            ],
        )
    }

    fn calendar(&mut self, c: &groma_model::process::WorkCalendar) -> usize {
        let working = list(c.working_times.iter().map(|t| reference(self.work_time(t))).collect::<Vec<_>>());
        let exceptions =
            list(c.exception_times.iter().map(|t| reference(self.work_time(t))).collect::<Vec<_>>());
        let o = &c.object;
        let rest = ["$".to_owned(), text(&o.identification), working, exceptions, ".NOTDEFINED.".to_owned()];
        self.root("IfcWorkCalendar", &o.global_id, text(&o.name), &rest)
    }

    fn work_time(&mut self, t: &WorkTime) -> usize {
        let pattern = t.recurrence.as_ref().map_or("$".to_owned(), |r| reference(self.recurrence(r)));
        let none = || "$".to_owned();
        self.add("IfcWorkTime", &[text(&t.name), none(), none(), pattern, text(&t.start), text(&t.finish)])
    }

    fn recurrence(&mut self, r: &Recurrence) -> usize {
        let mut periods = Vec::new();
        for (from, to) in &r.periods {
            periods.push(reference(self.add("IfcTimePeriod", &[quoted(from), quoted(to)])));
        }
        let numbers = |all: &[i64]| list(all.iter().map(i64::to_string));
        let number = |n: Option<i64>| n.map_or("$".to_owned(), |n| n.to_string());
        self.add(
            "IfcRecurrencePattern",
            &[
                word(r.kind.as_deref()),
                numbers(&r.days),
                numbers(&r.weekdays),
                numbers(&r.months),
                number(r.position),
                number(r.interval),
                number(r.occurrences),
                list(periods),
            ],
        )
    }

    fn resource(&mut self, r: &groma_model::process::Resource) -> usize {
        let none = || "$".to_owned();
        let usage = r.usage.as_ref().and_then(|u| u.schedule_usage).map_or(none(), |units| {
            let mut all: Vec<String> = vec![none(); 18];
            all[4] = real(units);
            reference(self.add("IfcResourceTime", &all))
        });
        let o = &r.object;
        let rest =
            [none(), text(&o.identification), none(), usage, none(), none(), ".NOTDEFINED.".to_owned()];
        self.root(o.class.name(), &o.global_id, text(&o.name), &rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_are_as_step_writes_them() {
        assert_eq!(
            quoted("it's a\\b\n\u{e9}\u{20ac}\u{1f600}"),
            "'it''s a\\\\b\\X\\0A\\X\\E9\\X2\\20AC\\X0\\\\X4\\0001F600\\X0\\'"
        );
        for (x, expect) in [(0.25, "0.25"), (5.0, "5."), (1e-7, "1.E-7"), (1.5e300, "1.5E300"), (-2.0, "-2.")]
        {
            assert_eq!(real(x), expect);
            assert_eq!(expect.parse::<f64>().ok(), Some(x));
        }
    }
}
