//! Profiles of rolled and folded steel with rounded corners, and others of straight edges.

use super::curves::{circle, cleaned, pieces};
use super::profiles::Region;
use super::read::Reading;
use crate::attributes::Attributes;
use glam::DVec2;

/// Chords of a rounded corner of a quarter turn, at least.
const CORNER: usize = 6;

impl Reading<'_> {
    /// A profile of some lengths, centred; `None` for kinds that the kernel is left to mesh.
    pub(super) fn rolled(&self, keyword: &str, a: &Attributes<'_>) -> Option<Region> {
        let length = |slot| self.length_of(a, slot).filter(|l| *l > 0.0);
        let optional = |slot| if a.raw(slot) == b"$" { Some(0.0) } else { self.length_of(a, slot) };
        let none =
            |slots: &[usize]| slots.iter().all(|&slot| a.raw(slot) == b"$" || a.real(slot) == Some(0.0));
        let outline = match keyword {
            "IFCELLIPSEPROFILEDEF" => {
                let radii = DVec2::new(length(3)?, length(4)?);
                let largest = radii.max_element();
                circle(largest).into_iter().map(|p| p / largest * radii).collect()
            }
            "IFCTRAPEZIUMPROFILEDEF" => {
                let (bottom, top, height) = (length(3)?, length(4)?, length(5)?);
                let offset = self.length_of(a, 6)?;
                let (left, y) = (-bottom / 2.0, height / 2.0);
                [(left, -y), (-left, -y), (left + offset + top, y), (left + offset, y)]
                    .map(DVec2::from)
                    .into()
            }
            "IFCCSHAPEPROFILEDEF" => c_shape(length(3)?, length(4)?, length(5)?, length(6)?, optional(7)?)?,
            "IFCZSHAPEPROFILEDEF" => {
                z_shape(length(3)?, length(4)?, length(5)?, length(6)?, optional(7)?, optional(8)?)?
            }
            // Sloping flanges are the kernel's.
            "IFCASYMMETRICISHAPEPROFILEDEF" if none(&[11, 12, 13, 14]) => {
                let below = Flange { width: length(3)?, thick: length(6)?, fillet: optional(7)? };
                let thick = if a.raw(9) == b"$" { below.thick } else { length(9)? };
                let above = Flange { width: length(8)?, thick, fillet: optional(10)? };
                asymmetric(length(4)?, length(5)?, &below, &above)?
            }
            _ => return None,
        };
        Region::new(outline, Vec::new())
    }

    /// The strip of a thickness about a line.
    pub(super) fn centre_line(&self, a: &Attributes<'_>) -> Option<Region> {
        let half = self.length_of(a, 3).filter(|t| *t > 0.0)? / 2.0;
        let path = self.path(a.reference(2)?)?;
        let p: Vec<DVec2> = path.points.iter().map(|p| p.truncate()).collect();
        if path.closed {
            return None;
        }
        let side = |sign: f64| {
            let at = |k: usize| {
                let way = |k: usize| (p[k + 1] - p[k]).normalize();
                let (to, on) = (way(k.saturating_sub(1)), way(k.min(p.len() - 2)));
                let across = (to + on).try_normalize().filter(|m| m.dot(on) > 0.1)?.perp();
                Some(p[k] + across * (sign * half / across.dot(on.perp())))
            };
            (0..p.len()).map(at).collect::<Option<Vec<DVec2>>>()
        };
        let mut outline = side(-1.0)?;
        outline.extend(side(1.0)?.into_iter().rev());
        Region::new(outline, Vec::new())
    }
}

/// A contour with arcs for some of its corners, each of a radius; a radius that does not fit is made to.
fn rounded(corners: &[(f64, f64, f64)]) -> Vec<DVec2> {
    let n = corners.len();
    let at = |k: usize| DVec2::new(corners[k % n].0, corners[k % n].1);
    let mut points = Vec::new();
    for (k, &(_, _, wanted)) in corners.iter().enumerate() {
        let (p, v, q) = (at(k + n - 1), at(k), at(k + 1));
        let (to, on) = ((v - p).normalize_or_zero(), (q - v).normalize_or_zero());
        let turn = to.angle_to(on);
        let half = (turn.abs() / 2.0).tan();
        let room = v.distance(p).min(v.distance(q));
        let radius = wanted.min(if half > 0.0 { room / half } else { 0.0 });
        if radius <= 1e-9 || turn.abs() < 1e-6 {
            points.push(v);
            continue;
        }
        let start = v - to * (radius * half);
        let centre = start + to.perp() * (radius * turn.signum());
        let count = pieces(turn.abs(), radius).max(CORNER);
        points.extend((0..=count).map(|i| {
            let turned = DVec2::from_angle(turn * i as f64 / count as f64);
            centre + turned.rotate(start - centre)
        }));
    }
    cleaned(points)
}

