//! An inspection for a person to read.

use crate::inspection::{Inspection, ModelInspection};
use crate::place_report::PlaceReport;
use crate::report::{CoverageReport, DiagnosticReport};
use crate::table::{Align, count, lines, shorten};
use groma_model::NoShape;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many classes of a model are listed before the rest is summed up.
const CLASSES: usize = 12;
/// How many storeys of a model are listed before the rest is summed up.
const STOREYS: usize = 12;
/// How many diagnostics of a code are shown before the rest is counted.
const PER_CODE: usize = 3;
/// From how many models on each has one line instead of a section.
const MANY: usize = 4;

impl Inspection {
    /// The report as text, at most 100 columns wide. With `all`, no list is cut.
    pub fn to_text(&self, all: bool) -> String {
        let mut out = String::new();
        if self.models.len() >= MANY && !all {
            overview(&mut out, self);
        } else {
            for model in &self.models {
                section(&mut out, model, all);
                out.push('\n');
            }
        }
        let world = match &self.frame.crs {
            Some(crs) => format!("map coordinates, {crs}"),
            None if self.frame.standing == "map" => "map coordinates".to_owned(),
            None => "local coordinates".to_owned(),
        };
        let [x, y, z] = self.frame.origin;
        let _ = writeln!(out, "frame     {world}; computing about ({x}, {y}, {z}) m");
        let _ = writeln!(out, "coverage  {}", coverage(&self.coverage));
        let everything: Vec<&DiagnosticReport> =
            self.models.iter().flat_map(|m| &m.diagnostics).chain(&self.diagnostics).collect();
        out.push_str(&diagnostics_text(&everything, all));
        out
    }
}

/// One model in full.
fn section(out: &mut String, m: &ModelInspection, all: bool) {
    let _ = writeln!(out, "{}", m.label);
    let mut line = |name: &str, text: String| {
        let _ = writeln!(out, "  {name:<10}{text}");
    };
    let size = m.bytes as f64 / 1e6;
    line("schema", format!("{}, {} entities, {size:.1} MB", m.schema, count(m.entities as usize)));
    if let Some(exporter) = &m.exporter {
        line("exporter", shorten(exporter, 86));
    }
    if let Some(project) = m.project.as_deref().filter(|p| !p.is_empty()) {
        line("project", shorten(project, 86));
    }
    line("units", format!("{} ({} m)", m.units.length, m.units.metres_per_length_unit));
    place_lines(&m.place, &mut line);
    line("coverage", coverage(&m.coverage));
    if !m.no_shape.is_empty() {
        let why = |word: &str| NoShape::ALL.iter().find(|w| w.as_str() == word).map_or("", |w| w.in_words());
        let reasons: Vec<String> =
            m.no_shape.iter().map(|(word, n)| format!("{} {}", count(*n), why(word))).collect();
        line("no shape", reasons.join(", "));
    }
    let instanced = format!("{} instances, {} triangles", count(m.instances), count(m.triangles));
    line("meshes", format!("{} distinct, {instanced}", count(m.meshes)));
    let meaning = [
        (m.types, "types"),
        (m.property_sets, "property sets"),
        (m.materials, "materials"),
        (m.systems, "systems"),
        (m.classifications, "classes"),
        (m.tasks, "tasks"),
    ];
    // Most files have no classes and no tasks.
    let said = meaning.iter().enumerate().filter(|(k, (n, _))| *k < 4 || *n > 0);
    line(
        "meaning",
        said.map(|(_, (n, what))| format!("{} {what}", count(*n))).collect::<Vec<_>>().join(", "),
    );
    if !m.phases.is_empty() {
        let phases: Vec<String> = m.phases.iter().map(|(word, n)| format!("{} {word}", count(*n))).collect();
        line("phases", shorten(&phases.join(", "), 86));
    }

    if !m.storeys.is_empty() {
        let _ = writeln!(out, "  storeys");
        let most = if all { usize::MAX } else { STOREYS };
        let rows: Vec<[String; 3]> = m
            .storeys
            .iter()
            .take(most)
            .map(|s| {
                let elevation = s.elevation.map_or("-".to_owned(), |e| format!("{e:+.3} m"));
                [shorten(s.name.as_deref().unwrap_or("(unnamed)"), 40), elevation, count(s.elements)]
            })
            .collect();
        push_lines(out, lines(&rows, [Align::Left, Align::Right, Align::Right], 4));
        rest(out, m.storeys.len(), rows.len(), "storeys");
    }
    let _ = writeln!(out, "  classes");
    let most = if all { usize::MAX } else { CLASSES };
    let rows: Vec<[String; 3]> = m
        .classes
        .iter()
        .take(most)
        .map(|c| [c.class.clone(), count(c.coverage.elements), class_note(&c.coverage)])
        .collect();
    push_lines(out, lines(&rows, [Align::Left, Align::Right, Align::Left], 4));
    rest(out, m.classes.len(), rows.len(), "classes");
}

