//! Spaces that elements keep clear: before a panel, above a valve, where a door swings, around a pipe.

use crate::rules::{Exclusion, Planned, Planner, Result, severity};
use crate::testable::Side;
use glam::{DAffine3, DMat3, DQuat, DVec2, DVec3};
use groma_clash::{Clash, DepthKind, Kind, Pairs, Rule, RuleKind, Scene, SceneModel, Subject};
use groma_exchange::project_file::{self, Around, Front, RuleEntry, Spanned};
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::Value;
use groma_query::{Item, Path};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

/// The spaces of a rule.
pub struct Space {
    /// Their shapes by model, in the project's frame; none where the space is a distance.
    shapes: Vec<(u32, Shapes)>,
    /// How many elements of the rule keep none.
    pub without: usize,
    /// How large they are, in metres, where all are alike.
    pub size: Option<f64>,
}

/// How many different thicknesses a rule may meet.
const THICKNESSES: usize = 32;
/// How many chords a quarter of a circle has.
const CHORDS: usize = 8;

/// What is asked for.
enum Form<'a> {
    Before(f64, Front),
    Above(f64),
    Below(f64),
    Around(&'a Around),
    Swing,
}

impl Space {
    /// The scene with the spaces as further models behind those of the project.
    pub fn scene<'a>(&'a self, scene: &Scene<'a>) -> Scene<'a> {
        let mut whole = scene.clone();
        for (m, shapes) in &self.shapes {
            whole.models.push(SceneModel { model: scene.models[*m as usize].model, shapes });
        }
        whole
    }

    /// The model of the project that each further model of that scene has the elements of.
    pub fn further(&self) -> Vec<u32> {
        self.shapes.iter().map(|(m, _)| *m).collect()
    }

    /// A clash in that scene as one of the elements themselves.
    pub fn settle(&self, clash: &mut Clash, models: usize, kind: RuleKind) {
        for s in [&mut clash.a, &mut clash.b] {
            if let Some(extra) = (s.model as usize).checked_sub(models) {
                s.model = self.shapes[extra].0;
            }
        }
        if let RuleKind::Clearance { distance } = kind {
            let meets = clash.depth.is_some();
            clash.depth = Some(distance - clash.distance);
            clash.depth_kind = Some(if meets { DepthKind::LowerBound } else { DepthKind::Exact });
        }
        clash.kind = Kind::Envelope;
    }
}

