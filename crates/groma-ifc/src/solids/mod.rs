//! Meshes of our own, beside the kernel: solids whose every face is plane or stands on a profile, and what
//! is cut out of them, in f64 from the file to the mesh.
//!
//! An element is either meshed here as a whole or left to the kernel as a whole: whatever is not fully
//! understood yields `None`, never half an answer.

mod alignment;
mod along;
mod asides;
mod bodies;
mod colours;
mod curves;
mod cut;
mod extrude;
mod facets;
mod guided;
mod loft;
mod orient;
mod overlay;
mod paths;
mod primitives;
mod profiles;
mod read;
mod region;
mod revolve;
mod rolled;
mod section;
mod spirals;
mod splines;
mod surfaces;
mod sweep;
mod through;
mod triangulate;

use crate::attributes::{Attributes, text};
use crate::bodies::is_not_a_body;
use crate::kernel::{Part, Produced, linear};
use crate::scan::Row;
use bodies::Body;
use colours::Colours;
use cut::{Operation, cut};
use glam::{DAffine3, DVec3};
use groma_geometry::Mesh;
use ifc_lite_processing::style::GeometryStyleInfo;
pub(crate) use read::Reading;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};
use through::{Tool, cut_through};

/// Mapped items may map mapped items; deeper than this they are a cycle.
const DEEPEST: usize = 8;

/// A map of more parts than this was made to use up memory.
const MOST_PARTS: usize = 10_000;

/// What the file says of looks and of openings, as the kernel resolves it.
#[derive(Clone)]
pub(crate) struct Looks {
    pub(crate) styles: Arc<FxHashMap<u32, GeometryStyleInfo>>,
    pub(crate) materials: Arc<FxHashMap<u32, Vec<[f32; 4]>>>,
    pub(crate) voids: Arc<FxHashMap<u32, Vec<u32>>>,
    /// Items whose faces have colours each, or textures.
    pub(crate) torn: Arc<FxHashSet<u32>>,
}

/// Meshes elements of a file.
pub(crate) struct Solids<'a> {
    reading: Reading<'a>,
    looks: Looks,
    map_rows: Vec<Row>,
    maps: Vec<OnceLock<Option<Arc<Map>>>>,
}

/// What becomes of the boolean operations of a body, and of its openings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operations {
    CarriedOut,
    /// They are too much work: what they begin with stands for the body.
    LeftOut,
}

/// An item, ready to be placed.
#[derive(Clone)]
struct Mapped {
    item: u32,
    mesh: Arc<Mesh>,
    at: DAffine3,
}

/// The items of a map, where an operator finds them.
struct Map {
    parts: Vec<Mapped>,
    /// How many maps lie beneath, one within the other.
    height: usize,
}

/// Why an item is not meshed here.
#[derive(Clone, Copy)]
enum Lost {
    NotUnderstood,
    /// More maps lie within each other than are followed, seen from where the search began: a map on the
    /// way may still be good for others.
    TooDeep,
}

impl<'a> Solids<'a> {
    pub(crate) fn new(reading: Reading<'a>, looks: Looks) -> Self {
        let map_rows: Vec<Row> = reading.step.scan.rows("IFCREPRESENTATIONMAP").collect();
        let maps = map_rows.iter().map(|_| OnceLock::new()).collect();
        Self { reading, looks, map_rows, maps }
    }