/// Where a model stands.
fn place_lines(place: &PlaceReport, line: &mut impl FnMut(&str, String)) {
    let point = |p: [f64; 3]| format!("({:.3}, {:.3}, {:.3})", p[0], p[1], p[2]);
    if let Some([lo, hi]) = place.bounds {
        let size = |k: usize| format!("{:.2}", hi[k] - lo[k]);
        line("stands", format!("from {} m, {} x {} x {} m", point(lo), size(0), size(1), size(2)));
    }
    if let (Some(local), Some(distance)) = (place.local_bounds, place.origin_distance) {
        let origin = match distance {
            0.0 => "around its own origin".to_owned(),
            d if d >= 1000.0 => format!("{:.1} km from its own origin", d / 1000.0),
            d => format!("{d:.1} m from its own origin"),
        };
        if place.bounds == place.local_bounds {
            line("", origin);
        } else {
            line("local", format!("from {} m, {origin}", point(local[0])));
        }
    }
    if let Some(map) = &place.map {
        let crs = map.crs.as_deref().unwrap_or("unnamed system");
        let at = format!("E {:.3} N {:.3} H {:.3}", map.eastings, map.northings, map.height);
        let scale = match map.scale {
            [1.0, 1.0, 1.0] => String::new(),
            [x, y, z] if x == y && y == z => format!(", scaled {x}"),
            [x, y, z] => format!(", scaled {x}, {y}, {z}"),
        };
        line("map", format!("{}, {at}, turned {:.4} degrees{scale}", shorten(crs, 40), map.rotation));
        if place.offset_in_placements {
            line("", "not applied: the placements of the file hold this offset already".to_owned());
        }
    }
    if let Some(crs) = &place.crs {
        let unit = crs.metres_per_map_unit.filter(|u| *u != 1.0).map(|u| format!("{u} m per unit"));
        let datum = crs.vertical_datum.as_ref().map(|d| format!("heights in {d}"));
        let words: Vec<String> =
            [crs.name.clone(), crs.description.clone(), datum, unit].into_iter().flatten().collect();
        let known = place.map.as_ref().and_then(|m| m.crs.as_ref());
        if words.len() > 1 || known != words.first() {
            line("", shorten(&words.join("; "), 86));
        }
    }
    if let (Some(latitude), Some(longitude)) = (place.latitude, place.longitude) {
        let elevation = place.elevation.map_or_else(String::new, |e| format!(", {e:.3} m high"));
        line("site", format!("{latitude:.6} N, {longitude:.6} E{elevation}"));
    }
    if let Some(at) = place.site_placement.filter(|p| p.iter().any(|x| *x != 0.0)) {
        line("", format!("placed at {} m", point(at)));
    }
    if let Some(north) = place.true_north.filter(|n| *n != 0.0) {
        line("north", format!("{north:.4} degrees counterclockwise of the Y axis"));
    }
    if let Some(at) = &place.lon_lat {
        let pair = |[lon, lat]: [f64; 2]| format!("{lon:.7} {lat:.7}");
        line("lon lat", format!("{}, centre; corners counterclockwise from the south-west", pair(at.centre)));
        for two in at.corners.chunks(2) {
            line("", two.iter().map(|&c| pair(c)).collect::<Vec<_>>().join(", "));
        }
    }
    if let Some(why) = &place.no_lon_lat {
        line("lon lat", format!("none: {why}"));
    }
}

