//! Whether models that were opened together stand as one building does.

use glam::DVec3;
use groma_model::{Code, Diagnostic, Diagnostics, Model, Place, codes};
use std::collections::BTreeMap;

/// Corners of a box, metres.
pub(crate) type Bounds = (DVec3, DVec3);

/// A model as far as its place and size go.
pub(crate) struct Stands<'a> {
    pub(crate) model: &'a Model,
    /// In engineering coordinates.
    pub(crate) local: Option<Bounds>,
    /// In the shared coordinates.
    pub(crate) shared: Option<Bounds>,
}

/// An offset below this is one that a drawing may have, and no map's.
const LARGE: f64 = 10_000.0;

/// True when the placements of a file hold the offset of its map conversion already.
///
/// A conversion by many kilometres leads from coordinates near zero. Where the site is placed, or the shapes
/// lie, about as far from zero as the conversion leads, and in its direction, the offset was written twice.
pub(crate) fn carries_offset_twice(place: &Place, local: Option<Bounds>) -> bool {
    let Some(map) = &place.map else { return false };
    let offset = DVec3::new(map.eastings, map.northings, 0.0);
    if offset.length() < LARGE {
        return false;
    }
    let near = |p: DVec3| {
        (p * DVec3::new(1.0, 1.0, 0.0) - offset).length() <= 5_000.0_f64.max(0.02 * offset.length())
    };
    match local {
        Some((lo, hi)) => near((lo + hi) * 0.5),
        None => place.site.is_some_and(near),
    }
}

/// Says that a model carries its offset twice.
pub(crate) fn offset_twice(model: &Model) -> Diagnostic {
    let mut said = about(codes::OFFSET_TWICE, model);
    if let Some(map) = &model.place.map {
        said = said.detail(format!(
            "its conversion leads to E {:.0} N {:.0}, where its placements lead already; counted once",
            map.eastings, map.northings
        ));
    }
    said
}

fn about(code: Code, model: &Model) -> Diagnostic {
    let mut said = Diagnostic::new(code);
    said.location.model = Some(model.label.clone());
    said
}

