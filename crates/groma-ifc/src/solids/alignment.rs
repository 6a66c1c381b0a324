//! Alignments: where their line is at a distance along it, as IFC 4.1 to 4.3 write them.
//!
//! Straights, arcs and spirals in plan; gradients, arcs and parabolas in height; cant. Lines of other pieces are
//! left to the kernel.

use super::asides::{Aside, aside};
use super::read::Reading;
use super::spirals::Law;
use crate::attributes::{Attributes, real, typed};
use glam::{DAffine3, DMat3, DVec2, DVec3};
use std::sync::Arc;

/// How far before and behind a place the way ahead is measured where there is no formula, in metres.
const STEP: f64 = 1e-3;

/// A segment in plan: a stretch of a curve, forward or backward.
#[derive(Clone, Copy, Debug)]
struct Plan {
    from: f64,
    length: f64,
    at: DVec2,
    heading: f64,
    law: Law,
    /// Where on the curve it starts, and which way it goes.
    start: f64,
    way: f64,
}

/// A segment of cant: how far the line is lifted, and how far it leans to the left (as an angle), from its start to
/// its end as the curvature of a curve goes.
#[derive(Clone, Copy, Debug)]
struct Cant {
    from: f64,
    length: f64,
    start: [f64; 2],
    end: [f64; 2],
    law: Law,
}

/// A segment in height, over lengths in plan.
#[derive(Clone, Copy, Debug)]
struct Rise {
    from: f64,
    height: f64,
    gradient: f64,
    bend: Bend,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Bend {
    /// The height grows by this times the square of the distance, beside the gradient.
    Parabola(f64),
    /// Of this radius, positive in a sag and negative over a crest.
    Arc(f64),
}

/// A line in space, in metres.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    plan: Vec<Plan>,
    rises: Vec<Rise>,
    cants: Vec<Cant>,
    asides: Vec<Aside>,
}

/// A place on a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub(super) at: DVec3,
    /// The tangent in plan, of length one.
    pub(super) ahead: DVec2,
    /// The rise per length in plan.
    pub(super) gradient: f64,
    /// How far the line leans to the left about its tangent, as an angle.
    pub(super) lean: f64,
}

impl Station {
    /// The frame here: x along the line, y level to its left; the origin so far left of the line and above it.
    /// Verticals are upright, or turned with the line.
    pub(super) fn frame(&self, left: f64, up: f64, upright: bool) -> DAffine3 {
        let ahead = self.ahead.extend(if upright { 0.0 } else { self.gradient }).normalize();
        let beside = DVec3::new(-self.ahead.y, self.ahead.x, 0.0);
        let above = ahead.cross(beside);
        let (sin, cos) = self.lean.sin_cos();
        let (beside, above) = (cos * beside - sin * above, cos * above + sin * beside);
        let matrix3 = DMat3::from_cols(ahead, beside, above);
        DAffine3 { matrix3, translation: self.at + left * beside + up * above }
    }
}

impl Alignment {
    /// The line at a distance in plan from its start; beyond its ends it goes on straight. What is beside another
    /// line is found by the distance along that one.
    pub(super) fn station(&self, s: f64) -> Station {
        let base = self.on_base(s);
        if self.asides.is_empty() {
            return base;
        }
        let at = |s: f64| {
            let [left, up] = aside(&self.asides, s);
            self.on_base(s).frame(left, up, false).translation
        };
        let ahead = at(s + STEP) - at(s - STEP);
        let flat = ahead.truncate();
        let gradient = ahead.z / flat.length();
        if !gradient.is_finite() {
            return Station { at: at(s), ..base };
        }
        Station { at: at(s), ahead: flat.normalize(), gradient, lean: base.lean }
    }

    /// The length in plan.
    pub(super) fn length(&self) -> f64 {
        self.plan.last().map_or(0.0, |p| p.from + p.length)
    }

