//! Points, distances, angles and areas that a person measures.

use crate::session::action::Tool;
use crate::session::details::number;
use glam::DVec3;

/// What a point was caught by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caught {
    /// A corner.
    Corner,
    /// An edge.
    Edge,
    /// A face.
    Face,
}

impl Caught {
    /// In a word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Corner => "corner",
            Self::Edge => "edge",
            Self::Face => "face",
        }
    }
}

/// A point on a surface. Metres, in the project's frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Snap {
    /// The element.
    pub place: u32,
    /// The point.
    pub point: DVec3,
    /// The unit normal of the face there.
    pub normal: DVec3,
    /// What caught it.
    pub caught: Caught,
    /// The area of the flat face around the point, m².
    pub area: f64,
    /// The length of the edge that caught it, in metres.
    pub edge: Option<f64>,
}

/// Something measured.
#[derive(Clone, PartialEq, Debug)]
pub struct Measure {
    /// The points, in the project's frame.
    pub points: Vec<DVec3>,
    /// What came of it, for a person.
    pub words: String,
    /// What caught the points, in their order.
    pub caught: Vec<Caught>,
}

impl Measure {
    /// Where its value is written: amid its points, but at the corner of an angle.
    pub fn middle(&self) -> DVec3 {
        match &self.points[..] {
            [_, corner, _] => *corner,
            points => points.iter().sum::<DVec3>() / points.len().max(1) as f64,
        }
    }

    /// What its points were caught by: `corner, edge`.
    pub fn caught_words(&self) -> String {
        self.caught.iter().map(|c| c.words()).collect::<Vec<_>>().join(", ")
    }
}

/// The points of a measure that is not complete.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Measures {
    /// Its points.
    pub begun: Vec<Snap>,
    /// How lengths are told.
    pub unit: Unit,
}

/// How lengths are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unit {
    /// In metres, below one in millimetres.
    #[default]
    Metres,
    /// In millimetres, however long.
    Millimetres,
    /// In feet and inches, with metres behind them.
    Feet,
}

impl Unit {
    /// As models tell theirs, each by its unit in metres; metres where they differ.
    pub fn of(units: impl Iterator<Item = f64>) -> Self {
        let of = |unit: f64| match unit {
            u if is_of_feet(u) => Self::Feet,
            u if (u - 0.001).abs() < 1e-9 => Self::Millimetres,
            _ => Self::Metres,
        };
        let units: Vec<Self> = units.map(of).collect();
        units.first().copied().filter(|first| units.iter().all(|unit| unit == first)).unwrap_or_default()
    }
}

/// A length in metric units: millimetres below a metre.
pub fn length(metres: f64) -> String {
    if metres.abs() < 1.0 { format!("{} mm", number(metres * 1000.0)) } else { format!("{metres:.3} m") }
}

/// True where a unit of length, in metres, is a foot or an inch, be it that of the survey.
fn is_of_feet(unit: f64) -> bool {
    [0.3048, 0.0254].iter().any(|known| (unit / known - 1.0).abs() < 1e-5)
}

/// A length in feet, inches and sixteenths of an inch.
fn feet_and_inches(metres: f64) -> String {
    let sixteenths = (metres.abs() / 0.0254 * 16.0).round() as u64;
    let (feet, inches, mut over) = (sixteenths / 192, sixteenths / 16 % 12, sixteenths % 16);
    let mut of = 16;
    while over > 0 && over % 2 == 0 {
        (over, of) = (over / 2, of / 2);
    }
    let sign = if metres < 0.0 && sixteenths > 0 { "-" } else { "" };
    let feet = if feet > 0 { format!("{feet}' ") } else { String::new() };
    let over = if over > 0 { format!(" {over}/{of}") } else { String::new() };
    format!("{sign}{feet}{inches}{over}\"")
}