fn c_shape(depth: f64, width: f64, wall: f64, girth: f64, fillet: f64) -> Option<Vec<DVec2>> {
    let (x, y) = (width / 2.0, depth / 2.0);
    if wall >= x || wall >= y || girth > y || girth < wall {
        return None;
    }
    let outer = if fillet > 0.0 { fillet + wall } else { 0.0 };
    Some(rounded(&[
        (-x, -y, outer),
        (x, -y, outer),
        (x, -y + girth, 0.0),
        (x - wall, -y + girth, 0.0),
        (x - wall, -y + wall, fillet),
        (-x + wall, -y + wall, fillet),
        (-x + wall, y - wall, fillet),
        (x - wall, y - wall, fillet),
        (x - wall, y - girth, 0.0),
        (x, y - girth, 0.0),
        (x, y, outer),
        (-x, y, outer),
    ]))
}

/// The lower flange goes right and the upper left; a flange is measured from the far side of the web.
fn z_shape(depth: f64, width: f64, web: f64, flange: f64, fillet: f64, edge: f64) -> Option<Vec<DVec2>> {
    let (y, s) = (depth / 2.0, web / 2.0);
    let x = width - s;
    if x <= s || flange >= y {
        return None;
    }
    let edge = edge.min(flange * 0.999);
    Some(rounded(&[
        (-s, -y, 0.0),
        (x, -y, 0.0),
        (x, -y + flange, edge),
        (s, -y + flange, fillet),
        (s, y, 0.0),
        (-x, y, 0.0),
        (-x, y - flange, edge),
        (-s, y - flange, fillet),
    ]))
}

struct Flange {
    width: f64,
    thick: f64,
    fillet: f64,
}

fn asymmetric(depth: f64, web: f64, below: &Flange, above: &Flange) -> Option<Vec<DVec2>> {
    let (y, s) = (depth / 2.0, web / 2.0);
    let (b, t) = (below.width / 2.0, above.width / 2.0);
    if s >= b.min(t) || below.thick + above.thick >= depth {
        return None;
    }
    let (low, high) = (-y + below.thick, y - above.thick);
    Some(rounded(&[
        (-b, -y, 0.0),
        (b, -y, 0.0),
        (b, low, 0.0),
        (s, low, below.fillet),
        (s, high, above.fillet),
        (t, high, 0.0),
        (t, y, 0.0),
        (-t, y, 0.0),
        (-t, high, 0.0),
        (-s, high, above.fillet),
        (-s, low, below.fillet),
        (-b, low, 0.0),
    ]))
}

#[cfg(test)]
mod tests {
    use super::super::profiles::area;
    use super::*;
    use std::f64::consts::PI;

    /// What a fillet of a radius adds to a corner.
    fn filled(radius: f64) -> f64 {
        (1.0 - PI / 4.0) * radius * radius
    }

    fn check(points: &[DVec2], expect: f64) {
        let found = area(points).abs();
        assert!((found - expect).abs() < 1e-5, "{found} is not {expect}");
    }

    #[test]
    fn fillets_add_what_they_should() {
        let c = |r: f64| c_shape(0.2, 0.1, 0.01, 0.03, r).unwrap();
        let plain = 0.2 * 0.1 - 0.18 * 0.08 - 0.14 * 0.01;
        check(&c(0.0), plain);
        check(&c(0.005), plain + 4.0 * filled(0.005) - 4.0 * filled(0.015));
        let plain = 0.2 * 0.01 + 2.0 * 0.09 * 0.01;
        check(&z_shape(0.2, 0.1, 0.01, 0.01, 0.0, 0.0).unwrap(), plain);
        check(
            &z_shape(0.2, 0.1, 0.01, 0.01, 0.01, 0.005).unwrap(),
            plain + 2.0 * filled(0.01) - 2.0 * filled(0.005),
        );
        let below = Flange { width: 0.2, thick: 0.015, fillet: 0.02 };
        let above = Flange { width: 0.3, thick: 0.015, fillet: 0.0 };
        let plain = 0.2 * 0.015 + 0.3 * 0.015 + 0.37 * 0.01;
        check(&asymmetric(0.4, 0.01, &below, &above).unwrap(), plain + 2.0 * filled(0.02));
    }
}
