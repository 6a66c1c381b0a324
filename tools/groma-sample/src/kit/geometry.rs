//! Lengths, frames, profiles, solids, colours and shapes that repeat.

use super::Kit;
use crate::shape::{Axes, Profile, Solid, Style, UP};
use crate::step::{Ref, Value, attributes};
use std::io::Write;

impl<W: Write> Kit<W> {
    /// A length in the units of the file.
    pub(crate) fn length(&self, metres: f64) -> Value {
        Value::Real((metres * self.scale * 1e6).round() / 1e6)
    }

    fn lengths(&self, metres: &[f64]) -> Value {
        Value::List(metres.iter().map(|&x| self.length(x)).collect())
    }

    /// A direction, written once.
    pub(crate) fn direction(&mut self, d: [f64; 3]) -> Ref {
        let key = d.map(|x| (x * 1e9).round() as i64);
        if let Some(&found) = self.directions.get(&key) {
            return found;
        }
        let made = self.step.add("IFCDIRECTION", attributes!(Value::reals(&d)));
        self.directions.insert(key, made);
        made
    }

    pub(super) fn point(&mut self, at: [f64; 3]) -> Ref {
        if at == [0.0; 3] {
            if let Some(origin) = self.origin {
                return origin;
            }
            let made = self.step.add("IFCCARTESIANPOINT", attributes!(Value::reals(&at)));
            self.origin = Some(made);
            return made;
        }
        let coordinates = self.lengths(&at);
        self.step.add("IFCCARTESIANPOINT", &[coordinates])
    }

    /// A point in a plane.
    pub(crate) fn flat_point(&mut self, at: [f64; 2]) -> Ref {
        let coordinates = self.lengths(&at);
        self.step.add("IFCCARTESIANPOINT", &[coordinates])
    }

    /// A frame in a plane, by its x axis.
    pub(crate) fn flat_axes(&mut self, at: [f64; 2], x: [f64; 2]) -> Ref {
        let point = self.flat_point(at);
        let x = self.step.add("IFCDIRECTION", attributes!(Value::reals(&x)));
        self.step.add("IFCAXIS2PLACEMENT2D", attributes!(point, x))
    }

    /// The x axis of a plane as a line.
    pub(crate) fn flat_line(&mut self) -> Ref {
        let origin = self.flat_point([0.0; 2]);
        let x = self.step.add("IFCDIRECTION", attributes!(Value::reals(&[1.0, 0.0])));
        let one = self.step.add("IFCVECTOR", attributes!(x, 1.0));
        self.step.add("IFCLINE", attributes!(origin, one))
    }

    /// An area within a polygon, as a profile.
    pub(crate) fn polygon(&mut self, outline: &[[f64; 2]]) -> Ref {
        let points: Vec<Ref> = outline.iter().map(|&p| self.flat_point(p)).collect();
        let closed: Vec<Ref> = points.iter().chain(points.first()).copied().collect();
        let curve = self.step.add("IFCPOLYLINE", &[Value::refs(&closed)]);
        self.step.add("IFCARBITRARYCLOSEDPROFILEDEF", attributes!(Value::Enum("AREA"), Value::Null, curve))
    }

    /// A frame.
    pub(crate) fn axes(&mut self, at: [f64; 3], axes: Axes) -> Ref {
        let point = self.point(at);
        let (axis, x) = if axes == UP {
            (Value::Null, Value::Null)
        } else {
            (self.direction(axes[0]).into(), self.direction(axes[1]).into())
        };
        self.step.add("IFCAXIS2PLACEMENT3D", attributes!(point, axis, x))
    }

    /// A placement relative to another.
    pub(crate) fn place(&mut self, parent: Option<Ref>, at: [f64; 3], axes: Axes) -> Ref {
        let frame = self.axes(at, axes);
        self.step.add("IFCLOCALPLACEMENT", attributes!(parent, frame))
    }

    fn curve(&mut self, outline: &[[f64; 2]]) -> Ref {
        let closed: Vec<Value> = outline.iter().chain(outline.first()).map(|p| self.lengths(p)).collect();
        let points = self.step.add("IFCCARTESIANPOINTLIST2D", &[Value::List(closed)]);
        self.step.add("IFCINDEXEDPOLYCURVE", attributes!(points, Value::Null, false))
    }

