//! Meshes of the elements of a file.

use crate::Source;
use crate::attributes::Step;
use crate::bodies::{Shown, is_solid, maps_body, shown};
use crate::budget::Ended;
use crate::kernel::{Kernel, Produced};
use crate::mend::mended;
use crate::missing::missing;
use crate::read_model::labelled;
use crate::schema::Schema;
use crate::solids::{Operations, Reading, Solids};
use crate::weights::{Weights, too_many};
use glam::DAffine3;
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::{
    Cancelled, Diagnostic, Diagnostics, Element, ElementId, Model, NoShape, Progress, ShapeStatus, codes,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
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
    let span = tracing::info_span!("read_shapes", model = &*model.label);
    let _entered = span.enter();
    progress.check()?;
    let (bytes, scan) = source.text();
    let original = Step { bytes, scan };
    let schema = Schema::named(&model.header.schema);
    let mended = mended(original, &schema, &model.units);
    let step = mended.as_ref().map_or(original, |m| Step { bytes: &m.bytes, scan: &m.scan });
    let dropped = mended.as_ref().is_some_and(|m| m.dropped);
    let kernel = Kernel::new(step, &model.units);
    let solids = (mesher == Mesher::Ours).then(|| {
        let reading = Reading::new(step, model.units.length, model.units.angle);
        Solids::new(reading, kernel.looks.clone())
    });
    let weights = Weights::of(step);
    let (seen, weights): (Vec<Shown>, Vec<u64>) =
        model.elements.par_iter().with_min_len(64).map(|e| seen(step, &schema, &weights, e)).unzip();
    let too_many = too_many(&weights, step.bytes.len());
    let jobs: Vec<ElementId> = (0..model.elements.len() as u32)
        .map(ElementId)
        .filter(|id| seen[id.index()] == Shown::Body && !is_cutter(model.element(*id)))
        .collect();
    progress.begin(&format!("meshing {}", model.label), jobs.len() as u64);
    let produced: Result<Vec<(ElementId, Produced)>, Cancelled> = jobs
        .par_iter()
        .with_max_len(1)
        .map(|&id| {
            progress.check()?;
            if too_many[id.index()] {
                progress.advance(1);
                return Ok((id, Produced { ended: Some(Ended::OverBudget), ..Produced::default() }));
            }
            let mut produced = produce(step, &schema, solids.as_ref(), &kernel, model.element(id));
            if let Some(solids) = solids.as_ref().filter(|_| !produced.own) {
                produced.parts.retain(|part| !part.item.is_some_and(|item| solids.is_ours_alone(item)));
            }
            if !produced.own || dropped {
                let follows = |curve| solids.as_ref().is_none_or(|s| s.follows(curve));
                produced.missing = missing_of(original, &schema, model.element(id), &follows);
                // The kernel says nothing of faces that it leaves out.
                produced
                    .missing
                    .extend(solids.iter().flat_map(|s| pointless_of(s, step, &schema, model.element(id))));
            }
            progress.advance(1);
            Ok((id, produced))
        })
        .collect();
    progress.end();
    let mut assembly = Assembly {
        shapes: Shapes::default(),
        said: Diagnostics::default(),
        of_map: FxHashMap::default(),
        places: FxHashMap::default(),
        step,
        schema,
    };
    assembly.shapes.status = statuses(model, &seen);
    assembly.add_all(produced?, &kernel, model, &seen);
    drop(kernel);
    Ok((assembly.shapes, labelled(assembly.said, &model.label)))
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
    let a = step.scan.row(element.express_id).and_then(|row| step.attributes(row));
    let Some((a, slot)) = a.zip(slot) else { return Vec::new() };
    let placement = slot.checked_sub(1).and_then(|slot| a.reference(slot));
    a.reference(slot).map_or_else(Vec::new, |shape| missing(step, shape, placement, follows))
}

/// True for what is cut out of others, and is not there itself.
fn is_cutter(element: &Element) -> bool {
    element.class.is_a("IfcFeatureElementSubtraction") || element.class.is_a("IfcVirtualElement")
}

/// What each element's status is without any mesh.
fn statuses(model: &Model, seen: &[Shown]) -> Vec<ShapeStatus> {
    let wholes: FxHashSet<ElementId> = model.relations.aggregates.iter().map(|&(whole, _)| whole).collect();
    (0..model.elements.len() as u32)
        .map(ElementId)
        .map(|id| match seen[id.index()] {
            Shown::Body if is_cutter(model.element(id)) => ShapeStatus::NoShape(NoShape::Empty),
            Shown::Body => ShapeStatus::Failed(codes::NO_MESH),
            _ if wholes.contains(&id) => ShapeStatus::NoShape(NoShape::ShapeInParts),
            Shown::NoBody => ShapeStatus::NoShape(NoShape::NotABody),
            Shown::Nothing => ShapeStatus::NoShape(NoShape::NoRepresentation),
        })
        .collect()
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
            self.said.push(lost(codes::NO_MESH, &dropped));
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