    /// Meshes one element, of whose record the attribute `Representation` stands at `slot`; `None` where
    /// the kernel has to.
    pub(crate) fn mesh(&self, row: Row, slot: usize, operations: Operations) -> Option<Produced> {
        let step = self.reading.step;
        let keyword = step.scan.keyword(row);
        if is_special(keyword) {
            return None;
        }
        let a = step.attributes(row)?;
        let items = self.items(a.reference(slot)?)?;
        let world = match a.reference(slot.checked_sub(1)?) {
            Some(placement) => self.reading.placement(placement)?,
            None if a.raw(slot - 1) == b"$" => DAffine3::IDENTITY,
            None => return None,
        };
        let mut parts: Vec<Mapped> = Vec::with_capacity(items.len());
        for &item in &items {
            match operations {
                Operations::CarriedOut => parts.extend(self.parts(item, 0).ok()?.0),
                Operations::LeftOut => {
                    let Body { mesh, at } = self.reading.body(self.reading.first_operand(item))?;
                    parts.push(Mapped { item, mesh: Arc::new(mesh), at });
                }
            }
        }
        let id = step.scan.id(row);
        let openings = self.looks.voids.get(&id).map_or(&[][..], |o| o);
        let openings = if operations == Operations::LeftOut { &[] } else { openings };
        if !openings.is_empty() {
            parts = self.without_openings(&parts, &world, openings)?;
        }
        if parts.is_empty() {
            return None;
        }
        let mut colours =
            Colours { solids: self, element: id, keyword, shape: a.reference(slot)?, next: 0, own: None };
        let parts = parts
            .into_iter()
            .map(|part| Part {
                mesh: part.mesh,
                placement: world * part.at,
                colour: linear(colours.of(part.item)),
                template: None,
                item: Some(part.item),
            })
            .collect();
        Some(Produced { parts, openings: openings.to_vec(), own: true, ..Produced::default() })
    }

    /// False for the curve of an alignment that is not followed here, for a place along one that is not understood,
    /// and for what only we mesh right.
    pub(crate) fn follows(&self, id: u32) -> bool {
        match self.reading.step.keyword(id) {
            // Places along lines that are understood are plain ones by now.
            "IFCLINEARPLACEMENT" => false,
            "IFCLOCALPLACEMENT" => true,
            keyword if is_ours_alone(keyword) => !self.is_ours_alone(id),
            _ => self.reading.alignment(id).is_some(),
        }
    }

    /// True for an item that the kernel gets wrong: what is swept along an alignment, and what has voids.
    pub(crate) fn is_ours_alone(&self, item: u32) -> bool {
        let line = match self.reading.step.keyword(item) {
            "IFCSWEPTDISKSOLID" | "IFCSWEPTDISKSOLIDPOLYGONAL" => 0,
            "IFCFIXEDREFERENCESWEPTAREASOLID"
            | "IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID"
            | "IFCSURFACECURVESWEPTAREASOLID" => 2,
            keyword => return is_ours_alone(keyword),
        };
        let line = self.reading.attributes(item).and_then(|a| a.reference(line));
        line.is_some_and(|line| self.reading.is_aligned(line))
    }

    /// Of the face sets of a product's body, those with faces that name points which are not there, in words.
    pub(crate) fn faces_without_points(&self, row: Row, slot: usize) -> Vec<String> {
        let shape = self.reading.step.attributes(row).and_then(|a| a.reference(slot));
        let mut items = shape.and_then(|shape| self.items(shape)).unwrap_or_default();
        let mut said = Vec::new();
        let mut at = 0;
        while let Some(&item) = items.get(at) {
            at += 1;
            if self.reading.step.keyword(item) == "IFCMAPPEDITEM" && at <= MOST_PARTS {
                items.extend(self.mapped_items(item).into_iter().flatten());
            } else if let Some(faces @ 1..) = self.reading.faces_without_points(item) {
                said.push(format!("{faces} faces of #{item} that name points it has not"));
            }
        }
        said
    }

    /// The items that a mapped item places.
    fn mapped_items(&self, item: u32) -> Option<Vec<u32>> {
        let map = self.reading.attributes(item)?.reference(0)?;
        let representation = self.reading.attributes(map)?.reference(1)?;
        Some(self.reading.attributes(representation)?.references(3))
    }

