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
use crate::schedule::Schedule;
use crate::solve::{Dates, solve};
use groma_model::{Diagnostic, Diagnostics, codes};

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
    if let (WriteFormat::Xer, Profile::Msp) = (format, stated_profile(schedule)) {
        other_rules(schedule, dates, &bytes, &mut diagnostics);
    }
    (bytes, diagnostics)
}

/// Names the activities to which the rules of P6 give other dates than those of Microsoft Project did.
fn other_rules(schedule: &Schedule, dates: &Dates, bytes: &[u8], diagnostics: &mut Diagnostics) {
    let Ok((again, _)) = read(bytes, &ReadOptions::default()) else { return };
    let theirs = solve(&Network::compile(&again, Profile::P6).0);
    // Summaries become nodes of the breakdown; all others keep their order.
    let own = schedule.indices().filter(|i| schedule.activities[i.at()].kind != ActivityKind::WbsSummary);
    let pairs = own.zip(again.indices()).filter_map(|(a, b)| Some((a, dates.of(a)?, theirs.of(b)?)));
    let mut moved = pairs.filter(|(_, a, b)| (a.start, a.finish) != (b.start, b.finish));
    let Some((first, was, is)) = moved.next() else { return };
    let detail = format!(
        "{} activities get other dates by the rules of P6, which knows neither work-driven tasks nor hard constraints of that kind: first {:?}, {} to {}, not {} to {}",
        1 + moved.count(),
        schedule.activities[first.at()].name,
        is.start,
        is.finish,
        was.start,
        was.finish
    );
    diagnostics.push(Diagnostic::new(codes::UNSUPPORTED_FIELD).detail(detail));
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
