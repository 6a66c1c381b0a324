//! A file's elements and what it says of them.

use crate::attributes::Step;
use crate::reader::Reader;
use crate::schema::Schema;
use crate::units::FileUnits;
use crate::{
    Source, classifications, elements, header, layers, materials, place, properties, relations, spatial,
    systems,
};
use groma_model::{Cancelled, Diagnostic, Diagnostics, Model, Progress, Relations, codes};
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
    let done = read(source, label, progress);
    progress.end();
    done
}

const STEPS: u64 = 5;

fn read(
    source: &Source,
    label: &Arc<str>,
    progress: &dyn Progress,
) -> Result<(Model, Diagnostics), Cancelled> {
    let bytes = source.bytes();
    let scan = source.scan();
    let step = Step { bytes, scan };
    let mut said = Diagnostics::default();
    let advance = || {
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

    let mut reader = Reader {
        step,
        classes: elements::classes(step, &schema, &mut said),
        texts: Default::default(),
        elements: FxHashMap::default(),
        types: FxHashMap::default(),
    };
    let mut found = elements::elements(&mut reader, label, &mut said);
    let types = elements::types(&mut reader, &mut said);
    advance()?;

    let project = reader.rows(&["IFCPROJECT"]).first().map(|&row| scan.id(row));
    let units = FileUnits::of(step, project, &mut said);
    let mut related = Relations::default();
    relations::types(&reader, &mut found, &mut said);
    relations::wholes(&reader, &mut found, &mut related, &mut said);
    let contained = relations::containers(&reader, &mut found, &mut said);
    relations::connections(&reader, &mut related, &mut said);
    related.normalise();
    relations::inherit_containers(&mut found, &related.ports);
    model.spatial = spatial::tree(&reader, &units, &found, &contained);
    advance()?;

    let sets = properties::read(&reader, &units, &mut said);
    relations::property_sets(&reader, &mut found, |id| sets.by_id.get(&id).copied(), &mut said);
    model.types = types
        .into_iter()
        .map(|(mut object, own)| {
            object.property_sets = own.iter().filter_map(|id| sets.by_id.get(id).copied()).collect();
            object
        })
        .collect();
    model.property_sets = sets.sets;
    advance()?;

    model.materials = materials::read(&reader, &units, &mut found, &mut said);
    model.classifications = classifications::read(&reader, &mut found, &mut said);
    model.systems = systems::read(&reader, &mut said);
    layers::assign(&reader, &mut found, &mut said);
    model.place = place::read(&reader, &units);
    model.units = units.units;
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
    for &id in &step.scan.repeated {
        said.push(Diagnostic::new(codes::DUPLICATE_INSTANCE).at(id.into()));
    }
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
