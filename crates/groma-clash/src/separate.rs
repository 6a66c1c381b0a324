//! Gaps between two bodies that an axis shows.

use crate::body::{Body, Source};
use glam::{DAffine3, DMat3, DVec3};

/// Components of unit vectors that differ by less are one: far below what any length is rounded to.
const SAME: f64 = 1e-14;

/// A body with the mesh that it was made of.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'a> {
    pub(crate) source: &'a Source,
    pub(crate) body: &'a Body,
}

impl<'a> Shape<'a> {
    pub(crate) fn of(source: &'a Source) -> Self {
        Self { source, body: source.body() }
    }

    /// The least and the greatest coordinate along an axis; known without a look at the points where it is
    /// an axis of the coordinates or a main one.
    fn extent(&self, axis: DVec3) -> (f64, f64) {
        let turned = |low: f64, high: f64, forward: bool| if forward { (low, high) } else { (-high, -low) };
        let (low, high) = self.source.corners;
        for k in 0..3 {
            if 1.0 - axis[k].abs() < SAME && axis[(k + 1) % 3].abs().max(axis[(k + 2) % 3].abs()) < SAME {
                return turned(low[k], high[k], axis[k] > 0.0);
            }
        }
        for (known, low, high) in &self.body.axes {
            for forward in [true, false] {
                let other = if forward { axis } else { -axis };
                if (*known - other).abs().max_element() < SAME {
                    return turned(*low, *high, forward);
                }
            }
        }
        extent(&self.source.points, axis)
    }
}

/// The least and the greatest coordinate of some points along an axis.
pub(crate) fn extent(points: &[DVec3], axis: DVec3) -> (f64, f64) {
    points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| {
        let x = axis.dot(*p);
        (low.min(x), high.max(x))
    })
}

/// The widest gap that the main axes of either show, in metres; negative where they overlap along all. No
/// axis is looked at after one that shows `enough`.
pub(crate) fn gap(a: Shape<'_>, b: Shape<'_>, b_to_a: &DAffine3, enough: f64) -> f64 {
    let turn = b_to_a.matrix3;
    let back = turn.transpose();
    let shift = b_to_a.translation;
    let see = |a: (f64, f64), b: (f64, f64), shift: f64| (a.0 - b.1 - shift).max(b.0 + shift - a.1);
    let mut widest = f64::NEG_INFINITY;
    for &(axis, low, high) in &a.body.axes {
        widest = widest.max(see((low, high), b.extent(back * axis), axis.dot(shift)));
        if widest >= enough {
            return widest;
        }
    }
    for &(axis, low, high) in &b.body.axes {
        let axis = turn * axis;
        widest = widest.max(see(a.extent(axis), (low, high), axis.dot(shift)));
        if widest >= enough {
            return widest;
        }
    }
    widest
}

/// How far `b` begins beyond the end of `a` along an axis of `a`, in metres; negative where they overlap.
pub(crate) fn gap_along(axis: DVec3, a: Shape<'_>, b: Shape<'_>, b_to_a: &DAffine3) -> f64 {
    let (low, _) = b.extent(b_to_a.matrix3.transpose() * axis);
    low + axis.dot(b_to_a.translation) - a.extent(axis).1
}

/// How far the boxes of two bodies are apart, in metres, where their axes are the same; else 0.
pub(crate) fn box_gap(a: Shape<'_>, b: Shape<'_>, b_to_a: &DAffine3) -> f64 {
    if b_to_a.matrix3 != DMat3::IDENTITY {
        return 0.0;
    }
    let ((a_low, a_high), (b_low, b_high)) = (a.source.corners, b.source.corners);
    let gaps = (a_low - b_high - b_to_a.translation).max(b_low + b_to_a.translation - a_high);
    gaps.max(DVec3::ZERO).length()
}
