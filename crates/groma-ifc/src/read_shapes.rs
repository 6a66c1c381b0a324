//! Meshes of the elements of a file.

use crate::Source;
use crate::attributes::Step;
use crate::bodies::{Shown, is_solid, items_of, maps_body, shown};
use crate::budget::Ended;
use crate::kernel::{Kernel, Part, Produced};
use crate::mend::mended;
use crate::missing::missing;
use crate::read_model::labelled;
use crate::schema::Schema;
use crate::solids::{Operations, Reading, Solids};
use crate::statuses::{is_cutter, statuses};
use crate::weights::{Weights, too_many};
use glam::DAffine3;
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::{
    Cancelled, Class, Diagnostic, Diagnostics, Element, ElementId, Model, NoShape, Progress, ShapeStatus,
    Units, codes,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Borrow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What meshes the elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mesher {
    /// Our own for each element that it understands as a whole, in f64; the kernel for the others.
    #[default]
    Ours,
    /// The kernel alone, to set the two against each other.
    Kernel,
}

/// A mesh of an element and where it stands, told as soon as it is made: by the thread that made it, in the file's
/// engineering coordinates in metres.
pub struct Meshed<'a> {
    /// What the element is.
    pub class: &'a Class,
    /// The mesh, in coordinates of its own; elements may share it.
    pub mesh: &'a Arc<Mesh>,
    /// From the coordinates of the mesh to those of the file.
    pub placement: &'a DAffine3,
    /// Red, green, blue and how opaque it is, 0 to 1.
    pub colour: [f32; 4],
}

/// Who is told of meshes while others are still made.
pub type Tell<'a> = &'a (dyn Fn(Meshed<'_>) + Sync);

/// Meshes the elements of a model, in the file's engineering coordinates in metres.
///
/// An item that several elements share through a map becomes one mesh with several instances. Meshes keep
/// small coordinates of their own (those that the kernel made are f32 precise), and each instance places
/// its mesh in f64. What is cut
/// out of other elements (openings and other subtractions) gets no mesh of its own.
///
/// The work is shared among the threads of the caller's rayon pool. The kernel is recursive: threads
/// should have stacks of 64 MiB or more.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read_shapes(
    source: &Source,
    model: &Model,
    progress: &dyn Progress,
) -> Result<(Shapes, Diagnostics), Cancelled> {
    read_shapes_by(source, model, Mesher::default(), progress)
}

/// [`read_shapes`] by a mesher of choice.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read_shapes_by(
    source: &Source,
    model: &Model,
    mesher: Mesher,
    progress: &dyn Progress,
) -> Result<(Shapes, Diagnostics), Cancelled> {
    read_shapes_telling(source, model, mesher, progress, &|_| ())
}

/// [`read_shapes_by`], telling of meshes as they are made.
pub(crate) fn read_shapes_telling(
    source: &Source,
    model: &Model,
    mesher: Mesher,
    progress: &dyn Progress,
    tell: Tell<'_>,
) -> Result<(Shapes, Diagnostics), Cancelled> {
    progress.check()?;
    let known = Known {
        label: &model.label,
        schema: Schema::named(&model.header.schema),
        units: &model.units,
        elements: &model.elements,
    };
    let model = || Ok((model, Diagnostics::default()));
    let (_, shapes, said) = meshed(source, known, mesher, model, progress, tell)?;
    Ok((shapes, said))
}

/// What has to be known of a file before its elements can be meshed.
pub(crate) struct Known<'a> {
    pub(crate) label: &'a str,
    pub(crate) schema: Schema,
    pub(crate) units: &'a Units,
    /// The elements of the model, of which no more than class and instance name is looked at.
    pub(crate) elements: &'a [Element],
}

/// Meshes elements while the rest of their model is read.
pub(crate) fn meshed<M: Borrow<Model> + Send>(
    source: &Source,
    known: Known<'_>,
    mesher: Mesher,
    model: impl FnOnce() -> Result<(M, Diagnostics), Cancelled> + Send,
    progress: &dyn Progress,
    tell: Tell<'_>,
) -> Result<(M, Shapes, Diagnostics), Cancelled> {
    let (bytes, scan) = source.text();
    let original = Step { bytes, scan };
    let mended = mended(original, &known.schema, known.units);
    let step = mended.as_ref().map_or(original, |m| Step { bytes: &m.bytes, scan: &m.scan });
    let dropped = mended.as_ref().is_some_and(|m| m.dropped);
    let all = || produce_all(original, step, dropped, &known, mesher, progress, tell);
    let (model, made) = rayon::join(model, all);
    let ((model, mut said), Made { kernel, seen, produced }) = (model?, made?);
    let of: &Model = model.borrow();
    debug_assert!(of.elements.iter().map(|e| e.express_id).eq(known.elements.iter().map(|e| e.express_id)));
    let mut assembly = Assembly {
        shapes: Shapes::default(),
        said: Diagnostics::default(),
        of_map: FxHashMap::default(),
        places: FxHashMap::default(),
        step,
        schema: known.schema,
    };
    assembly.shapes.status = statuses(step, &assembly.schema, of, &seen);
    assembly.add_all(produced, &kernel, of, &seen);
    drop(kernel);
    said.extend(labelled(assembly.said, &of.label));
    said.sort();
    Ok((model, assembly.shapes, said))
}