    pub(super) fn profile(&mut self, profile: &Profile) -> Ref {
        let key = format!("{profile:?}");
        if let Some(&found) = self.profiles.get(&key) {
            return found;
        }
        let area = Value::Enum("AREA");
        let made = match profile {
            Profile::Rect([w, h]) => {
                let (w, h) = (self.length(*w), self.length(*h));
                self.step.add("IFCRECTANGLEPROFILEDEF", attributes!(area, Value::Null, Value::Null, w, h))
            }
            Profile::Circle(r) => {
                let r = self.length(*r);
                self.step.add("IFCCIRCLEPROFILEDEF", attributes!(area, Value::Null, Value::Null, r))
            }
            Profile::I(sizes) => {
                let [w, d, web, flange] = sizes.map(|x| self.length(x));
                self.step.add(
                    "IFCISHAPEPROFILEDEF",
                    attributes!(
                        area,
                        "IPE 330",
                        Value::Null,
                        w,
                        d,
                        web,
                        flange,
                        Value::Null,
                        Value::Null,
                        Value::Null
                    ),
                )
            }
            Profile::Polygon(outline, holes) => {
                let outer = self.curve(outline);
                if holes.is_empty() {
                    self.step.add("IFCARBITRARYCLOSEDPROFILEDEF", attributes!(area, Value::Null, outer))
                } else {
                    let inner: Vec<Ref> = holes.iter().map(|hole| self.curve(hole)).collect();
                    self.step.add(
                        "IFCARBITRARYPROFILEDEFWITHVOIDS",
                        attributes!(area, Value::Null, outer, Value::refs(&inner)),
                    )
                }
            }
        };
        // Polygons seldom come twice; keeping them all would grow with the building.
        if !matches!(profile, Profile::Polygon(..)) {
            self.profiles.insert(key, made);
        }
        made
    }

    fn style(&mut self, style: Style) -> Ref {
        if let Some(&found) = self.styles.get(style.name) {
            return found;
        }
        let [r, g, b] = style.rgb;
        let colour = self.step.add("IFCCOLOURRGB", attributes!(Value::Null, r, g, b));
        let mut rendering = attributes!(colour, style.transparency).to_vec();
        rendering.extend([const { Value::Null }; 6]);
        rendering.push(Value::Enum("NOTDEFINED"));
        let rendering = self.step.add("IFCSURFACESTYLERENDERING", &rendering);
        let made = self
            .step
            .add("IFCSURFACESTYLE", attributes!(style.name, Value::Enum("BOTH"), Value::refs(&[rendering])));
        self.styles.insert(style.name, made);
        made
    }

    /// Gives a solid its colour.
    pub(crate) fn colour(&mut self, solid: Ref, style: Style) {
        let style = self.style(style);
        self.step.add("IFCSTYLEDITEM", attributes!(solid, Value::refs(&[style]), Value::Null));
    }

    fn representation(&mut self, solids: &[(Solid, Style)]) -> Ref {
        let mut items = Vec::new();
        for (solid, style) in solids {
            let profile = self.profile(&solid.profile);
            let position = if solid.origin == [0.0; 3] && solid.axes == UP {
                None
            } else {
                Some(self.axes(solid.origin, solid.axes))
            };
            let up = self.direction(UP[0]);
            let depth = self.length(solid.depth);
            let item = self.step.add("IFCEXTRUDEDAREASOLID", attributes!(profile, position, up, depth));
            self.colour(item, *style);
            items.push(item);
        }
        self.step
            .add("IFCSHAPEREPRESENTATION", attributes!(self.body, "Body", "SweptSolid", Value::refs(&items)))
    }

    /// A shape of its own.
    pub(crate) fn shape(&mut self, solids: &[(Solid, Style)]) -> Ref {
        let representation = self.representation(solids);
        self.definition(representation)
    }

    pub(crate) fn definition(&mut self, representation: Ref) -> Ref {
        self.step.add(
            "IFCPRODUCTDEFINITIONSHAPE",
            attributes!(Value::Null, Value::Null, Value::refs(&[representation])),
        )
    }

    /// The shape that repeats under a name, written once.
    pub(crate) fn map(&mut self, name: &str, solids: impl FnOnce() -> Vec<(Solid, Style)>) -> Ref {
        if let Some(&found) = self.maps.get(name) {
            return found;
        }
        let representation = self.representation(&solids());
        self.map_of(name, representation)
    }

    pub(super) fn map_of(&mut self, name: &str, representation: Ref) -> Ref {
        let origin = self.axes([0.0; 3], UP);
        let made = self.step.add("IFCREPRESENTATIONMAP", attributes!(origin, representation));
        self.maps.insert(name.to_owned(), made);
        made
    }

    /// A shape that is an instance of the one under this name.
    pub(crate) fn mapped(&mut self, name: &str, solids: impl FnOnce() -> Vec<(Solid, Style)>) -> Ref {
        let map = self.map(name, solids);
        let identity = match self.identity {
            Some(found) => found,
            None => {
                let origin = self.point([0.0; 3]);
                let null = Value::Null;
                let made = self.step.add(
                    "IFCCARTESIANTRANSFORMATIONOPERATOR3D",
                    attributes!(null.clone(), null.clone(), origin, null.clone(), null),
                );
                self.identity = Some(made);
                made
            }
        };
        let item = self.step.add("IFCMAPPEDITEM", attributes!(map, identity));
        let representation = self.step.add(
            "IFCSHAPEREPRESENTATION",
            attributes!(self.body, "Body", "MappedRepresentation", Value::refs(&[item])),
        );
        self.definition(representation)
    }
}