/// What is wrong with the models together.
pub(crate) fn check(models: &[Stands<'_>], diagnostics: &mut Diagnostics) {
    let odd = sizes(models, diagnostics);
    // What is a thousand times too large stands somewhere else for that reason.
    let rest: Vec<&Stands<'_>> =
        models.iter().zip(&odd).filter(|(_, odd)| !**odd).map(|(model, _)| model).collect();
    apart(&rest, diagnostics);
}

/// Models that do not touch.
fn apart(models: &[&Stands<'_>], diagnostics: &mut Diagnostics) {
    let boxes: Vec<(&Model, Bounds)> = models.iter().filter_map(|m| Some((m.model, m.shared?))).collect();
    let mut group: Vec<usize> = (0..boxes.len()).collect();
    for a in 0..boxes.len() {
        for b in 0..a {
            let (x, y) = (boxes[a].1, boxes[b].1);
            let larger = diagonal(x).max(diagonal(y));
            if gap(x, y) <= 1.0_f64.max(0.1 * larger) && group[a] != group[b] {
                let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    let members = |g: usize| (0..boxes.len()).filter(|&k| group[k] == g).collect::<Vec<_>>();
    let mut groups: Vec<Vec<usize>> = (0..boxes.len()).map(members).filter(|m| !m.is_empty()).collect();
    // The largest group is where the project is; of equal ones the first.
    groups.sort_by_key(|m| std::cmp::Reverse(m.len()));
    let Some((main, others)) = groups.split_first() else { return };
    for other in others {
        let far = other
            .iter()
            .flat_map(|&a| main.iter().map(move |&b| (a, b)))
            .map(|(a, b)| gap(boxes[a].1, boxes[b].1))
            .fold(f64::INFINITY, f64::min);
        let labels = |of: &[usize]| -> String {
            let mut names: Vec<&str> = of.iter().take(3).map(|&k| &*boxes[k].0.label).collect();
            let more = format!("{} more", of.len().saturating_sub(3));
            if of.len() > 3 {
                names.push(&more);
            }
            names.join(", ")
        };
        let said = match other.as_slice() {
            [one] => about(codes::MODELS_APART, boxes[*one].0).detail(format!(
                "{} away from {}",
                metres(far),
                labels(main)
            )),
            many => Diagnostic::new(codes::MODELS_APART).detail(format!(
                "{} are {} away from {}",
                labels(many),
                metres(far),
                labels(main)
            )),
        };
        diagnostics.push(said);
    }
}

fn diagonal((lo, hi): Bounds) -> f64 {
    (hi - lo).length()
}

/// The distance between two boxes; 0 where they touch.
fn gap(a: Bounds, b: Bounds) -> f64 {
    (a.0 - b.1).max(b.0 - a.1).max(DVec3::ZERO).length()
}

fn metres(x: f64) -> String {
    if x >= 10_000.0 { format!("{:.0} km", x / 1000.0) } else { format!("{x:.1} m") }
}

/// Factors between units that are mistaken for each other, and what to call them: of metre and millimetre, of metre
/// and foot.
const FACTORS: [(f64, &str); 2] = [(1000.0, "1000"), (1.0 / 0.3048, "3.28")];
/// Those of all units that buildings are drawn in, which only heights that are known to be the same can tell.
const ALL_FACTORS: [(f64, &str); 9] = [
    FACTORS[0],
    FACTORS[1],
    (304.8, "304.8"),
    (100.0, "100"),
    (1.0 / 0.0254, "39.37"),
    (30.48, "30.48"),
    (25.4, "25.4"),
    (12.0, "12"),
    (10.0, "10"),
];

/// Models whose sizes differ as units do; tells of each whether it is one of these.
fn sizes(models: &[Stands<'_>], diagnostics: &mut Diagnostics) -> Vec<bool> {
    let mut pairs: Vec<(usize, usize, &str)> = Vec::new();
    for large in 0..models.len() {
        for small in 0..models.len() {
            pairs.extend(factor(&models[large], &models[small]).map(|word| (large, small, word)));
        }
    }
    let mut odd = vec![false; models.len()];
    // The model that differs from most others is the odd one; of two, the larger.
    while let Some(&(large, small, word)) = pairs.first() {
        let count = |k: usize| pairs.iter().filter(|p| p.0 == k || p.1 == k).count();
        let (mut worst, mut most) = (large, count(large));
        for &(a, b, _) in &pairs {
            for k in [a, b] {
                if count(k) > most {
                    (worst, most) = (k, count(k));
                }
            }
        }
        // Where counting does not tell, the model is odd whose storeys no person could walk in, or which is larger than
        // any building.
        let odd_one = [large, small].into_iter().find(|&k| is_beyond_building(&models[k]));
        if let Some(k) = odd_one.filter(|&k| count(k) == most) {
            worst = k;
        }
        let of_worst = pairs.iter().find(|p| p.0 == worst || p.1 == worst);
        let &(a, b, word) = of_worst.unwrap_or(&(large, small, word));
        odd[worst] = true;
        let (one, other) = (&models[worst], &models[if a == worst { b } else { a }]);
        let how = if a == worst { format!("{word} times as large as") } else { format!("one {word}th of") };
        diagnostics.push(about(codes::SIZES_DIFFER, one.model).detail(format!(
            "{how} {}; its unit is {}, there {}",
            other.model.label, one.model.units.length_name, other.model.units.length_name
        )));
        pairs.retain(|p| p.0 != worst && p.1 != worst);
    }
    odd
}

/// True for a model whose storeys, or whose whole, have no size that buildings have.
fn is_beyond_building(stands: &Stands<'_>) -> bool {
    if let Some(heights) = heights(stands.model) {
        return !(0.3..=30.0).contains(&middle_step(&heights));
    }
    let size = stands.local.map_or(100.0, |(lo, hi)| (hi - lo).max_element());
    !(0.5..=20_000.0).contains(&size)
}

/// The factor by which one model is as another: by the heights of storeys of the same names, else by those of all
/// storeys where both have several, else by the three sides of their boxes.
fn factor(large: &Stands<'_>, small: &Stands<'_>) -> Option<&'static str> {
    let is = |a: f64, b: f64, factor: f64, within: f64| b > 1e-6 && (a / b / factor - 1.0).abs() <= within;
    let find = |factors: &[(f64, &'static str)], test: &dyn Fn(f64) -> bool| {
        factors.iter().find(|(factor, _)| test(*factor)).map(|(_, word)| *word)
    };
    if let Some((a, b)) = same_storeys(large.model, small.model) {
        return find(&ALL_FACTORS, &|factor| is(a, b, factor, 0.02));
    }
    if let (Some(a), Some(b)) = (heights(large.model), heights(small.model)) {
        let range = |heights: &[f64]| heights[heights.len() - 1] - heights[0];
        let (steps, ranges) = ((middle_step(&a), middle_step(&b)), (range(&a), range(&b)));
        // The storeys of one may be more than those of the other; a thousand is told by their height as well.
        return find(&FACTORS, &|factor| {
            is(ranges.0, ranges.1, factor, 0.02) || (factor > 100.0 && is(steps.0, steps.1, factor, 0.5))
        });
    }
    // A railway may be a thousand times as long as a house.
    if is_linear(large.model) || is_linear(small.model) {
        return None;
    }
    let (a, b) = (large.local?, small.local?);
    let (a, b) = (a.1 - a.0, b.1 - b.0);
    // A box may hold more or less of a building; a thousand is told from that by far, three is not.
    find(&FACTORS, &|factor| {
        let within = if factor > 100.0 { 0.5 } else { 0.03 };
        (0..3).all(|k| is(a[k], b[k], factor, within))
    })
}

/// How far the lowest and the highest of the storeys that two models both name lie apart, in each; only of models that
/// agree on the order.
fn same_storeys(a: &Model, b: &Model) -> Option<(f64, f64)> {
    let named = |model: &Model| -> BTreeMap<String, f64> {
        let nodes = model.spatial.nodes.iter();
        let named = nodes.filter_map(|n| {
            Some((model.element(n.element).name.as_deref()?.trim().to_lowercase(), n.elevation?))
        });
        named.collect()
    };
    let (a, b) = (named(a), named(b));
    let mut both: Vec<(f64, f64)> = a.iter().filter_map(|(name, x)| Some((*x, *b.get(name)?))).collect();
    both.sort_by(|p, q| p.0.total_cmp(&q.0));
    let (first, last) = (both.first()?, both.last()?);
    let apart = (last.0 - first.0, last.1 - first.1);
    (apart.0 > 1e-6 && apart.1 > 1e-6 && both.is_sorted_by(|p, q| p.1 <= q.1)).then_some(apart)
}

/// The different heights of storeys, lowest first, where there are at least three.
fn heights(model: &Model) -> Option<Vec<f64>> {
    let mut heights: Vec<f64> = model.spatial.nodes.iter().filter_map(|n| n.elevation).collect();
    heights.sort_by(f64::total_cmp);
    heights.dedup();
    (heights.len() >= 3).then_some(heights)
}

/// The middle one of the heights from storey to storey.
fn middle_step(heights: &[f64]) -> f64 {
    let mut steps: Vec<f64> = heights.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.0)
}

/// True for a model of a railway, a road, or another line.
fn is_linear(model: &Model) -> bool {
    const LINES: [&str; 5] =
        ["IfcLinearPositioningElement", "IfcReferent", "IfcRailway", "IfcRoad", "IfcSignal"];
    model.elements.iter().any(|e| LINES.iter().any(|class| e.class.is_a(class)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma_model::{Class, Element, ElementId, KeyMaker, MapConversion, Place, SpatialNode};

    fn stands(label: &str, lo: [f64; 3], hi: [f64; 3]) -> (Model, Bounds) {
        (Model::empty(label), (lo.into(), hi.into()))
    }

    fn check(models: &[(Model, Bounds)]) -> String {
        let stands: Vec<Stands<'_>> = models
            .iter()
            .map(|(model, bounds)| Stands { model, local: Some(*bounds), shared: Some(*bounds) })
            .collect();
        let mut said = Diagnostics::default();
        super::check(&stands, &mut said);
        said.iter()
            .map(|d| {
                let model = d.location.model.as_deref().unwrap_or("-");
                format!("{} {model} {}\n", d.code, d.detail.as_deref().unwrap_or(""))
            })
            .collect()
    }

    #[test]
    fn models_that_do_not_meet_are_told_as_groups() {
        let house = |label| stands(label, [0.0; 3], [20.0, 10.0, 9.0]);
        let near = stands("near", [21.0, 0.0, 0.0], [25.0, 4.0, 3.0]);
        let far = stands("far", [500_000.0, 0.0, 0.0], [500_020.0, 10.0, 9.0]);
        let too = stands("too", [500_000.0, 5.0, 0.0], [500_005.0, 10.0, 9.0]);
        insta::assert_snapshot!(check(&[house("a"), house("b"), near]), @"");
        insta::assert_snapshot!(check(&[house("a"), far, house("b"), house("c"), too, house("d")]), @"G0502 - far, too are 500 km away from a, b, c, 1 more");
        insta::assert_snapshot!(check(&[house("a"), stands("b", [200.0, 0.0, 0.0], [204.0, 4.0, 3.0])]), @"G0502 b 180.0 m away from a");
    }

    #[test]
    fn sizes_that_differ_as_units_do() {
        let house = |label, f: f64| stands(label, [0.0; 3], [20.0 * f, 10.0 * f, 9.0 * f]);
        insta::assert_snapshot!(check(&[house("a", 1.0), house("b", 1000.0), house("c", 1.0)]), @"G0503 b 1000 times as large as a; its unit is m, there m");
        insta::assert_snapshot!(check(&[house("a", 1000.0), house("b", 1000.0), house("c", 1.0)]), @"G0503 c one 1000th of a; its unit is m, there m");
        insta::assert_snapshot!(check(&[house("a", 3.2808), house("b", 1.0)]), @"G0503 a 3.28 times as large as b; its unit is m, there m");
        insta::assert_snapshot!(check(&[house("a", 3.0), house("b", 1.0)]), @"");
    }

    #[test]
    fn of_two_models_the_one_that_is_no_building_is_odd() {
        let house = |label, f: f64| stands(label, [0.0; 3], [20.0 * f, 10.0 * f, 9.0 * f]);
        insta::assert_snapshot!(check(&[house("a", 0.001), house("b", 1.0)]), @"G0503 a one 1000th of b; its unit is m, there m");
        insta::assert_snapshot!(check(&[house("a", 1.0), house("b", 0.001)]), @"G0503 b one 1000th of a; its unit is m, there m");
        insta::assert_snapshot!(check(&[house("a", 1.0), house("b", 2000.0)]), @"");
        insta::assert_snapshot!(check(&[house("a", 1.0), house("b", 1000.0)]), @"G0503 b 1000 times as large as a; its unit is m, there m");
    }

    /// A model with storeys of these names and heights.
    fn storeys(label: &str, heights: &[(&str, f64)], size: [f64; 3]) -> (Model, Bounds) {
        let (mut model, bounds) = stands(label, [0.0; 3], size);
        let mut keys = KeyMaker::new(label.into());
        for (name, height) in heights {
            let element = ElementId(model.elements.len() as u32);
            let class = Class::new("IfcBuildingStorey", ["IfcProduct"]);
            let new = Element::new(keys.next(name).0, element.0 + 1, class);
            model.elements.push(Element { name: Some((*name).into()), ..new });
            let (parent, children, contains) = (None, Vec::new(), Vec::new());
            model.spatial.nodes.push(SpatialNode {
                element,
                parent,
                children,
                elevation: Some(*height),
                contains,
            });
        }
        (model, bounds)
    }

    #[test]
    fn storeys_of_the_same_names_tell_every_unit() {
        let a = || {
            storeys(
                "a",
                &[("T/FDN", -1.25), ("Level 1", 0.0), ("Level 2", 3.1), ("Roof", 6.0)],
                [9.0, 26.0, 10.0],
            )
        };
        let other = |label, factor: f64| {
            let heights = [("Level 1", 0.0), ("Level 2", 3.1 * factor), ("roof ", 6.0 * factor)];
            storeys(label, &heights, [9.0 * factor, 17.0 * factor, 9.0 * factor])
        };
        insta::assert_snapshot!(check(&[a(), other("feet as metres", 3.2808)]), @"G0503 feet as metres 3.28 times as large as a; its unit is m, there m");
        insta::assert_snapshot!(check(&[a(), other("feet as millimetres", 0.003_280_8)]), @"G0503 feet as millimetres one 304.8th of a; its unit is m, there m");
        insta::assert_snapshot!(check(&[a(), other("millimetres", 0.001)]), @"G0503 millimetres one 1000th of a; its unit is m, there m");
        insta::assert_snapshot!(check(&[a(), other("right", 1.0)]), @"");
        let thousand = [("1", 3000.0), ("2", 6000.0), ("3", 9000.0)];
        insta::assert_snapshot!(check(&[a(), storeys("others", &thousand, [9.0, 26.0, 24_000.0])]), @"G0503 others 1000 times as large as a; its unit is m, there m");
    }

    #[test]
    fn an_offset_counts_once() {
        let at = |x: f64| Some((DVec3::new(x, 5.8e6, 0.0), DVec3::new(x + 50.0, 5.8e6 + 50.0, 10.0)));
        let map = MapConversion {
            crs: None,
            eastings: 500_000.0,
            northings: 5_800_000.0,
            height: 30.0,
            rotation: 0.1,
            scale: DVec3::ONE,
        };
        let mut place = Place { map: Some(map), ..Place::default() };
        assert!(carries_offset_twice(&place, at(500_010.0)));
        assert!(!carries_offset_twice(
            &place,
            at(0.0).map(|(a, b)| (a - DVec3::Y * 5.8e6, b - DVec3::Y * 5.8e6))
        ));
        place.site = Some(DVec3::new(500_000.0, 5_800_000.0, 0.0));
        assert!(carries_offset_twice(&place, None));
        place.offset_in_placements = true;
        let to_map = place.to_map().unwrap();
        assert_eq!(to_map.transform_point3(DVec3::ONE), DVec3::new(1.0, 1.0, 31.0));
        place.map.as_mut().unwrap().eastings = 0.0;
        place.map.as_mut().unwrap().northings = 100.0;
        place.site = Some(DVec3::new(0.0, 100.0, 0.0));
        assert!(!carries_offset_twice(&place, None), "a hundred metres are no map");
    }
}