/// What became of all elements.
struct Made<'a> {
    kernel: Kernel<'a>,
    seen: Vec<Shown>,
    produced: Vec<(ElementId, Produced)>,
}

fn produce_all<'a>(
    original: Step<'a>,
    step: Step<'a>,
    dropped: bool,
    known: &Known<'_>,
    mesher: Mesher,
    progress: &dyn Progress,
    tell: Tell<'_>,
) -> Result<Made<'a>, Cancelled> {
    let span = tracing::info_span!("read_shapes", model = known.label);
    let _entered = span.enter();
    let Known { schema, units, elements, .. } = known;
    let kernel = Kernel::new(step, units);
    let solids = (mesher == Mesher::Ours).then(|| {
        let reading = Reading::new(step, units.length, units.angle);
        Solids::new(reading, kernel.looks.clone())
    });
    let weights = Weights::of(step);
    let (seen, weights): (Vec<Shown>, Vec<u64>) =
        elements.par_iter().with_min_len(64).map(|e| seen(step, schema, &weights, e)).unzip();
    let too_many = too_many(&weights, step.bytes.len());
    let jobs: Vec<ElementId> = (0..elements.len() as u32)
        .map(ElementId)
        .filter(|id| seen[id.index()] == Shown::Body && !is_cutter(&elements[id.index()]))
        .collect();
    progress.begin(&format!("meshing {}", known.label), jobs.len() as u64);
    let produced: Result<Vec<(ElementId, Produced)>, Cancelled> = jobs
        .par_iter()
        .with_max_len(1)
        .map(|&id| {
            progress.check()?;
            if too_many[id.index()] {
                progress.advance(1);
                return Ok((id, Produced { ended: Some(Ended::OverBudget), ..Produced::default() }));
            }
            let element = &elements[id.index()];
            let mut produced = produce(step, schema, solids.as_ref(), &kernel, element);
            if let Some(solids) = solids.as_ref().filter(|_| !produced.own) {
                produced.parts.retain(|part| !part.item.is_some_and(|item| solids.is_ours_alone(item)));
            }
            if !produced.own || dropped {
                let follows = |curve| solids.as_ref().is_none_or(|s| s.follows(curve));
                produced.missing = missing_of(original, schema, element, &follows);
                // The kernel says nothing of faces that it leaves out.
                let pointless = solids.iter().flat_map(|s| pointless_of(s, step, schema, element));
                produced.missing.extend(pointless);
            }
            for Part { mesh, placement, colour, .. } in &produced.parts {
                tell(Meshed { class: &element.class, mesh, placement, colour: *colour });
            }
            progress.advance(1);
            Ok((id, produced))
        })
        .collect();
    progress.end();
    drop(solids);
    Ok(Made { kernel, seen, produced: produced? })
}

/// Where the attribute `Representation` of an element stands.
fn representation(step: Step<'_>, schema: &Schema, element: &Element) -> Option<usize> {
    let keyword = step.keyword(element.express_id);
    schema.class(keyword).unwrap_or_else(|| Schema::foreign_product(keyword)).slot("Representation")
}

fn seen(step: Step<'_>, schema: &Schema, weights: &Weights, element: &Element) -> (Shown, u64) {
    let slot = representation(step, schema, element);
    slot.map_or((Shown::Nothing, 0), |slot| shown(step, schema, weights, element.express_id, slot))
}

fn produce(
    step: Step<'_>,
    schema: &Schema,
    solids: Option<&Solids<'_>>,
    kernel: &Kernel<'_>,
    element: &Element,
) -> Produced {
    let Some(row) = step.scan.row(element.express_id) else { return Produced::default() };
    let slot = representation(step, schema, element).unwrap_or(usize::MAX);
    // A panic of ours is no more than a body that was not understood.
    let own = |how| {
        let solids = solids?;
        catch_unwind(AssertUnwindSafe(|| solids.mesh(row, slot, how))).ok().flatten()
    };
    if let Some(made) = own(Operations::CarriedOut) {
        return made;
    }
    let made = kernel.mesh(row, slot);
    if made.ended != Some(Ended::OverBudget) {
        return made;
    }
    // Where the operations are too much work, what they begin with is better than nothing.
    let plain = own(Operations::LeftOut).unwrap_or_default();
    Produced { ended: made.ended, openings: Vec::new(), own: false, ..plain }
}

