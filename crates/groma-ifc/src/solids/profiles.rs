//! Profiles as plane regions, in metres.

use super::curves::{circle, cleaned, round};
use super::read::{Capped, Reading};
use super::region::Region;
use crate::attributes::Attributes;
use glam::{DAffine2, DVec2, DVec3};
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::{Arc, PoisonError};

/// Chords of a rounded corner.
const CORNER: usize = 6;
/// Profiles of profiles; deeper than this they are a cycle.
const DEEPEST: usize = 4;
/// Profiles of more points are triangulated once for all that are extruded from them.
const LARGE: usize = 200;

impl Reading<'_> {
    /// The region of a profile with its triangles.
    pub(super) fn capped(&self, id: u32) -> Option<Arc<Capped>> {
        let known = || self.large_profiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&id) {
            return found.clone();
        }
        let region = self.profile(id)?;
        let points = region.points().count();
        let made = region.triangles().map(|triangles| Arc::new((region, triangles)));
        if points > LARGE {
            known().insert(id, made.clone());
        }
        made
    }

    /// The region of a profile; `None` for kinds that the kernel is left to mesh.
    pub(super) fn profile(&self, id: u32) -> Option<Region> {
        self.profile_within(id, 0)
    }

    fn profile_within(&self, id: u32, depth: usize) -> Option<Region> {
        let keyword = self.step.keyword(id);
        let a = self.attributes(id)?;
        if keyword == "IFCCENTERLINEPROFILEDEF" {
            return self.centre_line(&a);
        }
        if !a.is(0, "AREA")? {
            return None;
        }
        match keyword {
            "IFCARBITRARYCLOSEDPROFILEDEF" => Region::new(self.contour(a.reference(2)?)?, Vec::new()),
            "IFCARBITRARYPROFILEDEFWITHVOIDS" => {
                let holes = a.references(3).into_iter().map(|c| self.contour(c)).collect::<Option<_>>()?;
                Region::new(self.contour(a.reference(2)?)?, holes)?.without_overlaps()
            }
            "IFCDERIVEDPROFILEDEF" | "IFCMIRROREDPROFILEDEF" if depth < DEEPEST => {
                let mut region = self.profile_within(a.reference(2)?, depth + 1)?;
                let by = match keyword {
                    "IFCMIRROREDPROFILEDEF" => DAffine2::from_scale(DVec2::new(-1.0, 1.0)),
                    _ => self.operator2(a.reference(3)?)?,
                };
                region.contours_mut().flatten().for_each(|p| *p = by.transform_point2(*p));
                Region::new(region.outline, region.holes)
            }
            _ => self.parametric(keyword, &a),
        }
    }

    /// A profile of some lengths, centred and then placed.
    fn parametric(&self, keyword: &str, a: &Attributes<'_>) -> Option<Region> {
        let length = |slot| self.length_of(a, slot).filter(|l| *l > 0.0);
        // Radii and the like, which may be left out.
        let optional = |slot| if a.raw(slot) == b"$" { Some(0.0) } else { self.length_of(a, slot) };
        let mut region = match keyword {
            "IFCRECTANGLEPROFILEDEF" => Region::new(rectangle(length(3)?, length(4)?, 0.0), Vec::new()),
            "IFCROUNDEDRECTANGLEPROFILEDEF" => {
                Region::new(rectangle(length(3)?, length(4)?, length(5)?), Vec::new())
            }
            "IFCRECTANGLEHOLLOWPROFILEDEF" => {
                let (x, y, wall) = (length(3)?, length(4)?, length(5)?);
                let inner = (x - 2.0 * wall, y - 2.0 * wall);
                if inner.0 <= 0.0 || inner.1 <= 0.0 {
                    return None;
                }
                let hole = rectangle(inner.0, inner.1, optional(6)?);
                Region::new(rectangle(x, y, optional(7)?), vec![hole])
            }
            "IFCCIRCLEPROFILEDEF" => Region::new(circle(length(3)?), Vec::new()),
            "IFCCIRCLEHOLLOWPROFILEDEF" => {
                let (radius, wall) = (length(3)?, length(4)?);
                if wall >= radius {
                    return None;
                }
                Region::new(circle(radius), vec![circle(radius - wall)])
            }
            // With a rounded or sloping flange it has more attributes.
            "IFCISHAPEPROFILEDEF" if a.raw(8) == b"$" && a.raw(9) == b"$" => {
                let shape = i_shape(length(3)?, length(4)?, length(5)?, length(6)?, optional(7)?)?;
                Region::new(shape, Vec::new())
            }
            "IFCLSHAPEPROFILEDEF" if a.raw(8) == b"$" || a.real(8) == Some(0.0) => {
                let depth = length(3)?;
                let width = if a.raw(4) == b"$" { depth } else { length(4)? };
                let shape = l_shape(depth, width, length(5)?, optional(6)?, optional(7)?)?;
                Region::new(shape, Vec::new())
            }
            _ => self.rolled(keyword, a),
        }?;
        if let Some(axes) = a.reference(2) {
            let axes = self.axes(axes)?;
            for p in region.contours_mut().flatten() {
                *p = axes.transform_point3(DVec3::new(p.x, p.y, 0.0)).truncate();
            }
        } else if a.raw(2) != b"$" {
            return None;
        }
        Some(region)
    }
}