/// The angle between two directions, 0 to 180 degrees; `None` where one has no length.
fn angle(u: DVec3, v: DVec3) -> Option<f64> {
    Some(u.try_normalize()?.dot(v.try_normalize()?).clamp(-1.0, 1.0).acos().to_degrees())
}

impl Measures {
    fn length(&self, metres: f64) -> String {
        match self.unit {
            Unit::Feet => format!("{} = {}", feet_and_inches(metres), length(metres)),
            Unit::Metres => length(metres),
            Unit::Millimetres if metres.abs() < 1.0 => length(metres),
            Unit::Millimetres => format!("{:.0} mm", metres * 1000.0),
        }
    }

    fn area(&self, square_metres: f64) -> String {
        let metric = format!("{} m²", number(square_metres));
        match self.unit {
            Unit::Feet => format!("{} ft² = {metric}", number(square_metres / (0.3048 * 0.3048))),
            Unit::Metres | Unit::Millimetres => metric,
        }
    }

    /// What a tool waits for, and what caught the points that it has; `None` for a tool that measures nothing.
    pub fn prompt(&self, tool: Tool) -> Option<String> {
        let points = match tool {
            Tool::Distance => ["first", "second", ""],
            Tool::Angle => ["first", "second (the corner)", "third"],
            Tool::Area => return Some("Measure: click a face".into()),
            Tool::Select | Tool::Section => return None,
        };
        let next = points.get(self.begun.len()).copied().unwrap_or_default();
        let had: Vec<&str> = self.begun.iter().map(|s| s.caught.words()).collect();
        let had = if had.is_empty() { String::new() } else { format!("caught: {}; ", had.join(", ")) };
        Some(format!("Measure: {had}click the {next} point"))
    }