    fn on_base(&self, s: f64) -> Station {
        let place = self.plan.partition_point(|p| p.from <= s).saturating_sub(1);
        let (mut at, mut heading) = (DVec2::ZERO, 0.0);
        if let Some(plan) = self.plan.get(place) {
            let along = (s - plan.from).clamp(0.0, plan.length);
            at = plan.at + plan.chord(along);
            heading = plan.heading + plan.turned(along);
            at += (s - plan.from - along) * DVec2::from_angle(heading);
        }
        let place = self.rises.partition_point(|r| r.from <= s).saturating_sub(1);
        let (height, gradient) = self.rises.get(place).map_or((0.0, 0.0), |rise| rise.at(s - rise.from));
        let place = self.cants.partition_point(|c| c.from <= s).saturating_sub(1);
        let [lift, lean] = self.cants.get(place).map_or([0.0; 2], |cant| cant.at(s - cant.from));
        Station { at: at.extend(height + lift), ahead: DVec2::from_angle(heading), gradient, lean }
    }

    /// The most that the line bends between two distances, per metre, in plan or in height.
    pub(super) fn bend(&self, from: f64, to: f64) -> f64 {
        let plan = self.plan.iter().filter(|p| p.from < to && p.from + p.length > from);
        let plan = plan.map(Plan::bend).fold(0.0, f64::max);
        // What leans turns the section about the line: so far that a corner at arm's length is no further off.
        let cants = self.cants.iter().filter(|c| c.length > 0.0 && c.from < to && c.from + c.length > from);
        let plan =
            cants.map(|c| (c.end[1] - c.start[1]).abs() * 16.0 / (c.length * c.length)).fold(plan, f64::max);
        let first = self.rises.partition_point(|r| r.from <= from).saturating_sub(1);
        let rises = self.rises.iter().skip(first).take_while(|r| r.from < to);
        let rise = |r: &Rise| match r.bend {
            Bend::Parabola(bend) => 2.0 * bend.abs(),
            Bend::Arc(radius) => 1.0 / radius.abs(),
        };
        let most = rises.map(rise).fold(plan, f64::max);
        // On the inner side of a curve a line beside it bends more.
        let wide = self.asides.iter().map(|a| a.by[0].abs().max(a.by[1].abs())).fold(0.0, f64::max);
        most / (1.0 - most * wide).max(0.1)
    }

    /// Where pieces of different kind meet between two distances.
    pub(super) fn joints(&self, from: f64, to: f64) -> impl Iterator<Item = f64> {
        let all = self.plan.iter().map(|p| p.from).chain(self.rises.iter().map(|r| r.from));
        let all = all.chain(self.cants.iter().map(|c| c.from)).chain(self.asides.iter().map(|a| a.from));
        all.filter(move |&s| s > from && s < to)
    }
}

impl Plan {
    fn turned(&self, along: f64) -> f64 {
        self.law.turned(self.start + self.way * along) - self.law.turned(self.start)
    }

    /// The most that it bends.
    fn bend(&self) -> f64 {
        let at = |k: u32| self.law.curvature(self.start + self.way * self.length * f64::from(k) / 32.0).abs();
        (0..=32).map(at).fold(0.0, f64::max)
    }

    /// From the start of the segment to a point of it.
    fn chord(&self, along: f64) -> DVec2 {
        if self.law.is_even() {
            let half = self.turned(along) / 2.0;
            let shrunk = if half.abs() < 1e-9 { 1.0 } else { half.sin() / half };
            return along * shrunk * DVec2::from_angle(self.heading + half);
        }
        // Simpson's rule; a turn of one radian is exact to a billionth of the length.
        let pairs = (self.bend() * along * 64.0).ceil().clamp(48.0, 4096.0);
        let step = along / (2.0 * pairs);
        let point = |n: f64| DVec2::from_angle(self.heading + self.turned(step * n));
        let mut sum = point(0.0) + point(2.0 * pairs);
        for pair in 0..pairs as u32 {
            let n = f64::from(2 * pair);
            sum += 4.0 * point(n + 1.0);
            sum += if n > 0.0 { 2.0 * point(n) } else { DVec2::ZERO };
        }
        sum * step / 3.0
    }
}

