//! Swept solids written as faceted breps: each face a record with its loop, as many programs export them.

use super::Kit;
use crate::shape::{Axes, Profile, Solid, Style};
use crate::step::{Ref, Value, attributes};
use std::io::Write;

/// How many sides a circle becomes.
const SIDES: usize = 16;

impl<W: Write> Kit<W> {
    /// A shape of its own, of faceted breps.
    pub(crate) fn breps(&mut self, solids: &[(Solid, Style)]) -> Ref {
        let representation = self.brep_representation(solids);
        self.definition(representation)
    }

    /// An instance of the shape of faceted breps that repeats under this name.
    pub(crate) fn mapped_breps(&mut self, name: &str, solids: impl FnOnce() -> Vec<(Solid, Style)>) -> Ref {
        if !self.maps.contains_key(name) {
            let representation = self.brep_representation(&solids());
            self.map_of(name, representation);
        }
        self.mapped(name, Vec::new)
    }

    fn brep_representation(&mut self, solids: &[(Solid, Style)]) -> Ref {
        let mut items = Vec::new();
        for (solid, style) in solids {
            let item = self.brep(solid);
            self.colour(item, *style);
            items.push(item);
        }
        self.step.add("IFCSHAPEREPRESENTATION", attributes!(self.body, "Body", "Brep", Value::refs(&items)))
    }

    fn brep(&mut self, solid: &Solid) -> Ref {
        let outline = outline(&solid.profile);
        let mut ring = |height: f64| -> Vec<Ref> {
            let at = outline.iter().map(|&[x, y]| placed(solid, [x, y, height]));
            at.map(|p| self.point(p)).collect()
        };
        let (bottom, top) = (ring(0.0), ring(solid.depth));
        let n = bottom.len();
        let mut loops = vec![bottom.iter().rev().copied().collect::<Vec<_>>(), top.clone()];
        loops.extend((0..n).map(|i| {
            let j = (i + 1) % n;
            vec![bottom[i], bottom[j], top[j], top[i]]
        }));
        let faces: Vec<Ref> = loops
            .iter()
            .map(|points| {
                let polygon = self.step.add("IFCPOLYLOOP", &[Value::refs(points)]);
                let bound = self.step.add("IFCFACEOUTERBOUND", attributes!(polygon, true));
                self.step.add("IFCFACE", &[Value::refs(&[bound])])
            })
            .collect();
        let shell = self.step.add("IFCCLOSEDSHELL", &[Value::refs(&faces)]);
        self.step.add("IFCFACETEDBREP", attributes!(shell))
    }
}

/// The outline of a profile without its holes, counter-clockwise.
fn outline(profile: &Profile) -> Vec<[f64; 2]> {
    match profile {
        Profile::Rect([w, h]) => {
            let (x, y) = (w / 2.0, h / 2.0);
            vec![[-x, -y], [x, -y], [x, y], [-x, y]]
        }
        Profile::Circle(r) => (0..SIDES)
            .map(|i| {
                let (sin, cos) = (std::f64::consts::TAU * i as f64 / SIDES as f64).sin_cos();
                [r * cos, r * sin]
            })
            .collect(),
        Profile::I([w, d, web, flange]) => {
            let (x, y, s, f) = (w / 2.0, d / 2.0, web / 2.0, d / 2.0 - flange);
            vec![
                [-x, -y],
                [x, -y],
                [x, -f],
                [s, -f],
                [s, f],
                [x, f],
                [x, y],
                [-x, y],
                [-x, f],
                [-s, f],
                [-s, -f],
                [-x, -f],
            ]
        }
        Profile::Polygon(outline, _) => outline.clone(),
    }
}

/// A point of a solid's own frame in the frame of its element.
fn placed(solid: &Solid, [a, b, c]: [f64; 3]) -> [f64; 3] {
    let [z, x]: Axes = solid.axes;
    let y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
    [0, 1, 2].map(|i| solid.origin[i] + a * x[i] + b * y[i] + c * z[i])
}
