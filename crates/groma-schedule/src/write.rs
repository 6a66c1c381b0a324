//! Programmes as files.

mod csv;
mod mspdi;
mod mspdi_calendar;
mod xer;

use crate::schedule::Schedule;
use crate::solve::Dates;
use groma_model::Diagnostics;

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
}

impl WriteFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Json, Self::Mspdi, Self::Xer, Self::Csv];

    /// `json`, `mspdi`, `xer`, `csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Mspdi => "mspdi",
            Self::Xer => "xer",
            Self::Csv => "csv",
        }
    }

    /// The format that a file's ending asks for: `.json`, `.xml`, `.xer`, `.csv`.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "xml" => Self::Mspdi,
            "xer" => Self::Xer,
            "csv" => Self::Csv,
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
        WriteFormat::Csv => csv::write(schedule, dates),
    };
    (bytes, diagnostics)
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
