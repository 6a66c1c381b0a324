//! Dates, times and durations as ISO 8601 text; IFC2x3 has instances for them, IFC4 text.

use crate::attributes::Attributes;
use crate::reader::Reader;
use ifc_lite_core::parser::parse_step_real;
use std::sync::Arc;

/// A date, a time, or both, of IFC2x3: `IfcCalendarDate`, `IfcLocalTime`, `IfcDateAndTime`.
pub(crate) fn date_time(reader: &Reader<'_>, id: u32) -> Option<Arc<str>> {
    let text = match reader.step.keyword(id) {
        "IFCCALENDARDATE" => date(reader, id)?,
        "IFCLOCALTIME" => time(reader, id)?,
        "IFCDATEANDTIME" => {
            let a = reader.step.instance(id, &["IFCDATEANDTIME"])?;
            let day = date(reader, a.reference(0)?)?;
            match a.reference(1).and_then(|id| time(reader, id)) {
                Some(time) => format!("{day}T{time}"),
                None => day,
            }
        }
        _ => return None,
    };
    Some(reader.texts.get(&text))
}

/// A point in time: text as it stands, or an instance of IFC2x3.
pub(crate) fn moment(reader: &Reader<'_>, a: &Attributes<'_>, slot: usize) -> Option<Arc<str>> {
    match a.reference(slot) {
        Some(id) => date_time(reader, id),
        None => reader.text(a, Some(slot)),
    }
}

/// A duration: text as it stands, or a number of IFC2x3 in the file's unit of time.
pub(crate) fn duration(reader: &Reader<'_>, a: &Attributes<'_>, slot: usize) -> Option<Arc<str>> {
    if let Some(text) = reader.text(a, Some(slot)) {
        return Some(text);
    }
    let seconds = a.real(slot)? * reader.units.time;
    let sign = if seconds < 0.0 { "-" } else { "" };
    Some(reader.texts.get(&format!("{sign}PT{}S", seconds.abs())))
}

fn date(reader: &Reader<'_>, id: u32) -> Option<String> {
    let a = reader.step.instance(id, &["IFCCALENDARDATE"])?;
    let [day, month, year] = [0, 1, 2].map(|slot| a.integer(slot));
    Some(format!("{:04}-{:02}-{:02}", year?, month?, day?))
}

fn time(reader: &Reader<'_>, id: u32) -> Option<String> {
    let a = reader.step.instance(id, &["IFCLOCALTIME"])?;
    let (hour, minute) = (a.integer(0)?, a.integer(1).unwrap_or(0));
    let second = parse_step_real(a.raw(2)).filter(|s| s.is_finite()).unwrap_or(0.0);
    let second = if second.fract() == 0.0 { format!("{second:02}") } else { format!("{second:06.3}") };
    let zone = a.reference(3).and_then(|id| {
        let zone = reader.step.instance(id, &["IFCCOORDINATEDUNIVERSALTIMEOFFSET"])?;
        let sign = if zone.enumeration(2)?.eq_ignore_ascii_case("BEHIND") { '-' } else { '+' };
        Some(format!("{sign}{:02}:{:02}", zone.integer(0)?, zone.integer(1).unwrap_or(0)))
    });
    Some(format!("{hour:02}:{minute:02}:{second}{}", zone.unwrap_or_default()))
}