impl Planner<'_> {
    /// A rule about spaces that the elements of `a` keep clear of those of `b`.
    pub(crate) fn envelope(
        &self,
        entry: &RuleEntry,
        a: Option<Vec<Subject>>,
        b: Option<Vec<Subject>>,
        tolerance: f64,
        exclusions: Vec<Exclusion>,
    ) -> Result<Planned> {
        let at = |span, what: &str| Box::new(self.config.mistake(span, what));
        let Some(a) = a else {
            return Err(at(entry.name.span(), "an envelope needs `a`: whose space is kept clear"));
        };
        let Some(stated) = &entry.space else {
            let mistake = at(entry.name.span(), "an envelope needs a space");
            return Err(Box::new(
                mistake.hint("space = { before = 1.0 }, or above, below, around, swing = true"),
            ));
        };
        if let Some(distance) = &entry.distance {
            return Err(at(distance.span(), "only a clearance has a distance; an envelope has a space"));
        }
        let form = self.form(stated)?;
        let b_stated = entry.b.as_ref().unwrap_or(&entry.name);
        let b = b.unwrap_or_else(|| self.of(|_| true));
        let whose = Side { text: entry.a.as_ref().unwrap_or(&entry.name), what: "A", of: &a };
        let whom = Side { text: b_stated, what: if entry.b.is_some() { "B" } else { "the rule" }, of: &b };
        let name = entry.name.span();
        self.check_pairs(&whose, &whom, entry.default_exclusions, entry.between_models, name)?;
        let rule = |kind, a, b| Rule {
            name: entry.name.as_ref().clone(),
            kind,
            tolerance,
            pairs: Pairs::Sets { a, b },
            exclusions: entry.default_exclusions,
        };
        let (rules, space) = match form {
            Form::Around(around) => {
                let (by_thickness, without) = self.thicknesses(&a, around, stated)?;
                let size = match &by_thickness[..] {
                    [(only, _)] => Some(*only),
                    _ => None,
                };
                let pairs = apart(&by_thickness, &b).into_iter();
                let rules = pairs.map(|(distance, a, b)| rule(RuleKind::Clearance { distance }, a, b));
                (rules.collect(), Space { shapes: Vec::new(), without, size })
            }
            _ => {
                let (shapes, without) = self.shapes(&a, &form);
                let size = match form {
                    Form::Before(x, _) | Form::Above(x) | Form::Below(x) => Some(x),
                    Form::Around(_) | Form::Swing => None,
                };
                let models = self.project.models.len() as u32;
                let spaces = (models..).zip(&shapes).flat_map(|(model, (_, shapes))| {
                    shapes.instances.iter().map(move |i| Subject { model, element: i.element })
                });
                (vec![rule(RuleKind::Hard, spaces.collect(), b)], Space { shapes, without, size })
            }
        };
        if space.without == a.len() {
            let what = format!("none of the {} elements of `a` keeps such a space", a.len());
            return Err(at(stated.span(), &what));
        }
        Ok(Planned {
            name: entry.name.as_ref().clone(),
            rules,
            severity: entry.severity.map(severity),
            between_models: entry.between_models,
            space: Some(space),
            exclusions,
            span: entry.name.span(),
        })
    }

    fn form<'a>(&self, stated: &'a Spanned<project_file::Space>) -> Result<Form<'a>> {
        let space = stated.as_ref();
        let at = |what: &str| Box::new(self.config.mistake(stated.span(), what));
        let mut forms = Vec::new();
        let lengths = [
            space.before.map(|x| Form::Before(x, space.front)),
            space.above.map(Form::Above),
            space.below.map(Form::Below),
        ];
        forms.extend(lengths.into_iter().flatten());
        forms.extend(space.around.as_ref().map(Form::Around));
        forms.extend(space.swing.then_some(Form::Swing));
        let Some(form) = forms.pop().filter(|_| forms.is_empty()) else {
            return Err(at("a space is exactly one of before, above, below, around and swing"));
        };
        match form {
            Form::Before(x, _) | Form::Above(x) | Form::Below(x) | Form::Around(&Around::Metres(x))
                if !(x > 0.0 && x.is_finite()) =>
            {
                Err(at(&format!("a space must be more than 0 metres, not {x}")))
            }
            form => Ok(form),
        }
    }

    /// The elements by the thickness around them, and how many have none.
    #[allow(clippy::type_complexity, reason = "a list of sets and a count")]
    fn thicknesses(
        &self,
        a: &[Subject],
        around: &Around,
        stated: &Spanned<project_file::Space>,
    ) -> Result<(Vec<(f64, Vec<Subject>)>, usize)> {
        let at = |what: String| Box::new(self.config.mistake(stated.span(), what));
        let path = match around {
            Around::Metres(x) => return Ok((vec![(*x, a.to_vec())], 0)),
            Around::Property(name) => {
                Path::parse(name).map_err(|e| at(format!("`{name}` is no property: {e}")))?
            }
        };
        let mut found: BTreeMap<u64, Vec<Subject>> = BTreeMap::new();
        let mut without = 0;
        for &s in a {
            let value = path.value(&self.indices[s.model as usize], Item::Element(s.element));
            let unit = self.project.models[s.model as usize].model.units.length;
            match value.and_then(|v| metres(&v, unit)) {
                // The bits of positive numbers are in their order.
                Some(x) if x > 0.0 && x.is_finite() => found.entry(x.to_bits()).or_default().push(s),
                _ => without += 1,
            }
        }
        if found.len() > THICKNESSES {
            let what = format!("{} different thicknesses: there may be {THICKNESSES}", found.len());
            return Err(at(what));
        }
        Ok((found.into_iter().map(|(bits, set)| (f64::from_bits(bits), set)).collect(), without))
    }

    /// The shapes of the spaces, and how many elements have none.
    fn shapes(&self, a: &[Subject], form: &Form<'_>) -> (Vec<(u32, Shapes)>, usize) {
        let mut by_model: BTreeMap<u32, BTreeSet<Subject>> = BTreeMap::new();
        a.iter().for_each(|&s| {
            by_model.entry(s.model).or_default().insert(s);
        });
        let (mut all, mut without) = (Vec::new(), 0);
        for (m, subjects) in by_model {
            let loaded = &self.project.models[m as usize];
            let mut shapes = Shapes::default();
            for s in subjects {
                let placement = loaded.model.element(s.element).placement.unwrap_or(DAffine3::IDENTITY);
                let axes = rigid(loaded.to_frame * placement);
                let leaf = leaf(self.project, s);
                match solid(&loaded.shapes, s, axes, form, leaf.as_deref()) {
                    Some((mesh, placement)) => {
                        let mesh_at = shapes.meshes.len() as u32;
                        shapes.meshes.push(Arc::new(mesh));
                        let colour = [1.0, 0.6, 0.0, 0.3];
                        shapes.instances.push(Instance {
                            element: s.element,
                            mesh: mesh_at,
                            placement,
                            colour,
                        });
                    }
                    None => without += 1,
                }
            }
            if !shapes.instances.is_empty() {
                all.push((m, shapes));
            }
        }
        (all, without)
    }
}

