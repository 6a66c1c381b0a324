//! Overlays of regions in a plane.

use super::cut::Operation;
use glam::{DVec2, DVec3};
use groma_geometry::weld::weld;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::ShapeType;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use i_overlay::i_float::adapter::FloatPointAdapter;
use i_overlay::i_float::float::rect::FloatRect;
use i_overlay::i_shape::source::resource::ShapeResource;

/// Points this close to a plane lie in it, in metres: what is thinner than this is nothing.
pub(super) const NEAR: f64 = 1e-5;

pub(super) type Contour = Vec<[f64; 2]>;
/// Shapes, each with its outline first and its holes behind it.
pub(super) type Area = Vec<Vec<Contour>>;

/// The same contours with one point for those within a hair of each other, and with a corner on each edge
/// where a point lies within a hair of it: edges that run along each other become the same edges, between
/// which no overlay finds anything.
pub(super) fn snapped(sets: [Vec<Contour>; 4]) -> [Vec<Contour>; 4] {
    let all: Vec<DVec3> = sets.iter().flatten().flatten().map(|&[x, y]| DVec3::new(x, y, 0.0)).collect();
    let (points, index) = weld(&all);
    let points: Vec<DVec2> = points.iter().map(|p| p.truncate()).collect();
    let mut by_x: Vec<u32> = (0..points.len() as u32).collect();
    by_x.sort_by(|&i, &k| points[i as usize].x.total_cmp(&points[k as usize].x));
    let sorted: Vec<f64> = by_x.iter().map(|&i| points[i as usize].x).collect();
    let mut next = index.into_iter();
    let mut on: Vec<(f64, u32)> = Vec::new();
    sets.map(|contours| {
        contours
            .into_iter()
            .map(|contour| {
                let corners: Vec<u32> = next.by_ref().take(contour.len()).collect();
                let mut snapped: Contour = Vec::with_capacity(corners.len());
                for (k, &from) in corners.iter().enumerate() {
                    let to = corners[(k + 1) % corners.len()];
                    if from == to {
                        continue;
                    }
                    let (a, b) = (points[from as usize], points[to as usize]);
                    snapped.push(a.to_array());
                    let along = b - a;
                    let first = sorted.partition_point(|&x| x < a.x.min(b.x) - NEAR);
                    let last = sorted.partition_point(|&x| x <= a.x.max(b.x) + NEAR);
                    on.clear();
                    on.extend(by_x[first..last].iter().filter(|&&i| i != from && i != to).filter_map(|&i| {
                        let offset = points[i as usize] - a;
                        let at = offset.dot(along) / along.length_squared();
                        let off = offset.perp_dot(along).abs();
                        (at > 0.0 && at < 1.0 && off <= NEAR * along.length()).then_some((at, i))
                    }));
                    on.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
                    snapped.extend(on.iter().map(|&(_, i)| points[i as usize].to_array()));
                }
                snapped
            })
            .filter(|contour| contour.len() >= 3)
            .collect()
    })
}

/// Overlays in one plane. All of them are made on one grid, so that what agrees goes on to agree.
pub(super) struct Grid(FloatPointAdapter<[f64; 2], i64>);

impl Grid {
    /// Steps of a grid over what they hold: each is a number that f64 holds exactly.
    const BITS: u32 = 50;

    pub(super) fn over(contours: [&[Contour]; 4]) -> Self {
        let mut rect = FloatRect { min_x: f64::MAX, max_x: f64::MIN, min_y: f64::MAX, max_y: f64::MIN };
        for &[x, y] in contours.into_iter().flatten().flatten() {
            rect.min_x = rect.min_x.min(x);
            rect.max_x = rect.max_x.max(x);
            rect.min_y = rect.min_y.min(y);
            rect.max_y = rect.max_y.max(y);
        }
        if rect.min_x > rect.max_x {
            rect = FloatRect { min_x: 0.0, max_x: 1.0, min_y: 0.0, max_y: 1.0 };
        }
        Self(FloatPointAdapter::with_coordinate_bits(rect, Self::BITS))
    }

    fn overlay<S: ShapeResource<[f64; 2]> + ?Sized>(&self, one: &S, other: &S, rule: OverlayRule) -> Area {
        FloatOverlay::with_adapter(self.0.clone(), 64)
            .unsafe_add_source(one, ShapeType::Subject)
            .unsafe_add_source(other, ShapeType::Clip)
            .overlay(rule, FillRule::NonZero)
    }

    /// A section of the result from those of the operands.
    pub(super) fn section(&self, host: &[Contour], tool: &[Contour], operation: Operation) -> Area {
        let rule = match operation {
            Operation::Difference => OverlayRule::Difference,
            Operation::Intersection => OverlayRule::Intersect,
        };
        if host.is_empty() || (tool.is_empty() && operation == Operation::Intersection) {
            return Vec::new();
        }
        self.overlay(host, tool, rule)
    }

    /// What one region has and another has not.
    pub(super) fn rest(&self, from: &Area, less: &Area) -> Area {
        if from.is_empty() || from == less {
            return Vec::new();
        }
        self.overlay(&from[..], &less[..], OverlayRule::Difference)
    }
}

/// A contour without what is thinner than a hair: spikes out of the region, and slits into it, that
/// edges leave which agree but for their rounding.
pub(super) fn without_spikes(mut contour: Vec<DVec2>) -> Vec<DVec2> {
    let mut unchanged = 0;
    let mut at = 0;
    while contour.len() >= 3 && unchanged < contour.len() {
        let n = contour.len();
        at %= n;
        let (p, v, q) = (contour[(at + n - 1) % n], contour[at], contour[(at + 1) % n]);
        if v.distance_squared(q) <= NEAR * NEAR || folds(p, v, q) {
            contour.remove(at);
            // What was before may fold now.
            at = (at + n - 2) % (n - 1);
            unchanged = 0;
        } else {
            at += 1;
            unchanged += 1;
        }
    }
    contour
}

/// True when the way from a point over another to a third turns back on itself.
fn folds(p: DVec2, v: DVec2, q: DVec2) -> bool {
    let (back, on) = (p - v, q - v);
    if back.dot(on) <= 0.0 {
        return false;
    }
    back.perp_dot(on).abs() <= NEAR * back.length().max(on.length())
}
