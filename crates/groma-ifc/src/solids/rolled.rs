//! Profiles of rolled and folded steel with rounded corners, and others of straight edges.

use super::curves::{circle, cleaned, pieces};
use super::read::Reading;
use super::region::Region;
use crate::attributes::Attributes;
use glam::DVec2;

/// Chords of a rounded corner of a quarter turn, at least.
const CORNER: usize = 6;

impl Reading<'_> {
    /// A profile of some lengths, centred; `None` for kinds that the kernel is left to mesh.
    pub(super) fn rolled(&self, keyword: &str, a: &Attributes<'_>) -> Option<Region> {
        let length = |slot| self.length_of(a, slot).filter(|l| *l > 0.0);
        let optional = |slot| if a.raw(slot) == b"$" { Some(0.0) } else { self.length_of(a, slot) };
        // As a rise over a length.
        let slope = |slot| match a.raw(slot) {
            b"$" => Some(0.0),
            _ => Some(a.real(slot)? * self.angle).filter(|s| s.abs() < 0.8).map(f64::tan),
        };
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
            "IFCISHAPEPROFILEDEF" => {
                let (edge, slope) = (optional(8)?, slope(9)?);
                let flange =
                    Flange { width: length(3)?, thick: length(6)?, fillet: optional(7)?, edge, slope };
                asymmetric(length(4)?, length(5)?, &flange, &flange)?
            }
            "IFCASYMMETRICISHAPEPROFILEDEF" => {
                // In IFC2x3 there is a centre of gravity where the edges and slopes are from IFC4 on.
                let edges = !none(&[12, 13, 14]);
                if !edges && !none(&[11]) {
                    return None;
                }
                let edge = |slot: usize| if edges { optional(slot) } else { Some(0.0) };
                let (edge_below, slope_below) = (edge(11)?, slope(12)?);
                let below = Flange {
                    width: length(3)?,
                    thick: length(6)?,
                    fillet: optional(7)?,
                    edge: edge_below,
                    slope: slope_below,
                };
                let thick = if a.raw(9) == b"$" { below.thick } else { length(9)? };
                let (edge, slope) = (edge(13)?, slope(14)?);
                let above = Flange { width: length(8)?, thick, fillet: optional(10)?, edge, slope };
                asymmetric(length(4)?, length(5)?, &below, &above)?
            }
            "IFCUSHAPEPROFILEDEF" => {
                let (edge, slope) = (optional(8)?, slope(9)?);
                let flange =
                    Flange { width: length(4)?, thick: length(6)?, fillet: optional(7)?, edge, slope };
                channel(length(3)?, length(5)?, &flange)?
            }
            "IFCTSHAPEPROFILEDEF" => {
                let (edge, flange_slope) = (optional(8)?, slope(11)?);
                let flange = Flange {
                    width: length(4)?,
                    thick: length(6)?,
                    fillet: optional(7)?,
                    edge,
                    slope: flange_slope,
                };
                tee(length(3)?, length(5)?, &flange, optional(9)?, slope(10)?)?
            }
            "IFCLSHAPEPROFILEDEF" => {
                let depth = length(3)?;
                let width = if a.raw(4) == b"$" { depth } else { length(4)? };
                angle(depth, width, length(5)?, [optional(6)?, optional(7)?], slope(8)?)?
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
    /// In the middle between the web's axis (for a channel, its back) and the edge.
    thick: f64,
    fillet: f64,
    edge: f64,
    /// How much thicker it gets inward, over a length.
    slope: f64,
}

impl Flange {
    /// The thickness so far in from where it is measured; `None` where nothing is left at an edge so far out.
    fn at(&self, inward: f64, out: f64) -> Option<[f64; 2]> {
        let [inner, edge] = [self.thick + inward * self.slope, self.thick - out * self.slope];
        (inner > 0.0 && edge > 1e-6).then_some([inner, edge])
    }
}

fn asymmetric(depth: f64, web: f64, below: &Flange, above: &Flange) -> Option<Vec<DVec2>> {
    let (y, s) = (depth / 2.0, web / 2.0);
    let (b, t) = (below.width / 2.0, above.width / 2.0);
    // Rolled sections have their thickness a quarter of the width from the edge.
    let [low, low_edge] = below.at(b / 2.0 - s, b / 2.0)?;
    let [high, high_edge] = above.at(t / 2.0 - s, t / 2.0)?;
    if s >= b.min(t) || low + high >= depth {
        return None;
    }
    let edge = |flange: &Flange, thick: f64| flange.edge.min(thick * 0.999);
    let (low_round, high_round) = (edge(below, low_edge), edge(above, high_edge));
    Some(rounded(&[
        (-b, -y, 0.0),
        (b, -y, 0.0),
        (b, -y + low_edge, low_round),
        (s, -y + low, below.fillet),
        (s, y - high, above.fillet),
        (t, y - high_edge, high_round),
        (t, y, 0.0),
        (-t, y, 0.0),
        (-t, y - high_edge, high_round),
        (-s, y - high, above.fillet),
        (-s, -y + low, below.fillet),
        (-b, -y + low_edge, low_round),
    ]))
}

/// Its flanges have their thickness half way between the back and the edge.
fn channel(depth: f64, web: f64, flange: &Flange) -> Option<Vec<DVec2>> {
    let (x, y) = (flange.width / 2.0, depth / 2.0);
    let [inner, outer] = flange.at(x - web, x)?;
    if web >= flange.width || inner >= y {
        return None;
    }
    let edge = flange.edge.min(outer * 0.999);
    Some(rounded(&[
        (-x, -y, 0.0),
        (x, -y, 0.0),
        (x, -y + outer, edge),
        (-x + web, -y + inner, flange.fillet),
        (-x + web, y - inner, flange.fillet),
        (x, y - outer, edge),
        (x, y, 0.0),
        (-x, y, 0.0),
    ]))
}

/// The flange is above. It has its thickness a quarter of the width from the edge, and the web half way down.
fn tee(depth: f64, web: f64, flange: &Flange, web_edge: f64, web_slope: f64) -> Option<Vec<DVec2>> {
    let (x, y, s) = (flange.width / 2.0, depth / 2.0, web / 2.0);
    let [axis, outer] = flange.at(x / 2.0, x / 2.0)?;
    // Where the web's face meets the underside of the flange.
    let under = y - axis;
    let corner = (s + web_slope * under) / (1.0 - web_slope * flange.slope);
    let (height, foot) = (under + flange.slope * corner, s - web_slope * y);
    if corner >= x || foot <= 1e-6 || height <= -y {
        return None;
    }
    let (edge, web_edge) = (flange.edge.min(outer * 0.999), web_edge.min(foot * 0.999));
    Some(rounded(&[
        (-foot, -y, web_edge),
        (foot, -y, web_edge),
        (corner, height, flange.fillet),
        (x, y - outer, edge),
        (x, y, 0.0),
        (-x, y, 0.0),
        (-x, y - outer, edge),
        (-corner, height, flange.fillet),
    ]))
}

/// Its legs have their thickness half way along.
fn angle(depth: f64, width: f64, t: f64, [fillet, edge]: [f64; 2], slope: f64) -> Option<Vec<DVec2>> {
    let (x, y) = (width / 2.0, depth / 2.0);
    let (right, top) = (t - x * slope, t - y * slope);
    // The inner faces: y = t + (x - u) slope over u, and u = t + (y - v) slope over v, from the outer corner.
    let (a, b) = (t + x * slope, t + y * slope);
    let corner = DVec2::new(b - a * slope, a - b * slope) / (1.0 - slope * slope);
    if right.min(top) <= 1e-6 || corner.x >= width || corner.y >= depth {
        return None;
    }
    let edge = |thick: f64| edge.min(thick * 0.999);
    Some(rounded(&[
        (-x, -y, 0.0),
        (x, -y, 0.0),
        (x, -y + right, edge(right)),
        (corner.x - x, corner.y - y, fillet),
        (top - x, y, edge(top)),
        (-x, y, 0.0),
    ]))
}

#[cfg(test)]
mod tests {
    use super::super::region::area;
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
        let plain_flange = |width, fillet| Flange { width, thick: 0.015, fillet, edge: 0.0, slope: 0.0 };
        let (below, above) = (plain_flange(0.2, 0.02), plain_flange(0.3, 0.0));
        let plain = 0.2 * 0.015 + 0.3 * 0.015 + 0.37 * 0.01;
        check(&asymmetric(0.4, 0.01, &below, &above).unwrap(), plain + 2.0 * filled(0.02));
    }

    /// What slopes take at the edges they give at the root, but for the web.
    #[test]
    fn slopes_thin_the_edges() {
        let flange = |slope| Flange { width: 0.2, thick: 0.02, fillet: 0.0, edge: 0.0, slope };
        let (s, t) = (0.14, 0.01_f64);
        // I: from half the web's thickness to half the width, measured a quarter in: the middle lies t / 4 further out
        let i = asymmetric(0.4, t, &flange(s), &flange(s)).unwrap();
        check(&i, 0.4 * t + 4.0 * (0.1 - t / 2.0) * (0.02 - s * t / 4.0));
        // U: from the web on, measured half way from the back
        let u = channel(0.4, t, &flange(s)).unwrap();
        check(&u, 0.4 * t + 2.0 * (0.2 - t) * (0.02 - s * t / 2.0));
        // T: below the flange the web is a trapezium
        let plain = tee(0.2, t, &flange(0.0), 0.0, 0.0).unwrap();
        check(&plain, 0.2 * 0.02 + 0.18 * t);
        let web = tee(0.2, t, &flange(0.0), 0.0, 0.02).unwrap();
        check(&web, 0.2 * 0.02 + 0.18 * (t - 0.02 * 0.02));
        // L: two legs that share their corner
        let plain = angle(0.1, 0.1, t, [0.0; 2], 0.0).unwrap();
        check(&plain, 2.0 * 0.1 * t - t * t);
        let l = angle(0.1, 0.1, t, [0.0; 2], 0.05).unwrap();
        let c = (t + 0.05 * 0.05) / 1.05;
        // each half is a quadrangle between the diagonal and the edge
        let mean = (c + (t - 0.05 * 0.05)) / 2.0;
        check(&l, 2.0 * ((0.1 - c) * mean + c * c / 2.0));
    }
}