/// A thickness in metres. What the file states as a length is in metres already; a plain number is in the file's unit
/// of length, as the drawing's numbers are.
fn metres(value: &Value, unit: f64) -> Option<f64> {
    let number = value.as_number()?;
    Some(match value {
        Value::Integer(_) => number * unit,
        Value::Real { measure: Some(measure), .. }
            if !matches!(
                &**measure,
                "IfcLengthMeasure" | "IfcPositiveLengthMeasure" | "IfcNonNegativeLengthMeasure"
            ) =>
        {
            number * unit
        }
        _ => number,
    })
}

/// Which sets are to be how far apart: what has a thickness from what has none by it, from what has one by the
/// sum of both.
fn apart(by_thickness: &[(f64, Vec<Subject>)], b: &[Subject]) -> Vec<(f64, Vec<Subject>, Vec<Subject>)> {
    let of_b: BTreeSet<Subject> = b.iter().copied().collect();
    let clad: BTreeSet<Subject> = by_thickness.iter().flat_map(|(_, set)| set).copied().collect();
    let bare: Vec<Subject> = of_b.difference(&clad).copied().collect();
    let mut pairs = Vec::new();
    for (x, set) in by_thickness {
        pairs.push((*x, set.clone(), bare.clone()));
        for (y, other) in by_thickness {
            let other: Vec<Subject> = other.iter().filter(|s| of_b.contains(s)).copied().collect();
            pairs.push((x + y, set.clone(), other));
        }
    }
    pairs.retain(|(_, a, b)| !a.is_empty() && !b.is_empty());
    pairs
}

/// `OperationType` of a door, or of its type.
fn leaf(project: &crate::Project, s: Subject) -> Option<Arc<str>> {
    let model = &project.models[s.model as usize].model;
    let text = |v: Value| v.as_text().cloned().filter(|t| &**t != "NOTDEFINED");
    let own = model.element(s.element).attribute("OperationType").and_then(text);
    own.or_else(|| {
        let attributes = &model.type_of(s.element)?.attributes;
        attributes.iter().find(|(n, _)| &**n == "OperationType").and_then(|(_, v)| text(v.clone()))
    })
}

/// The nearest placement that keeps lengths and handedness.
fn rigid(placement: DAffine3) -> DAffine3 {
    let m = placement.matrix3;
    let x = m.x_axis.try_normalize().unwrap_or(DVec3::X);
    let z = m.z_axis.reject_from_normalized(x).try_normalize().unwrap_or(x.any_orthonormal_vector());
    let turn = DQuat::from_mat3(&DMat3::from_cols(x, z.cross(x), z));
    DAffine3::from_rotation_translation(turn, placement.translation)
}

