//! Plane regions, and what is made of them.

use super::curves::cleaned;
use super::cut::Operation;
use super::overlay::{Contour, Grid, snapped, without_spikes};
use super::triangulate::triangulate;
use glam::DVec2;

/// Of more holes than this it is not asked which of them overlap.
const MOST_HOLES: usize = 1000;

/// A plane region: its outline counterclockwise, its holes clockwise.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) outline: Vec<DVec2>,
    pub(super) holes: Vec<Vec<DVec2>>,
}

impl Region {
    /// A region of these contours, turned as they should be; `None` where a contour encloses nothing.
    pub(super) fn new(outline: Vec<DVec2>, holes: Vec<Vec<DVec2>>) -> Option<Self> {
        let turned = |mut contour: Vec<DVec2>, left: bool| {
            let area = area(&contour);
            if area.abs() < 1e-12 || !area.is_finite() {
                return None;
            }
            if (area > 0.0) != left {
                contour.reverse();
            }
            Some(contour)
        };
        let holes = holes.into_iter().map(|h| turned(h, false)).collect::<Option<_>>()?;
        Some(Self { outline: turned(outline, true)?, holes })
    }

    /// Its outline, then its holes.
    fn contours(&self) -> impl Iterator<Item = &Vec<DVec2>> {
        std::iter::once(&self.outline).chain(&self.holes)
    }

    pub(super) fn contours_mut(&mut self) -> impl Iterator<Item = &mut Vec<DVec2>> {
        std::iter::once(&mut self.outline).chain(&mut self.holes)
    }

    /// The corners of its contours.
    pub(super) fn points(&self) -> impl Iterator<Item = DVec2> {
        self.contours().flatten().copied()
    }

    /// From which corner to which each edge runs, as places among [`Region::points`].
    pub(super) fn edges(&self) -> impl Iterator<Item = [u32; 2]> {
        let mut first = 0;
        self.contours().flat_map(move |contour| {
            let (start, n) = (first, contour.len() as u32);
            first += n;
            (0..n).map(move |k| [start + k, start + (k + 1) % n])
        })
    }

    /// Its triangles, as places among [`Region::points`]; `None` where contours cross.
    pub(super) fn triangles(&self) -> Option<Vec<[u32; 3]>> {
        let points: Vec<DVec2> = self.points().collect();
        let mut next = self.outline.len();
        let starts = self.holes.iter().map(|hole| {
            let start = next;
            next += hole.len();
            start
        });
        triangulate(&points, &starts.collect::<Vec<_>>())
    }

    /// The same region with one hole for those that overlap; `None` where they cut it in two.
    pub(super) fn without_overlaps(self) -> Option<Self> {
        let boxes: Vec<(DVec2, DVec2)> = self
            .contours()
            .map(|contour| {
                let start = (DVec2::INFINITY, DVec2::NEG_INFINITY);
                contour.iter().fold(start, |(l, h), &p| (l.min(p), h.max(p)))
            })
            .collect();
        let [outer, holes @ ..] = &boxes[..] else { return Some(self) };
        let sticks_out = |h: &(DVec2, DVec2)| !(h.0.cmpge(outer.0).all() && h.1.cmple(outer.1).all());
        let meets = |a: &(DVec2, DVec2), b: &(DVec2, DVec2)| a.0.cmple(b.1).all() && b.0.cmple(a.1).all();
        let many = holes.len() > MOST_HOLES;
        let apart = holes.iter().enumerate().all(|(k, a)| holes[..k].iter().all(|b| !meets(a, b)));
        if many || (apart && !holes.iter().any(sticks_out)) || self.triangles().is_some() {
            return Some(self);
        }
        let flat = |contour: &Vec<DVec2>| contour.iter().map(DVec2::to_array).collect::<Contour>();
        // Holes count wherever any of them is, whichever way they run.
        let filled = |contour: &Vec<DVec2>| contour.iter().rev().map(DVec2::to_array).collect::<Contour>();
        let outline = vec![flat(&self.outline)];
        let [outline, _, holes, _] =
            snapped([outline, Vec::new(), self.holes.iter().map(filled).collect(), Vec::new()]);
        let mut rest =
            Grid::over([&outline, &[], &holes, &[]]).section(&outline, &holes, Operation::Difference);
        let shape = rest.pop().filter(|_| rest.is_empty())?;
        let contour = |c: Contour| cleaned(without_spikes(c.into_iter().map(DVec2::from).collect()));
        let mut contours = shape.into_iter().map(contour).filter(|c| c.len() >= 3);
        Region::new(contours.next()?, contours.collect())
    }
}

/// The area of a contour, positive when it runs counterclockwise.
pub(super) fn area(contour: &[DVec2]) -> f64 {
    let Some(&origin) = contour.first() else { return 0.0 };
    let next = contour.iter().skip(1);
    let twice: f64 = contour.iter().zip(next).map(|(&p, &q)| (p - origin).perp_dot(q - origin)).sum();
    twice / 2.0
}