    /// The items that make up the body of a product, of those representations that the kernel takes.
    fn items(&self, shape: u32) -> Option<Vec<u32>> {
        let step = self.reading.step;
        let shape = step.instance(shape, &["IFCPRODUCTDEFINITIONSHAPE"])?;
        let mut chosen: Vec<(Kind, Attributes<'_>)> = Vec::new();
        for id in shape.references(2) {
            if step.keyword(id) != "IFCSHAPEREPRESENTATION" {
                return None;
            }
            let a = self.reading.attributes(id)?;
            chosen.push((kind(&a), a));
        }
        let direct = chosen.iter().any(|(kind, _)| *kind == Kind::Direct);
        let mut items = Vec::new();
        for (kind, a) in &chosen {
            // Of bodies none is left out, be it a map.
            let mapped = *kind == Kind::Mapped && (!direct || preference(a) == 0);
            if *kind == Kind::Direct || *kind == Kind::Untold || mapped {
                items.extend(a.references(3));
            }
        }
        (!items.is_empty()).then_some(items)
    }

    /// The meshes of an item, in the coordinates of its representation, and how many maps lie beneath it.
    fn parts(&self, item: u32, depth: usize) -> Result<(Vec<Mapped>, usize), Lost> {
        let keyword = self.reading.step.keyword(item);
        if is_flat(keyword) {
            return Ok((Vec::new(), 0));
        }
        if self.looks.torn.contains(&item) {
            return Err(Lost::NotUnderstood);
        }
        if keyword == "IFCGEOMETRICSET" {
            return self.set(item, depth);
        }
        if keyword != "IFCMAPPEDITEM" {
            let Body { mesh, at } = self.reading.body(item).ok_or(Lost::NotUnderstood)?;
            return Ok((vec![Mapped { item, mesh: Arc::new(mesh), at }], 0));
        }
        let read = || {
            let a = self.reading.attributes(item)?;
            Some((a.reference(0)?, self.reading.operator(a.reference(1)?)?))
        };
        let (map, by) = read().ok_or(Lost::NotUnderstood)?;
        let map = self.map(map, depth)?;
        if map.height >= DEEPEST {
            return Err(Lost::NotUnderstood);
        }
        let parts = map.parts.iter().map(|part| Mapped { at: by * part.at, ..part.clone() }).collect();
        Ok((parts, map.height + 1))
    }

    /// The surfaces of a set; curves and points are no part of a body.
    fn set(&self, item: u32, depth: usize) -> Result<(Vec<Mapped>, usize), Lost> {
        let items = self.reading.first_list(item).ok_or(Lost::NotUnderstood)?;
        let mut parts = Vec::new();
        for id in items {
            let keyword = self.reading.step.keyword(id);
            let is_surface = matches!(
                keyword,
                "IFCCURVEBOUNDEDPLANE" | "IFCRECTANGULARTRIMMEDSURFACE" | "IFCSURFACEOFREVOLUTION"
            );
            if is_surface {
                // The looks of a set are those of its whole.
                parts.extend(self.parts(id, depth)?.0.into_iter().map(|part| Mapped { item, ..part }));
            } else if keyword.contains("SURFACE") || keyword.is_empty() {
                return Err(Lost::NotUnderstood);
            }
        }
        Ok((parts, 0))
    }

    /// A map with its meshes. Whether there is one depends on the map alone, not on who asked first.
    fn map(&self, id: u32, depth: usize) -> Result<Arc<Map>, Lost> {
        let row = self.reading.step.scan.row(id);
        let slot = row.and_then(|row| self.map_rows.binary_search(&row).ok());
        let slot = &self.maps[slot.ok_or(Lost::NotUnderstood)?];
        if let Some(known) = slot.get() {
            return known.clone().ok_or(Lost::NotUnderstood);
        }
        if depth >= DEEPEST {
            return Err(Lost::TooDeep);
        }
        let made = match self.read_map(id, depth) {
            Ok(map) => Some(Arc::new(map)),
            Err(Lost::NotUnderstood) => None,
            Err(Lost::TooDeep) => return Err(Lost::TooDeep),
        };
        // Another thread may have been first: its meshes are the ones to share.
        let _ = slot.set(made);
        slot.get().cloned().flatten().ok_or(Lost::NotUnderstood)
    }

    fn read_map(&self, id: u32, depth: usize) -> Result<Map, Lost> {
        let read = || {
            let a = self.reading.attributes(id)?;
            let representation = self.reading.attributes(a.reference(1)?)?;
            Some((self.reading.axes(a.reference(0)?)?, representation.references(3)))
        };
        let (origin, items) = read().ok_or(Lost::NotUnderstood)?;
        let mut map = Map { parts: Vec::new(), height: 0 };
        for item in items {
            let (parts, height) = self.parts(item, depth + 1)?;
            map.height = map.height.max(height);
            map.parts.extend(parts.into_iter().map(|part| Mapped { at: origin * part.at, ..part }));
            if map.parts.len() > MOST_PARTS {
                return Err(Lost::NotUnderstood);
            }
        }
        Ok(map)
    }

    /// Parts with openings cut out of them; each in a mesh of its own.
    fn without_openings(&self, parts: &[Mapped], world: &DAffine3, openings: &[u32]) -> Option<Vec<Mapped>> {
        let mut tools: Vec<Body> = Vec::new();
        for &opening in openings {
            for (mesh, at) in self.opening(opening)? {
                if !mesh.is_closed() {
                    return None;
                }
                tools.push(Body { mesh: mesh.as_ref().clone(), at });
            }
        }
        let mut cut_parts = Vec::with_capacity(parts.len());
        for part in parts {
            let frame = *world * part.at;
            if frame.matrix3.determinant() <= 0.0 || !part.mesh.is_closed() {
                return None;
            }
            let (low, high) = bounds(&part.mesh);
            let mut seen: Vec<Tool> = Vec::new();
            for tool in &tools {
                let mesh = tool.seen_from(&frame);
                let (l, h) = bounds(&mesh);
                if l.cmplt(high).all() && low.cmplt(h).all() {
                    let axes = (frame.inverse() * tool.at).matrix3;
                    let axes = [axes.z_axis, axes.y_axis, axes.x_axis].map(|a| a.normalize_or(DVec3::Z));
                    seen.push(Tool { mesh, axes });
                }
            }
            // What no opening reaches stays shared with others.
            if seen.is_empty() {
                cut_parts.push(part.clone());
                continue;
            }
            let mesh = without(&part.mesh, seen)?;
            if !mesh.triangles.is_empty() {
                cut_parts.push(Mapped { mesh: Arc::new(mesh), ..part.clone() });
            }
        }
        Some(cut_parts)
    }

    /// The bodies of an opening, placed in the world.
    fn opening(&self, id: u32) -> Option<Vec<(Arc<Mesh>, DAffine3)>> {
        let step = self.reading.step;
        if !matches!(step.keyword(id), "IFCOPENINGELEMENT" | "IFCOPENINGSTANDARDCASE") {
            return None;
        }
        let a = self.reading.attributes(id)?;
        let shape = self.reading.attributes(a.reference(6)?)?;
        // A reference shows an opening that the host's own body has already: the kernel knows the rules.
        for representation in shape.references(2) {
            let named = self.reading.attributes(representation)?;
            if named.text(1).is_some_and(|name| name.eq_ignore_ascii_case("Reference")) {
                return None;
            }
        }
        let world = self.reading.placement(a.reference(5)?)?;
        let mut bodies = Vec::new();
        for item in self.items(a.reference(6)?)? {
            bodies.extend(self.parts(item, 0).ok()?.0.into_iter().map(|part| (part.mesh, world * part.at)));
        }
        Some(bodies)
    }
}

/// What tools leave of a host: those that go through a plate seen along its thickness, the others one by one.
fn without(host: &Mesh, tools: Vec<Tool>) -> Option<Mesh> {
    let solids = |tools: Vec<Tool>| tools.into_iter().map(|tool| tool.mesh).collect::<Vec<Mesh>>();
    match cut_through(host, &tools) {
        Some((mesh, goes)) => {
            let rest: Vec<Tool> =
                tools.into_iter().zip(goes).filter(|(_, goes)| !goes).map(|(tool, _)| tool).collect();
            if rest.is_empty() || mesh.triangles.is_empty() {
                return Some(mesh);
            }
            cut(&mesh, &solids(rest), Operation::Difference)
        }
        None => cut(host, &solids(tools), Operation::Difference),
    }
}

fn bounds(mesh: &Mesh) -> (DVec3, DVec3) {
    let start = (DVec3::INFINITY, DVec3::NEG_INFINITY);
    mesh.positions.iter().fold(start, |(l, h), &p| (l.min(p), h.max(p)))
}

/// Products that the kernel treats by rules of their own.
fn is_special(keyword: &str) -> bool {
    keyword.starts_with("IFCALIGNMENT")
        || keyword.starts_with("IFCSTRUCTURAL")
        || keyword.starts_with("IFCREFERENT")
        || matches!(keyword, "IFCANNOTATION" | "IFCGRID" | "IFCPORT" | "IFCLINEARPOSITIONINGELEMENT")
}

/// Kinds of items that the kernel gets wrong always or along some lines.
pub(crate) fn is_ours_alone(keyword: &str) -> bool {
    matches!(
        keyword,
        "IFCSWEPTDISKSOLID"
            | "IFCSWEPTDISKSOLIDPOLYGONAL"
            | "IFCFIXEDREFERENCESWEPTAREASOLID"
            | "IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID"
            | "IFCSURFACECURVESWEPTAREASOLID"
            | "IFCSECTIONEDSOLIDHORIZONTAL"
            | "IFCSECTIONEDSURFACE"
            | "IFCFACETEDBREPWITHVOIDS"
            | "IFCADVANCEDBREPWITHVOIDS"
    )
}

/// Items that are seen on plans, and are no part of a body.
fn is_flat(keyword: &str) -> bool {
    matches!(keyword, "IFCGEOMETRICCURVESET" | "IFCPOLYLINE" | "IFCCOMPOSITECURVE")
}

/// What the type of a representation says that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Direct,
    Mapped,
    /// Nothing is said.
    Untold,
    Other,
}

