//! A file's elements and what it says of them.

use crate::attributes::Step;
use crate::bodies::is_solid;
use crate::read_shapes::{Known, Mesher, Tell, meshed, read_shapes_telling};
use crate::reader::Reader;
use crate::scan::Scan;
use crate::schema::Schema;
use crate::solids::Reading;
use crate::units::FileUnits;
use crate::{
    Source, classifications, elements, header, layers, materials, named_parts, place, processes, properties,
    relations, spatial, systems,
};
use groma_geometry::Shapes;
use groma_model::{Cancelled, Diagnostic, Diagnostics, Model, Progress, Relations, TypeObject, codes};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Reads what a file says of its elements, without geometry. Lengths come in metres, angles in radians.
///
/// What is broken is left out and said: each diagnostic names the instance (`#123`) and its class.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read_model(
    source: &Source,
    label: &Arc<str>,
    progress: &dyn Progress,
) -> Result<(Model, Diagnostics), Cancelled> {
    let span = tracing::info_span!("read_model", model = &**label);
    let _entered = span.enter();
    progress.check()?;
    progress.begin(&format!("reading {label}"), STEPS);
    let done = read_all(source, label, progress);
    progress.end();
    done
}

/// Reads what a file says of its elements and meshes these: [`read_model`] and [`crate::read_shapes`] in one, at the same
/// time but for files beyond 32 MiB, where that would cost memory. Each of the two has a progress of its own.
///
/// # Errors
///
/// The user's stop; never the content.
pub fn read(
    source: &Source,
    label: &Arc<str>,
    of_model: &dyn Progress,
    of_shapes: &dyn Progress,
) -> Result<(Model, Shapes, Diagnostics), Cancelled> {
    read_telling(source, label, of_model, of_shapes, &|_| ())
}

/// [`read`], telling of meshes as they are made. Those that stand in the file for several elements at once may come at
/// the end only, untold.
///
/// # Errors
///
/// As [`read`].
pub fn read_telling(
    source: &Source,
    label: &Arc<str>,
    of_model: &dyn Progress,
    of_shapes: &dyn Progress,
    tell: Tell<'_>,
) -> Result<(Model, Shapes, Diagnostics), Cancelled> {
    of_model.check()?;
    if source.is_large() {
        // Two passes at once would keep all of the file in memory.
        let (model, mut said) = read_model(source, label, of_model)?;
        let (shapes, more) = read_shapes_telling(source, &model, Mesher::default(), of_shapes, tell)?;
        said.extend(more);
        said.sort();
        return Ok((model, shapes, said));
    }
    let (bytes, scan) = source.text();
    let step = Step { bytes, scan };
    let schema = Schema::named(&header::read(bytes, scan.len()).schema);
    // What is wrong with these is told where the model is read.
    let mut told = Diagnostics::default();
    let classes = elements::classes(step, &schema, &mut told);
    let units = FileUnits::of(step, project_of(scan), &mut told).units;
    let elements = elements::outlines(step, &classes, label);
    let known = Known { label, schema, units: &units, elements: &elements };
    meshed(source, known, Mesher::default(), || read_model(source, label, of_model), of_shapes, tell)
}

/// The instance name of the project.
fn project_of(scan: &Scan) -> Option<u32> {
    scan.rows("IFCPROJECT").next().map(|row| scan.id(row))
}

const STEPS: u64 = 5;

