//! Items of a representation as closed meshes, in frames of their own.

use super::cut::{Operation, cut};
use super::extrude::{extrude, extrude_with};
use super::read::Reading;
use glam::{DAffine3, DVec3};
use groma_geometry::Mesh;

/// Results of results; deeper than this they are a cycle, or made to use up time.
const DEEPEST: usize = 12;
/// Operations on one body; the kernel is asked for those of more.
const MOST: usize = 200;
/// How far the first operands of operations are followed.
const MOST_OPERANDS: usize = 10_000;
/// Coordinates larger than this are moved near the origin of the mesh, in metres.
const FAR: f64 = 64.0;

/// A mesh, and what leads from its coordinates to those of its item, in metres.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) mesh: Mesh,
    pub(super) at: DAffine3,
}

impl Body {
    /// The mesh in the coordinates of another frame, turned outward there.
    pub(super) fn seen_from(&self, frame: &DAffine3) -> Mesh {
        moved(self.mesh.clone(), &(frame.inverse() * self.at))
    }

    /// The same body with small coordinates.
    fn near(mut self) -> Self {
        let (low, high) = self.bounds();
        if low.abs().max(high.abs()).max_element() > FAR {
            let middle = ((low + high) / 2.0).round();
            self.mesh.positions.iter_mut().for_each(|p| *p -= middle);
            self.at *= DAffine3::from_translation(middle);
        }
        self
    }

    fn bounds(&self) -> (DVec3, DVec3) {
        let start = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        self.mesh.positions.iter().fold(start, |(l, h), &p| (l.min(p), h.max(p)))
    }
}

fn moved(mut mesh: Mesh, by: &DAffine3) -> Mesh {
    mesh.positions.iter_mut().for_each(|p| *p = by.transform_point3(*p));
    if by.matrix3.determinant() < 0.0 {
        mesh.flip();
    }
    mesh
}