impl Cant {
    /// Lift and lean so far behind the start of the segment.
    fn at(&self, along: f64) -> [f64; 2] {
        if self.length <= 0.0 {
            return self.start;
        }
        let along = along.clamp(0.0, self.length);
        let [first, here, last] = [0.0, along, self.length].map(|s| self.law.curvature(s));
        let change = last - first;
        let share = if change == 0.0 { along / self.length } else { (here - first) / change };
        [0, 1].map(|k| self.start[k] + (self.end[k] - self.start[k]) * share)
    }
}

impl Rise {
    /// Height and gradient so far behind the start of the segment; before it the line goes on straight.
    fn at(&self, along: f64) -> (f64, f64) {
        let forth = along.max(0.0);
        let (height, gradient) = match self.bend {
            Bend::Parabola(bend) => {
                (self.height + forth * (self.gradient + bend * forth), self.gradient + 2.0 * bend * forth)
            }
            Bend::Arc(radius) => {
                let start = self.gradient.atan();
                let sin = (start.sin() + forth / radius).clamp(-0.99, 0.99);
                let cos = (1.0 - sin * sin).sqrt();
                (self.height + radius * (start.cos() - cos), sin / cos)
            }
        };
        (height + self.gradient * along.min(0.0), gradient)
    }
}