/// The space of one element, and where it stands.
fn solid(
    shapes: &Shapes,
    s: Subject,
    axes: DAffine3,
    form: &Form<'_>,
    leaf: Option<&str>,
) -> Option<(Mesh, DAffine3)> {
    let upright = axes.matrix3.z_axis.z.abs() > 1.0 - 1e-9;
    let axes = match form {
        // Up is up, however the element lies.
        Form::Above(_) | Form::Below(_) if !upright => DAffine3::IDENTITY,
        _ => axes,
    };
    let inverse = axes.inverse();
    let points = shapes.of(s.element).iter().flat_map(|i| {
        let to_axes = inverse * i.placement;
        shapes.meshes[i.mesh as usize].positions.iter().map(move |&p| to_axes.transform_point3(p))
    });
    let (lo, hi) = points.fold(None, |all: Option<(DVec3, DVec3)>, p| {
        Some(all.map_or((p, p), |(lo, hi)| (lo.min(p), hi.max(p))))
    })?;
    let cuboid = |lo: DVec3, hi: DVec3| {
        prism(&[lo.truncate(), DVec2::new(hi.x, lo.y), hi.truncate(), DVec2::new(lo.x, hi.y)], lo.z, hi.z)
    };
    let up = if axes.matrix3.z_axis.z < 0.0 { -1.0 } else { 1.0 };
    let grown = |towards: DVec3, by: f64| {
        let (start, end) =
            (lo + (hi - lo) * towards.max(DVec3::ZERO), hi + (lo - hi) * (-towards).max(DVec3::ZERO));
        let (a, b) = (start, end + towards * by);
        let (a, b) = if towards.min_element() < 0.0 { (lo + towards * by, end) } else { (a, b) };
        cuboid(a, b)
    };
    let mesh = match form {
        Form::Before(x, front) => {
            let towards = match front {
                Front::MinusX => DVec3::NEG_X,
                Front::PlusX => DVec3::X,
                Front::MinusY => DVec3::NEG_Y,
                Front::PlusY => DVec3::Y,
            };
            grown(towards, *x)
        }
        Form::Above(x) => grown(DVec3::Z * up, *x),
        Form::Below(x) => grown(DVec3::NEG_Z * up, *x),
        Form::Swing => swing(lo, hi, leaf?)?,
        Form::Around(_) => return None,
    };
    Some((mesh, axes))
}

/// What the leaves of a door sweep, in the axes of its placement: x along its width, y to the side that it opens
/// to (IfcDoor, `OperationType`).
fn swing(lo: DVec3, hi: DVec3, operation: &str) -> Option<Mesh> {
    let width = hi.x - lo.x;
    let (left, right) = (DVec2::new(lo.x, hi.y), DVec2::new(hi.x, hi.y));
    let quarter = |hinge: DVec2, from: f64, radius: f64| {
        let turn = |k: usize| DVec2::from_angle(from + FRAC_PI_2 * k as f64 / CHORDS as f64);
        let arc = (0..=CHORDS).map(|k| hinge + radius * turn(k));
        prism(&std::iter::once(hinge).chain(arc).collect::<Vec<_>>(), lo.z, hi.z)
    };
    let both = |a: Mesh, b: Mesh| {
        let first = a.positions.len() as u32;
        let triangles = a.triangles.into_iter().chain(b.triangles.into_iter().map(|t| t.map(|i| i + first)));
        Mesh { triangles: triangles.collect(), positions: [a.positions, b.positions].concat() }
    };
    let behind = |p: DVec2| DVec2::new(p.x, lo.y);
    Some(match operation {
        "SINGLE_SWING_LEFT" => quarter(left, 0.0, width),
        "SINGLE_SWING_RIGHT" => quarter(right, FRAC_PI_2, width),
        "DOUBLE_DOOR_SINGLE_SWING" => {
            both(quarter(left, 0.0, width / 2.0), quarter(right, FRAC_PI_2, width / 2.0))
        }
        "DOUBLE_SWING_LEFT" => both(quarter(left, 0.0, width), quarter(behind(left), -FRAC_PI_2, width)),
        "DOUBLE_SWING_RIGHT" => {
            both(quarter(right, FRAC_PI_2, width), quarter(behind(right), 2.0 * FRAC_PI_2, width))
        }
        // What slides, folds or turns sweeps no quarter of a circle.
        _ => return None,
    })
}