/// The faces of an element that name points which are not there.
fn pointless_of(solids: &Solids<'_>, step: Step<'_>, schema: &Schema, element: &Element) -> Vec<String> {
    let row = step.scan.row(element.express_id).zip(representation(step, schema, element));
    row.map_or_else(Vec::new, |(row, slot)| solids.faces_without_points(row, slot))
}

/// What the shape and the placement of an element name in vain.
fn missing_of(
    step: Step<'_>,
    schema: &Schema,
    element: &Element,
    follows: &dyn Fn(u32) -> bool,
) -> Vec<String> {
    let slot = representation(step, schema, element);
    let a = step.record(element.express_id);
    let Some((a, slot)) = a.zip(slot) else { return Vec::new() };
    let placement = slot.checked_sub(1).and_then(|slot| a.reference(slot));
    a.reference(slot)
        .map_or_else(Vec::new, |shape| missing(step, element.express_id, shape, placement, follows))
}

struct Assembly<'a> {
    step: Step<'a>,
    schema: Schema,
    shapes: Shapes,
    said: Diagnostics,
    /// The mesh of a map, and what leads from the coordinates of the map to those of the mesh.
    of_map: FxHashMap<u128, Option<(u32, DAffine3)>>,
    /// Where meshes stand among all, by where they lie in memory; they stay there as long as this does.
    places: FxHashMap<usize, u32>,
}