impl Reading<'_> {
    /// The body of an item; `None` for all that the kernel is left to mesh.
    pub(super) fn body(&self, id: u32) -> Option<Body> {
        let body = self.body_within(id, 0)?;
        let good = !body.mesh.triangles.is_empty() && body.mesh.positions.iter().all(|p| p.is_finite());
        good.then(|| body.near())
    }

    /// What the boolean operations of an item begin with.
    pub(super) fn first_operand(&self, id: u32) -> u32 {
        let mut at = id;
        for _ in 0..MOST_OPERANDS {
            let slot = match self.step.keyword(at) {
                "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT" => 1,
                "IFCCSGSOLID" => 0,
                _ => break,
            };
            match self.attributes(at).and_then(|a| a.reference(slot)) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    fn body_within(&self, id: u32, depth: usize) -> Option<Body> {
        if depth > DEEPEST {
            return None;
        }
        match self.step.keyword(id) {
            "IFCEXTRUDEDAREASOLID" => self.extruded(id),
            "IFCSECTIONEDSOLIDHORIZONTAL" => self.sectioned(id),
            "IFCSECTIONEDSURFACE" => self.sectioned_surface(id),
            "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT" => self.operated(id, depth),
            "IFCCSGSOLID" => self.body_within(self.attributes(id)?.reference(0)?, depth + 1),
            "IFCSWEPTDISKSOLID" => self.swept_disk(id, false),
            "IFCSWEPTDISKSOLIDPOLYGONAL" => self.swept_disk(id, true),
            keyword @ ("IFCFIXEDREFERENCESWEPTAREASOLID"
            | "IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID"
            | "IFCSURFACECURVESWEPTAREASOLID") => self.guided(keyword, id),
            "IFCREVOLVEDAREASOLID" => self.revolved(id),
            "IFCREVOLVEDAREASOLIDTAPERED" => self.revolved_tapered(id),
            "IFCSECTIONEDSPINE" => self.sectioned_spine(id),
            keyword @ ("IFCBLOCK"
            | "IFCRECTANGULARPYRAMID"
            | "IFCRIGHTCIRCULARCYLINDER"
            | "IFCRIGHTCIRCULARCONE"
            | "IFCSPHERE") => self.primitive(keyword, id, depth == 0),
            keyword
            @ ("IFCCURVEBOUNDEDPLANE" | "IFCRECTANGULARTRIMMEDSURFACE" | "IFCSURFACEOFREVOLUTION") => {
                Some(Body { mesh: self.surface(keyword, id)?, at: DAffine3::IDENTITY })
            }
            keyword => Some(Body { mesh: self.faceted(keyword, id)?, at: DAffine3::IDENTITY }),
        }
    }

    fn extruded(&self, id: u32) -> Option<Body> {
        let a = self.attributes(id)?;
        let profile = self.capped(a.reference(0)?)?;
        let at = match a.reference(1) {
            Some(axes) => self.axes(axes)?,
            None if a.raw(1) == b"$" => DAffine3::IDENTITY,
            None => return None,
        };
        let along = self.direction(a.reference(2)?)? * self.length_of(&a, 3)?;
        Some(Body { mesh: extrude_with(&profile.0, &profile.1, along)?, at })
    }

    /// A body that others were cut out of or that was cut down to others, one after the other.
    fn operated(&self, id: u32, depth: usize) -> Option<Body> {
        let mut steps: Vec<(Operation, u32)> = Vec::new();
        let mut at = id;
        while matches!(self.step.keyword(at), "IFCBOOLEANRESULT" | "IFCBOOLEANCLIPPINGRESULT") {
            let a = self.attributes(at)?;
            let operation = match a.enumeration(0)?.to_ascii_uppercase().as_str() {
                "DIFFERENCE" => Operation::Difference,
                "INTERSECTION" => Operation::Intersection,
                _ => return None,
            };
            if steps.len() >= MOST {
                return None;
            }
            steps.push((operation, a.reference(2)?));
            at = a.reference(1)?;
        }
        steps.reverse();
        let mut host = self.body_within(at, depth + 1)?;
        if !host.mesh.is_closed() {
            return None;
        }
        // All that is cut out in a row is cut out at once.
        for row in steps.chunk_by(|a, b| a.0 == Operation::Difference && b.0 == Operation::Difference) {
            let tools: Vec<Mesh> =
                row.iter().map(|(_, tool)| self.tool(*tool, &host, depth + 1)).collect::<Option<_>>()?;
            host.mesh = cut(&host.mesh, &tools, row.first()?.0)?;
        }
        Some(host)
    }

    /// What is cut out of a host, in the host's frame.
    fn tool(&self, id: u32, host: &Body, depth: usize) -> Option<Mesh> {
        match self.step.keyword(id) {
            "IFCHALFSPACESOLID" | "IFCBOXEDHALFSPACE" => self.half_space(id, host),
            "IFCPOLYGONALBOUNDEDHALFSPACE" => {
                let a = self.attributes(id)?;
                let at = self.axes(a.reference(2)?)?;
                let region = super::region::Region::new(self.contour(a.reference(3)?)?, Vec::new())?;
                // Long enough to reach through the host both ways.
                let (middle, radius) = ball(&host.seen_from(&at));
                let bottom = middle.z - 2.0 * radius;
                let mesh = extrude(&region, DVec3::Z * (4.0 * radius))?;
                let at = at * DAffine3::from_translation(DVec3::Z * bottom);
                let prism = Body { mesh, at };
                let half = self.half_space(id, &prism)?;
                let mesh = cut(&prism.mesh, &[half], Operation::Intersection)?;
                Some(Body { mesh, at: prism.at }.seen_from(&host.at))
            }
            _ => {
                let tool = self.body_within(id, depth)?;
                tool.mesh.is_closed().then(|| tool.seen_from(&host.at))
            }
        }
    }

    /// The side of a plane, as far as it reaches around a host, in the host's frame.
    fn half_space(&self, id: u32, host: &Body) -> Option<Mesh> {
        let a = self.attributes(id)?;
        let plane = self.step.instance(a.reference(0)?, &["IFCPLANE"])?;
        let at = self.axes(plane.reference(0)?)?;
        // True when the plane's normal points away from the material.
        let below = a.is(1, "T")?;
        let (middle, radius) = ball(&host.seen_from(&at));
        let far = middle.z.abs() + 2.0 * radius;
        let reach = DVec3::new(2.0 * radius, 2.0 * radius, 0.0);
        let middle = middle.with_z(0.0);
        let (low, high) = if below { (-far, 0.0) } else { (0.0, far) };
        let side = Mesh::cuboid(middle - reach + DVec3::Z * low, middle + reach + DVec3::Z * high);
        Some(moved(side, &(host.at.inverse() * at)))
    }
}

/// A ball around a mesh.
fn ball(mesh: &Mesh) -> (DVec3, f64) {
    let start = (DVec3::INFINITY, DVec3::NEG_INFINITY);
    let (low, high) = mesh.positions.iter().fold(start, |(l, h), &p| (l.min(p), h.max(p)));
    ((low + high) / 2.0, (high - low).length() / 2.0 + 1e-3)
}