/// Many models, a line each.
fn overview(out: &mut String, inspection: &Inspection) {
    let mut rows = vec![
        ["model", "schema", "unit", "elements", "meshed", "no shape", "failed", "triangles"]
            .map(String::from),
    ];
    rows.extend(inspection.models.iter().map(|m| {
        [
            shorten(&m.label, 40),
            m.schema.clone(),
            m.units.length.clone(),
            count(m.coverage.elements),
            count(m.coverage.meshed),
            count(m.coverage.no_shape),
            count(m.coverage.failed),
            count(m.triangles),
        ]
    }));
    let right = Align::Right;
    push_lines(
        out,
        lines(&rows, [Align::Left, Align::Left, Align::Left, right, right, right, right, right], 0),
    );
    out.push('\n');
    let _ = writeln!(out, "where");
    let mut rows = vec![["model", "from (m)", "size (m)", "on its map"].map(String::from)];
    rows.extend(inspection.models.iter().map(|m| {
        let numbers = |p: [f64; 3], sep: &str| p.map(|x| format!("{x:.1}")).join(sep);
        let (from, size) = match m.place.bounds {
            Some([lo, hi]) => {
                let size = [0, 1, 2].map(|k| hi[k] - lo[k]);
                (numbers(lo, " "), numbers(size, " x "))
            }
            None => ("nowhere".to_owned(), "-".to_owned()),
        };
        let map = m.place.map.as_ref().map_or("-", |map| map.crs.as_deref().unwrap_or("unnamed"));
        [shorten(&m.label, 32), from, size, shorten(map, 16)]
    }));
    push_lines(out, lines(&rows, [Align::Left; 4], 2));
    out.push('\n');
    let asked = |m: &&ModelInspection| m.place.lon_lat.is_some() || m.place.no_lon_lat.is_some();
    let rows: Vec<[String; 2]> = inspection.models.iter().filter(asked).map(lon_lat).collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "lon lat");
        push_lines(out, lines(&rows, [Align::Left; 2], 2));
        out.push('\n');
    }
    let _ = writeln!(out, "classes");
    let classes = inspection.classes();
    let rows: Vec<[String; 2]> =
        classes.iter().take(CLASSES).map(|(name, n)| [name.clone(), count(*n)]).collect();
    push_lines(out, lines(&rows, [Align::Left, Align::Right], 2));
    rest(out, classes.len(), rows.len(), "classes");
    out.push('\n');
}

/// A model, and the longitude and latitude of its middle, or why there is none.
fn lon_lat(m: &ModelInspection) -> [String; 2] {
    let why = || format!("none: {}", m.place.no_lon_lat.as_deref().unwrap_or("it was not asked for"));
    let found = m.place.lon_lat.as_ref().map(|at| format!("{:.7} {:.7}", at.centre[0], at.centre[1]));
    [shorten(&m.label, 32), found.unwrap_or_else(why)]
}

fn push_lines(out: &mut String, lines: Vec<String>) {
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
}

fn rest(out: &mut String, all: usize, shown: usize, what: &str) {
    if all > shown {
        let _ = writeln!(out, "    and {} more {what} (--all lists them)", all - shown);
    }
}

fn class_note(c: &CoverageReport) -> String {
    let mut notes = Vec::new();
    if c.no_shape > 0 {
        notes.push(format!("{} without shape", count(c.no_shape)));
    }
    if c.failed > 0 {
        notes.push(format!("{} FAILED", count(c.failed)));
    }
    notes.join(", ")
}

/// `286 elements: 240 meshed, 46 without shape, 0 failed`
pub(crate) fn coverage(c: &CoverageReport) -> String {
    let parts = [c.meshed, c.no_shape, c.failed].map(count);
    format!(
        "{} elements: {} meshed, {} without shape, {} failed",
        count(c.elements),
        parts[0],
        parts[1],
        parts[2]
    )
}

/// Diagnostics by code: each code with its count and the first places.
pub(crate) fn diagnostics_text(list: &[&DiagnosticReport], all: bool) -> String {
    let mut by_code: BTreeMap<&str, Vec<&DiagnosticReport>> = BTreeMap::new();
    for d in list {
        by_code.entry(d.code).or_default().push(d);
    }
    let mut out = String::new();
    for (code, found) in by_code {
        let first = found[0];
        let all_of_it: usize = found.iter().map(|d| d.stands_for).sum();
        let times = if all_of_it > 1 { format!(" ({} times)", count(all_of_it)) } else { String::new() };
        let _ = writeln!(out, "\n{}[{code}]: {}{times}", first.severity, first.title);
        let most = if all { usize::MAX } else { PER_CODE };
        for d in found.iter().take(most) {
            let mut words: Vec<String> = Vec::new();
            words.extend(d.model.clone());
            words.extend(d.express_id.map(|id| format!("#{id}")));
            words.extend(d.class.clone());
            words.extend(d.global_id.clone());
            words.extend(d.name.as_ref().map(|n| format!("{n:?}")));
            let place = words.join(" ");
            let _ = match (&d.detail, place.is_empty()) {
                (Some(detail), true) => writeln!(out, "  --> {detail}"),
                (Some(detail), false) => writeln!(out, "  --> {place}: {detail}"),
                (None, false) => writeln!(out, "  --> {place}"),
                (None, true) => Ok(()),
            };
        }
        if found.len() > most {
            let left: usize = found.iter().skip(most).map(|d| d.stands_for).sum();
            let _ = writeln!(out, "  and {} more", count(left));
        }
        let _ = writeln!(out, "  hint: groma explain {code}");
    }
    out
}
