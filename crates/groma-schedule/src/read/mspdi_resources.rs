//! Resources of Microsoft Project's XML, and their assignments.

use super::Notes;
use super::dom::Element;
use super::mspdi::{calendar, is_true, label, number, other_fields, seconds, work};
use crate::resource::{Assignment, Rate, Resource, ResourceKind};
use crate::schedule::{ActivityIndex, CalendarIndex, ResourceIndex, Schedule};
use crate::time::Minutes;
use groma_model::codes;
use std::collections::HashMap;
use std::sync::Arc;

const RESOURCE: &[&str] = &[
    "UID",
    "Name",
    "Type",
    "IsNull",
    "Initials",
    "MaterialLabel",
    "MaxUnits",
    "StandardRate",
    "OvertimeRate",
    "CostPerUse",
    "CalendarUID",
    "IsCostResource",
];

pub(super) fn resources(
    root: &Element<'_>,
    calendars: &HashMap<String, CalendarIndex>,
    schedule: &mut Schedule,
    notes: &mut Notes,
) -> HashMap<String, ResourceIndex> {
    let mut known = HashMap::new();
    for element in root.child("Resources").iter().flat_map(|r| r.all("Resource")) {
        let Some(uid) = element.text_of("UID") else {
            notes.add(codes::BROKEN_ROW, || "a resource without UID");
            continue;
        };
        let mut resource = Resource::new(uid, element.text_of("Name").unwrap_or_default());
        resource.code = element.text_of("Initials").unwrap_or_default().to_owned();
        resource.kind = match element.text_of("Type") {
            _ if is_true(element, "IsCostResource") => ResourceKind::Cost,
            Some("0") => ResourceKind::Material,
            Some("2") => ResourceKind::Cost,
            _ => ResourceKind::Labour,
        };
        resource.unit = element.text_of("MaterialLabel").map(str::to_owned);
        resource.calendar = calendar(element, calendars, notes);
        resource.cost_per_use = number(element, "CostPerUse", notes).unwrap_or(0.0) / 100.0;
        let price = number(element, "StandardRate", notes).unwrap_or(0.0);
        let overtime_price = number(element, "OvertimeRate", notes).unwrap_or(0.0);
        let max_units = number(element, "MaxUnits", notes).unwrap_or(1.0);
        resource.rates.push(Rate { from: None, max_units, price, overtime_price });
        resource.fields = other_fields(element, RESOURCE);
        if resource.calendar.is_none() {
            let stated = element.text_of("CalendarUID");
            resource.fields.extend(stated.map(|c| (Arc::from("CalendarUID"), c.to_owned())));
        }
        if is_true(element, "IsNull") {
            resource.fields.push((Arc::from("IsNull"), "1".to_owned()));
        }
        known.insert(uid.to_owned(), ResourceIndex::new(schedule.resources.len()));
        schedule.resources.push(resource);
    }
    known
}

const ASSIGNMENT: &[&str] = &[
    "UID",
    "TaskUID",
    "ResourceUID",
    "Units",
    "Work",
    "ActualWork",
    "RemainingWork",
    "Cost",
    "ActualCost",
    "RemainingCost",
    "Delay",
];

pub(super) fn assignments(
    root: &Element<'_>,
    tasks: &HashMap<String, ActivityIndex>,
    resources: &HashMap<String, ResourceIndex>,
    schedule: &mut Schedule,
    notes: &mut Notes,
) {
    for element in root.child("Assignments").iter().flat_map(|a| a.all("Assignment")) {
        let task = element.text_of("TaskUID").unwrap_or_default();
        let Some(activity) = tasks.get(task) else {
            notes.add(codes::BROKEN_LINK, || format!("{}: task {task}", label(element)));
            continue;
        };
        // -65535 is nobody.
        let resource = element.text_of("ResourceUID").filter(|r| *r != "-65535");
        if let Some(unknown) = resource.filter(|r| !resources.contains_key(*r)) {
            notes.add(codes::BROKEN_LINK, || format!("{}: resource {unknown}", label(element)));
        }
        let mut money = |name: &str| number(element, name, notes).unwrap_or(0.0) / 100.0;
        let (cost, actual_cost, remaining_cost) =
            (money("Cost"), money("ActualCost"), money("RemainingCost"));
        let mut minutes = |name: &str| work(element, name, notes).unwrap_or(0.0);
        let (all, done, left) = (minutes("Work"), minutes("ActualWork"), minutes("RemainingWork"));
        schedule.assignments.push(Assignment {
            uid: element.text_of("UID").unwrap_or_default().to_owned(),
            activity: *activity,
            resource: resource.and_then(|r| resources.get(r).copied()),
            units: number(element, "Units", notes).unwrap_or(1.0),
            work: all,
            actual_work: done,
            remaining_work: left,
            cost,
            actual_cost,
            remaining_cost,
            delay: (number(element, "Delay", notes).unwrap_or(0.0) / 10.0).round() as Minutes,
            fields: other_fields(element, ASSIGNMENT)
                .into_iter()
                .chain(seconds(element, ASSIGNMENT))
                .collect(),
        });
    }
}