impl Reading<'_> {
    /// The line of an `IfcGradientCurve`, a composite of curve segments, or an `IfcAlignmentCurve`; `None` for
    /// all that the kernel is left to follow.
    pub(super) fn alignment(&self, id: u32) -> Option<Arc<Alignment>> {
        let mut known = self.alignments.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.entry(id).or_insert_with(|| self.read_alignment(id).map(Arc::new)).clone()
    }

    fn read_alignment(&self, id: u32) -> Option<Alignment> {
        let a = self.attributes(id)?;
        let alignment = match self.step.keyword(id) {
            "IFCGRADIENTCURVE" => {
                let base = self.step.instance(a.reference(2)?, &["IFCCOMPOSITECURVE"])?;
                let rises = self.segments_in_height(&a)?;
                Alignment { plan: self.segments_in_plan(&base)?, rises, ..Alignment::default() }
            }
            "IFCSEGMENTEDREFERENCECURVE" => {
                let base = a.reference(2)?;
                // One that stands on another of its kind has no meaning, and may be a cycle.
                if self.step.keyword(base) == "IFCSEGMENTEDREFERENCECURVE" {
                    return None;
                }
                Alignment { cants: self.segments_of_cant(&a)?, ..self.read_alignment(base)? }
            }
            "IFCCOMPOSITECURVE" => Alignment { plan: self.segments_in_plan(&a)?, ..Alignment::default() },
            "IFCOFFSETCURVEBYDISTANCES" => {
                let base = a.reference(0)?;
                // One beside another of its kind would be found by the distance along a third; and it may be a cycle.
                if self.step.keyword(base) == "IFCOFFSETCURVEBYDISTANCES" {
                    return None;
                }
                Alignment { asides: self.asides(&a)?, ..self.read_alignment(base)? }
            }
            "IFCPOLYLINE" => self.level_polyline(id)?,
            "IFCALIGNMENTCURVE" => {
                let plan = self.step.instance(a.reference(0)?, &["IFCALIGNMENT2DHORIZONTAL"])?;
                let rises = match a.reference(1) {
                    Some(id) => self.rises(&self.step.instance(id, &["IFCALIGNMENT2DVERTICAL"])?)?,
                    None => Vec::new(),
                };
                Alignment { plan: self.plans(&plan)?, rises, ..Alignment::default() }
            }
            _ => return None,
        };
        let good = alignment.plan.iter().all(|p| {
            [p.from, p.length, p.at.x, p.at.y, p.heading, p.start].iter().all(|x| x.is_finite())
                && p.law.is_finite()
        });
        (good && !alignment.plan.is_empty()).then_some(alignment)
    }

    /// The straights of a polyline that is level.
    fn level_polyline(&self, id: u32) -> Option<Alignment> {
        let points: Vec<DVec3> =
            self.first_list(id)?.into_iter().map(|p| self.point(p)).collect::<Option<_>>()?;
        let height = points.first()?.z;
        let mut line = Alignment::default();
        let mut from = 0.0;
        for pair in points.windows(2) {
            let way = (pair[1] - pair[0]).truncate();
            if (pair[1].z - height).abs() > 1e-9 {
                return None;
            }
            let length = way.length();
            if length > 1e-9 {
                let (at, heading) = (pair[0].truncate(), way.to_angle());
                line.plan.push(Plan { from, length, at, heading, law: Law::STRAIGHT, start: 0.0, way: 1.0 });
                from += length;
            }
        }
        line.rises.push(Rise { from: 0.0, height, gradient: 0.0, bend: Bend::Parabola(0.0) });
        Some(line)
    }

    /// A length that may name its type, in metres; `None` for a parameter.
    pub(super) fn measure(&self, token: &[u8]) -> Option<f64> {
        let length = match typed(token) {
            Some((name, inner)) if name.to_ascii_uppercase().ends_with("LENGTHMEASURE") => real(inner)?,
            Some(_) => return None,
            None => real(token)?,
        };
        Some(length * self.length)
    }

    /// A length that may be left out, in metres.
    pub(super) fn optional_length(&self, a: &Attributes<'_>, slot: usize) -> Option<Option<f64>> {
        if a.raw(slot) == b"$" { Some(None) } else { self.length_of(a, slot).map(Some) }
    }

    /// The segments of a composite curve: placed each by itself.
    fn segments_in_plan(&self, curve: &Attributes<'_>) -> Option<Vec<Plan>> {
        let mut plan = Vec::new();
        let mut from = 0.0;
        for id in curve.references(0) {
            let a = self.step.instance(id, &["IFCCURVESEGMENT"])?;
            let frame = self.axes(a.reference(1)?)?;
            let (start, length) = (self.measure(a.raw(2))?, self.measure(a.raw(3))?);
            // The marker of the end has no length, and its curve does not matter.
            let law = if length == 0.0 { Law::STRAIGHT } else { self.law(a.reference(4)?, length)? };
            let ahead = frame.matrix3.x_axis;
            let heading = ahead.y.atan2(ahead.x);
            plan.push(Plan {
                from,
                length: length.abs(),
                at: frame.translation.truncate(),
                heading,
                law,
                start,
                way: if length < 0.0 { -1.0 } else { 1.0 },
            });
            from += length.abs();
        }
        Some(plan)
    }

    /// The segments of cant, each placed by itself: over distance and lift, its axis leaning as the line does. What
    /// follows a segment is where it ends: by the formulae of IFC 4.3, the cant goes as the curvature of the parent.
    fn segments_of_cant(&self, curve: &Attributes<'_>) -> Option<Vec<Cant>> {
        let mut cants: Vec<Cant> = Vec::new();
        let placed = |id: u32| {
            let frame = self.axes(id)?;
            let axis = frame.matrix3.z_axis;
            Some((frame.translation, axis.y.atan2(axis.z)))
        };
        for id in curve.references(0) {
            let a = self.step.instance(id, &["IFCCURVESEGMENT"])?;
            let (at, lean) = placed(a.reference(1)?)?;
            let length = self.measure(a.raw(3))?;
            let law = if length == 0.0 { Law::STRAIGHT } else { self.law(a.reference(4)?, length)? };
            let here = [at.y, lean];
            if let Some(last) = cants.last_mut() {
                last.end = here;
            }
            cants.push(Cant { from: at.x, length: length.abs(), start: here, end: here, law });
        }
        if let (Some(last), Some(end)) = (cants.last_mut(), curve.reference(3)) {
            let (at, lean) = placed(end)?;
            last.end = [at.y, lean];
        }
        let good = |c: &Cant| {
            [c.from, c.length, c.end[0], c.end[1]].iter().all(|x| x.is_finite()) && c.law.is_finite()
        };
        (cants.windows(2).all(|w| w[0].from <= w[1].from) && cants.iter().all(good)).then_some(cants)
    }

    /// The segments of a gradient curve, over distance and height.
    fn segments_in_height(&self, curve: &Attributes<'_>) -> Option<Vec<Rise>> {
        let mut rises: Vec<Rise> = Vec::new();
        for id in curve.references(0) {
            let a = self.step.instance(id, &["IFCCURVESEGMENT"])?;
            let frame = self.axes(a.reference(1)?)?;
            let (at, ahead) = (frame.translation, frame.matrix3.x_axis);
            if ahead.x < 1e-6 {
                return None;
            }
            let gradient = ahead.y / ahead.x;
            let (start, length) = (self.measure(a.raw(2))?, self.measure(a.raw(3))?);
            let parent = a.reference(4)?;
            let p = self.attributes(parent)?;
            let bend = match self.step.keyword(parent) {
                // the marker of the end
                _ if length == 0.0 => Bend::Parabola(0.0),
                "IFCLINE" => Bend::Parabola(0.0),
                "IFCCIRCLE" => Bend::Arc(positive(self.length_of(&p, 1)?)? * length.signum()),
                "IFCPOLYNOMIALCURVE" if start == 0.0 => self.parabola(&p, gradient)?,
                _ => return None,
            };
            rises.push(Rise { from: at.x, height: at.y, gradient, bend });
        }
        rises.windows(2).all(|w| w[0].from <= w[1].from).then_some(rises)
    }

    /// A polynomial y = c + gradient x + bend x², which starts as its segment does.
    fn parabola(&self, a: &Attributes<'_>, gradient: f64) -> Option<Bend> {
        let coefficients =
            |slot: usize| -> Option<Vec<f64>> { crate::attributes::list(a.raw(slot))?.map(real).collect() };
        let (x, y) = (coefficients(1)?, coefficients(2)?);
        let is_x = matches!(x.as_slice(), [first, one, rest @ ..]
            if *first == 0.0 && *one == 1.0 && rest.iter().all(|c| *c == 0.0));
        match y.as_slice() {
            [_, slope, bend, rest @ ..] if is_x && rest.iter().all(|c| *c == 0.0) => {
                ((slope - gradient).abs() < 1e-6).then_some(Bend::Parabola(bend / self.length))
            }
            _ => None,
        }
    }

    /// The segments of an `IfcAlignment2DHorizontal`.
    fn plans(&self, a: &Attributes<'_>) -> Option<Vec<Plan>> {
        let mut plan = Vec::new();
        let mut from = self.optional_length(a, 0)?.unwrap_or(0.0);
        for id in a.references(1) {
            let segment = self.step.instance(id, &["IFCALIGNMENT2DHORIZONTALSEGMENT"])?;
            let id = segment.reference(3)?;
            let a = self.attributes(id)?;
            let length = positive(self.length_of(&a, 2)?)?;
            let turn = |slot: usize| a.logical(slot).map(|left| if left { 1.0 } else { -1.0 });
            let radius = |slot: usize| match self.optional_length(&a, slot)? {
                None | Some(0.0) => Some(0.0),
                Some(radius) => Some(1.0 / radius.abs()),
            };
            let (law, second) = match self.step.keyword(id) {
                "IFCLINESEGMENT2D" => (Law::STRAIGHT, None),
                "IFCCIRCULARARCSEGMENT2D" => (Law::of(&[turn(4)? * radius(3)?]), None),
                "IFCTRANSITIONCURVESEGMENT2D" => {
                    let name = a.enumeration(7)?.to_ascii_uppercase();
                    Law::named(&name, turn(5)? * radius(3)?, turn(6)? * radius(4)?, length)?
                }
                _ => return None,
            };
            let heading = a.real(1)? * self.angle;
            let at = self.point2(a.reference(0)?)?;
            let length = if second.is_some() { length / 2.0 } else { length };
            let first = Plan { from, length, at, heading, law, start: 0.0, way: 1.0 };
            plan.push(first);
            from += length;
            if let Some(law) = second {
                let (at, heading) = (at + first.chord(length), heading + first.turned(length));
                plan.push(Plan { from, at, heading, law, ..first });
                from += length;
            }
        }
        Some(plan)
    }

    /// The segments of an `IfcAlignment2DVertical`.
    fn rises(&self, a: &Attributes<'_>) -> Option<Vec<Rise>> {
        let mut rises: Vec<Rise> = Vec::new();
        for id in a.references(0) {
            let a = self.attributes(id)?;
            let crest = || a.logical(8).map(|crest| if crest { -1.0 } else { 1.0 });
            let bend = match self.step.keyword(id) {
                "IFCALIGNMENT2DVERSEGLINE" => Bend::Parabola(0.0),
                "IFCALIGNMENT2DVERSEGPARABOLICARC" => {
                    Bend::Parabola(crest()? / (2.0 * positive(self.length_of(&a, 7)?)?))
                }
                "IFCALIGNMENT2DVERSEGCIRCULARARC" => Bend::Arc(crest()? * positive(self.length_of(&a, 7)?)?),
                _ => return None,
            };
            let (from, height) = (self.length_of(&a, 3)?, self.length_of(&a, 5)?);
            rises.push(Rise { from, height, gradient: a.real(6)?, bend });
        }
        rises.windows(2).all(|w| w[0].from <= w[1].from).then_some(rises)
    }
}