    /// Takes a point for a tool; gives the measure once it has all its points.
    pub fn take(&mut self, tool: Tool, snap: Snap) -> Option<Measure> {
        self.begun.push(snap);
        let points: Vec<DVec3> = self.begun.iter().map(|s| s.point).collect();
        let words = match (tool, &points[..]) {
            (Tool::Area, [_]) => {
                let edge = snap.edge.map(|e| format!(", edge {}", self.length(e))).unwrap_or_default();
                Some(format!("face {}{edge}", self.area(snap.area)))
            }
            (Tool::Distance, [a, b]) => {
                let d = *b - *a;
                let across = d.truncate().length();
                // Two faces that run alike have a distance of their own.
                let (p, q) = (self.begun[0].normal, self.begun[1].normal);
                let apart = d.dot(p).abs();
                let faces = (p.dot(q).abs() > 1.0 - 1e-6 && apart > 1e-6)
                    .then(|| format!(", between faces {}", self.length(apart)));
                Some(format!(
                    "{} (across {}, up {}{})",
                    self.length(d.length()),
                    self.length(across),
                    self.length(d.z),
                    faces.unwrap_or_default()
                ))
            }
            (Tool::Angle, [a, b, c]) => match angle(*a - *b, *c - *b) {
                Some(degrees) => Some(format!("{degrees:.2}°")),
                None => {
                    self.begun.pop();
                    None
                }
            },
            (Tool::Distance | Tool::Angle, _) => None,
            (Tool::Select | Tool::Section | Tool::Area, _) => {
                self.begun.clear();
                None
            }
        };
        let words = words?;
        let caught = self.begun.drain(..).map(|s| s.caught).collect();
        Some(Measure { points, words, caught })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snap(point: DVec3) -> Snap {
        Snap { place: 0, point, normal: DVec3::X, caught: Caught::Face, area: 2.5, edge: Some(0.3) }
    }

    /// The words of the measures that a tool makes of some points.
    fn check(tool: Tool, points: &[DVec3], expected: &[&str]) {
        let mut measures = Measures::default();
        let words: Vec<String> =
            points.iter().filter_map(|&p| measures.take(tool, snap(p))).map(|m| m.words).collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn what_is_measured() {
        let at = DVec3::new;
        check(Tool::Distance, &[DVec3::ZERO], &[]);
        check(
            Tool::Distance,
            &[DVec3::ZERO, at(3.0, 4.0, 12.0)],
            &["13.000 m (across 5.000 m, up 12.000 m, between faces 3.000 m)"],
        );
        check(Tool::Angle, &[DVec3::X, DVec3::ZERO, DVec3::Y], &["90.00°"]);
        check(Tool::Angle, &[DVec3::X, DVec3::ZERO, DVec3::ZERO], &[]);
        check(Tool::Area, &[DVec3::X], &["face 2.5 m², edge 300 mm"]);
        check(Tool::Select, &[DVec3::X, DVec3::Y], &[]);
        let mut fine = Measures { unit: Unit::Millimetres, ..Measures::default() };
        fine.take(Tool::Distance, snap(DVec3::ZERO));
        let done = fine.take(Tool::Distance, snap(at(3.0, 4.0, 0.1235))).unwrap();
        assert_eq!(done.words, "5002 mm (across 5000 mm, up 123.5 mm, between faces 3000 mm)");
        let mut feet = Measures { unit: Unit::Feet, ..Measures::default() };
        let done = feet.take(Tool::Area, Snap { area: 0.3048, ..snap(DVec3::X) }).unwrap();
        assert_eq!(done.words, "face 3.28084 ft² = 0.3048 m², edge 11 13/16\" = 300 mm");
    }

    #[test]
    fn what_is_waited_for_is_told_with_what_was_caught() {
        let check = |tool, points: usize, expect: Option<&str>| {
            let mut measures = Measures::default();
            (0..points).for_each(|n| drop(measures.take(tool, snap(DVec3::X * n as f64))));
            assert_eq!(measures.prompt(tool).as_deref(), expect);
        };
        check(Tool::Distance, 0, Some("Measure: click the first point"));
        check(Tool::Distance, 1, Some("Measure: caught: face; click the second point"));
        check(Tool::Distance, 2, Some("Measure: click the first point"));
        check(Tool::Angle, 2, Some("Measure: caught: face, face; click the third point"));
        check(Tool::Area, 1, Some("Measure: click a face"));
        check(Tool::Section, 0, None);
    }

    #[test]
    fn a_value_stands_amid_the_points_and_at_the_corner_of_an_angle() {
        let check = |points: &[DVec3], expect: DVec3| {
            let measure =
                Measure { points: points.to_vec(), words: String::new(), caught: vec![Caught::Face] };
            assert_eq!(measure.middle(), expect);
        };
        check(&[DVec3::X], DVec3::X);
        check(&[DVec3::ZERO, DVec3::splat(2.0)], DVec3::ONE);
        check(&[DVec3::X, DVec3::Y * 3.0, DVec3::Z], DVec3::Y * 3.0);
    }

    #[test]
    fn feet_have_twelve_inches_of_sixteen_parts() {
        for (inches, words) in [
            (0.0, "0\""),
            (5.5, "5 1/2\""),
            (12.0, "1' 0\""),
            (41.8125, "3' 5 13/16\""),
            (-23.99, "-2' 0\""),
            (-0.01, "0\""),
        ] {
            assert_eq!(feet_and_inches(inches * 0.0254), words);
        }
        assert!(is_of_feet(0.3048) && is_of_feet(1200.0 / 3937.0) && is_of_feet(0.0254));
        assert!(!is_of_feet(0.001) && !is_of_feet(0.3));
    }

    #[test]
    fn lengths_are_told_as_the_models_tell_theirs() {
        let check = |units: &[f64], expect| assert_eq!(Unit::of(units.iter().copied()), expect, "{units:?}");
        check(&[], Unit::Metres);
        check(&[0.001, 0.001], Unit::Millimetres);
        check(&[0.001, 1.0], Unit::Metres);
        check(&[0.3048, 0.0254], Unit::Feet);
        check(&[0.01], Unit::Metres);
    }
}
