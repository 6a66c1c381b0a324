//! Programmes from bytes.

mod csv;
mod csv_cells;
pub(crate) mod csv_columns;
mod dom;
mod json;
pub(crate) mod mspdi;
mod mspdi_calendar;
mod mspdi_resources;
mod mspdi_uncomputed;
mod notes;
mod plain_json;
mod pmxml;
mod text;
mod xer;
mod xer_baselines;
mod xer_calendar;
pub(crate) mod xer_table;

use crate::activity::Activity;
use crate::schedule::{Schedule, SourceFormat};
use crate::time::{Minutes, Time};
use groma_model::{Diagnostics, codes};
use notes::Notes;
use std::borrow::Cow;
use std::sync::Arc;

/// Which of day and month comes first where a date is written with slashes or points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DateOrder {
    /// Told by the dates themselves; an error where they do not tell.
    #[default]
    Unstated,
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// How a file is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadOptions {
    /// The label that diagnostics carry.
    pub label: String,
    /// Which of day and month comes first.
    pub dates: DateOrder,
    /// For CSV: which column holds which field, as (field, column); others are found by their names.
    pub columns: Vec<(String, String)>,
    /// For CSV: minutes of a day of work; 480 where nothing is said.
    pub minutes_of_day: Option<Minutes>,
    /// When every project starts, whatever the file says.
    pub start: Option<Time>,
    /// The date of every project's progress, whatever the file says.
    pub data_date: Option<Time>,
}

impl ReadOptions {
    /// With a label, and all else told by the file.
    pub fn labelled(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }
}

/// Why a file is not read at all.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Microsoft Project's own binary format, which is not published.
    #[error(
        "this is a Microsoft Project file (.mpp), whose format is not published\n  hint: open it in Microsoft Project and save it as XML (File > Save As > XML Format), or convert it with MPXJ"
    )]
    Mpp,
    /// A model, whose tasks its own reader gets at.
    #[error("this is an IFC model: its tasks are read from the model, not from bytes")]
    Ifc,
    /// Nothing that is known.
    #[error(
        "this is not a programme\n  hint: what is read is XER and XML from Primavera P6, XML from Microsoft Project, the tasks of an IFC model, CSV, and groma's JSON"
    )]
    Unknown,
    /// The text is not what it begins as.
    #[error("the {format} cannot be read: {what}")]
    Malformed {
        /// What it begins as.
        format: &'static str,
        /// What is wrong, and where.
        what: String,
    },
}

/// Reads a programme: which format it is, is told by its first bytes.
///
/// What is wrong with its content is named in the diagnostics, and the rest is read.
///
/// # Errors
///
/// When it is no programme at all.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<(Schedule, Diagnostics), ReadError> {
    let mut notes = Notes::new(&Arc::from(options.label.as_str()));
    let format = detect(bytes)?;
    let mut schedule = match format {
        SourceFormat::Xer => xer::read(bytes, &mut notes),
        SourceFormat::Mspdi => mspdi::read(&xml(bytes, &mut notes), &mut notes)?,
        SourceFormat::Pmxml => pmxml::read(&xml(bytes, &mut notes), &mut notes)?,
        SourceFormat::Csv => csv::read(bytes, options, &mut notes)?,
        SourceFormat::Json => json::read(bytes)?,
        SourceFormat::PlainJson => plain_json::read(bytes, &mut notes)?,
        SourceFormat::Ifc => return Err(ReadError::Ifc),
        SourceFormat::Memory => return Err(ReadError::Unknown),
    };
    for (k, project) in schedule.projects.iter_mut().enumerate() {
        project.start = options.start.or(project.start);
        project.data_date = options.data_date.or(project.data_date);
        let own = || schedule.activities.iter().filter(|a| a.project.at() == k);
        let known =
            |a: &Activity| [a.actual_start, a.stored.start, a.stored.early_start].iter().any(Option::is_some);
        if project.start.is_none() && project.data_date.is_none() && own().any(|_| true) && !own().any(known)
        {
            notes.add(codes::NO_START, || format!("{}: dates are counted from 1900-01-01 on", project.code));
        }
    }
    for activity in &schedule.activities {
        // P6 keeps planned dates there, which date nothing.
        let is_p6 = matches!(format, SourceFormat::Xer | SourceFormat::Pmxml);
        let start = activity.actual_start.or(activity.stored.start);
        let finish = activity.actual_finish.or(activity.stored.finish);
        if let Some((start, finish)) = start.zip(finish)
            && finish < start
            && !is_p6
        {
            notes.add(codes::FINISH_BEFORE_START, || {
                format!("{}: it starts {start} and finishes {finish}", activity.code)
            });
        }
    }
    Ok((schedule, notes.finish()))
}

fn xml<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    text::stated(bytes, text::xml_encoding(bytes).as_deref(), notes)
}

/// Which format the bytes are in, told by how they begin.
///
/// # Errors
///
/// When they are no programme.
pub fn detect(bytes: &[u8]) -> Result<SourceFormat, ReadError> {
    /// How an OLE compound file begins; Microsoft Project's is one.
    const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(OLE) {
        return Err(ReadError::Mpp);
    }
    let head = if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        // A cut in the middle of a character changes nothing that is looked for.
        encoding.decode(&bytes[..bytes.len().min(8192)]).0.into_owned()
    } else {
        String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned()
    };
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with("ERMHDR") {
        return Ok(SourceFormat::Xer);
    }
    if head.starts_with("ISO-10303-21") {
        return Ok(SourceFormat::Ifc);
    }
    if head.starts_with('<') {
        if head.contains("<APIBusinessObjects") {
            return Ok(SourceFormat::Pmxml);
        }
        if head.contains("schemas.microsoft.com/project") || head.contains("<Project") {
            return Ok(SourceFormat::Mspdi);
        }
        return Err(ReadError::Unknown);
    }
    if head.starts_with('{') {
        return Ok(if head.contains("\"groma_schedule\"") {
            SourceFormat::Json
        } else {
            SourceFormat::PlainJson
        });
    }
    // Text whose first line has several cells.
    let first = head.lines().next().unwrap_or_default();
    let is_text = !first.chars().any(|c| c.is_control() && c != '\t');
    if is_text && [',', ';', '\t'].iter().any(|c| first.matches(*c).count() >= 1) {
        return Ok(SourceFormat::Csv);
    }
    Err(ReadError::Unknown)
}