pub(super) fn positive(x: f64) -> Option<f64> {
    (x > 1e-12 && x.is_finite()).then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(from: f64, length: f64, at: DVec2, heading: f64, curvature: [f64; 2]) -> Plan {
        let law = Law::of(&[curvature[0], (curvature[1] - curvature[0]) / length]);
        Plan { from, length, at, heading, law, start: 0.0, way: 1.0 }
    }

    #[test]
    fn an_arc_ends_where_its_circle_does() {
        let quarter = plan(0.0, 50.0 * std::f64::consts::PI, DVec2::ZERO, 0.0, [0.01, 0.01]);
        let line = Alignment { plan: vec![quarter], ..Alignment::default() };
        let end = line.station(quarter.length);
        assert!((end.at - DVec3::new(100.0, 100.0, 0.0)).length() < 1e-9, "{end:?}");
        assert!((end.ahead - DVec2::Y).length() < 1e-12);
        let beyond = line.station(quarter.length + 7.0);
        assert!((beyond.at - DVec3::new(100.0, 107.0, 0.0)).length() < 1e-9, "{beyond:?}");
    }

    #[test]
    fn a_clothoid_agrees_with_its_series() {
        // x = s - s⁵/40A⁴ + s⁹/3456A⁸, y = s³/6A² - s⁷/336A⁶ + s¹¹/42240A¹⁰
        let (s, a): (f64, f64) = (80.0, 32_000.0_f64.sqrt());
        let line = Alignment {
            plan: vec![plan(0.0, s, DVec2::ZERO, 0.0, [0.0, s / (a * a)])],
            ..Alignment::default()
        };
        let x = s - s.powi(5) / (40.0 * a.powi(4)) + s.powi(9) / (3456.0 * a.powi(8));
        let y = s.powi(3) / (6.0 * a * a) - s.powi(7) / (336.0 * a.powi(6));
        let y = y + s.powi(11) / (42_240.0 * a.powi(10));
        let found = line.station(s).at;
        assert!((found - DVec3::new(x, y, 0.0)).length() < 1e-7, "{found:?} {x} {y}");
    }

    #[test]
    fn a_crest_is_round_and_a_sag_is_its_mirror() {
        for sign in [1.0, -1.0] {
            let rise =
                Rise { from: 0.0, height: 5.0, gradient: -sign * 0.02, bend: Bend::Arc(sign * 1000.0) };
            let start = rise.gradient.atan();
            let (middle, radius) =
                (DVec2::new(-sign * 1000.0 * start.sin(), 5.0 + sign * 1000.0 * start.cos()), 1000.0);
            for along in [0.0, 10.0, 35.0] {
                let (height, gradient) = rise.at(along);
                let spoke = DVec2::new(along, height) - middle;
                assert!((spoke.length() - radius).abs() < 1e-9, "{sign} {along}");
                assert!(spoke.normalize().dot(DVec2::new(1.0, gradient).normalize()).abs() < 1e-12);
            }
        }
    }
}