/// An upright prism over a convex polygon that runs anticlockwise.
fn prism(polygon: &[DVec2], low: f64, high: f64) -> Mesh {
    let n = polygon.len() as u32;
    let positions = [low, high].iter().flat_map(|&z| polygon.iter().map(move |p| p.extend(z))).collect();
    let mut triangles = Vec::new();
    for k in 1..n - 1 {
        triangles.push([0, k + 1, k]);
        triangles.push([n, n + k, n + k + 1]);
    }
    for k in 0..n {
        let next = (k + 1) % n;
        triangles.push([k, next, n + next]);
        triangles.push([k, n + next, n + k]);
    }
    Mesh { positions, triangles }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(operation: &str) -> Option<f64> {
        swing(DVec3::ZERO, DVec3::new(1.0, 0.1, 2.0), operation).map(|m| m.volume())
    }

    #[test]
    fn a_leaf_sweeps_a_quarter_of_a_circle() {
        // Chords lie inside the circle.
        let quarter = 2.0 * std::f64::consts::FRAC_PI_4;
        for operation in ["SINGLE_SWING_LEFT", "SINGLE_SWING_RIGHT"] {
            let v = volume(operation).unwrap();
            assert!(v < quarter && v > 0.99 * quarter, "{v}");
        }
        let halves = volume("DOUBLE_DOOR_SINGLE_SWING").unwrap();
        assert!((halves - volume("SINGLE_SWING_LEFT").unwrap() / 2.0).abs() < 1e-12);
        assert_eq!(volume("SLIDING_TO_LEFT"), None);
    }

    #[test]
    fn a_space_lies_before_above_or_below() {
        let element = groma_model::ElementId(0);
        let mut shapes = Shapes::default();
        shapes.meshes.push(Arc::new(prism(
            &[DVec2::ZERO, DVec2::new(2.0, 0.0), DVec2::new(2.0, 1.0), DVec2::new(0.0, 1.0)],
            0.0,
            3.0,
        )));
        let placement = DAffine3::from_translation(DVec3::new(10.0, 0.0, 0.0));
        shapes.instances.push(Instance { element, mesh: 0, placement, colour: [1.0; 4] });
        let bounds = |form: Form<'_>, axes: DAffine3| {
            let s = Subject { model: 0, element };
            let (mesh, axes) = solid(&shapes, s, axes, &form, None).unwrap();
            assert!(mesh.volume() > 0.0);
            let points = mesh.positions.iter().map(|&p| axes.transform_point3(p));
            let (lo, hi) = points.fold((DVec3::MAX, DVec3::MIN), |(l, h), p| (l.min(p), h.max(p)));
            [lo, hi].map(|p| (p * 1e9).round() / 1e9).map(|p| p.to_array())
        };
        let plain = DAffine3::IDENTITY;
        assert_eq!(bounds(Form::Before(0.5, Front::MinusY), plain), [[10.0, -0.5, 0.0], [12.0, 0.0, 3.0]]);
        assert_eq!(bounds(Form::Before(0.5, Front::PlusX), plain), [[12.0, 0.0, 0.0], [12.5, 1.0, 3.0]]);
        assert_eq!(bounds(Form::Above(0.5), plain), [[10.0, 0.0, 3.0], [12.0, 1.0, 3.5]]);
        assert_eq!(bounds(Form::Below(0.5), plain), [[10.0, 0.0, -0.5], [12.0, 1.0, 0.0]]);
        // Turned a quarter, its own -y is the frame's +x; lying on its side, above is above.
        let turned = DAffine3::from_rotation_z(FRAC_PI_2);
        assert_eq!(bounds(Form::Before(0.5, Front::MinusY), turned), [[12.0, 0.0, 0.0], [12.5, 1.0, 3.0]]);
        let lying = DAffine3::from_rotation_x(FRAC_PI_2);
        assert_eq!(bounds(Form::Above(0.5), lying), [[10.0, 0.0, 3.0], [12.0, 1.0, 3.5]]);
    }

    #[test]
    fn insulation_adds_up_between_two_that_have_it() {
        let s = |e| Subject { model: 0, element: groma_model::ElementId(e) };
        let found = apart(&[(0.02, vec![s(0)]), (0.05, vec![s(1)])], &[s(0), s(2)]);
        let expected = [
            (0.02, vec![s(0)], vec![s(2)]),
            (0.04, vec![s(0)], vec![s(0)]),
            (0.05, vec![s(1)], vec![s(2)]),
            (0.07, vec![s(1)], vec![s(0)]),
        ];
        assert_eq!(found, expected);
    }
}