fn rectangle(x: f64, y: f64, radius: f64) -> Vec<DVec2> {
    let half = DVec2::new(x, y) / 2.0;
    let radius = radius.clamp(0.0, half.min_element());
    let corners = [(1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)].map(DVec2::from);
    if radius <= 1e-9 {
        return corners.map(|c| c * half).into();
    }
    let corner = |(k, c): (usize, &DVec2)| {
        let from = (k as f64 - 1.0) * FRAC_PI_2;
        round(*c * (half - radius), radius, from, from + FRAC_PI_2, CORNER)
    };
    cleaned(corners.iter().enumerate().flat_map(corner).collect())
}

fn i_shape(width: f64, depth: f64, web: f64, flange: f64, fillet: f64) -> Option<Vec<DVec2>> {
    let (w, d, s) = (width / 2.0, depth / 2.0, web / 2.0);
    let inner = d - flange;
    if inner <= 0.0 || s >= w {
        return None;
    }
    let fillet = fillet.clamp(0.0, inner.min(w - s));
    // One quarter; the others mirror it.
    let mut quarter = vec![DVec2::new(w, d), DVec2::new(w, inner)];
    if fillet > 1e-9 {
        let centre = DVec2::new(s + fillet, inner - fillet);
        quarter.extend(round(centre, fillet, FRAC_PI_2, PI, CORNER));
    } else {
        quarter.push(DVec2::new(s, inner));
    }
    let mirrored = |x: f64, y: f64| {
        let flip = DVec2::new(x, y);
        let mut points: Vec<DVec2> = quarter.iter().map(|p| *p * flip).collect();
        if x * y < 0.0 {
            points.reverse();
        }
        points
    };
    // Clockwise: right above, right below, left below, left above.
    let sides = [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)];
    Some(cleaned(sides.into_iter().flat_map(|(x, y)| mirrored(x, y)).collect()))
}

fn l_shape(depth: f64, width: f64, t: f64, fillet: f64, edge: f64) -> Option<Vec<DVec2>> {
    if t >= depth.min(width) {
        return None;
    }
    let fillet = fillet.clamp(0.0, (width - t).min(depth - t));
    let edge = edge.clamp(0.0, t * 0.999);
    let toe = |x: f64, y: f64| {
        if edge > 1e-9 {
            round(DVec2::new(x - edge, y - edge), edge, 0.0, FRAC_PI_2, CORNER)
        } else {
            vec![DVec2::new(x, y)]
        }
    };
    let mut points = vec![DVec2::ZERO, DVec2::new(width, 0.0)];
    points.extend(toe(width, t));
    if fillet > 1e-9 {
        points.extend(round(DVec2::splat(t + fillet), fillet, 3.0 * FRAC_PI_2, PI, CORNER));
    } else {
        points.push(DVec2::splat(t));
    }
    points.extend(toe(t, depth));
    points.push(DVec2::new(0.0, depth));
    // The profile's origin is the middle of its bounding box.
    Some(cleaned(points.into_iter().map(|p| p - DVec2::new(width, depth) / 2.0).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::region::area;
    use super::*;

    #[test]
    fn shapes_enclose_what_they_should() {
        let i = i_shape(0.2, 0.4, 0.01, 0.02, 0.0).unwrap();
        assert!((area(&i).abs() - (2.0 * 0.2 * 0.02 + 0.36 * 0.01)).abs() < 1e-12);
        assert_eq!(i.len(), 12);
        let rounded = i_shape(0.2, 0.4, 0.01, 0.02, 0.02).unwrap();
        let more = area(&rounded).abs() - area(&i).abs();
        assert!((more - (4.0 - PI) * 0.02 * 0.02).abs() < 2e-5, "{more}");
        let l = l_shape(0.1, 0.08, 0.01, 0.0, 0.0).unwrap();
        assert!((area(&l) - (0.1 * 0.01 + 0.07 * 0.01)).abs() < 1e-12);
        assert!((area(&rectangle(0.2, 0.1, 0.0)) - 0.02).abs() < 1e-15);
        assert!((area(&rectangle(0.2, 0.1, 0.05)) - (0.01 + PI * 0.0025)).abs() < 1e-4);
    }
}
