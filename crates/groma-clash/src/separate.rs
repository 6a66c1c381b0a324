//! Gaps between two bodies that an axis shows.

use crate::body::{Body, Source};
use glam::{DAffine3, DMat3, DVec3};
use groma_geometry::triangle::{greater, lesser};

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
        self.body.runs.extent(&self.source.points, axis)
    }
}

/// The boxes of points that follow each other, with which few of many points tell how far all reach.
pub(crate) struct Runs {
    /// The middle and half the size of each.
    boxes: Vec<(DVec3, DVec3)>,
    /// More than what rounding takes from the reach of a box, in metres.
    slack: f64,
}

impl Runs {
    /// Points in a run.
    const RUN: usize = 32;
    /// Of fewer points each is looked at.
    const MANY: usize = 256;
    /// Of the greatest coordinate, more than its rounding.
    const SLACK: f64 = 1e-13;

    pub(crate) fn of(points: &[DVec3]) -> Self {
        let none = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        let box_of = |run: &[DVec3]| {
            let (low, high) = run.iter().fold(none, |(low, high), p| (low.min(*p), high.max(*p)));
            ((low + high) * 0.5, (high - low) * 0.5)
        };
        let boxes: Vec<(DVec3, DVec3)> = points.chunks(Self::RUN).map(box_of).collect();
        let far = boxes.iter().fold(0.0f64, |far, (m, h)| far.max((m.abs() + *h).max_element()));
        Self { boxes, slack: far * Self::SLACK }
    }

    /// [`extent`] of the points that these are the runs of.
    fn extent(&self, points: &[DVec3], axis: DVec3) -> (f64, f64) {
        if points.len() < Self::MANY {
            return extent(points, axis);
        }
        let across = axis.abs();
        let reach = |(middle, half): &(DVec3, DVec3)| {
            let (at, wide) = (axis.dot(*middle), across.dot(*half) + self.slack);
            (at - wide, at + wide)
        };
        let runs = || self.boxes.iter().zip(points.chunks(Self::RUN));
        // Those that seem to reach farthest tell that most of the others do not.
        let mut ends = ((f64::INFINITY, &points[..0]), (f64::NEG_INFINITY, &points[..0]));
        for (of, run) in runs() {
            let (low, high) = reach(of);
            if low < ends.0.0 {
                ends.0 = (low, run);
            }
            if high > ends.1.0 {
                ends.1 = (high, run);
            }
        }
        let join = |x: (f64, f64), y: (f64, f64)| (x.0.min(y.0), x.1.max(y.1));
        let mut all = join(extent(ends.0.1, axis), extent(ends.1.1, axis));
        for (of, run) in runs() {
            let (low, high) = reach(of);
            if low < all.0 || high > all.1 {
                all = join(all, extent(run, axis));
            }
        }
        all
    }
}

/// The least and the greatest coordinate of some points along an axis.
pub(crate) fn extent(points: &[DVec3], axis: DVec3) -> (f64, f64) {
    let grow = |end: &mut (f64, f64), x| *end = (lesser(x, end.0), greater(x, end.1));
    let ends = along(points, axis, (f64::INFINITY, f64::NEG_INFINITY), grow);
    ends.iter().fold(ends[0], |(low, high), end| (low.min(end.0), high.max(end.1)))
}

/// What each fourth of some points makes of `none`, given their coordinates along an axis: four at once, so that none
/// waits for the one before.
#[inline(always)]
fn along<T: Copy>(points: &[DVec3], axis: DVec3, none: T, grow: impl Fn(&mut T, f64)) -> [T; 4] {
    let mut ends = [none; 4];
    let fours = points.chunks_exact(4);
    ends.iter_mut().zip(fours.remainder()).for_each(|(end, p)| grow(end, axis.dot(*p)));
    for four in fours {
        ends.iter_mut().zip(four).for_each(|(end, p)| grow(end, axis.dot(*p)));
    }
    ends
}

/// The least coordinate of some points along an axis.
pub(crate) fn lowest(points: &[DVec3], axis: DVec3) -> f64 {
    let ends = along(points, axis, f64::INFINITY, |end, x| *end = lesser(x, *end));
    lesser(lesser(ends[0], ends[1]), lesser(ends[2], ends[3]))
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

#[cfg(test)]
mod tests {
    use super::{Runs, extent};
    use glam::DVec3;

    #[test]
    fn runs_reach_as_far_as_their_points() {
        for n in [1usize, 31, 32, 33, 1000] {
            let at = |k: usize, by: usize| (k * by % 1009) as f64 / 1009.0;
            let points: Vec<DVec3> =
                (0..n).map(|k| DVec3::new(at(k, 7919) * 40.0, at(k, 104_729), 1e3 + at(k, 31))).collect();
            let runs = Runs::of(&points);
            for k in 0..200 {
                let axis =
                    DVec3::new(at(k, 17) - 0.5, at(k, 601) - 0.5, at(k, 5) - 0.5).normalize_or(DVec3::X);
                let brute = points.iter().map(|p| axis.dot(*p));
                let brute = brute.fold((f64::INFINITY, f64::NEG_INFINITY), |e, x| (e.0.min(x), e.1.max(x)));
                assert_eq!(runs.extent(&points, axis), brute);
                assert_eq!(extent(&points, axis), brute);
            }
        }
    }
}