/// Types of representations that hold bodies.
pub(crate) const DIRECT: [&str; 11] = [
    "Body",
    "SweptSolid",
    "Brep",
    "CSG",
    "Clipping",
    "Tessellation",
    "SolidModel",
    "SurfaceModel",
    "Surface3D",
    "AdvancedSweptSolid",
    "AdvancedBrep",
];
/// The type of representations that hold maps.
pub(crate) const MAPPED: &str = "MappedRepresentation";

/// Which representations of a shape are its body: those of the lowest number. What else a shape may hold shows the
/// same body once more.
pub(crate) fn preference(representation: &Attributes<'_>) -> u8 {
    let Some(name) = representation.text(1) else { return 1 };
    match name.trim().to_ascii_lowercase().as_str() {
        "body" => 0,
        "facetation" => 2,
        "body-fallback" => 3,
        "surface" => 4,
        _ if is_not_a_body(representation) => 5,
        _ => 1,
    }
}

/// True for a representation that holds a body, by its type.
pub(crate) fn may_be_a_body(representation: &Attributes<'_>) -> bool {
    kind(representation) != Kind::Other
}

fn kind(representation: &Attributes<'_>) -> Kind {
    let told = [2, 1].into_iter().find_map(|slot| {
        let name = text(representation.raw(slot))?;
        (!name.trim().is_empty()).then_some(name)
    });
    match told.as_deref() {
        None => Kind::Untold,
        Some(name) if name == MAPPED => Kind::Mapped,
        Some(name) if DIRECT.contains(&name) => Kind::Direct,
        Some(_) => Kind::Other,
    }
}
