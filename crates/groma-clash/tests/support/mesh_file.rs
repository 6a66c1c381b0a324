//! Reads the mesh files of the clash truth; their format stands in `tools/clash_labels.py` of the shared
//! data. For tests and benchmarks: the files are ours, so a wrong one is an error and no more is said.

use glam::{DAffine3, DVec3};
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::{Class, Element, ElementId, Frame, KeyMaker, Model, ShapeStatus, Standing};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::io::{Error, Result};
use std::path::Path;
use std::sync::Arc;

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n).ok_or_else(|| Error::other("the file ends early"))?;
        self.0 = tail;
        Ok(head)
    }

    fn word<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(Error::other)
    }

    /// So many runs of `N` bytes.
    fn runs<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]]> {
        Ok(self.take(count.saturating_mul(N))?.as_chunks().0)
    }

    fn count(&mut self) -> Result<usize> {
        Ok(u32::from_le_bytes(self.word()?) as usize)
    }

    fn text(&mut self) -> Result<String> {
        let n = self.take(1)?[0];
        String::from_utf8(self.take(n.into())?.to_vec()).map_err(Error::other)
    }
}

/// A mesh of points of three coordinates and triangles of three indices.
fn mesh(points: &[[u8; 24]], triangles: &[[u8; 12]]) -> Mesh {
    let point = |of: &[u8; 24]| {
        DVec3::from_array([0, 8, 16].map(|k| f64::from_le_bytes(std::array::from_fn(|byte| of[k + byte]))))
    };
    let triangle =
        |of: &[u8; 12]| [0, 4, 8].map(|k| u32::from_le_bytes(std::array::from_fn(|byte| of[k + byte])));
    Mesh {
        positions: points.iter().map(point).collect(),
        triangles: triangles.iter().map(triangle).collect(),
    }
}

/// Reads a file as one model per group (`a`, `b`), each element a mesh of its own, and the frame around
/// all. Shapes are placed in the frame, meshes have their own origin.
pub(crate) fn read(path: &Path) -> Result<(Vec<(Model, Shapes)>, Frame)> {
    let data = std::fs::read(path)?;
    let mut bytes = Bytes(&data);
    if bytes.take(4)? != b"CMSH" {
        return Err(Error::other("not a mesh file"));
    }
    bytes.take(4)?;
    let mut parts = ["a", "b"].map(|l| (Model::empty(l), Shapes::default(), KeyMaker::new(l.into())));
    let mut drawn = Vec::new();
    for _ in 0..bytes.count()? {
        let (global_id, class) = (bytes.text()?, bytes.text()?);
        let group = bytes.take(1)?[0];
        let (points, triangles) = (bytes.count()?, bytes.count()?);
        drawn.push((global_id, class, group, bytes.runs::<24>(points)?, bytes.runs::<12>(triangles)?));
    }
    let meshes: Vec<Mesh> = drawn.par_iter().map(|of| mesh(of.3, of.4)).collect();
    for ((global_id, class, group, ..), mesh) in drawn.iter().zip(meshes) {
        let (model, shapes, keys) = &mut parts[usize::from(*group).min(1)];
        push(model, shapes, keys, global_id, class, mesh);
    }
    let mut models: Vec<(Model, Shapes)> = parts.into_iter().map(|p| (p.0, p.1)).collect();
    models.retain(|(model, _)| !model.elements.is_empty());
    let bounds = models.iter().filter_map(|(_, s)| s.bounds()).reduce(|x, y| (x.0.min(y.0), x.1.max(y.1)));
    let (lo, hi) = bounds.unwrap_or((DVec3::ZERO, DVec3::ZERO));
    let frame = Frame::around(Standing::Local, lo, hi);
    for (_, shapes) in &mut models {
        shapes.transform(&DAffine3::from_translation(-frame.origin));
    }
    Ok((models, frame))
}

/// Adds an element with one mesh in world coordinates.
pub(crate) fn push(
    model: &mut Model,
    shapes: &mut Shapes,
    keys: &mut KeyMaker,
    id: &str,
    class: &str,
    mesh: Mesh,
) {
    let element = ElementId(model.elements.len() as u32);
    let ancestors = ["IfcElement", "IfcProduct", "IfcObject", "IfcObjectDefinition", "IfcRoot"];
    model.elements.push(Element::new(keys.next(id).0, element.0 + 1, Class::new(class, ancestors)));
    let mut mesh = mesh;
    let origin = mesh.positions.first().copied().unwrap_or(DVec3::ZERO);
    mesh.positions.iter_mut().for_each(|p| *p -= origin);
    if !mesh.triangles.is_empty() {
        let placement = DAffine3::from_translation(origin);
        shapes.instances.push(Instance {
            element,
            mesh: shapes.meshes.len() as u32,
            placement,
            colour: [0.8, 0.8, 0.8, 1.0],
        });
        shapes.meshes.push(Arc::new(mesh));
    }
    shapes.status.push(ShapeStatus::Meshed);
}