fn read_all(
    source: &Source,
    label: &Arc<str>,
    progress: &dyn Progress,
) -> Result<(Model, Diagnostics), Cancelled> {
    let (bytes, scan) = source.text();
    let step = Step { bytes, scan };
    let mut said = Diagnostics::default();
    let advance = || {
        // Each step asks for other records than the last.
        source.release();
        progress.advance(1);
        progress.check()
    };
    advance()?;

    let mut model = Model::empty(label.clone());
    model.header = header::read(bytes, scan.len());
    let schema = Schema::named(&model.header.schema);
    if !schema.known {
        said.push(Diagnostic::new(codes::UNKNOWN_SCHEMA).detail(format!("{:?}", model.header.schema)));
    }
    say_what_is_broken(step, &mut said);
    if let Some((names, first)) = source.renumbered() {
        let d = Diagnostic::new(codes::RENUMBERED);
        said.push(d.detail(format!("{names} instance names; the first is #{first} in what follows")));
    }

    let classes = elements::classes(step, &schema, &mut said);
    let project = project_of(scan);
    let units = FileUnits::of(step, project, &mut said);
    let mut reader = Reader {
        step,
        classes,
        placements: Reading::new(step, units.units.length, units.units.angle),
        units,
        texts: Default::default(),
        attributes: Default::default(),
        properties: Default::default(),
        elements: FxHashMap::default(),
        types: FxHashMap::default(),
    };
    let mut found = elements::elements(&mut reader, label, &mut said);
    let types = elements::types(&mut reader, &mut said);
    if found.is_empty() {
        let of_bodies = |keyword: &str| schema.class(keyword).is_some() && is_solid(&schema, keyword);
        let keywords = scan.keywords.iter().filter(|keyword| of_bodies(keyword));
        let items: usize = keywords.map(|keyword| scan.rows(keyword).count()).sum();
        if items > 0 {
            said.push(Diagnostic::new(codes::NO_ELEMENTS).detail(format!("{items} solids and surfaces")));
        }
    }
    advance()?;

    let mut related = Relations::default();
    relations::types(&reader, &mut found, &mut said);
    relations::wholes(&reader, &mut found, &mut related, &mut said);
    let contained = relations::containers(&reader, &mut found, &mut said);
    relations::connections(&reader, &mut related, &mut said);
    related.normalise();
    relations::inherit_containers(&mut found, &related.ports);
    model.spatial = spatial::tree(&reader, &found, &contained);
    advance()?;

    let sets = properties::read(&reader, &mut said);
    let index = |id: u32| sets.by_id.get(&id).copied();
    let mut types: Vec<TypeObject> = types
        .into_iter()
        .map(|(mut object, own)| {
            object.property_sets = own.iter().filter_map(|&id| index(id)).collect();
            object
        })
        .collect();
    let of_others = relations::property_sets(&reader, &mut found, &mut types, index, &mut said);
    advance()?;

    model.materials = materials::read(&reader, &sets.of_materials, &mut found, &mut types, &mut said);
    let classified = classifications::read(&reader, &mut found, &mut types, &mut said);
    let mut groups = systems::read(&reader, &found, &mut said);
    for (id, at) in groups.in_order() {
        let system = &mut groups.systems[at as usize];
        let list = |lists: &FxHashMap<u32, Vec<u32>>| lists.get(&id).cloned().unwrap_or_default();
        system.property_sets = list(&of_others);
        system.classifications = list(&classified.of_others);
    }
    let known = processes::Known {
        property_sets: &of_others,
        classifications: &classified.of_others,
        groups: &groups.by_id,
    };
    model.processes = processes::read(&reader, &known, &mut said);
    model.bodies = named_parts::read(&reader, &mut found);
    model.presentation_layers = layers::read(&reader, &mut found, &mut said);
    model.place = place::read(&reader, &sets.of_place, &mut said);
    model.project_property_sets = project.and_then(|id| of_others.get(&id)).cloned().unwrap_or_default();
    model.classifications = classified.classifications;
    model.systems = groups.systems;
    model.property_sets = sets.sets;
    model.types = types;
    model.units = reader.units.units;
    model.relations = related;
    model.elements = found;
    advance()?;

    Ok((model, labelled(said, label)))
}

fn say_what_is_broken(step: Step<'_>, said: &mut Diagnostics) {
    if step.scan.truncated {
        said.push(Diagnostic::new(codes::TRUNCATED));
    }
    for (places, code) in
        [(&step.scan.malformed, codes::BROKEN_RECORD), (&step.scan.oversized, codes::OVERSIZED_INSTANCE)]
    {
        for &at in places {
            let line: String = String::from_utf8_lossy(&step.bytes[at..step.bytes.len().min(at + 60)])
                .chars()
                .take_while(|c| !c.is_control())
                .collect();
            said.push(Diagnostic::new(code).detail(format!("at byte {at}: {line}")));
        }
    }
    if let Some(at) = not_utf8(step.bytes) {
        let d =
            Diagnostic::new(codes::NOT_UTF8).detail(format!("read as Windows-1252; the first at byte {at}"));
        said.push(d);
    }
    for &id in &step.scan.repeated {
        said.push(Diagnostic::new(codes::DUPLICATE_INSTANCE).at(id.into()));
    }
}

/// Where the first bytes stand that are no UTF-8.
fn not_utf8(bytes: &[u8]) -> Option<usize> {
    let pieces: Vec<&[u8]> = bytes.chunks(1 << 20).collect();
    if pieces.par_iter().all(|piece| piece.is_ascii()) {
        return None;
    }
    std::str::from_utf8(bytes).err().map(|e| e.valid_up_to())
}

/// Every diagnostic names the model; in an order that no thread count changes.
pub(crate) fn labelled(said: Diagnostics, label: &Arc<str>) -> Diagnostics {
    let mut all = Diagnostics::default();
    for d in &said {
        let mut d = d.clone();
        d.location.model = Some(label.clone());
        all.push(d);
    }
    all.sort();
    all
}
