//! Programmes as files.

mod csv;
mod mspdi;
mod mspdi_calendar;
mod mspdi_elements;
mod xer;
mod xer_text;

use crate::activity::ActivityKind;
use crate::ifc::{self, Version};
use crate::network::{Network, stated_profile};
use crate::options::Profile;
use crate::read::{ReadOptions, read};
use crate::schedule::{ActivityIndex, Schedule};
use crate::solve::{ActivityDates, Dates, solve};
use groma_model::{Diagnostic, Diagnostics, codes};
use std::collections::HashMap;

/// A format that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteFormat {
    /// groma's own JSON, which holds everything.
    Json,
    /// Microsoft Project's XML.
    Mspdi,
    /// Primavera P6's exchange file.
    Xer,
    /// One row for each activity.
    Csv,
    /// The tasks of an IFC4 file.
    Ifc4,
    /// The tasks of an IFC4.3 file.
    Ifc4x3,
}

impl WriteFormat {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Json, Self::Mspdi, Self::Xer, Self::Csv, Self::Ifc4, Self::Ifc4x3];

    /// `json`, `mspdi`, `xer`, `csv`, `ifc`, `ifc4x3`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Mspdi => "mspdi",
            Self::Xer => "xer",
            Self::Csv => "csv",
            Self::Ifc4 => "ifc",
            Self::Ifc4x3 => "ifc4x3",
        }
    }

    /// The format that a file's ending asks for: `.json`, `.xml`, `.xer`, `.csv`, `.ifc`.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "xml" => Self::Mspdi,
            "xer" => Self::Xer,
            "csv" => Self::Csv,
            "ifc" => Self::Ifc4,
            _ => return None,
        })
    }
}

/// Writes a programme with its dates. What the format has no place for is named in the diagnostics.
pub fn write(schedule: &Schedule, dates: &Dates, format: WriteFormat) -> (Vec<u8>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let bytes = match format {
        WriteFormat::Json => json(schedule),
        WriteFormat::Mspdi => mspdi::write(schedule, dates, &mut diagnostics).into_bytes(),
        WriteFormat::Xer => xer::write(schedule, dates, &mut diagnostics).into_bytes(),
        WriteFormat::Csv => csv::write(schedule, dates, &mut diagnostics),
        WriteFormat::Ifc4 => ifc::write(schedule, dates, Version::Ifc4, &mut diagnostics).into_bytes(),
        WriteFormat::Ifc4x3 => ifc::write(schedule, dates, Version::Ifc4x3, &mut diagnostics).into_bytes(),
    };
    match (format, stated_profile(schedule)) {
        (WriteFormat::Xer, Profile::Msp) => {
            other_rules(schedule, dates, &bytes, Profile::P6, &mut diagnostics);
        }
        (WriteFormat::Mspdi, Profile::P6) => {
            other_rules(schedule, dates, &bytes, Profile::Msp, &mut diagnostics);
        }
        _ => {}
    }
    (bytes, diagnostics)
}

/// How many activities are named of those that get other dates.
const NAMED: usize = 3;

/// Names the activities to which the rules of the program that a file is for give other dates than those written.
fn other_rules(
    schedule: &Schedule,
    dates: &Dates,
    bytes: &[u8],
    profile: Profile,
    diagnostics: &mut Diagnostics,
) {
    let Ok((again, _)) = read(bytes, &ReadOptions::default()) else { return };
    let theirs = solve(&Network::compile(&again, profile).0);
    // Summaries become nodes of the breakdown, or follow from what is below them.
    let is_leaf = |i: &ActivityIndex| schedule.activities[i.at()].kind != ActivityKind::WbsSummary;
    let own: Vec<ActivityIndex> = schedule.indices().filter(is_leaf).collect();
    let partners: Vec<Option<ActivityIndex>> = match profile {
        // All others keep their order.
        Profile::P6 => again.indices().map(Some).collect(),
        Profile::Msp => {
            let by_uid: HashMap<&str, ActivityIndex> =
                again.indices().map(|i| (again.activities[i.at()].uid.as_str(), i)).collect();
            let uids = mspdi::uids(schedule);
            own.iter().map(|i| by_uid.get(uids[i.at()].as_str()).copied()).collect()
        }
    };
    let pairs = own.into_iter().zip(partners).filter_map(|(a, b)| Some((a, dates.of(a)?, theirs.of(b?)?)));
    let moved: Vec<_> = pairs.filter(|(_, a, b)| (a.start, a.finish) != (b.start, b.finish)).collect();
    if moved.is_empty() {
        return;
    }
    let name = |(index, was, is): &(ActivityIndex, &ActivityDates, &ActivityDates)| {
        let name = &schedule.activities[index.at()].name;
        format!("{name:?}, {} to {}, not {} to {}", is.start, is.finish, was.start, was.finish)
    };
    let named: Vec<String> = moved.iter().take(NAMED).map(name).collect();
    let program = match profile {
        Profile::P6 => "Primavera P6",
        Profile::Msp => "Microsoft Project",
    };
    let count = match moved.len() {
        1 => "1 activity gets".to_owned(),
        n => format!("{n} activities get"),
    };
    let detail = format!("{count} other dates by the rules of {program}: {}", named.join("; "));
    diagnostics.push(Diagnostic::new(codes::OTHER_RULES).detail(detail).standing_for(moved.len()));
}

fn json(schedule: &Schedule) -> Vec<u8> {
    #[derive(serde::Serialize)]
    struct Document<'a> {
        groma_schedule: u32,
        schedule: &'a Schedule,
    }
    // Strings, numbers and lists alone: nothing in them can fail to serialise.
    let mut bytes = serde_json::to_vec_pretty(&Document { groma_schedule: 1, schedule }).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
