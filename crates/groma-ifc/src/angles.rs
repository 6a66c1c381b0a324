//! Angles in degrees in a file that declares radians.

use crate::attributes::{Step, list, real};
use ifc_lite_core::parser::parse_ref;
use rayon::prelude::*;
use std::f64::consts::TAU;

/// So many turns are no angle of an arc, which may begin in its second turn.
const MOST_TURNS: f64 = 2.0;

/// Radians per unit of angle as the file means it: degrees where it declares radians and a good part of its angles
/// are more than a circle has.
pub(crate) fn meant(step: Step<'_>, declared: f64) -> Option<f64> {
    if (declared - 1.0).abs() > 1e-9 {
        return None;
    }
    let rows = |keyword| step.scan.rows(keyword).collect::<Vec<_>>();
    let revolved = rows("IFCREVOLVEDAREASOLID").into_par_iter().map(|row| {
        let angle = step.attributes(row).and_then(|a| a.real(3)).unwrap_or(0.0).abs();
        (usize::from(angle > 0.0), usize::from(angle > TAU + 1e-3))
    });
    let trimmed = rows("IFCTRIMMEDCURVE").into_par_iter().with_min_len(256).map(|row| {
        let Some(a) = step.attributes(row) else { return (0, 0) };
        let basis = a.reference(0).map_or("", |id| step.keyword(id));
        if !matches!(basis, "IFCCIRCLE" | "IFCELLIPSE") {
            return (0, 0);
        }
        let parameter = |slot: usize| {
            let items = list(a.raw(slot)).into_iter().flatten();
            items.filter(|item| parse_ref(item).is_none()).find_map(real).unwrap_or(0.0).abs()
        };
        let angles = [parameter(1), parameter(2)];
        let count = |least: f64| angles.iter().filter(|angle| **angle > least).count();
        (count(0.0), count(MOST_TURNS * TAU + 1e-3))
    });
    let (all, too_large) =
        revolved.chain(trimmed).reduce(|| (0, 0), |a: (usize, usize), b| (a.0 + b.0, a.1 + b.1));
    (too_large > 0 && 5 * too_large >= all).then_some(TAU / 360.0)
}