impl Assembly<'_> {
    fn add_all(
        &mut self,
        produced: Vec<(ElementId, Produced)>,
        kernel: &Kernel<'_>,
        model: &Model,
        seen: &[Shown],
    ) {
        let mut openings: FxHashMap<ElementId, Vec<ElementId>> = FxHashMap::default();
        for &(host, opening) in &model.relations.voids {
            openings.entry(host).or_default().push(opening);
        }
        let mut uses = Vec::new();
        for (id, mut produced) in produced {
            let element = model.element(id);
            let made_any = !produced.parts.is_empty() || !produced.occurrences.is_empty();
            let mut uncut = produced.uncut.clone();
            if !uncut.is_empty() {
                // What an operation was left out for is told with it.
                uncut.append(&mut produced.missing);
            }
            uncut.extend(openings.get(&id).into_iter().flatten().filter_map(|&opening| {
                let express_id = model.element(opening).express_id;
                let read = produced.openings.contains(&express_id) || seen[opening.index()] != Shown::Body;
                (!read).then(|| format!("#{express_id}"))
            }));
            let code =
                if openings.contains_key(&id) { codes::OPENING_NOT_CUT } else { codes::BOOLEAN_LEFT_OUT };
            self.judge(element, id, &produced, made_any);
            if made_any && !uncut.is_empty() {
                self.said.push(Diagnostic::new(code).element(element).detail(listed(&uncut)));
            }
            let is_cut = openings.contains_key(&id) && uncut.is_empty() && produced.ended.is_none();
            if is_cut && !produced.own && produced.parts.iter().any(|part| !part.mesh.is_closed()) {
                self.said.push(Diagnostic::new(codes::OPEN_AFTER_CUT).element(element));
            }
            for part in produced.parts {
                if !part.placement.is_finite() {
                    self.lose(element, id, "a placement that is not finite");
                    continue;
                }
                let mesh = self.shared(part.mesh);
                let placement = part.placement;
                if let Some((map, world)) = part.template
                    && is_regular(&world)
                {
                    // mesh to world is `placement`, map to world is `world`
                    self.of_map.entry(map).or_insert_with(|| Some((mesh, world.inverse() * placement)));
                }
                self.shapes.instances.push(Instance { element: id, mesh, placement, colour: part.colour });
            }
            uses.extend(produced.occurrences.into_iter().map(|o| (id, o)));
        }
        for (id, occurrence) in uses {
            match self.mesh_of_map(occurrence.map, kernel) {
                Some((mesh, to_map)) => {
                    let placement = occurrence.world * to_map;
                    if placement.is_finite() {
                        let colour = occurrence.colour;
                        self.shapes.instances.push(Instance { element: id, mesh, placement, colour });
                    } else {
                        self.lose(model.element(id), id, "a placement that is not finite");
                    }
                }
                // Plans and symbols are mapped too, and are no loss.
                None if !self.maps_body(occurrence.map) => {}
                None => self.lose(model.element(id), id, &format!("the map #{}", occurrence.map)),
            }
        }
        self.shapes.instances.sort_by_key(|i| i.element);
        for id in (0..model.elements.len() as u32).map(ElementId) {
            if self.shapes.status[id.index()] == ShapeStatus::Meshed && self.shapes.of(id).is_empty() {
                self.shapes.status[id.index()] = ShapeStatus::Failed(codes::NO_MESH);
                self.said.push(Diagnostic::new(codes::NO_MESH).element(model.element(id)));
            }
        }
    }

    /// Says that a part of an element is lost.
    fn lose(&mut self, element: &Element, id: ElementId, what: &str) {
        self.shapes.status[id.index()] = ShapeStatus::Failed(codes::INCOMPLETE_BODY);
        self.said.push(Diagnostic::new(codes::INCOMPLETE_BODY).element(element).detail(what.to_owned()));
    }

    /// The place of a mesh among all, which several parts may share.
    fn shared(&mut self, mesh: Arc<Mesh>) -> u32 {
        *self.places.entry(Arc::as_ptr(&mesh) as usize).or_insert_with(|| {
            self.shapes.meshes.push(mesh);
            self.shapes.meshes.len() as u32 - 1
        })
    }

    fn mesh_of_map(&mut self, map: u128, kernel: &Kernel<'_>) -> Option<(u32, DAffine3)> {
        if let Some(known) = self.of_map.get(&map) {
            return *known;
        }
        let found = kernel
            .source(map)
            .map(|(mesh, origin)| (self.shared(Arc::new(mesh)), DAffine3::from_translation(origin)));
        self.of_map.insert(map, found);
        found
    }

    fn items_of(&self, element: &Element) -> Vec<String> {
        let slot = representation(self.step, &self.schema, element);
        slot.map_or_else(Vec::new, |slot| items_of(self.step, &self.schema, element.express_id, slot))
    }

    fn maps_body(&self, map: u128) -> bool {
        u32::try_from(map).is_ok_and(|map| maps_body(self.step, &self.schema, map))
    }

    /// Settles the status of an element and says what is lost.
    fn judge(&mut self, element: &Element, id: ElementId, produced: &Produced, made_any: bool) {
        if let Some(ended) = produced.ended {
            let code = match ended {
                Ended::OverBudget => codes::OVER_BUDGET,
                Ended::Panicked => codes::KERNEL_PANIC,
            };
            self.shapes.status[id.index()] = ShapeStatus::Failed(code);
            let said = Diagnostic::new(code).element(element);
            let without = made_any && ended == Ended::OverBudget;
            self.said.push(if without { said.detail("shown without its operations") } else { said });
            return;
        }
        let lost = |code, what: &[String]| {
            let d = Diagnostic::new(code).element(element);
            if what.is_empty() { d } else { d.detail(listed(what)) }
        };
        let dropped = produced.dropped.iter().filter(|class| is_solid(&self.schema, class));
        let dropped: Vec<String> = dropped.chain(&produced.missing).cloned().collect();
        let status = &mut self.shapes.status[id.index()];
        if !made_any {
            if produced.consumed {
                *status = ShapeStatus::NoShape(NoShape::Empty);
                return;
            }
            *status = ShapeStatus::Failed(codes::NO_MESH);
            // Where nothing is known to be missing, what it is made of is the best that can be said.
            let of = if dropped.is_empty() { self.items_of(element) } else { dropped };
            self.said.push(lost(codes::NO_MESH, &of));
            return;
        }
        *status = ShapeStatus::Meshed;
        if !dropped.is_empty() {
            *status = ShapeStatus::Failed(codes::INCOMPLETE_BODY);
            self.said.push(lost(codes::INCOMPLETE_BODY, &dropped));
        }
    }
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// True when a placement can be turned round.
fn is_regular(placement: &DAffine3) -> bool {
    let determinant = placement.matrix3.determinant();
    determinant.is_finite() && determinant.abs() > 1e-12
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model;
    use std::path::Path;

    #[test]
    fn an_element_at_which_the_kernel_broke_down_has_failed_and_is_told() {
        let text = "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n\
                    #1=IFCWALL('0000000000000000000001',$,$,$,$,$,$,$,$);\nENDSEC;\nEND-ISO-10303-21;\n";
        let source = Source::from_bytes(text.into(), Path::new("a.ifc")).unwrap();
        let (model, _) = read_model(&source, &"a".into(), &()).unwrap();
        let (bytes, scan) = source.text();
        let mut assembly = Assembly {
            shapes: Shapes { status: vec![ShapeStatus::Meshed], ..Shapes::default() },
            said: Diagnostics::default(),
            of_map: FxHashMap::default(),
            places: FxHashMap::default(),
            step: Step { bytes, scan },
            schema: Schema::named("IFC4"),
        };
        let broken = Produced { ended: Some(Ended::Panicked), ..Produced::default() };
        assembly.judge(&model.elements[0], ElementId(0), &broken, false);
        assert_eq!(assembly.shapes.status, [ShapeStatus::Failed(codes::KERNEL_PANIC)]);
        let said: Vec<_> = assembly.said.iter().map(|d| (d.code, d.location.express_id)).collect();
        assert_eq!(said, [(codes::KERNEL_PANIC, Some(1))]);
    }
}
